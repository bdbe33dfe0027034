"""The two sides of one number: a copy as the catalogue has it, a booking as the books have it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.reconcile.entry import major, plain
from rabis_sync.store.comparisons import BOOKING
from rabis_sync.store.ledgers import ENTRY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.reconcile.entry import Entry


class Copy(NamedTuple):
    """One copy, or one group of copies under one number; the columns of `store.comparisons.COPY`, in order.

    Attributes:
        price: of one copy, in minor units.
        title: title proper of its record; `title` and `whole` are folded, for comparing only.
        whole: everything a ledger may call it by: full title, parallel titles, the set it belongs to.
        year: of publication.
        level: monograph, serial, issue …
        authors: surnames and initials, folded.
        part: numbers that tell volumes, grades and years apart, as `FoldedRecord` has them.
    """

    key: str
    record_id: int
    position: int
    source: str
    record: str
    number: str
    barcode: str
    branch: str
    price: int | None
    currency: str
    acquired: str
    ksu: str
    act_out: str
    status: str
    withdrawn: bool
    quantity: int
    title: str = ""
    whole: str = ""
    year: int | None = None
    level: str = ""
    authors: str = ""
    part: str = ""

    def side(self) -> dict[str, Any]:
        """The catalogue's side of a discrepancy as plain JSON; the title people read is added by the step."""
        return {
            "source": self.source,
            "record": self.record,
            "number": self.number,
            "title": "",
            "year": self.year,
            "branch": self.branch,
            "barcode": self.barcode,
            "price": plain(major(self.price)),
            "currency": self.currency,
            "quantity": self.quantity,
            "acquired": self.acquired,
            "ksu": self.ksu,
            "status": self.status,
            "act_out": self.act_out,
        }


class Booking(NamedTuple):
    """One entry of a ledger; the columns of `store.comparisons.BOOKING`, in order; money in minor units."""

    key: str
    ledger: str
    position: int
    place: str
    number: str
    title: str
    author: str
    year: int | None
    price: int | None
    quantity: int
    amount: int | None
    currency: str
    branch: str
    acquired: str
    document: str
    ksu: str
    act_out: str
    act_date: str
    reason: str
    content_class: str
    language: str
    movement: str
    reason_code: str
    moved: str
    moved_from: str
    moved_to: str

    @property
    def written_off(self) -> bool:
        """The books no longer hold it: an act of write-off is entered, or nothing is left."""
        return bool(self.act_out or self.act_date) or self.quantity <= 0

    @staticmethod
    def of(ledger: str, position: int, entry: Entry) -> Booking:
        """An entry as it will be in the store."""
        values = dict(zip(ENTRY_COLUMNS, entry.row(), strict=True))
        values |= {"ledger": ledger, "position": position}
        return Booking._make(values[column] for column in BOOKING)

    def side(self) -> dict[str, Any]:
        """The books' side of a discrepancy as plain JSON."""
        return {
            "ledger": self.ledger,
            "place": self.place,
            "number": self.number,
            "title": self.title,
            "author": self.author,
            "year": self.year,
            "branch": self.branch,
            "price": plain(major(self.price)),
            "currency": self.currency,
            "quantity": self.quantity,
            "acquired": self.acquired,
            "document": self.document,
            "ksu": self.ksu,
            "act_out": self.act_out,
            "act_date": self.act_date,
            "reason": self.reason,
            "moved": self.moved,
            "moved_from": self.moved_from,
            "moved_to": self.moved_to,
        }


def copies_of(rows: Iterable[Any]) -> Iterator[Copy]:
    """Rows of the store as copies; `_make` would take as long as the comparison of each with its entry."""
    return map(partial(tuple.__new__, Copy), rows)


def bookings_of(rows: Iterable[Any]) -> Iterator[Booking]:
    """Rows of the store as bookings."""
    return map(partial(tuple.__new__, Booking), rows)
