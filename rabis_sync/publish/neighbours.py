"""Which items a page shows beside its own: by the same people, on the same subjects, of the same place.

Items that share a value stand in a ring in the order of their titles, and each is shown those that follow
it. So every item is shown somewhere, and a new one changes the pages of the few before it, not of all that
share its subject.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from rabis_sync.publish.facets import values_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rabis_sync.publish.item import PublicItem

#: Items shown beside one, and how many of them one value may bring.
MOST, OF_ONE = 6, 3
#: What brings items together, the strongest bond first.
_BONDS = ("author", "subject", "place")


def neighbours(ordered: Sequence[PublicItem]) -> dict[str, tuple[PublicItem, ...]]:
    """Neighbours of each item, by its identifier.

    Args:
        ordered: all items in the order of their titles.
    """
    rings: dict[tuple[str, str], list[PublicItem]] = {}
    places: dict[tuple[str, str, str], int] = {}
    for item in ordered:
        for ring in _rings(item):
            members = rings.setdefault(ring, [])
            if not members or members[-1].id != item.id:
                places[*ring, item.id] = len(members)
                members.append(item)
    return {item.id: _chosen(item, rings, places) for item in ordered}


def _rings(item: PublicItem) -> Iterator[tuple[str, str]]:
    return ((bond, slug) for bond in _BONDS for _, slug in values_of(item, bond))


def _chosen(
    item: PublicItem,
    rings: Mapping[tuple[str, str], Sequence[PublicItem]],
    places: Mapping[tuple[str, str, str], int],
) -> tuple[PublicItem, ...]:
    found: dict[str, PublicItem] = {}
    for ring in _rings(item):
        members, place = rings[ring], places[*ring, item.id]
        following = (members[(place + step) % len(members)] for step in range(1, len(members)))
        fresh = (one for one in following if one.id not in found)
        found |= {one.id: one for one in islice(fresh, OF_ONE)}
        if len(found) >= MOST:
            break
    return tuple(islice(found.values(), MOST))
