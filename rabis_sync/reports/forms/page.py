"""A report as one HTML file to read and to print: no script, nothing fetched, every text escaped."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from rabis_sync.reports.table import grouped, written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from jinja2 import Template

    from rabis_sync.reports.laid import LaidSheet, LaidTable
    from rabis_sync.reports.table import Table


def write(table: Table, _now: datetime) -> bytes:
    """The page."""
    shown = partial(written, lang=table.lang)
    page = _template().render(table=table, tables=table.in_order(), written=shown)
    return page.encode("utf-8", "replace")


def statement(sheets: Sequence[LaidSheet], title: str, above: Sequence[str], lang: str) -> bytes:
    """A statement as one page: its tables with headings over several rows, sheet by sheet."""
    shown = partial(grouped, lang=lang)
    page = _template("statement.html").render(
        lang=lang, title=title, above=above, sheets=sheets, written=shown, rows_of=_heading_rows
    )
    return page.encode("utf-8", "replace")


def _heading_rows(table: LaidTable) -> list[list[tuple[int, int, str]]]:
    """Cells of each row of a heading: rows and columns that they take, and their text."""
    found: list[list[tuple[int, int, str]]] = [[] for _ in range(table.levels)]
    for row, _, rows, columns, text in sorted(table.spans()):
        found[row].append((rows, columns, text))
    return found


@cache
def _template(name: str = "report.html") -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("rabis_sync.reports").joinpath("templates", name).read_text("utf-8")
    return environment.from_string(source)
