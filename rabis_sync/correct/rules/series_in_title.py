"""A series in the title or in a note, where it belongs into its own field.

Before:    200 1#$aАбай жолы$e(Серия «Қазақ кітапханасы»)
Suggested: 200 1#$aАбай жолы
           225 1#$aҚазақ кітапханасы
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import full_line
from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_WORD = r"(?:сер(?:ия|иясы)?|топтамасы)\b\.?\s*:?\s*"
_WORTH = re.compile(r"(?i:сер|топтамасы)")
_NAME = r"[«\"“]?(?P<name>[^«»\"“”()]{3,}?)[»\"”]?(?:\s*[;,]\s*(?P<number>(?:вып\.|№|кн\.|т\.)\s*\d+))?"
_IN_BRACKETS = re.compile(rf"(?P<before>.*?)\s*\(\s*{_WORD}{_NAME}\s*\)\.?\s*", re.IGNORECASE)
_IN_NOTE = re.compile(rf"(?P<before>){_WORD}(?=[«\":“]|(?<=:)\s*\w){_NAME}\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """Where series are written and where they belong.

    Attributes:
        titles: slots by family, where a series stands in brackets.
        notes: slots by family of notes that are nothing else.
        home: by family, tag and indicators of the series' field, ``#`` for a blank.
        name: subfield of its name.
        number: subfield of the number in it.
    """

    titles: dict[str, list[str]]
    notes: dict[str, list[str]]
    home: dict[str, str]
    name: str
    number: str


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Titles and notes with a series in them."""
    settings: Settings = background.settings
    for slots, pattern in ((settings.titles, _IN_BRACKETS), (settings.notes, _IN_NOTE)):
        for one in found(record, slots_of(slots, record), _WORTH):
            series = pattern.fullmatch(one.value.strip())
            if series is None or (not series["before"] and one.at == 1 and slots is settings.titles):
                continue
            head = settings.home[record.dialect.family]
            pairs = [(settings.name, series["name"].strip()), (settings.number, series["number"] or "")]
            line = full_line(
                Field.data(head[:3], head[4:].replace("#", " "), [pair for pair in pairs if pair[1]])
            )
            kept = [(one.code, series["before"])] if series["before"] else []
            params = {"series": series["name"].strip(), **moves({(one.code, one.value): kept}, [line])}
            yield Fault(one.field(record), "suggest", one.value, params)


RULE = Rule(
    id="series_in_title",
    version=1,
    order=106,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=rearranged,
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.titles, known.settings.notes),
    worth=_WORTH.search,
)
