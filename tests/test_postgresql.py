"""The whole night on PostgreSQL ends in what it ends in on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo import library
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.service.execution import RunReport


def night(folder: Path, url: str) -> RunReport:
    library.build(folder)
    path = folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace("sqlite:///rabis_sync.db", url), "utf-8")
    return run_job(path, "nightly", Manner())


def found(folder: Path) -> dict[str, Any]:
    """What people are shown, without numbers and moments of this one run."""
    with opened(folder / "config.toml") as (_, store), store.read() as unit:
        return {
            "pairs": [(one["a"], one["b"], one["verdict"], one["score"]) for one in unit.duplicates.pairs()],
            "findings": [
                (one["control_number"], one["rule"], one["path"], one["after"], one["fingerprint"])
                for one in unit.corrections.findings()
            ],
            "discrepancies": sorted(
                (one["code"], one["inventory_number"], one["branch"], one["fingerprint"])
                for one in unit.ledgers.discrepancies()
            ),
            "published": [(one["item_id"], one["state"], one["reason"]) for one in unit.publications.all()],
        }


@pytest.mark.postgresql
def test_the_night_finds_the_same_on_both_databases(tmp_path: Path, bare_postgresql_url: str) -> None:
    here, there = tmp_path / "sqlite", tmp_path / "postgresql"
    on_sqlite = night(here, "sqlite:///rabis_sync.db")
    on_postgresql = night(there, bare_postgresql_url)
    assert [step.counts for step in on_postgresql.steps] == [step.counts for step in on_sqlite.steps]
    assert found(there) == found(here)
    assert run_job(there / "config.toml", "nightly", Manner()).exit_code == 0
    assert found(there) == found(here)
