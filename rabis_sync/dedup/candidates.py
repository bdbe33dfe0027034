"""Candidate pairs: an equi-join over match keys, each pair once, keys of too many records cut and counted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs to compare.

    Attributes:
        pairs: record ids, the smaller first, sorted.
        cut: number of keys that were cut, by kind of key.
    """

    pairs: tuple[tuple[int, int], ...]
    cut: Mapping[str, int]


def candidates(keyed: Iterable[tuple[int, Iterable[str]]], most_records: int) -> Candidates:
    """Join records that share a key.

    The work grows with the number of keys: a key joins `most_records` records at most.

    Args:
        keyed: record ids with their keys.
        most_records: records that may share a key before it is cut.
    """
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for record, keys in keyed:
        for key in keys:
            by_key[key].append(record)
    cut: Counter[str] = Counter()
    pairs: set[tuple[int, int]] = set()
    for key, records in by_key.items():
        if len(records) > most_records:
            cut[key[0]] += 1
        elif len(records) > 1:
            pairs.update(combinations(sorted(set(records)), 2))
    return Candidates(tuple(sorted(pairs)), dict(sorted(cut.items())))
