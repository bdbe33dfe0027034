"""The catalogue's items against the books' entries: joined by inventory number, each fault told once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rabis_sync.reconcile.branches import Assumed, Branches
from rabis_sync.reconcile.comparing import before_publication, compare, found
from rabis_sync.reconcile.discrepancy import Copy, Discrepancy
from rabis_sync.reconcile.pairing import Booking, Pairing, pair
from rabis_sync.reconcile.ranges import Booked, missing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

#: Levels of records whose copies are counted by sets and need no number of their own.
UNNUMBERED = frozenset({"serial", "issue"})
#: What is counted, whether there is any or not.
COUNTED = ("items", "entries", "unnumbered", "matched", "copies", "catalogued", "uncatalogued")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a library decides about its numbers.

    Attributes:
        branches: the name of a branch -> its other names in the catalogue or the books.
        series: ``library`` when an inventory number is given once in the whole system, ``branch`` when each
            branch has numbers of its own.
    """

    branches: Mapping[str, Collection[str]] = field(default_factory=dict)
    series: str = "library"


@dataclass(frozen=True, slots=True)
class Matching:
    """What came of it.

    Attributes:
        discrepancies: in a fixed order, whatever the order of the input was.
        counts: `COUNTED`; copies and what follows are those on the books.
    """

    discrepancies: tuple[Discrepancy, ...]
    counts: dict[str, int]


def match(
    copies: Iterable[Copy], bookings: Iterable[Booking], unread: Collection[str], policy: Policy
) -> Matching:
    """Compare both sides whole. Pure: the same sides give the same result in any order.

    Args:
        copies: every copy of the catalogue.
        bookings: every entry of every ledger.
        unread: keys of rows that are in the books and could not be read: nothing is missing there.
        policy: of the library.
    """
    joined = _Join(Branches(policy.branches), policy, frozenset(unread))
    joined.add(copies, bookings)
    joined.compare()
    told = {one.fingerprint: one for one in sorted(joined.found, key=_full_order, reverse=True)}
    return Matching(tuple(sorted(told.values(), key=Discrepancy.order)), dict(joined.counts))


def _full_order(discrepancy: Discrepancy) -> tuple[str, ...]:
    return *discrepancy.order(), str(discrepancy.catalogue), str(discrepancy.ledger)


