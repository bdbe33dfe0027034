"""Tables that the reconciliation leaves beside its discrepancies: stock not catalogued, how much of it."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import OutsideText
from rabis_sync.store.tables import CLUSTERED


class Uncatalogued(SQLModel, table=True):
    """An entry of the books for stock that the catalogue does not have: it waits for its turn."""

    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    ledger: str = Field(primary_key=True)
    position: int = Field(primary_key=True)


class Coverage(SQLModel, table=True):
    """How many of the copies that a branch has on the books the catalogue knows, by content class."""

    __table_args__: ClassVar[dict[str, Any]] = CLUSTERED
    branch: str = Field(sa_type=OutsideText, primary_key=True)
    content_class: str = Field(sa_type=OutsideText, primary_key=True)
    copies: int = Field(sa_type=sa.BigInteger)
    catalogued: int = Field(sa_type=sa.BigInteger)
