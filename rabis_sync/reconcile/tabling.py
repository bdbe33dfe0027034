"""Lines, subtotals and totals of a table, put together from movements."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.store.statements import Head, StatementTable, TableLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rabis_sync.reconcile.fund import Cell, Moved
    from rabis_sync.reconcile.rules import FundRules
    from rabis_sync.store.statements import Label, Movement

#: Lists of words by dimension, as `mappings/issues.toml` calls them.
WORDS = {
    "branch": "", "branch_group": "branch_group", "kind": "kind", "content_class": "content_class",
    "language": "language", "supply": "supply", "reason": "reason",
}  # fmt: skip
TOTAL: Label = ("total", "all")
UNKNOWN: Label = ("total", "unknown")
#: Width of columns in characters.
COPIES, MONEY, NARROW = 8, 13, 5


class Figures(NamedTuple):
    """The columns of a table and how each is found.

    Attributes:
        heads: in order.
        find: values of a line, of the movement of cells that are wanted.
    """

    heads: tuple[Head, ...]
    find: Callable[[Callable[[Cell], bool]], tuple[int | str | None, ...]]


class View:
    """A movement with the rules of the library: what tables are made of.

    Args:
        moved: the movement of the period.
        rules: of the library's statements.
        classes: ids of content classes, in the order of the columns.
        kinds: codes of kinds of document, in the order of the columns.
    """

    def __init__(self, moved: Moved, rules: FundRules, classes: Sequence[str], kinds: Sequence[str]) -> None:
        self.moved, self.rules, self.classes = moved, rules, classes
        #: By groups of branches: what every table but that of the branches is made of.
        self.grouped = moved.grouped(rules.group)
        present = {cell.kind for cell in moved.cells}
        self.kinds = [kind for kind in kinds if kind in present] + sorted(present - set(kinds) - {""})
        self.groups = sorted({rules.group(cell.branch) for cell in moved.cells})

    def of_group(self, group: str) -> Callable[[Cell], bool]:
        """Cells of `grouped` of a group."""
        return lambda cell: cell.branch == group

    def codes(self, dimension: str) -> list[str]:
        """Codes of a dimension that occur, in the order of the forms; the unknown one last."""
        found = {getattr(cell, dimension) for cell in self.moved.cells}
        known: Sequence[str] = {
            "content_class": self.classes, "kind": self.kinds, "language": self.rules.languages,
        }.get(dimension, ())  # fmt: skip
        others = sorted(found - set(known) - {""})
        return [*(code for code in known if code in found), *others, *([""] if "" in found else [])]

    def whole(self, where: Callable[[Cell], bool] | None = None) -> Movement:
        """The movement of such cells."""
        return self.grouped.whole(where)


def label(dimension: str, code: str) -> Label:
    """What a code of a dimension is called by."""
    return (WORDS[dimension], code) if code else UNKNOWN


def lines_of(
    items: Iterable[tuple[Label, Callable[[Cell], bool]]], figures: Figures, total: Callable[[Cell], bool]
) -> tuple[TableLine, ...]:
    """A line for each item, and the total; of a single line none is needed.

    Args:
        items: label and cells of each line.
        figures: the columns.
        total: cells of all lines together.
    """
    lines = [TableLine((one,), figures.find(where)) for one, where in items]
    if len(lines) > 1:
        sums = tuple((at, 1) for at in range(len(lines)))
        lines.append(TableLine((TOTAL,), figures.find(total), sums, weight=2))
    return tuple(lines)


def of_dimension(view: View, dimension: str) -> list[tuple[Label, Callable[[Cell], bool]]]:
    """A line for each code of a dimension."""
    return [(label(dimension, code), also(everything, dimension, code)) for code in view.codes(dimension)]


def table(
    name: str,
    sheet: str,
    first: tuple[Label, int],
    figures: Figures,
    lines: Sequence[TableLine],
    of: Label = ("", ""),
) -> StatementTable:
    """A table with one column of labels."""
    return StatementTable(name, sheet, (first,), figures.heads, tuple(lines), of)


def everything(_: Any) -> bool:
    """Every cell."""
    return True


def also(where: Callable[[Cell], bool], dimension: str, code: str) -> Callable[[Cell], bool]:
    """Such cells that have this code of a dimension as well."""
    get = attrgetter(dimension)
    return lambda cell: where(cell) and get(cell) == code
