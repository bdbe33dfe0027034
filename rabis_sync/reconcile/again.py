"""Both sides compared again: where nothing changed the numbers tell what they told at the last comparison."""

from __future__ import annotations

from bisect import bisect_right
from heapq import merge, nlargest
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from rabis_sync.reconcile.sections import Section
from rabis_sync.reconcile.sides import bookings_of
from rabis_sync.reconcile.stock import in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from rabis_sync.reconcile.matching import Matching, Policy
    from rabis_sync.store.comparisons import Range, Stored
    from rabis_sync.store.database import Unit

#: Where a larger part of the sections would be compared again, all are: in one go that is quicker.
MOST = 0.5
#: A section with more findings is compared every time: they would fill the store, and take as long to read.
CROWDED = 100
#: Ranges of numbers asked for at most: PostgreSQL looks for each number in all of them.
RANGES = 100


def compare(unit: Unit, policy: Policy, matching: Matching, exchanged: Collection[str] | None) -> None:
    """Have both sides matched, and keep what each section told for the next time.

    Args:
        unit: whose entries are those of the books as they are now.
        policy: of the library.
        matching: which nobody has used.
        exchanged: keys of entries that are others than at the last comparison; None: any.
    """
    stored = unit.comparisons.sections() if exchanged is not None else []
    firsts = [one.first for one in stored]
    stale = (one.first for one in stored if one.crowded or not matching.holds(one.basis))
    spans = _spans([*(exchanged or ()), *_of_copies(unit, policy), *stale], firsts) if stored else []
    if sum(map(len, spans)) > MOST * len(stored):
        stored, spans = [], []
    again = {place for span in spans for place in span}
    standing = [one for place, one in enumerate(stored) if place not in again]
    ranges = [_range(span, firsts) for span in spans] if stored else None
    copies, bookings = in_order(unit, policy, ranges), bookings_of(unit.comparisons.bookings(ranges))
    fresh = matching.sections(copies, bookings, [low for low, _ in ranges or () if low])
    told = []
    for first, section, is_fresh in merge(
        ((one.first, Section.read(text), False) for one, text in _told(unit, standing)),
        ((first, section, True) for first, section in fresh),
        key=itemgetter(0),
    ):
        matching.take(section)
        if is_fresh:
            text = section.text() if len(section.found) <= CROWDED else ""
            told.append((first, matching.basis(section), text))
    matching.finish()
    unit.comparisons.exchange_sections((one.id for one in standing), told)
    unit.comparisons.compared()


def _told(unit: Unit, sections: Sequence[Stored]) -> Iterator[tuple[Stored, str]]:
    """What each of them told."""
    return zip(sections, unit.comparisons.told([one.id for one in sections]), strict=True)


def _of_copies(unit: Unit, policy: Policy) -> Iterable[str]:
    """Keys, as they are compared, of copies that are others than at the last comparison."""
    for key, branch, number in unit.comparisons.due():
        yield policy.numbering.key(key, branch, number) if key else key


def _spans(keys: Iterable[str], firsts: Sequence[str]) -> list[range]:
    """The sections in which these keys stand; where they are many, the nearest together.

    What comes before the first section belongs to it.
    """
    due = sorted({max(bisect_right(firsts, key) - 1, 0) for key in keys})
    if not due:
        return []
    apart = ((after - one, one, after) for one, after in pairwise(due) if after - one > 1)
    gaps = nlargest(RANGES - 1, apart)
    begins = sorted([due[0], *(after for _, _, after in gaps)])
    ends = sorted([*(one for _, one, _ in gaps), due[-1]])
    return [range(begin, end + 1) for begin, end in zip(begins, ends, strict=True)]


def _range(span: range, firsts: Sequence[str]) -> Range:
    """The numbers of sections that follow one another."""
    low = firsts[span.start] if span.start else ""
    return low, firsts[span.stop] if span.stop < len(firsts) else None
