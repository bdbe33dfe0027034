"""A second look where a number led nowhere: title, author, year, price and branch tell the likely partner.

A number is mistyped in a digit, two digits or two books are swapped, a letter before it or a nought is lost.
The entry that it should have led to is then on the books and not in the catalogue. One that agrees in what
else both sides say, and better than any other, is proposed; a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.reconcile.comparing import folded, likeness
from rabis_sync.reconcile.likeness import ALIKE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from rabis_sync.reconcile.sides import Booking, Copy

#: Words of a title by which entries are sought: so many of each copy, the rarest, by so many first letters.
WORDS, STEM = 3, 5
#: A word or number that leads to more copies than this tells nothing.
CROWDED = 64
#: Points that a proposal needs, and by how many it must be ahead of the next one.
ENOUGH, AHEAD = 5.0, 0.5
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
    by_word, by_number = _by_words(seekers), _by_numbers(seekers)
    candidates: list[_Candidate] = []
    for booking in bookings:
        met = {at for stem in _stems(folded(booking.title)) for at in by_word.get(stem, ())}
        met.update(
            at
            for sign in _signs(digits(booking.key))
            for at in by_number.get(sign, ())
            if seekers[at].price is not None and seekers[at].price == booking.price
        )
        for at in met:
            proposal = weigh(seekers[at], booking, same_branch)
            if proposal.score >= ENOUGH:
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


def weigh(copy: Copy, booking: Booking, same_branch: Callable[[str, str], bool]) -> Proposal:
    """How well a copy and an entry agree in everything but the number."""
    titled = bool(booking.title and copy.title)
    alike = likeness(copy, booking) if titled else 0.0
    if titled and (alike < ALIKE or other_part(copy, booking)):
        return Proposal(booking, "", 0.0)
    slip = slipped(copy.key, booking.key)
    score = TITLE * (alike - ALIKE) / (1 - ALIKE) if titled else 0.0
    score += SLIPS.get(slip, 0.0)
    if copy.currency == booking.currency:
        score += _agreement(copy.price, booking.price, PRICE)
    score += _agreement(copy.year, booking.year, YEAR)
    score += _agreement(copy.acquired, booking.acquired, ACQUIRED)
    if copy.branch and booking.branch:
        score += BRANCH[0] if same_branch(copy.branch, booking.branch) else BRANCH[1]
    surname = folded(booking.author).partition(" ")[0]
    score += AUTHOR if surname and surname in copy.authors.split() else 0.0
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


def _by_words(seekers: Sequence[Copy]) -> dict[str, list[int]]:
    stems = [_stems(one.title) for one in seekers]
    frequent = Counter(stem for one in stems for stem in one)
    found: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(stems):
        for stem in sorted(one, key=lambda stem: (frequent[stem], stem))[:WORDS]:
            found[stem].append(at)
    return {stem: places for stem, places in found.items() if len(places) <= CROWDED}


def _by_numbers(seekers: Sequence[Copy]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(seekers):
        for sign in _signs(digits(one.key)):
            found[sign].append(at)
    return {sign: places for sign, places in found.items() if len(places) <= CROWDED}


def swapped(mismatched: Sequence[tuple[Copy, Booking]]) -> dict[int, int]:
    """Pairs of copies that stand under each other's number, by their places: both ways.

    Args:
        mismatched: copies and the entries under their numbers, whose titles are of two books.
    """
    titles: dict[str, list[int]] = defaultdict(list)
    for at, (_, booking) in enumerate(mismatched):
        for stem in _stems(folded(booking.title)):
            titles[stem].append(at)
    found: dict[int, int] = {}
    for at, (copy, booking) in enumerate(mismatched):
        others = {other for stem in _stems(copy.title) for other in titles.get(stem, ())[:CROWDED]}
        for other in sorted(others - {at} - found.keys()):
            their_copy, their_booking = mismatched[other]
            crossed = likeness(copy, their_booking) >= ALIKE and likeness(their_copy, booking) >= ALIKE
            if at not in found and crossed:
                found[at], found[other] = other, at
    return found
