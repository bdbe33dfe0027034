"""Kazakh words typed with Russian letters (қ as к, ә as а) or 1 for і: the letters are proposed again.

Before: 101 $akaz
        200 $aКазакстан тарихы
Suggested: 101 $akaz
        200 $aҚазақстан тарихы

In records of Kazakh texts only, and never applied without a person. A word is proposed where the dictionary
or the catalogue itself has the form with its letters, and where that form outweighs the word as it stands;
how many records have each is told. In a text that has lost all its Kazakh letters less is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import tags_beside
from rabis_sync.correct.tokens import cased, replaced, texts, token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.lexicon import Lexicon
    from rabis_sync.correct.tokens import Text
    from rabis_sync.marc.record import Record


#: A word with a digit 1 inside, or at its end where it is long enough to be no number of a part.
_WITH_ONE = re.compile(r"(?<![^\W_])[^\W\d_]+1[^\W\d_]+(?![^\W_])|(?<![^\W_])[^\W\d_]{3,}1(?![^\W_])")


@dataclass(frozen=True)
class Settings:
    """Where Kazakh words are looked for.

    Attributes:
        shortest: letters of the shortest word looked at.
        keep: by family, patterns over ``tag$code`` of places that are never looked at.
    """

    shortest: int
    keep: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Words that lost letters, each once a value."""
    lexicon, settings = background.lexicon, background.settings
    if lexicon is None or lexicon.settings.endings.language not in record.languages():
        return
    kept = among(tuple(settings.keep.get(record.dialect.family, ())))
    for text in texts(record.marc, kept):
        yield from _faults(text, lexicon, settings)
        if "1" in text.place.value:
            yield from _digits(text, lexicon)


def _faults(text: Text, lexicon: Lexicon, settings: Settings) -> Iterator[Fault]:
    bare = lexicon.is_bare(text.place.value, text.words)
    if not bare and lexicon.unlost.issuperset(text.words):
        return
    for written in text.words if bare else [word for word in text.words if word not in lexicon.unlost]:
        word = written.lower()
        possible = len(written) >= settings.shortest and not written.isascii()
        found = lexicon.loss(word, bare=bare) if possible else None
        if found is None and not bare:
            lexicon.unlost.add(written)
        if found and not (token(text.place.value, written).cut and lexicon.is_beginning(word)):
            params = {
                "word": written,
                "mended": cased(found.form, written),
                "occurs": found.occurs,
                "own": lexicon.words.get(word, 0),
            }
            yield Fault(text.place, "suggest", written, params)


def _digits(text: Text, lexicon: Lexicon) -> Iterator[Fault]:
    """Words with the digit 1 for і, where the form with і is a word."""
    for written in dict.fromkeys(_WITH_ONE.findall(text.place.value)):
        mended = written.replace("1", "і")
        word = mended.lower()
        occurs = lexicon.words.get(word, 0)
        if occurs or lexicon.standing(word):
            yield Fault(
                text.place,
                "suggest",
                written,
                {"word": written, "mended": mended, "occurs": occurs, "own": 1},
            )


def mend(text: str, fault: Fault) -> str:
    """The text with the word's letters put back."""
    return replaced(text, fault.what, fault.params["mended"])


RULE = Rule(
    id="lost_letters",
    version=2,
    order=25,
    severity="warning",
    actions=("suggest",),
    definition="https://www.unicode.org/Public/MAPPINGS/VENDORS/MISC/KZ1048.TXT",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda known, dialect: tags_beside(dialect, known.settings.keep),
)
