"""The table of notices: what people were told, or are still to be told, by which channel."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLModel reads the annotations
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import UtcDateTime
from rabis_sync.store.tables import text


class Notice(SQLModel, table=True):
    """One notice by one channel."""

    __table_args__: ClassVar[tuple[sa.UniqueConstraint]] = (
        sa.UniqueConstraint("channel", "key", name="notice_once"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    key: str  # what it is about: the same is not told twice
    event: str
    job: str = ""
    run_id: int | None = None
    outcome: str = ""
    exit_code: int = 0
    subject: str = text()
    body: str = text()
    about: list[str] = Field(default_factory=list, sa_type=sa.JSON, nullable=False)
    at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0
    error: str = text()
