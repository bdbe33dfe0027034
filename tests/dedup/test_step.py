from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest

from rabis_sync.dedup.step import DedupPlan, Settings, run
from rabis_sync.dedup.verdict import Limits
from rabis_sync.marc import codec
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.dedup.verdict import Matching
    from rabis_sync.marc.fields import MarcRecord
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


def test_a_search_of_changes_starts_where_the_last_search_ended(
    stored: Callable[[list[str]], Store], changed: Callable[[Store, int, str], None], step_settings: Settings
) -> None:
    store = stored([BOOK, OTHER, OTHER, OTHER, OTHER, BOOK])
    run(store, step_settings, StepContext(run=7, now=NOW))
    changed(store, 6, OTHER)
    report = run(store, step_settings, StepContext(run=8, now=NOW))
    assert report.counts["compared"] == 4  # the changed record with those it shares a key with
    assert report.counts["duplicates"] == 10
    assert found(store)[1] == [([2, 3, 4, 5, 6], 2, "duplicate")]


def test_other_weights_mean_that_everything_is_judged_anew(
    stored: Callable[[list[str]], Store], matching: Matching
) -> None:
    store = stored([BOOK, FULLER])
    run(store, Settings(matching), StepContext(run=7, now=NOW))
    stricter = replace(matching, limits=Limits(duplicate=1.0, review=0.99))
    lighter = {**matching.weights, "title": {"equal": 0.1}}
    run(store, Settings(replace(stricter, weights=lighter)), StepContext(run=8, now=NOW))
    assert found(store) == ([], [])


def test_in_the_real_catalogue_only_the_five_books_described_twice_are_found(
    real_store: Callable[[list[MarcRecord]], Store], real: list[MarcRecord], step_settings: Settings
) -> None:
    store = real_store(real)
    run(store, step_settings, StepContext(run=7, now=NOW))
    pairs, _ = found(store)
    assert {(a[-7:], b[-7:], verdict) for a, b, verdict in pairs} == {
        ("1534140", "1541321", "duplicate"),
        ("1534149", "1541315", "duplicate"),
        ("1534150", "1541230", "duplicate"),
        ("1534151", "1541316", "duplicate"),
        ("1534158", "1541260", "duplicate"),
    }


def test_the_order_of_harvest_does_not_change_what_is_found(
    real_store: Callable[[list[MarcRecord]], Store], real: list[MarcRecord], step_settings: Settings
) -> None:
    shuffled = list(real)
    Random(5).shuffle(shuffled)
    searched: list[object] = []
    for records in (real, shuffled):
        store = real_store(records)
        run(store, step_settings, StepContext(run=7, now=NOW))
        searched.append(named(store))
    assert searched[0] == searched[1]


def named(store: Store) -> tuple[set[object], set[object]]:
    with store.read() as unit:
        pairs = unit.duplicates.pairs()
        clusters = unit.duplicates.clusters()
        names = unit.records.control_numbers(number for one in clusters for number in one["records"])
    return (
        {(frozenset((pair["a"], pair["b"])), pair["verdict"], pair["score"]) for pair in pairs},
        {
            (frozenset(names[number] for number in one["records"]), names[one["survivor"]], one["verdict"])
            for one in clusters
        },
    )


@pytest.fixture(scope="session")
def real(shared_data: Path) -> list[MarcRecord]:
    with (shared_data / "tatarstan-500.mrc").open("rb") as stream:
        return [one.record for one in codec.read(stream) if isinstance(one, codec.Decoded)]
