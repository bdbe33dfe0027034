"""From a decoded record to the rows that are stored: its family, its identity, its items, its match row.

A record is sighted first: control number and content hash tell whether it is news. Only news is read whole.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.harvest.memory import Recalled
from rabis_sync.harvest.sources import Gone
from rabis_sync.marc.codec import Decoded, Familiar, Unreadable, decode
from rabis_sync.marc.family import detect_in
from rabis_sync.marc.fields import MarcRecord, content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.items import Item, items_auto
from rabis_sync.marc.path import FieldIndex
from rabis_sync.marc.reading import raw_hash
from rabis_sync.marc.record import Record
from rabis_sync.store.harvests import Refused
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from rabis_sync.harvest.sources import Result
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.items import ItemProfile

REASONS = {
    "no_control_number": "the record has no control number (001), so it could not be told from another",
    "unknown_family": "the fields are neither those of UNIMARC nor those of MARC 21",
    "not_delivered": "the server counts the record, but does not deliver it",
}


class Deleted(NamedTuple):
    """The source itself says that this record is deleted: by leader/05 = d, or by the name it has there."""

    control_number: str
    identifier: str = ""


class Sighted(NamedTuple):
    """A record known by its identity alone, with all that it takes to read it whole.

    Attributes:
        control_number: of the record.
        content_hash: tells whether it is news; empty where nobody has asked yet (`told`).
        syntax: as in `Decoded`, like encoding, confidence, raw, canonical and offset.
        file: where it stood.
        identifier: the source's own name of it.
        record: leader and fields; None where nobody has taken the canonical text apart.
    """

    control_number: str
    content_hash: str
    syntax: str
    encoding: str
    confidence: float
    raw: bytes
    canonical: str
    offset: int
    file: str
    identifier: str = ""
    record: MarcRecord | None = None

    def bare(self) -> Sighted:
        """The same without its fields, which the canonical text holds as well: cheaper to send."""
        return tuple.__new__(Sighted, (*self[:-1], None))

    def told(self) -> Sighted:
        """The same with its content hash."""
        if self.content_hash:
            return self
        # Not _replace, which takes as long as the hash.
        return tuple.__new__(Sighted, (self[0], content_hash(self.canonical), *self[2:]))


class Same(NamedTuple):
    """A record whose bytes seem to be stored just so already: it was not read at all.

    Attributes:
        record: its id in the store.
        raw_hash: of its bytes (`marc.reading.raw_hash`).
        raw: its bytes, should they have to be read after all.
        syntax: as in `Decoded`, like offset.
        offset: where it stood.
        file: in which file.
    """

    record: int
    raw_hash: str
    raw: bytes
    syntax: str
    offset: int
    file: str


Read = Incoming | Deleted | Refused
Outcome = Read | Sighted | Same


@dataclass(frozen=True, slots=True)
class Reader:
    """How the records of one source are understood.

    Attributes:
        dialects: by name; more than one means that the family is told by each record's content.
        profiles: item profiles by name; more than one means that each record's items choose.
    """

    dialects: Mapping[str, Dialect]
    profiles: Mapping[str, ItemProfile]

    @property
    def fingerprint(self) -> str:
        """Equal while the same rows are made of the same record: of the mappings and the program's text."""
        read_by = {
            "dialects": {name: asdict(one) for name, one in self.dialects.items()},
            "profiles": {name: asdict(one) for name, one in self.profiles.items()},
            "program": _program(),
        }
        return sha256(json.dumps(read_by, sort_keys=True).encode()).hexdigest()

    def read(self, result: Result, file: str) -> Read:
        """Decide what becomes of one result of a source."""
        found = self.sight(result, file)
        if isinstance(found, Same):
            found = self.anew(found)
        return self.whole(found.told()) if isinstance(found, Sighted) else found

    def anew(self, same: Same) -> Sighted | Deleted | Refused:
        """Read the bytes after all: what is stored turned out to be something else."""
        found = self.sight(decode(same.raw, same.syntax), same.file)
        assert not isinstance(found, Same)
        return found._replace(offset=same.offset) if not isinstance(found, Deleted) else found

    def sight(self, result: Result, file: str) -> Sighted | Same | Deleted | Refused:
        """Only as much as it takes to look the record up; its content hash comes later (`Sighted.told`)."""
        if isinstance(result, Decoded):
            return _sighted(result, file)
        if isinstance(result, Familiar):
            assert isinstance(result.known, Recalled)
            return Same(*result.known, result.raw, result.syntax, result.offset, file)
        if isinstance(result, Unreadable):
            return Refused(result.raw, result.syntax, result.reason, result.detail, file, result.offset)
        if isinstance(result, Gone):
            return Deleted("", result.identifier)
        found = self.sight(result.outcome, file)
        assert not isinstance(found, Same)
        return found._replace(identifier=result.identifier)

    def whole(self, sighted: Sighted) -> Read:
        """The whole record with its items and match row."""
        marc = sighted.record or MarcRecord.from_canonical(sighted.canonical)
        index = FieldIndex(marc)
        dialect = self._dialect(index)
        if dialect is None:
            return _refused(sighted, "unknown_family")
        record = Record(marc, dialect, index)
        if record.status_deleted:
            return Deleted(sighted.control_number, sighted.identifier)
        profile, items = items_auto(record, self.profiles)
        return Incoming(
            sighted.control_number,
            dialect.family,
            profile,
            sighted.content_hash,
            sighted.syntax,
            sighted.encoding,
            sighted.confidence,
            sighted.raw,
            sighted.canonical,
            item_rows(items),
            tuple(fold_record(record, len(items))),
            sighted.identifier,
            raw_hash(sighted.raw),
        )

    def _dialect(self, index: FieldIndex) -> Dialect | None:
        if len(self.dialects) == 1:
            return next(iter(self.dialects.values()))
        return detect_in(index, self.dialects)


@cache
def _program() -> str:
    """Hash of the modules that make rows of records."""
    modules = {one.name: one for one in files("rabis_sync.marc").iterdir() if one.name.endswith(".py")}
    ours = files("rabis_sync.harvest") / "reading.py"
    texts = [ours.read_bytes(), *(modules[name].read_bytes() for name in sorted(modules))]
    return sha256(b"".join(texts)).hexdigest()


def _sighted(one: Decoded, file: str) -> Sighted | Refused:
    found = Sighted(
        one.record.control_number,
        "",
        one.syntax,
        one.encoding,
        one.confidence,
        one.raw,
        one.canonical,
        one.offset,
        file,
        record=one.record,
    )
    return found if found.control_number else _refused(found, "no_control_number")


def _refused(one: Sighted, reason: str) -> Refused:
    name = one.identifier or one.control_number
    return Refused(one.raw, one.syntax, reason, REASONS[reason], one.file, one.offset, name)


#: Items have the columns of their table in its order; only the price is another.
_PRICE = Item._fields.index("price")


def item_rows(items: Sequence[Item]) -> list[tuple[object, ...]]:
    """Rows of the item table without the record id, numbered in their order; money in minor units."""
    return [
        (position, *item)
        if item[_PRICE] is None
        else (position, *item[:_PRICE], _in_minor_units(item[_PRICE]), *item[_PRICE + 1 :])
        for position, item in enumerate(items, 1)
    ]


@lru_cache(maxsize=1 << 10)
def _in_minor_units(price: Decimal) -> int:
    return int(price * 100)
