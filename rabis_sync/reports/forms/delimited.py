"""A report as CSV that opens in Excel by a double click: UTF-8 with a mark, semicolons, one line a row."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from rabis_sync.reports.table import written

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.reports.table import Table, Value

#: A text that begins like this would be computed by a spreadsheet (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(table: Table, _now: datetime) -> bytes:
    """The rows under their headings; an empty report has the heading and one line that says so."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.label for column in table.columns])
    writer.writerows([_field(cell, table.lang) for cell in row.cells] for row in table.rows)
    if not table.rows:
        writer.writerow([table.empty])
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8", "replace")


def _field(value: Value, lang: str) -> str:
    """Text that no spreadsheet computes, on one line; numbers as they are."""
    text = written(value, lang)
    if not isinstance(value, str):
        return text
    text = "; ".join(text.splitlines()) if "\n" in text else text
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
