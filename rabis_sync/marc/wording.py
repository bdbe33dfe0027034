"""Small wording rules by which a record is shown to a reader: clean values, initials, titles of volumes."""

from __future__ import annotations

import re
from functools import lru_cache

from rabis_sync.marc.numbering import is_designation

_CONTROLS: dict[int, str | None] = dict.fromkeys(
    (*range(0x20), *range(0x7F, 0xA0), 0x00AD, 0x200B, 0xFEFF), None
)
#: Controls and marks no reader sees (NSB and NSE of ISO 6630 among them); every other space is a space.
_UNSEEN = _CONTROLS | dict.fromkeys((0x09, 0x0A, 0x0D, 0x00A0, 0x2007, 0x2009, 0x202F), " ")

_INITIAL = re.compile(r"(?<=[^\W\d_]\.)(?=[^\W\d_]\.?)")
_LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
_VOWEL = re.compile(r"[аәеёиоөуұүыіэюяaeiouy]", re.IGNORECASE)


def clean(value: str) -> str:
    """A value as it is shown: no control characters, no blanks at the ends."""
    return (value if value.isprintable() else value.translate(_UNSEEN)).strip()


def without_isbd(value: str, trailing: str, abbreviations: frozenset[str]) -> str:
    """A value without the punctuation that ISBD puts between it and the next one (MARC 21 keeps it inside).

    Args:
        value: a clean value.
        trailing: marks cut off the end; a final full stop goes too, unless it belongs to an abbreviation.
        abbreviations: words (small letters) whose full stop stays, beside initials and words without a vowel.
    """
    value = value.rstrip(trailing + " ")
    if not value.endswith(".") or value.endswith(".."):
        return value
    last = _LAST_WORD.search(value)
    if last is None:
        return value[:-1]
    word = last[1].lower()
    return value if len(word) == 1 or word in abbreviations or not _VOWEL.search(word) else value[:-1]


@lru_cache(maxsize=1 << 12)
def tidy_initials(initials: str) -> str:
    """«И.О.» as «И. О.»."""
    return _INITIAL.sub(" ", initials) if "." in initials else initials


def balanced(title: str) -> str:
    """A title without a square bracket whose partner stands in another subfield: «[Т. 2» is «Т. 2»."""
    if title.count("[") != title.count("]"):
        return title.replace("[", "").replace("]", "").strip()
    return title


def join_parts(title: str, parts: list[str]) -> str:
    """A title with the numbers and names of its parts: «Туризм. Кн. 5, Планирование».

    A number comes after a full stop, the name that follows it after a comma (ISBD 1.1.5).
    """
    after_number = False
    for part in parts:
        number = is_designation(part)
        title = _after(title, part, ", " if after_number and not number else ". ")
        after_number = number
    return title


def join_volume(sets: list[str], numbers: list[str], own: str) -> str:
    """What a volume is called: the titles of its set and subset, its number, its own title.

    «Задачи и этюды. Вып. 13», «Собрание сочинений. Т. 3. В круге первом». Nothing is said twice: an own title
    that begins with the set's stands in its place, and a number that the own title has is left out.
    """
    letters = _letters(own)
    unsaid = [number for number in numbers if not _says(letters, _letters(number))]
    repeats = any(letters.startswith(_letters(title)) for title in sets)
    title = ""
    for piece in [own, *unsaid] if repeats else [*sets, *unsaid, own]:
        title = _after(title, piece, ". ") if piece else title
    return title


def _says(letters: str, number: str) -> bool:
    """True where the letters hold that number, and not one that only begins like it («т1» in «т13»)."""
    return re.search(f"{re.escape(number)}(?![0-9])", letters) is not None


def _after(title: str, piece: str, between: str) -> str:
    """Two pieces with a mark between; a title that goes on («Служба занятости...») goes on without one."""
    if not title:
        return piece
    if title.endswith("...") and piece.startswith("..."):
        return f"{title} {piece.lstrip('. ')}"
    if between[0] == "." and not title.endswith(".."):
        title = title.removesuffix(".")
    return f"{title}{between}{piece}"


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
