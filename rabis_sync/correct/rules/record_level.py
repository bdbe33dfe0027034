"""Type and level of the record in its leader against what the record holds.

Before:    leader 00000nam0 2200000   450
           200 0#$aВып. 13
           461 #0$12001 $aЗадачи и этюды$vВып. 13
Suggested: leader 00000nam2 2200000   450
           200 0#$aВып. 13
           461 #0$12001 $aЗадачи и этюды$vВып. 13

A record that names its set and has the number of a part for a title is a volume; a type of record for music
whose text says nothing of music is doubtful. Which codes these are is data; only where one of them
contradicts the fields is anything said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.places import positions
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.marc.numbering import is_designation
from rabis_sync.marc.path import LEADER
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Clash:
    """One contradiction between a code of the leader and the fields.

    Attributes:
        position: of the leader, from 0.
        codes: the codes that are contradicted; a blank as it is.
        proposed: the code that fits; empty where that is open.
        has: elements of which one must be there.
        lacks: elements of which none may be there.
        designation: the title proper must be the number of a part alone.
        titled: pattern with which the title proper must begin.
        words: pattern that no text of the record may show.
        extent: pattern that the extent must show.
    """

    position: int
    codes: list[str]
    proposed: str
    has: list[str]
    lacks: list[str]
    designation: bool = False
    titled: str = ""
    words: str = ""
    extent: str = ""


@dataclass(frozen=True)
class Settings:
    """The contradictions looked for.

    Attributes:
        unimarc: for that family.
        marc21: for that family.
    """

    unimarc: list[Clash]
    marc21: list[Clash]


@lru_cache(maxsize=32)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Codes that the fields contradict."""
    settings: Settings = background.settings
    leader = record.marc.leader
    clashes: list[Clash] = getattr(settings, record.dialect.family)
    for clash in clashes:
        code = leader[clash.position : clash.position + 1]
        if code in clash.codes and _holds(record, clash):
            place = Place(-1, LEADER + positions(clash.position, clash.position + 1), code)
            params = {"code": code.replace(" ", "#"), "proposed": clash.proposed}
            yield Fault(place, "suggest" if clash.proposed else "report", params=params)


def _holds(record: Record, clash: Clash) -> bool:
    if clash.has and not any(map(record.has, clash.has)):
        return False
    if any(map(record.has, clash.lacks)):
        return False
    if clash.designation and not is_designation(record.title_proper()):
        return False
    if clash.titled and not _pattern(clash.titled).match(record.title_proper()):
        return False
    if clash.extent and not _pattern(clash.extent).search(record.extent()):
        return False
    return not clash.words or not any(_pattern(clash.words).search(text) for _tag, text in record.marc.fields)


RULE = Rule(
    id="record_level",
    version=1,
    order=82,
    severity="info",
    actions=("suggest", "report"),
    definition="https://www.ifla.org/publications/unimarc-formats-and-related-documentation/",
    find=find,
    mend=lambda _text, fault: str(fault.params["proposed"]),
    settings=Settings,
)
