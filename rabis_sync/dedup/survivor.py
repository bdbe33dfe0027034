"""Which record of a cluster stays: the one that is used and described most, and why in words for the report.

Compared one after the other: copies, numbers that identify it (ISBN, ISSN, national bibliography), subject
headings, full text, level of cataloguing, number of fields; between equals the smaller control number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.marc.record import Record

#: Leader/17 in the order of fullness, where no mapping says otherwise.
LEVEL_POSITION = 17


class Worth(NamedTuple):
    """What speaks for keeping a record; more is better in every column.

    Attributes:
        items: copies it has.
        identifiers: numbers that identify the book.
        subjects: subject headings and classes.
        full_text: links to the text itself.
        level: fullness that its cataloguer claims, 0 the fullest and below.
        fields: number of fields.
    """

    items: int
    identifiers: int
    subjects: int
    full_text: int
    level: int
    fields: int


def worth(record: Record, items: int, level_order: str, position: int = LEVEL_POSITION) -> Worth:
    """What a record is worth keeping for.

    Args:
        record: the record.
        items: how many copies it has.
        level_order: codes of the level of cataloguing, the fullest first; an unknown one comes last.
        position: where in the leader the code stands.
    """
    numbers = {one.canonical for one in (*record.isbns(), *record.issns()) if one.canonical}
    national = [*record.values("national_number"), *record.values("legal_deposit")]
    at = level_order.find(record.marc.leader[position])
    return Worth(
        items,
        len(numbers) + len(national),
        len(record.subjects()) + len(record.values("classification")),
        len(record.urls()),
        -(at if at >= 0 else len(level_order)),
        len(record.marc.fields),
    )


def survivor(worths: Mapping[int, Worth], names: Mapping[int, tuple[str, str]]) -> int:
    """The record to keep.

    Args:
        worths: by record id.
        names: source and control number by record id; the ids follow the order of harvest and decide nothing.
    """
    return min(worths, key=lambda number: ([-part for part in worths[number]], names[number]))


def reason(worths: Mapping[int, Worth], chosen: int) -> tuple[str, int, int]:
    """Why it was chosen: the first column that tells it from the next best, its value, and the other's.

    Returns:
        ``("name", 0, 0)`` where all are equal and the control number decided.
    """
    others: Sequence[Worth] = [one for number, one in worths.items() if number != chosen]
    mine, best = worths[chosen], max(others)
    for column in Worth._fields:
        own, other = getattr(mine, column), getattr(best, column)
        if own != other:
            return column, own, other
    return "name", 0, 0
