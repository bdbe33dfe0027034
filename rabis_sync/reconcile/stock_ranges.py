"""How far a stock check has come: copies expected and read by ranges of shelf marks and of numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.reconcile.ranges import placed
from rabis_sync.reconcile.stockcheck import AWAY, FOUND, MISSING, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rabis_sync.reconcile.stockcheck import Finding, Outcome

BY_SHELF, BY_NUMBER = "shelf", "number"
#: Numbers in one range: the least width that makes at most so many ranges, each worth so many copies.
WIDTHS, MOST, WORTH = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000), 40, 25

#: What a shelf mark begins with: up to three figures of a class («84», «821»), or letters.
_HEAD = re.compile(r"\W*(\d{1,3}|[^\W\d_]+)")


class Range(NamedTuple):
    """One range.

    Attributes:
        by: `BY_SHELF` or `BY_NUMBER`.
        label: the class, or «1001–2000»; empty: copies without.
        expected: copies of the branch in it.
        read: those found.
        away: those that are lent or away by the catalogue.
        missing: those not read.
    """

    by: str
    label: str
    expected: int
    read: int
    away: int
    missing: int


def ranges(outcome: Outcome, shelf_mark: Callable[[Finding], str]) -> list[Range]:
    """Every range: by shelf mark where copies have one, and by number."""
    own = [one for one in outcome.findings if one.outcome in OWN and one.copies]
    marked = [(_head(shelf_mark(one)), one) for one in own]
    by_shelf = list(_counted(BY_SHELF, marked)) if any(head for head, _ in marked) else []
    return [*by_shelf, *_counted(BY_NUMBER, _numbered(own))]


def _head(mark: str) -> str:
    found = _HEAD.match(mark)
    return found[1].upper() if found else ""


def _numbered(own: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each copy with its range of numbers, in the order of the numbers."""
    series: dict[str, list[tuple[int, Finding]]] = defaultdict(list)
    without = []
    for one in own:
        place = placed(one.holdings[0].key)
        if place is None:
            without.append(one)
        else:
            series[place.prefix].append((place.number, one))
    for prefix, numbers in sorted(series.items()):
        numbers.sort(key=lambda one: one[0])
        width = _width({number for number, _ in numbers})
        for number, one in numbers:
            first = (number - 1) // width * width + 1
            yield f"{prefix}{first}–{prefix}{first + width - 1}", one
    yield from (("", one) for one in without)


def _width(numbers: set[int]) -> int:
    most = min(MOST, max(1, len(numbers) // WORTH))
    for width in WIDTHS:
        if len({(number - 1) // width for number in numbers}) <= most:
            return width
    return WIDTHS[-1]


def _counted(by: str, told: Iterable[tuple[str, Finding]]) -> Iterator[Range]:
    sums: dict[str, dict[str, int]] = {}
    for label, one in told:
        counted = sums.setdefault(label, dict.fromkeys(OWN, 0))
        counted[one.outcome] += one.copies
    labels = sums if by == BY_NUMBER else sorted(sums, key=_shelf_order)
    for label in labels:
        counted = sums[label]
        yield Range(by, label, sum(counted.values()), counted[FOUND], counted[AWAY], counted[MISSING])


def _shelf_order(label: str) -> tuple[bool, bool, str]:
    return not label, not label.isdecimal(), label
