"""Candidate pairs: one equi-join over match keys, each pair once; too frequent keys join more finely.

All in columns of numbers, so that the engine underneath can be exchanged (docs/adr/0018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


class KeyTable(NamedTuple):
    """Which record has which key, a row each.

    Attributes:
        key: number of the key (`keys.keys`).
        refined: what joins where the key has too many records.
        place: the record, as its place among the records compared (smaller than 2^30).
    """

    key: Numbers
    refined: Numbers
    place: Numbers


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare.

    Attributes:
        a: places of records, and
        b: of their partners, a < b; sorted, each pair once.
        numbered: true where a number of the document itself brought the pair together.
        refined: keys of too many records, joined by their refinement.
        cut: refinements that were of too many records again, and brought nothing together.
    """

    a: Numbers
    b: Numbers
    numbered: NDArray[np.bool_]
    refined: int
    cut: int


def candidates(table: KeyTable, most_records: int) -> Candidates:
    """Join records that share a key.

    The work grows with the number of rows: a key joins `most_records` records at most.

    Args:
        table: in any order, no row twice.
        most_records: records that may share a key before its refinement joins instead.
    """
    order = np.argsort(table.key)
    key, place, refined = table.key[order], table.place[order], table.refined[order]
    sizes = _sizes(key)
    few = sizes <= most_records
    found = [_pairs(key[few], place[few])]
    many = ~few
    finer = _finer(key[many], refined[many])
    order = np.argsort(finer)
    finer, fine_place = finer[order], place[many][order]
    fits = _sizes(finer) <= most_records
    found.append(_pairs(finer[fits], fine_place[fits]))
    codes, numbered = _each_once(np.concatenate(found))
    return Candidates(
        codes >> 32,
        codes & 0xFFFFFFFF,
        numbered,
        len(np.unique(key[many])),
        len(np.unique(finer[~fits])),
    )


def _sizes(values: Numbers) -> Numbers:
    """Of sorted values: how often each occurs, at each of its places."""
    if not len(values):
        return values
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    counts = np.diff(np.append(starts, len(values)))
    return np.repeat(counts, counts)


def _finer(key: Numbers, refined: Numbers) -> Numbers:
    """One number of a key and its refinement, odd where the key is: for a number of the document itself."""
    mixed = key.astype(np.uint64) ^ refined.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ mixed >> np.uint64(31)) * np.uint64(0xBF58476D1CE4E5B9)
    found: Numbers = (mixed >> np.uint64(2)).astype(np.int64) << 1 | key & 1
    return found


def _pairs(group: Numbers, place: Numbers) -> Numbers:
    """Every two places of a group as one number: the smaller place, the larger, and 0 where the group is odd.

    Args:
        group: sorted.
        place: each once in a group.
    """
    sizes = _sizes(group)
    at = np.arange(len(group))
    codes: list[Numbers] = [np.empty(0, np.int64)]
    # Places from here to the end of the group: a pass for each distance, over ever fewer places.
    starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1]))) if len(group) else at
    left = sizes - (at - np.repeat(starts, sizes[starts]) if len(group) else at)
    distance = 1
    at = at[left > 1]
    while len(at):
        one, other = place[at], place[at + distance]
        both = np.minimum(one, other) << 32 | np.maximum(one, other)
        codes.append(both << 1 | (~group[at] & 1))
        distance += 1
        at = at[left[at] > distance]
    return np.concatenate(codes)


def _each_once(codes: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Sorted pairs; one that several keys brought is numbered if any of them was."""
    codes.sort()
    pairs = codes >> 1
    first = np.ones(len(codes), dtype=bool)
    first[1:] = pairs[1:] != pairs[:-1]
    return pairs[first], (codes[first] & 1) == 0
