"""The number of a volume, or the edition, in the title proper of a record that names no set.

Before:    200 1#$aАбай жолы. 1-кітап
Suggested: 200 1#$aАбай жолы$h1-кітап

An edition («2-е изд., доп.») is proposed for its own field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import full_line
from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_DIGIT = re.compile(r"\d|[IVX]")


@dataclass(frozen=True)
class Settings:
    """Titles and what does not belong in them.

    Attributes:
        titles: slots by family.
        part: by family, the subfield for the number of a part.
        edition: by family, tag and subfield of the edition.
        parts: patterns of the number of a volume.
        editions: patterns of an edition statement.
    """

    titles: dict[str, list[str]]
    part: dict[str, str]
    edition: dict[str, str]
    parts: list[str]
    editions: list[str]


@lru_cache(maxsize=8)
def _behind(patterns: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(rf"(?<=[\w)»\"?!])\s*[.,:;/]\s*(?P<number>{words})$", re.IGNORECASE)


@lru_cache(maxsize=8)
def _alone(patterns: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(rf"\s*(?P<number>{words})\s*", re.IGNORECASE)


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Titles with a number of a volume or an edition behind them."""
    settings: Settings = background.settings
    family = record.dialect.family
    for one in found(record, slots_of(settings.titles, record), _DIGIT):
        if one.nth != 1:
            continue
        first = one.at == 1
        editions = tuple(settings.editions)
        edition = _behind(editions).search(one.value) if first else _alone(editions).fullmatch(one.value)
        if edition and not record.has("edition"):
            tag, code = settings.edition[family].split("$")
            line = full_line(Field.data(tag, "  ", [(code, edition["number"])]))
            changed = {(one.code, one.value): [(one.code, one.value[: edition.start()])] if first else []}
            params = {"found": edition["number"], **moves(changed, [line])}
            yield Fault(one.field(record), "suggest", one.value, params)
            continue
        volume = _behind(tuple(settings.parts)).search(one.value) if first else None
        if volume and not record.has("set_title") and not record.has("part_number"):
            changed = {
                (one.code, one.value): [
                    (one.code, one.value[: volume.start()]),
                    (settings.part[family], volume["number"]),
                ]
            }
            yield Fault(
                one.field(record), "suggest", one.value, {"found": volume["number"], **moves(changed)}
            )


RULE = Rule(
    id="volume_in_title",
    version=1,
    order=104,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=rearranged,
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.titles),
    worth=_DIGIT.search,
)
