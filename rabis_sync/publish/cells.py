"""A table that a person keeps (CSV or XLSX) as rows of text, each with the number seen beside it."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from rabis_sync.errors import ConfigError, SourceAway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HINT = "Save the table as .xlsx or as CSV in UTF-8, with the column names in the first row."


class NumberedRow(NamedTuple):
    """One row: its number in the file (from 1) and its cells, stripped, NFC."""

    number: int
    cells: tuple[str, ...]


def read_table(path: Path) -> list[NumberedRow]:
    """Rows of the first sheet, or of the CSV (UTF-8, else cp1251; `;`, `,` or tab); empty rows are left out.

    Raises:
        SourceAway: the file cannot be opened just now.
        ConfigError: there is no such file, or it is neither CSV nor XLSX.
    """
    try:
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(f"there is no file {path}", hint="Correct the path in [rights].") from error
    except OSError as error:
        raise SourceAway(f"{path} cannot be read: {error.strerror}") from error
    rows = _spreadsheet(path, body) if body.startswith(b"PK\x03\x04") else _delimited(path, body)
    return [row for row in rows if any(row.cells)]


def _spreadsheet(path: Path, body: bytes) -> Iterator[NumberedRow]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError) as error:
        raise ConfigError(f"{path} is no spreadsheet that can be read: {error}", hint=_HINT) from error
    for number, row in enumerate(rows, start=1):
        yield NumberedRow(number, tuple(_text(cell) for cell in row))


def _delimited(path: Path, body: bytes) -> Iterator[NumberedRow]:
    text = _decoded(path, body)
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(";,\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        first = 1
        for row in reader:
            yield NumberedRow(first, tuple(map(_clean, row)))
            first = reader.line_num + 1
    except csv.Error as error:
        raise ConfigError(f"{path}, line {reader.line_num}: {error}", hint=_HINT) from error


def _decoded(path: Path, body: bytes) -> str:
    """The text of a CSV.

    Raises:
        ConfigError: bytes that no text has.
    """
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError(f"{path} is neither CSV nor XLSX", hint=_HINT)


def _text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a fraction, days in ISO form."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _clean(str(cell))


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))
