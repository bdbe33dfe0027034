"""Finds records that describe one edition twice; pairs and clusters replace those before in one commit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.dedup.candidates import candidates
from rabis_sync.dedup.clusters import Cluster, JudgedPair, cluster, join
from rabis_sync.dedup.keys import keys
from rabis_sync.dedup.memory import Memory, pairs_named, recall
from rabis_sync.dedup.row import Row
from rabis_sync.dedup.verdict import Judgement, Matching, judge
from rabis_sync.marc.fields import FIELD_END
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext

NAME = "dedup"

#: Nobody decided anything yet.
NOTHING = Memory()


@dataclass(frozen=True, slots=True)
class Settings:
    """What the step needs: `mappings/match.toml`."""

    matching: Matching


@dataclass(frozen=True, slots=True)
class DedupPlan:
    """Everything found in a catalogue.

    Attributes:
        pairs: duplicates and reviews, by record ids.
        clusters: by record ids.
        compared: candidate pairs that were judged.
        cut: keys of too many records, by kind of key.
        names: control number by record id, of the records named above.
    """

    pairs: tuple[JudgedPair, ...]
    clusters: tuple[Cluster, ...]
    compared: int
    cut: Mapping[str, int]
    names: Mapping[int, str]

    def counts(self) -> dict[str, int]:
        """Numbers for the report of the step."""
        verdicts = Counter(pair.judgement.verdict for pair in self.pairs)
        return {
            "compared": self.compared,
            "duplicates": verdicts["duplicate"],
            "review": verdicts["review"],
            "clusters": len(self.clusters),
            "keys_cut": sum(self.cut.values()),
        }

    def __str__(self) -> str:
        return "\n".join(
            f"{pair.judgement.verdict} {self.names[pair.a]} {self.names[pair.b]} {pair.judgement.score:.2f}"
            for pair in self.pairs
        )


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Compare the whole catalogue with itself; the same catalogue gives the same pairs and clusters."""
    with store.read() as view:
        rows = [Row.of(columns) for columns in view.records.match_rows()]
        plan = find(rows, settings.matching, partial(_fullness, view), recall(view))
    if context.dry_run:
        context.show(plan)
        return StepReport(NAME, plan.counts(), "planned")
    with store.write() as unit:
        apply(unit, plan, context.run)
    return StepReport(NAME, plan.counts())


def find(
    rows: Iterable[Row],
    matching: Matching,
    fullness: Callable[[Iterable[int]], Mapping[int, int]],
    memory: Memory = NOTHING,
) -> DedupPlan:
    """Decide what is a duplicate of what.

    Args:
        rows: all records.
        matching: weights, limits, vetoes.
        fullness: asked once for the number of fields of the records that are in clusters.
        memory: what people said of pairs; it stands above every key and every weight.
    """
    by_id = {row.id: row for row in rows}
    keyed = ((row.id, keys(row, matching.keys.title_letters)) for row in by_id.values())
    found = candidates(keyed, matching.keys.most_records)
    looked_at = sorted({*found.pairs, *pairs_named(memory.same, by_id)})

    def judged_pair(a: int, b: int) -> Judgement:
        return memory.applied((a, b), judge(by_id[a], by_id[b], matching))

    judged = (JudgedPair(a, b, judged_pair(a, b)) for a, b in looked_at)
    pairs = tuple(pair for pair in judged if pair.judgement.verdict != "none")
    known = {(pair.a, pair.b): pair.judgement for pair in pairs}

    def verdict(a: int, b: int) -> Judgement:
        if (a, b) not in known:
            known[a, b] = judged_pair(a, b)
        return known[a, b]

    groups = join(pairs, by_id, verdict)
    fields = fullness(record for group in groups for record in group)
    clusters = tuple(cluster(group, by_id, verdict, fields) for group in groups)
    names = {record: by_id[record].name[1] for pair in pairs for record in (pair.a, pair.b)}
    return DedupPlan(pairs, clusters, len(looked_at), found.cut, names)


def apply(unit: Unit, plan: DedupPlan, run_number: int) -> None:
    """Make the plan's pairs and clusters those of the catalogue."""
    unit.duplicates.replace(
        [_pair_row(pair) for pair in plan.pairs],
        [
            {"id": one.id, "survivor": one.survivor, "verdict": one.verdict, "records": list(one.records)}
            for one in plan.clusters
        ],
        run=run_number,
    )


def _pair_row(pair: JudgedPair) -> dict[str, Any]:
    return {
        "record_a": pair.a,
        "record_b": pair.b,
        "verdict": pair.judgement.verdict,
        "score": pair.judgement.score,
        "evidence": [line.as_json() for line in pair.judgement.evidence],
    }


def _fullness(view: Unit, records: Iterable[int]) -> dict[int, int]:
    return {number: stored.canonical.count(FIELD_END) for number, stored in view.records.get(records).items()}
