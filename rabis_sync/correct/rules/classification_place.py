"""A BBK number in the field of UDC, and the reverse.

Before:    675 $a63.3(5Каз)я73
Suggested: 686 ##$a63.3(5Каз)я73$2rubbk

Only a number whose form is impossible in the one classification and usual in the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct import classes
from rabis_sync.correct.lines import full_line
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import Found
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Homes:
    """Where the numbers of both belong.

    Attributes:
        udc: tag of UDC.
        bbk: tag of BBK.
        system: subfield that names the classification in the field of BBK.
        names: its values for BBK, the first for new fields.
        edition: subfields of the field of UDC that do not go with a number of BBK.
    """

    udc: str
    bbk: str
    system: str
    names: list[str]
    edition: str


@dataclass(frozen=True)
class Settings:
    """Where the numbers belong.

    Attributes:
        homes: by family.
    """

    homes: dict[str, Homes]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Numbers in each other's fields."""
    settings: Settings = background.settings
    homes = settings.homes[record.dialect.family]
    for tag, misplaced in ((homes.udc, classes.is_bbk), (homes.bbk, classes.is_udc)):
        for nth, parts in enumerate(record.index.parts(tag) if tag in record.index.texts else [], 1):
            numbers = [part[1:].strip() for part in parts[1:] if part[:1] == "a"]
            if not numbers or not all(map(misplaced, numbers)):
                continue
            kept = [
                (part[0], part[1:])
                for part in parts[1:]
                if part and part[0] not in homes.edition + homes.system
            ]
            if tag == homes.bbk:
                if not any(f"{homes.system}{name}" in parts for name in homes.names):
                    continue
                line = full_line(Field.data(homes.udc, "  ", kept))
            else:
                line = full_line(Field.data(homes.bbk, "  ", [*kept, (homes.system, homes.names[0])]))
            one = Found(tag, nth, 1, parts)
            params = {"number": ", ".join(numbers), "is_bbk": tag == homes.udc, "after": line}
            yield Fault(one.field(record), "suggest", params=params)


def _looks(known: Background, dialect: Dialect) -> Callable[[str], bool]:
    home: Homes = known.settings.homes[dialect.family]
    return {home.udc, home.bbk}.__contains__


RULE = Rule(
    id="classification_place",
    version=1,
    order=72,
    severity="warning",
    actions=("suggest",),
    definition="https://udcc.org/index.php/site/page?view=about_structure",
    find=find,
    mend=lambda _text, fault: str(fault.params["after"]),
    settings=Settings,
    looks=_looks,
)
