"""Which numbers the catalogue covers: a hole among them is a fault, stock never catalogued is not."""

from __future__ import annotations

import re
from array import array
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

#: How many booked numbers on either side are looked at, and which part of them must be catalogued.
REACH, COVERED = 10, 0.8
#: Numbers above it are no running numbers (and do not fit in 64 bits with what is kept beside them).
HIGHEST = 10**15

_HEAD = re.compile(r"(\D*)(\d+)")


class Placed(NamedTuple):
    """Where a number stands: letters before it, its first digits as a number."""

    prefix: str
    number: int


def placed(key: str) -> Placed | None:
    """The place of an inventory key; None where it holds no running number."""
    if key.isdecimal():
        number = int(key)
        return Placed("", number) if number < HIGHEST else None
    found = _HEAD.match(key)
    if found is None or (number := int(found[2])) >= HIGHEST:
        return None
    return Placed(found[1], number)


class Shelves:
    """Numbers on the books by shelf (what has a series of its own: a branch) and prefix, eight bytes each.

    Attributes:
        runs: shelf and prefix -> numbers, each doubled, and one more where the catalogue has it.
    """

    def __init__(self) -> None:
        self.runs: dict[tuple[Hashable, str], array[int]] = {}
        self._missing: dict[tuple[Hashable, str], frozenset[int]] | None = None

    def add(self, shelf: Hashable, key: str, *, catalogued: bool) -> None:
        """A copy on the books; `catalogued`: the catalogue knows its number."""
        prefix, number = ("", int(key)) if key.isdecimal() else placed(key) or ("", HIGHEST)
        if number >= HIGHEST:
            return
        run = self.runs.get((shelf, prefix))
        if run is None:
            run = self.runs[shelf, prefix] = array("q")
        run.append(number << 1 | catalogued)

    def take(self, name: tuple[Hashable, str], numbers: Iterable[int]) -> None:
        """Add what other `runs` have under a name."""
        self.runs.setdefault(name, array("q")).extend(numbers)

    def missing(self, shelf: Hashable, key: str) -> bool:
        """True for a booked number that is not in the catalogue though its neighbours are.

        Neighbours are the next `REACH` booked numbers of the series below and above. There must be catalogued
        ones on both sides, and on both together at least the part `COVERED`. Ask once all are added.
        """
        if self._missing is None:
            self._missing = {name: frozenset(_holes(run)) for name, run in self.runs.items()}
        place = placed(key)
        return place is not None and place.number in self._missing.get((shelf, place.prefix), ())


def _holes(run: array[int]) -> Iterator[int]:
    """Numbers not catalogued among catalogued ones; of one number told twice the catalogued copy counts."""
    numbers = [max(same) for _, same in groupby(sorted(run), key=lambda one: one >> 1)]
    counted = [0, *accumulate(one & 1 for one in numbers)]
    for at, one in enumerate(numbers):
        if one & 1:
            continue
        low, high = max(0, at - REACH), min(len(numbers), at + 1 + REACH)
        below, above = counted[at] - counted[low], counted[high] - counted[at + 1]
        if below and above and below + above >= COVERED * (high - low - 1):
            yield one >> 1


class Gap(NamedTuple):
    """Numbers of a series that neither side has, from `first` to `last`."""

    series: str
    first: int
    last: int


class Register:
    """Which numbers of registered ranges were met on either side.

    Args:
        ranges: series -> the letters before its numbers, and first and last number of each range.
    """

    def __init__(self, ranges: Mapping[str, tuple[str, Sequence[tuple[int, int]]]]) -> None:
        self._ranges = {name: of for name, of in ranges.items() if of[1]}
        self._met = {
            name: [bytearray(last - first + 1) for first, last in of]
            for name, (_, of) in self._ranges.items()
        }

    @property
    def used(self) -> bool:
        """There are registered ranges at all."""
        return bool(self._met)

    def number(self, series: str, key: str) -> int | None:
        """The running number of a key, for `meet`; None where it is in no registered range."""
        if series not in self._met or (place := placed(key)) is None:
            return None
        letters, ranges = self._ranges[series]
        inside = place.prefix == letters and any(first <= place.number <= last for first, last in ranges)
        return place.number if inside else None

    def meet(self, series: str, number: int) -> None:
        """A number is on one of the sides."""
        for (first, last), met in zip(self._ranges[series][1], self._met[series], strict=True):
            if first <= number <= last:
                met[number - first] = 1

    def gaps(self) -> Iterator[Gap]:
        """Runs of numbers that were not met, by series and number."""
        for series, (_, ranges) in sorted(self._ranges.items()):
            for (start, _), met in zip(ranges, self._met[series], strict=True):
                for hole in re.finditer(rb"\x00+", met):
                    yield Gap(series, start + hole.start(), start + hole.end() - 1)
