"""The general material designation inside the title, or with the brackets that the display puts around it.

Before: 200 $aАбай жолы [Текст]$eроман
After:  200 $aАбай жолы$bТекст$eроман
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.rule import Action
    from rabis_sync.marc.record import Record

_BRACKET = re.compile(r"\[")


@dataclass(frozen=True)
class Settings:
    """Designations.

    Attributes:
        titles: slots by family in which one may have been written.
        home: by family, the subfield for it; empty where the format stores the brackets.
        designations: the words of the standards.
    """

    titles: dict[str, list[str]]
    home: dict[str, str]
    designations: list[str]


@lru_cache(maxsize=4)
def _pattern(designations: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, designations))
    return re.compile(
        rf"(?P<before>.*?)\s*\[\s*(?P<words>{words})\s*\]\s*(?P<behind>.*)", re.IGNORECASE | re.DOTALL
    )


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Titles with a designation in them, and designations in brackets."""
    settings: Settings = background.settings
    home = settings.home.get(record.dialect.family, "")
    if not home:
        return
    pattern = _pattern(tuple(settings.designations))
    for one in found(record, slots_of(settings.titles, record), _BRACKET):
        told = pattern.fullmatch(one.value)
        if told is None or (told["behind"] and told["behind"][0].isalnum()):
            continue
        if one.code == home:
            if not (told["before"] or told["behind"]):
                pairs = [(home, told["words"])]
                yield Fault(
                    one.field(record),
                    "fix",
                    one.value,
                    {"words": told["words"], **moves({(home, one.value): pairs})},
                )
        elif told["before"] and f"{home}{told['words']}" not in one.parts:
            there = any(part[:1] == home for part in one.parts[1:])
            text = f"{told['before']}{told['behind']}"
            changed = {(one.code, one.value): [(one.code, text), (home, told["words"])]}
            action: Action = "suggest" if there or told["behind"] else "fix"
            yield Fault(one.field(record), action, one.value, {"words": told["words"], **moves(changed)})


RULE = Rule(
    id="material_designation",
    version=1,
    order=62,
    severity="info",
    actions=("fix", "suggest"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=rearranged,
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.titles),
    worth=_BRACKET.search,
)
