"""A second look where a number led nowhere: title, author, year, price and branch tell the likely partner.

A number is mistyped in a digit, two digits or two books are swapped, a letter before it or a nought is lost.
The entry that it should have led to is then on the books and not in the catalogue. One that agrees in what
else both sides say, and better than any other, is proposed; a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.reconcile.comparing import likeness
from rabis_sync.reconcile.likeness import ALIKE, folded

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from rabis_sync.reconcile.sides import Booking, Copy

#: Words of a title by which entries are sought: so many of each copy, the rarest, by so many first letters.
WORDS, STEM = 3, 5
#: A word with a year, or a number, that leads to more copies than this tells nothing.
CROWDED = 64
#: Points that a proposal needs, and by how many it must be ahead of the next one.
ENOUGH, AHEAD = 5.0, 0.5
#: Points that each of two copies needs to belong under the other's number: both at once is much already.
CROSSED = 3.0
#: Points that it needs where both have numbers and these have nothing in common.
UNRELATED = 6.5
#: Points for a title that is the same; less, down to none, for one that is just alike.
TITLE = 4.0
#: (Points where it agrees, where it does not) of what both sides say.
PRICE, YEAR, BRANCH, ACQUIRED = (1.5, -1.0), (1.0, -1.5), (1.0, -1.0), (1.0, 0.0)
AUTHOR = 0.5
#: Points for how one number may have become the other.
SLIPS = {
    "digit": 2.0,
    "swapped_digits": 2.0,
    "extra_digit": 2.0,
    "lost_digit": 2.0,
    "prefix": 2.5,
    "zeros": 2.0,
}


class Proposal(NamedTuple):
    """The entry that a copy most likely belongs to.

    Attributes:
        booking: the entry.
        slip: a key of `SLIPS`, or empty where the numbers have nothing in common.
        score: points.
    """

    booking: Booking
    slip: str
    score: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    seeker: int
    proposal: Proposal

    def order(self) -> tuple[float, int, str, int]:
        return -self.proposal.score, self.seeker, self.proposal.booking.ledger, self.proposal.booking.position


def partners(
    seekers: Sequence[Copy], bookings: Iterable[Booking], same_branch: Callable[[str, str], bool]
) -> dict[int, Proposal]:
    """The likely entry of each copy that has one, by the place of the copy; no entry for two copies.

    Args:
        seekers: copies whose number leads nowhere, or to another book.
        bookings: stock that the catalogue does not have.
        same_branch: tells whether two names are of one branch.
    """
    clues = _Clues(seekers)
    candidates: list[_Candidate] = []
    for booking in bookings:
        for at in sorted(clues.met(booking)):
            proposal = weigh(seekers[at], booking, same_branch)
            if proposal.score >= (ENOUGH if proposal.slip or not seekers[at].key else UNRELATED):
                candidates.append(_Candidate(at, proposal))
    return dict(_chosen(sorted(candidates, key=_Candidate.order)))


def _chosen(candidates: Sequence[_Candidate]) -> Iterator[tuple[int, Proposal]]:
    """The best first; a copy with two entries equally likely, or an entry with two copies, gets none."""
    taken: set[tuple[str, int]] = set()
    by_seeker: dict[int, list[Proposal]] = defaultdict(list)
    by_entry: dict[tuple[str, int], list[float]] = defaultdict(list)
    for one in candidates:
        by_seeker[one.seeker].append(one.proposal)
        by_entry[_entry(one.proposal)].append(one.proposal.score)
    done: set[int] = set()
    for one in candidates:
        entry = _entry(one.proposal)
        if one.seeker in done or entry in taken:
            continue
        done.add(one.seeker)
        rivals = [other.score for other in by_seeker[one.seeker] if _entry(other) not in taken | {entry}]
        others = sorted(by_entry[entry], reverse=True)[1:2]
        if all(one.proposal.score - rival >= AHEAD for rival in (*rivals[:1], *others)):
            taken.add(entry)
            yield one.seeker, one.proposal


def _entry(proposal: Proposal) -> tuple[str, int]:
    return proposal.booking.ledger, proposal.booking.position


def weigh(
    copy: Copy, booking: Booking, same_branch: Callable[[str, str], bool], *, crossed: bool = False
) -> Proposal:
    """How well a copy and an entry agree; `crossed`: whatever their numbers, which two copies exchanged."""
    enough = CROSSED if crossed else ENOUGH
    slip = "" if crossed else slipped(copy.key, booking.key)
    score = SLIPS.get(slip, 0.0)
    if copy.currency == booking.currency:
        score += _agreement(copy.price, booking.price, PRICE)
    score += _agreement(copy.year, booking.year, YEAR)
    score += _agreement(copy.acquired, booking.acquired, ACQUIRED)
    if copy.branch and booking.branch:
        score += BRANCH[0] if same_branch(copy.branch, booking.branch) else BRANCH[1]
    if booking.author and copy.authors:
        surname = folded(booking.author).partition(" ")[0]
        score += AUTHOR if surname in copy.authors.split() else 0.0
    if booking.title and copy.title and score + TITLE >= enough:  # titles are dear to compare
        alike = 0.0 if other_part(copy, booking) else likeness(copy, booking)
        score = score + TITLE * (alike - ALIKE) / (1 - ALIKE) if alike >= ALIKE else 0.0
    return Proposal(booking, slip, round(score, 2))


def other_part(copy: Copy, booking: Booking) -> bool:
    """True where the copy is of a volume, grade or year, and the entry names other numbers only."""
    theirs = set(filter(str.isdecimal, folded(booking.title).split()))
    ours = {part[1:] for part in copy.part.split()}
    return bool(theirs) and bool(ours) and not theirs & ours


def _agreement(one: Hashable, other: Hashable, points: tuple[float, float]) -> float:
    if not one or not other:
        return 0.0
    return points[0] if one == other else points[1]


def slipped(one: str, other: str) -> str:
    """How one number may have become the other: a key of `SLIPS`, or empty."""
    ours, theirs = digits(one), digits(other)
    if ours == theirs:
        return "prefix" if ours else ""
    if len(ours) == len(theirs):
        wrong = [at for at, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
        if len(wrong) == 1:
            return "digit"
        first, last = wrong[0], wrong[-1]
        swapped = (
            len(wrong) == 2 and last == first + 1 and ours[first] + ours[last] == theirs[last] + theirs[first]
        )
        return "swapped_digits" if swapped else ""
    if ours.rstrip("0") == theirs.rstrip("0"):
        return "zeros"
    longer, shorter = (ours, theirs) if len(ours) > len(theirs) else (theirs, ours)
    if len(longer) - len(shorter) == 1 and shorter in _shortened(longer):
        return "extra_digit" if longer is ours else "lost_digit"
    return ""


def digits(key: str) -> str:
    """The digits of an inventory key."""
    return key if key.isdecimal() else "".join(filter(str.isdecimal, key))


def _shortened(number: str) -> set[str]:
    return {number[:at] + number[at + 1 :] for at in range(len(number))}


def _signs(number: str) -> set[str]:
    """What two numbers that differ by one slip have in common."""
    return {number, number.rstrip("0"), *_shortened(number)} if len(number) > 2 else {number}


def _stems(title: str) -> set[str]:
    return {word[:STEM] for word in title.split() if len(word) > 3} or set(title.split())


class _Clues:
    """What leads from an entry to copies: a word of the title with year or price, a number one slip away."""

    def __init__(self, seekers: Sequence[Copy]) -> None:
        self._stems = [_stems(one.title) for one in seekers]
        self._prices = [one.price for one in seekers]
        self._worded: dict[tuple[str, str, int], list[int]] = defaultdict(list)
        self._signed: dict[str, list[int]] = defaultdict(list)
        frequent = Counter(stem for one in self._stems for stem in one)
        for at, copy in enumerate(seekers):
            rarest = sorted(self._stems[at], key=lambda stem: (frequent[stem], stem))[:WORDS]
            for stem in rarest:
                for kind, value in (("year", copy.year), ("price", copy.price)):
                    if value is not None:
                        self._worded[kind, stem, value].append(at)
            for sign in _signs(digits(copy.key)) if copy.key else ():
                self._signed[sign].append(at)

    def met(self, booking: Booking) -> set[int]:
        """Places of the copies that an entry may belong to."""
        stems = _stems(folded(booking.title))
        found: set[int] = set()
        for kind, value in (("year", booking.year), ("price", booking.price)):
            if value is not None:
                for stem in stems:
                    found.update(_told(self._worded.get((kind, stem, value))))
        for sign in _signs(digits(booking.key)):
            for at in _told(self._signed.get(sign)):
                same_price = booking.price is not None and self._prices[at] == booking.price
                if same_price or not stems.isdisjoint(self._stems[at]):
                    found.add(at)
        return found


def _told(places: list[int] | None) -> list[int]:
    """What is in too many copies tells nothing of one."""
    return places if places is not None and len(places) <= CROWDED else []


def swapped(
    mismatched: Sequence[tuple[Copy, Booking]], same_branch: Callable[[str, str], bool]
) -> dict[int, int]:
    """Pairs of copies that stand under each other's number, by their places: both ways.

    Args:
        mismatched: copies and the entries under their numbers, whose titles are of two books.
        same_branch: tells whether two names are of one branch.
    """

    def belongs(copy: Copy, booking: Booking) -> bool:
        return weigh(copy, booking, same_branch, crossed=True).score >= CROSSED

    titles: dict[str, list[int]] = defaultdict(list)
    for at, (_, booking) in enumerate(mismatched):
        for stem in _stems(folded(booking.title)):
            titles[stem].append(at)
    found: dict[int, int] = {}
    for at, (copy, booking) in enumerate(mismatched):
        others = {other for stem in _stems(copy.title) for other in titles.get(stem, ())[:CROWDED]}
        for other in sorted(others - {at} - found.keys()):
            their_copy, their_booking = mismatched[other]
            if at not in found and belongs(copy, their_booking) and belongs(their_copy, booking):
                found[at], found[other] = other, at
    return found
