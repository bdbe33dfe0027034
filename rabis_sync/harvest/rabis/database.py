"""The only SQL on Web-RABIS's own PostgreSQL: reading, short, and of the tables of a `Layout` alone.

Each page has a transaction of its own, REPEATABLE READ and READ ONLY: a record is read in one state of all
its tables, and the server's vacuum never waits for a whole harvest of ours. Names come from the server's own
catalogue and are quoted; metadata never becomes SQL.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BIT
from sqlalchemy.exc import DBAPIError

from rabis_sync.harvest.rabis.access import permitted_column, permitted_table
from rabis_sync.harvest.rabis.connection import told
from rabis_sync.harvest.rabis.layout import PREFIX, Block, Column, Layout, Relation
from rabis_sync.harvest.rabis.marks import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rabis_sync.harvest.rabis.marks import Told

#: Types whose values are taken as they are; every other is read as the server writes it, so that no value of
#: it (``infinity``, a year beyond Python's) can stop a page.
_NATIVE = frozenset({"smallint", "integer", "bigint", "boolean"})
ZONED = "timestamp with time zone"
_KINDS = ["r", "p", "v", "m", "f"]
_RELATIONS = sa.text(
    """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
           c.relkind IN ('r', 'm') AND has_table_privilege(c.oid, 'SELECT')
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = :schema AND c.relkind = ANY (:kinds) AND a.attnum > 0 AND NOT a.attisdropped
      AND has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    ORDER BY c.relname, a.attnum
    """
)


#: A read-only transaction.
Reading = sa.Connection


class Moment(NamedTuple):
    """A place in the list of changes: when, as the server writes it, and which record."""

    changed: str
    id: int


class Opening(NamedTuple):
    """What the server said when the list was opened.

    Attributes:
        watermark: from when the next harvest must look, less the overlap: the latest change that the server's
            clock does not call future. Dates are set by the programs that edit: were their clocks behind, the
            server's own moment would lie after changes to come; were one ahead, its date would. Empty without
            dates.
        records: number of them.
        undated: records without any date of change.
    """

    watermark: str
    records: int
    undated: int


@dataclass(frozen=True)
class Database:
    """The catalogue, read in short transactions."""

    engine: sa.Engine
    schema: str
    _entries: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    _stale: set[str] = field(default_factory=set)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One read-only transaction.

        Raises:
            SourceAway: the server does not answer, a statement took too long, or waited too long for a lock.
            FatalError: it refuses us: password, rights, a column that is gone.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise told(error, self.engine.url) from error

    def relations(self, connection: sa.Connection) -> list[Relation]:
        """Tables and views of the schema with the columns that we have the right to read, and ought to."""
        columns: defaultdict[str, list[Column]] = defaultdict(list)
        versioned: dict[str, bool] = {}
        for table, name, kind, ours in connection.execute(
            _RELATIONS, {"schema": self.schema, "kinds": _KINDS}
        ):
            if permitted_table(table) and permitted_column(name):
                columns[table].append(Column(name, kind))
                versioned[table] = ours
        return [Relation(name, tuple(found), versioned[name]) for name, found in columns.items()]

    def blocks(self, connection: sa.Connection, relations: Iterable[Relation]) -> list[Block] | None:
        """The groups of the cataloguing form; None where their tables are not here."""
        seen = {one.name: one for one in relations}
        if not {"block", "block_fields"} <= set(seen):
            return None
        block, fields = self._table(seen["block"]), self._table(seen["block_fields"])
        if (
            not {"id", "name"} <= seen["block"].names
            or not {"block_id", "field_name"} <= seen["block_fields"].names
        ):
            return None
        columns: defaultdict[int, list[str]] = defaultdict(list)
        query = sa.select(fields.c.block_id, sa.cast(fields.c.field_name, sa.Text)).order_by(
            fields.c.block_id, fields.c.field_name
        )
        for number, name in connection.execute(query):
            if name:
                columns[number].append(name.strip().lower())
        external = block.c.external_table if "external_table" in block.c else sa.null()
        key = block.c.key_value if "key_value" in block.c else sa.null()
        query = sa.select(block.c.id, block.c.name, sa.cast(external, sa.Text), sa.cast(key, sa.BigInteger))
        return [
            Block(name or "", (table or "").strip().lower(), value or 0, tuple(columns[number]))
            for number, name, table, value in connection.execute(query.order_by(block.c.id))
        ]

    def opening(self, connection: sa.Connection, layout: Layout, overlap_minutes: int) -> Opening:
        """Clock and size of the catalogue."""
        ebook = self._table(layout.ebook)
        changed = _changed(layout, ebook)
        if changed is None:
            return Opening(
                "", connection.execute(sa.select(sa.func.count()).select_from(ebook)).scalar_one(), 0
            )
        clock = sa.cast(sa.func.now(), changed.type)
        latest = sa.func.max(changed).filter(changed <= clock, sa.func.isfinite(changed))
        overlap = sa.func.make_interval(0, 0, 0, 0, 0, overlap_minutes)
        watermark = sa.cast(sa.func.coalesce(latest, clock) - overlap, sa.Text)
        query = sa.select(watermark, sa.func.count(), sa.func.count(changed)).select_from(ebook)
        reached, records, dated = connection.execute(query).one()
        return Opening(reached, records, records - dated)

    def changes(self, connection: sa.Connection, layout: Layout, after: Moment, limit: int) -> list[Moment]:
        """The next records that changed, by moment and id: a list of the same second goes on inside it."""
        ebook = self._table(layout.ebook)
        changed = _changed(layout, ebook)
        if changed is None:
            return []
        place = sa.tuple_(sa.cast(after.changed, changed.type), sa.cast(after.id, sa.BigInteger))
        query = sa.select(sa.cast(changed, sa.Text), ebook.c.id)
        query = query.where(sa.tuple_(changed, sa.cast(ebook.c.id, sa.BigInteger)) > place)
        query = query.order_by(changed, ebook.c.id).limit(limit)
        return [Moment(*row) for row in connection.execute(query)]

    def next_id(self, connection: sa.Connection, layout: Layout, least: int) -> int | None:
        """The lowest id from this one on."""
        ebook = self._table(layout.ebook)
        found: int | None = connection.execute(
            sa.select(sa.func.min(ebook.c.id)).where(ebook.c.id >= least)
        ).scalar()
        return found

    def standing(
        self, connection: sa.Connection, layout: Layout, first: int, end: int
    ) -> list[tuple[int, int | None]]:
        """Id and state of every record from `first` up to, not including, `end`."""
        ebook = self._table(layout.ebook)
        query = sa.select(ebook.c.id, ebook.c.state_id).where(ebook.c.id >= first, ebook.c.id < end)
        return [(row[0], row[1]) for row in connection.execute(query.order_by(ebook.c.id))]

    def states(self, connection: sa.Connection, layout: Layout, codes: Iterable[str]) -> frozenset[int]:
        """Ids of the states with these codes."""
        states = self._table(layout.states)
        query = sa.select(states.c.id).where(sa.cast(states.c.code, sa.Text).in_(list(codes)))
        return frozenset(connection.execute(query).scalars())

    def sets(self, connection: sa.Connection, layout: Layout) -> frozenset[int]:
        """Ids of the records that others are part of."""
        if not layout.has_parts:
            return frozenset()
        ebook = self._table(layout.ebook)
        query = sa.select(ebook.c.parent_id).where(ebook.c.parent_id > 0).distinct()
        return frozenset(connection.execute(query).scalars())

    def versions(self, connection: sa.Connection, layout: Layout, first: int, end: int) -> list[Told]:
        """What each table tells of each group of ids from `first` up to `end` (see `marks`)."""
        ebook = self._table(layout.ebook)
        found = self._sums(connection, layout.ebook, "id", first, end)
        for child in layout.children:
            found += self._sums(connection, child, "ebook_id", first, end)
        if layout.has_parts:  # a volume shows its set's title: what rewrites the set, rewrites the volume
            owner = ebook.alias("owner")
            group, version = _group(ebook.c.id), sa.func.sum(_version(layout.ebook, owner))
            query = sa.select(group, sa.func.count(), sa.cast(version, sa.Text))
            query = query.join_from(ebook, owner, owner.c.id == ebook.c.parent_id)
            query = query.where(ebook.c.id >= first, ebook.c.id < end).group_by(group)
            found += [("owner", *row) for row in connection.execute(query)]
        return found

    def entries_marks(
        self, connection: sa.Connection, layout: Layout, before: Mapping[str, Any]
    ) -> tuple[dict[str, list[Any]], bool]:
        """A mark of every dictionary, and whether an entry that was there before is another or gone now.

        New entries, which come every day, change no record that was harvested before.

        Args:
            connection: where.
            layout: what is read.
            before: the marks of the last harvest: the highest id then, and the digest of all up to it.
        """
        marks: dict[str, list[Any]] = {}
        altered = False
        for name, relation in layout.dictionaries.items():
            entries = self._entries[name] = self._read_entries(connection, relation)
            top, digest = before.get(name) or (None, "")
            altered |= top is not None and _digest(entries, top) != digest
            highest = max(entries, default=0)
            marks[name] = [highest, _digest(entries, highest)]
        return marks, altered

    def descriptions(
        self, connection: sa.Connection, layout: Layout, ids: list[int], sets: frozenset[int]
    ) -> list[dict[str, Any]]:
        """Everything that is read of these records, in their order; what is gone meanwhile is left out."""
        self._stale.update(layout.dictionaries)
        ebooks = {row["id"]: row for row in self._rows(connection, layout, layout.ebook, "id", ids)}
        parents = [owner for row in ebooks.values() if (owner := row.get("parent_id"))]
        owners = {row["id"]: row for row in self._rows(connection, layout, layout.ebook, "id", parents)}
        blocks: dict[int, list[dict[str, Any]]] = {number: [] for number in ebooks}
        for child in layout.children:
            named = layout.blocks.get(child.name, {})
            grouped: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
            for row in self._rows(connection, layout, child, "ebook_id", ids):
                key = row.get("key_value") or 0
                grouped[row.pop("ebook_id"), key if key in named else 0].append(row)
            for (number, key), rows in grouped.items():
                if number in blocks:
                    name = named.get(key, "")
                    blocks[number].append(
                        {"table": child.name.removeprefix(PREFIX), "name": name, "rows": rows}
                    )
        return [
            {
                "ebook": ebooks[number],
                "parent": owners.get(ebooks[number].get("parent_id")),
                "set": number in sets,
                "blocks": blocks[number],
            }
            for number in ids
            if number in ebooks
        ]

    def copy_states(self, connection: sa.Connection, layout: Layout) -> list[tuple[str, str]]:
        """Code and name of every state that a copy has."""
        child = next((one for one in layout.children if one.name == f"{PREFIX}inv"), None)
        column = next(
            (name for (table, name), owner in layout.references.items()
             if child and table == child.name and owner == "state"),
            None,
        )  # fmt: skip
        if child is None or column is None:
            return []
        query = sa.select(self._table(child).c[column]).distinct()
        used = [number for number in connection.execute(query).scalars() if number is not None]
        entries = self._read_entries(connection, layout.dictionaries["state"])
        known = [entries.get(number, {}) for number in sorted(used)]
        return [(str(one.get("code") or ""), str(one.get("name") or "")) for one in known]

    def _rows(
        self, connection: sa.Connection, layout: Layout, relation: Relation, key: str, ids: list[int]
    ) -> list[dict[str, Any]]:
        """Rows as texts, numbers and flags; what points into a dictionary as its entry."""
        if not ids:
            return []
        table = self._table(relation)
        wanted = [_value(one, table) for one in relation.columns]
        names = ["id"] if "id" in table.c else [one.name for one in relation.columns]
        order = [sa.cast(table.c[one], sa.Text) if one != "id" else table.c.id for one in names]
        query = sa.select(*wanted).where(
            table.c[key] == sa.any_(sa.bindparam("ids", ids, ARRAY(sa.BigInteger)))
        )
        rows = [dict(row) for row in connection.execute(query.order_by(table.c[key], *order)).mappings()]
        for (owner, column), name in layout.references.items():
            if owner == relation.name:
                for row in rows:
                    row[column] = self._resolved(connection, layout, name, row[column])
        return rows

    def _resolved(self, connection: sa.Connection, layout: Layout, name: str, value: object) -> object:
        """The entry that a number points to; a text stays a text, and 0 is how a form writes nothing."""
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        entries = self._entries.get(name)
        if entries is None or (value not in entries and value and name in self._stale):
            # An entry may be younger than the harvest: each page looks once.
            self._stale.discard(name)
            entries = self._entries[name] = self._read_entries(connection, layout.dictionaries[name])
        return entries.get(value, {"id": value}) if value else None

    def _read_entries(self, connection: sa.Connection, relation: Relation) -> dict[int, dict[str, Any]]:
        table = self._table(relation)
        wanted = [
            table.c.id,
            *(sa.cast(table.c[one], sa.Text).label(one) for one in ("code", "name") if one in table.c),
        ]
        return {
            row["id"]: dict(row)
            for row in connection.execute(sa.select(*wanted).order_by(table.c.id)).mappings()
        }

    def _sums(
        self, connection: sa.Connection, relation: Relation, column: str, first: int, end: int
    ) -> list[Told]:
        table = self._table(relation)
        key = table.c[column]
        version = sa.cast(sa.func.sum(_version(relation, table)), sa.Text)
        query = sa.select(_group(key), sa.func.count(), version).where(key >= first, key < end)
        return [(relation.name, *row) for row in connection.execute(query.group_by(_group(key)))]

    def _table(self, relation: Relation) -> sa.TableClause:
        """A table with its columns, every name quoted."""
        names = [*relation.columns, *([Column("xmin", "xid")] if relation.versioned else [])]
        columns = [sa.column(sa.quoted_name(one.name, quote=True), _type(one)) for one in names]
        schema = sa.quoted_name(self.schema, quote=True)
        return sa.table(sa.quoted_name(relation.name, quote=True), *columns, schema=schema)


def _type(column: Column) -> sa.types.TypeEngine[Any]:
    if column.type in _NATIVE:
        return sa.Boolean() if column.type == "boolean" else sa.BigInteger()
    return sa.DateTime(timezone=True) if column.type == ZONED else sa.Text()


def _value(column: Column, table: sa.FromClause) -> sa.ColumnElement[Any]:
    """A column as it is read: numbers and flags as they are, moments in UTC where they know their zone."""
    found: sa.ColumnElement[Any] = table.c[column.name]
    if column.type in _NATIVE:
        return found
    if column.type == ZONED:
        found = sa.func.timezone("UTC", found)
    return sa.cast(found, sa.Text).label(column.name)


def _changed(layout: Layout, ebook: sa.FromClause) -> sa.ColumnElement[Any] | None:
    """When a record changed last; None where the table does not say."""
    if not layout.changes:
        return None
    kind = sa.DateTime(timezone=any(one.type == ZONED for one in layout.changes))
    moments = [sa.cast(ebook.c[one.name], kind) for one in layout.changes]
    return sa.func.greatest(*moments, type_=kind) if len(moments) > 1 else moments[0]


def _version(relation: Relation, table: sa.FromClause) -> sa.ColumnElement[int]:
    """A number of a row that another content of it would not have."""
    if relation.versioned:
        return sa.cast(sa.cast(table.c.xmin, sa.Text), sa.BigInteger)
    whole = sa.cast(sa.func.row(*(table.c[one.name] for one in relation.columns)), sa.Text)
    digits = sa.cast(sa.func.concat("x", sa.func.substr(sa.func.md5(whole), 1, 12)), sa.Text)
    return sa.cast(sa.cast(digits, BIT(48)), sa.BigInteger)


def _group(key: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    # Written out, not bound: the server must see the same expression in SELECT and GROUP BY.
    return key.op("/")(sa.literal_column(str(GROUP)))


def _digest(entries: Mapping[int, dict[str, Any]], top: int) -> str:
    rows = [entries[number] for number in sorted(entries) if number <= top]
    return blake2b(repr(rows).encode(), digest_size=8).hexdigest()
