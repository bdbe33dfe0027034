"""A statement as an XLSX workbook laid out like the library's forms: to be printed on A4 and signed.

Figures are numbers and totals are formulas, each with its value beside it, so that it reads the same where
nothing is recalculated.
"""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from rabis_sync.reports.forms.spreadsheet import COLOURS, sheet_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rabis_sync.reports.laid import LaidHead, LaidLine, LaidSheet, LaidTable, Value

_FONT = {"font_name": "Times New Roman", "font_size": 10, "valign": "vcenter"}
_BORDER = {"border": 1}
_HEAD = {**_FONT, **_BORDER, "bold": True, "align": "center", "text_wrap": True}
#: Nothing is a dash, as in the forms: a column of noughts hides the figures.
_FORMATS = {
    "count": '#,##0;-#,##0;"–"', "titles": '#,##0;-#,##0;"–"', "money": '#,##0.00;-#,##0.00;"–"',
    "share": "0.0", "text": "General", "code": "@",
}  # fmt: skip
#: Columns as narrow as this have their heading upright.
_UPRIGHT = 7
_LINE, _LETTERS_UPRIGHT = 13.5, 5.4
_WEIGHTS: dict[int, dict[str, object]] = {
    0: {},
    1: {"bold": True, "bg_color": "#F2F2F2"},
    2: {"bold": True, "bg_color": "#E3E3E3"},
}


