"""Stock checks: scan files line by line while a check is open, its outcome once it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, stock_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

CHECK = tables.table(stock_tables.StockCheck)
FILE = tables.table(stock_tables.StockFile)
LINE = tables.table(stock_tables.StockLine)
FINDING = tables.table(stock_tables.StockFinding)
ITEM = tables.table(tables.ItemRow)

LINE_COLUMNS = ("line", "sheet", "raw", "cell", "means", "problem")


class StockChecks:
    """Repository of stock checks."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, branch: str, *, at: datetime) -> int:
        """Begin a check of a branch; its number."""
        row = sa.insert(CHECK).values(branch=branch, state="open", opened_at=at)
        return int(self._connection.execute(row.returning(CHECK.c.id)).scalar_one())

    def get(self, number: int) -> dict[str, Any] | None:
        """``id, branch, state, opened_at, closed_at, outcome`` of a check."""
        row = self._connection.execute(sa.select(CHECK).where(CHECK.c.id == number)).mappings().first()
        return None if row is None else dict(row)

    def all(self) -> list[dict[str, Any]]:
        """Every check, the latest first, without its outcome."""
        columns = [column for column in CHECK.c if column.name != "outcome"]
        query = sa.select(*columns).order_by(CHECK.c.id.desc())
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def forget(self, number: int) -> None:
        """Drop a check that has no file."""
        self._connection.execute(sa.delete(CHECK).where(CHECK.c.id == number))

    def files(self, number: int) -> list[dict[str, Any]]:
        """``id, name, digest, at, blank`` and ``lines``, the number of lines, of each file, in order."""
        counted = (
            sa.select(LINE.c.file_id, sa.func.count().label("lines")).group_by(LINE.c.file_id).subquery()
        )
        query = (
            sa.select(
                FILE.c.id, FILE.c.name, FILE.c.digest, FILE.c.at, FILE.c.blank,
                sa.func.coalesce(counted.c.lines, 0).label("lines"),
            )
            .outerjoin(counted, counted.c.file_id == FILE.c.id)
            .where(FILE.c.check_id == number)
            .order_by(FILE.c.id)
        )  # fmt: skip
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def add_file(
        self, number: int, name: str, digest: str, blank: int, lines: Iterable[Sequence[Any]], *, at: datetime
    ) -> int:
        """Take in a file; each line holds `LINE_COLUMNS` in that order. The number of the file."""
        row = sa.insert(FILE).values(check_id=number, name=name, digest=digest, blank=blank, at=at)
        file = int(self._connection.execute(row.returning(FILE.c.id)).scalar_one())
        numbered = ((file, position, *line) for position, line in enumerate(lines, 1))
        bulk.insert(self._connection, LINE, ["file_id", "position", *LINE_COLUMNS], numbered)
        return file

    def drop_file(self, file: int) -> None:
        """Take a file out again, with its lines."""
        self._connection.execute(sa.delete(LINE).where(LINE.c.file_id == file))
        self._connection.execute(sa.delete(FILE).where(FILE.c.id == file))

    def lines(self, file: int) -> list[tuple[Any, ...]]:
        """The lines of a file in order: `LINE_COLUMNS`."""
        columns = [LINE.c[name] for name in LINE_COLUMNS]
        query = sa.select(*columns).where(LINE.c.file_id == file).order_by(LINE.c.position)
        return [tuple(row) for row in self._connection.execute(query)]

    def close(
        self,
        number: int,
        outcome: Mapping[str, Any],
        findings: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        at: datetime,
    ) -> None:
        """Freeze what came of a check: the outcome, and each finding by what it is."""
        rows = ((number, position, *one) for position, one in enumerate(findings, 1))
        bulk.insert(self._connection, FINDING, ["check_id", "position", "outcome", "detail"], rows)
        change = sa.update(CHECK).where(CHECK.c.id == number)
        self._connection.execute(change.values(state="closed", closed_at=at, outcome=dict(outcome)))

    def reopen(self, number: int) -> None:
        """Let a closed check go on: what was frozen goes."""
        self._connection.execute(sa.delete(FINDING).where(FINDING.c.check_id == number))
        change = sa.update(CHECK).where(CHECK.c.id == number)
        self._connection.execute(change.values(state="open", closed_at=None, outcome=None))

    def findings(self, number: int) -> Iterator[dict[str, Any]]:
        """What was frozen of a closed check, in order."""
        query = sa.select(FINDING.c.detail).where(FINDING.c.check_id == number).order_by(FINDING.c.position)
        yield from self._connection.execute(query).scalars()

    def shelf_marks(self, records: Iterable[int]) -> dict[tuple[int, int], str]:
        """Shelf mark by record and position of the items of these records that have one."""
        columns = (ITEM.c.record_id, ITEM.c.position, ITEM.c.call_number)
        found = bulk.find(self._connection, columns, ITEM.c.record_id, records)
        return {(record, position): mark for record, position, mark in found if mark}
