"""A list for an act: numbers alone, or columns under headings; a line that cannot be read is named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.columns import folded
from rabis_sync.reconcile.numbers import UnreadableError, figure, inventory_number, money, text, whole
from rabis_sync.reconcile.readings import rounded
from rabis_sync.reconcile.sheets import sheets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal
    from pathlib import Path

    from rabis_sync.reconcile.columns import LedgerColumns

#: Rows among which the heading is sought.
DEEPEST = 20
#: Columns of the list that an act can use.
USED = (
    *("inventory_number", "reason", "price", "currency", "quantity", "coefficient"),
    *("title", "author", "year", "language", "content_class"),
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list.

    Attributes:
        place: file, sheet and row.
        number: inventory number as written, or as restored from what a spreadsheet made of it.
        key: the same for comparing.
        reason: as written.
        price: of one copy; None: by the books.
        currency: of the price.
        quantity: copies; None: not told.
        coefficient: of revaluation; None: not told.
        title, author, year, language, content_class: as written.
        problem: why the line cannot be taken, a code of `acts.REFUSALS`; empty when it can.
        cell: what cannot be read.
    """

    place: str
    number: str = ""
    key: str = ""
    reason: str = ""
    price: Decimal | None = None
    currency: str = "KZT"
    quantity: int | None = None
    coefficient: Decimal | None = None
    title: str = ""
    author: str = ""
    year: int | None = None
    language: str = ""
    content_class: str = ""
    problem: str = ""
    cell: str = ""


def read(path: Path, columns: LedgerColumns, headings: Mapping[str, Sequence[str]]) -> list[Listed]:
    """Every line of the list, in its order; titles, headings, blank lines and totals are passed over.

    Args:
        path: an XLSX, CSV or text file.
        columns: how headings are understood.
        headings: more headings, by a column of `USED`.

    Raises:
        SourceAway, FatalError: as `sheets.sheets`.
        ConfigError: there are several columns and no heading that says which is which, or there is no line.
    """
    more = {folded(one): name for name, words in headings.items() for one in words}
    listed = []
    for sheet in sheets(path):
        if sheet.hidden:
            continue
        rows = iter(sheet.rows)
        first = list(islice(rows, DEEPEST))
        at, places = _heading(first, columns, more)
        place = " · ".join(filter(None, (path.name, sheet.name)))
        for number, row in enumerate(chain(first, rows), 1):
            if number > at and any(map(text, row)):
                told = _line(f"{place} · {number}", row, places, columns)
                listed += [told] if told else []
    if not listed:
        raise ConfigError(f"{path} lists no inventory number", hint="Write one number a line.")
    return listed


def _heading(
    rows: Sequence[Sequence[Any]], columns: LedgerColumns, more: Mapping[str, str]
) -> tuple[int, dict[str, int]]:
    """Number of the heading row (0: none) and where each column stands; of numbers alone, in the first."""
    for at, row in enumerate(rows, 1):
        names = [
            more.get(folded(line)) or columns.meaning(line) if (line := text(cell)) else "" for cell in row
        ]
        if "inventory_number" in names:
            return at, {name: names.index(name) for name in USED if name in names}
    return 0, {}


def _line(place: str, row: Sequence[Any], places: Mapping[str, int], columns: LedgerColumns) -> Listed | None:
    """A line of the list; None for one that is no part of it."""
    filled = [cell for cell in row if text(cell)]
    if columns.total.match(fold(text(filled[0]))) or _counts_columns(filled):
        return None
    if not places:
        if len(filled) > 1:
            raise ConfigError(
                f"{place}: several columns, and no heading says which is which",
                hint="Write a heading above them, such as «Инв. №», «Причина», «Цена»; or leave one column.",
            )
        line = text(filled[0])
        return _read(place, {"inventory_number": filled[0]}) if any(map(str.isdigit, line)) else None
    cells = {name: row[at] for name, at in places.items() if at < len(row) and text(row[at])}
    return _read(place, cells)


def _read(place: str, cells: Mapping[str, Any]) -> Listed:
    told: dict[str, Any] = {
        name: text(cells[name])
        for name in ("reason", "title", "author", "language", "content_class")
        if name in cells
    }
    written = text(cells.get("inventory_number", ""))
    if rounded(written):  # what a spreadsheet lost is not guessed where people sign
        return Listed(place, written, problem="unreadable", cell=written, **told)
    try:
        number, _ = inventory_number(cells.get("inventory_number", ""))
        if not number:
            return Listed(place, problem="no_number", **told)
        price, currency = money(cells.get("price"), text(cells.get("currency")) or "KZT")
        year = figure(cells.get("year"))
        return Listed(
            place, number, inventory_key(number), price=price, currency=currency,
            quantity=whole(cells.get("quantity")), coefficient=figure(cells.get("coefficient")),
            year=int(year) if year else None, **told,
        )  # fmt: skip
    except UnreadableError as bad:
        return Listed(place, written, problem="unreadable", cell=bad.cell, **told)


def _counts_columns(cells: Sequence[Any]) -> bool:
    """The row under a printed heading that numbers the columns from 1."""
    return len(cells) > 2 and [text(cell) for cell in cells] == [str(at) for at in range(1, len(cells) + 1)]
