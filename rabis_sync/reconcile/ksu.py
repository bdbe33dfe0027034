"""The summary accession book (КСУ) in its three parts, as it follows from the copies themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rabis_sync.reconcile.flows import ACQUIRED, INWARD, PASSED_ON, RECEIVED, WRITTEN_OFF
from rabis_sync.reconcile.tabling import COPIES, MONEY, NARROW, TOTAL, label
from rabis_sync.store.statements import Head, StatementTable, TableLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.fund import Window
    from rabis_sync.reconcile.tabling import View
    from rabis_sync.store.statements import Label

#: Headings of the first columns of parts 1 and 2, with their widths.
_FIRST: Mapping[str, tuple[tuple[Label, int], ...]] = {
    "ksu_acquired": (
        (("fund_head", "record_day"), 12), (("fund_head", "record_no"), 9),
        (("column", "supply_source"), 15), (("fund_head", "document"), 14),
    ),
    "ksu_written_off": ((("fund_head", "record_day"), 12), (("fund_head", "act_no"), 12)),
}  # fmt: skip
_SHARED = ("kind", "content_class", "language")


@dataclass(slots=True)
class _Sum:
    """Flows added up, with shares by dimension and code."""

    copies: int = 0
    amount: int = 0
    taken_copies: int = 0
    taken_amount: int = 0
    titles: set[int | str] = field(default_factory=set)
    shares: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, flow: Flow, languages: Sequence[str], sign: int = 1) -> None:
        copies = sign * flow.copies
        self.copies += copies
        self.amount += sign * flow.amount
        self.titles.add(flow.title)
        if flow.on_balance:
            self.taken_copies += copies
            self.taken_amount += sign * flow.amount
        self.shares["kind"][flow.kind] += copies
        self.shares["content_class"][flow.content_class] += copies
        known = not flow.language or flow.language in languages
        self.shares["language"][flow.language if known else "other"] += copies
        self.shares["reason"][flow.reason] += copies


class SummaryBook:
    """The three parts for one period.

    Args:
        view: the movement of the period.
        flows: of all time, in the order of their days.
        quarters: of the period, where it is made of several.
    """

    def __init__(self, view: View, flows: Sequence[Flow], quarters: Sequence[Window]) -> None:
        self._view, self._quarters = view, quarters
        self._window = view.moved.window
        self._inside = [flow for flow in flows if self._window.holds(flow.day)]
        self._languages = view.rules.languages

    def parts(self) -> Iterator[StatementTable]:
        """Part 1, acquisitions; part 2, disposals; part 3, what stood, came, went and stands."""
        yield self._records(
            "ksu_acquired", [flow for flow in self._inside if flow.column == ACQUIRED], acquired=True
        )
        gone = [flow for flow in self._inside if flow.column == WRITTEN_OFF]
        yield self._records("ksu_written_off", gone, acquired=False)
        yield self._totals()

    def _records(self, name: str, flows: Sequence[Flow], *, acquired: bool) -> StatementTable:
        """One line a record: a document with which copies came, or an act by which they went."""
        records: dict[tuple[str, str, str, str], _Sum] = defaultdict(_Sum)
        whole = _Sum()
        for flow in flows:
            # Reasons have columns of their own, and one act may have several.
            how, document = (flow.supply, flow.document) if acquired else ("", "")
            records[flow.day, flow.batch, how, document].add(flow, self._languages)
            whole.add(flow, self._languages)
        heads, values = self._columns([whole], reasons=not acquired, balance=acquired)
        first, lines = _FIRST[name], []
        for (day, batch, how, document), record in sorted(records.items()):
            labels: tuple[Label, ...] = (("day", day), ("", batch), label("supply", how), ("", document))
            lines.append(TableLine(labels[: len(first)], values(record)))
        if len(lines) > 1:
            blank: tuple[Label, ...] = (("", ""),) * (len(first) - 1)
            sums = tuple((at, 1) for at in range(len(lines)))
            lines.append(TableLine((TOTAL, *blank), values(whole), sums, weight=2))
        return StatementTable(name, name, first, heads, tuple(lines))

    def _totals(self) -> StatementTable:
        """What stood; what came and went, quarter by quarter; what stands."""
        before, after = self._stock("opening"), self._stock("closing")
        steps = [*self._steps()]
        heads, values = self._columns(
            [before, after, *(one for *_, one in steps)], reasons=False, balance=False
        )
        whole = self._view.whole()
        lines = [self._line(("fund_line", "stood"), self._window.first, values(before), whole.opening.titles)]
        ends: list[tuple[int, int]] = [(0, 1)]
        for column in dict.fromkeys(name for name, *_ in steps):
            sign = 1 if column in INWARD else -1
            mine = [(period, total) for name, period, total in steps if name == column]
            first, last = len(lines), len(lines) + len(mine)
            lines += [
                self._line(("movement", column), period, values(one), len(one.titles)) for period, one in mine
            ]
            if len(mine) == 1:
                ends.append((first, sign))
                continue
            total = _added([one for _, one in mine])
            words = (("fund_line", f"all_{column}"), ("", self._window.label))
            cells = (len(total.titles), *values(total)[1:])
            ends.append((last, sign))
            lines.append(TableLine(words, cells, tuple((one, 1) for one in range(first, last)), 1))
        closing = self._line(("fund_line", "stands"), self._window.after, values(after), whole.closing.titles)
        lines.append(TableLine(closing.labels, closing.cells, tuple(ends), weight=2))
        heading = ((("fund_head", "figure"), 24), (("column", "period"), 12))
        return StatementTable("ksu_totals", "ksu_totals", heading, heads, tuple(lines))

    def _stock(self, column: str) -> _Sum:
        """What stood, or stands, with its shares."""
        moved = self._view.grouped
        figure = getattr(self._view.whole(), column)
        found = _Sum(figure.copies, figure.amount)
        for dimension in _SHARED:
            for code, copies in moved.shares(column, dimension).items():
                known = dimension != "language" or not code or code in self._languages
                found.shares[dimension][code if known else "other"] += copies
        return found

    def _steps(self) -> Iterator[tuple[str, str, _Sum]]:
        """Column, period and sum of each line of flows; what is passed on inside only where there is any."""
        spans = self._quarters or [self._window]
        for column in (ACQUIRED, RECEIVED, WRITTEN_OFF, PASSED_ON):
            mine = [flow for flow in self._inside if flow.column == column]
            if not mine and column in {RECEIVED, PASSED_ON}:
                continue
            for span in spans:
                total = _Sum()
                for flow in mine:
                    if span.holds(flow.day):
                        total.add(flow, self._languages)
                yield column, span.label, total

    def _line(self, what: Label, when: str, cells: tuple[int | str | None, ...], titles: int) -> TableLine:
        kind = "day" if len(when) == len("2023-01-01") else ""
        return TableLine((what, (kind, when)), (titles, *cells[1:]))

    def _columns(
        self, sums: Iterable[_Sum], *, reasons: bool, balance: bool
    ) -> tuple[tuple[Head, ...], _Values]:
        """The columns that are needed for these sums: totals, on the balance, then the shares."""
        sums = list(sums)
        heads = [
            Head(("fund_unit", "titles"), (TOTAL,), "titles", width=NARROW + 2),
            Head(("fund_unit", "copies"), (TOTAL,), "count", width=COPIES - 1),
            Head(("fund_unit", "amount"), (TOTAL,), "money", width=MONEY),
        ]
        if balance:
            heads += [
                Head(("fund_unit", "copies"), (("fund_head", "on_balance"),), "count", width=COPIES - 1),
                Head(("fund_unit", "amount"), (("fund_head", "on_balance"),), "money", width=MONEY),
            ]
        codes: list[tuple[str, str]] = []
        for dimension in (*_SHARED, *(("reason",) if reasons else ())):
            for code in self._codes(dimension, sums):
                codes.append((dimension, code))
                over = ("fund_head", f"by_{dimension}")
                heads.append(Head(label(dimension, code), (over,), "count", width=NARROW))
        return tuple(heads), _Values(codes, balance=balance)

    def _codes(self, dimension: str, sums: Sequence[_Sum]) -> list[str]:
        present = {code for one in sums for code, copies in one.shares[dimension].items() if copies}
        order: Mapping[str, Sequence[str]] = {
            "kind": self._view.kinds, "content_class": self._view.classes,
            "language": [*self._languages, "other"],
        }  # fmt: skip
        known = order.get(dimension, ())
        # The forms have every class and both languages, whether there is any or not.
        always = () if dimension in {"kind", "reason"} else known
        others = sorted(present - set(known) - {""})
        return [
            *(code for code in known if code in present or code in always),
            *others,
            *([""] if "" in present else []),
        ]


@dataclass(frozen=True, slots=True)
class _Values:
    """Cells of a line, in the order of the columns."""

    codes: Sequence[tuple[str, str]]
    balance: bool

    def __call__(self, one: _Sum) -> tuple[int | str | None, ...]:
        taken = (one.taken_copies, one.taken_amount) if self.balance else ()
        shares = (one.shares[dimension][code] for dimension, code in self.codes)
        return len(one.titles), one.copies, one.amount, *taken, *shares


def _added(sums: Sequence[_Sum]) -> _Sum:
    whole = _Sum()
    for one in sums:
        whole.copies += one.copies
        whole.amount += one.amount
        whole.titles |= one.titles
        for dimension, counted in one.shares.items():
            whole.shares[dimension].update(counted)
    return whole
