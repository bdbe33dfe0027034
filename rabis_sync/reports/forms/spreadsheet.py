"""A report as an XLSX workbook: headings that stay in sight, filters, wrapped text, colours, no formula."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rabis_sync.reports.table import Column, Kind, Row, Table, Value

    Styles = dict[tuple[str, bool, Kind], Format]

#: Excel's own limits: characters in a cell, and in the name of a sheet.
_CELL, _SHEET = 32_767, 31

#: Height of a line of the font, in points.
_LINE = 16.5
_FONT = {"font_name": "Calibri", "font_size": 12, "valign": "top"}
_HEAD = {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#1F4E5F", "font_color": "#FFFFFF"}
#: Pale enough to read dark letters on, and told apart in black and white by the word in the first column.
COLOURS = {"error": "#FBE0DC", "warning": "#FFF3D0", "info": "#E3F0F7"}
_TOTAL = "#E9EDEF"
_BORDER = {"border": 1, "border_color": "#C8CDD0"}
_LINK = {"font_color": "#0B5C8A", "underline": 1}
#: Rows up to which a sheet is taken for a summary, whose cells lead to the sheets they name.
_LINKED = 1000


def write(table: Table, now: datetime) -> bytes:
    """A sheet for the table and each of its parts: title, remarks, headings, rows, lines for signatures."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": table.title, "created": now.replace(tzinfo=None)})
        tables, taken = table.in_order(sheets=True), set[str]()
        names = [sheet_name(one.sheet or one.title, taken) for one in tables]
        links = {one.sheet: name for one, name in zip(tables, names, strict=True) if one.sheet}
        for one, name in zip(tables, names, strict=True):
            sheet = workbook.add_worksheet(name)
            heading = _write_head(workbook, sheet, one)
            if name != names[0]:
                _write_way_back(workbook, sheet, heading - 1, names[0])
            _write_rows(
                workbook,
                sheet,
                one,
                heading + 1,
                links if one is not table and len(one.rows) <= _LINKED else {},
            )
            _write_closing(workbook, sheet, one, heading + 1 + max(len(one.rows), 1))
            _lay_out(sheet, one, heading)
    return out.getvalue()


def sheet_name(title: str, names: set[str]) -> str:
    """A name that Excel takes and that no other sheet has, whatever its case."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", title)[:_SHEET].strip() or "–"
    name, number = plain, 1
    while name.casefold() in names:
        number += 1
        name = f"{plain[: _SHEET - len(str(number)) - 1]} {number}"
    names.add(name.casefold())
    return name


def _write_way_back(workbook: Workbook, sheet: Worksheet, row: int, first: str) -> None:
    """A link to the first sheet, above the headings."""
    style = workbook.add_format({**_FONT, **_LINK})
    sheet.write_url(row, 0, f"internal:'{first}'!A1", style, f"← {first}")


def _write_closing(workbook: Workbook, sheet: Worksheet, table: Table, first: int) -> None:
    """Lines for signatures, each with room above it."""
    style = workbook.add_format({**_FONT})
    for at, line in enumerate(table.closing):
        sheet.write_string(first + 2 * at + 1, 0, line, style)


def _write_head(workbook: Workbook, sheet: Worksheet, table: Table) -> int:
    """Title, remarks and headings; the row of the headings, counted from 0."""
    sheet.write_string(0, 0, table.title, workbook.add_format({**_FONT, "bold": True, "font_size": 16}))
    sheet.set_row(0, 24)
    said = workbook.add_format({**_FONT, "font_color": "#444444", "text_wrap": True})
    width, last = sum(column.width for column in table.columns), len(table.columns) - 1
    for row, remark in enumerate(table.remarks, 1):
        if last:
            sheet.merge_range(row, 0, row, last, "", said)  # over the whole width, not off the screen
        sheet.write_string(row, 0, remark, said)
        sheet.set_row(row, _lines(remark, width) * _LINE + 1)
    heading = len(table.remarks) + 2
    sheet.set_row(heading, 36)
    style = workbook.add_format({**_FONT, **_HEAD, **_BORDER})
    for at, column in enumerate(table.columns):
        sheet.write_string(heading, at, column.label, style)
    return heading


def _write_rows(
    workbook: Workbook, sheet: Worksheet, table: Table, first: int, links: Mapping[str, str]
) -> None:
    """Each row; a cell that bears the name of another sheet leads to it."""
    if not table.rows:
        sheet.write_string(first, 0, table.empty, workbook.add_format({**_FONT, "italic": True}))
        return
    kinds = {(row.severity, row.total) for row in table.rows}
    styles, linked = (
        {
            (severity, total, column.kind): workbook.add_format(_style(severity, column, total=total) | more)
            for severity, total in kinds
            for column in table.columns
        }
        for more in ({}, _LINK)
    )
    for at, row in enumerate(table.rows, first):
        _write_row(sheet, at, row, table.columns, styles)
        for place, value in enumerate(row.cells):
            if isinstance(value, str) and value in links and value != table.sheet:
                style = linked[row.severity, row.total, table.columns[place].kind]
                sheet.write_url(at, place, f"internal:'{links[value]}'!A1", style, value)


def _write_row(sheet: Worksheet, at: int, row: Row, columns: tuple[Column, ...], styles: Styles) -> None:
    for place, (column, value) in enumerate(zip(columns, row.cells, strict=True)):
        _write_cell(sheet, at, place, value, styles[row.severity, row.total, column.kind])
    sheet.set_row(at, _height(row, columns))


def _write_cell(sheet: Worksheet, row: int, place: int, value: Value, style: Format) -> None:
    """Numbers as numbers, and any text as text, whatever sign it begins with."""
    if value is None or value == "":
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, str):
        text = value if len(value) <= _CELL else value[: _CELL - 1] + "…"
        sheet.write_string(row, place, text, style)
    else:
        sheet.write_number(row, place, value, style)


def _style(severity: str, column: Column, *, total: bool) -> dict[str, Any]:
    colour = {"bg_color": COLOURS[severity]} if severity in COLOURS else {}
    aligned = {"align": "right"} if column.kind in {"number", "money"} else {"text_wrap": True, "indent": 1}
    money = {"num_format": "#,##0.00"} if column.kind == "money" else {}
    bold = {"bold": True, "bg_color": _TOTAL} if total else {}
    return {**_FONT, **_BORDER, **aligned, **colour, **money, **bold}


def _height(row: Row, columns: tuple[Column, ...]) -> float:
    """Height in points that shows all wrapped lines: not every program finds it by itself."""
    lines = max(
        _lines(str(cell or ""), column.width) for cell, column in zip(row.cells, columns, strict=True)
    )
    return min(_LINE * lines + 3, 409)


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in so many characters' width, two of which are left for wide letters."""
    return sum(-(-max(len(line), 1) // max(width - 2, 1)) for line in text.split("\n"))


def _lay_out(sheet: Worksheet, table: Table, heading: int) -> None:
    """On the screen headings and filters stay in sight; on paper they come back on every page."""
    last_row, last_column = heading + max(len(table.rows), 1), len(table.columns) - 1
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
    sheet.freeze_panes(heading + 1, 0)
    if table.rows and not table.closing:  # totals are read whole and signed
        sheet.autofilter(heading, 0, last_row, last_column)
    if table.rows:
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1 if table.closing else 0)  # what is signed stands on one page
    sheet.repeat_rows(heading)
    sheet.set_footer("&L&A&R&P / &N")
