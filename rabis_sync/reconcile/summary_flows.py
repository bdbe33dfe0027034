"""Lines of part 3 of the КСУ that say what came and went, for the time between the balances around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.entry import ALL_ACQUIRED, ALL_WRITTEN_OFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.taking import Taking

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_QUARTER = re.compile(r"(?<!\w)(IV|I{1,3}|[1-4])(?:\s*-?\s*(?:й|ый|ой))?\s*(?:кв|тоқс|qu)", re.IGNORECASE)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}
_PARTS = {"acquired": ALL_ACQUIRED, "written_off": ALL_WRITTEN_OFF}


@dataclass(slots=True)
class _Waiting:
    """A line whose time is known when the next balance comes."""

    place: str
    part: str
    line: str
    cells: dict[str, Any]


class Flows:
    """Keeps lines of flows until it is known from when to when they hold.

    Args:
        taking: makes totals of cells.
        columns: how such lines begin.
    """

    def __init__(self, taking: Taking, columns: LedgerColumns) -> None:
        self._taking, self._columns = taking, columns
        self._since = ""
        self._waiting: list[_Waiting] = []

    def add(self, place: str, line: str, cells: dict[str, Any]) -> None:
        """A line that is no balance; one that says neither came nor went is of no use."""
        part = _PARTS.get(self._columns.flow_of(line), "")
        if part:
            self._waiting.append(_Waiting(place, part, line, cells))

    def standing(self, day: str) -> Iterator[Told]:
        """A balance: the lines before it hold from the last balance to this one.

        Args:
            day: of the balance, ISO 8601; empty: there is none.
        """
        if day:
            yield from self._told(day)
            self._since = day

    def closing(self) -> Iterator[Told]:
        """The sheet ends: lines behind the last balance hold for the year that they or it name."""
        yield from self._told("")

    def _told(self, until: str) -> Iterator[Told]:
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            span = _span(one.line, self._since, until)
            if span:
                yield from self._taking.total(one.place, {**one.cells, "part": one.part, "span": span})


def _span(line: str, since: str, until: str) -> str:
    """First and last day for which a line holds, as «2023-01-01/2023-12-31»; empty where nothing tells it."""
    named = _YEAR.search(line)
    around = [_day(since, opening=True)] if since else [_day(until, opening=False)] if until else []
    year = named[1] if named else str(around[0].year) if around else ""
    quarter = _QUARTER.search(line)
    if quarter and year:
        number = _QUARTERS.get(quarter[1].upper()) or int(quarter[1])
        last = date(int(year) + number // 4, number * 3 % 12 + 1, 1) - timedelta(days=1)
        return f"{year}-{3 * number - 2:02d}-01/{last.isoformat()}"
    if since and until:
        first, last = _day(since, opening=True), _day(until, opening=False)
        return f"{first.isoformat()}/{last.isoformat()}" if first <= last else ""
    return f"{year}-01-01/{year}-12-31" if year else ""


def _day(told: str, *, opening: bool) -> date:
    """The first day after a balance, or the last before it; one of the first of a month opens that day."""
    if len(told) == len("2023"):
        return date(int(told), 1, 1) if opening else date(int(told), 12, 31)
    if len(told) == len("2023-01"):
        return (
            date.fromisoformat(f"{told}-01") if opening else date.fromisoformat(f"{told}-01") - timedelta(1)
        )
    found, step = date.fromisoformat(told[:10]), timedelta(days=1)
    begins = found.day == 1
    if opening:
        return found if begins else found + step
    return found - step if begins else found
