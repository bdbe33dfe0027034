"""Punctuation of the display (ISBD) that is stored in the subfields, where it would stand twice.

Before: 200 $aАбай жолы. /$fМ. Әуезов ;$g; ауд. Л. Соболев
After:  200 $aАбай жолы$fМ. Әуезов$gауд. Л. Соболев

A stroke, colon, semicolon, equals sign or comma at an end goes, and so does one at a beginning; doubled ones
become one. A full stop goes behind a word that cannot be an abbreviation, since it ends in a vowel (GOST
7.11 and 7.12: abbreviations end in a consonant). Dots of omission stay, two of them too («!..»).
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

#: Any of this in a field makes its subfields worth a look.
_WORTH = re.compile(r"[/:;,=.–—-] *(?:\x1f|$)|\x1f. *[/:;,=]|[,;:] ?[,;]")
_BEHIND = re.compile(r"(?:\s*[/:;=,]|\s+[.]?\s*[–—-]|\s*\.\s+[–—-])+\s*$")
_BEFORE = re.compile(r"^\s*(?:[:;=,/](?![/\d])|\.?\s?[–—-]\s)\s*")
_DOUBLED = re.compile(r"([,;:])\s?\1+")
_STOP = re.compile(r"(?P<word>[^\W\d_]{4,})\.$")


@dataclass(frozen=True)
class Settings:
    """Where the display's punctuation is not stored.

    Attributes:
        texts: slots by family.
        stops: slots by family where a full stop at the end does not belong either.
        vowels: letters in which no abbreviation ends.
        words: abbreviations that end in one of them all the same.
    """

    texts: dict[str, list[str]]
    stops: dict[str, list[str]]
    vowels: str
    words: list[str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Values with punctuation of the display."""
    settings: Settings = background.settings
    stops = slots_of(settings.stops, record)
    vowels, words = settings.vowels, tuple(settings.words)
    for one in found(record, slots_of(settings.texts, record), _WORTH):
        value = one.value
        if (value and value[-1] in "/:;,=.–—- ") or value[:1] in "/:;,=.–— " or _DOUBLED.search(value):
            stop = one.code in stops[one.tag]
            if _clean(value, stop, vowels, words) != value:
                yield Fault(
                    one.place(record), "fix", params={"stop": stop, "vowels": vowels, "words": list(words)}
                )


@lru_cache(maxsize=1 << 12)
def _clean(text: str, stop: bool, vowels: str, words: tuple[str, ...]) -> str:  # noqa: FBT001  cached
    """The text alone; as it is where nothing would be left of it."""
    mended = _BEFORE.sub("", _BEHIND.sub("", text))
    mended = _DOUBLED.sub(r"\1", mended)
    last = _STOP.search(mended) if stop else None
    if last and last["word"][-1].lower() in vowels and last["word"].lower() not in words:
        mended = mended[:-1]
    if mended == text or not any(map(str.isalnum, mended)):
        return text
    return _clean(mended, stop, vowels, words)


def mend(text: str, fault: Fault) -> str:
    """The text without it."""
    return _clean(text, bool(fault.params["stop"]), fault.params["vowels"], tuple(fault.params["words"]))


RULE = Rule(
    id="stored_punctuation",
    version=1,
    order=64,
    severity="info",
    actions=("fix",),
    definition="https://www.ifla.org/publications/international-standard-bibliographic-description/",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.texts),
    worth=_WORTH.search,
)
