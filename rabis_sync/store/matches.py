"""Match rows and keys of the records, as the search for duplicates reads them, and what of them is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, match_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MATCH = tables.table(match_tables.MatchRow)
DUE = tables.table(match_tables.MatchDue)
KEY = tables.table(match_tables.MatchKey)
KEYS = tables.table(match_tables.MatchKeys)
BASIS = tables.table(match_tables.MatchBasis)
RECORD = tables.table(tables.BibRecord)

#: A key, its refinement, a record.
KeyRow = tuple[int, int, int]


class Matches:
    """Repository of match rows and match keys."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def batches(self, names: Sequence[str], *, batch: int = 10_000) -> Iterator[Sequence[Any]]:
        """Every match row by record id, as a stream of batches.

        Args:
            names: the columns wanted, in this order.
            batch: rows a batch; memory is bounded by it.
        """
        query = sa.select(*(MATCH.c[name] for name in names)).order_by(MATCH.c.record_id)
        result = self._connection.execute(query.execution_options(yield_per=batch))
        yield from result.partitions(batch)

    def rows(self, names: Sequence[str], ids: Iterable[int]) -> Iterator[Sequence[Any]]:
        """Match rows of these records, in no order; a record without one is left out."""
        wanted = [MATCH.c[name] for name in names]
        return bulk.find(self._connection, wanted, MATCH.c.record_id, sorted(set(ids)))

    def whole(self, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Match rows by record id, of those of these records that have one."""
        found: dict[int, dict[str, Any]] = {}
        for chunk in bulk.chunks(ids):
            rows = self._connection.execute(sa.select(MATCH).where(MATCH.c.record_id.in_(chunk))).mappings()
            found.update((row["record_id"], dict(row)) for row in rows)
        return found

    def names(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Source and control number by record id."""
        query = sa.select(RECORD.c.id, RECORD.c.source, RECORD.c.control_number)
        found: dict[int, tuple[str, str]] = {}
        for chunk in bulk.chunks(sorted(set(ids))):
            result = self._connection.execute(query.where(RECORD.c.id.in_(chunk)))
            found.update((row[0], (row[1], row[2])) for row in result)
        return found

    def count(self) -> int:
        """Number of match rows."""
        return int(self._connection.execute(sa.select(sa.func.count()).select_from(MATCH)).scalar_one())

    # -- what is due ----------------------------------------------------------------------------------------

    def due(self) -> list[int]:
        """Records whose match row came, changed or went since the last search, by id."""
        return list(self._connection.execute(sa.select(DUE.c.record_id).order_by(DUE.c.record_id)).scalars())

    def mark_due(self, ids: Iterable[int]) -> None:
        """Have these records compared again at the next search."""
        bulk.upsert(self._connection, DUE, [{"record_id": number} for number in set(ids)], ["record_id"])

    def basis(self) -> str | None:
        """What the pairs now stored were judged with; None before the first search."""
        return self._connection.execute(sa.select(BASIS.c.fingerprint)).scalar_one_or_none()

    def searched(self, due: Iterable[int], basis: str) -> None:
        """A search is done: these records are due no longer, and this is what it judged with."""
        bulk.delete_where_in(self._connection, DUE.c.record_id, due)
        bulk.upsert(self._connection, BASIS, [{"id": 1, "fingerprint": basis}], ["id"])

    # -- keys -----------------------------------------------------------------------------------------------

    def keys_of(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Keys of records as they were last compared (`MatchKeys.keys`)."""
        found: dict[int, bytes] = {}
        for chunk in bulk.chunks(ids):
            query = sa.select(KEYS.c.record_id, KEYS.c["keys"]).where(KEYS.c.record_id.in_(chunk))
            found.update((row[0], row[1]) for row in self._connection.execute(query))
        return found

    def with_keys(self, keys: Iterable[int]) -> Iterator[KeyRow]:
        """Every record that has one of these keys."""
        query = sa.select(KEY.c.key, KEY.c.refined, KEY.c.record_id)
        for chunk in bulk.chunks(sorted(set(keys))):
            for row in self._connection.execute(query.where(KEY.c.key.in_(chunk))):
                yield row[0], row[1], row[2]

    def replace_keys(self, rows: Iterable[KeyRow], packed: Iterable[tuple[int, bytes]]) -> None:
        """Make these the keys of the catalogue.

        Args:
            rows: sorted, for then they are written fastest.
            packed: record ids with their keys, sorted.
        """
        for table in (KEY, KEYS):
            self._empty(table)
        self._insert(rows, packed)

    def change_keys(
        self, gone: Iterable[tuple[int, int]], rows: Iterable[KeyRow], packed: Sequence[tuple[int, bytes]],
        ids: Iterable[int],
    ) -> None:  # fmt: skip
        """Exchange the keys of some records.

        Args:
            gone: key and record, of all that these records had.
            rows: what they have now.
            packed: the same by record.
            ids: the records, also those that have nothing any more.
        """
        delete = sa.delete(KEY).where(
            KEY.c.key == sa.bindparam("of_key"), KEY.c.record_id == sa.bindparam("of_record")
        )
        old = [{"of_key": key, "of_record": record} for key, record in gone]
        if old:
            self._connection.execute(delete, old)
        bulk.delete_where_in(self._connection, KEYS.c.record_id, ids)
        self._insert(rows, packed)

    def _insert(self, rows: Iterable[KeyRow], packed: Iterable[tuple[int, bytes]]) -> None:
        bulk.insert(self._connection, KEY, ["key", "refined", "record_id"], rows)
        bulk.insert(self._connection, KEYS, ["record_id", "keys"], packed)

    def _empty(self, table: sa.Table) -> None:
        """All rows at once; PostgreSQL's DELETE would leave every one of them to be cleared away later."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql(f'TRUNCATE "{table.name}"')
        else:
            self._connection.execute(sa.delete(table))
