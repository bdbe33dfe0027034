"""The table of readers: with what the rows of each source's records were made."""

from __future__ import annotations

from typing import ClassVar

from sqlmodel import Field, SQLModel


class ReadWith(SQLModel, table=True):
    """The reader of one source: what it makes of a record is stored beside the record."""

    __tablename__: ClassVar[str] = "read_with"
    source: str = Field(primary_key=True)
    fingerprint: str  # of the mappings and the program (`harvest.reading.Reader.fingerprint`)
    upto: int | None = Field(default=None)  # record id up to which it has read the records anew; None: all
