"""How much of what is on the books the catalogue knows, branch by branch and class by class."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.sides import Booking


class Coverage:
    """Counted while the books are walked.

    Args:
        branches: what is one branch under many names.
    """

    def __init__(self, branches: Branches) -> None:
        self._branches = branches
        self._copies: Counter[tuple[str, str]] = Counter()
        self._catalogued: Counter[tuple[str, str]] = Counter()

    def add(self, booking: Booking, *, catalogued: bool) -> None:
        """Copies in the fund by the books."""
        shelf = booking.branch, booking.content_class
        self._copies[shelf] += booking.quantity
        if catalogued:
            self._catalogued[shelf] += booking.quantity

    def rows(self) -> Iterator[tuple[str, str, int, int]]:
        """Branch as the books most often call it, content class, copies, catalogued ones among them."""
        shown = self._shown()
        found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for shelf, copies in self._copies.items():
            row = found[shown[shelf[0]], shelf[1]]
            row[0] += copies
            row[1] += self._catalogued[shelf]
        for (branch, content_class), (copies, catalogued) in sorted(found.items()):
            yield branch, content_class, copies, catalogued

    def _shown(self) -> dict[str, str]:
        """The name that stands for every name of a branch."""
        used: Counter[str] = Counter()
        for (name, _), copies in self._copies.items():
            used[name] += copies
        ordered = sorted(used, key=lambda name: (-used[name], name))
        first: dict[str, str] = {}
        for name in ordered:
            first.setdefault(self._branches.of(name), name)
        return {name: first[self._branches.of(name)] for name in ordered}
