"""Records written as cataloguers read them, and the bundled mapping that judges them."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.dedup.merge import MergeRules
from rabis_sync.dedup.merging import Merger
from rabis_sync.dedup.row import Row
from rabis_sync.dedup.verdict import Matching
from rabis_sync.harvest.reading import Reader
from rabis_sync.marc import codec
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord, content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.items import ItemProfile
from rabis_sync.marc.record import Record
from rabis_sync.store.records import Incoming
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.store.database import Store


@pytest.fixture(scope="session")
def matching(root: Path) -> Matching:
    return TypeAdapter(Matching).validate_python(
        tomllib.loads((root / "mappings/match.toml").read_text("utf-8"))
    )


@pytest.fixture(scope="session")
def unimarc(root: Path) -> Dialect:
    path = root / "mappings/dialects/unimarc.toml"
    return TypeAdapter(Dialect).validate_python(tomllib.loads(path.read_text("utf-8")))


@pytest.fixture(scope="session")
def read_row(unimarc: Dialect) -> Callable[[str, int], Row]:
    """A row out of lines such as ``200 $aАбай жолы$fМ. Әуезов``; a line ``LDR nam2`` says what it is."""

    def read(text: str, number: int) -> Row:
        folded = fold_record(Record(parsed(text, number), unimarc))
        columns = folded._asdict()
        return Row.named(columns | {"record_id": number})

    return read


def parsed(text: str, number: int) -> MarcRecord:
    codes, found = "nam0", [Field("001", str(number))]
    for line in filter(None, map(str.strip, text.splitlines())):
        tag, _, rest = line.partition(" ")
        if tag == "LDR":
            codes = rest
        else:
            found.append(
                Field(
                    tag,
                    rest.replace("$", SUBFIELD) if rest[:1] != "$" else "  " + rest.replace("$", SUBFIELD),
                )
            )
    return MarcRecord(f"00000{codes} 2200000   450 ", tuple(found))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "library.db")
    yield opened
    opened.close()


@pytest.fixture
def stored(store: Store, unimarc: Dialect) -> Callable[[list[str]], Store]:
    """The store with these records, numbered from 1."""

    def keep(texts: list[str]) -> Store:
        with store.write() as unit:
            made = [incoming(parsed(text, number), unimarc) for number, text in enumerate(texts, 1)]
            unit.records.add("catalogue", made, run=1, at=datetime(2026, 1, 1, tzinfo=UTC))
        return store

    return keep


@pytest.fixture(scope="session")
def merger(root: Path) -> Merger:
    """The bundled dialects, item profiles and rules of merging."""
    dialects = [_mapping(root, f"dialects/{name}.toml", Dialect) for name in ("unimarc", "marc21")]
    profiles = [
        _mapping(root, f"items/{path.name}", ItemProfile) for path in (root / "mappings/items").glob("*")
    ]
    return Merger(
        {one.family: one for one in dialects},
        {one.name: one for one in profiles},
        _mapping(root, "merge.toml", MergeRules),
    )


def _mapping(root: Path, name: str, kind: Any) -> Any:
    return TypeAdapter(kind).validate_python(tomllib.loads((root / "mappings" / name).read_text("utf-8")))


@pytest.fixture(scope="session")
def brought(merger: Merger) -> Callable[[str, int], Incoming]:
    """A record as a harvest brings it, with its copies."""
    reader = Reader({one.name: one for one in merger.dialects.values()}, merger.profiles)

    def bring(text: str, number: int) -> Incoming:
        raw = codec.encode_iso2709(parsed(text, number))
        read = reader.read(codec.decode(raw, "iso2709"), "test")
        assert isinstance(read, Incoming)
        return read

    return bring


@pytest.fixture
def real_store(tmp_path: Path, unimarc: Dialect) -> Iterator[Callable[[list[MarcRecord]], Store]]:
    """A new store with these records, in this order."""
    opened: list[Store] = []

    def keep(records: list[MarcRecord]) -> Store:
        made = new_store(tmp_path / f"real{len(opened)}.db")
        opened.append(made)
        with made.write() as unit:
            unit.records.add(
                "catalogue",
                [incoming(one, unimarc) for one in records],
                run=1,
                at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        return made

    yield keep
    for one in opened:
        one.close()


@pytest.fixture
def changed(unimarc: Dialect) -> Callable[[Store, int, str], None]:
    """A harvest brings another content of a record."""

    def change(store: Store, number: int, text: str) -> None:
        with store.write() as unit:
            made = incoming(parsed(text, number), unimarc)
            unit.records.change([(number, made)], run=2, at=datetime(2026, 1, 2, tzinfo=UTC))

    return change


def incoming(marc: MarcRecord, dialect: Dialect) -> Incoming:
    canonical = marc.canonical()
    return Incoming(
        control_number=marc.control_number,
        family=dialect.family,
        profile="",
        content_hash=content_hash(canonical),
        syntax="iso2709",
        encoding="utf-8",
        confidence=1.0,
        raw=canonical.encode(),
        canonical=canonical,
        items=(),
        match=tuple(fold_record(Record(marc, dialect))),
    )
