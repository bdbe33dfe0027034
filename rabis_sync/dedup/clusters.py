"""Clusters: records joined by their surest pairs first, and never two that veto each other.

The result does not depend on the order of records: pairs are taken by verdict, score and the names of their
records, and two groups join only where no member of the one is vetoed by a member of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

from rabis_sync.dedup.survivor import BY_NAME, reason, survivor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.dedup.survivor import Worth
    from rabis_sync.dedup.verdict import Judgement, Verdict

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """Two records that are at least worth a look; ids, the smaller first."""

    a: int
    b: int
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records that describe one edition.

    Attributes:
        records: ids, sorted.
        survivor: the record to keep.
        verdict: ``duplicate`` where every two of them are, else ``review``.
        why: what decided on the survivor (`survivor.reason`).
    """

    records: tuple[int, ...]
    survivor: int
    verdict: Verdict
    why: tuple[str, int, int] = BY_NAME

    @property
    def id(self) -> int:
        """The smallest record id in it."""
        return self.records[0]


def components(pairs: Sequence[JudgedPair]) -> list[list[JudgedPair]]:
    """Pairs that hang together by a record, directly or through others; the smallest record id first."""
    leader: dict[int, int] = {}

    def lead(record: int) -> int:
        while (over := leader.setdefault(record, record)) != record:
            leader[record] = record = leader.setdefault(over, over)
        return record

    for pair in pairs:
        one, other = lead(pair.a), lead(pair.b)
        leader[max(one, other)] = min(one, other)
    found: dict[int, list[JudgedPair]] = {}
    for pair in pairs:
        found.setdefault(lead(pair.a), []).append(pair)
    return [found[record] for record in sorted(found)]


def join(
    pairs: Sequence[JudgedPair], names: Mapping[int, Names], judge: Callable[[int, int], Judgement]
) -> list[tuple[int, ...]]:
    """Groups of record ids, each sorted, sorted.

    Args:
        pairs: duplicates and reviews.
        names: source and control number of each record.
        judge: the verdict on any two records, also on a pair that no key brought together.
    """
    group: dict[int, set[int]] = {}
    for pair in sorted(pairs, key=lambda pair: _surest_first(pair, names)):
        left, right = group.setdefault(pair.a, {pair.a}), group.setdefault(pair.b, {pair.b})
        if left is right or any(judge(*sorted(two)).vetoed for two in product(left, right)):
            continue
        left |= right
        group.update(dict.fromkeys(right, left))
    whole = {tuple(sorted(members)) for members in group.values() if len(members) > 1}
    return sorted(whole)


def _surest_first(pair: JudgedPair, names: Mapping[int, Names]) -> tuple[bool, float, list[Names]]:
    both = sorted((names[pair.a], names[pair.b]))
    return pair.judgement.verdict != "duplicate", -pair.judgement.score, both


def cluster(
    group: tuple[int, ...],
    names: Mapping[int, Names],
    judge: Callable[[int, int], Judgement],
    worths: Mapping[int, Worth],
) -> Cluster:
    """A group with its verdict and survivor.

    Args:
        group: record ids.
        names: source and control number of each record.
        judge: the verdict on any two records.
        worths: what speaks for keeping each record.
    """
    sure = all(judge(a, b).verdict == "duplicate" for a, b in combinations(group, 2))
    known = {number: worths[number] for number in group}
    stays = survivor(known, names)
    return Cluster(group, stays, "duplicate" if sure else "review", reason(known, stays))
