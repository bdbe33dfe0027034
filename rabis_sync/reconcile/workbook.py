"""An XLSX workbook as sheets of rows, weighed before it is opened: nothing in it can fill the memory.

The reader lays a sheet out as one rectangle, so a value in the last cell Excel has would ask for 16,384
columns of 1,048,576 rows; and a ZIP of a few kilobytes may hold gigabytes.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from rabis_sync.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from python_calamine import CalamineSheet

#: Bytes of a workbook's parts, unpacked; how many times more than packed (from so many bytes on); cells of
#: the rectangle a sheet takes. A million rows of 60 columns fit.
MOST, RATIO, RATIO_FROM, CELLS = 4 * 1024**3, 200, 64 * 1024**2, 64_000_000
PIECE = 1 << 20
SAVE = "Save it as .xlsx (Excel workbook), or as CSV."

_AGAIN = "Copy or export it again."
_ARCHIVES: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("content.xml", "an OpenDocument file"),
)
#: A cell with something in it, right of column Z; the beginning of a row.
_FAR = re.compile(rb' r="([A-Z]{2,3})(\d{1,7})"[^>]*(?<!/)>(?!</)')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d{1,7})"')
#: A formula that nobody has worked out: the program that saved it keeps no values.
_UNWORKED = re.compile(rb"</(?:\w+:)?f>(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>")
#: A cell that holds an error, which the reader gives as empty.
_ERROR = re.compile(rb' r="([A-Z]{1,3}\d{1,7})"[^>]* t="e"')
#: Longer than anything that is looked for, so that nothing hides between two pieces.
_SEAM = 256


Remark = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Attributes:
        name: its name; empty for a CSV.
        rows: from the first row of the sheet on, each a list of cells as the file has them.
        hidden: people do not see it.
        remarks: of notices about the workbook code, detail and params; on its first sheet.
    """

    name: str
    rows: Iterator[list[Any]]
    hidden: bool = False
    remarks: tuple[Remark, ...] = ()


def workbook(path: Path) -> Iterator[Sheet]:
    """The sheets of a workbook, in their order.

    Raises:
        FatalError: it is none, protected by a password, damaged or far too large.
    """
    remarks = _weigh(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            for about in book.sheets_metadata:
                sheet = book.get_sheet_by_name(about.name)
                hidden = about.visible != SheetVisibleEnum.Visible
                yield Sheet(about.name, _unmerged(sheet), hidden, remarks)
                remarks = ()
    except CalamineError as error:
        raise FatalError(
            f"{path} is damaged: {error}", hint="Open it in Excel or LibreOffice and save it again."
        ) from error


def _weigh(path: Path) -> tuple[Remark, ...]:
    """Unpack every part once; what a person should know of cells that will seem to be empty.

    Raises:
        FatalError: as `workbook`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_kind(path, {one.filename for one in archive.infolist()})
            left = MOST
            unworked, errors = False, list[str]()
            for part in archive.infolist():
                if not part.filename.endswith(".xml"):
                    continue
                measure = _Measure(path, part.filename)
                most = min(left, max(RATIO_FROM, RATIO * part.compress_size))
                with archive.open(part) as stream:
                    left -= measure.read(stream, most)
                unworked = unworked or measure.unworked
                errors += measure.errors
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise FatalError(f"{path} is damaged: {error or 'it breaks off'}", hint=_AGAIN) from error
    except RuntimeError as error:  # of zipfile, for an encrypted part
        hint = "Save a copy without the password."
        raise FatalError(f"{path} is protected by a password", hint=hint) from error
    remarks: list[Remark] = []
    if unworked:
        remarks.append(("formula_without_value", "formulas in it were never worked out", {}))
    if errors:
        cells = ", ".join(errors[:12])
        remarks.append(("error_value", f"an error (#REF!, #N/A …) stands in {cells}", {"cells": cells}))
    return tuple(remarks)


def _check_kind(path: Path, names: set[str]) -> None:
    if "xl/workbook.xml" not in names:
        what = next((what for name, what in _ARCHIVES if name in names), "an archive")
        raise FatalError(f"{path} is {what}, not an XLSX workbook", hint=SAVE)


class _Measure:
    """One part of a workbook as it is unpacked."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._is_sheet = name.startswith("xl/worksheets/")
        self._columns, self._far = 26, b""
        self.unworked = False
        self.errors: list[str] = []

    def read(self, stream: Any, most: int) -> int:
        """Unpack it and give its size.

        Raises:
            FatalError: it is larger than `most`, or a value stands too far away.
        """
        size, before, row = 0, b"", 0
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > most:
                raise FatalError(
                    f"{self._path}: {self._name} unpacks to more than {most:,} bytes",
                    hint="It is taken for a fault or an attack: save the table anew, without pictures.",
                )
            if self._is_sheet:
                piece = before + piece
                row = self._look(piece, row)
                before = piece[-_SEAM:]
        return size

    def _look(self, piece: bytes, row: int) -> int:
        """Look a piece of a sheet through; the number of the last row that begins in it."""
        for found in _FAR.finditer(piece):
            column = _number(found[1])
            if column > self._columns:
                self._columns, self._far = column, found[1] + found[2]
        at = piece.rfind(b"row ")
        last = _ROW.search(piece, max(0, at - 20)) if at >= 0 else None
        row = int(last[1]) if last else row
        if row * self._columns > CELLS:
            where = (self._far or b"row %d" % row).decode()
            raise FatalError(
                f"{self._path}: {self._name} has a value at {where}, far away from the table",
                hint="Delete the columns and rows beyond the table (Ctrl+End shows where it ends).",
            )
        if b't="e"' in piece:
            self.errors += [at for one in _ERROR.findall(piece) if (at := one.decode()) not in self.errors]
        self.unworked = self.unworked or (b"/f>" in piece and bool(_UNWORKED.search(piece)))
        return row


def _number(letters: bytes) -> int:
    """Number of a column by its letters: A is 1, XFD 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unmerged(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Rows in which a cell merged downwards stands in each row it covers."""
    if sheet.start is None:
        return
    left = sheet.start[1]
    tall = [
        (top, bottom, column - left)
        for (top, column), (bottom, _) in sheet.merged_cell_ranges or ()
        if bottom > top and column >= left
    ]
    if not tall:
        yield from sheet.iter_rows()
        return
    spans: dict[int, list[tuple[int, int]]] = {}
    for top, bottom, column in tall:
        spans.setdefault(top, []).append((bottom, column))
    standing: list[tuple[int, int, Any]] = []
    for number, row in enumerate(sheet.iter_rows()):
        standing = [one for one in standing if one[0] >= number]
        for _, column, cell in standing:
            row[column] = cell
        standing += [
            (bottom, column, row[column]) for bottom, column in spans.get(number, ()) if column < len(row)
        ]
        yield row