def write(sheets: Sequence[LaidSheet], title: str, now: datetime) -> bytes:
    """The workbook: one sheet for each."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": title, "created": now.replace(tzinfo=None)})
        workbook.set_calc_mode("auto")
        names: set[str] = set()
        for one in sheets:
            _Drawing(workbook, workbook.add_worksheet(sheet_name(one.name, names)), one).draw()
    return out.getvalue()


class _Drawing:
    """One sheet under way."""

    def __init__(self, workbook: Workbook, sheet: Worksheet, laid: LaidSheet) -> None:
        self._workbook, self._sheet, self._laid = workbook, sheet, laid
        self._at = 0
        self._width = max(len(table.first) + len(table.heads) for table in laid.tables)
        self._breaks: list[int] = []

    def draw(self) -> None:
        """Everything, and how it is printed."""
        self._set_widths()
        for line in self._laid.above:
            self._banner(line, bold=False)
        heading = (0, 0)
        for number, table in enumerate(self._laid.tables):
            if number:
                self._at += 1
                if len(table.lines) + table.levels > _ALONE:
                    self._breaks.append(self._at)
            heading = self._table(table)
        self._sign()
        self._print(heading if len(self._laid.tables) == 1 else None)

    @cache  # noqa: B019  it lives as long as the sheet is drawn
    def _style(self, **properties: object) -> Format:
        return self._workbook.add_format(properties)

    def _set_widths(self) -> None:
        """Columns are shared by the tables of a sheet: each is as wide as the widest of them needs."""
        widths: Counter[int] = Counter()
        for table in self._laid.tables:
            for at, width in enumerate(
                [*(width for _, width in table.first), *(one.width for one in table.heads)]
            ):
                widths[at] = max(widths[at], width)
        for at, width in widths.items():
            self._sheet.set_column(at, at, width)
        self._widths = [widths[at] for at in range(self._width)]

    def _banner(self, text: str, *, bold: bool) -> None:
        """A line over the whole width."""
        style = self._style(
            **{**_FONT, "bold": bold, "align": "center", "text_wrap": True, "font_size": 13 if bold else 11}
        )
        if self._width > 1:
            self._sheet.merge_range(self._at, 0, self._at, self._width - 1, "", style)
        self._sheet.write_string(self._at, 0, text, style)
        self._sheet.set_row(self._at, _height(text, sum(self._widths), 18 if bold else 15))
        self._at += 1

    def _table(self, table: LaidTable) -> tuple[int, int]:
        """Title, remarks, heading, the row of numbers, lines; first and last row of what is repeated."""
        self._banner(table.title, bold=True)
        said = self._style(**{**_FONT, "italic": True, "font_color": "#444444", "text_wrap": True})
        for remark in table.remarks:
            if self._width > 1:
                self._sheet.merge_range(self._at, 0, self._at, self._width - 1, "", said)
            self._sheet.write_string(self._at, 0, remark, said)
            self._sheet.set_row(self._at, _height(remark, sum(self._widths), _LINE))
            self._at += 1
        first = self._at
        self._heading(table)
        last = self._at - 1
        top = self._at
        if not table.lines:
            self._sheet.write_string(self._at, 0, table.empty, said)
            self._at += 1
        for line in table.lines:
            self._line(table, line, top)
        return first, last

    def _heading(self, table: LaidTable) -> None:
        levels = table.levels
        for row, column, rows, columns, text in table.spans():
            narrow = columns == 1 and self._widths[column] <= _UPRIGHT
            style = self._style(**_HEAD, rotation=90) if narrow else self._style(**_HEAD)
            top, left = self._at + row, column
            if rows > 1 or columns > 1:
                self._sheet.merge_range(top, left, top + rows - 1, left + columns - 1, "", style)
            self._sheet.write_string(top, left, text, style)
        for row, height in enumerate(self._heights(table)):
            self._sheet.set_row(self._at + row, height)
        self._at += levels
        small = self._style(**{**_HEAD, "bold": False, "font_size": 8})
        for at in range(len(table.first) + len(table.heads)):
            self._sheet.write_number(self._at, at, at + 1, small)
        self._at += 1

    def _heights(self, table: LaidTable) -> list[float]:
        """Heights of the heading's rows: each shows its texts, upright ones in their length."""
        heights = [_LINE + 4.0] * table.levels
        for row, column, rows, columns, text in table.spans():
            width = sum(self._widths[column : column + columns])
            upright = columns == 1 and width <= _UPRIGHT
            needed = min(_LETTERS_UPRIGHT * len(text) + 8, 150) if upright else _height(text, width, _LINE)
            missing = needed - sum(heights[row : row + rows])
            if missing > 0:
                heights[row + rows - 1] += missing
        return heights

    def _line(self, table: LaidTable, line: LaidLine, top: int) -> None:
        grave: dict[str, object] = {"bg_color": COLOURS.get(line.severity)}
        marked = grave if line.severity in COLOURS else _WEIGHTS[line.weight]
        words = self._style(**{**_FONT, **_BORDER, "text_wrap": True, **marked})
        for at, text in enumerate(line.words):
            self._sheet.write_string(self._at, at, text, words)
        offset = len(table.first)
        for at, (value, head) in enumerate(zip(line.values, table.heads, strict=True)):
            style = self._value_style(value, head, marked)
            formula = self._formula(table, line, at, top)
            place = self._at, offset + at
            if value is None:
                self._sheet.write_blank(*place, None, style)
            elif isinstance(value, str):
                self._sheet.write_string(*place, value, style)
            elif formula:
                self._sheet.write_formula(*place, formula, style, value)
            else:
                self._sheet.write_number(*place, value, style)
        texts = [(text, self._widths[at]) for at, text in enumerate(line.words)]
        texts += [
            (value, self._widths[offset + at])
            for at, value in enumerate(line.values)
            if isinstance(value, str)
        ]
        self._sheet.set_row(self._at, max(_height(text, width, _LINE) for text, width in texts) + 2)
        self._at += 1

    def _value_style(self, value: Value, head: LaidHead, marked: dict[str, object]) -> Format:
        kind = head.kind
        if kind == "text" and isinstance(value, (int, Decimal)):
            kind = "money" if isinstance(value, Decimal) else "count"
        align = {"text_wrap": True} if kind == "text" else {"align": "right"}
        return self._style(**{**_FONT, **_BORDER, **align, "num_format": _FORMATS[kind], **marked})

    def _formula(self, table: LaidTable, line: LaidLine, at: int, top: int) -> str:
        """What the cell is by others: of its line, else of the lines that it adds up; empty: a figure."""
        head, offset = table.heads[at], len(table.first)

        def cell(row: int, column: int) -> str:
            return str(xl_rowcol_to_cell(row, offset + column))

        if head.ratio is not None:
            part, whole = (cell(self._at, column) for column in head.ratio)
            return f'=IF({whole}=0,"",ROUND(100*{part}/{whole},1))'
        if head.terms and all(line.values[column] is not None for column, _ in head.terms):
            return _signed([(cell(self._at, column), sign) for column, sign in head.terms])
        if line.sums and head.kind in {"count", "money"}:
            rows = [row for row, _ in line.sums]
            plain = all(sign == 1 for _, sign in line.sums) and rows == list(range(rows[0], rows[-1] + 1))
            if plain and len(rows) > 1:
                return f"=SUM({cell(top + rows[0], at)}:{cell(top + rows[-1], at)})"
            return _signed([(cell(top + row, at), sign) for row, sign in line.sums])
        return ""

    def _sign(self) -> None:
        """Lines for signatures, each with room above it."""
        style = self._style(**{**_FONT, "font_size": 11})
        for line in self._laid.closing:
            self._at += 1
            self._sheet.write_string(self._at, 0, line, style)
            self._at += 1

    def _print(self, heading: tuple[int, int] | None) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer("&L&9&A&R&9&P / &N")
        if heading is not None:
            sheet.repeat_rows(*heading)
            sheet.freeze_panes(heading[1] + 1, 1)
        if self._breaks:
            sheet.set_h_pagebreaks(self._breaks)
        sheet.hide_gridlines(2)


#: A table of more lines than this begins a page of its own.
_ALONE = 12


def _signed(cells: Sequence[tuple[str, int]]) -> str:
    told = "".join(f"{'+' if sign > 0 else '-'}{name}" for name, sign in cells)
    return f"={told.removeprefix('+')}"


def _height(text: str, width: int, line: float) -> float:
    """Height that shows all wrapped lines of a text in so many characters' width."""
    lines = sum(-(-max(len(part), 1) // max(width - 1, 1)) for part in text.split("\n"))
    longest = max((len(word) for word in text.split()), default=0)
    return line * max(lines, 2 if longest > width > _UPRIGHT else 1)
