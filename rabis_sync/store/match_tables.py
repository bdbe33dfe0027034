"""Tables in which duplicates are looked for: folded fields of records, their keys, and what is due."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.tables import CLUSTERED, text


class MatchRow(SQLModel, table=True):
    """Folded fields for matching, made by `marc.folding` while harvesting."""

    __tablename__: ClassVar[str] = "match_row"
    record_id: int = Field(primary_key=True, foreign_key="record.id")
    level: str
    kind: str
    language: str
    title: str = text()
    title_written: str = text()
    title_full: str = text()
    other_titles: str = text()
    part: str = text()
    year: int | None = Field(default=None, sa_type=sa.BigInteger)
    edition: str
    contributors: str = text()
    publisher: str
    pages: int | None = Field(default=None, sa_type=sa.BigInteger)
    isbns: str = text()
    issns: str
    identifiers: str = text()
    series: str = text()
    host: str = text()
    items: int = 0


class MatchDue(SQLModel, table=True):
    """Records whose match row came, changed or went since duplicates were last looked for."""

    __tablename__: ClassVar[str] = "match_due"
    record_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class MatchKey(SQLModel, table=True):
    """Records by the keys that bring them together; `refined` joins where a key has too many (dedup.keys)."""

    __tablename__: ClassVar[str] = "match_key"
    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    key: int = Field(primary_key=True, sa_type=sa.BigInteger)
    record_id: int = Field(primary_key=True)
    refined: int = Field(sa_type=sa.BigInteger)


class MatchKeys(SQLModel, table=True):
    """The keys of one record together, as it was last compared: what `match_key` holds of it."""

    __tablename__: ClassVar[str] = "match_keys"
    record_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    keys: bytes


class MatchBasis(SQLModel, table=True):
    """What the pairs now stored were judged with: one row, absent before the first search."""

    __tablename__: ClassVar[str] = "match_basis"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fingerprint: str
