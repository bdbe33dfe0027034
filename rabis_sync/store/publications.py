"""What the public may see, what is withheld and why, and what was withdrawn."""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, tables

if TYPE_CHECKING:
    from collections.abc import Sequence

PUBLICATION = tables.table(tables.Publication)
CHANGE = tables.table(tables.PublicChange)


class Publications:
    """Repository of publications."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self) -> list[dict[str, Any]]:
        """Every publication by item identifier."""
        query = sa.select(PUBLICATION).order_by(PUBLICATION.c.item_id)
        return self._rows(query)

    def save(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add or overwrite publications, keyed by source and control number; a row names every column."""
        bulk.upsert(self._connection, PUBLICATION, rows, ["source", "control_number"])

    def changes(self) -> list[dict[str, Any]]:
        """The whole log of what the public saw change, by number."""
        query = sa.select(CHANGE).order_by(CHANGE.c.seq)
        return self._rows(query)

    def tell(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Append to the log what it does not have yet; an entry is never rewritten.

        Args:
            rows: by number; values in the order of the columns.
        """
        head = sa.select(sa.func.coalesce(sa.func.max(CHANGE.c.seq), 0))
        last = self._connection.execute(head).scalar_one()
        if fresh := rows[bisect_right(rows, last, key=itemgetter(0)) :]:
            bulk.insert(self._connection, CHANGE, CHANGE.c.keys(), fresh)

    def _rows(self, query: sa.Select[Any]) -> list[dict[str, Any]]:
        found = self._connection.execute(query)
        names = list(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]
