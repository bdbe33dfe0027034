"""The catalogue's items against the books' entries: joined by inventory number, each fault told once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.branches import Assumed, Branches
from rabis_sync.reconcile.comparing import before_publication, compare, found
from rabis_sync.reconcile.coverage import coverage
from rabis_sync.reconcile.discrepancy import Discrepancy
from rabis_sync.reconcile.joining import numbers, standing_for_copies
from rabis_sync.reconcile.pairing import Pairing, pair
from rabis_sync.reconcile.ranges import Register
from rabis_sync.reconcile.recall import digest
from rabis_sync.reconcile.sections import NUMBERS, Astray, Section
from rabis_sync.reconcile.series import Numbering
from rabis_sync.reconcile.totals import Batches, balances
from rabis_sync.reconcile.transfers import inside, lagging, leaves_behind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.entry import Summary
    from rabis_sync.reconcile.ranges import Gap
    from rabis_sync.reconcile.sides import Booking, Copy

#: Levels of records whose copies are counted by sets and need no number of their own.
UNNUMBERED = frozenset({"serial", "issue"})
#: What is counted, whether there is any or not.
COUNTED = ("items", "entries", "unnumbered", "matched", "copies", "catalogued", "uncatalogued")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a library decides about its numbers.

    Attributes:
        branches: the name of a branch -> its other names in the catalogue or the books.
        numbering: how it numbers its copies.
    """

    branches: Mapping[str, Collection[str]] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)


