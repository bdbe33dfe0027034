"""Tables of merges: which records became one, and what has to be put back when that is undone."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  SQLModel reads the annotations
from typing import ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import UtcDateTime
from rabis_sync.store.tables import Json  # noqa: TC001  as above


class Merge(SQLModel, table=True):
    """Records that a person made one. The harvested copies stay; what this moved can be put back."""

    id: int | None = Field(default=None, primary_key=True)
    survivor: int = Field(foreign_key="record.id", index=True)
    # standing; lifted (a harvest touched one of the records: laid again by the next search for duplicates);
    # parted (they read as different now); closed (the library did it in its own system); undone
    state: str = "standing"
    at: datetime = Field(sa_type=UtcDateTime)
    laid: str = ""  # hash of the corrected view that the merge made
    own_view: str | None = Field(default=None, sa_type=sa.Text, nullable=True)  # the survivor's own before it
    own_based_on: str = ""


class MergeMember(SQLModel, table=True):
    """A record that goes in a merge."""

    __tablename__: ClassVar[str] = "merge_member"
    merge_id: int = Field(primary_key=True, foreign_key="merge.id")
    record_id: int = Field(primary_key=True, foreign_key="record.id", index=True)
    moved: list[Json] = Field(
        default_factory=list, sa_type=sa.JSON, nullable=False
    )  # items: [own place, new]
    matched: Json = Field(default_factory=dict, sa_type=sa.JSON, nullable=False)  # its match row
