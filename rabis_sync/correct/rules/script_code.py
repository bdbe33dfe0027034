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
from rabis_sync.marc.path import parse
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.path import Path
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Where scripts are coded.

    Attributes:
        script: by family, the path of the code.
        letters: code -> the letters of the script, as a set of regular expressions.
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
)
