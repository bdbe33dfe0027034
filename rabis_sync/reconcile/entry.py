"""What a ledger gives: entries of the books, rows that cannot be read, and notices about the rest."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from rabis_sync.store.ledgers import ENTRY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

#: One tiyn, one kopeck: every currency of the books has a hundred of them.
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Entry:
    """One copy, or one group of copies under one number, as the books have it.

    Attributes:
        place: file, sheet and row, or entity key.
        inventory_number: as written, or as restored from what a spreadsheet made of it.
        inventory_key: the same for comparing; empty when the copy has no number of its own.
        title: as written; often with the author before it.
        author: as written.
        year: of publication.
        price: of one copy, in `currency`.
        quantity: copies under this number; 0 or less once they are gone.
        amount: of the whole row, in `currency`.
        currency: ISO 4217 code.
        branch: branch or responsible person.
        acquired: date of acquisition, ISO 8601, perhaps only year or year and month; empty when unknown.
        document: document of acquisition.
        ksu: number of the record in the summary accession book (КСУ).
        act_out: act of write-off.
        act_date: its date, as `acquired`.
        reason: why it was written off, as written.
        content_class: as written.
        language: as written.
    """

    place: str
    inventory_number: str
    inventory_key: str
    title: str = ""
    author: str = ""
    year: int | None = None
    price: Decimal | None = None
    quantity: int = 1
    amount: Decimal | None = None
    currency: str = "KZT"
    branch: str = ""
    acquired: str = ""
    document: str = ""
    ksu: str = ""
    act_out: str = ""
    act_date: str = ""
    reason: str = ""
    content_class: str = ""
    language: str = ""

    @property
    def written_off(self) -> bool:
        """The books no longer hold it: an act of write-off is entered, or nothing is left."""
        return bool(self.act_out or self.act_date) or self.quantity <= 0

    def row(self) -> tuple[Any, ...]:
        """The columns of the store, in their order."""
        values: list[Any] = list(astuple(self))
        values[_PRICE], values[_AMOUNT] = minor(self.price), minor(self.amount)
        return tuple(values)


_NAMES = [one.name for one in fields(Entry)]
assert _NAMES == ENTRY_COLUMNS, "an entry's fields stand in the order of the store's columns"
_PRICE, _AMOUNT = _NAMES.index("price"), _NAMES.index("amount")


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row of the books that cannot be taken: it is named, and the rest goes on.

    Attributes:
        place: as of an entry.
        reason: ``bad_figure``, ``bad_quantity``, ``bad_date``, ``number_rounded`` or ``broken_row``.
        detail: which cell holds what, for the reader.
        inventory_key: of the row where its number could be read: what is in the books is not missing there.
    """

    place: str
    reason: str
    detail: str
    inventory_key: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a ledger that a person should look at; nothing was left out for it.

    Attributes:
        place: file and sheet, with the row where there is one.
        code: ``unknown_heading``, ``amount_differs``, ``number_restored``, ``line_passed_over``,
            ``sheet_passed_over`` or ``file_passed_over``.
        detail: what exactly, one English sentence.
    """

    place: str
    code: str
    detail: str


Told = Entry | UnreadRow | Notice


def minor(money: Decimal | None) -> int | None:
    """An amount in tiyn or kopecks, half rounded up."""
    return None if money is None else int((money / CENT).to_integral_value(ROUND_HALF_UP))


def major(money: int | None) -> Decimal | None:
    """The inverse of `minor`: two decimals."""
    return None if money is None else Decimal(money).scaleb(-2)


def plain(money: Decimal | None) -> str | None:
    """An amount as a decimal string for JSON: «1250.00»."""
    return None if money is None else f"{money.quantize(CENT, ROUND_HALF_UP):f}"


def side(entry: Entry, ledger: str) -> Mapping[str, Any]:
    """The books' side of a discrepancy as plain JSON."""
    return {
        "ledger": ledger,
        "place": entry.place,
        "number": entry.inventory_number,
        "title": entry.title,
        "author": entry.author,
        "year": entry.year,
        "branch": entry.branch,
        "price": plain(entry.price),
        "currency": entry.currency,
        "quantity": entry.quantity,
        "acquired": entry.acquired,
        "document": entry.document,
        "act_out": entry.act_out,
        "act_date": entry.act_date,
        "reason": entry.reason,
    }
