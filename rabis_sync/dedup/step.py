"""Finds records that describe one edition twice; what it found stands in one commit."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from rabis_sync.crew import cores
from rabis_sync.dedup.changes import Changes, candidates_of, changes, in_columns
from rabis_sync.dedup.clusters import Cluster, JudgedPair
from rabis_sync.dedup.columns import Columns, columns
from rabis_sync.dedup.memory import recall
from rabis_sync.dedup.merging import refresh
from rabis_sync.dedup.row import COLUMNS, Row
from rabis_sync.dedup.search import find_clusters, find_pairs, judged, worth_comparing
from rabis_sync.dedup.survivor import worth
from rabis_sync.dedup.verdict import Judgement, Matching
from rabis_sync.dedup.written import key_rows, packed_keys
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rabis_sync.dedup.merging import Merger
    from rabis_sync.dedup.survivor import Signs, Worth
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext

NAME = "dedup"

#: Goes up whenever the code would judge a pair or make a key otherwise: stored pairs are then found anew.
EDITION = 5
#: Records from which on they are put into columns on every core.
MANY = 50_000
#: A larger part of the catalogue that is due is searched with the rest: that costs no more.
MOST_DUE = 0.2


@dataclass(frozen=True, slots=True)
class Settings:
    """What the step needs.

    Attributes:
        matching: `mappings/match.toml`.
        full: search the whole catalogue, whatever is due.
        merger: lays approved merges again that a harvest lifted; None: merges are left as they are.
        auto_approve: sure duplicates are merged unasked.
    """

    matching: Matching
    full: bool = False
    merger: Merger | None = None
    auto_approve: bool = False

    @property
    def signs(self) -> Mapping[str, Signs]:
        """Where the records of each family show what they are worth."""
        return {} if self.merger is None else self.merger.signs

    def basis(self) -> str:
        """What pairs are judged with, in short: another one means that all have to be judged again."""
        told = repr((EDITION, asdict(self.matching)))
        return blake2b(told.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class DedupPlan:
    """What a search found, and what it does to the store.

    Attributes:
        pairs: duplicates and reviews found, by record ids.
        clusters: by record ids.
        due: records that were due when the search began.
        table: the records whose keys are written, in columns.
        looked: numbers of comparisons and keys for the report of the step.
        names: control number by record id, of the records named above.
        changes: what it was a search of; None: of the whole catalogue.
        region: records whose clusters these are, in a search of changes.
    """

    pairs: tuple[JudgedPair, ...]
    clusters: tuple[Cluster, ...]
    due: tuple[int, ...]
    table: Columns
    looked: Mapping[str, int]
    names: Mapping[int, str]
    changes: Changes | None = None
    region: frozenset[int] = frozenset()

    def counts(self) -> dict[str, int]:
        """Numbers of what was found."""
        verdicts = Counter(pair.judgement.verdict for pair in self.pairs)
        return {
            "duplicate": verdicts["duplicate"],
            "review": verdicts["review"],
            "clusters": len(self.clusters),
        }

    def __str__(self) -> str:
        return "\n".join(
            f"{pair.judgement.verdict} {self.names[pair.a]} {self.names[pair.b]} {pair.judgement.score:.2f}"
            for pair in self.pairs
        )


class StoredShelf:
    """Records of the store, by their ids."""

    def __init__(self, unit: Unit, signs: Mapping[str, Signs] | None = None) -> None:
        self._unit = unit
        self._signs = signs or {}

    def stored(self, ids: Iterable[int]) -> list[tuple[Any, ...]]:
        """What `Row.of` makes rows of."""
        return list(map(tuple, self._unit.matches.rows(COLUMNS, ids)))

    def rows(self, ids: Iterable[int]) -> dict[int, Row]:
        """Rows."""
        return {row[0]: Row.of(row) for row in self.stored(ids)}

    def names(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Source and control number."""
        return self._unit.matches.names(ids)

    def worths(self, rows: Mapping[int, Row]) -> dict[int, Worth]:
        """What speaks for keeping each of these records."""
        return {
            number: worth(
                one.canonical, rows[number].items, _numbers(rows[number]), self._signs.get(one.family)
            )
            for number, one in self._unit.records.get(rows).items()
        }


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Search what changed since the last search, or the whole catalogue.

    Whole it is the first time, when `mappings/match.toml` changed, when much is due, and when that is wished.
    Both find the same pairs and clusters.
    """
    if settings.merger is not None and not context.dry_run:
        with store.write() as unit:
            refresh(unit)
    with store.read() as view:
        plan = make_plan(view, settings)
    if context.dry_run:
        context.show(plan)
        return _report(plan, plan.counts(), "planned")
    with store.write() as unit:
        apply(unit, plan, settings, context.run)
        merged: Mapping[str, int] = {}
        if settings.merger is not None:
            merged = settings.merger.after_search(
                unit, at=context.now, run=context.run, auto=settings.auto_approve
            )
        return _report(plan, {**unit.duplicates.counts(), **merged}, "done")


def _report(plan: DedupPlan, found: Mapping[str, int], outcome: str) -> StepReport:
    counts = {
        "compared": plan.looked["compared"],
        "duplicates": found.get("duplicate", 0),
        "review": found.get("review", 0),
        "clusters": found["clusters"],
        "keys_cut": plan.looked["keys_cut"],
        **{name: number for name, number in found.items() if name.startswith("merges_")},
    }
    return StepReport(NAME, counts, outcome)


def make_plan(view: Unit, settings: Settings) -> DedupPlan:
    """Decide what is a duplicate of what."""
    due = view.matches.due()
    known = view.matches.basis() == settings.basis() and not settings.full
    if known and len(due) <= MOST_DUE * view.matches.count():
        return _plan_of_changes(view, settings, due)
    return _plan_of_all(view, settings, due)


def _plan_of_all(view: Unit, settings: Settings, due: Sequence[int]) -> DedupPlan:
    shelf, memory, matching = StoredShelf(view, settings.signs), recall(view), settings.matching
    batches = map(Row.packed, view.matches.batches(COLUMNS))
    table = columns(batches, Row.unpacked, cores() if view.matches.count() >= MANY else 1)
    found = find_pairs(table, shelf, matching, memory)
    return DedupPlan(
        found.pairs,
        tuple(find_clusters(found.pairs, shelf, matching, memory)),
        tuple(due),
        table,
        {"compared": found.compared, "keys_cut": found.cut},
        _names(shelf, found.pairs),
    )


def _plan_of_changes(view: Unit, settings: Settings, due: Sequence[int]) -> DedupPlan:
    shelf, memory, matching = StoredShelf(view, settings.signs), recall(view), settings.matching
    changed = changes(view.matches, shelf, due, matching.keys.most_records)
    ids, found = candidates_of(changed, matching.keys.most_records)
    table, found = in_columns(ids, found, shelf)
    told = (pair for pair in memory.same if not changed.touched.isdisjoint(pair))
    looked_at = {*worth_comparing(table, found, matching), *told}
    pairs = tuple(judged(sorted(looked_at), shelf, matching, memory))
    hanging, region = _region(view, changed.touched, pairs)
    return DedupPlan(
        pairs,
        tuple(find_clusters(hanging, shelf, matching, memory)),
        tuple(due),
        changed.table,
        {"compared": len(looked_at), "keys_cut": found.cut},
        _names(shelf, pairs),
        changed,
        region,
    )


def _region(
    view: Unit, touched: frozenset[int], pairs: Sequence[JudgedPair]
) -> tuple[list[JudgedPair], frozenset[int]]:
    """All pairs that hang together with the touched records, before or now, and all records in them."""
    known = {(pair.a, pair.b): pair for pair in pairs}
    region = set(touched) | {number for pair in known for number in pair}
    asked: set[int] = set()
    while front := region - asked:
        asked |= front
        for a, b, verdict, score in view.duplicates.pairs_of(front):
            region |= {a, b}
            if a not in touched and b not in touched:
                known[a, b] = JudgedPair(a, b, Judgement(verdict, score, ()))
    return [known[pair] for pair in sorted(known)], frozenset(region)


def apply(unit: Unit, plan: DedupPlan, settings: Settings, run_number: int) -> None:
    """Make the plan's pairs, clusters and keys those of the catalogue."""
    pairs = (_pair_row(pair) for pair in plan.pairs)
    clusters = [_cluster_row(one) for one in plan.clusters]
    table = plan.table
    rows, packed = key_rows(table.keys, table.ids), packed_keys(table.keys, table.ids)
    if plan.changes is None:
        unit.duplicates.replace(pairs, clusters, run=run_number)
        unit.matches.replace_keys(rows, packed)
    else:
        unit.duplicates.change_pairs(plan.changes.touched, pairs, run=run_number)
        unit.duplicates.change_clusters(plan.region, clusters)
        gone = ((key, record) for record, old in plan.changes.old.items() for key in old)
        unit.matches.change_keys(gone, rows, list(packed), plan.due)
    unit.matches.searched(plan.due, settings.basis())
    # Words of a new or changed record are evidence of what its duplicates lost: they are examined once more.
    unit.records.mark_checked(_told_by_others(plan), "")


def _told_by_others(plan: DedupPlan) -> list[int]:
    """Records of which a record that was due is a duplicate, and that were not due themselves."""
    due = frozenset(plan.due)
    duplicates = ({pair.a, pair.b} for pair in plan.pairs if pair.judgement.verdict == "duplicate")
    return sorted({one for both in duplicates if not due.isdisjoint(both) for one in both - due})


def _numbers(row: Row) -> int:
    return len(row.isbns) + len(row.issns) + len(row.identifiers)


def _names(shelf: StoredShelf, pairs: Sequence[JudgedPair]) -> dict[int, str]:
    names = shelf.names(number for pair in pairs for number in (pair.a, pair.b))
    return {number: name[1] for number, name in names.items()}


def _pair_row(pair: JudgedPair) -> dict[str, Any]:
    return {
        "record_a": pair.a,
        "record_b": pair.b,
        "verdict": pair.judgement.verdict,
        "score": pair.judgement.score,
        "evidence": [line.as_json() for line in pair.judgement.evidence],
    }


def _cluster_row(one: Cluster) -> dict[str, Any]:
    return {
        "id": one.id,
        "survivor": one.survivor,
        "verdict": one.verdict,
        "why": list(one.why),
        "records": list(one.records),
    }
