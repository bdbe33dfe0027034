"""Stored records read anew: what one reader made of them exchanged for what another one makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, due, match_tables, rereading_tables, tables
from rabis_sync.store.matches import Matches
from rabis_sync.store.merges import MERGED, Merges
from rabis_sync.store.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RECORD = tables.table(tables.BibRecord)
CONTENT = tables.table(tables.Content)
ITEM = tables.table(tables.ItemRow)
MATCH = tables.table(match_tables.MatchRow)
READ_WITH = tables.table(rereading_tables.ReadWith)

_ITEM_COLUMNS = [column.name for column in ITEM.c]
_MATCH_COLUMNS = [column.name for column in MATCH.c]


class State(NamedTuple):
    """Which reader has read a source's records, and up to which id (None: all of them)."""

    fingerprint: str
    upto: int | None


class Kept(NamedTuple):
    """A stored record with all that reading it anew takes, its bytes left out."""

    id: int
    control_number: str
    content_hash: str
    syntax: str
    encoding: str
    confidence: float
    canonical: str
    identifier: str


class Made(NamedTuple):
    """What a reader makes of a record: `items` and `match` as in `Incoming`."""

    family: str
    profile: str
    items: tuple[tuple[Any, ...], ...]
    match: tuple[Any, ...]


class Rereading:
    """Repository of readers and of what they made."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def state(self, source: str) -> State | None:
        """The reader of a source; None where nobody noted it."""
        query = sa.select(READ_WITH.c.fingerprint, READ_WITH.c.upto).where(READ_WITH.c.source == source)
        row = self._connection.execute(query).one_or_none()
        return State(*row) if row else None

    def note(self, source: str, state: State) -> None:
        """Set it, in the transaction of the page that was read."""
        bulk.upsert(self._connection, READ_WITH, [{"source": source, **state._asdict()}], ["source"])

    def batch(self, source: str, *, after: int, size: int) -> list[Kept]:
        """The next records that a source has, by id."""
        columns = (
            *(RECORD.c.id, RECORD.c.control_number, RECORD.c.content_hash),
            *(CONTENT.c.syntax, CONTENT.c.encoding, CONTENT.c.confidence, CONTENT.c.canonical),
            RECORD.c.identifier,
        )
        query = (
            sa.select(*columns)
            .join(CONTENT, CONTENT.c.record_id == RECORD.c.id)
            .where(RECORD.c.source == source, RECORD.c.id > after, RECORD.c.state.in_(["active", MERGED]))
            .order_by(RECORD.c.id)
            .limit(size)
        )
        return [Kept(*row) for row in self._connection.execute(query)]

    def made(self, ids: Iterable[int]) -> dict[int, Made]:
        """What is stored of these records; a merged one has neither copies nor a match row of its own."""
        ids = list(ids)
        items = Records(self._connection).items_of(ids)
        found: dict[int, Made] = {}
        for chunk in bulk.chunks(ids):
            query = sa.select(RECORD.c.family, RECORD.c.profile, RECORD.c.id, *list(MATCH.c)[1:])
            query = query.outerjoin(MATCH, MATCH.c.record_id == RECORD.c.id).where(RECORD.c.id.in_(chunk))
            for row in self._connection.execute(query):
                found[row[2]] = Made(row[0], row[1], tuple(items.get(row[2], ())), tuple(row[3:]))
        return found

    def exchange(self, made: Mapping[int, Made]) -> None:
        """Make these the rows of these records; merges that they are in are lifted, and laid anew later."""
        if not made:
            return
        Merges(self._connection).lift_touching(made)
        due.note(self._connection, made)
        update = sa.update(RECORD).where(RECORD.c.id == sa.bindparam("number"))
        values = [{"number": n, "family": one.family, "profile": one.profile} for n, one in made.items()]
        self._connection.execute(update, values)
        for part in (ITEM, MATCH):
            bulk.delete_where_in(self._connection, part.c.record_id, made)
        items = ((number, *item) for number, one in made.items() for item in one.items)
        bulk.insert(self._connection, ITEM, _ITEM_COLUMNS, items)
        bulk.insert(self._connection, MATCH, _MATCH_COLUMNS, ((n, *one.match) for n, one in made.items()))
        Matches(self._connection).mark_due(made)
        due.note(self._connection, made)
