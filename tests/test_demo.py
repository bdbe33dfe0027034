"""The demo finds what was planted because it is there: one more fault planted is one more found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.wiring import run_demo
from rabis_sync.wiring.running import Manner, run_job

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.wiring import Demonstration


def demonstrate(folder: Path, lang: str = "en", extra: int = 0) -> Demonstration:
    return run_demo(folder, lang, lambda *_: None, extra=extra)


def counts(shown: Demonstration) -> list[tuple[int, int, int]]:
    """Planted, found and found beyond, a kind of find each."""
    return [(int(planted), int(found), int(beyond)) for _, planted, found, beyond in shown.rows]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demonstration]:
    folder = tmp_path_factory.mktemp("demo") / "library"
    return folder, demonstrate(folder)


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    return demonstrate(tmp_path_factory.mktemp("more") / "library", "kk", extra=1)


def test_everything_planted_is_found_and_nothing_else(plain: tuple[Path, Demonstration]) -> None:
    _, shown = plain
    assert [planted for planted, _, _ in counts(shown)] == [30, 60, 40, 34]
    assert all(found == planted and beyond == 0 for planted, found, beyond in counts(shown))
    assert shown.exit_code == 0


def test_one_more_planted_is_one_more_found(plain: tuple[Path, Demonstration], more: Demonstration) -> None:
    risen = [
        tuple(b - a for a, b in zip(*both, strict=True))
        for both in zip(counts(plain[1]), counts(more), strict=True)
    ]
    assert sorted(risen) == [(0, 0, 0), (1, 1, 0), (1, 1, 0), (1, 1, 0)]


def test_the_kept_library_is_one_that_every_command_works_on(plain: tuple[Path, Demonstration]) -> None:
    folder, _ = plain
    assert (folder / "site" / "current" / "index.html").is_file()
    report = run_job(folder / "config.toml", "nightly", Manner())
    assert report.exit_code == 0
    assert report.steps[0].counts["unchanged"] == 600


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"years of work")
    with pytest.raises(ConfigError, match="holds something else"):
        demonstrate(tmp_path)
    assert (tmp_path / "thesis.docx").read_bytes() == b"years of work"


def test_the_summary_speaks_the_readers_language(
    plain: tuple[Path, Demonstration], more: Demonstration
) -> None:
    for shown in (plain[1], more):
        told = " ".join([shown.title, *shown.columns, *(row[0] for row in shown.rows), *shown.closing])
        assert "demo." not in told
        assert "summary." not in told
    assert re.search("[а-я]", more.title)
