"""The summary accession book (КСУ) as a sheet: batches that came and went, what stood before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError
from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile import columns as headings
from rabis_sync.reconcile.entry import ACQUIRED, CLOSING, OPENING, WRITTEN_OFF, Notice, UnreadRow
from rabis_sync.reconcile.numbers import UnreadableError, day, text, whole
from rabis_sync.reconcile.summary_flows import Flows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.rows import Book
    from rabis_sync.reconcile.workbook import Sheet

#: The part that sums up the others: its lines say «Состоит на 01.01.2024».
TOTALS = "totals"
#: So many columns must be known.
ENOUGH = 3
_DATED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d\d-\d\d")


@dataclass(slots=True)
class _Layout:
    """Where the columns of a КСУ stand: fields, and (dimension, code) of each share."""

    first: int
    height: int
    fields: dict[str, int] = field(default_factory=dict)
    shares: dict[int, tuple[str, str]] = field(default_factory=dict)
    unknown: list[tuple[int, str]] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many columns are."""
        return len(self.fields) + len(self.shares)


def read(
    sheet: Sheet, book: Book, first: Sequence[Sequence[Any]], rest: Iterator[Sequence[Any]]
) -> Iterator[Told] | list[str]:
    """Everything a sheet of the КСУ tells; where no row is its heading, the texts of the likeliest one.

    Args:
        sheet: the sheet.
        book: what it belongs to.
        first: its first rows.
        rest: all others.

    Raises:
        ConfigError: neither copies nor an amount are among the columns.
    """
    layout = _find(first, book)
    part = _part(first, sheet, book, layout) if layout is not None else ""
    # Its third part may have no columns but the totals: lines say what they are.
    if layout is None or layout.known < (1 if part == TOTALS else ENOUGH):
        return max(([line for cell in row if (line := text(cell))] for row in first), key=len, default=[])
    if not {"copies", "amount"} & layout.fields.keys():
        raise ConfigError(
            f"{book.place(sheet)}: no column of this КСУ holds the number of copies or the amount",
            hint="Add its heading to copies or amount under [summary] in mappings/ledger_columns.toml.",
        )
    return _Reading(sheet, book, layout, part).told(chain(first, rest))


def _part(first: Sequence[Sequence[Any]], sheet: Sheet, book: Book, layout: _Layout) -> str:
    """Which part it is: by the titles above its heading or the sheet's name, else by its columns."""
    titles = "\n".join(text(cell) for row in first[: layout.first] for cell in row if cell not in {"", None})
    part = book.columns.part_of(f"{titles}\n{sheet.name}")
    return part or (WRITTEN_OFF if {"act", "reason"} & layout.fields.keys() else ACQUIRED)


