"""A run that broke off goes on where it stopped; what a failure holds back is said by the job."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import RunStopped, SourceAway
from rabis_sync.service.execution import execute, versions
from rabis_sync.service.jobs import Job
from rabis_sync.service.stopping import stoppable
from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.service.execution import RunReport, Step
    from rabis_sync.store.database import Store

NAMES = ("harvest catalogue", "correct", "dedup", "reconcile", "publish")


class Night:
    """Steps that note that they were done; some break off, some fail."""

    def __init__(self, **breaking: BaseException) -> None:
        self.done: list[str] = []
        self.breaking = breaking

    def steps(self) -> list[Step]:
        return [(name, self.step(name)) for name in NAMES]

    def step(self, name: str) -> Callable[[StepContext], StepReport]:
        def run(_context: StepContext) -> StepReport:
            if error := self.breaking.get(name.partition(" ")[0]):
                raise error
            self.done.append(name)
            return StepReport(name, {"examined": 1})

        return run

    def run(self, store: Store, *, now: datetime | None = None, config_hash: str = "c") -> RunReport:
        context = StepContext(0, now or datetime.now(UTC))
        return execute(store, "nightly", self.steps(), context, config_hash=config_hash, resumes=True)


def interrupted(store: Store, at: str = "dedup") -> None:
    with pytest.raises(KeyboardInterrupt):
        Night(**{at: KeyboardInterrupt()}).run(store)


def test_an_interrupted_run_goes_on_at_the_step_where_it_stopped(any_store: Store) -> None:
    interrupted(any_store)
    second = Night()
    report = second.run(any_store)
    assert second.done == ["dedup", "reconcile", "publish"]
    assert (report.outcome, report.exit_code) == ("done", 0)
    with any_store.read() as unit:
        last, first = unit.runs.latest()
    assert (first["outcome"], first["exit_code"]) == ("interrupted", 75)
    assert [step["outcome"] for step in last["steps"]] == ["kept", "kept", "done", "done", "done"]
    assert "run 1" in last["steps"][0]["message"]


def test_a_run_that_was_killed_is_resumed_too_and_again(any_store: Store) -> None:
    with any_store.write() as unit:
        run = unit.runs.start("nightly", versions=versions(), config_hash="c")
        unit.runs.add_step(run, StepReport("harvest catalogue", {}, "quarantined"))
    interrupted(any_store, "correct")
    third = Night()
    assert third.run(any_store).exit_code == 4, (
        "what an interrupted run put into quarantine is told at the end"
    )
    assert third.done == list(NAMES[1:])


def test_a_step_that_had_failed_is_tried_again(any_store: Store) -> None:
    with any_store.write() as unit:
        run = unit.runs.start("nightly", versions=versions(), config_hash="c")
        unit.runs.add_step(run, StepReport("harvest catalogue", {}, "retry"))
        unit.runs.add_step(run, StepReport("correct"))
    again = Night()
    again.run(any_store)
    assert again.done == list(NAMES)


@pytest.mark.parametrize("change", ["another configuration", "the next day", "nothing was interrupted"])
def test_a_run_begins_from_the_beginning_where_resuming_would_be_wrong(store: Store, change: str) -> None:
    if change == "nothing was interrupted":
        Night().run(store)
    else:
        interrupted(store)
    second = Night()
    later = datetime.now(UTC) + timedelta(hours=13 if change == "the next day" else 0)
    second.run(store, now=later, config_hash="d" if change == "another configuration" else "c")
    assert second.done == list(NAMES)


def test_a_job_says_what_a_failure_holds_back(store: Store) -> None:
    job = Job(
        ["harvest", "correct", "dedup", "reconcile", "publish"],
        after_failure={"harvest": ["reconcile", "publish"], "reconcile": ["publish"]},
    )
    night = Night(harvest=SourceAway("away"), reconcile=SourceAway("1C is away"))
    report = execute(
        store, "nightly", night.steps(), StepContext(0, datetime.now(UTC)), config_hash="",
        holds_back=job.holds_back,
    )  # fmt: skip
    assert [step.outcome for step in report.steps] == ["retry", "skipped", "skipped", "retry", "done"]
    assert night.done == ["publish"]
    assert (report.outcome, report.exit_code) == ("retry", 75)


def test_a_source_that_is_away_holds_no_other_source_back(store: Store) -> None:
    job = Job(["harvest", "publish"], after_failure={"harvest": []})
    night = Night(harvest=SourceAway("away"))
    steps = [("harvest one", night.step("harvest one")), ("harvest two", Night().step("harvest two"))]
    report = execute(
        store, "nightly", [*steps, ("publish", night.step("publish"))], StepContext(0, datetime.now(UTC)),
        config_hash="", holds_back=job.holds_back,
    )  # fmt: skip
    assert [step.outcome for step in report.steps] == ["retry", "done", "skipped"]


def test_sigterm_stops_a_step_and_the_ledger_says_so(store: Store) -> None:
    def stopped(_context: StepContext) -> StepReport:
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1_000_000):
            pass
        pytest.fail("the signal was not heard")

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(RunStopped, match="nightly was told to stop"), stoppable("nightly"):
        execute(store, "nightly", [("harvest", stopped)], StepContext(0, datetime.now(UTC)), config_hash="")
    assert signal.getsignal(signal.SIGTERM) == before
    with store.read() as unit:
        assert [(run["outcome"], run["exit_code"]) for run in unit.runs.latest()] == [("interrupted", 75)]
