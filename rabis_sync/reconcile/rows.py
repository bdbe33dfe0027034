"""A sheet's rows told apart: headings, groups and totals go their way, each data row becomes an entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile import columns as headings
from rabis_sync.reconcile.entry import Notice, Told, UnreadRow
from rabis_sync.reconcile.numbers import text
from rabis_sync.reconcile.taking import RefusedError, Taking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.reconcile.columns import Layout, LedgerColumns
    from rabis_sync.reconcile.terms import LedgerTerms
    from rabis_sync.reconcile.workbook import Sheet

#: Fields that a line of a group or of totals does not have; nor has it a price.
_DESCRIBING = ("author", "year", "acquired", "document", "ksu", "act_out", "act_date", "reason", "language")


@dataclass(frozen=True, slots=True)
class Book:
    """What a sheet belongs to.

    Attributes:
        file: name of the file.
        columns: how headings are understood.
        terms: what words mean.
        currency: of figures without one.
    """

    file: str
    columns: LedgerColumns
    terms: LedgerTerms
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
        self._taking = Taking(book.columns, book.terms, book.currency)
        self._value = self._taking.text
        self._places = tuple(places.items())
        self._describing = [places[name] for name in _DESCRIBING if name in places]
        self._of_a_copy = [*self._describing, *([places["price"]] if "price" in places else [])]
        self._surely_branch = False
        self._branch = self._above(first[: layout.first]) or self._if_branch(sheet.name)

    def told(self, rows: Iterator[Sequence[Any]]) -> Iterator[Told]:
        """Entries, rows that cannot be read and notices, in the order of the sheet."""
        for column, heading in self._layout.unknown:
            yield self._unknown(column, heading)
        for number, row in enumerate(rows, 1):
            if number > self._end:
                yield from self._row(number, row)
        yield from self._taking.words()

    def _row(self, number: int, row: Sequence[Any]) -> Iterator[Told]:
        cell = self._cell(row, self._number)
        place = self._book.place(self._sheet, number)
        if self._is_copy(cell, row):
            yield from self._copy(place, row)
            return
        self._line(row)
        if cell != "" and _looks_like_number(text(cell)) and not _counts_columns(row):
            yield Notice(place, "line_passed_over", f"{text(cell)!r} stands without title, price or date")

    def _copy(self, place: str, row: Sequence[Any]) -> Iterator[Told]:
        try:
            self._check_width(row)
        except RefusedError as bad:
            yield UnreadRow(place, bad.reason, str(bad), self._key(row))
            return
        width = len(row)
        cells = {name: row[at] for name, at in self._places if at < width and row[at] not in {"", None}}
        if self._branch and not self._value(cells.get("branch", "")):
            cells["branch"] = self._branch
        yield from self._taking.told(place, cells)

    def _key(self, row: Sequence[Any]) -> str:
        """Of a row that is not taken, so that its copy is not said to be missing."""
        try:
            number, _ = self._taking.number(self._cell(row, self._number))
        except RefusedError:
            return ""
        return inventory_key(number) if number else ""

    def _is_copy(self, cell: Any, row: Sequence[Any]) -> bool:
        """A copy has a number or a title, and what only a copy has; anything else is a line."""
        title = self._value(self._cell(row, self._title)) if self._title is not None else ""
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
    def _cell(row: Sequence[Any], at: int) -> Any:
        return row[at] if at < len(row) else ""

    @staticmethod
    def _any(places: Sequence[int], row: Sequence[Any]) -> bool:
        return any(len(row) > place and text(row[place]) for place in places)

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

    def _check_width(self, row: Sequence[Any]) -> None:
        """A CSV row with more cells than headings has a separator too many: its cells are out of place."""
        if self._csv_width and len(row) > self._csv_width and any(map(text, row[self._csv_width :])):
            raise RefusedError("broken_row", f"{len(row)} cells stand under {self._csv_width} headings")

    def _unknown(self, column: int, heading: str) -> Notice:
        near = self._columns.near(heading)
        guess = f"; it looks like {near}" if near else ""
        return Notice(
            self._book.place(self._sheet),
            "unknown_heading",
            f"column {column + 1} {heading!r} is not known{guess}: add the heading to one of "
            f"{', '.join(self._columns.columns)} or to `ignored` in mappings/ledger_columns.toml",
        )


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
