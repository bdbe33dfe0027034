"""The ledger of runs: what ran, when, what each step counted and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import tables

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = tables.table(tables.Run)
STEP = tables.table(tables.RunStep)


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a step did.

    Attributes:
        name: harvest, correct, dedup, reconcile or publish.
        counts: numbers by name; every name is an English word of the field.
        outcome: done, quarantined (something new could not be read), planned (a dry run), kept (done in a run
            that was interrupted), skipped (an earlier step failed), guard, failed or retry.
        message: one line for people, empty when the counts say it all.
    """

    name: str
    counts: dict[str, int] = field(default_factory=dict)
    outcome: str = "done"
    message: str = ""


def _silent(*_: object) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step is told about the run it belongs to.

    Attributes:
        run: number of the run; 0 in a dry run, which leaves no trace.
        now: the moment the run began, UTC; a step asks no clock of its own.
        dry_run: show plans instead of applying them.
        show: called with each plan in a dry run: the same object that would be applied, readable by `str()`.
        progress: called with what is being counted, how many so far, and of how many (None: unknown).
        pace: called with the same name and a line about how it goes, before the progress it belongs to.
    """

    run: int
    now: datetime
    dry_run: bool = False
    show: Callable[[object], None] = _silent
    progress: Callable[[str, int, int | None], None] = _silent
    pace: Callable[[str, str], None] = _silent


class Runs:
    """Repository of runs and steps."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def interrupted(
        self, job: str, *, versions: dict[str, str], config_hash: str, since: datetime | None
    ) -> dict[str, Any]:
        """The last run of a job with its steps, where it broke off and nothing that it rests on has changed.

        Args:
            job: of that name.
            versions: the program is the same.
            config_hash: so is the configuration.
            since: it began at this moment or later; None: none is wanted.

        Returns:
            The row of the run, empty where there is none such; called by the only writer, so that a run that
            seems to be running is none.
        """
        query = sa.select(RUN).where(RUN.c.job == job).order_by(RUN.c.id.desc()).limit(1)
        last = self._connection.execute(query).mappings().first()
        broken = last is not None and last["outcome"] in {"running", "interrupted"}
        if last is None or since is None or not broken or last["started_at"] < since:
            return {}
        if (last["versions"], last["config_hash"]) != (versions, config_hash):
            return {}
        return {**last, "steps": self._steps(last["id"])}

    def of_job(self, job: str, since: datetime) -> list[dict[str, Any]]:
        """Runs of a job that began at this moment or later, newest first, without their steps."""
        query = sa.select(RUN).where(RUN.c.job == job, RUN.c.started_at >= since).order_by(RUN.c.id.desc())
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def start(self, job: str, *, versions: dict[str, str], config_hash: str) -> int:
        """Open a run and give its number; runs that never ended are marked as interrupted."""
        now = datetime.now(UTC)
        left_open = RUN.c.outcome == "running"
        self._connection.execute(sa.update(RUN).where(left_open).values(outcome="interrupted", ended_at=now))
        row = {
            "job": job,
            "started_at": now,
            "outcome": "running",
            "versions": versions,
            "config_hash": config_hash,
        }
        inserted = self._connection.execute(sa.insert(RUN).values(row).returning(RUN.c.id))
        return int(inserted.scalar_one())

    def add_step(self, run: int, report: StepReport) -> None:
        """Keep what a step of this run did."""
        position = self._connection.execute(
            sa.select(sa.func.count()).where(STEP.c.run_id == run)
        ).scalar_one()
        row = {
            "run_id": run,
            "position": position + 1,
            "name": report.name,
            "outcome": report.outcome,
            "counts": report.counts,
            "message": report.message,
        }
        self._connection.execute(sa.insert(STEP).values(row))

    def end(self, run: int, outcome: str, exit_code: int) -> None:
        """Close a run."""
        ended = {"outcome": outcome, "exit_code": exit_code, "ended_at": datetime.now(UTC)}
        self._connection.execute(sa.update(RUN).where(RUN.c.id == run).values(ended))

    def latest(self, limit: int = 20) -> list[dict[str, Any]]:
        """The newest runs with their steps, newest first, as rows of names to values."""
        runs = (
            self._connection.execute(sa.select(RUN).order_by(RUN.c.id.desc()).limit(limit)).mappings().all()
        )
        return [{**run, "steps": self._steps(run["id"])} for run in runs]

    def between(self, since: datetime | None = None, until: datetime | None = None) -> list[dict[str, Any]]:
        """Runs that began in ``since <= … < until`` (None: no bound) with their steps, newest first."""
        begun = [RUN.c.started_at >= since] if since else []
        begun += [RUN.c.started_at < until] if until else []
        runs = (
            self._connection.execute(sa.select(RUN).where(*begun).order_by(RUN.c.id.desc())).mappings().all()
        )
        steps: dict[int, list[dict[str, Any]]] = {}
        query = sa.select(STEP).join(RUN, RUN.c.id == STEP.c.run_id).where(*begun)
        for row in self._connection.execute(query.order_by(STEP.c.run_id, STEP.c.position)).mappings():
            steps.setdefault(row["run_id"], []).append(dict(row))
        return [{**run, "steps": steps.get(run["id"], [])} for run in runs]

    def _steps(self, run: int) -> list[dict[str, Any]]:
        found = self._connection.execute(
            sa.select(STEP).where(STEP.c.run_id == run).order_by(STEP.c.position)
        )
        return [dict(row) for row in found.mappings()]
