"""Tables of closed periods: what was closed when, and the flows of the fund as they stood at the closing."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLModel reads the annotations
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import OutsideText, UtcDateTime
from rabis_sync.store.tables import CLUSTERED


def _outside() -> Any:
    return Field(default="", sa_type=OutsideText, nullable=False)


class ClosedPeriod(SQLModel, table=True):
    """A quarter or a year whose figures stand; each begins where the one before it ended."""

    __tablename__: ClassVar[str] = "closed_period"
    id: int | None = Field(default=None, primary_key=True)
    label: str
    first: str  # ISO day
    after: str = Field(unique=True)  # the first day that is open again
    closed_at: datetime = Field(sa_type=UtcDateTime)
    flows: int
    copies: int = Field(sa_type=sa.BigInteger)  # stock at its end
    amount: int = Field(sa_type=sa.BigInteger)
    digest: str  # of its flows and of the closing before it


class PostedFlow(SQLModel, table=True):
    """A flow of the fund as a closing left it; the columns of `reconcile.flows.Flow`. Never altered."""

    __tablename__: ClassVar[str] = "posted_flow"
    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    period_id: int = Field(primary_key=True, foreign_key="closed_period.id")
    position: int = Field(primary_key=True)
    day: str
    movement: str  # acquired, received, written_off, passed_on
    branch: str = _outside()
    kind: str = _outside()
    content_class: str = _outside()
    language: str = _outside()
    supply: str = _outside()
    reason: str = _outside()
    title: str = _outside()
    copies: int = Field(sa_type=sa.BigInteger)
    amount: int = Field(sa_type=sa.BigInteger)
    unpriced: int = Field(sa_type=sa.BigInteger)
    batch: str = _outside()
    document: str = _outside()
    number: str = _outside()
    key: str = _outside()
    came_day: str
    came_by: str
    year: int | None = Field(default=None, sa_type=sa.BigInteger)
    country: str = _outside()
    on_balance: bool
    vague: bool
    dated: str  # day of the document, where it was late for its period
