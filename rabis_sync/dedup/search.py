"""The search: keys join candidates, columns screen them, the rest is judged in full and clustered.

The same search goes over a whole catalogue, or over the records that changed with all that share a key with
them; what it knows about a pair is in the two records alone, so both find the same.
"""

from __future__ import annotations

import marshal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rabis_sync.crew import cores, examined
from rabis_sync.dedup.candidates import candidates
from rabis_sync.dedup.clusters import Cluster, JudgedPair, cluster, components, join
from rabis_sync.dedup.evidence import Evidence
from rabis_sync.dedup.row import Row
from rabis_sync.dedup.screen import screen
from rabis_sync.dedup.verdict import Judgement, hopeless, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.dedup.candidates import Candidates
    from rabis_sync.dedup.columns import Columns
    from rabis_sync.dedup.memory import Memory
    from rabis_sync.dedup.survivor import Worth
    from rabis_sync.dedup.verdict import Matching

#: Pairs judged by a helper, and records of clusters held, at a time.
BATCH = 5_000
#: Pairs whose records are held at a time: what bounds the memory.
PORTION = 250_000


class Shelf(Protocol):
    """Where records are fetched from by their ids; one that is not there is left out."""

    def stored(self, ids: Iterable[int]) -> list[tuple[Any, ...]]:
        """What `Row.of` makes rows of."""
        ...

    def rows(self, ids: Iterable[int]) -> dict[int, Row]:
        """Rows."""
        ...

    def names(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Source and control number: what decides where two records are equally good."""
        ...

    def worths(self, rows: Mapping[int, Row]) -> dict[int, Worth]:
        """What speaks for keeping each of these records."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        pairs: duplicates and reviews, by record ids.
        compared: pairs that were compared in full.
        refined: keys of too many records, which joined with one field more.
        cut: those that had too many records even so.
    """

    pairs: tuple[JudgedPair, ...]
    compared: int
    refined: int
    cut: int


def find_pairs(table: Columns, shelf: Shelf, matching: Matching, memory: Memory) -> Found:
    """Duplicates and reviews among all records of a table.

    Args:
        table: the records in columns.
        shelf: where they are fetched from once more for the full comparison.
        matching: weights, limits, vetoes.
        memory: what people said of pairs; it stands above every key and every weight.
    """
    found = candidates(table.keys, matching.keys.most_records)
    looked_at = {*worth_comparing(table, found, matching), *memory.same}
    pairs = tuple(judged(sorted(looked_at), shelf, matching, memory))
    return Found(pairs, len(looked_at), found.refined, found.cut)


def worth_comparing(table: Columns, found: Candidates, matching: Matching) -> Iterator[tuple[int, int]]:
    """Candidates that pass the screen, as record ids, the smaller first."""
    a, b = screen(table, found, matching)
    one, other = table.ids[a], table.ids[b]
    yield from zip(np.minimum(one, other).tolist(), np.maximum(one, other).tolist(), strict=True)


def judged(
    pairs: Sequence[tuple[int, int]], shelf: Shelf, matching: Matching, memory: Memory
) -> Iterator[JudgedPair]:
    """Those of the pairs that are duplicates, or worth a look; many pairs on every core."""
    for start in range(0, len(pairs), PORTION):
        yield from _judged(pairs[start : start + PORTION], shelf, matching, memory)


def _judged(
    pairs: Sequence[tuple[int, int]], shelf: Shelf, matching: Matching, memory: Memory
) -> Iterator[JudgedPair]:
    # Fetched before helpers are forked, each record once: they have it with us, and only numbers cross over.
    ids = {number for pair in pairs for number in pair}
    stored = {row[0]: Row.packed([row]) for row in shelf.stored(ids)}

    def judge_batch(batch: Sequence[tuple[int, int]]) -> bytes:
        asked = {number for pair in batch for number in pair}
        rows = {number: Row.unpacked(stored[number])[0] for number in asked if number in stored}
        found: list[tuple[Any, ...]] = []
        for pair in batch:
            if pair[0] not in rows or pair[1] not in rows:
                continue  # a decision about a record that is gone
            one, other = rows[pair[0]], rows[pair[1]]
            if pair not in memory.same and hopeless(one, other, matching):
                continue
            judgement = memory.applied(pair, judge(one, other, matching))
            if judgement.verdict != "none":
                lines = [tuple(line) for line in judgement.evidence]
                found.append((*pair, judgement.verdict, judgement.score, lines))
        return marshal.dumps(found)  # objects would be longer on their way than they were in the making

    batches = (pairs[start : start + BATCH] for start in range(0, len(pairs), BATCH))
    workers = cores() if len(pairs) > 2 * BATCH else 1
    for _, found in examined(judge_batch, batches, helpers=workers):
        for a, b, verdict, score, lines in marshal.loads(found):  # noqa: S302  our own helper wrote it
            yield JudgedPair(a, b, Judgement(verdict, score, tuple(map(Evidence._make, lines))))


def find_clusters(
    pairs: Sequence[JudgedPair], shelf: Shelf, matching: Matching, memory: Memory
) -> Iterator[Cluster]:
    """The clusters that pairs make, by their ids.

    Args:
        pairs: all pairs of the records they name.
        shelf: where the records are fetched from.
        matching: weights, limits, vetoes.
        memory: what people said of pairs.
    """
    for some in _portions(components(pairs)):
        members = {number for pair in some for number in (pair.a, pair.b)}
        rows = shelf.rows(members)
        names = shelf.names(members)
        verdict = _judge_of(some, rows, matching, memory)
        groups = [group for component in components(some) for group in join(component, names, verdict)]
        worths = shelf.worths({number: rows[number] for group in groups for number in group})
        yield from (cluster(group, names, verdict, worths) for group in groups)


def _portions(parts: Iterable[list[JudgedPair]]) -> Iterator[list[JudgedPair]]:
    """Whole components together, as many as are worth fetching at a time."""
    portion: list[JudgedPair] = []
    for part in parts:
        portion += part
        if len(portion) >= BATCH:
            yield portion
            portion = []
    if portion:
        yield portion


def _judge_of(
    pairs: Sequence[JudgedPair], rows: Mapping[int, Row], matching: Matching, memory: Memory
) -> Callable[[int, int], Judgement]:
    """The judgement on any two records, also on a pair that no key brought together."""
    known = {(pair.a, pair.b): pair.judgement for pair in pairs}

    def verdict(a: int, b: int) -> Judgement:
        if (a, b) not in known:
            known[a, b] = memory.applied((a, b), judge(rows[a], rows[b], matching))
        return known[a, b]

    return verdict
