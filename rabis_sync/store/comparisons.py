"""Catalogue and books side by side: both as streams in the order of their numbers, and what came of it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, comparison_tables, match_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ITEM = tables.table(tables.ItemRow)
RECORD = tables.table(tables.BibRecord)
MATCH = tables.table(match_tables.MatchRow)
ENTRY = tables.table(tables.LedgerEntry)
UNCATALOGUED = tables.table(comparison_tables.Uncatalogued)
COVERAGE = tables.table(comparison_tables.Coverage)
SECTION = tables.table(comparison_tables.ComparedSection)
NUMBER = tables.table(comparison_tables.NumberDue)

#: Columns of a booking by the names that the store's entries have.
BOOKING = (
    *("inventory_key", "ledger", "position", "place", "inventory_number", "title", "author", "year"),
    *("price", "quantity", "amount", "currency", "branch", "acquired", "document", "ksu"),
    *("act_out", "act_date", "reason", "content_class", "language"),
    *("movement", "reason_code", "moved", "moved_from", "moved_to"),
)
_ITEM = ("inventory_number", "barcode", "branch", "price", "currency", "acquired", "ksu", "act_out", "status")


class Stored(NamedTuple):
    """A row of `ComparedSection`; `crowded`: what it told was not kept."""

    id: int
    first: str
    basis: str
    crowded: bool


#: Numbers from one inventory key on, up to another; None: up to the last. The empty key is the first.
Range = tuple[str, str | None]

#: Rows fetched at once: enough to make a fetch cheap, few enough to need no memory.
BATCH = 5000


class Comparisons:
    """Repository of the comparison of items with entries."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def copies(
        self, records: Iterable[int] | None = None, ranges: Sequence[Range] | None = None
    ) -> Iterator[Any]:
        """Every item of the active records, or of these, with what its record is called, by inventory key.

        Of `ranges`, where they are given, and in their order.

        Columns: ``inventory_key, record_id, position, source, control_number, inventory_number, barcode,
        branch, price, currency, acquired, ksu, act_out, status, withdrawn, quantity, title`` and all titles
        in one text, both folded, ``year, level, contributors, part``.
        """
        whole = MATCH.c.title_full + " " + MATCH.c.other_titles + " " + MATCH.c.host
        columns = (
            *(ITEM.c.inventory_key, ITEM.c.record_id, ITEM.c.position),
            *(RECORD.c.source, RECORD.c.control_number),
            *(ITEM.c[name] for name in _ITEM),
            *(ITEM.c.withdrawn, ITEM.c.quantity),
            *(sa.func.coalesce(MATCH.c.title, ""), sa.func.coalesce(whole, "")),
            *(MATCH.c.year, sa.func.coalesce(MATCH.c.level, ""), sa.func.coalesce(MATCH.c.contributors, "")),
            sa.func.coalesce(MATCH.c.part, ""),
        )
        query = (
            sa.select(*columns)
            .join(RECORD, RECORD.c.id == ITEM.c.record_id)
            .outerjoin(MATCH, MATCH.c.record_id == ITEM.c.record_id)
            .where(RECORD.c.state == "active")
            .order_by(self._plainly(ITEM.c.inventory_key), ITEM.c.record_id, ITEM.c.position)
        )
        if records is None:
            yield from self._within(query, ITEM.c.inventory_key, ranges)
            return
        for chunk in bulk.chunks(records):
            yield from self._connection.execute(query.where(ITEM.c.record_id.in_(chunk)))

    def bookings(self, ranges: Sequence[Range] | None = None) -> Iterator[Any]:
        """Every entry of every ledger, or those of some numbers, by inventory key: the columns `BOOKING`."""
        query = sa.select(*(ENTRY.c[name] for name in BOOKING)).order_by(
            self._plainly(ENTRY.c.inventory_key), ENTRY.c.ledger, ENTRY.c.position
        )
        return self._within(query, ENTRY.c.inventory_key, ranges)

    def number_of_items(self) -> int:
        """How many items the active records have."""
        joined = sa.join(ITEM, RECORD, RECORD.c.id == ITEM.c.record_id)
        query = sa.select(sa.func.count()).select_from(joined).where(RECORD.c.state == "active")
        return int(self._connection.execute(query).scalar_one())

    def keys(self, *, digits_alone: bool) -> Iterator[sa.Row[Any]]:
        """Every numbered item of the active records, in no order.

        Columns: ``record_id, position, inventory_key, branch, inventory_number``.

        Args:
            digits_alone: also those whose number is nothing but digits: nearly all.
        """
        query = (
            sa.select(
                *(ITEM.c.record_id, ITEM.c.position, ITEM.c.inventory_key),
                *(ITEM.c.branch, ITEM.c.inventory_number),
            )
            .join(RECORD, RECORD.c.id == ITEM.c.record_id)
            .where(RECORD.c.state == "active", ITEM.c.inventory_key != "")
        )
        if not digits_alone:
            postgresql = self._connection.dialect.name == "postgresql"
            matches, pattern = ("~", "[^0-9]") if postgresql else ("GLOB", "*[^0-9]*")
            query = query.where(ITEM.c.inventory_key.bool_op(matches)(pattern))
        return self._stream(query)

    def count_rows(self) -> None:
        """Let the server know how many entries there are now: it joins them accordingly."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f'ANALYZE "{ENTRY.name}"')

    def branch_names(self) -> dict[tuple[str, str], int]:
        """(Branch in the catalogue, branch in the books) -> copies with one number on both sides."""
        names = (ITEM.c.branch, ENTRY.c.branch)
        query = (
            sa.select(*names, sa.func.count())
            .join(ENTRY, ENTRY.c.inventory_key == ITEM.c.inventory_key)
            .where(ITEM.c.inventory_key != "", ITEM.c.withdrawn.is_(False), ENTRY.c.act_out == "")
            .where(*(name != "" for name in names))
            .group_by(*names)
        )
        return {(row[0], row[1]): row[2] for row in self._connection.execute(query)}

    def periodicals(self) -> list[tuple[str, int]]:
        """Folded title and record id of every active record of a periodical, the oldest record first."""
        query = (
            sa.select(MATCH.c.title, MATCH.c.record_id)
            .join(RECORD, RECORD.c.id == MATCH.c.record_id)
            .where(RECORD.c.state == "active", MATCH.c.level.in_(("serial", "issue")))
            .order_by(MATCH.c.record_id)
        )
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def replace_uncatalogued(self, rows: Iterable[tuple[str, int]]) -> None:
        """Make these entries, each by ledger and position, the stock that the catalogue does not have."""
        self._connection.execute(sa.delete(UNCATALOGUED))
        bulk.insert(self._connection, UNCATALOGUED, ["ledger", "position"], rows)

    def uncatalogued(self) -> Iterator[sa.Row[Any]]:
        """Stock that the catalogue does not have, in the order of the books: the columns `BOOKING`."""
        query = (
            sa.select(*(ENTRY.c[name] for name in BOOKING))
            .join(
                UNCATALOGUED,
                sa.and_(UNCATALOGUED.c.ledger == ENTRY.c.ledger, UNCATALOGUED.c.position == ENTRY.c.position),
            )
            .order_by(UNCATALOGUED.c.ledger, UNCATALOGUED.c.position)
        )
        return self._stream(query)

    def replace_coverage(self, rows: Iterable[tuple[str, str, int, int]]) -> None:
        """Make this the coverage: branch, content class, copies on the books, catalogued ones among them."""
        self._connection.execute(sa.delete(COVERAGE))
        bulk.insert(self._connection, COVERAGE, ["branch", "content_class", "copies", "catalogued"], rows)

    def coverage(self) -> list[dict[str, Any]]:
        """How much of what is on the books is catalogued: ``branch, content_class, copies, catalogued``."""
        query = sa.select(COVERAGE).order_by(
            self._plainly(COVERAGE.c.branch), self._plainly(COVERAGE.c.content_class)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def sections(self) -> list[Stored]:
        """Every section as it was last compared, by its first inventory key."""
        query = sa.select(SECTION.c.id, SECTION.c.first, SECTION.c.basis, SECTION.c.told == "")
        return sorted((Stored(*row) for row in self._connection.execute(query)), key=attrgetter("first"))

    def told(self, sections: Sequence[int]) -> Iterator[str]:
        """What these sections told, in their order."""
        query = sa.select(SECTION.c.id, SECTION.c.told)
        for chunk in bulk.chunks(sections, 100):
            found = {row[0]: row[1] for row in self._connection.execute(query.where(SECTION.c.id.in_(chunk)))}
            yield from map(found.__getitem__, chunk)

    def exchange_sections(self, kept: Iterable[int], rows: Iterable[tuple[str, str, str]]) -> None:
        """Let go of every section but those to be kept, and add these: first key, basis and what was told."""
        standing = set(self._connection.execute(sa.select(SECTION.c.id)).scalars())
        bulk.delete_where_in(self._connection, SECTION.c.id, standing - set(kept))
        bulk.insert(self._connection, SECTION, ["first", "basis", "told"], rows)

    def due(self) -> Iterator[Sequence[str]]:
        """Inventory key, branch and number of copies that may be others than at the last comparison."""
        query = sa.select(NUMBER.c.inventory_key, NUMBER.c.branch, NUMBER.c.inventory_number)
        yield from self._connection.execute(query)

    def compared(self) -> None:
        """Nothing is due any more."""
        self._connection.execute(sa.delete(NUMBER))

    def _within(
        self, query: sa.Select[Any], key: sa.Column[Any], ranges: Sequence[Range] | None
    ) -> Iterator[Any]:
        """Rows of a query in the order of a key, of some ranges of it or of all.

        SQLite finds each range by its index. PostgreSQL, whose index has the server's own order, reads the
        table once for all of them.
        """
        if ranges is None:
            yield from bulk.stream(self._connection, query, BATCH)
            return
        own = self._plainly(key)
        parts = [own >= low if high is None else sa.and_(own >= low, own < high) for low, high in ranges]
        if self._connection.dialect.name == "postgresql":
            parts = [sa.or_(sa.false(), *parts)]
        for part in parts:
            yield from bulk.stream(self._connection, query.where(part), BATCH)

    def _plainly(self, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        """Order by code points, as Python and SQLite have it, and not by the alphabet of a server."""
        return column.collate("C") if self._connection.dialect.name == "postgresql" else column

    def _stream(self, query: sa.Select[Any]) -> Iterator[sa.Row[Any]]:
        for rows in self._connection.execute(query.execution_options(yield_per=BATCH)).partitions():
            yield from rows
