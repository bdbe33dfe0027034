"""The stock copy by copy: what catalogue and books together say stands under a number, and where."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reconcile.branches import Branches
from rabis_sync.reconcile.joining import numbers, rekeyed, standing_for_copies
from rabis_sync.reconcile.matching import group_cards
from rabis_sync.reconcile.pairing import pair
from rabis_sync.reconcile.series import rewritten
from rabis_sync.reconcile.sides import Booking, Copy, bookings_of, copies_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.matching import Policy
    from rabis_sync.store.comparisons import Range
    from rabis_sync.store.database import Unit


class SameBranch:
    """Which names mean one branch: by the library's aliases, else because nearly all copies say so.

    Args:
        aliases: the name shown -> its other names.
        usage: (branch in the catalogue, branch in the books) -> copies with one number on both sides.
    """

    def __init__(self, aliases: Mapping[str, Iterable[str]], usage: Mapping[tuple[str, str], int]) -> None:
        self.branches = Branches(aliases)
        self._assumed = {
            self.branches.of(one.catalogue): self.branches.of(one.ledger)
            for one in self.branches.assumed(usage)
        }

    def of(self, name: str) -> str:
        """One form of all names of a branch; empty for no name."""
        form = self.branches.of(name)
        return self._assumed.get(form, form)


@dataclass(frozen=True)
class Holding:
    """One copy, or one group of copies under one number, with what either side says of it.

    Attributes:
        copy: in the catalogue; None where it is not catalogued.
        booking: in the books; None where it is not booked.
        mates: more items of the same record that a group card counts, each perhaps with a barcode.
    """

    copy: Copy | None
    booking: Booking | None
    mates: tuple[Copy, ...] = ()

    @cached_property
    def standing(self) -> bool:
        """It belongs to the stock: the books hold it, or, where they know nothing, the catalogue."""
        if self.booking is not None:
            return not self.booking.written_off
        return self.copy is not None and not self.copy.withdrawn

    @cached_property
    def branch(self) -> str:
        """Where it is kept: by the catalogue while that holds it, else by the books."""
        if self.copy is not None and self.copy.branch and not (self.copy.withdrawn and self.booking):
            return self.copy.branch
        return (self.booking.branch if self.booking else "") or (self.copy.branch if self.copy else "")

    @property
    def key(self) -> str:
        """Its number as it is compared; empty for none."""
        return self.copy.key if self.copy else self.booking.key if self.booking else ""

    @property
    def number(self) -> str:
        """Its number as written, by the catalogue first."""
        return (self.copy.number if self.copy else "") or (self.booking.number if self.booking else "")

    @property
    def barcode(self) -> str:
        """Its barcode; the books have none."""
        return self.copy.barcode if self.copy else ""

    @property
    def barcodes(self) -> tuple[str, ...]:
        """Its barcode and those of its mates."""
        return tuple(one.barcode for one in (self.copy, *self.mates) if one is not None and one.barcode)

    @property
    def quantity(self) -> int:
        """Copies under this number."""
        if self.booking is not None and self.booking.quantity > 0:
            return self.booking.quantity
        return max(self.copy.quantity if self.copy else 1, 1)

    @property
    def price(self) -> tuple[int | None, str]:
        """Price of one copy in minor units with its currency: of the books, else of the catalogue."""
        entry, copy = self.booking, self.copy
        if entry is not None and entry.price is not None:
            return entry.price, entry.currency
        if entry is not None and entry.amount is not None and entry.amount % self.quantity == 0:
            return entry.amount // self.quantity, entry.currency
        return (copy.price, copy.currency) if copy is not None else (None, "")

    @property
    def place(self) -> tuple[str, int, int]:
        """What it is told apart by: its item, else its entry."""
        if self.copy is not None:
            return "", self.copy.record_id, self.copy.position
        assert self.booking is not None
        return self.booking.ledger, 0, self.booking.position


def walk(
    unit: Unit,
    policy: Policy,
    same: SameBranch,
    wanted: Callable[[str, Sequence[Copy], Sequence[Booking]], bool],
) -> Iterator[list[Holding]]:
    """Number by number what stands under it, gone copies included; each copy without a number by itself.

    Args:
        unit: the view of the store.
        policy: of the library.
        same: names of branches.
        wanted: whether anybody asks for a number, by its key and what both sides have under it.
    """
    own_series = policy.numbering.given == "branch"
    sides = numbers(in_order(unit, policy), bookings_of(unit.comparisons.bookings()))
    for number in sides:
        if not number.key:
            yield from ([Holding(one, None)] for one in number.copies if wanted("", [one], ()))
            yield from ([Holding(None, one)] for one in number.bookings if wanted("", (), [one]))
            continue
        copies, rows = list(number.copies), list(number.bookings)
        if wanted(number.key, copies, rows):
            yield list(paired(copies, rows, same, own_series=own_series))


def paired(
    copies: Sequence[Copy], rows: Sequence[Booking], same: SameBranch, *, own_series: bool = False
) -> Iterator[Holding]:
    """The copies under one number, each with its entry."""
    bookings, _ = standing_for_copies(rows)
    found = pair(copies, bookings, same.branches, own_series=own_series)
    both, unbooked = group_cards(found)
    mates = [one for one in found.unbooked if one not in unbooked]
    for copy, booking in both:
        yield Holding(copy, booking, tuple(one for one in mates if one.record_id == copy.record_id))
    for copy, booking in (*found.gone, *found.kept):
        yield Holding(copy, booking)
    yield from (Holding(copy, None) for copy in unbooked)
    yield from (Holding(None, booking) for booking in found.uncatalogued)
    kept = {copy for copy, _ in found.kept}
    withdrawn = [copy for copy in copies if copy.withdrawn and copy not in kept]
    closed = list(found.closed)
    while withdrawn or closed:
        yield Holding(withdrawn.pop(0) if withdrawn else None, closed.pop(0) if closed else None)


def in_order(unit: Unit, policy: Policy, ranges: Sequence[Range] | None = None) -> Iterator[Copy]:
    """Every copy of the catalogue, or of ranges of numbers, by number as the library's rules compare it."""
    keys = unit.comparisons.keys(digits_alone=not policy.numbering.spares_digits)
    ruled = {(number, position): key for number, position, key in rewritten(keys, policy.numbering)}
    wanted = sorted({number for (number, _), key in ruled.items() if ranges is None or within(key, ranges)})
    apart = [
        copy._replace(key=key)
        for copy in copies_of(unit.comparisons.copies(wanted))
        if (key := ruled.get((copy.record_id, copy.position))) is not None
        and (ranges is None or within(key, ranges))
    ]
    return rekeyed(copies_of(unit.comparisons.copies(ranges=ranges)), apart, ruled)


