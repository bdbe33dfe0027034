"""Lines between the rows of a sheet: names of groups above them, totals below that the rows must come to."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.numbers import UnreadableError, figure, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Entry

#: An account of the chart on a line of its own: 2416, 2416.01.
_ACCOUNT = re.compile(r"\d{3,4}(?:\.\d{1,4})*")
#: A difference that rounding makes.
_SLACK = Decimal("0.05")


class Groups:
    """What the lines above a row say of it: branch (or who answers for it) and account.

    Args:
        columns: words of branches, headings that stand before a colon.
        branch: what the titles or the sheet's name say; `sure` when a branch is meant beyond doubt.
    """

    def __init__(self, columns: LedgerColumns, branch: str, *, sure: bool) -> None:
        self._columns = columns
        self._sure = sure
        self.standing: dict[str, str] = {"branch": branch} if branch else {}

    def line(self, row: Sequence[Any]) -> None:
        """Take in a line that is no row: the only words in it are the name of a group."""
        told = [line for cell in row if (line := text(cell))]
        words = {line for line in told if not _is_figure(line)}
        if not words and told and isinstance(row[_first(row)], str) and _ACCOUNT.fullmatch(told[0]):
            self.standing["account"] = told[0]
        if len(words) != 1:
            return
        (line,) = words
        label, colon, name = line.partition(":")
        meaning = self._columns.meaning(label) if colon else None
        if meaning == "account" and name.strip():
            self.standing["account"] = name.strip()
        elif not self.is_total(line):
            self._branch(line)

    def if_branch(self, line: str) -> str:
        """The name after «Подразделение:», or the line itself when a branch word is in it."""
        label, colon, name = line.partition(":")
        if colon and self._columns.meaning(label) == "branch":
            return name.strip()
        return line if self._columns.branch_word.search(fold(line)) else ""

    def is_total(self, line: str) -> bool:
        """A line of totals or subtotals."""
        return bool(self._columns.total.match(fold(line)))

    def _branch(self, line: str) -> None:
        branch = self.if_branch(line)
        if branch or not self._sure:
            self.standing["branch"] = branch or line
            self._sure = self._sure or bool(branch)


#: Copies and amount of rows, then of those among them that are not written off.
Sums = tuple[Decimal, Decimal, Decimal, Decimal]


class Totals:
    """Sums of the rows that were read, against what lines of totals say.

    A subtotal sums the rows since some group began, which of them is not told: it holds when it is the sum
    since any beginning, of all rows or of those that are not written off.

    Attributes:
        sums: since the sheet began.
        rows: that were counted.
    """

    def __init__(self) -> None:
        self.sums = (Decimal(0), Decimal(0), Decimal(0), Decimal(0))
        self._beginnings = [self.sums]
        self.rows = 0

    def add(self, entry: Entry) -> None:
        """Count a row."""
        quantity, amount = Decimal(entry.quantity), entry.amount or Decimal(0)
        all_quantity, all_amount, held, held_amount = self.sums
        self.rows += 1
        if entry.written_off:
            self.sums = (all_quantity + quantity, all_amount + amount, held, held_amount)
        else:
            sums = (all_quantity + quantity, all_amount + amount, held + quantity, held_amount + amount)
            self.sums = sums

    def since(self, sums: Sums) -> Sums:
        """What was added since they were these."""
        one, other = self.sums, sums
        return one[0] - other[0], one[1] - other[1], one[2] - other[2], one[3] - other[3]

    def add_sums(self, sums: Sums, rows: int) -> None:
        """Count so many rows at once, by their sums (`since`)."""
        one, other = self.sums, sums
        self.sums = one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]
        self.rows += rows

    def begin(self) -> None:
        """A group begins here."""
        if self._beginnings[-1] != self.sums:
            self._beginnings.append(self.sums)

    def differs(self, quantity: Any, amount: Any) -> list[tuple[str, str, str]]:
        """What a line of totals says otherwise than the rows: field, what it says, what they come to.

        Args:
            quantity: cell of the line in the column of quantities.
            amount: cell in the column of amounts.
        """
        said = [("quantity", 0, _figure(quantity)), ("amount", 1, _figure(amount))]
        found = [
            (name, _plain(stated), nearest)
            for name, at, stated in said
            if stated is not None and (nearest := self._other(at, stated))
        ]
        self.begin()
        return found

    def _other(self, at: int, stated: Decimal) -> str:
        """The sum that comes nearest to what is stated; empty where one is equal."""
        sums = [self.sums[which] - before[which] for before in self._beginnings for which in (at, at + 2)]
        if any(abs(one - stated) <= _SLACK for one in sums):
            return ""
        return _plain(min(sums, key=lambda one: abs(one - stated)))


def _figure(cell: Any) -> Decimal | None:
    try:
        return figure(cell)
    except UnreadableError:
        return None


def _plain(figure: Decimal) -> str:
    return f"{figure:.2f}".removesuffix(".00")


def _first(row: Sequence[Any]) -> int:
    return next(at for at, cell in enumerate(row) if text(cell))


def _is_figure(line: str) -> bool:
    return any(map(str.isdigit, line)) and not any(map(str.isalpha, line))
