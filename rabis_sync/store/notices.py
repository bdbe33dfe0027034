"""The journal of notices: each is noted once a channel, and kept until it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import notice_tables, tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

NOTICE = tables.table(notice_tables.Notice)


class Notices:
    """Repository of notices."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def plan(self, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Note notices that are to be sent, but none that its channel has already; the numbers of the new."""
        found = []
        for row in rows:
            same = (NOTICE.c.channel == row["channel"], NOTICE.c.key == row["key"])
            if self._connection.execute(sa.select(NOTICE.c.id).where(*same)).first() is None:
                inserted = self._connection.execute(sa.insert(NOTICE).values(row).returning(NOTICE.c.id))
                found.append(int(inserted.scalar_one()))
        return found

    def waiting(self, since: datetime) -> list[dict[str, Any]]:
        """Notices since a moment that could not be sent yet, oldest first."""
        query = sa.select(NOTICE).where(NOTICE.c.sent_at.is_(None), NOTICE.c.at >= since)
        return [dict(row) for row in self._connection.execute(query.order_by(NOTICE.c.id)).mappings()]

    def told(self, event: str, since: datetime) -> set[str]:
        """What notices of an event since a moment were about."""
        query = sa.select(NOTICE.c.about).where(NOTICE.c.event == event, NOTICE.c.at >= since)
        return {one for (about,) in self._connection.execute(query) for one in about}

    def sent(self, number: int, at: datetime) -> None:
        """Note that one was sent."""
        self._tried(number, sent_at=at, error="")

    def failed(self, number: int, error: str) -> None:
        """Note that one could not be sent, and why."""
        self._tried(number, error=error)

    def _tried(self, number: int, **values: Any) -> None:
        query = sa.update(NOTICE).where(NOTICE.c.id == number)
        self._connection.execute(query.values(tries=NOTICE.c.tries + 1, **values))