def within(key: str, ranges: Sequence[Range]) -> bool:
    """True for a number in one of some ranges, which stand in their order."""
    at = bisect_right(ranges, key, key=itemgetter(0)) - 1
    return at >= 0 and ((high := ranges[at][1]) is None or key < high)


@dataclass(frozen=True, slots=True)
class Described:
    """What people call a copy: author, title, year of publication; first language of the text."""

    author: str = ""
    title: str = ""
    year: int | None = None
    language: str = ""


def describe(
    unit: Unit, holdings: Iterable[Holding], dialects: Mapping[str, Dialect]
) -> Callable[[Holding], Described]:
    """How to call these holdings: by the record as it reads, else by the books."""
    wanted = {one.copy.record_id for one in holdings if one.copy is not None}
    records = {}
    for number, stored in unit.records.get(sorted(wanted)).items():
        if stored.family in dialects:
            records[number] = _described(
                Record(MarcRecord.from_canonical(stored.canonical), dialects[stored.family])
            )

    def of(holding: Holding) -> Described:
        entry = holding.booking
        booked = Described(entry.author, entry.title, entry.year, entry.language) if entry else Described()
        found = records.get(holding.copy.record_id) if holding.copy is not None else None
        return found if found is not None and found.title else booked

    return of


def _described(record: Record) -> Described:
    people = record.contributors()
    author = next((one.name for one in people if one.primary), "")
    return Described(author, record.title(), record.year(), next(iter(record.languages()), ""))