class _Join:
    """Both sides by inventory number, and what their comparison has brought so far."""

    def __init__(self, branches: Branches, policy: Policy, unread: frozenset[str]) -> None:
        self._branches, self._unread = branches, unread
        self._own_series = policy.series == "branch"
        self._copies: dict[str, list[Copy]] = defaultdict(list)
        self._bookings: dict[str, list[Booking]] = defaultdict(list)
        self._names: Counter[tuple[str, str]] = Counter()
        self._elsewhere: list[tuple[Copy, Booking]] = []
        self._unpriced: Counter[str] = Counter()
        self._stock: list[Booked] = []
        self._uncatalogued: list[Booking] = []
        self.counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self.found: list[Discrepancy] = []

    def add(self, copies: Iterable[Copy], bookings: Iterable[Booking]) -> None:
        """Take both sides; what has no number is dealt with at once."""
        for copy in copies:
            self.counts["items"] += 1
            if copy.key:
                self._copies[copy.key].append(copy)
            else:
                self.found += _numberless(copy)
        for booking in bookings:
            self.counts["entries"] += 1
            if booking.entry.inventory_key:
                self._bookings[booking.entry.inventory_key].append(booking)
            else:
                self.counts["unnumbered"] += 1
                self.counts["copies"] += 0 if booking.entry.written_off else booking.entry.quantity

    def compare(self) -> None:
        """Compare number by number, then what can only be told over all of them."""
        for key in self._copies.keys() | self._bookings.keys():
            paired = pair(
                self._copies.get(key, ()),
                self._bookings.get(key, ()),
                self._branches,
                own_series=self._own_series,
            )
            self._one_number(key, paired)
        self._tell_branches()
        self._tell_uncatalogued()
        self.found += (_unpriced(source, copies) for source, copies in self._unpriced.items())
        self.counts["uncatalogued"] = self.counts["copies"] - self.counts["catalogued"]

    def _one_number(self, key: str, paired: Pairing) -> None:
        both, unbooked = group_cards(paired)
        for copy, booking in both:
            self._in_both(key, copy, booking)
        self.found += (found("WRITTEN_OFF_ACTIVE", *one, **_act(one[1])) for one in paired.gone)
        for copy, booking in paired.kept:
            self.found.append(found("ACTIVE_WRITTEN_OFF", copy, booking, act=copy.act_out))
            self._on_books(key, booking, numbered=True, catalogued=False)
        self._catalogue_alone(key, both, unbooked)
        self._books_alone(key, [one for _, one in both], paired.uncatalogued)

    def _in_both(self, key: str, copy: Copy, booking: Booking) -> None:
        self.counts["matched"] += 1
        self.found += compare(copy, booking)
        self._on_books(key, booking, numbered=True, catalogued=True)
        names = (copy.branch, booking.entry.branch)
        if all(names):
            self._names[names] += 1
            if self._branches.of(names[0]) != self._branches.of(names[1]):
                self._elsewhere.append((copy, booking))
        if copy.price is None and booking.entry.price is not None:
            self._unpriced[copy.source] += 1

    def _catalogue_alone(
        self, key: str, both: Sequence[tuple[Copy, Booking]], unbooked: Sequence[Copy]
    ) -> None:
        """Copies that the books do not have: a number given twice, or a copy never booked."""
        repeated = repetitions(both, unbooked, self._branches, own_series=self._own_series)
        for series, copies in sorted(repeated.items()):
            self.found.append(_duplicate(key, series, copies))
        told = {one for copies in repeated.values() for one in copies}
        for copy in unbooked:
            self.found += _dated(copy)
            if copy not in told and key not in self._unread:
                self.found.append(found("ONLY_CATALOG", copy, None))

    def _books_alone(self, key: str, paired: Sequence[Booking], rest: Sequence[Booking]) -> None:
        """Entries that the catalogue does not have: a number booked twice, or a copy not catalogued (yet)."""
        booked = {self._branches.of(one.entry.branch) for one in paired}
        for booking in rest:
            branch = self._branches.of(booking.entry.branch)
            if branch in booked:
                self.found.append(_booked_twice(key, branch, booking))
            else:
                self._uncatalogued.append(booking)
                self.found += _misdated(booking)
            booked.add(branch)
            self._on_books(key, booking, numbered=False, catalogued=False)

    def _on_books(self, key: str, booking: Booking, *, numbered: bool, catalogued: bool) -> None:
        """A copy in the fund by the books; `numbered`: the catalogue knows its number."""
        quantity = booking.entry.quantity
        self.counts["copies"] += quantity
        self.counts["catalogued"] += quantity if catalogued else 0
        self._stock.append(Booked(self._branches.of(booking.entry.branch), key, numbered))

    def _tell_branches(self) -> None:
        assumed = self._branches.assumed(self._names)
        self.found += map(_names, assumed)
        known = {(one.catalogue, one.ledger) for one in assumed}
        for copy, booking in self._elsewhere:
            names = (copy.branch, booking.entry.branch)
            if names not in known:
                self.found.append(
                    found("BRANCH_MISMATCH", copy, booking, catalogue=names[0], ledger=names[1])
                )

    def _tell_uncatalogued(self) -> None:
        holes = missing(self._stock)
        for booking in self._uncatalogued:
            if (self._branches.of(booking.entry.branch), booking.entry.inventory_key) in holes:
                self.found.append(found("ONLY_ACCOUNTING", None, booking))


def group_cards(paired: Pairing) -> tuple[list[tuple[Copy, Booking]], list[Copy]]:
    """Copies of one record under the number of a group card count together against its quantity."""
    unbooked = list(paired.unbooked)
    both = []
    for copy, booking in paired.both:
        if booking.entry.quantity > 1:
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
    at_home = all(branches.of(one.entry.branch) == branches.of(copy.branch) for copy, one in both)
    if not unbooked and at_home and len(set(places)) == len(places):
        return {}
    return {name: copies for name, copies in series.items() if len(copies) > 1}


def _numberless(copy: Copy) -> Iterator[Discrepancy]:
    if copy.withdrawn:
        return
    yield from _dated(copy)
    if copy.quantity == 1 and copy.described.level not in UNNUMBERED:
        yield found("INV_MISSING", copy, None)


def _dated(copy: Copy) -> Iterator[Discrepancy]:
    dates = before_publication(copy, None)
    if dates:
        yield found("DATE_BEFORE_PUB", copy, None, acquired=dates[0], year=dates[1])


def _misdated(booking: Booking) -> Iterator[Discrepancy]:
    dates = before_publication(None, booking.entry)
    if dates:
        yield found("DATE_BEFORE_PUB", None, booking, acquired=dates[0], year=dates[1])


def _act(booking: Booking) -> dict[str, str]:
    entry = booking.entry
    return {"act": entry.act_out, "date": entry.act_date, "reason": entry.reason}


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
