"""Several numbers of a classification in one subfield: a search finds the first of them at best.

Before:    675 $a94(574); 37.016
Suggested: 675 $a94(574)
           675 $a37.016

Parted at semicolons and commas where each part is a number by itself, in BBK at the plus sign too, which UDC
has inside of numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct import classes
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_BETWEEN = re.compile(r"\s*;\s*|,\s+|\s+(?=\d{2,3}[.(]|[А-Я]\d)")
_WITH_PLUS = re.compile(rf"{_BETWEEN.pattern}|\s*\+\s*")
_WORTH = re.compile(r"[;+ ]")


@dataclass(frozen=True)
class Settings:
    """Where numbers stand, by family.

    Attributes:
        udc: slots of UDC.
        others: slots of other classifications.
    """

    udc: dict[str, list[str]]
    others: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Subfields with more than one number."""
    settings: Settings = background.settings
    for slots, between in ((settings.udc, _BETWEEN), (settings.others, _WITH_PLUS)):
        for one in found(record, slots_of(slots, record), _WORTH):
            pieces = [piece for piece in between.split(one.value.strip(" ;,+")) if piece]
            if (
                len(pieces) > 1
                and all(piece[-1].isalnum() or piece[-1] in ')]"' for piece in pieces)
                and all(map(classes.looks_whole, pieces))
            ):
                lines = [one.instead((one.code, piece)) for piece in dict.fromkeys(pieces)]
                params = {"numbers": ", ".join(pieces), "after": "\n".join(lines)}
                yield Fault(one.field(record), "suggest", one.value, params)


RULE = Rule(
    id="classification_several",
    version=1,
    order=70,
    severity="info",
    actions=("suggest",),
    definition="https://udcc.org/index.php/site/page?view=about_structure",
    find=find,
    mend=lambda _text, fault: str(fault.params["after"]),
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.udc, known.settings.others),
    worth=_WORTH.search,
)
