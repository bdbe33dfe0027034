"""A sheet's rows told apart: headings, groups and totals go their way, each data row becomes an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain, islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile import columns as headings
from rabis_sync.reconcile import summary_book
from rabis_sync.reconcile.entry import COPY, Entry, Notice, Told, UnreadRow
from rabis_sync.reconcile.grouping import Groups, Totals
from rabis_sync.reconcile.indicators import joined
from rabis_sync.reconcile.listing import KSU, listing
from rabis_sync.reconcile.numbers import holds, text
from rabis_sync.reconcile.recall import ROWS, Left, Recalled
from rabis_sync.reconcile.sheets import SEPARATORS
from rabis_sync.reconcile.taking import RefusedError, Taking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rabis_sync.reconcile.columns import Layout, LedgerColumns
    from rabis_sync.reconcile.indicators import Numbered
    from rabis_sync.reconcile.listing import Listing
    from rabis_sync.reconcile.recall import Recall
    from rabis_sync.reconcile.terms import LedgerTerms
    from rabis_sync.reconcile.workbook import Sheet

#: Fields that a line of a group or of totals does not have; nor has it a price.
_DESCRIBING = ("author", "year", "acquired", "document", "ksu", "act_out", "act_date", "reason", "language")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Book:
    """What a sheet belongs to.

    Attributes:
        file: name of the file.
        columns: how headings are understood.
        terms: what words mean.
        currency: of figures without one.
        roubles_before: as of `Taking`.
    """

    file: str
    columns: LedgerColumns
    terms: LedgerTerms
    currency: str
    roubles_before: str = ""

    def taking(self) -> Taking:
        """Takes the rows of one sheet."""
        return Taking(self.columns, self.terms, self.currency, self.roubles_before)

    def place(self, sheet: Sheet, row: int = 0) -> str:
        """File, sheet and row, as a finding names it."""
        return " · ".join([self.file, *([sheet.name] if sheet.name else []), *([str(row)] if row else [])])


def read_sheet(
    sheet: Sheet, book: Book, content: str = "", recall: Recall | None = None
) -> Iterator[Told | Recalled] | list[str]:
    """Everything a sheet tells; where none of its first rows is a heading, the texts of the likeliest one.

    Args:
        sheet: the sheet.
        book: what it belongs to.
        content: what it is a list of (a value of `listing.LISTS`), where the configuration says so.
        recall: rows that need not be read again.

    Raises:
        ConfigError: the heading has no inventory number, or two columns mean the same.
    """
    rows = iter(sheet.rows)
    first = list(islice(rows, headings.DEEPEST))
    name = sheet.name or PurePath(book.file).stem
    about = listing(first[: headings.title_rows(first)], name, book.columns, content)
    layout = headings.find_layout(first, book.columns)
    of_copies = layout is not None and "inventory_number" in layout.places and content != KSU
    if about.kind == KSU and not of_copies:
        return summary_book.read(sheet, book, first, rows)
    if layout is None:
        return max(([line for cell in row if (line := text(cell))] for row in first), key=len, default=[])
    headings.checked(layout, book.place(sheet), book.columns)
    about = listing(first[: layout.first], name, book.columns, content)
    if about.kind == KSU:  # its words stand above a list of copies
        about = replace(about, kind=COPY)
    return _Reading(sheet, book, layout, about, first).told(chain(first, rows), recall)


class _Reading:
    """One sheet under way; the groups that its rows stand in are what a reading remembers."""

    def __init__(
        self, sheet: Sheet, book: Book, layout: Layout, about: Listing, first: Sequence[Sequence[Any]]
    ) -> None:
        self._sheet, self._book, self._layout, self._about = sheet, book, layout, about
        places = dict(layout.places)
        block = first[layout.first : layout.first + layout.height]
        self._end = layout.first + layout.height
        self._headings = {tuple(map(text, row)) for row in block}
        self._width = max(map(len, block))
        self._csv = not sheet.name
        self._whole = book.place(sheet)
        if headings.INDICATOR in places and "quantity" not in places:
            places["quantity"] = self._width
        self._number, self._title = places["inventory_number"], places.get("title")
        self._taking = book.taking()
        self._value = self._taking.text
        self._places = tuple((name, at) for name, at in places.items() if name != headings.INDICATOR)
        self._sums = places.get("quantity"), places.get("amount")
        self._describing = [places[name] for name in _DESCRIBING if name in places]
        self._of_a_copy = [*self._describing, *([places["price"]] if "price" in places else [])]
        standing = dict(about.standing)
        branch = standing.pop("branch", "")
        self._groups = Groups(book.columns, branch, sure=bool(branch))
        if not branch and (named := self._groups.if_branch(sheet.name)):
            self._groups.standing["branch"] = named
        self._standing = standing
        self._totals = Totals()
        frame = self._whole, self._csv, book, layout, about, self._width, sorted(self._headings)
        self._frame = blake2b(repr(frame).encode(), digest_size=16).hexdigest()

    def told(self, rows: Iterator[Sequence[Any]], recall: Recall | None = None) -> Iterator[Told | Recalled]:
        """Entries, rows that cannot be read and notices, in the order of the sheet."""
        for column, heading in self._layout.unknown:
            yield self._unknown(column, heading)
        numbered: Iterator[Numbered] = enumerate(rows, 1)
        if headings.INDICATOR in self._layout.places and "amount" in self._layout.places:
            numbered = joined(numbered, self._layout.places, self._width, self._end, self._book.columns)
        numbered = (one for one in numbered if one[0] > self._end)
        while stretch := list(islice(numbered, ROWS)):
            if recall is None:
                yield from self._rows(stretch)
            else:
                yield from self._recalled(stretch, recall)
        yield from self._taking.closing(self._whole)

    def _recalled(self, stretch: Sequence[Numbered], recall: Recall) -> Iterator[Told | Recalled]:
        """Rows of a sheet as the store has them, if the same stood there at the last reading.

        What such rows give depends on the group they stand in, and on nothing else before them. Rows that
        gave anything but an entry each are read every time: they may begin a group, or be told of.
        """
        digest = recall.digest(self._frame, self._groups.standing, stretch)
        known = recall.known(digest)
        if known is None:
            entries = others = 0
            sums, words = self._totals.sums, self._taking.words_apart()
            for told in self._rows(stretch):
                yield told
                entries, others = entries + isinstance(told, Entry), others + (not isinstance(told, Entry))
            known = Left(self._totals.since(sums), self._taking.together(words))
            if entries == len(stretch) and not others:
                recall.keep(digest, entries, known)
            return
        self._totals.add_sums(known.sums, len(stretch))
        self._taking.meet(known.words)
        yield Recalled(len(stretch))

    def _rows(self, stretch: Iterable[Numbered]) -> Iterator[Told]:
        for number, row in stretch:
            yield from self._row(number, row)

    def _row(self, number: int, row: Sequence[Any]) -> Iterator[Told]:
        cell = self._cell(row, self._number)
        place = f"{self._whole} · {number}"
        if self._csv and (broken := self._broken(row)):
            detail, params = broken
            yield UnreadRow(place, "broken_row", detail, self._key(row), params)
        elif self._is_copy(cell, row):
            yield from self._copy(place, row)
        else:
            yield from self._between(place, cell, row)

    def _copy(self, place: str, row: Sequence[Any]) -> Iterator[Told]:
        width = len(row)
        cells = {
            name: cell
            for name, at in self._places
            if at < width and (cell := row[at]) is not None and cell != ""
        }
        if self._layout.closing and "quantity" not in cells and not holds(cells.get("amount", "")):
            cells["quantity"] = 0
        groups = self._groups.standing
        standing = {**self._standing, **groups} if self._standing else groups
        for name in standing.keys() & cells.keys():
            if not self._value(cells[name]):
                del cells[name]
        for told in self._taking.told(place, cells, standing, self._about.kind):
            if isinstance(told, Entry):
                self._totals.add(told)
            yield told

    def _between(self, place: str, cell: Any, row: Sequence[Any]) -> Iterator[Told]:
        """A line between the rows: of totals, of a group, or one that is nothing we know."""
        if any(self._groups.is_total(line) for one in row[: self._width] if (line := text(one))):
            stated = [self._cell(row, at) if at is not None else "" for at in self._sums]
            if self._totals.rows:
                for name, told, found in self._totals.differs(*stated):
                    detail = f"{name} {told} is stated, the rows read come to {found}"
                    params = {"field": name, "stated": told, "found": found}
                    yield Notice(place, "total_differs", detail, params)
            return
        self._groups.line(row)
        self._totals.begin()
        if cell != "" and _looks_like_number(text(cell)) and not _counts_columns(row):
            detail = f"{text(cell)!r} stands without title, price or date"
            yield Notice(place, "line_passed_over", detail, {"cell": text(cell)})

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
            line = not title or self._groups.is_total(title) or bool(self._groups.if_branch(title))
            return not line and self._any(self._of_a_copy, row)
        if isinstance(cell, str) and not _looks_like_number(cell):
            line = self._groups.is_total(cell) or tuple(map(text, row)) in self._headings
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

    def _broken(self, row: Sequence[Any]) -> tuple[str, dict[str, Any]] | None:
        """What is wrong with a row of a CSV whose cells are out of place: detail and params of `UnreadRow`.

        More cells than headings come of a separator too many; a single one with other separators in it of
        another program.
        """
        if len(row) > self._width and any(map(text, row[self._width :])):
            params = {"cells": len(row), "headings": self._width, "cell": ""}
            return f"{len(row)} cells stand under {self._width} headings", params
        if len(row) == 1 and self._width > 2 and max(map(str(row[0]).count, SEPARATORS)) >= self._width - 1:
            cell = text(row[0])[:60]
            params = {"cells": 1, "headings": self._width, "cell": cell}
            return f"the row is parted otherwise than the headings: {cell!r}", params
        return None

    def _unknown(self, column: int, heading: str) -> Notice:
        near = self._book.columns.near(heading)
        guess = f"; it looks like {near}" if near else ""
        return Notice(
            self._whole,
            "unknown_heading",
            f"column {column + 1} {heading!r} is not known{guess}: add the heading to one of "
            f"{', '.join(self._book.columns.columns)} or to `ignored` in mappings/ledger_columns.toml",
            {"column": column + 1, "heading": heading, "near": near},
        )


def _looks_like_number(cell: str) -> bool:
    """An inventory number: a few letters at most before and between digits, and no words."""
    line = cell.strip()
    if line.isdecimal():
        return True
    letters = list(map(len, _LETTERS.findall(line)))
    return any(map(str.isdigit, line)) and max(letters, default=0) <= 4 and sum(letters) <= 6


def _counts_columns(row: Sequence[Any]) -> bool:
    """The row under a printed heading that numbers the columns from 1."""
    counted = [line for cell in row[:4] if (line := text(cell))]
    if counted[:2] != ["1", "2"]:
        return False
    counted += [line for cell in row[4:] if (line := text(cell))]
    return len(counted) > 2 and counted == [str(number) for number in range(1, len(counted) + 1)]
