"""A paper that people sign, before anyone chose a file format: heading, text, lists, totals, signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError
from rabis_sync.reports.table import Column, Row, Table, Value

if TYPE_CHECKING:
    from pathlib import PurePath

#: Columns beyond this width, in characters, go on a page laid across.
PORTRAIT = 100


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a paper.

    Attributes:
        name: stable English name.
        title: its heading.
        columns: with labels.
        rows: a value for each column.
        notes: lines under the heading.
        total: label of the line of totals, in the first column; empty: none.
        summed: keys of the columns that are totalled.
        product: key of a column -> keys of the columns whose product it is, rounded to hundredths; an empty
            factor counts as 1.
        sheet: name of a sheet of its own, on pages of its own; empty: it stands in the text.
        after: rows below the totals that are no part of them.
        signed: as a sheet of its own, people sign it.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()
    total: str = ""
    summed: frozenset[str] = frozenset()
    product: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheet: str = ""
    after: tuple[tuple[Value, ...], ...] = ()
    signed: bool = True

    @property
    def across(self) -> bool:
        """Its pages lie across."""
        return sum(column.width for column in self.columns) > PORTRAIT

    def totals(self) -> tuple[Value, ...]:
        """The line of totals."""
        line: list[Value] = [
            self._sum(at) if one.key in self.summed else None for at, one in enumerate(self.columns)
        ]
        line[0] = self.total
        return tuple(line)

    def _sum(self, at: int) -> Value:
        values = [row[at] for row in self.rows]
        numbers = [value for value in values if isinstance(value, (int, Decimal))]
        return sum(numbers, Decimal(0) if self.columns[at].kind == "money" else 0)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the role, and the name if it is known."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper.

    Attributes:
        name: stable English name.
        lang: kk, ru or en.
        library: whose paper it is.
        title: what it is.
        subtitle: number and date.
        approval: lines at the top on the right, where it has to be approved.
        opening: paragraphs before the tables.
        grids: tables.
        closing: paragraphs after the tables of the text.
        signatures: in order.
        caption: words under the lines for signature and name.
        running: what every page of a list says above.
        sheet: name of the sheet of the text.
    """

    name: str
    lang: str
    library: str
    title: str
    subtitle: str
    approval: tuple[str, ...]
    opening: tuple[str, ...]
    grids: tuple[Grid, ...]
    closing: tuple[str, ...]
    signatures: tuple[Signature, ...]
    caption: tuple[str, str]
    running: str
    sheet: str

    def table(self) -> Table:
        """The same as a report for the terminal or a CSV: the text as remarks, each table a part."""
        parts = tuple(_table(self, one) for one in self.grids if one.rows)
        return Table(
            name=self.name, lang=self.lang, title=f"{self.title} {self.subtitle}".strip(),
            remarks=(*self.opening, *self.closing), empty="", columns=(), rows=(), parts=parts,
        )  # fmt: skip


def _table(paper: Paper, grid: Grid) -> Table:
    rows = [Row(row) for row in grid.rows] + ([Row(grid.totals(), total=True)] if grid.total else [])
    rows += map(Row, grid.after)
    return Table(
        name=grid.name, lang=paper.lang, title=grid.title, remarks=grid.notes, empty="",
        columns=grid.columns, rows=tuple(rows), sheet=grid.sheet,
    )  # fmt: skip


Form = Callable[[Paper, datetime], bytes]


def form_of(file: PurePath, forms: Mapping[str, Form]) -> Form:
    """The form that a file's ending asks for.

    Raises:
        ConfigError: there is none for it.
    """
    found = forms.get(file.suffix.lower())
    if found is None:
        raise ConfigError(
            f"{file.name}: a paper is written as {' or '.join(sorted(forms))}",
            hint="Name the file act.xlsx, or act.html.",
        )
    return found
