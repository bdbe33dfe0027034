"""The ledger of runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from rabis_sync.store.database import Store


def test_a_run_is_kept_with_its_steps_in_order(any_store: Store) -> None:
    with any_store.write() as unit:
        run = unit.runs.start("nightly", versions={"rabis-sync": "0.1"}, config_hash="abc")
        unit.runs.add_step(run, StepReport("harvest", {"stored": 3}, message="қор\0"))
        unit.runs.add_step(run, StepReport("correct", outcome="failed"))
        unit.runs.end(run, "failed", 1)
    with any_store.read() as unit:
        (found,) = unit.runs.latest()
    assert (found["id"], found["job"], found["outcome"], found["exit_code"]) == (run, "nightly", "failed", 1)
    assert found["versions"] == {"rabis-sync": "0.1"}
    assert found["started_at"] <= found["ended_at"] <= datetime.now(UTC)
    assert [(step["position"], step["name"], step["counts"], step["message"]) for step in found["steps"]] == [
        (1, "harvest", {"stored": 3}, "қор\ufffd"),
        (2, "correct", {}, ""),
    ]


def test_a_run_that_never_ended_is_marked_when_the_next_begins(any_store: Store) -> None:
    with any_store.write() as unit:
        first = unit.runs.start("nightly", versions={}, config_hash="")
        second = unit.runs.start("nightly", versions={}, config_hash="")
        unit.runs.end(second, "done", 0)
        third = unit.runs.start("nightly", versions={}, config_hash="")
        found = unit.runs.latest()
    assert [(run["id"], run["outcome"]) for run in found] == [
        (third, "running"),
        (second, "done"),
        (first, "interrupted"),
    ]
    assert found[2]["ended_at"] is not None


def test_the_newest_runs_come_first_and_no_more_than_asked(any_store: Store) -> None:
    with any_store.write() as unit:
        ids = [unit.runs.start("nightly", versions={}, config_hash="") for _ in range(5)]
        assert [run["id"] for run in unit.runs.latest(2)] == ids[:-3:-1]


def test_runs_of_a_period_are_those_that_began_in_it(any_store: Store) -> None:
    with any_store.write() as unit:
        run = unit.runs.start("nightly", versions={}, config_hash="")
        unit.runs.add_step(run, StepReport("harvest"))
        (found,) = unit.runs.between()
        begun = found["started_at"]
        assert [step["name"] for step in found["steps"]] == ["harvest"]
        instant = timedelta(microseconds=1)
        assert len(unit.runs.between(begun, begun + instant)) == 1
        assert unit.runs.between(begun + instant) == []
        assert unit.runs.between(None, begun) == []


def test_a_context_that_nobody_listens_to_is_silent() -> None:
    context = StepContext(run=1, now=datetime.now(UTC))
    context.show("a plan")
    context.progress("records", 1, None)
    assert context.dry_run is False
