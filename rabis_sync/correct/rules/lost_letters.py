"""Kazakh words typed with Russian letters, қ as к, ә as а, ң as н: the letters are proposed again.

Before: 101 $akaz
        200 $aКазакстан тарихы
Suggested: 101 $akaz
        200 $aҚазақстан тарихы

In records of Kazakh texts only, and never applied without a person. A word is proposed where the dictionary
or the catalogue itself has the form with its letters, and where that form outweighs the word as it stands;
how many records have each is told. In a text that has lost all its Kazakh letters less is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.tokens import cased, replaced, texts, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.lexicon import Lexicon
    from rabis_sync.correct.tokens import Token
    from rabis_sync.marc.record import Place, Record


@dataclass(frozen=True)
class Settings:
    """Where Kazakh words are looked for.

    Attributes:
        shortest: letters of the shortest word looked at.
        bare: letters of the shortest text that shows a loss by having no Kazakh letter at all.
        keep: by family, patterns over ``tag$code`` of places that are never looked at.
    """

    shortest: int
    bare: int
    keep: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Words that lost letters, each once a value."""
    lexicon, settings = background.lexicon, background.settings
    if lexicon is None or lexicon.settings.endings.language not in record.languages():
        return
    kept = among(tuple(settings.keep.get(record.dialect.family, ())))
    for place in texts(record.marc, kept):
        yield from _faults(place, lexicon, settings)


def _faults(place: Place, lexicon: Lexicon, settings: Settings) -> Iterator[Fault]:
    looked_at = {one.text: one for one in tokens(place.value) if _is_candidate(one, settings)}
    if not looked_at:
        return
    bare = _is_bare(place.value, lexicon, settings)
    for token in looked_at.values():
        word = token.text.lower()
        if found := lexicon.loss(word, bare=bare):
            params = {
                "word": token.text,
                "mended": cased(found.form, token.text),
                "occurs": found.occurs,
                "own": lexicon.words.get(word, 0),
            }
            yield Fault(place, "suggest", token.text, params)


def _is_candidate(token: Token, settings: Settings) -> bool:
    return len(token.text) >= settings.shortest and not token.cut and not token.text.isascii()


def _is_bare(text: str, lexicon: Lexicon, settings: Settings) -> bool:
    """True for a Kazakh text long enough to have a Kazakh letter, and without any."""
    small = text.lower()
    if not lexicon.settings.lost_letters.isdisjoint(small):
        return False
    words = [token.text.lower() for token in tokens(text) if len(token.text) > 1]
    if sum(map(len, words)) < settings.bare:
        return False
    return sum(map(lexicon.is_foreign, words)) * 2 <= len(words)


def mend(text: str, fault: Fault) -> str:
    """The text with the word's letters put back."""
    return replaced(text, fault.what, fault.params["mended"])


RULE = Rule(
    id="lost_letters",
    version=1,
    order=25,
    severity="warning",
    actions=("suggest",),
    definition="https://www.unicode.org/Public/MAPPINGS/VENDORS/MISC/KZ1048.TXT",
    find=find,
    mend=mend,
    settings=Settings,
)
