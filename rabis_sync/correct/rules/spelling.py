"""Words that no dictionary knows and hardly any record has, one slip away from a word that many records have.

Before: 101 $arus
        200 $aИстория Казахстна
Suggested: 101 $arus
        200 $aИстория Казахстана

In Russian and Kazakh records only, and never applied without a person, who is told how many records have
each form. Words of headings of names are right whatever the dictionary says, and so is what may be a name or
an abbreviation, unless the catalogue outweighs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lexicon import KNOWN
from rabis_sync.correct.places import among
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import tags_beside
from rabis_sync.correct.tokens import cased, replaced, texts, token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.correct.lexicon import Lexicon, Manner, Proposal
    from rabis_sync.correct.tokens import Text, Token
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Where words are looked at, and which.

    Attributes:
        shortest: letters of the shortest word looked at.
        shortest_doubtful: the same of words that may be abbreviations or parts of others.
        foreign: languages in Cyrillic letters without a dictionary; records that name one are left alone.
        keep: by family, patterns over ``tag$code`` of places that are never looked at.
    """

    shortest: int
    shortest_doubtful: int
    foreign: list[str]
    keep: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Misspelt words, each once a value."""
    lexicon, settings = background.lexicon, background.settings
    if lexicon is None:
        return
    languages = record.languages()
    judged = [language for language in languages if language in lexicon.dictionaries]
    if not judged or any(language in settings.foreign for language in languages):
        return
    kept = among(tuple(settings.keep.get(record.dialect.family, ())))
    sound = lexicon.sound[judged[0]]
    for text in texts(record.marc, kept):
        for written in () if sound.issuperset(text.words) else text.words:
            if written in sound:
                continue
            word = written.lower()
            if (
                len(word) < settings.shortest
                or not _is_shaped(written)
                or lexicon.standing(word) == KNOWN
                or lexicon.is_sound(word, _language(word, lexicon, judged))
            ):
                sound.add(written)
            elif found := _meant(text, token(text.place.value, written), lexicon, judged, settings):
                yield Fault(text.place, "suggest", written, _told(written, found, lexicon))


def _language(word: str, lexicon: Lexicon, languages: Sequence[str]) -> str:
    """Kazakh for a word with letters that Kazakh alone has, else the first language of the record."""
    kazakh = lexicon.settings.endings.language
    is_kazakh = not lexicon.settings.lost_letters.isdisjoint(word)
    return kazakh if is_kazakh and kazakh in lexicon.dictionaries else languages[0]


def _is_shaped(word: str) -> bool:
    """True for a word in small letters, in capitals, or with the first one a capital."""
    return word.islower() or word.istitle() or word.isupper()


def _meant(
    text: Text, one: Token, lexicon: Lexicon, languages: Sequence[str], settings: Settings
) -> Proposal | None:
    word = one.text.lower()
    part = one.joined or (one.cut and lexicon.is_beginning(word))
    if (part or one.text.isupper()) and len(word) < settings.shortest_doubtful:
        return None
    kazakh = lexicon.settings.endings.language
    found = lexicon.slip(word, _language(word, lexicon, languages), _manner(one, part=part))
    if (
        found
        and kazakh in languages
        and lexicon.loss(word, bare=lexicon.is_bare(text.place.value, text.words))
    ):
        return None  # told by lost_letters
    return found


def _manner(token: Token, *, part: bool) -> Manner:
    if part:
        return "part"
    if token.text.islower() or token.text.isupper():
        return "plain"
    return "opening" if token.opens else "name"


def _told(word: str, found: Proposal, lexicon: Lexicon) -> dict[str, str | int]:
    return {
        "word": word,
        "mended": cased(found.form, word),
        "occurs": found.occurs,
        "own": lexicon.words.get(word.lower(), 0),
    }


def mend(text: str, fault: Fault) -> str:
    """The text with the word mended."""
    return replaced(text, fault.what, fault.params["mended"])


RULE = Rule(
    id="spelling",
    version=2,
    order=26,
    severity="info",
    actions=("suggest",),
    definition="https://man.archlinux.org/man/hunspell.5.en",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda known, dialect: tags_beside(dialect, known.settings.keep),
)
