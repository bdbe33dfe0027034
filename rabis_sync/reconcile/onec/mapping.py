"""`mappings/onec.toml`: which objects of 1C are read, and which of their attributes are which fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from rabis_sync.reconcile.columns import FIELDS
from rabis_sync.reconcile.entry import ACQUIRED, MOVED, WRITTEN_OFF, Summary

Paths = str | list[str]

#: What an object may give: cards of copies; what else is known of a card; what is left of it; a document's
#: rows; the КСУ's records; totals of an account.
COPIES, DETAILS, LEFT, KSU, ACCOUNT = "copies", "details", "balance", "ksu", "account"
DOCUMENTS = (ACQUIRED, WRITTEN_OFF, MOVED)
#: Fields of a total that an attribute can be.
TOTALS = tuple(
    name for name in Summary.__dataclass_fields__ if name not in {"place", "reason_code", "shares"}
)


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True)
class Read:
    """One thing that is read.

    A field is an attribute's name, or names of which the first that is filled counts. ``A/B`` is attribute B
    of what reference A leads to; ``=word`` is the word itself.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    entity: str = field(metadata=_doc("Name of the published set, as in Catalog_ОсновныеСредства."))
    gives: str = field(
        metadata=_doc("copies, details, balance, acquired, written_off, moved, ksu or account.")
    )
    fields: dict[str, Paths] = field(default_factory=dict, metadata=_doc("Field -> attributes of a row."))
    rows: str = field(default="", metadata=_doc("Tabular section of a document, whose rows are read."))
    row_fields: dict[str, Paths] = field(
        default_factory=dict, metadata=_doc("Field -> attributes of a row of the tabular section.")
    )
    card: str = field(default="", metadata=_doc("Reference to the card of the copy, for all but copies."))
    table: str = field(default="", metadata=_doc("Virtual table: Balance, Turnovers, SliceLast."))
    arguments: str = field(default="", metadata=_doc("Its arguments, as they stand between the brackets."))
    where: str = field(default="", metadata=_doc("A condition ($filter) beside DeletionMark and Posted."))
    booked_only: bool = field(
        default=False, metadata=_doc("Cards without a balance and without a document are no copies.")
    )
    optional: bool = field(
        default=False, metadata=_doc("Where it is not published, the rest is read without it.")
    )

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot work."""
        known = {COPIES, DETAILS, LEFT, KSU, ACCOUNT, *DOCUMENTS}
        if self.gives not in known:
            raise ValueError(f"{self.entity}: gives = {self.gives!r} (known: {', '.join(sorted(known))})")
        if self.gives in {DETAILS, LEFT, *DOCUMENTS} and not self.card:
            raise ValueError(f"{self.entity}: card is missing, the reference to the card of the copy")
        if self.gives in DOCUMENTS and not self.rows:
            raise ValueError(f"{self.entity}: rows is missing, the tabular section with the copies")
        fields = TOTALS if self.gives in {KSU, ACCOUNT} else FIELDS
        strange = sorted((self.fields.keys() | self.row_fields.keys()) - set(fields))
        if strange:
            raise ValueError(f"{self.entity}: no such field: {', '.join(strange)} ({', '.join(fields)})")

    def paths(self, name: str, *, of_row: bool = False) -> list[str]:
        """Attributes of a field in the order in which they are asked."""
        found = (self.row_fields if of_row else self.fields).get(name, [])
        return [found] if isinstance(found, str) else found


@dataclass(frozen=True)
class OneCMapping:
    """`mappings/onec.toml`."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    read: list[Read] = field(metadata=_doc("What is read, in any order."))

    def __post_init__(self) -> None:
        """Raises ValueError where no cards or several kinds of them are read."""
        cards = [one.entity for one in self.read if one.gives == COPIES]
        if len(cards) > 1:
            raise ValueError(f"two objects give copies: {', '.join(cards)}")
        if not cards and any(one.gives in {DETAILS, LEFT, *DOCUMENTS} for one in self.read):
            raise ValueError('no object gives copies: one [[read]] needs gives = "copies"')

    def giving(self, *gives: str) -> list[Read]:
        """Everything that gives one of these."""
        return [one for one in self.read if one.gives in gives]
