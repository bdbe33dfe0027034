"""Candidate pairs: one equi-join over match keys, each pair once; too frequent keys join more finely.

All in columns of numbers, so that the engine underneath can be exchanged (docs/adr/0018).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KeyTable:
    """Which record has which key, a row each.

    Attributes:
        key: number of the key (`keys.keys`).
        refined: what joins where the key has too many records.
        place: the record, as its place among the records compared (smaller than 2^31).
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
        table: in any order; a row twice counts once.
        most_records: records that may share a key before its refinement joins instead.
    """
    order = np.lexsort((table.place, table.key))
    key, place, refined = table.key[order], table.place[order], table.refined[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (place[1:] != place[:-1])
    key, place, refined = key[new], place[new], refined[new]
    sizes = _sizes(key)
    few = sizes <= most_records
    found = [_pairs(key[few], place[few])]
    many = ~few
    finer, fine_place, odd = _renumbered(key[many], refined[many]), place[many], key[many] & 1
    order = np.lexsort((fine_place, finer))
    finer, fine_place, odd = finer[order], fine_place[order], odd[order]
    fits = _sizes(finer) <= most_records
    # The last bit stays that of the key: whether it is a number of the document itself.
    found.append(_pairs(finer[fits] << 1 | odd[fits], fine_place[fits]))
    codes, numbered = _each_once(
        np.concatenate([one for one, _ in found]), np.concatenate([n for _, n in found])
    )
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


def _renumbered(key: Numbers, refined: Numbers) -> Numbers:
    """A number for each pair of key and refinement; which one is of no matter."""
    both = np.stack((key, refined), axis=1)
    return np.unique(both, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _pairs(group: Numbers, place: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Every two places of a group, as one number each, and whether the group is odd.

    Args:
        group: sorted.
        place: sorted within each group, each once.
    """
    sizes = _sizes(group)
    at = np.arange(len(group))
    codes: list[Numbers] = [np.empty(0, np.int64)]
    odd: list[NDArray[np.bool_]] = [np.empty(0, bool)]
    # Places from here to the end of the group: a pass for each distance, over ever fewer places.
    starts = np.flatnonzero(np.concatenate(([True], group[1:] != group[:-1]))) if len(group) else at
    left = sizes - (at - np.repeat(starts, sizes[starts]) if len(group) else at)
    distance = 1
    at = at[left > 1]
    while len(at):
        codes.append(place[at] << 32 | place[at + distance])
        odd.append((group[at] & 1).astype(bool))
        distance += 1
        at = at[left[at] > distance]
    return np.concatenate(codes), np.concatenate(odd)


def _each_once(codes: Numbers, numbered: NDArray[np.bool_]) -> tuple[Numbers, NDArray[np.bool_]]:
    """Sorted pairs; one that several keys brought is numbered if any of them was."""
    order = np.argsort(codes << 1 | ~numbered, kind="stable")
    codes, numbered = codes[order], numbered[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    return codes[first], numbered[first]
