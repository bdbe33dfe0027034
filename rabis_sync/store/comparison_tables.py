"""Tables that the reconciliation leaves beside its discrepancies: stock not catalogued, and its memory."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from rabis_sync.store.columns import OutsideText
from rabis_sync.store.tables import CLUSTERED, text


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


class ComparedSection(SQLModel, table=True):
    """What the numbers from one on, up to the next section's, told when they were last compared."""

    __tablename__: ClassVar[str] = "compared_section"
    id: int | None = Field(default=None, primary_key=True)
    first: str = Field(sa_type=OutsideText)  # inventory key; keys in the order of their code points
    basis: str  # digest of all that is compared with beside the two sides (`reconcile.matching`)
    told: str = text()  # JSON (`reconcile.sections`); empty: it is compared every time


class NumberDue(SQLModel, table=True):
    """Numbers of copies that came, changed or went since the last comparison, perhaps repeatedly."""

    __tablename__: ClassVar[str] = "number_due"
    id: int | None = Field(default=None, primary_key=True)
    inventory_key: str
    branch: str
    inventory_number: str
