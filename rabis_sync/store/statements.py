"""Figures of the fund as rooms hand them to each other: rows, checks, tables, corrections. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Figure(NamedTuple):
    """One figure of the fund in its three units; `amount` in minor units of the statement's currency."""

    titles: int = 0
    copies: int = 0
    amount: int = 0


#: Columns of a movement, in order. What stood and came, less what went, is what stands.
COLUMNS = ("opening", "acquired", "received", "written_off", "passed_on", "closing")
SIGNS = (1, 1, 1, -1, -1)


class Movement(NamedTuple):
    """What stood before a period, came, went, and stands after it.

    Attributes:
        opening: stock on the first day, before anything happened.
        acquired: came to the library; titles: those that it did not have.
        received: came from another branch of the system.
        written_off: left the library; titles: those of which nothing is left.
        passed_on: went to another branch of the system.
        closing: stock after the last day, counted by itself.
    """

    opening: Figure
    acquired: Figure
    received: Figure
    written_off: Figure
    passed_on: Figure
    closing: Figure

    def balanced(self) -> Figure:
        """What should stand by the other columns."""
        flows = zip(SIGNS, self[:5], strict=True)
        return Figure(
            *(sum(part) for part in zip(*((s * t, s * c, s * a) for s, (t, c, a) in flows), strict=True))
        )


class FundRow(NamedTuple):
    """One row of the statement: what is counted together, and its movement.

    Attributes:
        branch_group: of `mappings/fund.toml`.
        reason: of the write-off; empty for what stays.
        taken: of the acquired copies, those taken on the balance sheet.
    """

    branch: str
    branch_group: str
    kind: str
    content_class: str
    language: str
    supply_source: str
    reason: str
    movement: Movement
    taken: Figure


class Check(NamedTuple):
    """An identity of the books that was tested.

    Attributes:
        identity: which one; ``identity.NAME`` has its text.
        dimension: total, branch, kind, content_class, language; what the rest is told of.
        of: which branch, kind …; empty for the total.
        measure: titles, copies or amount (in minor units).
        left, right: both sides of the identity.
        holds: they are equal.
        terms: the figures that the left side is made of, by name.
        place: where in the books the right side stands; empty: computed.
        params: further values for the text.
    """

    identity: str
    dimension: str
    of: str
    measure: str
    left: int
    right: int
    holds: bool
    terms: tuple[tuple[str, int], ...] = ()
    place: str = ""
    params: tuple[tuple[str, str], ...] = ()

    @property
    def difference(self) -> int:
        """By how much the right side is more."""
        return self.right - self.left


class Gap(NamedTuple):
    """How many copies lack what a figure is made of, and what was assumed of them.

    Attributes:
        what: ``gap.NAME`` has its text.
        copies: of which it is so.
        of: among how many.
    """

    what: str
    copies: int
    of: int


class Correction(NamedTuple):
    """A document of a closed period that came, changed or went after the closing: it counts in the open one.

    Attributes:
        what: ``late``, ``changed`` or ``withdrawn``.
        dated: day of the document.
        column: of the movement.
        document: record of the КСУ, act or document.
        numbers: inventory numbers, a few of them.
        figure: by how much it changes that column; titles are not told.
    """

    what: str
    dated: str
    column: str
    branch: str
    document: str
    numbers: tuple[str, ...]
    figure: Figure


#: A word of a closed list as (list, code), or a text as it stands with an empty list.
Label = tuple[str, str]
HeadKind = Literal["count", "titles", "money", "share", "text", "code"]


@dataclass(frozen=True, slots=True)
class Head:
    """A column of figures.

    Attributes:
        label: its own heading.
        over: headings above it, the outermost first.
        kind: count of copies, titles (which do not add up), money in minor units, share, text or code.
        terms: (column, sign) of which the figure is the sum in every line; counted among the columns of
            figures.
        ratio: (part, whole) of which the figure is the share, in percent.
        width: in characters.
    """

    label: Label
    over: tuple[Label, ...] = ()
    kind: HeadKind = "count"
    terms: tuple[tuple[int, int], ...] = ()
    ratio: tuple[int, int] | None = None
    width: int = 0


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line of a table.

    Attributes:
        labels: one for each column of labels.
        cells: a value for each head; None where there is none to tell.
        sums: (line, sign) that it adds up, lines by their number from 0; titles and shares are not added.
        weight: 0 a plain line, 1 a subtotal, 2 the total.
    """

    labels: tuple[Label, ...]
    cells: tuple[int | str | None, ...]
    sums: tuple[tuple[int, int], ...] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class StatementTable:
    """A table of the statement: ``fund_table.NAME`` has its title, ``fund_sheet.SHEET`` its sheet.

    Attributes:
        sheet: tables of one sheet stand one under the other.
        label_heads: headings of the columns of labels, each with its width in characters.
        of: what it is of, said behind the title: a group of branches; empty: all.
    """

    name: str
    sheet: str
    label_heads: tuple[tuple[Label, int], ...]
    heads: tuple[Head, ...]
    lines: tuple[TableLine, ...]
    of: Label = ("", "")


@dataclass(frozen=True, slots=True)
class Statement:
    """The fund over a period.

    Attributes:
        period: as it was asked for: 2023, 2023-Q4 …
        first, last: its days, ISO 8601.
        branch: the only one it is of; empty: the whole system.
        currency: of amounts.
        rows: in a fixed order.
        checks: every identity that was tested.
        gaps: what data lack.
        corrections: counted in this period, of documents dated in closed ones.
        closed: label of the closing that froze it; empty: it is open.
        digest: of the frozen figures.
        tables: to be laid out.
        library: whose it is, by language.
    """

    period: str
    first: str
    last: str
    branch: str
    currency: str
    rows: tuple[FundRow, ...]
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()
    corrections: tuple[Correction, ...] = ()
    closed: str = ""
    digest: str = ""
    tables: tuple[StatementTable, ...] = ()
    library: Mapping[str, str] = field(default_factory=dict)
