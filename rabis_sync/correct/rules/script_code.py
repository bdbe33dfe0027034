"""The script of the title as the coded data have it, against the letters of the title.

Before:    100 $a20010419d2001    u  y0rusy50      ba
           200 $aЗатяжное ненастье
Suggested: 100 $a20010419d2001    u  y0rusy50      ca
           200 $aЗатяжное ненастье
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.path import parse
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import Path
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Where scripts are coded.

    Attributes:
        script: by family, the path of the code.
        letters: code -> the letters of the script, as a set of regular expressions; the usual code first.
        enough: letters a title must have to be judged.
    """

    script: dict[str, str]
    letters: dict[str, str]
    enough: int


@lru_cache(maxsize=8)
def _path(text: str) -> Path:
    return parse(text)


@lru_cache(maxsize=16)
def _letters(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def find(record: Record, background: Background) -> Iterator[Fault]:
    """The code, where nine letters in ten are of another script."""
    settings: Settings = background.settings
    text = settings.script.get(record.dialect.family)
    if text is None or _path(text).tag not in record.index.texts:
        return
    path = _path(text)
    for spot in path.spots(record.index.parts(path.tag)):
        if spot.value not in settings.letters:
            continue
        title = record.title_proper()
        total = sum(map(str.isalpha, title))
        if (
            total < settings.enough
            or len(_letters(settings.letters[spot.value]).findall(title)) > total // 10
        ):
            continue
        for code, pattern in settings.letters.items():
            if len(_letters(pattern).findall(title)) * 10 >= total * 9:
                where = next(i for i, field in enumerate(record.marc.fields) if field.tag == path.tag)
                yield Fault(
                    Place(where, spot.path, spot.value),
                    "suggest",
                    params={"code": spot.value, "script": code},
                )


def _looks(known: Background, dialect: Dialect) -> Callable[[str], bool]:
    text = known.settings.script.get(dialect.family)
    tags = {_path(text).tag, *(path.tag for path in dialect.paths["title"])} if text else set[str]()
    return tags.__contains__


def _doubts(tag: str, text: str, known: Background, family: str) -> bool:
    """True for another code than the usual one, and for text of a title that is not in the usual script."""
    settings: Settings = known.settings
    path, parts = _path(settings.script[family]), text.split(SUBFIELD)
    usual = next(iter(settings.letters))
    if tag == path.tag:
        return any(spot.value != usual for spot in path.spots([parts]))
    of_script = _letters(settings.letters[usual])
    return any(len(of_script.findall(part)) * 2 <= sum(map(str.isalpha, part)) for part in parts[1:] if part)


RULE = Rule(
    id="script_code",
    version=1,
    order=56,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni1.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["script"]),
    settings=Settings,
    looks=_looks,
    doubts=_doubts,
)
