"""Which numbers the catalogue covers: a hole among them is a fault, stock never catalogued is not."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

#: How many booked numbers on either side are looked at, and which part of them must be catalogued.
REACH, COVERED = 10, 0.8

_PARTS = re.compile(r"\d+|\D+")


class Booked(NamedTuple):
    """A copy on the books.

    Attributes:
        shelf: what has a series of numbers of its own: a branch.
        key: inventory number for comparing.
        catalogued: the catalogue has it.
    """

    shelf: Hashable
    key: str
    catalogued: bool


def missing(stock: Iterable[Booked]) -> set[tuple[Hashable, str]]:
    """(shelf, key) of every booked copy that is not in the catalogue though its neighbours are.

    Neighbours are the next `REACH` booked numbers of the series below and above. There must be catalogued
    ones on both sides, and on both together at least the part `COVERED`.
    """
    series: dict[tuple[Hashable, str], dict[tuple[tuple[int, str], ...], tuple[str, bool]]] = {}
    for shelf, key, catalogued in stock:
        prefix, order = _placed(key)
        if order:
            numbers = series.setdefault((shelf, prefix), {})
            known = numbers.get(order)
            numbers[order] = (key, catalogued or (known is not None and known[1]))
    return {(shelf, key) for (shelf, _), numbers in series.items() for key in _holes(numbers)}


def _holes(numbers: dict[tuple[tuple[int, str], ...], tuple[str, bool]]) -> Iterable[str]:
    run = [numbers[order] for order in sorted(numbers)]
    counted = [0, *accumulate(int(catalogued) for _, catalogued in run)]
    for at, (key, catalogued) in enumerate(run):
        if catalogued:
            continue
        low, high = max(0, at - REACH), min(len(run), at + 1 + REACH)
        below, above = counted[at] - counted[low], counted[high] - counted[at + 1]
        if below and above and below + above >= COVERED * (high - low - 1):
            yield key


def _placed(key: str) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Letters before the number, and the rest as it is ordered; empty where there is no number."""
    parts = _PARTS.findall(key)
    prefix = parts.pop(0) if parts and not parts[0].isdecimal() else ""
    return prefix, tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
