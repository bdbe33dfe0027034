"""A title in capitals, or one that begins with a small letter.

Before:    200 1#$aПЕДАГОГИКА И ПСИХОЛОГИЯ В РК
Suggested: 200 1#$aПедагогика и психология в РК

Words that are written in capitals in the library's list, Roman numerals and words without vowels keep them.
Names cannot be told from other words, so it is for a person to look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = re.compile(r"[IVXLCDMХІ]+")
_VOWEL = re.compile(r"[АЕЁИОУЫЭЮЯӘӨҰҮІAEIOUY]")


@dataclass(frozen=True)
class Settings:
    """Titles.

    Attributes:
        titles: slots by family.
        firsts: slots by family of titles that begin with a capital.
        capitals: words written in capitals.
        words: capitals a title must have in words of four letters and more to be judged.
    """

    titles: dict[str, list[str]]
    firsts: dict[str, list[str]]
    capitals: list[str]
    words: int


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Titles in capitals or with a small first letter."""
    settings: Settings = background.settings
    kept = tuple(settings.capitals)
    shouted = False
    for one in found(record, slots_of(settings.titles, record)):
        if one.value.isupper() and _long(one.value) >= settings.words:
            shouted = True
            mended = _sentence(one.value, kept)
            if mended != one.value:
                yield Fault(one.place(record), "suggest", params={"mended": mended, "kind": "capitals"})
    if not shouted:
        yield from _small(record, settings)


def _small(record: Record, settings: Settings) -> Iterator[Fault]:
    for one in found(record, slots_of(settings.firsts, record)):
        first = one.value[:1]
        if (
            one.nth == 1
            and one.at == 1
            and first.islower()
            and len(one.value) > 1
            and not one.value[1].isupper()
        ):
            mended = first.upper() + one.value[1:]
            yield Fault(one.place(record), "suggest", params={"mended": mended, "kind": "small"})


def _long(text: str) -> int:
    """Words of four letters and more; one of Latin letters alone («LINUX») may be written so."""
    long = [word for word in _WORD.findall(text) if len(word) > 3]
    return 0 if len(long) == 1 and long[0].isascii() else len(long)


@lru_cache(maxsize=1 << 10)
def _sentence(text: str, kept: tuple[str, ...]) -> str:
    """The title in small letters with a capital first one."""

    def small(word: re.Match[str]) -> str:
        there = word[0]
        if (
            there in kept
            or (_ROMAN.fullmatch(there) and len(there) > 1)
            or (len(there) > 1 and not _VOWEL.search(there))
        ):
            return there
        return there.lower()

    mended = _WORD.sub(small, text)
    first = _WORD.search(mended)
    at = first.start() if first else 0
    return mended[:at] + mended[at : at + 1].upper() + mended[at + 1 :]


RULE = Rule(
    id="capitals",
    version=1,
    order=78,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.titles, known.settings.firsts),
)
