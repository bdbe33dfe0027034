"""Writes the ledger as 1C prints it: title rows, a heading of two rows, branches with subtotals, «Итого»."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

import xlsxwriter

from rabis_sync.demo import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from rabis_sync.demo.ledger import Entry

#: What the workbook says of its own making: a constant, so that the file is the same every time.
MADE = datetime(2024, 1, 9, 9, 0, tzinfo=UTC)
#: Upper heading, then the ones below it; a heading alone goes over both rows.
HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Инв. №", ()),
    ("Наименование", ()),
    ("Автор", ()),
    ("Год издания", ()),
    ("Цена, тг", ()),
    ("Кол-во", ()),
    ("Сумма, тг", ()),
    ("Подразделение", ()),
    ("Поступление", ("Дата", "№ КСУ")),
    ("Выбытие", ("Акт списания №", "Дата", "Причина")),
)
WIDTHS = (11, 48, 24, 9, 11, 7, 12, 34, 12, 10, 14, 12, 24)
QUANTITY, AMOUNT = 5, 6
#: The branch whose accountant keys prices as text, with a no-break space between thousands.
TYPED_PRICES = 2


def write(path: Path, entries: list[Entry]) -> None:
    """Write the entries, grouped by branch and in the order of their numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"title": "Ведомость остатков библиотечного фонда", "created": MADE})
        sheet = book.add_worksheet("Ведомость")
        formats = _formats(book)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        row = _heading(sheet, formats)
        total = (0, Decimal(0))
        ranks = {branch.name: place for place, branch in enumerate(vocabulary.branches())}
        ordered = sorted(entries, key=lambda one: (ranks[one.branch], one.inventory_number))
        for name, group in groupby(ordered, key=lambda one: one.branch):
            row, copies, amount = _branch(sheet, formats, row, name, list(group))
            total = (total[0] + copies, total[1] + amount)
        _sum(sheet, formats, row, "Итого", total)
        sheet.write(row + 2, 0, "Главный бухгалтер ____________________ Рахимова С. Т.")


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    return {
        "title": book.add_format({"bold": True, "font_size": 12}),
        "heading": book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
        "branch": book.add_format({"bold": True, "bg_color": "#E8E4D8"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "date": book.add_format({"num_format": "dd.mm.yyyy"}),
        "sum": book.add_format({"bold": True, "num_format": "#,##0.00", "top": 1}),
    }


def _heading(sheet: Worksheet, formats: dict[str, Format]) -> int:
    """Title rows and headings; gives the first row for entries."""
    sheet.write(0, 0, vocabulary.library()["body"], formats["title"])
    sheet.write(1, 0, "Ведомость остатков библиотечного фонда на 31.12.2023 г.", formats["title"])
    sheet.write(2, 0, "Счёт 2300, подразделения: все; валюта: тенге")
    top, column = 4, 0
    for upper, below in HEADINGS:
        if below:
            sheet.merge_range(top, column, top, column + len(below) - 1, upper, formats["heading"])
        else:
            sheet.merge_range(top, column, top + 1, column, upper, formats["heading"])
        for place, lower in enumerate(below):
            sheet.write(top + 1, column + place, lower, formats["heading"])
        column += max(1, len(below))
    sheet.freeze_panes(top + 2, 0)
    return top + 2


def _branch(
    sheet: Worksheet, formats: dict[str, Format], row: int, name: str, entries: list[Entry]
) -> tuple[int, int, Decimal]:
    """One branch with its subtotal; gives the next row, copies in stock and their amount."""
    branches = vocabulary.branches()
    place = next(n for n, branch in enumerate(branches) if branch.name == name)
    sheet.write(row, 0, f"{name}, МОЛ {branches[place].keeper}", formats["branch"])
    for entry in entries:
        row += 1
        _entry(sheet, formats, row, entry, typed=place == TYPED_PRICES)
    kept = [entry.price for entry in entries if not entry.act]
    amount = sum(kept, Decimal(0))
    _sum(sheet, formats, row + 1, "Итого по подразделению", (len(kept), amount))
    return row + 2, len(kept), amount


def _entry(sheet: Worksheet, formats: dict[str, Format], row: int, entry: Entry, *, typed: bool) -> None:
    number = entry.inventory_number
    # 1C gives numbers of digits as numbers: leading zeros are gone.
    sheet.write(row, 0, int(number) if number.isdecimal() else number)
    sheet.write_row(row, 1, (entry.title, entry.author, entry.year))
    for column in (4, AMOUNT):
        _money(sheet, formats, (row, column), entry.price, typed=typed)
    sheet.write(row, QUANTITY, 1)
    sheet.write(row, 7, entry.branch)
    _date(sheet, formats, (row, 8), entry.acquired)
    sheet.write_string(row, 9, entry.ksu)
    if entry.act and entry.act_date:
        sheet.write_string(row, 10, entry.act)
        _date(sheet, formats, (row, 11), entry.act_date)
        sheet.write_string(row, 12, entry.reason)


def _money(
    sheet: Worksheet, formats: dict[str, Format], place: tuple[int, int], price: Decimal, *, typed: bool
) -> None:
    if typed:
        sheet.write_string(*place, f"{price:,.2f}".replace(",", "\u00a0").replace(".", ","))
    else:
        sheet.write_number(*place, float(price), formats["money"])


def _date(sheet: Worksheet, formats: dict[str, Format], place: tuple[int, int], day: date) -> None:
    sheet.write_datetime(*place, datetime(day.year, day.month, day.day), formats["date"])  # noqa: DTZ001 - a cell holds a day


def _sum(
    sheet: Worksheet, formats: dict[str, Format], row: int, what: str, total: tuple[int, Decimal]
) -> None:
    sheet.write(row, 0, what, formats["sum"])
    sheet.write(row, QUANTITY, total[0], formats["sum"])
    sheet.write(row, AMOUNT, float(total[1]), formats["sum"])
