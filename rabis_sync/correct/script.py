"""In which script a word of mixed Latin and Cyrillic letters was meant, and how sure that is.

Letters that look alike are data (`mappings/rules/look_alikes.toml`), after Unicode's list of confusable
letters (UTS #39). A word is read in a script when every letter of the other one looks like a letter of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.correct.lexicon import KNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rabis_sync.correct.lexicon import Lexicon

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff]")
_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_NUMERAL_LETTERS = str.maketrans("ІХСМ", "IXCM")

#: Letters of its own script that a word must have before a form nobody has seen is called certain.
NATIVE_LETTERS = 3

#: Languages whose words have to be known before a form is called certain, where no dictionary says which.
JUDGED = ("rus", "kaz")


@dataclass(frozen=True)
class StraightU:
    """What a Latin y in a Cyrillic word may stand for.

    Attributes:
        variants: the letters, the plain one first.
        foreign_letters: letters that no word with one of the other variants has.
        languages: in a record of these alone, a word with such a letter is sure to have the plain variant.
    """

    variants: list[str]
    foreign_letters: str
    languages: list[str]


@dataclass(frozen=True)
class Words:
    """Single words of which the library knows better.

    Attributes:
        known: right forms, in lower case.
        leave: mixed forms that are left as they are.
        numeral_tail: most letters that an ending after a Roman numeral has: «XIв», «XVғ».
        acronym: most letters of a word in capitals that no dictionary can be expected to have.
    """

    known: list[str]
    leave: list[str]
    numeral_tail: int
    acronym: int


@dataclass(frozen=True)
class Settings:
    """Which letters look alike, and where.

    Attributes:
        pairs: a Latin letter and the Cyrillic one that looks the same.
        one_way: the same, where the Cyrillic letter is never typed for the Latin one.
        languages: Cyrillic letters that belong to some languages only -> codes of these.
        straight_u: Latin y.
        words: single words.
        latin_codes: by family, patterns over ``tag$code`` of places that hold codes of Latin letters.
        keep: by family, patterns of places that are never looked at.
    """

    pairs: list[str]
    one_way: list[str]
    languages: dict[str, list[str]]
    straight_u: StraightU
    words: Words
    latin_codes: dict[str, list[str]]
    keep: dict[str, list[str]]

    @cached_property
    def to_cyrillic(self) -> dict[int, str]:
        """Latin letter -> Cyrillic."""
        return {ord(pair[0]): pair[1] for pair in [*self.pairs, *self.one_way]}

    @cached_property
    def to_latin(self) -> dict[int, str]:
        """Cyrillic letter -> Latin."""
        return {ord(pair[1]): pair[0] for pair in self.pairs}


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who may say that a form is a word.

    Attributes:
        settings: words that the library knows.
        vocabulary: records of the catalogue that have each word, in small letters.
        lexicon: the dictionaries; None without any.
        languages: of the record, as codes.
    """

    settings: Settings
    vocabulary: Mapping[str, int]
    lexicon: Lexicon | None
    languages: Sequence[str]

    def occurs(self, form: str) -> int:
        """Records of the catalogue that have the form."""
        return self.vocabulary.get(form.lower(), 0)

    def knows(self, form: str) -> bool:
        """True for a form that the catalogue, the library or a dictionary has."""
        small = form.lower()
        return (
            small in self.vocabulary
            or small in self.settings.words.known
            or (self.lexicon is not None and self.lexicon.standing(small) == KNOWN)
        )

    def judge(self) -> bool:
        """True where a dictionary could be expected to have the words of the record."""
        judged = self.lexicon.settings.dictionaries if self.lexicon else JUDGED
        return not self.languages or not set(judged).isdisjoint(self.languages)

    def likelihood(self, form: str) -> float:
        """How Kazakh a form looks; 0 for every form in other records, and without a dictionary."""
        lexicon = self.lexicon
        if lexicon is None or lexicon.settings.endings.language not in self.languages:
            return 0.0
        return lexicon.likelihood(form.lower())


class Reading(NamedTuple):
    """The word in one script.

    Attributes:
        mended: the word.
        certain: nobody would undo it.
        occurs: how many records of the catalogue have that form.
    """

    mended: str
    certain: bool
    occurs: int


def is_mixed(word: str) -> bool:
    """True for a word with Latin and Cyrillic letters."""
    return bool(_CYRILLIC.search(word) and _LATIN.search(word))


def foreign(word: str, reading: Reading) -> dict[str, Any]:
    """For the reader: which letters of the word were of the other script, and which script that is."""
    script, letters = ("cyrillic", _CYRILLIC) if reading.mended.isascii() else ("latin", _LATIN)
    return {"script": script, "letters": list(dict.fromkeys(letters.findall(word)))}


def as_latin_code(word: str, settings: Settings) -> Reading | None:
    """A mixed code of Latin letters («tаr» with Cyrillic а); None where a letter looks like no Latin one."""
    mended = word.translate(settings.to_latin)
    return None if _CYRILLIC.search(mended) else Reading(mended, certain=True, occurs=0)


