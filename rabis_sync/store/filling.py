"""A first harvest fills the table of copies without its index, which is made at once when the table is full.

Inventory numbers come in no order: kept up row by row, their index takes a first harvest longer than all
that is stored beside it (docs/adr/0047). Nothing asks for it before the books are compared, and then only to
be quicker.
"""

from __future__ import annotations

import sqlalchemy as sa

from rabis_sync.store import tables

ITEM = tables.table(tables.ItemRow)


def begin(connection: sa.Connection) -> None:
    """Leave the index out where there is no copy yet; in the transaction of the first page."""
    if connection.execute(sa.select(ITEM.c.record_id).limit(1)).first() is None:
        for index in ITEM.indexes:
            index.drop(connection, checkfirst=True)


def end(connection: sa.Connection) -> None:
    """Make the index where it is not there, whoever left it out and was stopped before this."""
    present = {one["name"] for one in sa.inspect(connection).get_indexes(ITEM.name)}
    for index in ITEM.indexes:
        if index.name not in present:
            index.create(connection)
