"""Words and headings of the catalogue with the numbers of their records, kept up as records change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, tables, term_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TERM = tables.table(term_tables.Term)
COUNTED = tables.table(term_tables.Counted)
RECORD = tables.table(tables.BibRecord)
CONTENT = tables.table(tables.Content)

#: Between kinds and between terms of `Counted.terms`; no term holds them.
KINDS, BETWEEN = "\x1e", "\n"


class Uncounted(NamedTuple):
    """A record whose content was not counted yet.

    Attributes:
        id: of the record.
        family: of its format.
        mark: of its content.
        canonical: its content as harvested.
        terms: what was counted of its former content; empty for a new record.
    """

    id: int
    family: str
    mark: str
    canonical: str
    terms: str


class Terms:
    """Repository of terms."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def all(self, kind: str) -> dict[str, int]:
        """Every term of a kind with the number of active records that have it."""
        query = sa.select(TERM.c.term, TERM.c.records).where(TERM.c.kind == kind)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def uncounted(self, version: str, *, batch: int = 500) -> Iterator[list[Uncounted]]:
        """Active records whose content was not counted, or in another way than this, by id in batches.

        Args:
            version: of the way of counting; part of `Counted.mark`.
            batch: records a batch; memory is bounded by it.
        """
        last = 0
        mark = RECORD.c.content_hash.concat(version)
        query = (
            sa.select(RECORD.c.id, RECORD.c.family, mark, CONTENT.c.canonical, COUNTED.c.terms)
            .join(CONTENT, CONTENT.c.record_id == RECORD.c.id)
            .outerjoin(COUNTED, COUNTED.c.record_id == RECORD.c.id)
            .where(RECORD.c.state == "active", sa.or_(COUNTED.c.mark.is_(None), COUNTED.c.mark != mark))
            .order_by(RECORD.c.id)
            .limit(batch)
        )
        while True:
            rows = self._connection.execute(query.where(RECORD.c.id > last)).all()
            if not rows:
                return
            yield [Uncounted(row[0], row[1], row[2], row[3], row[4] or "") for row in rows]
            last = rows[-1][0]

    def gone(self) -> dict[int, str]:
        """What was counted of records that are active no more, by record id."""
        query = sa.select(COUNTED.c.record_id, COUNTED.c.terms)
        query = query.join(RECORD, RECORD.c.id == COUNTED.c.record_id).where(RECORD.c.state != "active")
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def count(self, rows: Sequence[tuple[int, str, str]]) -> None:
        """Remember what was counted of records: id, mark and terms, in place of what was there."""
        bulk.delete_where_in(self._connection, COUNTED.c.record_id, (row[0] for row in rows))
        bulk.insert(self._connection, COUNTED, ["record_id", "mark", "terms"], rows)

    def forget(self, ids: Sequence[int]) -> None:
        """Remember nothing of these records any more."""
        bulk.delete_where_in(self._connection, COUNTED.c.record_id, ids)

    def change(self, kind: str, changes: Mapping[str, int]) -> None:
        """Add to the numbers of terms of a kind, or take off; a term that no record has any more goes."""
        standing: Counter[str] = Counter()
        for chunk in bulk.chunks(changes):
            query = sa.select(TERM.c.term, TERM.c.records).where(TERM.c.kind == kind, TERM.c.term.in_(chunk))
            standing.update({row[0]: row[1] for row in self._connection.execute(query)})
            self._connection.execute(sa.delete(TERM).where(TERM.c.kind == kind, TERM.c.term.in_(chunk)))
        standing.update(changes)
        rows = ((kind, term, records) for term, records in sorted(standing.items()) if records > 0)
        bulk.insert(self._connection, TERM, ["kind", "term", "records"], rows)
