"""A statement as an XLSX workbook laid out like the library's forms: to be printed on A4 and signed.

Figures are numbers and totals are formulas, each with its value beside it, so that it reads the same where
nothing is recalculated.
"""

from __future__ import annotations

import io
from collections import Counter
from decimal import Decimal
from functools import cache
from textwrap import wrap
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
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        # Widths are told in characters of the workbook's own font: it is the one that is written in.
        "default_format_properties": {"font_name": _FONT["font_name"], "font_size": _FONT["font_size"]},
    }
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
        self._heights: dict[int, float] = {}
        self._blocks: list[tuple[int, int]] = []

    def draw(self) -> None:
        """Everything, and how it is printed."""
        self._set_widths()
        for line in self._laid.above:
            self._banner(line, bold=False)
        heading = (0, 0)
        for number, table in enumerate(self._laid.tables):
            self._at += bool(number)
            first = self._at if number else 0
            heading = self._table(table)
            self._blocks.append((first, self._at))
        self._sign()
        self._print(heading if len(self._laid.tables) == 1 else None)

    def _row(self, height: float) -> None:
        """The row under way is so high, and done."""
        self._sheet.set_row(self._at, height)
        self._heights[self._at] = height
        self._at += 1

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

    def _banner(self, text: str, *, bold: bool, columns: int = 0) -> None:
        """A line over the columns of a table, or over all where these are too few for it."""
        style = self._style(
            **{**_FONT, "bold": bold, "align": "center", "text_wrap": True, "font_size": 13 if bold else 11}
        )
        over = columns if columns and sum(self._widths[:columns]) > 1.4 * len(text) else self._width
        if over > 1:
            self._sheet.merge_range(self._at, 0, self._at, over - 1, "", style)
        self._sheet.write_string(self._at, 0, text, style)
        self._row(_height(text, sum(self._widths[:over]) * (0.7 if bold else 0.9), 18 if bold else 15))

    def _table(self, table: LaidTable) -> tuple[int, int]:
        """Title, remarks, heading, the row of numbers, lines; first and last row of what is repeated."""
        self._banner(table.title, bold=True, columns=len(table.first) + len(table.heads))
        said = self._style(**{**_FONT, "italic": True, "font_color": "#444444", "text_wrap": True})
        for remark in table.remarks:
            if self._width > 1:
                self._sheet.merge_range(self._at, 0, self._at, self._width - 1, "", said)
            self._sheet.write_string(self._at, 0, remark, said)
            self._row(_height(remark, sum(self._widths), _LINE))
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
        for row, column, rows, columns, text in table.spans():
            narrow = columns == 1 and self._widths[column] <= _UPRIGHT
            style = self._style(**_HEAD, rotation=90) if narrow else self._style(**_HEAD)
            top, left = self._at + row, column
            if rows > 1 or columns > 1:
                self._sheet.merge_range(top, left, top + rows - 1, left + columns - 1, "", style)
            self._sheet.write_string(top, left, text, style)
        for height in self._heading_heights(table):
            self._row(height)
        small = self._style(**{**_HEAD, "bold": False, "font_size": 8})
        for at in range(len(table.first) + len(table.heads)):
            self._sheet.write_number(self._at, at, at + 1, small)
        self._at += 1

    def _heading_heights(self, table: LaidTable) -> list[float]:
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
        self._row(max(_height(text, width, _LINE) for text, width in texts) + 2)

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
        """A4 across; headings come back on every page, tables and signatures stay whole."""
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.5, right=0.4, top=0.5, bottom=0.6)
        width = sum(0.75 * (7 * width + 5) for width in self._widths)
        if width * _WIDE_LETTERS > _PAGE_WIDTH:
            sheet.fit_to_pages(1, 0)  # breaks between rows hold all the same
        else:
            width = _PAGE_WIDTH
        sheet.center_horizontally()
        sheet.set_footer("&L&9&A&R&9&P / &N")
        if heading is not None:
            sheet.repeat_rows(*heading)
            sheet.freeze_panes(heading[1] + 1, 1)
        breaks = self._breaks(_PAGE_HEIGHT * width / _PAGE_WIDTH, heading)
        if breaks:
            sheet.set_h_pagebreaks(breaks)
        sheet.hide_gridlines(2)

    def _breaks(self, page: float, heading: tuple[int, int] | None) -> list[int]:
        """Rows before which a page begins, so that no table is parted that fits a page, nor signed apart."""

        def high(first: int, after: int) -> float:
            return sum(self._heights.get(row, 15.0) for row in range(first, after))

        again = high(heading[0], heading[1] + 1) if heading else 0.0
        found: list[int] = []
        used = 0.0
        blocks = [*self._blocks]
        if self._laid.closing:
            # Signatures stay with the table, or take its last lines with them where it is longer than a page.
            first, after = blocks[-1]
            kept = first if high(first, self._at) <= page else max(first, after - _KEPT)
            blocks[-1:] = [(first, kept), (kept, self._at)] if kept > first else [(first, self._at)]
        for first, after in blocks:
            whole = high(first, after)
            if used and used + whole > page >= whole + again:
                found.append(first)
                used = again
            for row in range(first, after):
                height = self._heights.get(row, 15.0)
                used = again + height if used + height > page else used + height
        return found


#: What A4 across holds within its margins, in points, with a little left for another program's fonts.
_PAGE_WIDTH, _PAGE_HEIGHT = 772.0, 500.0
#: How much wider columns may be with the fonts of another machine.
_WIDE_LETTERS = 1.6
#: Last lines of a table that stay with the signatures.
_KEPT = 3


def _signed(cells: Sequence[tuple[str, int]]) -> str:
    told = "".join(f"{'+' if sign > 0 else '-'}{name}" for name, sign in cells)
    return f"={told.removeprefix('+')}"


def _height(text: str, width: float, line: float) -> float:
    """Height that shows all wrapped lines of a text in so many characters' width."""
    room = max(int(width * 0.95), 1)
    return line * sum(max(len(wrap(part, room)), 1) for part in text.split("\n"))
