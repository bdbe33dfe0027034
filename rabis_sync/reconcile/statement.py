"""The statement of the fund for a period: its rows, every identity with its difference, what data lack."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from rabis_sync.reconcile.annual import annual
from rabis_sync.reconcile.closing import NOTHING_CLOSED, Posted, corrections, effective
from rabis_sync.reconcile.fund import Moved, Window
from rabis_sync.reconcile.identities import of_counted, of_stated
from rabis_sync.reconcile.ksu import SummaryBook
from rabis_sync.reconcile.periodicals import periodicals
from rabis_sync.reconcile.tabling import View
from rabis_sync.store.statements import Check, Gap, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.fund_reading import Counted
    from rabis_sync.reconcile.rules import FundRules

#: Columns in which copies are looked at for what they lack.
_LOOKED_AT = ("acquired", "written_off", "closing")


def statement(
    counted: Counted,
    window: Window,
    rules: FundRules,
    classes: Sequence[str],
    branch: str = "",
    closed: Posted = NOTHING_CLOSED,
) -> Statement:
    """The statement of one period.

    Args:
        counted: what the books tell.
        window: the period.
        rules: of the library's statements.
        classes: ids of content classes, in the order of the columns.
        branch: only this branch, by any of its names; empty: the whole system.
        closed: what closings left.
    """
    name = counted.shown.get(counted.branches.of(branch), branch)
    flows: Sequence[Flow] = effective(counted.flows, closed, window)
    if branch:
        flows = [flow for flow in flows if flow.branch == name]
    moved = Moved(flows, window)
    stated = [one for one in counted.stated if not branch or one.branch == name]
    checks = [
        *of_counted(moved, flows, quarters_of(window)),
        *of_stated(stated, moved, rules.currency, whole=not branch),
    ]
    if not branch:
        checks += [*_with_the_rows(counted), *_of_closings(closed, window, moved)]
    closing = closed.closing(window)
    view = View(moved, rules, classes, rules.kinds)
    years = [*(Moved(flows, shifted(window, earlier)) for earlier in (2, 1)), moved]
    tables = (
        *annual(view, years),
        *periodicals(rules, flows, window),
        *SummaryBook(view, flows, quarters_of(window)).parts(),
    )
    return Statement(
        period=window.label,
        first=window.first,
        last=window.last,
        branch=name,
        currency=rules.currency,
        rows=moved.rows(rules),
        checks=tuple(checks),
        gaps=tuple(_gaps(counted, moved, flows, whole=not branch)),
        tables=tables,
        corrections=corrections(flows, window),
        closed=closing.label if closing else "",
        digest=closing.digest if closing else "",
    )


def quarters_of(window: Window) -> list[Window]:
    """The quarters that a period is made of; none where it is no more than one, or parts of some."""
    found: list[Window] = []
    at = date.fromisoformat(window.first)
    if at.day != 1 or at.month % 3 != 1:
        return []
    while at.isoformat() < window.after:
        after = date(at.year + (at.month + 2) // 12, (at.month + 2) % 12 + 1, 1)
        found.append(Window(f"{at.year}-Q{(at.month + 2) // 3}", at.isoformat(), after.isoformat()))
        at = after
    return found if at.isoformat() == window.after and len(found) > 1 else []


def shifted(window: Window, years: int) -> Window:
    """The same period so many years earlier."""
    first, after = (_years_earlier(day, years) for day in (window.first, window.after))
    label = window.label
    if label[:4] == window.first[:4] and ".." not in label:
        label = f"{int(label[:4]) - years}{label[4:]}"
    else:
        last = date.fromisoformat(after) - timedelta(days=1)
        label = f"{first}..{last.isoformat()}"
    return Window(label, first, after)


def _years_earlier(day: str, years: int) -> str:
    found = date.fromisoformat(day)
    if (found.month, found.day) == (2, 29):
        found += timedelta(days=1)
    return found.replace(year=found.year - years).isoformat()


def _with_the_rows(counted: Counted) -> Iterator[Check]:
    """All flows of all time leave what the rows of the books have as in the fund today."""
    due = sum(
        flow.copies if flow.column in {"acquired", "received"} else -flow.copies for flow in counted.flows
    )
    yield Check("books", "total", "", "copies", due, counted.standing, due == counted.standing)


def _of_closings(closed: Posted, window: Window, moved: Moved) -> Iterator[Check]:
    """The figures of closed periods are those that were closed, and the open time follows from them."""
    for one in closed.periods:
        if one.after > window.after and one.label not in closed.broken:
            continue
        if one.after == window.first:
            opening = moved.whole().opening
            for measure, frozen in (("copies", one.copies), ("amount", one.amount)):
                begins = getattr(opening, measure)
                yield Check("follows", "total", "", measure, frozen, begins, frozen == begins)
        closing = moved.whole().closing
        if one.after == window.after or one.label in closed.broken:
            same = one.after != window.after or one.copies == closing.copies
            stands = closing.copies if one.after == window.after else one.copies
            holds = same and one.label not in closed.broken
            yield Check(
                "closed", "total", "", "copies", one.copies, stands, holds, params=(("period", one.label),)
            )


def _gaps(counted: Counted, moved: Moved, flows: Sequence[Flow], *, whole: bool) -> Iterator[Gap]:
    """What is not known of the copies of the period, and what was assumed of all."""
    for column in _LOOKED_AT:
        total = moved.copies(column, lambda _: True)
        if not total:
            continue
        unpriced = moved.unpriced(column)
        if unpriced:
            yield Gap(f"no_price.{column}", unpriced, total)
        names = ["branch", "kind", "content_class", "language"]
        names += {"acquired": ["supply"], "written_off": ["reason"]}.get(column, [])
        for name in names:
            copies = moved.copies(column, lambda cell, name=name: not getattr(cell, name))  # type: ignore[misc]
            if copies:
                yield Gap(f"no_{name}.{column}", copies, total)
    vague = sum(flow.copies for flow in flows if flow.vague and moved.window.holds(flow.day))
    if vague:
        yield Gap("vague_date", vague, sum(flow.copies for flow in flows if moved.window.holds(flow.day)))
    if whole:
        total = sum(flow.copies for flow in flows if flow.column == "acquired")
        yield from (Gap(f"assumed.{what}", copies, total) for what, copies in sorted(counted.assumed.items()))
