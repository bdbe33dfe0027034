"""A paper as an XLSX workbook: A4, headings on every page, totals and products as formulas, room to sign."""

from __future__ import annotations

import io
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

if TYPE_CHECKING:
    from datetime import datetime

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from rabis_sync.reports.paper import Grid, Paper
    from rabis_sync.reports.table import Column, Value

#: The text stands on so many columns of one width, in characters.
TEXT_COLUMNS, TEXT_WIDTH = 16, 5.5
#: Columns of a small table beside its first one take so many columns of the text each.
_SPAN = 4
#: Columns of the text that a role, the line to sign on and the name take; one is left free before the name.
_ROLE, _SIGN = 6, 3
_LINE = 15.5
_FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
#: Lists are long: their letters are smaller; their size and the height of a line, in points.
_LISTED, _LISTED_LINE = 10, 13.5
_A4 = 9


def write(paper: Paper, now: datetime) -> bytes:
    """The workbook: the text with what is signed on the first sheet, each list on a sheet of its own."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties(
            {"title": f"{paper.title} {paper.subtitle}", "created": now.replace(tzinfo=None)}
        )
        styles = _Styles(workbook)
        _Text(workbook.add_worksheet(paper.sheet[:31]), styles).write(paper)
        for grid in paper.grids:
            if grid.sheet:
                _write_list(workbook.add_worksheet(grid.sheet[:31]), styles, paper, grid)
    return out.getvalue()


class _Styles:
    """Formats, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def of(self, **properties: object) -> Format:
        """A format with these properties over the usual ones."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**_FONT, **properties})
        return self._made[key]

    def cell(self, column: Column, *, size: int = 11, bold: bool = False) -> Format:
        """A bordered cell of a table."""
        shown: dict[str, object] = {"font_size": size, "border": 1, "bold": bold, "valign": "top"}
        if column.kind == "money":
            shown |= {"num_format": "#,##0.00", "align": "right"}
        elif column.kind == "number":
            figures = "#,##0.####" if column.key == "coefficient" else "#,##0"
            shown |= {"num_format": figures, "align": "right"}
        elif column.key in {"row", "year"}:
            shown |= {"align": "center"}
        else:
            shown |= {"text_wrap": True, "align": "left", "indent": 1}
        return self.of(**shown)

    def head(self) -> Format:
        """A heading of a table."""
        return self.of(
            font_size=11,
            border=1,
            bold=True,
            text_wrap=True,
            align="center",
            valign="vcenter",
            bg_color="#EDEDED",
        )


class _Text:
    """The sheet of the text, written from top to bottom."""

    def __init__(self, sheet: Worksheet, styles: _Styles) -> None:
        self._sheet, self._styles, self._row = sheet, styles, 0
        sheet.set_column(0, TEXT_COLUMNS - 1, TEXT_WIDTH)
        _lay_out(sheet, across=False)

    def write(self, paper: Paper) -> None:
        for line in paper.approval:
            self._line(line, first=TEXT_COLUMNS // 2)
        if paper.approval:
            self._row += 1
        self._line(paper.library, align="center")
        self._row += 1
        self._line(paper.title, align="center", bold=True, font_size=14)
        self._line(paper.subtitle, align="center", bold=True)
        self._row += 1
        for line in paper.opening:
            self._line(line)
        for grid in paper.grids:
            if not grid.sheet:
                self._row += 1
                self._grid(grid)
        self._row += 1
        for line in paper.closing:
            self._line(line)
        self._row += 1
        for one in paper.signatures:
            self._signature(one.role, one.name, paper.caption)

    def _line(self, line: str, *, first: int = 0, **style: object) -> None:
        size = style.get("font_size", 12)
        assert isinstance(size, int)
        width = (TEXT_COLUMNS - first) * TEXT_WIDTH * 12 // size
        look = self._styles.of(
            text_wrap=True, valign="top", **{name: value for name, value in style.items() if name != "valign"}
        )
        self._sheet.merge_range(self._row, first, self._row, TEXT_COLUMNS - 1, "", look)
        self._sheet.write_string(self._row, first, line, look)
        self._sheet.set_row(self._row, _lines(line, width) * _LINE * size / 12 + 2)
        self._row += 1

    def _grid(self, grid: Grid) -> None:
        """A small table: its first column takes what the others leave."""
        self._line(grid.title, bold=True)
        for note in grid.notes:
            self._line(note)
        lead = TEXT_COLUMNS - _SPAN * (len(grid.columns) - 1)
        starts = [0, *(lead + _SPAN * at for at in range(len(grid.columns) - 1))]
        head = self._styles.head()
        heights = [
            _lines(column.label, (lead if not at else _SPAN) * TEXT_WIDTH)
            for at, column in enumerate(grid.columns)
        ]
        self._sheet.set_row(self._row, max(heights) * _LINE + 2)
        for at, column in enumerate(grid.columns):
            self._span(starts, at, column.label, head)
        self._row += 1
        begin = self._row
        for row in grid.rows:
            self._cells(grid, starts, row, lead)
        if grid.total:
            last = self._row - 1
            for at, (column, value) in enumerate(zip(grid.columns, grid.totals(), strict=True)):
                look = self._styles.cell(column, bold=True)
                self._span(starts, at, value, look)
                if column.key in grid.summed and grid.rows:
                    name = xl_col_to_name(starts[at])
                    self._sheet.write_formula(
                        self._row,
                        starts[at],
                        f"=SUM({name}{begin + 1}:{name}{last + 1})",
                        look,
                        _plain(value),
                    )
            self._row += 1
        for row in grid.after:
            self._cells(grid, starts, row, lead)

    def _cells(self, grid: Grid, starts: list[int], row: tuple[Value, ...], lead: int) -> None:
        lines = [
            _lines(str(value if value is not None else ""), (lead if not at else _SPAN) * TEXT_WIDTH)
            for at, value in enumerate(row)
        ]
        self._sheet.set_row(self._row, max(lines) * _LINE + 2)
        for at, (column, value) in enumerate(zip(grid.columns, row, strict=True)):
            self._span(starts, at, value, self._styles.cell(column))
        self._row += 1

    def _span(self, starts: list[int], at: int, value: Value, look: Format) -> None:
        first = starts[at]
        last = (starts[at + 1] if at + 1 < len(starts) else TEXT_COLUMNS) - 1
        if last > first:
            self._sheet.merge_range(self._row, first, self._row, last, "", look)
        _write(self._sheet, self._row, first, value, look)

    def _signature(self, role: str, name: str, caption: tuple[str, str]) -> None:
        """Role, a line to sign on, the name or a line for it; what belongs on either stands below."""
        plain = self._styles.of(text_wrap=True, valign="bottom")
        line = self._styles.of(bottom=1, align="center", valign="bottom", text_wrap=True)
        under = self._styles.of(font_size=9, align="center", valign="top")
        places = ((0, _ROLE - 1), (_ROLE, _ROLE + _SIGN - 1), (_ROLE + _SIGN + 1, TEXT_COLUMNS - 1))
        heights = []
        for (first, last), said, look in zip(places, (role, "", name), (plain, line, line), strict=True):
            self._sheet.merge_range(self._row, first, self._row, last, "", look)
            self._sheet.write_string(self._row, first, said, look)
            heights.append(_lines(said, (last - first + 1) * TEXT_WIDTH))
        self._sheet.set_row(self._row, max(24.0, max(heights) * _LINE + 4))
        for (first, last), said in zip(places[1:], caption, strict=True):
            self._sheet.merge_range(self._row + 1, first, self._row + 1, last, "", under)
            self._sheet.write_string(self._row + 1, first, said, under)
        self._sheet.set_row(self._row + 1, 13)
        self._row += 2


def _write_list(sheet: Worksheet, styles: _Styles, paper: Paper, grid: Grid) -> None:
    """A list on pages of its own: its heading comes back on each of them."""
    width, last = sum(one.width for one in grid.columns), len(grid.columns) - 1
    row = 0
    for text, size, bold in [
        (grid.title, 14, True),
        *((note, 11, False) for note in (paper.running, *grid.notes)),
    ]:
        look = styles.of(text_wrap=True, font_size=size, bold=bold, align="center")
        if last:
            sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, text, look)
        sheet.set_row(row, _lines(text, width * 12 // size) * _LINE * size / 12 + 2)
        row += 1
    row += 1
    head = row
    for at, column in enumerate(grid.columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(head, at, column.label, styles.head())
    sheet.set_row(head, max(_lines(one.label, one.width) for one in grid.columns) * _LINE + 4)
    looks = [styles.cell(column, size=_LISTED) for column in grid.columns]
    for number, values in enumerate(grid.rows, head + 1):
        for at, value in enumerate(values):
            formula = _product(grid, at, number)
            if formula:
                sheet.write_formula(number, at, formula, looks[at], _plain(value))
            else:
                _write(sheet, number, at, value, looks[at])
        lines = max(
            _lines(str(value or ""), one.width) for value, one in zip(values, grid.columns, strict=True)
        )
        sheet.set_row(number, lines * _LISTED_LINE + 2)
    end = head + 1 + len(grid.rows)
    if grid.total:
        _write_totals(sheet, styles, grid, head + 1, end)
        end += 1
    for at, one in enumerate(paper.signatures if grid.signed else ()):
        line = f"{one.role}  ______________________  {one.name or '______________________'}"
        sheet.write_string(end + 1 + 2 * at, 0, line, styles.of(font_size=11))
    _lay_out(sheet, across=grid.across)
    sheet.freeze_panes(head + 1, 0)
    sheet.repeat_rows(head)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{end + 1}"})


def _write_totals(sheet: Worksheet, styles: _Styles, grid: Grid, first: int, row: int) -> None:
    summed = [at for at, one in enumerate(grid.columns) if one.key in grid.summed]
    lead = min(summed, default=len(grid.columns)) - 1
    bold = styles.of(font_size=_LISTED, border=1, bold=True, align="left", indent=1)
    if lead > 0:
        sheet.merge_range(row, 0, row, lead, "", bold)
    for at, (column, value) in enumerate(zip(grid.columns, grid.totals(), strict=True)):
        if at in summed and grid.rows:
            cells = f"{xl_rowcol_to_cell(first, at)}:{xl_rowcol_to_cell(row - 1, at)}"
            sheet.write_formula(
                row, at, f"=SUM({cells})", styles.cell(column, size=_LISTED, bold=True), _plain(value)
            )
        elif at == 0 or at > lead:
            _write(sheet, row, at, value, bold)


def _product(grid: Grid, at: int, row: int) -> str:
    """The formula of a column that is a product; PRODUCT passes over an empty factor."""
    places = {one.key: place for place, one in enumerate(grid.columns)}
    factors = [
        xl_rowcol_to_cell(row, places[name])
        for name in grid.product.get(grid.columns[at].key, ())
        if name in places
    ]
    return f"=ROUND(PRODUCT({','.join(factors)}),2)" if factors else ""


def _write(sheet: Worksheet, row: int, at: int, value: Value, look: Format) -> None:
    if value is None or value == "":
        sheet.write_blank(row, at, None, look)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, look)
    else:
        sheet.write_number(row, at, value, look)


def _plain(value: Value) -> float | int | str:
    return float(value) if isinstance(value, Decimal) else value or 0


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in so many characters' width."""
    return sum(ceil(max(len(line), 1) / max(width, 1)) for line in text.split("\n"))


def _lay_out(sheet: Worksheet, *, across: bool) -> None:
    if across:
        sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.8, right=0.4, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
