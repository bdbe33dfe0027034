"""A sheet's rows told apart: headings, groups and totals go their way, each data row becomes an entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from rabis_sync.marc import figures
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile import columns as headings
from rabis_sync.reconcile.entry import CENT, Entry, Notice, Told, UnreadRow
from rabis_sync.reconcile.numbers import NOTHING, UnreadableError, day, inventory_number, money, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from rabis_sync.reconcile.columns import Layout, LedgerColumns
    from rabis_sync.reconcile.sheets import Sheet

#: Texts that are kept because they repeat; beyond it they are forgotten and gathered anew.
MOST_KNOWN = 1 << 14
#: Fields that are taken as text.
_TEXTS = ("title", "author", "branch", "document", "ksu", "act_out", "reason", "content_class", "language")
#: Fields that a line of a group or of totals does not have; nor has it a price.
_DESCRIBING = ("author", "year", "acquired", "document", "ksu", "act_out", "act_date", "reason", "language")


@dataclass(frozen=True, slots=True)
class Book:
    """What a sheet belongs to.

    Attributes:
        file: name of the file.
        columns: how headings are understood.
        currency: of figures without one.
    """

    file: str
    columns: LedgerColumns
    currency: str

    def place(self, sheet: Sheet, row: int = 0) -> str:
        """File, sheet and row, as a finding names it."""
        return " · ".join([self.file, *([sheet.name] if sheet.name else []), *([str(row)] if row else [])])


def read_sheet(sheet: Sheet, book: Book) -> Iterator[Told] | list[str]:
    """Everything a sheet tells; where none of its first rows is a heading, the texts of the likeliest one.

    Raises:
        ConfigError: the heading has no inventory number, or two columns mean the same.
    """
    rows = iter(sheet.rows)
    first = list(islice(rows, headings.DEEPEST))
    layout = headings.find_layout(first, book.columns)
    if layout is None:
        return max(([line for cell in row if (line := text(cell))] for row in first), key=len, default=[])
    headings.checked(layout, book.place(sheet), book.columns)
    return _Reading(sheet, book, layout, first).told(chain(first, rows))


class _Reading:
    """One sheet under way: the branch of the rows below is what a reading remembers."""

    def __init__(self, sheet: Sheet, book: Book, layout: Layout, first: Sequence[Sequence[Any]]) -> None:
        self._sheet, self._book, self._layout = sheet, book, layout
        self._columns = book.columns
        places = layout.places
        block = first[layout.first : layout.first + layout.height]
        self._end = layout.first + layout.height
        self._headings = {tuple(map(text, row)) for row in block}
        self._csv_width = 0 if sheet.name else max(map(len, block))
        self._number, self._title = places["inventory_number"], places.get("title")
        self._texts = [(name, places[name]) for name in _TEXTS if name in places]
        self._describing = [places[name] for name in _DESCRIBING if name in places]
        self._of_a_copy = [*self._describing, *([places["price"]] if "price" in places else [])]
        self._known: dict[Any, str] = {}
        self._surely_branch = False
        self._branch = self._above(first[: layout.first]) or self._if_branch(sheet.name)

    def told(self, rows: Iterator[Sequence[Any]]) -> Iterator[Told]:
        """Entries, rows that cannot be read and notices, in the order of the sheet."""
        for column, heading in self._layout.unknown:
            yield self._unknown(column, heading)
        for number, row in enumerate(rows, 1):
            if number > self._end:
                yield from self._row(number, row)

    def _row(self, number: int, row: Sequence[Any]) -> Iterator[Told]:
        cell = row[self._number] if len(row) > self._number else ""
        place = self._book.place(self._sheet, number)
        if self._is_copy(cell, row):
            yield from self._copy(place, cell, row)
            return
        self._line(row)
        if cell != "" and _looks_like_number(text(cell)) and not _counts_columns(row):
            yield Notice(place, "line_passed_over", f"{text(cell)!r} stands without title, price or date")

    def _copy(self, place: str, cell: Any, row: Sequence[Any]) -> Iterator[Told]:
        key = ""
        try:
            self._check_width(row)
            number, restored = self._numbered(cell)
            key = inventory_key(number) if number else ""
            entry = self._entry(place, number, key, row)
        except _RefusedError as bad:
            yield UnreadRow(place, bad.reason, str(bad), key)
            return
        if restored:
            yield Notice(place, "number_restored", f"{text(cell)!r} was taken for {number!r}")
        yield entry
        yield from _disagreement(entry)

    def _is_copy(self, cell: Any, row: Sequence[Any]) -> bool:
        """A copy has a number or a title, and what only a copy has; anything else is a line."""
        title = self._value(row, self._title) if self._title is not None else ""
        if cell == "" or cell is None:
            if self._any(self._describing, row):
                return bool(title)
            line = not title or self._is_total(title) or bool(self._if_branch(title))
            return not line and self._any(self._of_a_copy, row)
        if isinstance(cell, str) and not _looks_like_number(cell):
            line = self._is_total(cell) or tuple(map(text, row)) in self._headings
            return bool(title) and not line and self._any(self._of_a_copy, row)
        if title.isdecimal() and _counts_columns(row):
            return False
        return self._title is None or bool(title) or self._any(self._of_a_copy, row)

    @staticmethod
    def _any(places: Sequence[int], row: Sequence[Any]) -> bool:
        return any(len(row) > place and text(row[place]) for place in places)

    def _numbered(self, cell: Any) -> tuple[str, bool]:
        try:
            number, restored = inventory_number(cell)
        except UnreadableError as bad:
            raise _RefusedError(bad.reason, f"inventory_number {bad}") from bad
        return ("", False) if number.casefold() in self._columns.numberless else (number, restored)

    def _is_total(self, line: str) -> bool:
        return bool(self._columns.total.match(fold(line)))

    def _line(self, row: Sequence[Any]) -> None:
        """A line that is no copy: the only words in it may name the branch of the rows below."""
        words = {
            line for cell in row if isinstance(cell, str) and (line := text(cell)) and not _is_figure(line)
        }
        if len(words) != 1:
            return
        (line,) = words
        if self._is_total(line):
            return
        branch = self._if_branch(line)
        if branch or not self._surely_branch:
            self._branch = branch or line
            self._surely_branch = self._surely_branch or bool(branch)

    def _if_branch(self, line: str) -> str:
        """The name after «Подразделение:», or the line itself when a branch word is in it."""
        label, colon, name = line.partition(":")
        if colon and self._columns.meaning(label) == "branch":
            return name.strip()
        return line if self._columns.branch_word.search(fold(line)) else ""

    def _above(self, titles: Sequence[Sequence[Any]]) -> str:
        """The branch named above the heading: «Подразделение: Филиал № 3», in one cell or two."""
        for row in titles:
            line = " ".join(filter(None, map(text, row)))
            label, colon, name = line.partition(":")
            if colon and self._columns.meaning(label) == "branch" and name.strip():
                self._surely_branch = True
                return name.strip()
        return ""

    def _entry(self, place: str, number: str, key: str, row: Sequence[Any]) -> Entry:
        values = {name: self._value(row, at) for name, at in self._texts}
        if "branch" not in values or not values["branch"]:
            values["branch"] = self._branch
        currency = self._currency(row)
        price, currency = self._read("price", row, lambda cell: money(cell, currency), (None, currency))
        amount, _ = self._read("amount", row, lambda cell: money(cell, currency), (None, currency))
        quantity = self._read("quantity", row, whole, None)
        quantity = 1 if quantity is None else quantity
        if price is None and amount is not None and quantity > 0:
            price = _share(amount, quantity)
        return Entry(
            place=place,
            inventory_number=number,
            inventory_key=key,
            year=figures.year(self._text("year", row)),
            price=price,
            quantity=quantity,
            amount=amount,
            currency=currency,
            acquired=self._read("acquired", row, day, ""),
            act_date=self._read("act_date", row, day, ""),
            **values,
        )

    def _read(self, name: str, row: Sequence[Any], reader: Any, otherwise: Any) -> Any:
        at = self._layout.places.get(name)
        if at is None or at >= len(row):
            return otherwise
        cell = row[at]
        if cell == "":
            return otherwise
        try:
            return reader(cell)
        except UnreadableError as bad:
            raise _RefusedError(bad.reason, f"{name} {bad}") from bad

    def _text(self, name: str, row: Sequence[Any]) -> str:
        at = self._layout.places.get(name)
        return "" if at is None else self._value(row, at)

    def _value(self, row: Sequence[Any], at: int) -> str:
        """A cell as text; what repeats from row to row is worked out, and kept in memory, once."""
        cell = row[at] if at < len(row) else ""
        line = self._known.get(cell)
        if line is None:
            line = text(cell)
            line = "" if len(line) < 5 and line.casefold() in NOTHING else line
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known[cell] = line
        return line

    def _currency(self, row: Sequence[Any]) -> str:
        written = self._text("currency", row)
        return (
            self._columns.currency_codes.get(written.casefold(), written) if written else self._book.currency
        )

    def _check_width(self, row: Sequence[Any]) -> None:
        """A CSV row with more cells than headings has a separator too many: its cells are out of place."""
        if self._csv_width and len(row) > self._csv_width and any(map(text, row[self._csv_width :])):
            raise _RefusedError("broken_row", f"{len(row)} cells stand under {self._csv_width} headings")

    def _unknown(self, column: int, heading: str) -> Notice:
        near = self._columns.near(heading)
        guess = f"; it looks like {near}" if near else ""
        return Notice(
            self._book.place(self._sheet),
            "unknown_heading",
            f"column {column + 1} {heading!r} is not known{guess}: add the heading to one of "
            f"{', '.join(self._columns.columns)} or to `ignored` in mappings/ledger_columns.toml",
        )


class _RefusedError(Exception):
    """A row that cannot be taken, with what is wrong in it."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def _disagreement(entry: Entry) -> Iterator[Notice]:
    """Number of copies times price is the amount, to half a tiyn a copy."""
    if entry.price is None or entry.amount is None or entry.quantity <= 0:
        return
    if abs(entry.price * entry.quantity - entry.amount) > CENT * entry.quantity / 2 + CENT / 2:
        detail = f"{entry.quantity} x {entry.price} is not {entry.amount}"
        yield Notice(entry.place, "amount_differs", detail)


def _share(amount: Decimal, quantity: int) -> Decimal | None:
    """Price of one copy out of the amount of all, where it comes out even."""
    price = (amount / quantity).quantize(CENT)
    return price if price * quantity == amount else None


def _looks_like_number(cell: str) -> bool:
    """An inventory number: a few letters at most before and between digits, and no words."""
    line = cell.strip()
    if line.isdecimal():
        return True
    letters = [len(word) for word in "".join(char if char.isalpha() else " " for char in line).split()]
    return any(map(str.isdigit, line)) and max(letters, default=0) <= 4 and sum(letters) <= 6


def _is_figure(line: str) -> bool:
    return any(map(str.isdigit, line)) and not any(map(str.isalpha, line))


def _counts_columns(row: Sequence[Any]) -> bool:
    """The row under a printed heading that numbers the columns from 1."""
    counted = [line for cell in row[:4] if (line := text(cell))]
    if counted[:2] != ["1", "2"]:
        return False
    counted += [line for cell in row[4:] if (line := text(cell))]
    return len(counted) > 2 and counted == [str(number) for number in range(1, len(counted) + 1)]
