"""A report as plain text for a letter or a terminal: each row a small block of «heading: value» lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.reports.table import written

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.reports.table import Row, Table


def write(table: Table, _now: datetime) -> bytes:
    """Title, remarks, then a block for each row; empty cells are passed over. Then the same for its parts."""
    told = "\n\n\n".join(map(_told, table.in_order()))
    return f"{told}\n".encode("utf-8", "replace")


def _told(table: Table) -> str:
    blocks = [_block(table, row) for row in table.rows] or [table.empty]
    head = "\n".join([table.title, "=" * len(table.title), *table.remarks])
    return "\n\n".join([head, *blocks])


def _block(table: Table, row: Row) -> str:
    lines = []
    for column, cell in zip(table.columns, row.cells, strict=True):
        text = written(cell, table.lang)
        if not text:
            continue
        first, *more = text.splitlines()
        lines += [f"{column.label}: {first}", *(f"    {line}" for line in more)]
    return "\n".join(lines)
