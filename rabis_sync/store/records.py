"""Bibliographic records: identity, content, items and match rows, written by pages and read as a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.errors import RecordError
from rabis_sync.store import bulk, due, match_tables, tables
from rabis_sync.store.merges import MERGED, Merges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

RECORD = tables.table(tables.BibRecord)
CONTENT = tables.table(tables.Content)
VERSION = tables.table(tables.RecordVersion)
CORRECTED = tables.table(tables.Corrected)
ITEM = tables.table(tables.ItemRow)
MATCH = tables.table(match_tables.MatchRow)
DUE = tables.table(match_tables.MatchDue)

_RECORD_COLUMNS = [column.name for column in RECORD.c]
_KNOWN_COLUMNS = [RECORD.c[name] for name in ("id", "content_hash", "state", "identifier")]
_CONTENT_COLUMNS = [column.name for column in CONTENT.c]
#: States of a record that its source still has.
_IN_SOURCE = RECORD.c.state.in_(["active", MERGED])
#: Columns of `Incoming` that `Records.change` may alter.
_IDENTITY = ("family", "profile", "content_hash", "identifier", "raw_hash")
_ITEM_COLUMNS = [column.name for column in ITEM.c]
_MATCH_COLUMNS = [column.name for column in MATCH.c]


class Known(NamedTuple):
    """What the store already has under a control number."""

    id: int
    content_hash: str
    state: str
    identifier: str = ""


class Incoming(NamedTuple):
    """A record ready to be stored; `items` and `match` hold the columns after `record_id`, in table order."""

    control_number: str
    family: str
    profile: str
    content_hash: str
    syntax: str
    encoding: str
    confidence: float
    raw: bytes
    canonical: str
    items: Sequence[tuple[Any, ...]]  # after record_id: position, inventory_number, …
    match: tuple[Any, ...]
    identifier: str = ""
    raw_hash: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the later steps see it: `canonical` is the corrected view where there is one."""

    id: int
    source: str
    control_number: str
    family: str
    profile: str
    content_hash: str
    canonical: str


