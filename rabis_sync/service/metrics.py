"""The health of the service as Prometheus reads it: live, or as a file for its node exporter.

Names follow its conventions (prometheus.io/docs/practices/naming): base units, a total ends in ``_total``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from prometheus_client import Metric

    from rabis_sync.service.health import Health, JobHealth

#: Of the exposition format that `text` gives.
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(health: Health | None) -> bytes:
    """The metrics; None: the database is away."""
    return generate_latest(_registry(health))


def write(health: Health | None, file: Path) -> None:
    """The metrics into a file, in one step.

    Raises:
        OSError: it cannot be written.
    """
    write_to_textfile(str(file), _registry(health))


def _registry(health: Health | None) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(health))
    return registry


class _Collected(Collector):
    def __init__(self, health: Health | None) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        health = self._health
        yield _gauge("database_up", "Whether the database answers.", (), [((), health is not None)])
        if health is None:
            return
        yield InfoMetricFamily("rabis_sync", "The program.", value={"version": health.version})
        yield from _jobs(health.jobs)
        yield from _last_runs([(job.job, job.last) for job in health.jobs if job.last])
        states = [((source, state), n) for source, by in health.records.items() for state, n in by.items()]
        yield _gauge("records", "Records that are stored.", ("source", "state"), states)
        yield _gauge("quarantined_records", "Unreadable records.", (), [((), health.quarantined)])
        yield _gauge("unsent_notices", "Notices that wait to be sent.", (), [((), health.unsent)])


def _jobs(jobs: Sequence[JobHealth]) -> Iterator[Metric]:
    """Moments are seconds since 1970, UTC; what is not known yet is left out."""
    moments = {
        "last_run": [(job.job, job.last["started_at"]) for job in jobs if job.last],
        "last_success": [(job.job, job.succeeded) for job in jobs if job.succeeded],
        "next_run": [(job.job, job.following) for job in jobs if job.following],
    }
    for name, when in moments.items():
        told = [((job,), at.timestamp()) for job, at in when]
        yield _gauge(f"{name}_timestamp_seconds", f"Moment of {name}.", ("job",), told)
    under_way = [((job.job,), job.running) for job in jobs]
    yield _gauge("run_in_progress", "Whether a run is under way.", ("job",), under_way)
    late = [((job.job,), job.late) for job in jobs]
    yield _gauge("job_late", "Whether a good run is overdue.", ("job",), late)


def _last_runs(runs: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[Metric]:
    ended = [(job, run) for job, run in runs if run["ended_at"]]
    lasted = [((job,), (run["ended_at"] - run["started_at"]).total_seconds()) for job, run in ended]
    yield _gauge("last_run_duration_seconds", "How long the last run took.", ("job",), lasted)
    codes = [((job,), run["exit_code"]) for job, run in ended]
    yield _gauge("last_run_exit_code", "Exit code of the last run.", ("job",), codes)
    counts = [
        ((job, step["name"], name), number)
        for job, run in runs
        for step in run["steps"]
        for name, number in step["counts"].items()
    ]
    yield _gauge("last_run_count", "What the last run counted.", ("job", "step", "count"), counts)


def _gauge(
    name: str, meaning: str, labels: tuple[str, ...], values: Iterable[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"rabis_sync_{name}", meaning, labels=labels)
    for label, value in values:
        family.add_metric(list(label), float(value))
    return family
