"""Copies that another source tells fresher: what it says of a copy counts, what it does not say stays.

The card of Web-RABIS leaves out every copy that is ordered or lent at the moment, and knows neither price nor
acts: taken for the whole truth, it would take lent books off the books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.marc.items import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A row of the item table without the record: position, then the columns of `Item` in their order.
Row = tuple[object, ...]

_KEY, _BARCODE, _WITHDRAWN, _QUANTITY = (
    1 + Item._fields.index(name) for name in ("inventory_key", "barcode", "withdrawn", "quantity")
)


def refreshed(stored: Sequence[Row], fresh: Sequence[Row]) -> list[Row]:
    """The copies of a record after a fresher source spoke of some of them.

    Args:
        stored: rows as they are, in their order.
        fresh: rows of the fresher source; a copy is known by its inventory number, else by its barcode.

    Returns:
        The stored rows, each with what is told anew of it, then copies that were not known.
    """
    rows = list(stored)
    places: dict[tuple[int, object], int] = {}
    for place, row in enumerate(rows):
        for sign in _signs(row):
            places.setdefault(sign, place)
    taken: set[int] = set()
    for row in fresh:
        known = [places[sign] for sign in _signs(row) if sign in places]
        if not known or known[0] in taken:
            rows.append((len(rows) + 1, *row[1:]))
        else:
            taken.add(known[0])
            rows[known[0]] = _told(rows[known[0]], row)
    return rows


def _signs(row: Row) -> list[tuple[int, object]]:
    return [(column, row[column]) for column in (_KEY, _BARCODE) if row[column]]


def _told(old: Row, new: Row) -> Row:
    row = [was if told in ("", None) else told for was, told in zip(old, new, strict=True)]
    row[0] = old[0]
    row[_WITHDRAWN] = new[_WITHDRAWN]
    row[_QUANTITY] = 0 if new[_WITHDRAWN] else old[_QUANTITY] or new[_QUANTITY]
    return tuple(row)