class Records:
    """Repository of bibliographic records."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def known(self, source: str, control_numbers: Iterable[str]) -> dict[str, Known]:
        """What is stored under these control numbers of a source; a merged record counts as active."""
        by = RECORD.c.control_number
        rows = bulk.find(self._connection, [by, *_KNOWN_COLUMNS], by, control_numbers, source=source)
        return {row[0]: _known(row[1:]) for row in rows}

    def standing(self, ids: Iterable[int]) -> dict[int, tuple[str, str, Known]]:
        """Of records by id: control number, hash of the bytes, and what else is stored."""
        wanted = [RECORD.c.control_number, RECORD.c.raw_hash, *_KNOWN_COLUMNS]
        rows = bulk.find(self._connection, wanted, RECORD.c.id, ids)
        return {row[2]: (row[0], row[1], _known(row[2:])) for row in rows}

    def active_numbers(self, source: str) -> list[str]:
        """Control numbers of all records that a source has, in a fixed order."""
        query = sa.select(RECORD.c.control_number).where(RECORD.c.source == source, _IN_SOURCE)
        return list(self._connection.execute(query.order_by(RECORD.c.id)).scalars())

    def hashes(self, source: str) -> Iterator[tuple[int, str, str]]:
        """Id, content hash and hash of the bytes of all records that a source has, as a stream."""
        query = sa.select(RECORD.c.id, RECORD.c.content_hash, RECORD.c.raw_hash)
        query = query.where(RECORD.c.source == source, _IN_SOURCE)
        for row in self._connection.execute(query.execution_options(yield_per=10_000)):
            yield row[0], row[1], row[2]

    def identified(self, source: str, identifiers: Iterable[str]) -> dict[str, str]:
        """Control numbers of the records that the source calls by these identifiers."""
        found: dict[str, str] = {}
        wanted = sa.select(RECORD.c.identifier, RECORD.c.control_number)
        for chunk in bulk.chunks(one for one in identifiers if one):
            query = wanted.where(RECORD.c.identifier.in_(chunk), RECORD.c.source == source)
            found.update((row[0], row[1]) for row in self._connection.execute(query))
        return found

    def items_of(self, ids: Iterable[int]) -> dict[int, list[tuple[Any, ...]]]:
        """Items by record id, each as `Incoming.items` has them, in their order."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for chunk in bulk.chunks(ids):
            query = (
                sa.select(ITEM).where(ITEM.c.record_id.in_(chunk)).order_by(ITEM.c.record_id, ITEM.c.position)
            )
            for row in self._connection.execute(query):
                found.setdefault(row[0], []).append(tuple(row[1:]))
        return found

    def replace_items(self, items: Mapping[int, Sequence[tuple[Any, ...]]]) -> None:
        """Make these the items of these records, whatever their fields say (a fresher source of copies)."""
        due.note(self._connection, items)
        bulk.delete_where_in(self._connection, ITEM.c.record_id, items)
        rows = ((number, *item) for number, owned in items.items() for item in owned)
        bulk.insert(self._connection, ITEM, _ITEM_COLUMNS, rows)
        due.note(self._connection, items)

    def add(self, source: str, incoming: Sequence[Incoming], *, run: int, at: datetime) -> list[int]:
        """Store new records and give their ids, in order.

        Raises:
            RecordError: a record holds U+0000, which no record has that came through the codec.
            sqlalchemy.exc.IntegrityError: the source has a record under such a control number.
        """
        first = self._next_id()
        numbered = list(enumerate(incoming, first))
        rows = (
            # In table order: id, source, control_number, state, family, profile, content_hash, changed_run,
            # changed_at, checked_with, identifier, raw_hash.
            (n, source, new.control_number, "active", *new[1:4], run, at, "", new.identifier, new.raw_hash)
            for n, new in numbered
        )
        bulk.insert(self._connection, RECORD, _RECORD_COLUMNS, rows)
        self._add_parts(numbered)
        return list(range(first, first + len(incoming)))

    def change(
        self, incoming: Sequence[tuple[int, Incoming]], *, run: int, at: datetime, keep: int = 0
    ) -> None:
        """Overwrite records whose content changed, or that came back after a deletion.

        The corrected view goes too: it was made of the former content.

        Args:
            incoming: record ids with the new content.
            run: the run that brought it.
            at: its moment.
            keep: so many earlier contents of each record stay, the newest ones.

        Raises:
            RecordError: a record holds U+0000 (see `add`).
        """
        if not incoming:
            return
        Merges(self._connection).lift_touching(number for number, _ in incoming)
        due.note(self._connection, (number for number, _ in incoming))
        for chunk in bulk.chunks(number for number, _ in incoming):
            self._keep_versions(chunk, run, at, keep)
        update = (
            sa.update(RECORD)
            .where(RECORD.c.id == sa.bindparam("number"))
            .values(state="active", changed_run=run, changed_at=at, checked_with="")
        )
        values = [
            {"number": number, **{name: getattr(new, name) for name in _IDENTITY}} for number, new in incoming
        ]
        self._connection.execute(update, values)
        for part in (CONTENT, ITEM, MATCH, DUE, CORRECTED):
            bulk.delete_where_in(self._connection, part.c.record_id, (number for number, _ in incoming))
        self._add_parts(incoming)

    def delete(self, ids: Sequence[int], *, run: int, at: datetime) -> None:
        """Mark records as deleted: the content stays; items, match rows and corrected view go."""
        Merges(self._connection).lift_touching(ids)
        due.note(self._connection, ids)
        for chunk in bulk.chunks(ids):
            gone = {"state": "deleted", "changed_run": run, "changed_at": at}
            self._connection.execute(sa.update(RECORD).where(RECORD.c.id.in_(chunk)).values(gone))
            for part in (ITEM, MATCH, DUE, CORRECTED):
                self._connection.execute(sa.delete(part).where(part.c.record_id.in_(chunk)))
            bulk.insert(self._connection, DUE, ["record_id"], ((number,) for number in chunk))

    def stream(
        self,
        *,
        source: str | None = None,
        not_checked_with: str | None = None,
        harvested: bool = False,
        batch: int = 500,
    ) -> Iterator[list[Stored]]:
        """All active records by id in batches.

        Args:
            source: only of this source.
            not_checked_with: only those that rules of this fingerprint have not examined yet.
            harvested: the records as they came, instead of the corrected view.
            batch: records a batch; memory is bounded by it.
        """
        last = 0
        while True:
            query = _select(harvested=harvested).where(RECORD.c.id > last, RECORD.c.state == "active")
            if source is not None:
                query = query.where(RECORD.c.source == source)
            if not_checked_with is not None:
                query = query.where(RECORD.c.checked_with != not_checked_with)
            found = self._connection.execute(query.order_by(RECORD.c.id).limit(batch)).all()
            rows = [Stored(*row) for row in found]
            if not rows:
                return
            last = rows[-1].id
            yield rows

    def count(self, *, not_checked_with: str) -> int:
        """Number of active records that rules of this fingerprint have not examined yet."""
        query = sa.select(sa.func.count()).select_from(RECORD)
        query = query.where(RECORD.c.state == "active", RECORD.c.checked_with != not_checked_with)
        return int(self._connection.execute(query).scalar_one())

    def get(self, ids: Iterable[int], *, harvested: bool = False) -> dict[int, Stored]:
        """Records by id."""
        found: dict[int, Stored] = {}
        for chunk in bulk.chunks(ids):
            query = _select(harvested=harvested).where(RECORD.c.id.in_(chunk))
            found.update((row[0], Stored(*row)) for row in self._connection.execute(query))
        return found

    def find(self, control_number: str, source: str | None = None) -> list[Stored]:
        """Records with this control number, of one source or of all."""
        query = _select(harvested=False).where(RECORD.c.control_number == control_number)
        if source is not None:
            query = query.where(RECORD.c.source == source)
        return [Stored(*row) for row in self._connection.execute(query.order_by(RECORD.c.source))]

    def raw(self, record_id: int) -> tuple[bytes, str, str]:
        """Bytes of a record as they came, with their syntax and encoding.

        Raises:
            sqlalchemy.exc.NoResultFound: there is no such record.
        """
        query = sa.select(CONTENT.c.raw, CONTENT.c.syntax, CONTENT.c.encoding).where(
            CONTENT.c.record_id == record_id
        )
        row = self._connection.execute(query).one()
        return row[0], row[1], row[2]

    def encodings(self, source: str) -> dict[str, int]:
        """How many active records of a source came in each encoding, the commonest first."""
        number = sa.func.count()
        query = (
            sa.select(CONTENT.c.encoding, number)
            .join(RECORD, RECORD.c.id == CONTENT.c.record_id)
            .where(RECORD.c.source == source, RECORD.c.state == "active")
            .group_by(CONTENT.c.encoding)
            .order_by(number.desc(), CONTENT.c.encoding)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def mark_checked(self, ids: Iterable[int], fingerprint: str) -> None:
        """Remember that the rules of this fingerprint have examined the records."""
        for chunk in bulk.chunks(ids):
            self._connection.execute(
                sa.update(RECORD).where(RECORD.c.id.in_(chunk)).values(checked_with=fingerprint)
            )

    def sources(self) -> list[str]:
        """Names of all sources that ever brought a record."""
        return list(
            self._connection.execute(
                sa.select(RECORD.c.source).distinct().order_by(RECORD.c.source)
            ).scalars()
        )

    def control_numbers(self, ids: Iterable[int]) -> dict[int, str]:
        """Control numbers by record id."""
        found: dict[int, str] = {}
        for chunk in bulk.chunks(ids):
            query = sa.select(RECORD.c.id, RECORD.c.control_number).where(RECORD.c.id.in_(chunk))
            found.update((row[0], row[1]) for row in self._connection.execute(query))
        return found

    def counts(self, source: str) -> dict[str, int]:
        """Number of records of a source by state."""
        query = (
            sa.select(RECORD.c.state, sa.func.count())
            .where(RECORD.c.source == source)
            .group_by(RECORD.c.state)
        )
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def items(self, *, batch: int = 5000) -> Iterator[dict[str, Any]]:
        """Every item of the active records with ``source`` and ``control_number``, by record and position."""
        columns = [*ITEM.c, RECORD.c.source, RECORD.c.control_number]
        query = (
            sa.select(*columns)
            .join(RECORD, RECORD.c.id == ITEM.c.record_id)
            .where(RECORD.c.state == "active")
        )
        query = query.order_by(ITEM.c.record_id, ITEM.c.position).execution_options(yield_per=batch)
        result = self._connection.execute(query)
        for row in result.mappings():
            yield dict(row)

    def match_rows(self, *, batch: int = 5000) -> Iterator[dict[str, Any]]:
        """Every match row of the active records with ``source`` and ``control_number``, by record id."""
        query = sa.select(MATCH, RECORD.c.source, RECORD.c.control_number)
        query = query.join(RECORD, RECORD.c.id == MATCH.c.record_id).order_by(MATCH.c.record_id)
        query = query.execution_options(yield_per=batch)
        for row in self._connection.execute(query).mappings():
            yield dict(row)

    def versions(self, record_id: int) -> list[dict[str, Any]]:
        """Earlier contents of a record, the newest first, as rows of names to values."""
        query = sa.select(VERSION).where(VERSION.c.record_id == record_id)
        found = self._connection.execute(query.order_by(VERSION.c.replaced_run.desc())).mappings()
        return [dict(row) for row in found]

    def _keep_versions(self, ids: list[int], run: int, at: datetime, keep: int) -> None:
        """Put the standing contents of these records aside, and let go of the oldest beyond `keep`."""
        of_these = VERSION.c.record_id.in_(ids)
        if keep:
            self._connection.execute(sa.delete(VERSION).where(of_these, VERSION.c.replaced_run == run))
            moment = sa.literal(at, VERSION.c.replaced_at.type)
            told = [CONTENT.c.record_id, sa.literal(run), moment, RECORD.c.content_hash]
            columns = [*told, *list(CONTENT.c)[1:]]
            standing = sa.select(*columns).join(RECORD, RECORD.c.id == CONTENT.c.record_id)
            standing = standing.where(CONTENT.c.record_id.in_(ids))
            names = [column.name for column in VERSION.c]
            self._connection.execute(sa.insert(VERSION).from_select(names, standing))
        newer = VERSION.alias()
        count = sa.select(sa.func.count()).where(
            newer.c.record_id == VERSION.c.record_id, newer.c.replaced_run > VERSION.c.replaced_run
        )
        self._connection.execute(sa.delete(VERSION).where(of_these, count.scalar_subquery() >= keep))

    def _next_id(self) -> int:
        """The number of the next new record.

        One above the highest: records are never removed, so no number is given twice. Nobody else can add one
        before we commit: a SQLite writer is alone anyway (`Store.write`), and here PostgreSQL makes him so,
        without keeping readers waiting.
        """
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f'LOCK TABLE "{RECORD.name}" IN SHARE ROW EXCLUSIVE MODE')
        highest = sa.select(sa.func.coalesce(sa.func.max(RECORD.c.id), 0))
        return int(self._connection.execute(highest).scalar_one()) + 1

    def _add_parts(self, numbered: Sequence[tuple[int, Incoming]]) -> None:
        for _, new in numbered:
            _refuse_nul(new)
        contents = (
            (n, new.syntax, new.encoding, new.confidence, new.raw, new.canonical) for n, new in numbered
        )
        bulk.insert(self._connection, CONTENT, _CONTENT_COLUMNS, contents)
        items = ((n, *item) for n, new in numbered for item in new.items)
        bulk.insert(self._connection, ITEM, _ITEM_COLUMNS, items)
        bulk.insert(self._connection, MATCH, _MATCH_COLUMNS, ((n, *new.match) for n, new in numbered))
        bulk.insert(self._connection, DUE, ["record_id"], ((n,) for n, _ in numbered))
        due.note(self._connection, (n for n, _ in numbered))


def _known(columns: Sequence[Any]) -> Known:
    """A merged record is active as its source has it, and that is how the harvest has to find it."""
    found = Known(*columns)
    return found._replace(state="active") if found.state == MERGED else found


def _refuse_nul(new: Incoming) -> None:
    """Both databases refuse alike what PostgreSQL's text cannot hold and SQLite's functions stop at."""
    if "\0" in new.canonical:
        raise RecordError(f"record {new.control_number!r} holds U+0000, which cannot be stored")


def _select(*, harvested: bool) -> sa.Select[Any]:
    canonical: sa.ColumnElement[str] = CONTENT.c.canonical
    if not harvested:
        canonical = sa.func.coalesce(CORRECTED.c.canonical, CONTENT.c.canonical)
    identity = (RECORD.c.id, RECORD.c.source, RECORD.c.control_number)
    query = sa.select(*identity, RECORD.c.family, RECORD.c.profile, RECORD.c.content_hash, canonical)
    query = query.join(CONTENT, CONTENT.c.record_id == RECORD.c.id)
    return query if harvested else query.outerjoin(CORRECTED, CORRECTED.c.record_id == RECORD.c.id)
