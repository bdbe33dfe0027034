"""Which items a page shows beside its own: by the same people, on the same subjects, of the same place.

Items that share a value stand in a ring in the order of their titles, and each is shown those that follow
it. So every item is shown somewhere, and a new one changes the pages of the few before it, not of all that
share its subject.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rabis_sync.publish.facets import Values
    from rabis_sync.publish.item import PublicItem

#: Items shown beside one, and how many of them one value may bring.
MOST, OF_ONE = 6, 3
#: What brings items together, the strongest bond first.
_BONDS = ("author", "subject", "place")


def neighbours(
    ordered: Sequence[PublicItem], values_in: Callable[[str], Callable[[PublicItem], Values]]
) -> dict[str, tuple[PublicItem, ...]]:
    """Neighbours of each item, by its identifier.

    Args:
        ordered: all items in the order of their titles.
        values_in: gives what gives the values of an item in a facet (`Release.values_in`).
    """
    rings: dict[tuple[str, str], list[PublicItem]] = {}
    places: dict[str, list[tuple[list[PublicItem], int]]] = {}
    bonds = [(bond, values_in(bond)) for bond in _BONDS]
    for item in ordered:
        own = places[item.id] = []
        rings_of = dict.fromkeys((bond, slug) for bond, values in bonds for _, slug in values(item))
        for ring in rings_of:
            members = rings.setdefault(ring, [])
            own.append((members, len(members)))
            members.append(item)
    return {item_id: _chosen(own) for item_id, own in places.items()}


def _chosen(places: Sequence[tuple[Sequence[PublicItem], int]]) -> tuple[PublicItem, ...]:
    """Who follows at some places in rings."""
    found: dict[str, PublicItem] = {}
    for members, place in places:
        fresh = 0
        for step in range(1, len(members)):
            following = members[(place + step) % len(members)]
            if following.id not in found:
                found[following.id] = following
                fresh += 1
                if fresh == OF_ONE:
                    break
        if len(found) >= MOST:
            break
    return tuple(islice(found.values(), MOST))
