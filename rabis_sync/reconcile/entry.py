"""What a ledger gives: entries and totals of the books, rows that cannot be read, notices about the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_UP, Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rabis_sync.store.ledgers import ENTRY_COLUMNS, SUMMARY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

#: One tiyn, one kopeck: every currency of the books has a hundred of them.
CENT = Decimal("0.01")

#: What a row tells of a copy: that the books have it, or one thing that happened to it.
COPY, ACQUIRED, WRITTEN_OFF, MOVED = "copy", "acquired", "written_off", "moved"


@dataclass(frozen=True, slots=True)
class Entry:
    """One copy, or one group of copies under one number, as a row of the books has it.

    `kind`, `supply`, `content_class` and `language` hold a code of mappings/ledger_terms.toml where the word
    of the books is known there, else the word as written.

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
        content_class: id of a content class (``FIC``).
        language: ISO 639-2 code.
        movement: what the row tells: `COPY`, it is on the books, with what happened to it; `ACQUIRED`,
            `WRITTEN_OFF` or `MOVED`, a row of a list of acquisitions, of write-offs or of transfers, about a
            copy that another row may have as well.
        kind: of document (``book``, ``newspaper``).
        supply: how it came (``purchase``, ``gift``).
        reason_code: of the write-off (``worn``), empty when unknown.
        moved: date of the last transfer between branches, as `acquired`.
        moved_from: branch it left.
        moved_to: branch it came to.
        moved_document: of the transfer.
        account: of the chart of accounts it is booked on, as written.
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
    movement: str = COPY
    kind: str = ""
    supply: str = ""
    reason_code: str = ""
    moved: str = ""
    moved_from: str = ""
    moved_to: str = ""
    moved_document: str = ""
    account: str = ""

    @property
    def written_off(self) -> bool:
        """The books no longer hold it: an act of write-off is entered, or nothing is left."""
        return bool(self.act_out or self.act_date) or self.quantity <= 0

    def row(self) -> tuple[Any, ...]:
        """The columns of the store, in their order."""
        values: list[Any] = list(_VALUES(self))
        values[_PRICE], values[_AMOUNT] = minor(self.price), minor(self.amount)
        return tuple(values)


_NAMES = [one.name for one in fields(Entry)]
assert _NAMES == ENTRY_COLUMNS, "an entry's fields stand in the order of the store's columns"
_VALUES = attrgetter(*_NAMES)
_PRICE, _AMOUNT = _NAMES.index("price"), _NAMES.index("amount")


#: Parts of the summary accession book (КСУ): acquisitions, write-offs, what stood before and after a period;
#: and the balance of an account.
OPENING, CLOSING, BALANCE = "opening", "closing", "balance"
#: What part 3 of the КСУ says came and went over its period: of the whole, not of one record.
ALL_ACQUIRED, ALL_WRITTEN_OFF = "all_acquired", "all_written_off"


@dataclass(frozen=True, slots=True)
class Summary:
    """A total that the books themselves state: a record of the summary accession book (КСУ), or a balance.

    Attributes:
        place: as of an entry.
        part: `ACQUIRED` or `WRITTEN_OFF`, one record of part 1 or 2 of the КСУ; `OPENING` or `CLOSING`, a
            line of its part 3; `ALL_ACQUIRED` or `ALL_WRITTEN_OFF`, what such a part says came and went;
            `BALANCE`, of an account.
        number: of the record, as written; of the account.
        date: of the record or the balance, ISO 8601, perhaps only a year; of what came and went over a
            period, its first and its last day with a slash between them.
        branch: whose it is; empty for the whole library.
        supply: how the copies came, as of an entry.
        document: of acquisition.
        act: of write-off.
        reason: of the write-off, as written.
        reason_code: as of an entry.
        titles: None when not told.
        copies: None when not told.
        amount: None when not told.
        currency: ISO 4217 code.
        shares: copies by ``kind``, ``content_class``, ``language``, ``reason``, ``on_balance``, each code or
            word -> number: ``{"language": {"kaz": 12}}``.
    """

    place: str
    part: str
    number: str = ""
    date: str = ""
    branch: str = ""
    supply: str = ""
    document: str = ""
    act: str = ""
    reason: str = ""
    reason_code: str = ""
    titles: int | None = None
    copies: int | None = None
    amount: Decimal | None = None
    currency: str = "KZT"
    shares: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def row(self) -> tuple[Any, ...]:
        """The columns of the store, in their order."""
        values = {name: getattr(self, name) for name in SUMMARY_COLUMNS}
        return tuple({**values, "amount": minor(self.amount)}.values())


#: Why a row cannot be taken, and what a notice may be about, each with the values its text in
#: mappings/issues.toml may ask for.
UNREAD: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("bad_figure", "bad_quantity", "bad_date", "number_rounded"), ("field", "cell")),
    "broken_row": ("cells", "headings", "cell"),
    "card_missing": ("key",),
}
NOTICES: Mapping[str, tuple[str, ...]] = {
    "unknown_heading": ("column", "heading", "near"),
    "unknown_word": ("field", "word"),
    "amount_differs": ("quantity", "price", "amount"),
    "number_restored": ("cell", "number"),
    "total_differs": ("field", "stated", "found"),
    "line_passed_over": ("cell",),
    "sheet_passed_over": ("why",),
    "file_passed_over": ("file",),
    "not_published": ("object",),
    "formula_without_value": (),
    "error_value": ("cells",),
    "more_alike": ("code", "rows"),
}


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row of the books that cannot be taken: it is named, and the rest goes on.

    Attributes:
        place: as of an entry.
        reason: a key of `UNREAD`.
        detail: which cell holds what, in English.
        inventory_key: of the row where its number could be read: what is in the books is not missing there.
        params: the same for a sentence in the reader's language.
    """

    place: str
    reason: str
    detail: str
    inventory_key: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about a ledger that a person should look at; nothing was left out for it.

    Attributes:
        place: file and sheet, with the row where there is one.
        code: a key of `NOTICES`.
        detail: what exactly, one English sentence.
        params: the same for a sentence in the reader's language.
    """

    place: str
    code: str
    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)


Told = Entry | Summary | UnreadRow | Notice


def minor(money: Decimal | None) -> int | None:
    """An amount in tiyn or kopecks, half rounded up."""
    return None if money is None else int((money / CENT).to_integral_value(ROUND_HALF_UP))


def major(money: int | None) -> Decimal | None:
    """The inverse of `minor`: two decimals."""
    return None if money is None else Decimal(money).scaleb(-2)


def plain(money: Decimal | None) -> str | None:
    """An amount as a decimal string for JSON: «1250.00»."""
    return None if money is None else f"{money.quantize(CENT, ROUND_HALF_UP):f}"
