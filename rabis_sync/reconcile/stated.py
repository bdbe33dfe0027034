"""Totals that the books state themselves, by the days for which they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.reconcile.entry import (
    ACQUIRED,
    ALL_ACQUIRED,
    ALL_WRITTEN_OFF,
    BALANCE,
    CLOSING,
    OPENING,
    WRITTEN_OFF,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.reconcile.branches import Branches

#: Totals of stock, of flows, and of single records of the КСУ.
STANDING = frozenset({OPENING, CLOSING})
OVERALL = frozenset({ALL_ACQUIRED, ALL_WRITTEN_OFF})
RECORDS = frozenset({ACQUIRED, WRITTEN_OFF})
__all__ = ["BALANCE", "OVERALL", "RECORDS", "STANDING", "Stated"]


class Stated(NamedTuple):
    """A total of the books.

    Attributes:
        first: of a stock the day that begins with it; of flows their first day; of a record its day.
        after: the first day after the flows; equal to `first` for a stock.
        branch: as it is shown; empty: the whole library.
        amount: in minor units; None when not told, as titles and copies.
        shares: copies by dimension and code.
    """

    ledger: str
    place: str
    part: str
    first: str
    after: str
    branch: str
    number: str
    supply: str
    document: str
    act: str
    reason: str
    titles: int | None
    copies: int | None
    amount: int | None
    currency: str
    shares: Mapping[str, Mapping[str, int]]

    @staticmethod
    def of(row: Mapping[str, Any], branches: Branches, shown: Mapping[str, str]) -> Stated:
        """A row of the store (`store.ledgers.Ledgers.summaries`)."""
        first, after = _days(row["part"], row["date"])
        return Stated(
            ledger=row["ledger"],
            place=row["place"],
            part=row["part"],
            first=first,
            after=after,
            branch=shown.get(branches.of(row["branch"]), row["branch"]),
            number=row["number"],
            supply=row["supply"],
            document=row["document"],
            act=row["act"],
            reason=row["reason_code"] or row["reason"],
            titles=row["titles"],
            copies=row["copies"],
            amount=row["amount"],
            currency=row["currency"],
            shares=row["shares"],
        )

    def measure(self, name: str) -> int | None:
        """``copies``, ``amount``, ``titles``; or copies of a share, ``language.kaz``; None: not told."""
        dimension, dot, code = name.partition(".")
        if not dot:
            found: int | None = getattr(self, name)
            return found
        told = self.shares.get(dimension)
        return None if told is None else told.get(code, 0)


def _days(part: str, told: str) -> tuple[str, str]:
    first, slash, last = told.partition("/")
    if slash:
        return first, _next(last)
    if not told:
        return "", ""
    if part in {CLOSING, BALANCE}:
        boundary = _end(told)
        return boundary, boundary
    day = f"{told}{'-01-01'[len(told) - 4 :]}" if len(told) < len("2023-01-01") else told[:10]
    return day, day


def _end(told: str) -> str:
    """The day that begins with the stock: «на 01.01.2024» and «на 31.12.2023» are said of one stock."""
    if len(told) == len("2023"):
        return f"{int(told) + 1}-01-01"
    if len(told) == len("2023-01"):
        return (date.fromisoformat(f"{told}-01") + timedelta(days=31)).replace(day=1).isoformat()
    return told[:10] if told[:10].endswith("-01") else _next(told[:10])


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
