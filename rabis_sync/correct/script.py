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

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0250-\u02af\u1e00-\u1eff]")
_ROMAN = re.compile(r"(?=[IVXLCDM])M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_NUMERAL_LETTERS = str.maketrans("ІХСМ", "IXCM")

#: Letters of its own script that a word must have before a form nobody has seen is called certain.
NATIVE_LETTERS = 3


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
    """

    known: list[str]
    leave: list[str]
    numeral_tail: int


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


class Reading(NamedTuple):
    """The word in one script.

    Attributes:
        mended: the word.
        certain: nobody would undo it.
        occurs: how often the catalogue has that form.
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


def read(
    word: str, settings: Settings, vocabulary: Mapping[str, int], languages: Sequence[str]
) -> Reading | None:
    """The one script a mixed word was meant in, or None where it is right as it is or cannot be told.

    Args:
        word: letters only.
        settings: the letters.
        vocabulary: how often each word, in lower case, stands in the catalogue.
        languages: of the record, as codes.
    """
    if word in settings.words.leave or _holds_numeral(word, settings):
        return None
    cyrillic, latin = _CYRILLIC.findall(word), _LATIN.findall(word)
    own_cyrillic = sum(ord(letter) not in settings.to_latin for letter in cyrillic)
    own_latin = sum(ord(letter) not in settings.to_cyrillic for letter in latin)
    if own_cyrillic and own_latin:
        return None
    if not own_cyrillic and _is_numeral(word.translate(settings.to_latin)):
        return Reading(word.translate(settings.to_latin), certain=False, occurs=0)
    if own_latin:
        return _weighed(word.translate(settings.to_latin), len(latin), settings, vocabulary)
    if not own_cyrillic:
        return _either(word, settings, vocabulary)
    return _cyrillic(word, latin, len(cyrillic), settings, vocabulary, languages)


def _is_numeral(latin: str) -> bool:
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


def _either(word: str, settings: Settings, vocabulary: Mapping[str, int]) -> Reading | None:
    """A word all of whose letters look alike: what the catalogue knows in one script only."""
    forms = [word.translate(settings.to_cyrillic), word.translate(settings.to_latin)]
    seen = [form for form in forms if _is_known(form, settings, vocabulary)]
    if len(seen) != 1 or len(word) < NATIVE_LETTERS:
        return None
    return Reading(seen[0], certain=False, occurs=vocabulary.get(seen[0].lower(), 0))


def _cyrillic(
    word: str,
    latin: Sequence[str],
    native: int,
    settings: Settings,
    vocabulary: Mapping[str, int],
    languages: Sequence[str],
) -> Reading:
    if {"y", "Y"} & set(latin) and not _surely_plain_u(word, settings, languages):
        form = _likeliest(word, settings, vocabulary)
        return Reading(form, certain=False, occurs=vocabulary.get(form.lower(), 0))
    reading = _weighed(word.translate(settings.to_cyrillic), native, settings, vocabulary)
    at_home = all(_belongs(chr(code), settings, languages) for code in map(ord, reading.mended))
    return reading if at_home else reading._replace(certain=False)


def _weighed(mended: str, native: int, settings: Settings, vocabulary: Mapping[str, int]) -> Reading:
    """Certain is a form that the catalogue has, or one of enough own letters written as words are written."""
    shaped = mended.islower() or mended.isupper() or mended.istitle()
    certain = _is_known(mended, settings, vocabulary) or (shaped and native >= NATIVE_LETTERS)
    return Reading(mended, certain=certain, occurs=vocabulary.get(mended.lower(), 0))


def _is_known(form: str, settings: Settings, vocabulary: Mapping[str, int]) -> bool:
    return form.lower() in vocabulary or form.lower() in settings.words.known


def _belongs(letter: str, settings: Settings, languages: Sequence[str]) -> bool:
    for letters, codes in settings.languages.items():
        if letter in letters:
            return not set(codes).isdisjoint(languages)
    return True


def _surely_plain_u(word: str, settings: Settings, languages: Sequence[str]) -> bool:
    rule = settings.straight_u
    foreign = set(rule.foreign_letters) & set(word.lower())
    return bool(foreign) and bool(languages) and set(languages) <= set(rule.languages)


def _likeliest(word: str, settings: Settings, vocabulary: Mapping[str, int]) -> str:
    """Of all ways to read each y, the form the library knows, else the most frequent, else the plain one."""
    choices = [
        [_cased(variant, letter) for variant in settings.straight_u.variants] if letter in "yY" else [letter]
        for letter in word
    ]
    forms = ["".join(letters).translate(settings.to_cyrillic) for letters in product(*choices)]
    return max(
        forms, key=lambda form: (form.lower() in settings.words.known, vocabulary.get(form.lower(), 0))
    )


def _cased(letter: str, like: str) -> str:
    return letter.upper() if like.isupper() else letter
