"""What the published items are to one another: sets and their volumes, prints and what was made of them.

A link is followed by the control number that the record gives, and leads to a page only where that item is
shown too. Who is named is told who names him: catalogues link a volume to its set and seldom the other way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.marc.links import Link
    from rabis_sync.marc.record import Record
    from rabis_sync.publish.standing import Key

#: Kind of a link -> what the one that is named calls the other.
_BACK = {
    "set": "volume",
    "volume": "set",
    "part": "host",
    "host": "part",
    "original": "reproduction",
    "reproduction": "original",
    "other_form": "other_form",
    "edition": "edition",
}
#: Every kind, in the order in which a page shows them.
KINDS = ("set", "host", "volume", "part", "original", "reproduction", "other_form", "edition")
#: The agency before a control number: «(KZ-KrOUB)b17».
_AGENCY = re.compile(r"\([^)]*\)\s*")


@dataclass(frozen=True, slots=True)
class Related:
    """A document that an item has to do with.

    Attributes:
        kind: one of `KINDS`.
        title: its title.
        part: number of the volume or issue, as written.
        item: its identifier, where it is shown too; else empty.
    """

    kind: str
    title: str
    part: str = ""
    item: str = ""


def relations(records: Mapping[Key, Record], shown: Mapping[Key, str]) -> dict[Key, tuple[Related, ...]]:
    """What each shown record has to do with, by its key; nothing for most.

    Args:
        records: the shown records.
        shown: their identifiers.
    """
    found: dict[Key, list[Related]] = {}
    told: dict[Key, list[Related]] = {}
    for key, record in records.items():
        for link in record.links():
            target = _target(key, link, shown)
            if target == key:
                continue
            title = link.title or (records[target].title() if target else "")
            if title:
                item = shown[target] if target else ""
                found.setdefault(key, []).append(Related(link.kind, title, link.part, item))
            if target:
                back = Related(_BACK[link.kind], record.title(), "", shown[key])
                told.setdefault(target, []).append(back)
    return {key: tuple(_merged(found.get(key, ()), told.get(key, ()))) for key in {**found, **told}}


def _target(key: Key, link: Link, shown: Mapping[Key, str]) -> Key | None:
    """The shown record of the same source that a link means."""
    numbers = (link.number, _AGENCY.sub("", link.number)) if link.number else ()
    return next(((key[0], number) for number in numbers if (key[0], number) in shown), None)


def _merged(own: list[Related] | tuple[()], told: list[Related] | tuple[()]) -> Iterator[Related]:
    """What the record says itself, then who names it and is not among these; by kind, in natural order."""
    named = {one.item for one in own if one.item}
    added = {one for one in told if one.item not in named}
    ordered = [*own, *sorted(added, key=lambda one: (_natural(one.title), one.item))]
    for kind in KINDS:
        yield from (one for one in ordered if one.kind == kind)


def _natural(text: str) -> list[tuple[int, str]]:
    """Volume 2 before volume 10."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"(\d+)", text)]
