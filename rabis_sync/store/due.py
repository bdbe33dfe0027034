"""Numbers to be compared with the books again: whoever changes copies, or their records, notes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from rabis_sync.store import bulk, comparison_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable

ITEM = tables.table(tables.ItemRow)
SECTION = tables.table(comparison_tables.ComparedSection)
NUMBER = tables.table(comparison_tables.NumberDue)

#: So many numbers due are more than it pays to remember: everything is compared anew.
MOST = 20_000

_COLUMNS = ("inventory_key", "branch", "inventory_number")


def note(connection: sa.Connection, records: Iterable[int]) -> None:
    """The copies of these records, as they stand now, are about to change, or have just changed.

    A copy that goes or gets another number is noted under the old one, one that comes under the new one: call
    this before and after. As long as nothing was compared there is nothing to note.
    """
    if connection.execute(sa.select(SECTION.c.id).limit(1)).first() is None:
        return
    wanted = sa.select(*(ITEM.c[name] for name in _COLUMNS))
    for chunk in bulk.chunks(records):
        numbers = wanted.where(ITEM.c.record_id.in_(chunk))
        connection.execute(sa.insert(NUMBER).from_select(_COLUMNS, numbers))
    first, last = (sa.select(of(NUMBER.c.id)).scalar_subquery() for of in (sa.func.min, sa.func.max))
    noted = connection.execute(sa.select(sa.func.coalesce(last - first + 1, 0))).scalar_one()
    if noted > MOST:
        for table in (NUMBER, SECTION):
            connection.execute(sa.delete(table))
