"""The example configuration is the manual: every key stands in it with a sentence, and it is valid."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from rabis_sync import config
from rabis_sync.wiring.assembly import option_types

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def example(root: Path) -> str:
    return (root / "config.example.toml").read_text(encoding="utf-8")


def keys() -> list[tuple[str, str, str]]:
    """Every key that a configuration may have, with its section and the kind of plugin it belongs to."""
    plain = [
        (name, "", one.name)
        for name, kind in config.SECTIONS.items()
        for one in fields(kind)
        if one.name != "options"
    ]
    plugged = [
        (section, name, one.name)
        for section, kinds in option_types().items()
        for name, kind in kinds.items()
        for one in fields(kind)
    ]
    return sorted({*plain, *plugged})


def tables(example: str, section: str) -> list[str]:
    """The text of every table of that section, from its heading to the next one."""
    found = re.split(r"^(?=(?:# )?\[)", example, flags=re.MULTILINE)
    return [part for part in found if re.match(rf"(?:# )?\[{section}(?:\.\w+)?\]$", part, re.MULTILINE)]


@pytest.mark.parametrize(("section", "kind", "key"), keys())
def test_every_key_stands_in_the_example_under_a_sentence(
    example: str, section: str, kind: str, key: str
) -> None:
    wanted = f'kind = "{kind}"\n' if kind else ""
    part = next((part for part in tables(example, section) if wanted in part), "")
    assert re.search(rf"^# [^\n]{{10,}}\n(?:# )?{key} = ", part, re.MULTILINE)


def test_the_example_is_valid_as_it_is(root: Path) -> None:
    found = config.load(root / "config.example.toml", option_types())
    assert set(found.sources) == {"catalogue"}


def test_the_example_is_valid_with_everything_switched_on(example: str, tmp_path: Path) -> None:
    switched_on = re.sub(r"^# (\[|\w+ = )", r"\1", example, flags=re.MULTILINE)
    without_either = switched_on.replace('path = "exports"\n', "")
    path = tmp_path / "config.toml"
    path.write_text(without_either, encoding="utf-8")
    assert set(tomllib.loads(without_either)) == set(config.SECTIONS)
    assert config.load(path, option_types()).rights is not None


def test_the_names_of_kinds_in_the_example_are_the_real_ones(example: str) -> None:
    for section, what in (("sources", "fetched"), ("ledgers", "read"), ("notices", "told")):
        named = re.search(rf"(?:are|is) {what}: ([\w, ]+)\.", example)
        assert named
        assert named[1].split(", ") == sorted(option_types()[section])
