"""The movement of the fund over a period: what stood, came, went and stands, in titles, copies and amount.

A pure function of flows. Rules: docs/fund.md. A title is counted once wherever several of its copies stand;
it comes with its first copy and goes with its last one, so titles of branches do not add up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from operator import add, attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rabis_sync.reconcile.flows import EVER, INWARD
from rabis_sync.store.statements import COLUMNS, Figure, FundRow, Movement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.rules import FundRules

_OPENING, _CLOSING = COLUMNS.index("opening"), COLUMNS.index("closing")
_ACQUIRED = COLUMNS.index("acquired")
_AT = {name: at for at, name in enumerate(COLUMNS)}

_Counts = npt.NDArray[np.int32]


class Window(NamedTuple):
    """A period as days: from `first` up to, but without, `after` (ISO 8601)."""

    label: str
    first: str
    after: str

    def holds(self, day: str) -> bool:
        """True for a day of it."""
        return self.first <= day < self.after

    @property
    def last(self) -> str:
        """Its last day."""
        return (date.fromisoformat(self.after) - timedelta(days=1)).isoformat()


class Cell(NamedTuple):
    """What is counted together."""

    branch: str
    kind: str
    content_class: str
    language: str
    supply: str
    reason: str


class _Part:
    """What one cell adds up to.

    Most copies only stand: their titles are looked at as whole sets, one by one only where something moved.
    """

    __slots__ = ("amounts", "copies", "moved", "placed", "stood", "taken", "unpriced")

    def __init__(self) -> None:
        self.copies = [0, 0, 0, 0, 0]
        self.amounts = [0, 0, 0, 0, 0]
        self.unpriced = [0, 0, 0, 0, 0]
        #: Copies that stood before the period, by title, without those of which none did.
        self.stood: dict[int | str, int] = {}
        #: Copies that came and went in the period, by title and column.
        self.moved: dict[int | str, list[int]] = {}
        self.taken: dict[int | str, list[int]] = {}
        #: `stood` as places of its titles among all titles, and their copies, once the movement is whole.
        self.placed: tuple[_Counts, _Counts] | None = None

    def add(self, column: int, flow: Flow, sign: int = 1) -> None:
        copies = sign * flow.copies
        self.copies[column] += copies
        self.amounts[column] += sign * flow.amount
        self.unpriced[column] += sign * flow.unpriced
        if column == _OPENING:
            held = self.stood.get(flow.title, 0) + copies
            if held:
                self.stood[flow.title] = held
            else:
                self.stood.pop(flow.title, None)
            return
        counted = self.moved.get(flow.title)
        if counted is None:
            counted = self.moved[flow.title] = [0, 0, 0, 0, 0]
        counted[column] += copies

    def merge(self, other: _Part) -> None:
        """Take in another part; it stays as it is."""
        for name in ("copies", "amounts", "unpriced"):
            mine = getattr(self, name)
            for at, value in enumerate(getattr(other, name)):
                mine[at] += value
        for title, held in other.stood.items():
            self.stood[title] = self.stood.get(title, 0) + held
        for mine, theirs in ((self.moved, other.moved), (self.taken, other.taken)):
            for title, counted in theirs.items():
                known = mine.get(title)
                mine[title] = (
                    [*counted] if known is None else [a + b for a, b in zip(known, counted, strict=True)]
                )

    def take(self, flow: Flow, sign: int = 1) -> None:
        taken = self.taken.setdefault(flow.title, [0, 0])
        taken[0] += sign * flow.copies
        taken[1] += sign * flow.amount


class Moved:
    """The movement of one period, to be looked at by any dimension.

    Args:
        flows: of all time, in the order of their days.
        window: the period.
    """

    def __init__(self, flows: Sequence[Flow], window: Window) -> None:
        self.window = window
        self._parts: dict[Cell, _Part] = defaultdict(_Part)
        self._known: dict[tuple[int, ...], Movement] = {}
        end = bisect_left(flows, window.after, key=attrgetter("day"))
        for flow in islice(flows, end):
            self._add(flow)

    def _add(self, flow: Flow) -> None:
        inward = flow.column in INWARD
        cell = Cell(flow.branch, flow.kind, flow.content_class, flow.language, flow.supply, "")
        part = self._parts[cell]
        if flow.day < self.window.first:
            part.add(_OPENING, flow, 1 if inward else -1)
            return
        at = _AT[flow.column]
        if not flow.reason:
            part.add(at, flow)
        else:
            # What leaves for a reason has a row of its own, and with it how it had come: the row balances.
            day, column = flow.came
            way = _OPENING if day < self.window.first else _AT[column]
            leaving = self._parts[cell._replace(reason=flow.reason)]
            part.add(way, flow, -1)
            leaving.add(way, flow)
            leaving.add(at, flow)
            if way == _ACQUIRED and flow.on_balance:
                part.take(flow, -1)
                leaving.take(flow)
        if at == _ACQUIRED and flow.on_balance:
            part.take(flow)

    def grouped(self, group: Callable[[str], str]) -> Moved:
        """The same movement with groups of branches in the place of branches: quicker to be looked at.

        Args:
            group: of a branch.
        """
        other = Moved((), self.window)
        for cell, part in self._parts.items():
            other._parts[cell._replace(branch=group(cell.branch))].merge(part)
        return other

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """What is counted together and is not nothing, in no order."""
        return tuple(cell for cell, part in self._parts.items() if any(part.copies) or any(part.amounts))

    def by(
        self, key: Callable[[Cell], Any], where: Callable[[Cell], bool] | None = None
    ) -> dict[Any, Movement]:
        """The movement of everything that has one key, by key; what is counted nowhere is left out.

        Args:
            key: of a cell.
            where: only such cells.
        """
        together: dict[Any, list[_Part]] = defaultdict(list)
        for cell, part in self._parts.items():
            if where is None or where(cell):
                together[key(cell)].append(part)
        found = {one: self._movement(parts) for one, parts in together.items()}
        return {one: movement for one, movement in found.items() if any(map(any, movement))}

    def whole(self, where: Callable[[Cell], bool] | None = None) -> Movement:
        """The movement of everything."""
        return self.by(lambda _: "", where).get("", NOTHING)

    def copies(self, column: str, where: Callable[[Cell], bool]) -> int:
        """Copies of a column in such cells: quicker than `whole` where titles are not asked for."""
        of = [part.copies for cell, part in self._parts.items() if where(cell)]
        return sum(map(_closing, of)) if column == "closing" else sum(one[_AT[column]] for one in of)

    def names(self, column: str, where: Callable[[Cell], bool] | None = None) -> int:
        """Titles of which copies are in a column of flows, whether the library had them before or not."""
        at = _AT[column]
        found: set[int | str] = set()
        for cell, part in self._parts.items():
            if where is None or where(cell):
                found.update(title for title, counted in part.moved.items() if counted[at] > 0)
        return len(found)

    def shares(self, column: str, dimension: str) -> Counter[str]:
        """Copies of a column by the codes of a dimension."""
        found: Counter[str] = Counter()
        for cell, part in self._parts.items():
            found[getattr(cell, dimension)] += (
                _closing(part.copies) if column == "closing" else part.copies[_AT[column]]
            )
        return found

    def unpriced(self, column: str) -> int:
        """Copies of a column whose price is not known."""
        of = [part.unpriced for part in self._parts.values()]
        return sum(map(_closing, of)) if column == "closing" else sum(one[_AT[column]] for one in of)

    def rows(self, rules: FundRules) -> tuple[FundRow, ...]:
        """Every row of the statement, in the order of its words."""
        found = self.by(lambda cell: cell)
        return tuple(
            FundRow(
                cell.branch, rules.group(cell.branch), cell.kind, cell.content_class, cell.language,
                cell.supply, cell.reason, movement, self._taken(cell),
            )
            for cell, movement in sorted(found.items())
        )  # fmt: skip

    def _movement(self, parts: Sequence[_Part]) -> Movement:
        """Of these parts; forms ask for the same ones again and again."""
        asked = tuple(map(id, parts))
        found = self._known.get(asked)
        if found is None:
            found = self._known[asked] = self._counted(parts)
        return found

    def _counted(self, parts: Sequence[_Part]) -> Movement:
        if len(parts) == 1:
            copies, amounts = parts[0].copies, parts[0].amounts
        else:
            copies, amounts = [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]
            for part in parts:
                copies = list(map(add, copies, part.copies))
                amounts = list(map(add, amounts, part.amounts))
        names = self._names(parts)
        return Movement(*map(Figure, names, [*copies, _closing(copies)], [*amounts, _closing(amounts)]))

    def _names(self, parts: Sequence[_Part]) -> list[int]:
        """Titles by column, each counted once over all the parts."""
        moved: dict[int | str, list[int]] = {}
        for part in parts:
            both = moved.keys() & part.moved.keys()
            again = {title: list(map(add, moved[title], part.moved[title])) for title in both}
            moved |= part.moved
            moved |= again
        stood = self._stood(parts)
        places = [self._places.get(title, -1) for title in moved]
        before = stood[places].tolist()
        stood[places] = 0
        resting = int(np.count_nonzero(stood))
        names = [resting, 0, 0, 0, 0, resting]
        # Of many titles there are few ways to move.
        _, *flows = zip(*moved.values(), strict=True) if moved else ((),) * len(names)
        for counted, titles in Counter(zip(before, *flows, strict=True)).items():
            for at in _titles(counted):
                names[at] += titles
        return names

    def _stood(self, parts: Sequence[_Part]) -> _Counts:
        """Copies that stood before the period by the place of their title; the last one is nobody's."""
        stood = np.zeros(len(self._places) + 1, dtype=np.int32)
        for part in parts:
            if part.placed is None:
                number = len(part.stood)
                places = np.fromiter(map(self._places.__getitem__, part.stood), np.int32, number)
                part.placed = places, np.fromiter(part.stood.values(), np.int32, number)
            places, copies = part.placed
            stood[places] += copies
        return stood

    @cached_property
    def _places(self) -> dict[int | str, int]:
        """A place of its own for every title that stood anywhere."""
        titles = dict.fromkeys(title for part in self._parts.values() for title in part.stood)
        return {title: at for at, title in enumerate(titles)}

    def _taken(self, cell: Cell) -> Figure:
        taken = self._parts[cell].taken
        return Figure(
            sum(one[0] > 0 for one in taken.values()),
            sum(one[0] for one in taken.values()),
            sum(one[1] for one in taken.values()),
        )


