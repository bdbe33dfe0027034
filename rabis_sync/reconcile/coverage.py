"""How much of what is on the books the catalogue knows, branch by branch and class by class."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.sections import Shelf


def coverage(
    copies: Mapping[Shelf, int], catalogued: Mapping[Shelf, int], branches: Branches
) -> Iterator[tuple[str, str, int, int]]:
    """Branch as the books most often call it, content class, copies, catalogued ones among them.

    Args:
        copies: on the books, by the branch's name there and content class.
        catalogued: those of them that the catalogue has.
        branches: what is one branch under many names.
    """
    shown = _shown(copies, branches)
    found: dict[Shelf, list[int]] = defaultdict(lambda: [0, 0])
    for shelf, number in copies.items():
        row = found[shown[shelf[0]], shelf[1]]
        row[0] += number
        row[1] += catalogued.get(shelf, 0)
    for (branch, content_class), (all_copies, known) in sorted(found.items()):
        yield branch, content_class, all_copies, known


def _shown(copies: Mapping[Shelf, int], branches: Branches) -> dict[str, str]:
    """The name that stands for every name of a branch."""
    used: Counter[str] = Counter()
    for (name, _), number in copies.items():
        used[name] += number
    ordered = sorted(used, key=lambda name: (-used[name], name))
    first: dict[str, str] = {}
    for name in ordered:
        first.setdefault(branches.of(name), name)
    return {name: first[branches.of(name)] for name in ordered}
