"""Tables of the catalogue's words and headings: how many records have each, and what was counted of whom."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlmodel import Field, SQLModel

from rabis_sync.store.tables import CLUSTERED, text


class Term(SQLModel, table=True):
    """A word or heading of the catalogue, as harvested, and how many active records have it."""

    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    kind: str = Field(primary_key=True)  # word, name (a word of a name's heading), heading
    term: str = Field(primary_key=True)
    records: int


class Counted(SQLModel, table=True):
    """What was counted of a record into `Term`, to be taken off again when it changes or goes."""

    record_id: int = Field(primary_key=True, foreign_key="record.id")
    mark: str  # of the content and of the way it was counted
    terms: str = text()
