"""What monitoring learns: ready while every job has a good run behind its last moment, figures that parse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from rabis_sync.errors import RetryableError
from rabis_sync.service import metrics
from rabis_sync.service.health import Health, of_job
from rabis_sync.service.jobs import Schedule
from rabis_sync.store.runs import StepReport
from rabis_sync.web.app import Settings, create_app
from rabis_sync.web.health import health_router
from rabis_sync.wiring import monitoring
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.monitoring import Monitor, leave_metrics, look
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)  # nine in the morning there


def run(hours_ago: float, outcome: str = "done", code: int = 0, **step: Any) -> dict[str, Any]:
    began = NOW - timedelta(hours=hours_ago)
    ended = None if outcome == "running" else began + timedelta(minutes=5)
    steps = [{"name": "harvest", "outcome": outcome, "counts": step, "message": ""}] if step else []
    return {
        "id": 1,
        "started_at": began,
        "ended_at": ended,
        "outcome": outcome,
        "exit_code": code,
        "steps": steps,
    }


def health(*runs: dict[str, Any]) -> Health:
    job = of_job("nightly", Schedule("02:30"), ALMATY, runs, NOW, timedelta(hours=6))
    return Health("0.1", (job,), {"catalogue": {"active": 5, "deleted": 1}}, 2, 3)


def values(found: Health | None) -> dict[str, float]:
    families = text_string_to_metric_families(metrics.text(found).decode())
    return {
        f"{one.name}{sorted(one.labels.values())}": one.value for family in families for one in family.samples
    }


@pytest.mark.parametrize(
    ("runs", "ready"),
    [
        ([run(6.5)], True),
        ([run(3, "failed", 1), run(6.5, "quarantined", 4)], True),
        ([run(30)], False),
        ([run(6.5, "failed", 1)], False),
        ([], False),
    ],
)
def test_ready_is_what_has_a_good_run_behind_its_last_moment(
    runs: list[dict[str, Any]], *, ready: bool
) -> None:
    assert health(*runs).ready is ready


def test_figures_are_what_prometheus_reads() -> None:
    told = values(health(run(0.1, "running"), run(6.5, received=60)))
    assert told["rabis_sync_database_up[]"] == 1
    assert told["rabis_sync_run_in_progress['nightly']"] == 1
    assert told["rabis_sync_records['active', 'catalogue']"] == 5
    assert told["rabis_sync_quarantined_records[]"] == 2
    assert told["rabis_sync_unsent_notices[]"] == 3
    assert (
        told["rabis_sync_last_success_timestamp_seconds['nightly']"]
        == (NOW - timedelta(hours=6.5) + timedelta(minutes=5)).timestamp()
    )
    ended = values(health(run(6.5, received=60)))
    assert ended["rabis_sync_last_run_duration_seconds['nightly']"] == 300
    assert ended["rabis_sync_last_run_count['harvest', 'nightly', 'received']"] == 60
    assert ended["rabis_sync_job_late['nightly']"] == 0
    assert values(None) == {"rabis_sync_database_up[]": 0}


def asked(tmp_path: Path, found: Health | None) -> TestClient:
    settings = Settings(tmp_path, "http://h/oai", "a@example.kz", b"k" * 32)
    return TestClient(create_app(settings, health_router(lambda: found)))


def test_addresses_of_monitoring_answer(tmp_path: Path) -> None:
    ready, late, away = asked(tmp_path, health(run(6.5))), asked(tmp_path, health()), asked(tmp_path, None)
    assert [one.get("/healthz").status_code for one in (ready, late, away)] == [200, 200, 200]
    assert [one.get("/readyz").status_code for one in (ready, late, away)] == [200, 503, 503]
    told = ready.get("/readyz").json()
    assert told["ready"] is True
    assert told["jobs"][0]["job"] == "nightly"
    assert told["jobs"][0]["last_outcome"] == "done"
    assert b"rabis_sync_job_late" in ready.get("/metrics").content
    assert ready.get("/metrics").headers["cache-control"] == "no-store"


def test_the_ledger_is_asked_and_its_absence_is_no_fault_of_the_service(
    library_copy: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library_copy()
    text = path.read_text("utf-8")
    path.unlink()  # the file is shared with other copies of the library
    path.write_text(f'{text}\n[service]\nmetrics_file = "rabis.prom"\n', "utf-8")
    with opened(path) as (assembly, store):
        with store.write() as unit:
            number = unit.runs.start("nightly", versions={}, config_hash="")
            unit.runs.add_step(number, StepReport("publish", {"published": 4}))
            unit.runs.end(number, "done", 0)
        found = look(assembly)
        leave_metrics(assembly)
    assert [job.job for job in found.jobs] == ["nightly", "weekly"]
    assert [job.late for job in found.jobs] == [False, True]
    assert "published" in (path.parent / "rabis.prom").read_text("utf-8")
    monitor = Monitor(Assembly.of(path))
    assert monitor() is not None
    assert monitor() is monitor()

    def away(_assembly: Assembly) -> Health:
        raise RetryableError("the database is away")

    monkeypatch.setattr(monitoring, "look", away)
    assert Monitor(Assembly.of(path))() is None
    leave_metrics(Assembly.of(path))
    assert "published" in (path.parent / "rabis.prom").read_text("utf-8"), "the last good figures stay"
