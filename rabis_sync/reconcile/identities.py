"""Identities of the books (docs/fund.md), each tested and told, holding or not, with the difference.

Two kinds: of what is counted from the copies, which must hold whatever the books say, and of what the books
state themselves against what is counted and against each other.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.entry import (
    ACQUIRED,
    ALL_ACQUIRED,
    ALL_WRITTEN_OFF,
    BALANCE,
    CLOSING,
    OPENING,
    WRITTEN_OFF,
)
from rabis_sync.reconcile.fund import DIMENSIONS, NOTHING, Moved, Standing, Window
from rabis_sync.reconcile.stated import OVERALL, RECORDS, STANDING
from rabis_sync.store.statements import COLUMNS, Check, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.stated import Stated
    from rabis_sync.store.statements import Movement

#: What the rest is told of.
TOTAL = "total"
#: Measures that add up over branches and classes; titles do not.
ADDITIVE = ("copies", "amount")
#: Largest differences of money that rounding may leave, in minor units.
ROUNDED = {"amount": 1}


def of_counted(moved: Moved, flows: Sequence[Flow], quarters: Sequence[Window] = ()) -> Iterator[Check]:
    """Identities of what is counted.

    Args:
        moved: the movement of the period.
        flows: that it is counted from.
        quarters: of the period, where it is made of several.
    """
    whole = moved.whole()
    parts = {name: moved.by(attrgetter(name)) for name in DIMENSIONS}
    standing = Standing(flows, moved.window.after)
    yield from _movement(TOTAL, {"": whole}, standing.by())
    for name, of in parts.items():
        yield from _movement(name, of, standing.by(name))
    for name, of in parts.items():
        for column in COLUMNS:
            for measure in ADDITIVE:
                total = sum(getattr(getattr(one, column), measure) for one in of.values())
                due = getattr(getattr(whole, column), measure)
                yield _check("parts", name, column, measure, total, due)
    for measure in ADDITIVE:
        came, went = (getattr(getattr(whole, column), measure) for column in ("received", "passed_on"))
        yield _check("inside", TOTAL, "", measure, went, came)
    yield from _of_quarters(whole, flows, quarters)


def _movement(name: str, of: Mapping[str, Movement], counted: Mapping[str, Figure]) -> Iterator[Check]:
    """Opening and what came, less what went, is the stock that is counted straight from the copies."""
    for code in sorted(of.keys() | {key for key, figure in counted.items() if any(figure)}):
        movement, stands = of.get(code, NOTHING), counted.get(code, Figure())
        due = movement.balanced()
        for measure in Figure._fields:
            terms = tuple((column, getattr(getattr(movement, column), measure)) for column in COLUMNS[:5])
            yield _check(
                "movement", name, code, measure, getattr(due, measure), getattr(stands, measure), terms=terms
            )


def _of_quarters(whole: Movement, flows: Sequence[Flow], quarters: Sequence[Window]) -> Iterator[Check]:
    """What came and went in the quarters is that of the whole period."""
    if not quarters:
        return
    for column in COLUMNS[1:5]:
        moved = [flow for flow in flows if flow.column == column]
        parts = [_flowed(flow for flow in moved if one.holds(flow.day)) for one in quarters]
        for measure in ADDITIVE:
            total = sum(getattr(one, measure) for one in parts)
            yield _check("quarters", TOTAL, column, measure, total, getattr(getattr(whole, column), measure))


def _flowed(flows: Iterable[Flow]) -> Figure:
    copies = amount = 0
    for flow in flows:
        copies += flow.copies
        amount += flow.amount
    return Figure(0, copies, amount)


def of_stated(stated: Iterable[Stated], moved: Moved, currency: str, *, whole: bool) -> Iterator[Check]:
    """Identities of what the books state for the period, against each other and against what is counted.

    Args:
        stated: totals of the books.
        moved: the movement of the period, as counted.
        currency: amounts in others are not compared.
        whole: the movement is of the whole system, so that totals of the whole library are compared with it.
    """
    books: dict[tuple[str, str], list[Stated]] = defaultdict(list)
    for one in stated:
        books[one.ledger, one.branch].append(one)
    by_branch = moved.by(attrgetter("branch"))
    for (_, branch), of in sorted(books.items()):
        counted = by_branch.get(branch, NOTHING) if branch else moved.whole()
        comparable = whole or bool(branch)
        yield from _of_one(branch, of, moved.window, counted if comparable else None, currency)
    if whole:
        yield from _of_all_branches(books, moved, currency)


def _of_one(
    branch: str, of: Sequence[Stated], window: Window, counted: Movement | None, currency: str
) -> Iterator[Check]:
    opening = _standing(of, window.first, OPENING)
    closing = _standing(of, window.after, CLOSING)
    came, went = (_overall(of, part, window) for part in (ALL_ACQUIRED, ALL_WRITTEN_OFF))
    records = {part: _records(of, part, window) for part in (ACQUIRED, WRITTEN_OFF)}
    yield from _stated_balance(
        branch, opening, closing, came or records[ACQUIRED], went or records[WRITTEN_OFF]
    )
    for part, overall in ((ACQUIRED, came), (WRITTEN_OFF, went)):
        if overall and records[part]:
            yield from _equal("ksu_parts", branch, part, records[part], overall, currency)
    yield from _chain(branch, of, window)
    if counted is None:
        return
    for column, told in (
        ("opening", opening), ("closing", closing),
        (ACQUIRED, came or records[ACQUIRED]), (WRITTEN_OFF, went or records[WRITTEN_OFF]),
    ):  # fmt: skip
        if told:
            yield from _against_counted(branch, column, getattr(counted, column), told, currency)
    balances = [one for one in of if one.part == BALANCE and one.first == window.after]
    if balances:
        yield from _against_counted(
            branch, "closing", counted.closing, balances, currency, identity="account"
        )


def _stated_balance(
    branch: str,
    opening: Sequence[Stated],
    closing: Sequence[Stated],
    came: Sequence[Stated],
    went: Sequence[Stated],
) -> Iterator[Check]:
    """Part 3 of the КСУ by itself: what stood, came and went is what it says stands."""
    if not (opening and closing and (came or went)):
        return
    dimensions = sorted(
        {
            f"{name}.{code}"
            for one in (*opening, *closing)
            for name in DIMENSIONS
            for code in one.shares.get(name, {})
        }
    )
    for name in (*Figure._fields, *dimensions):
        before, after = _sum(opening, name), _sum(closing, name)
        arrived, left = _sum(came, name), _sum(went, name)
        if before is None or after is None or (came and arrived is None) or (went and left is None):
            continue
        terms = (("opening", before), ("acquired", arrived or 0), ("written_off", left or 0))
        dimension, dot, code = name.partition(".")
        yield _check(
            "ksu_balance", dimension if dot else "branch" if branch else TOTAL, code if dot else branch,
            "copies" if dot else name, before + (arrived or 0) - (left or 0), after,
            terms=terms, place=closing[0].place, params=(("branch", branch),),
        )  # fmt: skip


def _chain(branch: str, of: Sequence[Stated], window: Window) -> Iterator[Check]:
    """What stood at the end of one period stands at the beginning of the next, where both are written."""
    for boundary in (window.first, window.after):
        ends = [one for one in of if one.part == CLOSING and one.first == boundary]
        begins = [one for one in of if one.part == OPENING and one.first == boundary]
        if ends and begins:
            for measure in Figure._fields:
                left, right = _sum(ends[:1], measure), _sum(begins[:1], measure)
                if left is not None and right is not None:
                    yield _check(
                        "ksu_chain", "branch" if branch else TOTAL, branch, measure, left, right,
                        place=begins[0].place, params=(("day", boundary),),
                    )  # fmt: skip


def _equal(
    identity: str, branch: str, column: str, left: Sequence[Stated], right: Sequence[Stated], currency: str
) -> Iterator[Check]:
    for measure in ADDITIVE:
        one, other = _sum(left, measure, currency), _sum(right, measure, currency)
        if one is not None and other is not None:
            yield _check(
                identity, "branch" if branch else TOTAL, branch, measure, one, other,
                place=right[0].place, params=(("column", column),),
            )  # fmt: skip


def _against_counted(
    branch: str,
    column: str,
    counted: Figure,
    told: Sequence[Stated],
    currency: str,
    identity: str = "ksu_counted",
) -> Iterator[Check]:
    for measure in ADDITIVE:
        stated = _sum(told, measure, currency)
        if stated is not None:
            yield _check(
                identity, "branch" if branch else TOTAL, branch, measure, getattr(counted, measure), stated,
                place=told[0].place, params=(("column", column),),
            )  # fmt: skip


def _of_all_branches(
    books: Mapping[tuple[str, str], Sequence[Stated]], moved: Moved, currency: str
) -> Iterator[Check]:
    """Where the books state branches and no total, the branches together against what is counted."""
    for ledger in sorted({name for name, _ in books}):
        of = {branch: stated for (name, branch), stated in books.items() if name == ledger}
        if "" in of or len(of) < 2:
            continue
        counted = moved.whole()
        for column, pick in _PICKED:
            told = [one for stated in of.values() for one in pick(stated, moved.window)]
            if told:
                yield from _against_counted("", column, getattr(counted, column), told, currency)


def _standing(of: Sequence[Stated], boundary: str, part: str) -> list[Stated]:
    """The stock that the books state for a day: in the wanted part of a pair, else in the other one."""
    found = [one for one in of if one.part in STANDING and one.first == boundary]
    return [one for one in found if one.part == part][:1] or found[:1]


def _overall(of: Sequence[Stated], part: str, window: Window) -> list[Stated]:
    """What part 3 says came or went in the period: lines of just these days, else of parts of them."""
    mine = [one for one in of if one.part in OVERALL and one.part == part]
    exact = [one for one in mine if (one.first, one.after) == (window.first, window.after)]
    if exact:
        return exact
    inside = [one for one in mine if window.first <= one.first and one.after <= window.after]
    days = sorted((one.first, one.after) for one in inside)
    apart = all(end <= begin for (_, end), (begin, _) in pairwise(dict.fromkeys(days)))
    whole = bool(days) and days[0][0] == window.first and max(end for _, end in days) == window.after
    return inside if apart and whole else []


def _records(of: Sequence[Stated], part: str, window: Window) -> list[Stated]:
    return [one for one in of if one.part in RECORDS and one.part == part and window.holds(one.first)]


_PICKED: tuple[tuple[str, Callable[[Sequence[Stated], Window], list[Stated]]], ...] = (
    ("opening", lambda of, window: _standing(of, window.first, OPENING)),
    ("closing", lambda of, window: _standing(of, window.after, CLOSING)),
    (ACQUIRED, lambda of, window: _overall(of, ALL_ACQUIRED, window) or _records(of, ACQUIRED, window)),
    (
        WRITTEN_OFF,
        lambda of, window: _overall(of, ALL_WRITTEN_OFF, window) or _records(of, WRITTEN_OFF, window),
    ),
)


def _sum(stated: Sequence[Stated], measure: str, currency: str = "") -> int | None:
    """Together; None where one of them does not tell it, or tells it in another currency."""
    found = [one.measure(measure) for one in stated]
    if not found or None in found:
        return None
    if measure == "amount" and currency and any(one.currency != currency for one in stated):
        return None
    return sum(filter(None, found))


def _check(identity: str, dimension: str, of: str, measure: str, left: int, right: int, **more: Any) -> Check:
    holds = abs(left - right) <= ROUNDED.get(measure, 0) if identity in _OF_BOOKS else left == right
    return Check(identity, dimension, of, measure, left, right, holds, **more)


#: Of these one side was rounded by somebody else.
_OF_BOOKS = frozenset({"ksu_balance", "ksu_parts", "ksu_chain", "ksu_counted", "account"})
