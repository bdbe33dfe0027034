"""What is left of a word in every alphabet it is written in: the consonants that no transliteration changes.

«Жазушы», «Zhazushy», «Žazušy» and «Jazushy» become one. Vowels go, and with them what the schemes disagree
upon (ISO 9, BGN, the drafts of Kazakh Latin): ж z zh j, й y, х kh h, glides; ш and щ count as s, ц, ч as c.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby

from rapidfuzz import fuzz

_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_BARE = str.maketrans(
    "бвгдклмнпрстфцчшщ" + "bvgdklmnprstfcq",
    "bvgdklmnprstfccss" + "bvgdklmnprstfck",
    "аеёжзийоухъыьэюяіѣ" + "aehijouwxyz" + "ʹʺ ",
)


def is_latin(text: str) -> bool:
    """True for a folded text without a Cyrillic letter."""
    return text.isascii() or not _CYRILLIC.search(text)


@lru_cache(maxsize=1 << 14)
def consonants(word: str) -> str:
    """The skeleton of a folded word, name or title that is asked for again and again (`skeleton`)."""
    return skeleton(word)


def skeleton(text: str) -> str:
    """The consonants of a folded text (`marc.cyrillic.fold`) of either alphabet, in one row.

    Digits stay, words of vowels alone vanish.
    """
    if is_latin(text):
        for written, heard in _TWO_LETTERS:
            text = text.replace(written, heard)
    else:
        text = text.replace("тс", "ц").replace("сч", "щ").replace("нг", "н")
    return _single(text.translate(_BARE))


def _single(text: str) -> str:
    """Without doubles: two signs of one scheme that are one of another, and what slips make and unmake."""
    return "".join([letter for letter, _ in groupby(text)])


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
