"""The whole night on PostgreSQL ends in what it ends in on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.service.execution import RunReport


def night(path: Path) -> RunReport:
    return run_job(path, "nightly", Manner())


def found(path: Path) -> dict[str, Any]:
    """What people are shown, without numbers and moments of this one run."""
    with opened(path) as (_, store), store.read() as unit:
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
def test_the_night_finds_the_same_on_both_databases(
    library_copy: Callable[[], Path], bare_postgresql_url: str
) -> None:
    here, there = library_copy(), library_copy()
    text = there.read_text("utf-8")
    there.unlink()  # the file is shared with other copies of the library
    there.write_text(text.replace("sqlite:///rabis_sync.db", bare_postgresql_url), "utf-8")
    on_sqlite, on_postgresql = night(here), night(there)
    assert [step.counts for step in on_postgresql.steps] == [step.counts for step in on_sqlite.steps]
    assert found(there) == found(here)
    assert all(found(here).values())
    assert night(there).exit_code == 0
    assert found(there) == found(here)
