"""The health of the service is looked up in the ledger of runs, and left as a file where that is wanted."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from rabis_sync.errors import RabisSyncError
from rabis_sync.service import health, metrics
from rabis_sync.service.execution import versions
from rabis_sync.service.health import Health

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.service.jobs import Schedule
    from rabis_sync.store.database import Unit
    from rabis_sync.wiring.assembly import Assembly

_log = logging.getLogger(__name__)

#: How far back runs are looked for.
_REACH = timedelta(days=32)
#: Seconds for which an answer stands: monitoring that asks more often gets the same one.
_FRESH = 10.0


def schedules(assembly: Assembly) -> dict[str, Schedule]:
    """Schedules of the jobs that have one; errors as of `Assembly.job`."""
    jobs = {name: assembly.job(name) for name in assembly.job_files()}
    return {name: job.schedule for name, job in jobs.items() if job.schedule}


def look(assembly: Assembly) -> Health:
    """How everything does now.

    Raises:
        ConfigError, RetryableError: of the jobs and the database.
    """
    with closing(assembly.store()) as store, store.read() as unit:
        return seen(assembly, unit, datetime.now(UTC))


def seen(assembly: Assembly, unit: Unit, now: datetime) -> Health:
    """The same from an open unit; errors as of `schedules`."""
    due = schedules(assembly)
    patience = timedelta(hours=assembly.configuration.service.late_hours)
    runs = unit.runs.between(now - _REACH)
    names = sorted({*due, *(run["job"] for run in runs)})
    jobs = tuple(
        health.of_job(
            name, due.get(name), assembly.zone, [run for run in runs if run["job"] == name], now, patience
        )
        for name in names
    )
    records = {name: unit.records.counts(name) for name in assembly.configuration.sources}
    unsent = unit.notices.waiting(now - _REACH)
    return Health(versions()["rabis-sync"], jobs, records, len(unit.harvests.quarantined()), len(unsent))


@dataclass
class Monitor:
    """Answers monitoring, and asks the database no more often than is needed."""

    assembly: Assembly
    _known: tuple[float, Health | None] = field(default=(float("-inf"), None), init=False)

    def __call__(self) -> Health | None:
        """How everything does; None where the database is away."""
        at, known = self._known
        if monotonic() - at > _FRESH:
            try:
                known = look(self.assembly)
            except RabisSyncError as error:
                _log.error("the ledger of runs cannot be read: %s", error)
                known = None
            self._known = (monotonic(), known)
        return known


def leave_metrics(assembly: Assembly) -> None:
    """Write the file of metrics that the configuration names; a file that cannot be written harms no run."""
    name = assembly.configuration.service.metrics_file
    if not name:
        return
    file: Path = assembly.folder / name
    try:
        metrics.write(look(assembly), file)
    except (RabisSyncError, OSError) as error:
        _log.error("the metrics %s were not written: %s", file, error)
