"""Closed periods: their figures stand; what comes late for one counts as a correction in the open one.

A closing posts the flows before its end that no earlier closing has. What the books say later of the closed
time is held against what is posted: the difference is posted with the next closing and counts from the first
open day.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError
from rabis_sync.reconcile.entry import major, plain
from rabis_sync.reconcile.flows import EVER, INWARD, Flow
from rabis_sync.store.decisions import Choice
from rabis_sync.store.statements import Correction, Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rabis_sync.reconcile.fund import Window
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision
    from rabis_sync.store.periods import Closed

#: What the journal calls a closing.
KIND = "period_closed"
#: The day of a late document that has none.
UNDATED = "0000"
#: Numbers that a correction names.
_NAMED = 5
#: Marks a title that is a record's number among those that are words.
_RECORD = "#"


@dataclass(frozen=True, slots=True)
class Posted:
    """What closings left.

    Attributes:
        periods: every closed one, in the order of time.
        flows: of all closings, by the number of the period.
        broken: labels of periods whose flows are not those that were closed.
    """

    periods: tuple[Closed, ...] = ()
    flows: Mapping[int, tuple[Flow, ...]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    @property
    def boundary(self) -> str:
        """The first open day; empty where nothing is closed."""
        return self.periods[-1].after if self.periods else ""

    def closing(self, window: Window) -> Closed | None:
        """The closing that holds a whole period; None while any day of it is open."""
        return next((one for one in self.periods if window.after <= one.after), None)


NOTHING_CLOSED = Posted()


@dataclass(frozen=True, slots=True)
class ClosingPlan:
    """A period to be closed: what would stand.

    Attributes:
        flows: to be posted.
        copies, amount: stock at the end of the period.
        digest: of the flows and of the closing before.
    """

    window: Window
    flows: tuple[Flow, ...]
    copies: int
    amount: int
    digest: str

    def __str__(self) -> str:
        late = sum(bool(flow.dated) for flow in self.flows)
        return (
            f"close {self.window.label}: {len(self.flows)} flows ({late} corrections), "
            f"{self.copies} copies stand at its end, digest {self.digest}"
        )


def posted(unit: Unit) -> Posted:
    """What is closed, each period held against its digest."""
    periods = tuple(unit.periods.closed())
    if not periods:
        return Posted()
    flows: dict[int, list[Flow]] = defaultdict(list)
    for stored in unit.periods.flows():
        flows[stored[0]].append(_flow(stored[1:]))
    broken, before = set(), ""
    for one in periods:
        if digest(one.label, flows[one.id], before) != one.digest:
            broken.add(one.label)
        before = one.digest
    return Posted(periods, {number: tuple(of) for number, of in flows.items()}, frozenset(broken))


def effective(flows: Sequence[Flow], closed: Posted, window: Window) -> tuple[Flow, ...]:
    """The flows by which a period is counted, in the order of their days.

    A closed period is counted by what was posted, whatever the books say today; an open one by this and by
    all that is new, of which what is dated in closed time counts from the first open day.

    Args:
        flows: what the books tell today.
        closed: what closings left.
        window: the period.
    """
    if not closed.periods:
        return tuple(flows)
    standing = chain.from_iterable(closed.flows.get(one.id, ()) for one in closed.periods)
    if closed.closing(window) is not None:
        return tuple(sorted(standing, key=attrgetter("day")))
    titles = {flow.key: flow.title for flow in flows if flow.key}
    told = [flow._replace(title=titles.get(flow.key, flow.title)) for flow in standing]
    return tuple(sorted([*told, *fresh(flows, closed)], key=attrgetter("day")))


def fresh(flows: Iterable[Flow], closed: Posted) -> list[Flow]:
    """What no closing has: flows of open days, and from the first of them what has changed of closed ones."""
    boundary = closed.boundary
    known: Counter[tuple[Any, ...]] = Counter()
    told: dict[tuple[Any, ...], Flow] = {}
    for of in closed.flows.values():
        for flow in of:
            mark = _mark(flow)
            known[mark] += 1 if flow.copies > 0 else -1
            if flow.copies > 0:
                told.setdefault(mark, flow)
    found: list[Flow] = []
    late: list[Flow] = []
    for flow in flows:
        if flow.day >= boundary:
            found.append(flow)
        elif known[_mark(flow)] > 0:
            known[_mark(flow)] -= 1
        else:
            late.append(flow)
    moved = {(flow.key, flow.day) for flow in late if flow.column in INWARD and flow.key}
    found = [_arrived(flow, moved, boundary) for flow in found]
    corrected = [_late(_arrived(flow, moved, boundary), boundary) for flow in late]
    gone = [_reversed(told[mark], boundary) for mark, left in known.items() for _ in range(max(left, 0))]
    return [*found, *corrected, *gone]


def plan(flows: Sequence[Flow], closed: Posted, window: Window) -> ClosingPlan:
    """What closing a period would post.

    Raises:
        ConfigError: it is closed already, or open days lie before it.
    """
    boundary = closed.boundary
    if boundary and window.after <= boundary:
        raise ConfigError(
            f"{window.label} is closed already", hint="`rabis-sync period list` shows what is closed."
        )
    if boundary and window.first > boundary:
        raise ConfigError(
            f"{window.label} cannot be closed: the days from {boundary} on are still open",
            hint="Close the periods before it first: figures must follow from each other without a gap.",
        )
    new = tuple(
        sorted(
            (flow for flow in fresh(flows, closed) if flow.day < window.after),
            key=lambda flow: tuple(map(str, flow)),
        )
    )
    before = closed.periods[-1] if closed.periods else None
    sign = [1 if flow.column in INWARD else -1 for flow in new]
    copies = (before.copies if before else 0) + sum(
        s * flow.copies for s, flow in zip(sign, new, strict=True)
    )
    amount = (before.amount if before else 0) + sum(
        s * flow.amount for s, flow in zip(sign, new, strict=True)
    )
    stamp = digest(window.label, new, before.digest if before else "")
    return ClosingPlan(window, new, copies, amount, stamp)


def keep(unit: Unit, decided: ClosingPlan, at: datetime) -> Choice:
    """Close a period by its plan; what the journal is to keep."""
    window = decided.window
    values = {
        "label": window.label, "first": window.first, "after": window.after, "closed_at": at,
        "flows": len(decided.flows), "copies": decided.copies, "amount": decided.amount, "digest":
        decided.digest,
    }  # fmt: skip
    number = unit.periods.add(values, map(row, decided.flows))
    subject = {
        "period": window.label, "copies": decided.copies, "amount": plain(major(decided.amount)),
        "digest": decided.digest,
    }  # fmt: skip
    return Choice(KIND, subject, {}, {"closing": number})


def reopen(unit: Unit, decision: Decision) -> None:
    """Open a period again: only the last one, since later ones follow from it.

    Raises:
        ConfigError: a later period is closed.
    """
    number = decision.after["closing"]
    periods = unit.periods.closed()
    if periods and periods[-1].id != number:
        raise ConfigError(
            f"{decision.subject['period']} cannot be opened again while {periods[-1].label} is closed",
            hint=f"Open {periods[-1].label} first: its figures follow from this period's.",
        )
    unit.periods.remove(number)


def corrections(flows: Iterable[Flow], window: Window) -> tuple[Correction, ...]:
    """Documents of closed time that count in a period, each with what it changes, by day and document."""
    documents: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    for flow in flows:
        if flow.dated and window.holds(flow.day):
            documents[flow.dated, flow.column, flow.batch or flow.document].append(flow)
    return tuple(_correction(*named, of) for named, of in sorted(documents.items()))


def _correction(dated: str, column: str, document: str, of: Sequence[Flow]) -> Correction:
    signs = {flow.copies > 0 for flow in of}
    branches = {flow.branch for flow in of}
    numbers = sorted({flow.number for flow in of if flow.number})
    named = (*numbers[:_NAMED], *(("…",) if len(numbers) > _NAMED else ()))
    figure = Figure(0, sum(flow.copies for flow in of), sum(flow.amount for flow in of))
    what = "changed" if len(signs) > 1 else "late" if signs == {True} else "withdrawn"
    branch = branches.pop() if len(branches) == 1 else ""
    return Correction(what, "" if dated == UNDATED else dated, column, branch, document, named, figure)


def row(flow: Flow) -> tuple[Any, ...]:
    """A flow as the store keeps it: the columns of `store.periods.FLOW_COLUMNS`."""
    title = f"{_RECORD}{flow.title}" if isinstance(flow.title, int) else flow.title
    values = flow._replace(title=title)
    at = Flow._fields.index("came")
    return (*values[:at], *flow.came, *values[at + 1 :])


def _flow(values: Sequence[Any]) -> Flow:
    at = Flow._fields.index("came")
    flow = Flow._make((*values[:at], (values[at], values[at + 1]), *values[at + 2 :]))
    title = str(flow.title)
    number = title.removeprefix(_RECORD)
    known = title.startswith(_RECORD) and number.isdecimal()
    return flow._replace(
        title=int(number) if known else title, on_balance=bool(flow.on_balance), vague=bool(flow.vague)
    )


def digest(label: str, flows: Iterable[Flow], before: str) -> str:
    """SHA-256 of a closing: its label, its flows in order, the digest of the closing before it."""
    found = sha256(f"{before}\n{label}\n".encode())
    for flow in flows:
        found.update(
            json.dumps(row(flow), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        )
        found.update(b"\n")
    return found.hexdigest()


def _mark(flow: Flow) -> tuple[Any, ...]:
    """What makes a flow the same at two readings; a title may become a record's and is none of it."""
    day = EVER if flow.dated == UNDATED else flow.dated or flow.day
    return (
        day, flow.column, flow.branch, flow.kind, flow.content_class, flow.language, flow.supply, flow.reason,
        abs(flow.copies), abs(flow.amount), abs(flow.unpriced), flow.batch, flow.document,
        flow.key or flow.number,
    )  # fmt: skip


def _late(flow: Flow, boundary: str) -> Flow:
    return flow._replace(day=boundary, dated=flow.day or UNDATED)


def _reversed(flow: Flow, boundary: str) -> Flow:
    """What is posted and no longer told: taken back from the first open day on."""
    return flow._replace(
        day=boundary, dated=flow.dated or flow.day or UNDATED, copies=-flow.copies, amount=-flow.amount,
        unpriced=-flow.unpriced,
    )  # fmt: skip


def _arrived(flow: Flow, moved: set[tuple[str, str]], boundary: str) -> Flow:
    """What leaves had come when it counted as come."""
    day, column = flow.came
    return flow._replace(came=(boundary, column)) if column and (flow.key, day) in moved else flow
