"""An ISO 2709 directory is believed only as a whole: it has to agree with every field at once.

It may do so by one of the ways in which programs are known to count: bytes (the standard); characters of
UTF-8; and, where a field is longer than 9,999 or a record longer than 99,999 bytes, numbers cut off, capped
or set to zero. A directory of which anything else is true was damaged, or its fields were.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, product
from operator import itemgetter
from struct import Struct
from typing import TYPE_CHECKING

from rabis_sync.marc.reading import NotWholeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Length of an entry: tag 3, length of the field 4, its start 5 (ISO 2709, entry map 450).
ENTRY = 12
MAX_FIELD, MAX_RECORD = 9999, 99999


def tags_of(front: str) -> Sequence[str]:
    """The tag of each entry, in order.

    Args:
        front: leader and directory.
    """
    entries = (len(front) - 24) // ENTRY
    return _tags(entries)(front) if entries > 1 else [front[24:27]] * entries


@lru_cache(maxsize=1000)
def _tags(entries: int) -> Callable[[str], tuple[str, ...]]:
    """Cuts all tags out at once; with two entries or more it gives a tuple."""
    return itemgetter(*[slice(24 + ENTRY * entry, 27 + ENTRY * entry) for entry in range(entries)])


def in_sequence(head: bytes, lengths: Sequence[int]) -> bool:
    """True when the directory numbers the fields one after another in bytes, as the standard asks.

    Args:
        head: leader and directory.
        lengths: of the fields in bytes, their terminators not counted.
    """
    try:
        numbers = list(map(int, _numbers(len(lengths)).unpack(head)))
    except ValueError:
        return False
    expected = []
    start = 0
    for length in lengths:  # a loop: this runs for every field of every record, and is twice as fast as map
        expected.append((length + 1) * 100_000 + start)
        start += length + 1
    return numbers == expected


@lru_cache(maxsize=1000)
def _numbers(entries: int) -> Struct:
    """Cuts length and start, as one number of nine digits, out of each entry."""
    return Struct("24x" + "3x9s" * entries)


def explained(
    directory: str, tags: Sequence[str], sizes: Sequence[int], letters: Sequence[int]
) -> Sequence[int]:
    """For each entry of the directory the place of its field, when one explanation fits every entry.

    Raises:
        NotWholeError: none does.
    """
    entries = range(0, len(directory), ENTRY)
    try:
        lengths = [int(directory[at + 3 : at + 7]) for at in entries]
        starts = [int(directory[at + 7 : at + ENTRY]) for at in entries]
    except ValueError:
        raise NotWholeError("directory", "The directory holds something else than numbers.") from None
    for counted in (sizes, letters):
        if _one_after_another(counted, lengths, starts):
            return range(len(counted))
        if order := _sorted_by_tag(tags, counted, lengths, starts):
            return order
    raise NotWholeError("directory")


def _one_after_another(counted: Sequence[int], lengths: Sequence[int], starts: Sequence[int]) -> bool:
    """True when these sizes, written by one of the known rules for too large numbers, give the directory."""
    for shorten, wrap in product(_overflows(MAX_FIELD), _overflows(MAX_RECORD)):
        written = [shorten(size) for size in counted]
        if written == lengths and starts in [
            [wrap(start) for start in accumulate(sizes[:-1], initial=0)] for sizes in (counted, written)
        ]:
            return True
    return False


def _overflows(limit: int) -> tuple[Callable[[int], int], ...]:
    """What programs write for a number above the limit: its last digits, the limit, zero."""
    return (
        lambda number: number % (limit + 1),
        lambda number: min(number, limit),
        lambda number: number if number <= limit else 0,
    )


def _sorted_by_tag(
    tags: Sequence[str], counted: Sequence[int], lengths: Sequence[int], starts: Sequence[int]
) -> Sequence[int]:
    """Places of the fields when the directory was sorted by tag and the fields were not; else empty.

    Any other order of entries is as likely two entries that changed places.
    """
    entries = list(zip(tags, starts, strict=True))
    by_place = sorted(range(len(starts)), key=starts.__getitem__)
    tiled = _one_after_another(counted, [lengths[at] for at in by_place], [starts[at] for at in by_place])
    return (
        sorted(range(len(by_place)), key=by_place.__getitem__) if tiled and entries == sorted(entries) else ()
    )
