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
        self._names: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, booking: Booking, *, catalogued: bool) -> None:
        """Copies in the fund by the books."""
        branch = self._branches.of(booking.branch)
        self._names[branch][booking.branch] += 1
        self._copies[branch, booking.content_class] += booking.quantity
        if catalogued:
            self._catalogued[branch, booking.content_class] += booking.quantity

    def rows(self) -> Iterator[tuple[str, str, int, int]]:
        """Branch as the books most often call it, content class, copies, catalogued ones among them."""
        shown = {
            branch: min(names, key=lambda one: (-names[one], one)) for branch, names in self._names.items()
        }
        for (branch, content_class), copies in sorted(self._copies.items()):
            yield shown[branch], content_class, copies, self._catalogued[branch, content_class]
