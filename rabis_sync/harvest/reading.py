"""From a decoded record to the rows that are stored: its family, its identity, its items, its match row."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from rabis_sync.harvest.sources import Gone, Named
from rabis_sync.marc.codec import Unreadable
from rabis_sync.marc.dialect import detect
from rabis_sync.marc.fields import content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record, items_auto
from rabis_sync.store.harvests import Refused
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.harvest.sources import Result
    from rabis_sync.marc.codec import Decoded
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.items import Item, ItemProfile

REASONS = {
    "no_control_number": "the record has no control number (001), so it could not be told from another",
    "unknown_family": "the fields are neither those of UNIMARC nor those of MARC 21",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """How the records of one source are understood.

    Attributes:
        dialects: by name; more than one means that the family is told by each record's content.
        profiles: item profiles by name; more than one means that each record's items choose.
    """

    dialects: Mapping[str, Dialect]
    profiles: Mapping[str, ItemProfile]

    def read(self, result: Result, file: str) -> Incoming | Deleted | Refused:
        """Decide what becomes of one result of a source."""
        if isinstance(result, Gone):
            return Deleted("", result.identifier)
        if isinstance(result, Named):
            return _called(self.read(result.outcome, file), result.identifier)
        if isinstance(result, Unreadable):
            return Refused(result.raw, result.syntax, result.reason, result.detail, file, result.offset)
        return self._decoded(result, file)

    def _decoded(self, decoded: Decoded, file: str) -> Incoming | Deleted | Refused:
        number = decoded.record.control_number
        if not number:
            return _refuse(decoded, "no_control_number", file)
        dialect = self._dialect(decoded)
        if dialect is None:
            return _refuse(decoded, "unknown_family", file, number)
        record = Record(decoded.record, dialect)
        return Deleted(number) if record.status_deleted else self._incoming(decoded, record, number)

    def _dialect(self, decoded: Decoded) -> Dialect | None:
        if len(self.dialects) == 1:
            return next(iter(self.dialects.values()))
        return detect(decoded.record, self.dialects)

    def _incoming(self, decoded: Decoded, record: Record, number: str) -> Incoming:
        profile, items = items_auto(record, self.profiles)
        return Incoming(
            control_number=number,
            family=record.dialect.family,
            profile=profile,
            content_hash=content_hash(decoded.canonical),
            syntax=decoded.syntax,
            encoding=decoded.encoding,
            confidence=decoded.confidence,
            raw=decoded.raw,
            canonical=decoded.canonical,
            items=item_rows(items),
            match=astuple(fold_record(record, len(items))),
        )


@dataclass(frozen=True, slots=True)
class Deleted:
    """The source itself says that this record is deleted: by leader/05 = d, or by the name it has there."""

    control_number: str
    identifier: str = ""


def _called(read: Incoming | Deleted | Refused, identifier: str) -> Incoming | Deleted | Refused:
    """The same with the name by which the source knows it."""
    if isinstance(read, Deleted):
        return Deleted(read.control_number, identifier)
    return read._replace(identifier=identifier)


def _refuse(decoded: Decoded, reason: str, file: str, number: str = "") -> Refused:
    return Refused(decoded.raw, decoded.syntax, reason, REASONS[reason], file, decoded.offset, number)


def item_rows(items: Sequence[Item]) -> list[tuple[object, ...]]:
    """Rows of the item table without the record id, numbered in their order."""
    return [(position, *_item_row(item)) for position, item in enumerate(items, 1)]


def _item_row(item: Item) -> tuple[object, ...]:
    """Columns of the item table after record id and position, in their order; money in minor units."""
    return (
        item.inventory_number,
        item.inventory_key,
        item.barcode,
        item.branch,
        item.place,
        item.call_number,
        None if item.price is None else int(item.price * 100),
        item.currency,
        item.acquired,
        item.ksu,
        item.act_in,
        item.act_out,
        item.status,
        item.withdrawn,
        item.quantity,
    )
