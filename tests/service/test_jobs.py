"""A run is journalled step by step and ends with the worst of its steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rabis_sync import config
from rabis_sync.errors import ConfigError, FatalError, GuardStop, SourceAway
from rabis_sync.service.execution import execute
from rabis_sync.service.jobs import Job, Limit
from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.store.database import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def gives(report: StepReport) -> Callable[[StepContext], StepReport]:
    return lambda _context: report


def breaks(error: Exception) -> Callable[[StepContext], StepReport]:
    def step(_context: StepContext) -> StepReport:
        raise error

    return step


DONE = ("correct", gives(StepReport("correct", {"examined": 3})))


@pytest.mark.parametrize(
    ("steps", "outcome", "code"),
    [
        ([DONE], "done", 0),
        ([DONE, ("harvest", gives(StepReport("harvest", {}, "quarantined")))], "quarantined", 4),
        ([("reconcile", breaks(SourceAway("1C is away"))), DONE], "retry", 75),
        ([("harvest", breaks(GuardStop("too many"))), ("x", breaks(SourceAway("away")))], "guard", 3),
        (
            [("harvest", breaks(FatalError("no MARC"))), ("y", breaks(GuardStop("too many"))), DONE],
            "failed",
            1,
        ),
    ],
)
def test_the_worst_step_names_the_run(
    store: Store, steps: list[tuple[str, Callable[[StepContext], StepReport]]], outcome: str, code: int
) -> None:
    report = execute(store, "nightly", steps, StepContext(0, NOW), config_hash="c")
    assert (report.outcome, report.exit_code) == (outcome, code)
    with store.read() as unit:
        run = unit.runs.latest()[0]
    assert (run["outcome"], run["exit_code"], run["job"]) == (outcome, code, "nightly")
    assert [step["name"] for step in run["steps"]] == [name for name, _ in steps]


def test_a_failed_step_does_not_hold_back_the_later_ones(store: Store) -> None:
    report = execute(
        store, "nightly", [("harvest", breaks(SourceAway("away"))), DONE], StepContext(0, NOW), config_hash=""
    )
    assert [step.outcome for step in report.steps] == ["retry", "done"]
    assert "away" in report.steps[0].message


def test_a_defect_is_raised_and_still_journalled(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        execute(
            store,
            "nightly",
            [DONE, ("dedup", breaks(ZeroDivisionError()))],
            StepContext(0, NOW),
            config_hash="",
        )
    with store.read() as unit:
        run = unit.runs.latest()[0]
    assert (run["outcome"], run["exit_code"]) == ("failed", 1)


def test_a_dry_run_leaves_no_trace_in_the_journal(store: Store) -> None:
    execute(store, "nightly", [DONE], StepContext(0, NOW, dry_run=True), config_hash="")
    with store.read() as unit:
        assert unit.runs.latest() == []


def test_a_run_that_never_ended_is_marked_by_the_next(store: Store) -> None:
    with store.write() as unit:
        unit.runs.start("nightly", versions={}, config_hash="")
    execute(store, "nightly", [DONE], StepContext(0, NOW), config_hash="")
    with store.read() as unit:
        assert [run["outcome"] for run in unit.runs.latest()] == ["done", "interrupted"]


def test_every_bundled_job_is_valid() -> None:
    jobs = {path.stem: config.read_toml(path, Job) for path in config.bundled("jobs").glob("*.toml")}
    assert jobs["nightly"].steps == ["harvest", "correct", "dedup", "reconcile", "publish", "reports"]
    assert not jobs["nightly"].holds_back("reconcile", "publish"), "publication waits for no 1C"
    assert jobs["weekly"].full
    assert all(job.schedule for job in jobs.values())


def test_a_job_with_mistakes_names_each(tmp_path: Path) -> None:
    path = tmp_path / "nightly.toml"
    path.write_text(
        'steps = ["harvest", "dedupe"]\n[guards]\nmax_deletd = 1\nmax_withdrawn = { share = 2, number = 1 }\n'
    )
    with pytest.raises(ConfigError) as caught:
        config.read_toml(path, Job)
    told = str(caught.value)
    assert "steps.1" in told
    assert "max_deletd: unknown key, did you mean 'max_deleted'?" in told
    assert "a share lies between 0 and 1" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("steps = []", "steps names no step"),
        ('steps = ["publish", "publish"]', "steps names 'publish' twice"),
        (
            'steps = ["publish"]\n[schedule]\nat = "2:30"',
            "at is an hour and a minute between 00:00 and 23:59",
        ),
        ('steps = ["publish"]\n[schedule]\nat = "24:00"', "not '24:00'"),
        ('steps = ["publish"]\n[schedule]\nat = 2', "schedule.at: Input should be a valid string, found 2"),
        ('steps = ["publish"]\n[schedule]\nat = "02:30"\ndays = ["monday"]', "schedule.days.0"),
        ('steps = ["publish"]\n[schedule]\nat = "02:30"\ndays = [1]', "'mon', 'tue'"),
        ('steps = ["publish"]\n[schedule]\nat = "02:30"\ndays = []', "days names no day"),
        ('steps = ["publish"]\n[schedule]\ndays = ["mon"]', "schedule.at: this key is needed and missing"),
        ('steps = ["publish"]\n[schedul]\nat = "02:30"', "schedul: unknown key, did you mean 'schedule'?"),
        ('steps = ["publish"]\n[schedule]\nat = "02:30"\nretry_minutes = 0', "retry_minutes 1 or more"),
        ('steps = ["publish"]\n[after_failure]\nharvest = []', "there is no step 'harvest'"),
        (
            'steps = ["reconcile", "publish"]\n[after_failure]\npublish = ["reconcile"]',
            "'reconcile' does not come after 'publish'; the steps are reconcile, publish",
        ),
    ],
)
def test_a_mistake_in_a_job_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        config.read_toml(path, Job)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("number", "whole", "allowed"), [(20, 10, True), (21, 100, False), (21, 1050, True), (22, 1050, False)]
)
def test_a_limit_allows_the_larger_of_share_and_number(number: int, whole: int, *, allowed: bool) -> None:
    assert Limit(0.02, 20).allows(number, whole) is allowed
