"""A title in letters that none of the languages named for the record has.

Before:    101 $arus
           200 $aҚазақстан тарихы
Suggested: 101 $akaz
           200 $aҚазақстан тарихы

Letters that belong to one language only speak for it («қ», «ұ» for Kazakh, «җ» for Tatar, «ї» for
Ukrainian); a title without any of its own letters and with Russian little words speaks against a Turkic
language. A single letter is not enough: it may be a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[a-z\u00df-\u024f]", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Settings:
    """What letters say of a language.

    Attributes:
        declared: by family, slots of all languages named for the document.
        letters: language -> small letters it has beside those of the Russian alphabet.
        certain: letter -> the only language that has it, among those of the catalogue.
        latin: languages that are never written in Cyrillic letters.
        cyrillic: the language of plain Cyrillic letters.
        little_words: words that only texts in that language have.
        usual: languages that are proposed, the most usual first, where letters belong to several.
        unfit: letters by which one knows a text that was read in a wrong encoding, or an old one.
        enough: letters a title must have to be judged.
    """

    declared: dict[str, list[str]]
    letters: dict[str, str]
    certain: dict[str, str]
    latin: str
    cyrillic: str
    little_words: str
    usual: list[str]
    unfit: str
    enough: int

    @cached_property
    def foreign(self) -> frozenset[str]:
        """Every letter that is not of the Russian alphabet."""
        return frozenset("".join(self.letters.values()))

    @cached_property
    def little(self) -> frozenset[str]:
        """The little words, to be looked up."""
        return frozenset(self.little_words.split())

    @cached_property
    def never_cyrillic(self) -> frozenset[str]:
        """The same of languages."""
        return frozenset(self.latin.split())

    def fits(self, title: str, language: str) -> bool:
        """True for a title that can be in a language, so far as its letters tell."""
        special = self.foreign.intersection(title)
        return special.issubset(self.letters.get(language, "")) if special else language == self.cyrillic


def find(record: Record, background: Background) -> Iterator[Fault]:
    """The language, where the title speaks against it."""
    settings: Settings = background.settings
    title, languages = record.title_proper().lower(), record.languages()
    if languages and settings.fits(title, languages[0]):
        return
    places = record.places("language")
    if not places:
        return
    cyrillic = len(_CYRILLIC.findall(title))
    if cyrillic < settings.enough or len(_LATIN.findall(title)) > cyrillic // 4:
        return
    declared = {one.value.strip() for one in found(record, slots_of(settings.declared, record))}
    declared |= set(languages)
    meant = _meant(title, declared, settings)
    if meant is not None and meant not in declared and places[0].value.strip():
        params = {"declared": ", ".join(sorted(languages)), "code": meant}
        yield Fault(places[0], "suggest" if meant else "report", params=params)


def _meant(title: str, declared: set[str], settings: Settings) -> str | None:
    """The language the title is in, empty where that is open; None where it fits what is declared."""
    words = _WORD.findall(title)
    if (
        not declared
        or any(letter in title for letter in settings.unfit)
        or any(word[-1] == "ъ" for word in words)
    ):
        return None
    spoken = any(word in settings.little for word in words)
    special = [letter for letter in title if letter in settings.foreign]
    if special:
        allowed = "".join(settings.letters.get(code, "") for code in declared)
        strange = [letter for letter in special if letter not in allowed]
        if len(strange) < (2 if spoken else 1) or not all(letter in settings.foreign for letter in strange):
            return None
        only = next((settings.certain[letter] for letter in strange if letter in settings.certain), "")
        fitting = (code for code in settings.usual if set(special) <= set(settings.letters[code]))
        return only or next(fitting, "")
    if declared <= settings.never_cyrillic:
        return settings.cyrillic
    if declared <= set(settings.letters) and settings.cyrillic not in declared and spoken and len(words) > 2:
        return settings.cyrillic
    return None


RULE = Rule(
    id="language_conflict",
    version=1,
    order=54,
    severity="warning",
    actions=("suggest", "report"),
    definition="https://www.loc.gov/standards/iso639-2/php/code_list.php",
    find=find,
    mend=lambda _text, fault: str(fault.params["code"]),
    settings=Settings,
    looks=lambda _known, dialect: {path.tag for path in dialect.paths["title"]}.__contains__,
)
