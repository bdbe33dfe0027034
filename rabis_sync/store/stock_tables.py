"""Tables of stock checks: what was read of a branch's shelves line by line, and what came of it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLModel reads the annotations
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import OutsideText, UtcDateTime
from rabis_sync.store.tables import CLUSTERED, Json


class StockCheck(SQLModel, table=True):
    """One check of one branch."""

    __tablename__: ClassVar[str] = "stock_check"
    id: int | None = Field(default=None, primary_key=True)
    branch: str = Field(sa_type=OutsideText)
    state: str = "open"  # open, closed
    opened_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: Json | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))  # frozen, without findings


class StockFile(SQLModel, table=True):
    """One scan file of a check; the same bytes are taken once."""

    __tablename__: ClassVar[str] = "stock_file"
    __table_args__ = (sa.UniqueConstraint("check_id", "digest"),)
    id: int | None = Field(default=None, primary_key=True)
    check_id: int = Field(foreign_key="stock_check.id", index=True)
    name: str = Field(sa_type=OutsideText)
    digest: str  # SHA-256
    at: datetime = Field(sa_type=UtcDateTime)
    blank: int


class StockLine(SQLModel, table=True):
    """One line of a scan file as it was written, and what is taken for the code in it."""

    __tablename__: ClassVar[str] = "stock_line"
    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    file_id: int = Field(primary_key=True, foreign_key="stock_file.id")
    position: int = Field(primary_key=True)
    line: int
    sheet: str = Field(default="", sa_type=OutsideText)
    raw: str = Field(sa_type=OutsideText)
    cell: str = Field(sa_type=OutsideText)
    means: str
    problem: str


class StockFinding(SQLModel, table=True):
    """What became of a copy or a line in a closed check."""

    __tablename__: ClassVar[str] = "stock_finding"
    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    check_id: int = Field(primary_key=True, foreign_key="stock_check.id")
    position: int = Field(primary_key=True)
    outcome: str
    detail: Json = Field(default_factory=dict, sa_type=sa.JSON, nullable=False)
