"""A paper as one HTML file to read and to print: no script, nothing fetched, every text escaped."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from rabis_sync.reports.amounts import grouped
from rabis_sync.reports.table import written

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Template

    from rabis_sync.reports.paper import Paper
    from rabis_sync.reports.table import Column, Value


def write(paper: Paper, _now: datetime) -> bytes:
    """The page."""

    def shown(value: Value, column: Column) -> str:
        if column.kind == "number" and isinstance(value, int):
            return grouped(value, paper.lang)
        if column.kind == "money" and value is not None and not isinstance(value, (str, float)):
            return grouped(value, paper.lang)
        return written(value, paper.lang)

    page = _template().render(paper=paper, shown=shown)
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = files("rabis_sync.reports").joinpath("templates", "paper.html").read_text("utf-8")
    return environment.from_string(source)
