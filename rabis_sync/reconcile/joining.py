"""Two streams in the order of their numbers, walked together: what stands under one number comes at once."""

from __future__ import annotations

from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from rabis_sync.reconcile.entry import ACQUIRED, COPY, MOVED, WRITTEN_OFF

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from rabis_sync.reconcile.sides import Booking, Copy

T = TypeVar("T", bound=tuple[Any, ...])
#: A row of the books, whatever columns are wanted of it; the first is its key.
Row = TypeVar("Row", bound=tuple[Any, ...])

_key = itemgetter(0)


class Number(NamedTuple, Generic[Row]):
    """What stands under one number on both sides; each side is to be read before the next number."""

    key: str
    copies: Iterator[Copy]
    bookings: Iterator[Row]


def numbers(copies: Iterable[Copy], bookings: Iterable[Row]) -> Iterator[Number[Row]]:
    """Both sides number by number; without a number (an empty key) stands what has none.

    Raises:
        ValueError: a side is not in the order of its keys.
    """
    ours, theirs = _runs(copies), _runs(bookings)
    left, right = next(ours, None), next(theirs, None)
    while left is not None and right is not None:
        if left[0] == right[0]:
            yield Number(left[0], left[1], right[1])
            left, right = next(ours, None), next(theirs, None)
        elif left[0] < right[0]:
            yield Number(left[0], left[1], iter(()))
            left = next(ours, None)
        else:
            yield Number(right[0], iter(()), right[1])
            right = next(theirs, None)
    while left is not None:
        yield Number(left[0], left[1], iter(()))
        left = next(ours, None)
    while right is not None:
        yield Number(right[0], iter(()), right[1])
        right = next(theirs, None)


def _runs(rows: Iterable[T]) -> Iterator[tuple[str, Iterator[T]]]:
    last = None
    for key, run in groupby(rows, _key):
        if last is not None and key < last:
            raise ValueError(f"number {key!r} comes after {last!r}")
        last = key
        yield key, run


def rekeyed(
    copies: Iterable[Copy], moved: Iterable[Copy], places: Container[tuple[int, int]]
) -> Iterator[Copy]:
    """Copies in the order of their keys, where the library's rules give a few of them another.

    Args:
        copies: by the key that all libraries' rules give.
        moved: those with another key that are wanted.
        places: record id and position of all with another key.
    """
    moved = sorted(moved)
    if not places:
        return iter(copies)
    rest = (one for one in copies if (one.record_id, one.position) not in places)
    return merge(rest, moved, key=_key)


def standing_for_copies(bookings: Sequence[Booking]) -> tuple[Sequence[Booking], Sequence[Booking]]:
    """Entries under one number that stand for copies, and those that only tell what happened to them.

    A row of a list of acquisitions or of transfers stands for a copy where no other row has its number.
    """
    if all(one.movement == COPY for one in bookings):
        return bookings, ()
    present = {one.movement for one in bookings}
    if present & {COPY, WRITTEN_OFF}:
        telling = {ACQUIRED, MOVED}
    else:
        telling = {MOVED} if ACQUIRED in present else set()
    return (
        [one for one in bookings if one.movement not in telling],
        [one for one in bookings if one.movement in telling],
    )