class _Reading:
    """One sheet under way."""

    def __init__(self, sheet: Sheet, book: Book, layout: _Layout, part: str) -> None:
        self._sheet, self._book, self._layout, self._part = sheet, book, layout, part
        self._taking = book.taking()
        self._flows = Flows(self._taking, book.columns)

    def told(self, rows: Iterator[Sequence[Any]]) -> Iterator[Told]:
        """Records of the КСУ, rows that cannot be read and notices, in the order of the sheet."""
        for column, heading in self._layout.unknown:
            detail = (
                f"column {column + 1} {heading!r} is not known: add the heading to [summary] or "
                "[summary_shares] in mappings/ledger_columns.toml"
            )
            params = {"column": column + 1, "heading": heading, "near": ""}
            yield Notice(self._book.place(self._sheet), "unknown_heading", detail, params)
        end = self._layout.first + self._layout.height
        for number, row in enumerate(rows, 1):
            if number > end:
                yield from self._row(self._book.place(self._sheet, number), row)
        yield from self._flows.closing()
        yield from self._taking.closing(self._book.place(self._sheet))

    def _row(self, place: str, row: Sequence[Any]) -> Iterator[Told]:
        cells = {
            name: row[at]
            for name, at in self._layout.fields.items()
            if at < len(row) and text(row[at]) not in {"", "-", "–", "—"}
        }
        line = " ".join(filter(None, map(text, row)))
        if not {"copies", "amount"} & cells.keys() or self._is_line(cells, row):
            return
        part = self._standing(line, cells) if self._part == TOTALS else self._part
        try:
            shares = self._shares(row)
        except UnreadableError as bad:
            params = {"field": "copies", "cell": bad.cell}
            yield UnreadRow(place, "bad_quantity", f"a share is {bad}", "", params)
            return
        if part:
            yield from self._flows.standing(str(cells.get("date", "")) if self._part == TOTALS else "")
            yield from self._taking.total(place, {**cells, "part": part, "shares": shares})
        else:
            self._flows.add(place, line, {**cells, "shares": shares})

    def _is_line(self, cells: Mapping[str, Any], row: Sequence[Any]) -> bool:
        """A line of totals, or the row that numbers the columns."""
        if self._part != TOTALS and not {"number", "date", "act", "document"} & cells.keys():
            return True
        told = [line for cell in row if (line := text(cell))]
        if any(self._book.columns.total.match(fold(line)) for line in told[:2]):
            return True
        return len(told) > 2 and told == [str(number) for number in range(1, len(told) + 1)]

    def _standing(self, line: str, cells: dict[str, Any]) -> str:
        """`OPENING` or `CLOSING` for «Состоит на …», with its day; empty for what came and went."""
        found = _DATED.search(line)
        if not found or self._book.columns.flow_of(line):
            return ""
        try:
            cells["date"] = day(found[0])
        except UnreadableError:
            return ""
        return OPENING if cells["date"].endswith("-01") else CLOSING

    def _shares(self, row: Sequence[Any]) -> dict[str, dict[str, int]]:
        """Copies by dimension and code.

        Raises:
            UnreadableError: one is no number.
        """
        found: dict[str, dict[str, int]] = {}
        for at, (dimension, code) in self._layout.shares.items():
            copies = whole(row[at]) if at < len(row) and row[at] != "" else None
            if copies:
                of_it = found.setdefault(dimension, {})
                of_it[code] = of_it.get(code, 0) + copies
        return found


def _find(rows: Sequence[Sequence[Any]], book: Book) -> _Layout | None:
    lines = [[text(cell) for cell in row] for row in rows]
    layouts = [
        _layout(lines, first, height, book)
        for first in range(len(lines))
        for height in headings.heights(lines, first)
    ]
    best = max(layouts, key=lambda one: (one.known, -len(one.unknown), -one.height), default=None)
    return best if best is not None and best.known else None


def _layout(lines: Sequence[Sequence[str]], first: int, height: int, book: Book) -> _Layout:
    layout = _Layout(first, height)
    for column, parts in enumerate(headings.stacked(lines[first : first + height])):
        share = _share(parts, book)
        name = None if share else _field(parts, book.columns)
        if share:
            if share[1]:
                layout.shares[column] = share
        elif name:
            layout.fields.setdefault(name, column)
        elif parts and name is None:
            layout.unknown.append((column, " ".join(dict.fromkeys(parts))))
    return layout


def _field(parts: Sequence[str], columns: LedgerColumns) -> str | None:
    """Field of a total that a column is; empty when it is of no use, None when nobody knows."""
    for at in range(len(parts)):
        found = columns.summary_field(" ".join(parts[at:]))
        if found is not None:
            return found
    return None


def _share(parts: Sequence[str], book: Book) -> tuple[str, str] | None:
    """Dimension and code of a column below «по видам», «по языкам» …; an empty code for one of no use."""
    for at, part in enumerate(parts[:-1]):
        dimension = book.columns.dimension(part)
        if dimension is None:
            continue
        if "." in dimension:  # the heading itself is the code; copies stand below it, and an amount
            name, code = dimension.split(".")
            return name, code if book.columns.summary_field(parts[-1]) == "copies" else ""
        word = " ".join(dict.fromkeys(parts[at + 1 :]))
        return dimension, book.terms.code(dimension, word) or book.terms.code(dimension, parts[-1]) or word
    return None
