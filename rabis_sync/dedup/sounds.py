"""What is left of a word in every alphabet it is written in: the consonants that no transliteration changes.

«Жазушы», «Zhazushy», «Žazušy» and «Jazushy» become one. Vowels go, and with them what the schemes disagree
upon (ISO 9, BGN, the drafts of Kazakh Latin): ж z zh j, й y, х kh h, glides; ш and щ count as s, ц, ч as c.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_BARE = str.maketrans(
    "бвгдклмнпрстфцчшщ" + "bvgdklmnprstfcq",
    "bvgdklmnprstfccss" + "bvgdklmnprstfck",
    "аеёжзийоухъыьэюяіѣ" + "aehijouwxyz" + "ʹʺ",
)


def is_latin(text: str) -> bool:
    """True for a folded text without a Cyrillic letter."""
    if text.isascii():
        return True
    return not ("\u0400" <= text < "\u0530" or _CYRILLIC.search(text))  # most begin with such a letter


@lru_cache(maxsize=1 << 14)
def consonants(word: str) -> str:
    """The skeleton of a folded word, name or title that is asked for again and again (`skeleton`)."""
    return skeleton(word)


def skeleton(text: str) -> str:
    """The consonants of a folded text (`marc.cyrillic.fold`) of either alphabet, in one row.

    Digits stay, words of vowels alone vanish.
    """
    return _single("".join(map(_bare_latin if is_latin(text) else _bare, text.split())))


# Titles are many and their words few.
@lru_cache(maxsize=1 << 16)
def _bare(word: str) -> str:
    """The consonants of a word of a text that has Cyrillic letters."""
    return word.replace("тс", "ц").replace("сч", "щ").replace("нг", "н").translate(_BARE)


@lru_cache(maxsize=1 << 14)
def _bare_latin(word: str) -> str:
    """The consonants of a word of a text that has none."""
    for written, heard in _TWO_LETTERS:
        word = word.replace(written, heard)
    return word.translate(_BARE)


def _single(text: str) -> str:
    """Without doubles: two signs of one scheme that are one of another, and what slips make and unmake."""
    before = ""
    single: list[str] = []
    for letter in text:
        if letter != before:
            single.append(letter)
            before = letter
    return "".join(single)


_TWO_LETTERS = (("kh", "h"), ("shch", "s"), ("sc", "s"), ("ts", "c"), ("ng", "n"))


_VOWELS = str.maketrans({
    **dict(zip("абвгдежзийклмнопрстуфхцчшщыэюя", "abvgdezziiklmnoprstufhccssieua", strict=True)),
    "j": "i", "y": "i", "w": "u", "q": "k", "x": "h", "ъ": "", "ь": "", "ʹ": "", "ʺ": "", " ": "",
})  # fmt: skip

#: How alike two renderings of one text are at least, of 100.
RENDERED = 90


def renders(one: str, other: str) -> bool:
    """True where one folded text is the other in Latin letters, by whichever scheme.

    Spaces are not looked at: signs of some schemes are apostrophes, which part words («izbranny e voprosy»).
    """
    if is_latin(one) == is_latin(other):
        return False
    return fuzz.ratio(_sound(one), _sound(other)) >= RENDERED


def _sound(text: str) -> str:
    if is_latin(text):
        for written, heard in _DIGRAPHS:
            text = text.replace(written, heard)
    return _single(text.translate(_VOWELS))


_DIGRAPHS = (
    *(
        ("shch", "s"),
        ("sc", "s"),
        ("sh", "s"),
        ("ch", "c"),
        ("zh", "z"),
        ("kh", "h"),
        ("ts", "c"),
        ("gh", "g"),
    ),
    *(("ya", "a"), ("ia", "a"), ("ja", "a"), ("yu", "u"), ("iu", "u"), ("ju", "u"), ("yo", "e"), ("ng", "n")),
)