NOTHING = Movement(*[Figure()] * len(COLUMNS))


class Standing:
    """What stands before a day, counted straight from the flows: the other way to a closing figure.

    Args:
        flows: of all time.
        after: the day, ISO 8601; what happens on it does not count.
    """

    def __init__(self, flows: Iterable[Flow], after: str) -> None:
        self._titles: dict[tuple[str, ...], dict[int | str, int]] = defaultdict(dict)
        self._amounts: dict[tuple[str, ...], int] = defaultdict(int)
        for flow in flows:
            if flow.day < after:
                sign = 1 if flow.column in INWARD else -1
                cell = flow.branch, flow.kind, flow.content_class, flow.language
                held = self._titles[cell]
                held[flow.title] = held.get(flow.title, 0) + sign * flow.copies
                self._amounts[cell] += sign * flow.amount

    def by(self, dimension: str = "") -> dict[str, Figure]:
        """What stands by a dimension; of no dimension: all of it, by an empty code."""
        at = DIMENSIONS.index(dimension) if dimension else None
        together: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for cell in self._titles:
            together["" if at is None else cell[at]].append(cell)
        return {code: self._figure(cells) for code, cells in together.items()}

    def _figure(self, cells: Sequence[tuple[str, ...]]) -> Figure:
        counted: dict[int | str, int] = {}
        for cell in cells:
            for title, copies in self._titles[cell].items():
                counted[title] = counted.get(title, 0) + copies
        titles = sum(copies > 0 for copies in counted.values())
        return Figure(titles, sum(counted.values()), sum(self._amounts[cell] for cell in cells))


#: Dimensions that a stock is looked at by.
DIMENSIONS = ("branch", "kind", "content_class", "language")


def last_year(flows: Iterable[Flow], today: str) -> str:
    """The last year, up to today, in which anything came or went; today's where nothing ever did."""
    days = (flow.day for flow in flows if EVER < flow.day <= today)
    return max(days, default=today)[:4]


def _closing(counted: Sequence[int]) -> int:
    opening, acquired, received, written_off, passed_on = counted
    return opening + acquired + received - written_off - passed_on


def _titles(counted: Sequence[int]) -> list[int]:
    """Columns in which one title counts: it stands, comes with its first copy, goes with its last one."""
    opening, acquired, received, written_off, _ = counted
    stood, stands = opening > 0, _closing(counted) > 0
    found = [_OPENING] if stood else []
    if stands:
        found.append(_CLOSING)
    if not stood and (acquired or received):
        found.append(_AT["acquired"] if acquired else _AT["received"])
        if not stands:
            found.append(_AT["written_off"] if written_off else _AT["passed_on"])
    elif stood and not stands:
        found.append(_AT["written_off"] if written_off else _AT["passed_on"])
    return found