class Matching:
    """What the numbers have told, and what is left for a second look.

    Args:
        policy: of the library.
        unread: keys of rows that are in the books and could not be read: nothing is missing there.
        usage: (branch in the catalogue, branch in the books) -> copies with one number on both sides.
        known: every name of a branch.
        summaries: totals that the books state, each with its ledger.

    Attributes:
        found: discrepancies, in the order of the numbers.
        astray: those of them whose copy may belong to another number.
        uncatalogued: ledger and position of the stock that the catalogue does not have, in order.
        counts: `COUNTED`; copies and what follows are those on the books.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        unread: Collection[str] = (),
        usage: Mapping[tuple[str, str], int] = MappingProxyType({}),
        known: Iterable[str] = (),
        summaries: Sequence[tuple[str, Summary]] = (),
    ) -> None:
        self._branches, self._numbering = Branches(policy.branches), policy.numbering
        self._own_series = policy.numbering.given == "branch"
        self._unread, self._known = frozenset(unread), frozenset(map(self._branches.of, known)) - {""}
        assumed = self._branches.assumed(usage)
        self._assumed = {(one.catalogue, one.ledger) for one in assumed}
        self._batches = Batches(summaries, self._branches)
        self._summaries = summaries
        self._register = Register({one.name: (one.letters, one.ranges) for one in self._numbering.rules()})
        aliases = sorted((name, sorted(others)) for name, others in policy.branches.items())
        rules = sorted(self._assumed), aliases, policy.numbering, self._batches.stated
        self._bases = digest(rules), digest((rules, sorted(self._known), sorted(self._unread)))
        self._now = Section()
        self._whole = Section(Counter(dict.fromkeys(COUNTED, 0)), list(map(_names, assumed)))
        self.counts, self.found = self._whole.counts, self._whole.found
        self.astray, self.uncatalogued = self._whole.astray, self._whole.uncatalogued

    def walk(self, copies: Iterable[Copy], bookings: Iterable[Booking]) -> None:
        """Compare both sides whole."""
        for _, section in self.sections(copies, bookings):
            self.take(section)
        self.finish()

    def sections(
        self, copies: Iterable[Copy], bookings: Iterable[Booking], ends: Iterable[str] = ()
    ) -> Iterator[tuple[str, Section]]:
        """Compare both sides number by number; the first key of each section, and what its numbers tell.

        Args:
            copies: by key, and
            bookings: by key.
            ends: keys before which a section must end, in order. So does it behind what has no number.
        """
        coming = iter(ends)
        end, first, met = next(coming, None), "", 0
        for number in numbers(copies, bookings):
            over = end is not None and number.key >= end
            while end is not None and number.key >= end:
                end = next(coming, None)
            if met and (over or met == NUMBERS or not first):
                yield first, self._now
                self._now, met = Section(), 0
            if not met:
                first = number.key
            met += 1
            if number.key:
                self._one_number(number.key, list(number.copies), list(number.bookings))
            else:
                self._numberless(number.copies, number.bookings)
        if met:
            yield first, self._now
            self._now = Section()

    def basis(self, section: Section) -> str:
        """Digest of all that decides what its numbers tell, beside the two sides."""
        return self._bases[section.asked]

    def holds(self, basis: str) -> bool:
        """True for a digest (`basis`) of what still decides."""
        return basis in self._bases

    def take(self, section: Section) -> None:
        """Take in what numbers tell: those of all sections, in their order."""
        self._whole.take(section)

    def finish(self) -> None:
        """Tell what can only be told of all numbers, once all are taken in."""
        for series, number in self._whole.met:
            self._register.meet(series, number)
        self._batches.add(self._whole.flows)
        self.found += (_unpriced(source, copies) for source, copies in sorted(self._whole.unpriced.items()))
        self.found += map(_gap, self._register.gaps())
        self.found += self._batches.discrepancies()
        self.found += balances(self._summaries, self._branches)
        self.counts["uncatalogued"] = self.counts["copies"] - self.counts["catalogued"]
        self.uncatalogued.sort()

    def coverage(self) -> Iterator[tuple[str, str, int, int]]:
        """Branch, content class, copies on the books, catalogued ones among them."""
        return coverage(self._whole.copies, self._whole.catalogued, self._branches)

    def missing(self, booking: Booking) -> bool:
        """True for uncatalogued stock among catalogued numbers: a fault, and not only still to be done."""
        return self._whole.shelves.missing(self._branches.of(booking.branch), booking.key)

    def too_new(self, copy: Copy) -> bool:
        """True for a copy acquired after the last acquisition that the books know of."""
        return bool(self._whole.newest) and copy.acquired > self._whole.newest

    def same_branch(self, one: str, other: str) -> bool:
        """True for two names of one branch."""
        alike = one == other or self._branches.of(one) == self._branches.of(other)
        return alike or (one, other) in self._assumed

    def _numberless(self, copies: Iterator[Copy], bookings: Iterator[Booking]) -> None:
        for copy in copies:
            self._now.counts["items"] += 1
            for one in _unnumbered(copy):
                self._now.found.append(one)
                if one.code == "INV_MISSING":
                    self._now.astray.append(Astray(one, copy, None))
        for booking in bookings:
            self._now.counts["entries"] += 1
            self._now.counts["unnumbered"] += 1
            self._flow((booking,))
            if not booking.written_off:
                self._now.counts["copies"] += booking.quantity
                self._cover(booking, catalogued=False)

    def _one_number(self, key: str, copies: Sequence[Copy], rows: Sequence[Booking]) -> None:
        self._now.counts["items"] += len(copies)
        self._now.counts["entries"] += len(rows)
        self._numbers(key, copies, rows)
        bookings, telling = standing_for_copies(rows)
        self._flow(bookings)
        if len(copies) == 1 == len(bookings) and not self._own_series:
            copy, booking = copies[0], bookings[0]
            if not copy.withdrawn and not booking.written_off:
                self._in_both(copy, booking, telling)
                return
        paired = pair(copies, bookings, self._branches, own_series=self._own_series)
        both, unbooked = group_cards(paired)
        for copy, booking in both:
            self._in_both(copy, booking, telling)
            self._now.found += self._left_behind(copy, booking, paired.closed)
        for copy, booking in paired.gone:
            self._now.asked = True
            code = "TRANSFER_LOOP" if inside(copy, booking, self._branches, self._known) else None
            self._now.found.append(found(code or "WRITTEN_OFF_ACTIVE", copy, booking, **_act(booking)))
        for copy, booking in paired.kept:
            cause = "act_not_booked" if copy.act_out else ""
            self._now.found.append(found("ACTIVE_WRITTEN_OFF", copy, booking, act=copy.act_out, cause=cause))
            self._on_books(booking, numbered=True, catalogued=False)
        self._catalogue_alone(key, both, unbooked)
        self._books_alone(key, [one for _, one in both], paired.uncatalogued)

    def _numbers(self, key: str, copies: Sequence[Copy], bookings: Sequence[Booking]) -> None:
        """How the number is written on either side, and that it was met."""
        if self._register.used:
            for branch in {*(one.branch for one in copies), *(one.branch for one in bookings)}:
                series = self._numbering.of(branch).name
                if (number := self._register.number(series, key)) is not None:
                    self._now.met.add((series, number))
        for copy in copies:
            if not self._fits(key, copy.number, copy.branch) and not copy.withdrawn:
                self._now.found.append(found("INV_FORMAT", copy, None))
                return
        for booking in bookings:
            if not self._fits(key, booking.number, booking.branch) and not booking.written_off:
                self._now.found.append(found("INV_FORMAT", None, booking))
                return

    def _fits(self, key: str, number: str, branch: str) -> bool:
        return self._numbering.fits(key if number.isdecimal() else inventory_key(number), branch)

    def _in_both(self, copy: Copy, booking: Booking, telling: Sequence[Booking]) -> None:
        self._now.counts["matched"] += 1
        for one in compare(copy, booking):
            self._now.found.append(one)
            if one.code == "TITLE_MISMATCH":
                self._now.astray.append(Astray(one, copy, booking))
        self._on_books(booking, numbered=True, catalogued=True)
        names = (copy.branch, booking.branch)
        if all(names) and not self.same_branch(*names):
            cause = lagging(copy, booking, telling, self._branches)
            told = found("BRANCH_MISMATCH", copy, booking, catalogue=names[0], ledger=names[1], cause=cause)
            self._now.found.append(told)
        if copy.price is None and booking.price is not None:
            self._now.unpriced[copy.source] += 1

    def _left_behind(self, copy: Copy, booking: Booking, closed: Sequence[Booking]) -> Iterator[Discrepancy]:
        """An act that writes off at one branch what the books have at another: it was only passed on."""
        for act in closed:
            if leaves_behind(act, booking, self._branches):
                yield found("TRANSFER_LOOP", copy, act, **_act(act))
                return

    def _catalogue_alone(
        self, key: str, both: Sequence[tuple[Copy, Booking]], unbooked: Sequence[Copy]
    ) -> None:
        """Copies that the books do not have: a number given twice, or a copy never booked."""
        repeated = repetitions(both, unbooked, self._branches, own_series=self._own_series)
        for series, copies in sorted(repeated.items()):
            told = _duplicate(key, series, copies)
            self._now.found.append(told)
            strays = [one for one in copies if one in unbooked]
            if len(strays) == 1:
                self._now.astray.append(Astray(told, strays[0], None))
        told_already = {one for copies in repeated.values() for one in copies}
        for copy in unbooked:
            self._now.found += _dated(copy)
            self._now.asked = True
            if copy not in told_already and key not in self._unread:
                only = found("ONLY_CATALOG", copy, None)
                self._now.found.append(only)
                self._now.astray.append(Astray(only, copy, None))

    def _books_alone(self, key: str, paired: Sequence[Booking], rest: Sequence[Booking]) -> None:
        """Entries that the catalogue does not have: a number booked twice, or a copy not catalogued (yet)."""
        booked = {self._branches.of(one.branch) for one in paired}
        for booking in rest:
            branch = self._branches.of(booking.branch)
            if branch in booked:
                self._now.found.append(_booked_twice(key, branch, booking))
            else:
                self._now.uncatalogued.append((booking.ledger, booking.position))
                self._now.found += _misdated(booking)
            booked.add(branch)
            self._on_books(booking, numbered=False, catalogued=False)

    def _on_books(self, booking: Booking, *, numbered: bool, catalogued: bool) -> None:
        """A copy in the fund by the books; `numbered`: the catalogue knows its number."""
        self._now.counts["copies"] += booking.quantity
        self._now.counts["catalogued"] += booking.quantity if catalogued else 0
        self._cover(booking, catalogued=catalogued)
        self._now.newest = max(self._now.newest, booking.acquired)
        self._now.shelves.add(self._branches.of(booking.branch), booking.key, catalogued=numbered)

    def _cover(self, booking: Booking, *, catalogued: bool) -> None:
        shelf = booking.branch, booking.content_class
        self._now.copies[shelf] += booking.quantity
        if catalogued:
            self._now.catalogued[shelf] += booking.quantity

    def _flow(self, bookings: Sequence[Booking]) -> None:
        if self._batches.stated:
            self._now.flows.add(bookings, self._branches)


def group_cards(paired: Pairing) -> tuple[list[tuple[Copy, Booking]], list[Copy]]:
    """Copies of one record under the number of a group card count together against its quantity."""
    unbooked = list(paired.unbooked)
    both = []
    for copy, booking in paired.both:
        if booking.quantity > 1:
            mates = [one for one in unbooked if one.record_id == copy.record_id]
            unbooked = [one for one in unbooked if one.record_id != copy.record_id]
            whole = copy._replace(quantity=copy.quantity + sum(one.quantity for one in mates))
            both.append((whole, booking))
        else:
            both.append((copy, booking))
    return both, unbooked


def repetitions(
    both: Sequence[tuple[Copy, Booking]], unbooked: Sequence[Copy], branches: Branches, *, own_series: bool
) -> dict[str, list[Copy]]:
    """Series -> the copies in the fund that share this number in it, what is not booked first.

    Copies that are booked each at its own branch have numbers of different series.
    """
    series: dict[str, list[Copy]] = defaultdict(list)
    for copy in (*unbooked, *(copy for copy, _ in both)):
        series[branches.of(copy.branch) if own_series else ""].append(copy)
    places = [branches.of(copy.branch) for copy, _ in both]
    at_home = all(branches.of(one.branch) == branches.of(copy.branch) for copy, one in both)
    if not unbooked and at_home and len(set(places)) == len(places):
        return {}
    return {name: copies for name, copies in series.items() if len(copies) > 1}


def _unnumbered(copy: Copy) -> Iterator[Discrepancy]:
    if copy.withdrawn:
        return
    yield from _dated(copy)
    if copy.quantity == 1 and copy.level not in UNNUMBERED:
        yield found("INV_MISSING", copy, None)


def _dated(copy: Copy) -> Iterator[Discrepancy]:
    dates = before_publication(copy, None)
    if dates:
        yield found("DATE_BEFORE_PUB", copy, None, acquired=dates[0], year=dates[1])


def _misdated(booking: Booking) -> Iterator[Discrepancy]:
    dates = before_publication(None, booking)
    if dates:
        yield found("DATE_BEFORE_PUB", None, booking, acquired=dates[0], year=dates[1])


def _act(booking: Booking) -> dict[str, str]:
    return {"act": booking.act_out, "date": booking.act_date, "reason": booking.reason}


def _duplicate(key: str, series: str, copies: Sequence[Copy]) -> Discrepancy:
    records = sorted({copy.record for copy in copies})
    told = found("INV_DUP", copies[0], None, copies=len(copies), records=records)
    return replace(told, subject=(key, series))


def _booked_twice(key: str, branch: str, booking: Booking) -> Discrepancy:
    told = found("INV_DUP", None, booking, text="BOOKED_TWICE")
    return replace(told, subject=(key, branch, booking.ledger, "books"))


def _names(assumed: Assumed) -> Discrepancy:
    return Discrepancy(
        "BRANCH_MISMATCH",
        ("names", assumed.catalogue, assumed.ledger),
        branch=assumed.catalogue,
        params={"text": "BRANCH_NAMES", **assumed._asdict()},
        informs=True,
    )


def _unpriced(source: str, copies: int) -> Discrepancy:
    return Discrepancy(
        "PRICE_MISMATCH",
        ("unpriced", source),
        params={"text": "PRICES_ABSENT", "source": source, "copies": copies},
        informs=True,
    )


def _gap(gap: Gap) -> Discrepancy:
    first, last = str(gap.first), str(gap.last)
    number = first if first == last else f"{first}–{last}"
    return Discrepancy(
        "INV_GAP",
        ("gap", gap.series, first, last),
        inventory_number=number,
        params={"series": gap.series, "numbers": gap.last - gap.first + 1},
    )
