"""The configuration is read as a whole, or every problem in it is told at once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, fields
from typing import TYPE_CHECKING

import pytest

from rabis_sync import config
from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Shelf:
    path: str = field(metadata={"doc": "Where."})
    token: str = ""


KINDS = {"sources": {"shelf": Shelf}, "ledgers": {"shelf": Shelf}}

GOOD = """
[library]
name = { kk = "Кітапхана", ru = "Библиотека", en = "Library" }
timezone = "Asia/Almaty"
site_url = "https://example.kz/kraeved"

[sources.catalogue]
kind = "shelf"
path = "exports/*.mrc"
complete = true
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(written(folder, text), KINDS)
    assert caught.value.exit_code == 2
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_a_good_file_becomes_frozen_values(tmp_path: Path) -> None:
    found = config.load(written(tmp_path, GOOD), KINDS)
    assert found.library.name.kk == "Кітапхана"
    assert found.library.site_url == "https://example.kz/kraeved/"
    assert found.sources["catalogue"].options == Shelf("exports/*.mrc")
    assert found.sources["catalogue"].complete
    assert found.folder == tmp_path
    with pytest.raises(FrozenInstanceError):
        found.library.timezone = "UTC"  # type: ignore[misc]


def test_five_mistakes_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    told = problems(
        tmp_path,
        """
        libary = 1
        [library]
        name = { kk = "a", ru = "b" }
        timezone = "Asia/Karaganda"
        [sources.catalogue]
        kind = "shelf"
        path = 7
        complet = true
        [sources.other]
        kind = "shelv"
        """,
    )
    assert len(told) == 6
    joined = "\n".join(told)
    assert "libary: unknown key, did you mean 'library'?" in joined
    assert "library.name.en: this key is needed and missing" in joined
    assert "library.timezone: 'Asia/Karaganda' is no time zone" in joined
    assert "sources.catalogue.path: " in joined
    assert "found 7" in joined
    assert "sources.catalogue.complet: unknown key, did you mean 'complete'?" in joined
    assert "sources.other.kind: unknown kind 'shelv', did you mean 'shelf'?" in joined


def test_a_value_can_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELF_TOKEN", "hidden")
    found = config.load(written(tmp_path, GOOD + 'token_env = "SHELF_TOKEN"\n'), KINDS)
    assert found.sources["catalogue"].options.token == "hidden"


def test_a_variable_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHELF_TOKEN", raising=False)
    told = problems(tmp_path, GOOD + 'token_env = "SHELF_TOKEN"\n')
    assert told == ["sources.catalogue.token_env: the environment has no variable 'SHELF_TOKEN'"]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no file") as caught:
        config.load(tmp_path / "config.toml", KINDS)
    assert "init" in caught.value.hint


@pytest.mark.parametrize("content", [b"[library", b"\xff\xfe[library]", b"name = "])
def test_a_file_that_is_no_toml_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.load(path, KINDS)


def test_sources_that_are_no_tables_are_told(tmp_path: Path) -> None:
    assert "sources: expected tables like [sources.NAME]" in problems(
        tmp_path, 'sources = "x"\n' + GOOD.split("[sources", maxsplit=1)[0]
    )


def test_every_key_of_every_section_has_a_sentence() -> None:
    silent = [
        f"{kind.__name__}.{one.name}"
        for kind in config.SECTIONS.values()
        for one in fields(kind)
        if one.name != "options" and not one.metadata.get("doc")
    ]
    assert silent == []