def read(word: str, witnesses: Witnesses) -> Reading | None:
    """The one script a mixed word was meant in, or None where it is right as it is or cannot be told.

    Args:
        word: letters only.
        witnesses: the letters, and who knows words.
    """
    settings = witnesses.settings
    if word in settings.words.leave or _holds_numeral(word, settings):
        return None
    cyrillic, latin = _CYRILLIC.findall(word), _LATIN.findall(word)
    own_cyrillic = sum(ord(letter) not in settings.to_latin for letter in cyrillic)
    own_latin = sum(ord(letter) not in settings.to_cyrillic for letter in latin)
    if own_cyrillic and own_latin:
        return None
    if not own_cyrillic and is_numeral(word.translate(settings.to_latin)):
        return Reading(word.translate(settings.to_latin), certain=False, occurs=0)
    if own_latin:
        return _weighed(word.translate(settings.to_latin), len(latin), witnesses)
    if not own_cyrillic:
        return _either(word, witnesses)
    return _cyrillic(word, latin, len(cyrillic), witnesses)


def is_numeral(latin: str) -> bool:
    """True for a Roman numeral of two letters or more, in Latin capitals."""
    return len(latin) > 1 and bool(set(latin) & set("IVX")) and _ROMAN.fullmatch(latin) is not None


def _holds_numeral(word: str, settings: Settings) -> bool:
    """«XIв», «XVIIIғ», «Xг», «ПетрI»: a Roman numeral with the beginning of a noun, or after a name."""
    if re.search(r"[^\W\d_A-Z][IVX]+$", word) and not word.isupper():
        return True
    head = re.match(r"[IVXLІХ]+", word)
    if (
        head is None
        or not word[head.end() :].islower()
        or not _ROMAN.fullmatch(head[0].translate(_NUMERAL_LETTERS))
    ):
        return False
    return len(head[0]) > 1 or len(word) - 1 <= settings.words.numeral_tail


def _either(word: str, witnesses: Witnesses) -> Reading | None:
    """A word all of whose letters look alike: what is known in one script only."""
    settings = witnesses.settings
    forms = [word.translate(settings.to_cyrillic), word.translate(settings.to_latin)]
    seen = [form for form in forms if witnesses.knows(form)]
    if len(seen) != 1 or len(word) < NATIVE_LETTERS:
        return None
    return Reading(seen[0], certain=False, occurs=witnesses.occurs(seen[0]))


def _cyrillic(word: str, latin: Sequence[str], native: int, witnesses: Witnesses) -> Reading:
    settings = witnesses.settings
    if {"y", "Y"} & set(latin):
        plain = word.translate(settings.to_cyrillic)
        form = plain if _surely_plain_u(word, plain, witnesses) else _likeliest(word, witnesses)
        certain = form == plain and _surely_plain_u(word, plain, witnesses)
        return Reading(form, certain=certain, occurs=witnesses.occurs(form))
    reading = _weighed(word.translate(settings.to_cyrillic), native, witnesses)
    if witnesses.knows(reading.mended):
        return reading
    special = [_belongs(letter, witnesses) for letter in reading.mended]
    if not all(home is not False for home in special):
        return reading._replace(certain=False)
    typed = {letter.translate(settings.to_cyrillic) for letter in latin}
    # Letters that only the languages of the record have, typed as what is at hand: nothing else can be meant.
    return reading._replace(certain=reading.certain or all(_belongs(one, witnesses) for one in typed))


def _weighed(mended: str, native: int, witnesses: Witnesses) -> Reading:
    """Certain is a form that is known, or that could not be: of another language, or an acronym."""
    shaped = (mended.islower() or mended.isupper() or mended.istitle()) and native >= NATIVE_LETTERS
    acronym = mended.isupper() and len(mended) <= witnesses.settings.words.acronym
    certain = witnesses.knows(mended) or (shaped and (acronym or not witnesses.judge()))
    return Reading(mended, certain=certain, occurs=witnesses.occurs(mended))


def _belongs(letter: str, witnesses: Witnesses) -> bool | None:
    """True for a letter of the record's languages, False for one of others, None for one of all."""
    for letters, codes in witnesses.settings.languages.items():
        if letter in letters:
            return not set(codes).isdisjoint(witnesses.languages)
    return None


def _surely_plain_u(word: str, plain: str, witnesses: Witnesses) -> bool:
    """True in a word that is known with у, and no Turkic one: by its letters or its frequency."""
    rule, languages = witnesses.settings.straight_u, witnesses.languages
    if not languages or not set(languages) <= set(rule.languages):
        return False
    if set(rule.foreign_letters) & set(word.lower()):
        return witnesses.knows(plain) or not witnesses.judge()
    others = [form for form in _readings(word, witnesses.settings) if form != plain]
    oftener = any(witnesses.occurs(form) > witnesses.occurs(plain) for form in others)
    return len(word) > NATIVE_LETTERS and witnesses.knows(plain) and not oftener


def _readings(word: str, settings: Settings) -> list[str]:
    """All ways to read each y, the plain one first."""
    choices = [
        [_cased(variant, letter) for variant in settings.straight_u.variants] if letter in "yY" else [letter]
        for letter in word
    ]
    return ["".join(letters).translate(settings.to_cyrillic) for letters in product(*choices)]


def _likeliest(word: str, witnesses: Witnesses) -> str:
    """Of all ways to read each y, the form that is known, the most frequent, or the most Kazakh one."""

    def weight(form: str) -> tuple[bool, int, float]:
        known = form.lower() in witnesses.settings.words.known
        return known, witnesses.occurs(form), witnesses.likelihood(form)

    return max(_readings(word, witnesses.settings), key=weight)


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter
