"""What the public may see, what is withheld and why, and what was withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, tables

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLICATION = tables.table(tables.Publication)


class Publications:
    """Repository of publications."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> list[dict[str, Any]]:
        """Every publication by item identifier."""
        query = sa.select(PUBLICATION).order_by(PUBLICATION.c.item_id)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def save(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add or overwrite publications, keyed by source and control number; a row names every column."""
        bulk.upsert(self._connection, PUBLICATION, rows, ["source", "control_number"])
