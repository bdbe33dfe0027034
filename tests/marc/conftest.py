"""Records written as a manual prints them, the bundled dialects, and the records of the real exports."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from rabis_sync.marc import codec
from rabis_sync.marc.codec import Decoded
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.marc.items import ItemProfile
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXPORTS = {
    "tatarstan": ("tatarstan-500.mrc", "utf-8"),
    "rnb": ("rnb-81-cp1251.iso", "cp1251"),
    "zebra": ("zebra-rusmarc-72.mrc", "koi8-r"),
    "urait": ("declared-cp1251-is-utf8.iso", "utf-8"),
}


@pytest.fixture(scope="session")
def dialects(root: Path) -> dict[str, Dialect]:
    adapter = TypeAdapter(Dialect)
    files = (root / "mappings/dialects").glob("*.toml")
    return {file.stem: adapter.validate_python(tomllib.loads(file.read_text("utf-8"))) for file in files}


@pytest.fixture(scope="session")
def profiles(root: Path) -> dict[str, ItemProfile]:
    adapter = TypeAdapter(ItemProfile)
    files = (root / "mappings/items").glob("*.toml")
    return {file.stem: adapter.validate_python(tomllib.loads(file.read_text("utf-8"))) for file in files}


def marc(text: str, leader_end: str) -> MarcRecord:
    """A record from lines: ``LDR nam2`` is leader/05-08, ``001 12``, ``200 1 $aАбай``; ``$$`` is a dollar."""
    codes, found = "nam0", []
    for line in filter(None, map(str.strip, text.splitlines())):
        tag, _, rest = line.partition(" ")
        if tag == "LDR":
            codes = rest
        elif tag < "010":
            found.append(Field(tag, rest))
        else:
            indicators, mark, subfields = rest.partition("$")
            content = (mark + subfields).replace("$$", "\0").replace("$", SUBFIELD).replace("\0", "$")
            found.append(Field(tag, indicators[:2].replace("_", " ").ljust(2) + content))
    return MarcRecord(f"00000{codes:<5.5}2200000   {leader_end}", tuple(found))


@pytest.fixture(scope="session")
def written() -> Callable[[str, str], MarcRecord]:
    """A record from its lines and the end of its leader."""
    return marc


@pytest.fixture(scope="session")
def unimarc(dialects: dict[str, Dialect]) -> Callable[..., Record]:
    """A UNIMARC record from its lines."""
    return lambda text="": Record(marc(text, "450 "), dialects["unimarc"])


@pytest.fixture(scope="session")
def marc21(dialects: dict[str, Dialect]) -> Callable[..., Record]:
    """A MARC 21 record from its lines."""
    return lambda text="": Record(marc(text, "4500"), dialects["marc21"])


@pytest.fixture(scope="session")
def exports(shared_data: Path, dialects: dict[str, Dialect]) -> dict[str, list[Record]]:
    """Every record of the real exports."""
    found: dict[str, list[Record]] = {}
    for name, (file, encoding) in EXPORTS.items():
        with (shared_data / file).open("rb") as stream:
            outcomes = list(codec.read(stream, encoding=encoding))
        found[name] = [
            Record(one.record, dialects["unimarc"]) for one in outcomes if isinstance(one, Decoded)
        ]
    return found
