"""Closed periods and the flows that stand in them: a closing adds them, opening the last one removes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, period_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

PERIOD = tables.table(period_tables.ClosedPeriod)
FLOW = tables.table(period_tables.PostedFlow)

#: Columns of a posted flow without its place.
FLOW_COLUMNS = [column.name for column in FLOW.c if column.name not in {"period_id", "position"}]


class Closed(NamedTuple):
    """A closed period; the columns of `period_tables.ClosedPeriod`."""

    id: int
    label: str
    first: str
    after: str
    closed_at: datetime
    flows: int
    copies: int
    amount: int
    digest: str


class Periods:
    """Repository of closed periods."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def closed(self) -> list[Closed]:
        """Every closed period, in the order of time."""
        query = sa.select(*PERIOD.c).order_by(PERIOD.c.after)
        return [Closed(*row) for row in self._connection.execute(query)]

    def add(self, values: dict[str, Any], flows: Iterable[tuple[Any, ...]]) -> int:
        """Keep a closing: the columns of the period, and its flows by `FLOW_COLUMNS`; its number."""
        row = sa.insert(PERIOD).values(**values).returning(PERIOD.c.id)
        number = int(self._connection.execute(row).scalar_one())
        columns = ["period_id", "position", *FLOW_COLUMNS]
        rows = ((number, at, *flow) for at, flow in enumerate(flows, 1))
        bulk.insert(self._connection, FLOW, columns, rows)
        return number

    def flows(self, *, batch: int = 5000) -> Iterator[sa.Row[Any]]:
        """Every posted flow with the number of its period first, then `FLOW_COLUMNS`, closing by closing."""
        query = sa.select(FLOW.c.period_id, *(FLOW.c[name] for name in FLOW_COLUMNS))
        query = query.order_by(FLOW.c.period_id, FLOW.c.position).execution_options(yield_per=batch)
        yield from self._connection.execute(query)

    def remove(self, number: int) -> None:
        """Take a closing away with its flows."""
        self._connection.execute(sa.delete(FLOW).where(FLOW.c.period_id == number))
        self._connection.execute(sa.delete(PERIOD).where(PERIOD.c.id == number))
