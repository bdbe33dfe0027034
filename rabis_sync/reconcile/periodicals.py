"""Periodicals: what was subscribed, by sets and titles, and what is kept beyond its term."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rabis_sync.reconcile.flows import ACQUIRED, INWARD, WRITTEN_OFF
from rabis_sync.reconcile.tabling import COPIES, MONEY, TOTAL, label
from rabis_sync.store.statements import Head, StatementTable, TableLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.fund import Window
    from rabis_sync.reconcile.rules import FundRules
    from rabis_sync.store.statements import Label

KAZAKHSTAN, KAZAKH = "KZ", "kaz"


def periodicals(rules: FundRules, flows: Sequence[Flow], window: Window) -> Iterator[StatementTable]:
    """What came of periodicals in the period, and which of them left, or should, at the end of their term."""
    of = [flow for flow in flows if flow.kind in rules.periodicals.kinds]
    yield _subscribed(rules, [one for one in of if one.column == ACQUIRED and window.holds(one.day)])
    yield _kept(rules, of, window)


@dataclass(slots=True)
class _Subscribed:
    """Titles, sets, copies and amount of what came."""

    by_set: Sequence[str]
    titles: set[int | str] = field(default_factory=set)
    copies: int = 0
    amount: int = 0
    sets: int = 0
    years: set[tuple[int | str, str, str]] = field(default_factory=set)

    def add(self, flow: Flow) -> None:
        """A newspaper counts by the year's set, issues of a magazine are a set for each year and branch."""
        self.titles.add(flow.title)
        self.copies += flow.copies
        self.amount += flow.amount
        if flow.kind in self.by_set:
            self.sets += flow.copies
        else:
            self.years.add((flow.title, flow.branch, str(flow.year or flow.day[:4])))

    @property
    def all_sets(self) -> int:
        return self.sets + len(self.years)


def _subscribed(rules: FundRules, flows: Sequence[Flow]) -> StatementTable:
    heads = (
        Head(("fund_unit", "titles"), (TOTAL,), "titles", width=COPIES),
        Head(("fund_unit", "sets"), (TOTAL,), "count", width=COPIES),
        Head(("fund_unit", "copies"), (TOTAL,), "count", width=COPIES),
        Head(("fund_unit", "amount"), (TOTAL,), "money", width=MONEY),
        Head(("fund_unit", "titles"), (("fund_head", "kz_publishers"),), "titles", width=COPIES),
        Head(("fund_unit", "sets"), (("fund_head", "kz_publishers"),), "count", width=COPIES),
        Head(("fund_unit", "amount"), (("fund_head", "kz_publishers"),), "money", width=MONEY),
        Head(("fund_unit", "titles"), (("fund_head", "kazakh"),), "titles", width=COPIES),
        Head(("fund_unit", "sets"), (("fund_head", "kazakh"),), "count", width=COPIES),
        Head(("fund_head", "kazakh_share"), (), "share", ratio=(8, 1), width=11),
        Head(("fund_unit", "sets"), (("fund_head", "no_country"),), "count", width=13),
    )

    def cells(where: Callable[[Flow], bool]) -> tuple[int | str | None, ...]:
        mine = [flow for flow in flows if where(flow)]
        whole = _sum(rules, mine)
        own = _sum(rules, (flow for flow in mine if flow.country == KAZAKHSTAN))
        kazakh = _sum(rules, (flow for flow in mine if flow.language == KAZAKH))
        unknown = _sum(rules, (flow for flow in mine if not flow.country))
        return (
            len(whole.titles), whole.all_sets, whole.copies, whole.amount,
            len(own.titles), own.all_sets, own.amount, len(kazakh.titles), kazakh.all_sets, None,
            unknown.all_sets,
        )  # fmt: skip

    lines = [
        TableLine((label("kind", kind),), cells(lambda flow, kind=kind: flow.kind == kind))  # type: ignore[misc]
        for kind in rules.periodicals.kinds
    ]
    sums = tuple((at, 1) for at in range(len(lines)))
    lines.append(TableLine((TOTAL,), cells(lambda _: True), sums, weight=2))
    return StatementTable("periodicals", "periodicals", ((("column", "kind"), 24),), heads, tuple(lines))


def _sum(rules: FundRules, flows: Iterable[Flow]) -> _Subscribed:
    found = _Subscribed(rules.periodicals.by_set)
    for flow in flows:
        found.add(flow)
    return found


def _kept(rules: FundRules, flows: Sequence[Flow], window: Window) -> StatementTable:
    """By country of publication: what left at the end of its term, what left early, what stands beyond it."""
    over = ("fund_head", "left_expired")
    heads = (
        Head(("fund_head", "term"), (), "count", width=10),
        Head(("fund_unit", "copies"), (over,), "count", width=COPIES + 2),
        Head(("fund_unit", "amount"), (over,), "money", width=MONEY),
        Head(("fund_head", "before_term"), (over,), "count", width=13),
        Head(("fund_unit", "copies"), (("fund_head", "beyond_term"),), "count", width=COPIES + 2),
        Head(("fund_unit", "amount"), (("fund_head", "beyond_term"),), "money", width=MONEY),
        Head(("fund_head", "stand"), (), "count", width=COPIES + 2),
        Head(("fund_head", "no_year"), (), "count", width=12),
    )
    last = int(window.last[:4])
    known = set(rules.retention)
    items: list[tuple[Label, str]] = [(("country", country), country) for country in rules.retention]
    items += [(("country", "others"), "others"), (("total", "unknown"), "")]
    lines = []
    for words, country in items:
        mine = [flow for flow in flows if flow.day < window.after and _belongs(flow.country, country, known)]
        lines.append(TableLine((words,), _terms(rules, mine, window, rules.retention.get(country), last)))
    sums = tuple((at, 1) for at in range(len(lines)))
    total = [sum(int(line.cells[at] or 0) for line in lines) for at in range(1, len(heads))]
    lines.append(TableLine((TOTAL,), (None, *total), sums, weight=2))
    return StatementTable("retention", "periodicals", ((("fund_head", "country"), 34),), heads, tuple(lines))


def _belongs(found: str, country: str, known: set[str]) -> bool:
    if country == "others":
        return bool(found) and found not in known
    return found == country


def _terms(
    rules: FundRules, flows: Sequence[Flow], window: Window, term: int | None, last: int
) -> tuple[int | str | None, ...]:
    left = [
        flow for flow in flows
        if flow.column == WRITTEN_OFF and window.holds(flow.day) and flow.reason in rules.expired
    ]  # fmt: skip
    early = sum(flow.copies for flow in left if term and flow.year and int(flow.day[:4]) - flow.year <= term)
    stand = beyond = amount = undated = 0
    for flow in flows:
        sign = 1 if flow.column in INWARD else -1
        stand += sign * flow.copies
        if flow.year is None:
            undated += sign * flow.copies
        elif term and last - flow.year > term:
            beyond += sign * flow.copies
            amount += sign * flow.amount
    return (
        term, sum(flow.copies for flow in left), sum(flow.amount for flow in left), early,
        beyond, amount, stand, undated,
    )  # fmt: skip
