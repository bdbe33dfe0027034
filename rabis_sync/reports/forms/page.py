"""A report as one HTML file to read and to print: no script, nothing fetched, every text escaped."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from rabis_sync.reports.table import written

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template

    from rabis_sync.reports.table import Table


def write(table: Table, _now: datetime) -> bytes:
    """The page."""
    shown = partial(written, lang=table.lang)
    page = _template().render(table=table, tables=table.in_order(), written=shown)
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("rabis_sync.reports").joinpath("templates", "report.html").read_text("utf-8")
    return environment.from_string(source)
