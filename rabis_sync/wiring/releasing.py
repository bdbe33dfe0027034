"""What people do with finished releases: go back to an earlier one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.publish import rollback as going_back
from rabis_sync.service.jobs import Guards
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from pathlib import Path


def rollback(path: Path, release: str) -> None:
    """Point the site at an earlier release, under the run lock; errors as of `publish.rollback.rollback`."""
    with opened(path, locked=True) as (assembly, store), store.read() as unit:

        def published(source: str, control_number: str) -> int | None:
            found = unit.records.find(control_number, source)
            if not found:
                return None
            marc = MarcRecord.from_canonical(found[0].canonical)
            return Record(marc, assembly.families[found[0].family]).year()

        going_back.rollback(assembly.publish_settings(Guards()), release, datetime.now(UTC), published)
