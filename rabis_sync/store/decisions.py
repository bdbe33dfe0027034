"""What people decided: an append-only journal with before and after, each decision undone at most once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

DECISION = tables.table(tables.Decision)

#: Kind of the entry that takes an earlier decision back; its subject names that one.
UNDONE = "undone"


class Choice(NamedTuple):
    """A decision just taken by a room, ready for the journal.

    Attributes:
        kind: e.g. ``finding_accepted``; a key of the texts under ``decision``.
        subject: what was decided upon, in plain JSON values: whatever the text for people names.
        before: what undoing has to bring back.
        after: what was made of it.
    """

    kind: str
    subject: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry of the journal; the columns of `tables.Decision`."""

    id: int
    at: datetime
    kind: str
    subject: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    note: str
    undone_by: int | None


class Decisions:
    """Repository of decisions."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, choice: Choice, *, at: datetime, note: str = "") -> int:
        """Journal a decision; its number."""
        values = {name: dict(part) for name, part in choice._asdict().items() if name != "kind"}
        row = sa.insert(DECISION).values(kind=choice.kind, at=at, note=note, **values)
        return int(self._connection.execute(row.returning(DECISION.c.id)).scalar_one())

    def get(self, number: int) -> Decision | None:
        """One decision by its number."""
        row = self._connection.execute(sa.select(DECISION).where(DECISION.c.id == number)).mappings().first()
        return None if row is None else Decision(**row)

    def all(self, *, kinds: tuple[str, ...] = (), standing: bool = False) -> list[Decision]:
        """Decisions in the order they were taken.

        Args:
            kinds: only of these kinds; none named: of all.
            standing: only those that nobody took back.
        """
        query = sa.select(DECISION).order_by(DECISION.c.id)
        if kinds:
            query = query.where(DECISION.c.kind.in_(kinds))
        if standing:
            query = query.where(DECISION.c.undone_by.is_(None))
        return [Decision(**row) for row in self._connection.execute(query).mappings()]

    def mark_undone(self, number: int, *, at: datetime, note: str = "") -> int:
        """Journal that a decision was taken back; the number of that entry."""
        undoing = self.add(Choice(UNDONE, {"decision": number}, {}, {}), at=at, note=note)
        change = sa.update(DECISION).where(DECISION.c.id == number)
        self._connection.execute(change.values(undone_by=undoing))
        return undoing
