from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rabis_sync.dedup.row import Row
from rabis_sync.dedup.step import DedupPlan, Settings, find, run
from rabis_sync.marc import codec
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.dedup.verdict import Matching
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.store.database import Store

BOOK = "101 $akaz\n200 $aАлтын бесік$fС. Мұратбеков\n210 $aАлматы$cЖазушы$d1986\n215 $a256 б."
FULLER = f"{BOOK}\n606 $aПовестер"
OTHER = "101 $arus\n200 $aПтицы Казахстана$fЭ. Гаврилов\n210 $aАлматы$cГылым$d1999\n215 $a198 с."
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def step_settings(matching: Matching) -> Settings:
    return Settings(matching)


def found(store: Store) -> tuple[list[tuple[str, str, str]], list[tuple[list[int], int, str]]]:
    with store.read() as unit:
        pairs = [(pair["a"], pair["b"], pair["verdict"]) for pair in unit.duplicates.pairs()]
        clusters = [(one["records"], one["survivor"], one["verdict"]) for one in unit.duplicates.clusters()]
    return pairs, clusters


def test_a_book_described_twice_is_a_pair_and_a_cluster_with_the_fuller_record_surviving(
    stored: Callable[[list[str]], Store], step_settings: Settings
) -> None:
    store = stored([BOOK, OTHER, FULLER])
    report = run(store, step_settings, StepContext(run=7, now=NOW))
    assert found(store) == ([("1", "3", "duplicate")], [([1, 3], 3, "duplicate")])
    assert report.counts == {"compared": 1, "duplicates": 1, "review": 0, "clusters": 1, "keys_cut": 0}


def test_evidence_is_kept_with_the_pair(
    stored: Callable[[list[str]], Store], step_settings: Settings
) -> None:
    store = stored([BOOK, FULLER])
    run(store, step_settings, StepContext(run=7, now=NOW))
    with store.read() as unit:
        pair = unit.duplicates.pairs()[0]
    assert {"field": "year", "outcome": "equal", "a": "1986", "b": "1986", "weight": 0.15} in pair["evidence"]
    assert 0 <= pair["score"] <= 1


def test_a_second_run_changes_nothing(stored: Callable[[list[str]], Store], step_settings: Settings) -> None:
    store = stored([BOOK, OTHER, FULLER])
    run(store, step_settings, StepContext(run=7, now=NOW))
    before = found(store)
    run(store, step_settings, StepContext(run=8, now=NOW))
    assert found(store) == before
    with store.read() as unit:
        assert [pair["first_run"] for pair in unit.duplicates.pairs()] == [7]


def test_a_pair_goes_when_one_of_its_records_is_deleted(
    stored: Callable[[list[str]], Store], step_settings: Settings
) -> None:
    store = stored([BOOK, FULLER])
    run(store, step_settings, StepContext(run=7, now=NOW))
    with store.write() as unit:
        unit.records.delete([2], run=8, at=NOW)
    run(store, step_settings, StepContext(run=8, now=NOW))
    assert found(store) == ([], [])


def test_a_dry_run_shows_the_plan_and_writes_nothing(
    stored: Callable[[list[str]], Store], step_settings: Settings
) -> None:
    store = stored([BOOK, FULLER])
    shown: list[object] = []
    report = run(store, step_settings, StepContext(run=0, now=NOW, dry_run=True, show=shown.append))
    assert found(store) == ([], [])
    assert report.outcome == "planned"
    [plan] = shown
    assert isinstance(plan, DedupPlan)
    assert str(plan) == "duplicate 1 2 1.00"


def test_in_the_real_catalogue_only_the_five_books_described_twice_are_found(
    shared_data: Path, unimarc: Dialect, matching: Matching
) -> None:
    rows = real_rows(shared_data, unimarc)
    plan = find(rows, matching, lambda _: {})
    named = {tuple(rows[number - 1].name[1][-7:] for number in (pair.a, pair.b)) for pair in plan.pairs}
    assert named == {
        ("1534140", "1541321"),
        ("1534149", "1541315"),
        ("1534150", "1541230"),
        ("1534151", "1541316"),
        ("1534158", "1541260"),
    }
    assert {pair.judgement.verdict for pair in plan.pairs} == {"duplicate"}


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_harvest_does_not_change_what_is_found(
    shared_data: Path, unimarc: Dialect, matching: Matching, random: object
) -> None:
    rows = real_rows(shared_data, unimarc)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    renumbered = [replace(row, id=number) for number, row in enumerate(shuffled, 1)]
    assert named(renumbered, matching) == named(rows, matching)


def named(rows: list[Row], matching: Matching) -> set[tuple[frozenset[str], str]]:
    names = {row.id: row.name[1] for row in rows}
    plan = find(rows, matching, lambda _: {})
    return {
        (frozenset(names[number] for number in one.records), names[one.survivor]) for one in plan.clusters
    }


def real_rows(shared_data: Path, unimarc: Dialect) -> list[Row]:
    found: list[Row] = []
    with (shared_data / "tatarstan-500.mrc").open("rb") as stream:
        for number, decoded in enumerate(codec.read(stream), 1):
            assert isinstance(decoded, codec.Decoded)
            folded = fold_record(Record(decoded.record, unimarc))
            columns = folded._asdict()
            identity = {
                "record_id": number,
                "source": "real",
                "control_number": decoded.record.control_number,
            }
            found.append(Row.of(columns | identity))
    return found
