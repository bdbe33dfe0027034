"""Roman numerals typed with Cyrillic letters: ХІХ for XIX, ХХ for XX, Ш for III.

Before: 200 $aПоэзия ХХ века, XVШ в.
Suggested: 200 $aПоэзия XX века, XVIII в.

Only where a century, year or the like follows: ХХ alone may be an abbreviation; proposed, never changed.
A numeral of letters of both scripts is told by `look_alikes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among, slot, subfields
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.script import is_numeral
from rabis_sync.correct.slots import tags_beside
from rabis_sync.correct.tokens import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_CAPITALS = re.compile("[IVXІХСМШП]{2,}")
_TO_LATIN = str.maketrans({"І": "I", "Х": "X", "С": "C", "М": "M", "Ш": "III", "П": "II"})


@dataclass(frozen=True)
class Settings:
    """Where numerals are looked for.

    Attributes:
        counted: regular expression of what a numeral counts: centuries, years.
        keep: by family, patterns over ``tag$code`` of places that are never looked at.
    """

    counted: str
    keep: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Numerals with Cyrillic letters, each once a value."""
    settings: Settings = background.settings
    kept = among(tuple(settings.keep.get(record.dialect.family, ())))
    for place in subfields(record.marc, _CAPITALS.search):
        if kept.match(slot(place.path)):
            continue
        for word in dict.fromkeys(_CAPITALS.findall(place.value)):
            latin = word.translate(_TO_LATIN)
            if latin == word or not is_numeral(latin) or (word.isascii() or _is_look_alike(word)):
                continue
            if re.search(rf"(?<![^\W_]){word}[\s\u2013-]*(?:{settings.counted})", place.value):
                yield Fault(place, "suggest", word, {"word": word, "mended": latin})


def _is_look_alike(word: str) -> bool:
    """True for a word of both scripts whose letters all look alike."""
    return any(letter in "IVXCM" for letter in word) and not set("ШП") & set(word)


def mend(text: str, fault: Fault) -> str:
    """The text with the numeral in Latin letters."""
    return replaced(text, fault.what, fault.params["mended"])


RULE = Rule(
    id="roman_numerals",
    version=1,
    order=22,
    severity="info",
    actions=("suggest",),
    definition="https://www.unicode.org/reports/tr39/#Confusable_Detection",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda known, dialect: tags_beside(dialect, known.settings.keep),
    worth=_CAPITALS.search,
)
