"""Russian and Kazakh text: folded for matching (never for display), look-alikes, mojibake, filing order.

Folding makes one form of what people write for the same word: Kazakh and Tatar letters and the Russian ones
typed for them, ё and е, і and и and Latin i, Latin look-alikes inside Cyrillic words, old spelling, any
punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rabis_sync.marc.mojibake import mojibake_encoding, repair_mojibake

__all__ = [
    "KAZAKH_LETTERS",
    "fold",
    "fold_words",
    "is_kazakh_letter",
    "mojibake_encoding",
    "repair_mojibake",
    "roman",
    "single_script",
    "sort_key",
    "words",
]

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u0259\u0275]")
#: A number or a word: digits and letters are parted, so that «1том» and «1 том» are the same.
TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")

KAZAKH_LETTERS = frozenset("ӘәҒғҚқҢңӨөҰұҮүҺһІі")


def _table(pairs: str) -> dict[int, str]:
    """A translation table from pairs such as «ёе қк»."""
    return {ord(pair[0]): pair[1:] for pair in pairs.split()}


# A Latin letter, then the Cyrillic one that looks the same. Capitals are alike in more cases than small
# letters.
_PAIRS = "AА BВ CС EЕ HН KК MМ OО PР TТ XХ YУ IІ aа cс eе oо pр xх yу iі hһ əә ƏӘ ɵө ƟӨ"
_TO_CYRILLIC = _table(_PAIRS)
_TO_LATIN = {ord(pair[1]): pair[0] for pair in f"{_PAIRS} SЅ JЈ sѕ jј".split()}

# For matching, small k, m, t and b count as alike too: that joins only what a reader would join.
_FOLD_ALIKE = _table("aа bв cс eе hх kк mм oо pр tт xх yу iи")
_FOLD_ALIKE_CAPITALS = _table("AА BВ CС EЕ HН KК MМ OО PР TТ XХ YУ IИ")
_ALL_ALIKE = re.compile(r"[ABCEHKMOPTXYIabcehkmoptxyi]+")
_BASE = _table("ёе эе єе ѣе əа әа қк ҡк ҝк ғг ґг ҕг ңн ҥн өо ɵо ұу үу ўу һх ҳх іи їи ыи ѵи җж ҙз ҫс ѳф јй ѕс")
# An apostrophe inside a word is written in many ways or left out: O'zbek, здоров'я.
_APOSTROPHE = re.compile(r"['’‘ʼʻ`´](?<=\w.)(?=\w)")  # the sign first: looked for quickly
_ROMAN = re.compile(r"(?=[IVXLCM]{2,})M{0,2}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_ROMAN_LETTERS = _table("ІI ХX СC МM")
# What a title numbers centuries, kings and quarters with; folded already, or in capitals of either script.
_ROMAN_WORD = re.compile(r"[IVXІХ]{2,}|[ivx]{2,}")


def fold(text: str) -> str:
    """The form in which titles and names are compared: small base letters, words apart by one space.

    Distinctions that spelling practice does not keep are given up (ә/а, қ/к, ғ/г, ң/н, ө/о, ұ/ү/у, һ/х,
    і/ы/и, ё/е, э/е, old orthography); й, ь and every consonant stay. Roman numerals to 39 are Latin.
    Digits stand apart from letters. Not for display, and not reversible.
    """
    if not text:
        return ""
    if not (text.isascii() or unicodedata.is_normalized("NFKC", text)):
        # Composed first: after a combining mark no apostrophe stands inside a word; NFKC takes some apart.
        text = _APOSTROPHE.sub("", unicodedata.normalize("NFC", text))
        text = unicodedata.normalize("NFKC", text.replace("№", " "))
    cyrillic = "\u0400" <= text < "\u0530" or _CYRILLIC.search(text)  # most begin with such a letter
    folded = _fold_among_cyrillic if cyrillic else _fold_among_latin
    return " ".join(filter(None, map(folded, text.split())))


def fold_words(text: str) -> list[str]:
    """The same as a list of words."""
    return fold(text).split()


# What stands between two spaces is folded by itself, and most of it stands in many records.
@lru_cache(maxsize=1 << 16)
def _fold_among_cyrillic(piece: str) -> str:
    """A piece without spaces of a text that has Cyrillic letters."""
    return " ".join(filter(None, map(_fold_cyrillic, TOKEN.findall(_APOSTROPHE.sub("", piece)))))


@lru_cache(maxsize=1 << 14)
def _fold_among_latin(piece: str) -> str:
    """A piece without spaces of a text that has none."""
    words_ = TOKEN.findall(_APOSTROPHE.sub("", piece))
    return " ".join(map(str.lower if piece.isascii() else _fold_latin, words_))


def _fold_cyrillic(word: str) -> str:
    """One word of a text that has Cyrillic letters."""
    if word.isdecimal():
        return word
    if _ROMAN_WORD.fullmatch(word) and roman(word.upper()):
        return word.translate(_ROMAN_LETTERS).lower()
    if not _CYRILLIC.search(word) and not _ALL_ALIKE.fullmatch(word):
        return _fold_latin(word)
    small = word.translate(_FOLD_ALIKE_CAPITALS).lower().translate(_FOLD_ALIKE).translate(_BASE)
    return small.rstrip("ъ")


def _fold_latin(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower().replace("ß", "ss").replace("ı", "i").replace("ə", "a"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def roman(word: str) -> int:
    """Value of a Roman number in capitals, also with Cyrillic І, Х, С, М for its letters; 0 when it is none.

    At least two letters: a single one is far more often a word.
    """
    latin = word.translate(_ROMAN_LETTERS)
    if not _ROMAN.fullmatch(latin):
        return 0
    total = 0
    for letter, after in zip(latin, latin[1:] + "I", strict=True):
        value = _ROMAN_VALUES[letter]
        total += value if value >= _ROMAN_VALUES[after] else -value
    return total


def words(text: str) -> list[str]:
    """The words and numbers of a text as written; a hyphen or apostrophe inside a word belongs to it."""
    return _WORD.findall(text)


def is_kazakh_letter(letter: str) -> bool:
    """True for the nine letters that Kazakh has beyond Russian, small and capital."""
    return letter in KAZAKH_LETTERS


def single_script(word: str) -> str | None:
    """A word of mixed Cyrillic and Latin letters, in the one script that it certainly is.

    Certain means: one of the scripts has a letter that the other lacks, and all letters of the other script
    look like letters of it («Пoвести» with Latin o; «Microsоft» with Cyrillic о). Whether that is a
    correction to be made without asking is for the caller: y may stand for у, ү or ұ in Kazakh.

    Returns:
        None for a word in one script, for a Roman number with an ending («XIXв»), and where both or neither
        script has letters of its own («СОР»).
    """
    cyrillic, latin = _CYRILLIC.findall(word), _LATIN.findall(word)
    if not cyrillic or not latin or _roman_with_ending(word):
        return None
    own_cyrillic = any(ord(letter) not in _TO_LATIN for letter in cyrillic)
    own_latin = any(ord(letter) not in _TO_CYRILLIC for letter in latin)
    if own_cyrillic == own_latin:
        return None
    return word.translate(_TO_CYRILLIC if own_cyrillic else _TO_LATIN)


_ROMAN_HEAD = re.compile(r"([IVXLCDMІХСМ]+)-?([а-яәғқңөұүһі]{0,3})")
_ORDINAL_ENDINGS = frozenset(["в", "вв", "г", "гг", "ғ", "ғғ", "й", "я", "е", "го", "ом", "м", "ші", "шы"])


def _roman_with_ending(word: str) -> bool:
    """True for «XIX», «ХVIIIв», «Iй»."""
    found = _ROMAN_HEAD.fullmatch(word)
    if found is None:
        return False
    return roman(found[1]) > 0 or (len(found[1]) == 1 and found[2] in _ORDINAL_ENDINGS)


_ALPHABET = "АӘБВГҒДЕЁЖҖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
_FIRST = (
    0xE000  # private use area: above every letter that is not ours, so digits and Latin file before Cyrillic
)
_ORDER = {ord(letter): chr(_FIRST + place) for place, letter in enumerate(_ALPHABET)}
_ORDER_BY_LANGUAGE = {
    "kk": _ORDER,
    "ru": _ORDER | {ord("Ё"): _ORDER[ord("Е")]},
}
_NON_SORTING = re.compile(r"[\u0088\u0098].*?[\u0089\u009c]")
_NUMBER = re.compile(r"\d+")


@lru_cache(maxsize=1 << 16)
def sort_key(text: str, lang: str) -> str:
    """A key whose order by code points is the filing order.

    Digits come first, by value; then Latin, then Cyrillic by the Kazakh alphabet (А Ә Б В Г Ғ …), which holds
    the Russian one. Punctuation counts as a space, and so does nothing at the beginning; what stands between
    NSB and NSE (ISO 6630) is passed over.

    Args:
        text: heading or title as displayed.
        lang: ``kk`` files ё after е, every other language files them together.
    """
    plain = _NON_SORTING.sub("", unicodedata.normalize("NFC", text)).upper()
    order = _ORDER_BY_LANGUAGE["kk" if lang in {"kk", "kaz"} else "ru"]
    filed = " ".join(TOKEN.findall(plain)).translate(order)
    return _NUMBER.sub(lambda found: found[0].lstrip("0").zfill(9), filed)
