"""How the jobs do, from the ledger of runs alone: what monitoring asks, and what a person looks at first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rabis_sync.service import timetable
from rabis_sync.service.timetable import SUCCESS, Past

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta, tzinfo

    from rabis_sync.service.jobs import Schedule


@dataclass(frozen=True, slots=True)
class JobHealth:
    """How one job does.

    Attributes:
        job: its name.
        late: no run has succeeded since the moment that lies further back than the patience.
        following: when it is due next, UTC; None: only when asked for.
        last: its last run, a row of the ledger with its steps; None: it never ran.
        succeeded: when its last good run ended, UTC; None: not since the ledger is asked.
    """

    job: str
    late: bool
    following: datetime | None
    last: Mapping[str, Any] | None
    succeeded: datetime | None

    @property
    def running(self) -> bool:
        """Whether a run is under way, or broke off without a word."""
        return self.last is not None and self.last["outcome"] == "running"


@dataclass(frozen=True, slots=True)
class Health:
    """How everything does.

    Attributes:
        version: of the program.
        jobs: every job that has a schedule or ran lately.
        records: number of records by source and state.
        quarantined: records that could not be read.
        unsent: notices that wait.
    """

    version: str
    jobs: tuple[JobHealth, ...] = ()
    records: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    quarantined: int = 0
    unsent: int = 0

    @property
    def ready(self) -> bool:
        """Whether nothing is late."""
        return not any(job.late for job in self.jobs)

    def document(self) -> dict[str, Any]:
        """The same for machines."""
        return {"ready": self.ready, "version": self.version, "jobs": [_told(job) for job in self.jobs]}


def of_job(
    job: str,
    schedule: Schedule | None,
    zone: tzinfo,
    runs: Sequence[Mapping[str, Any]],
    now: datetime,
    patience: timedelta,
) -> JobHealth:
    """How one job does.

    Args:
        job: its name.
        schedule: when it is due; None: only when asked for, and then it is never late.
        zone: the library's.
        runs: rows of the ledger, newest first.
        now: UTC.
        patience: how long after its moment a job may still be without a good run.
    """
    past = [Past(run["started_at"], run["ended_at"], run["outcome"]) for run in runs]
    ended = (run.ended_at for run in past if run.outcome in SUCCESS)
    return JobHealth(
        job=job,
        late=schedule is not None and timetable.late(schedule, zone, past, now, patience),
        following=timetable.following(schedule, zone, now) if schedule else None,
        last=runs[0] if runs else None,
        succeeded=next(ended, None),
    )


def _told(job: JobHealth) -> dict[str, Any]:
    last = job.last or {}
    return {
        "job": job.job,
        "late": job.late,
        "next": job.following.isoformat() if job.following else None,
        "last_success": job.succeeded.isoformat() if job.succeeded else None,
        "last_run": last.get("id"),
        "last_outcome": last.get("outcome"),
        "last_exit_code": last.get("exit_code"),
    }
