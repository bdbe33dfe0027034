"""Which record of a cluster stays: the one that is used and described most, and why in words for the report.

Compared one after the other: copies, numbers that identify it (ISBN, ISSN, national bibliography), subject
headings and classes, full text, level of cataloguing, number of fields; between equals the control number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rabis_sync.marc.dialect import STRICT
from rabis_sync.marc.fields import FIELD_END

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.marc.dialect import Dialect

#: Why one stays where nothing tells the records apart but their numbers.
BY_NAME = ("name", 0, 0)


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


@dataclass(frozen=True)
class LevelOrder:
    """Where the leader says how fully a record is described, and its codes, the fullest first."""

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    position: int
    order: str


@dataclass(frozen=True, slots=True)
class Signs:
    """Where the records of a family show what they are worth.

    Attributes:
        subjects: tags of subject headings and classes.
        full_text: tags of links.
        level: level of cataloguing.
    """

    subjects: frozenset[str]
    full_text: frozenset[str]
    level: LevelOrder

    @staticmethod
    def of(dialect: Dialect, level: LevelOrder) -> Signs:
        """As the dialect says."""

        def tags(element: str) -> set[str]:
            return {path.tag for path in dialect.paths[element]}

        subjects = {one.tag for one in dialect.subjects} | tags("classification")
        return Signs(frozenset(subjects), frozenset(tags("urls")), level)


def worth(canonical: str, items: int, identifiers: int, signs: Signs | None) -> Worth:
    """What a record is worth keeping for.

    Args:
        canonical: the record.
        items: how many copies it has.
        identifiers: how many numbers it has that identify the book.
        signs: of its family; without them only copies, numbers and fields count.
    """
    leader, *fields = canonical.split(FIELD_END)
    if signs is None:
        return Worth(items, identifiers, 0, 0, 0, len(fields))
    tags = [text[:3] for text in fields]
    at = signs.level.order.find(leader[signs.level.position])
    return Worth(
        items,
        identifiers,
        sum(tag in signs.subjects for tag in tags),
        sum(tag in signs.full_text for tag in tags),
        -(at if at >= 0 else len(signs.level.order)),
        len(fields),
    )


def survivor(worths: Mapping[int, Worth], names: Mapping[int, tuple[str, str]]) -> int:
    """The record to keep.

    Args:
        worths: by record id.
        names: source and control number by record id; the ids follow the order of harvest and decide nothing.
    """
    return min(worths, key=lambda number: ([-part for part in worths[number]], names[number]))


def reason(worths: Mapping[int, Worth], chosen: int) -> tuple[str, int, int]:
    """Why it was chosen: the first column that tells it from the next best, its value, and the other's."""
    mine, best = worths[chosen], max(one for number, one in worths.items() if number != chosen)
    for column, own, other in zip(Worth._fields, mine, best, strict=True):
        if own != other:
            return column, own, other
    return BY_NAME
