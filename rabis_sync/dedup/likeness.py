"""How alike two texts are, when what matters are words and numbers and not the count of letters."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from rabis_sync.marc.cyrillic import fold_words

_NUMBER = re.compile(r"\d+")

#: Letters in common, of 100, from which two texts of the same numbers are one with a slip of the pen.
SLIP = 92
#: A shorter text has no room for a slip: «абай» and «абак» are two words.
SHORTEST = 10
#: Letters from which the beginning of a word stands for it: «учеб» for «учебник»; in subtitles and names of
#: publishers and journals, which are abbreviated most, «сб» for «сборник».
STEM, SHORT_STEM = 3, 2
#: Letters from which a word may hold one slip, and two.
ONE_SLIP, TWO_SLIPS = 4, 7


def same_numbers(one: str, other: str) -> bool:
    """True where both texts hold the same numbers in the same order."""
    return _NUMBER.findall(one) == _NUMBER.findall(other)


def other_numbers(one: str, other: str) -> bool:
    """True where both texts hold numbers, and none in common."""
    first, second = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    return bool(first and second) and first.isdisjoint(second)


def is_slip(one: str, other: str) -> bool:
    """True where the texts differ by a slip of the pen only, and in no number."""
    if min(len(one), len(other)) < SHORTEST or not same_numbers(one, other):
        return False
    return fuzz.ratio(one, other, score_cutoff=SLIP) > 0


def slips(one: str, other: str) -> bool:
    """True where two words are one with a slip in it: letters mistaken, left out, doubled or exchanged.

    One slip from four letters on, two from seven; a number has none.
    """
    shorter, longer = len(one), len(other)
    if shorter > longer:
        shorter, longer = longer, shorter
    most = 2 if shorter >= TWO_SLIPS else 1
    if shorter < ONE_SLIP or longer - shorter > most or one[0].isdigit() or other[0].isdigit():
        return False
    return OSA.distance(one, other, score_cutoff=most) <= most


def exchanged(one: str, other: str) -> bool:
    """True where some word of one text may be another word of the other, and not the same with a slip.

    A letter left out, doubled or swapped with its neighbour hardly ever makes another word; one letter for
    another does («Актау» and «Актас»), and two slips do.
    A word in Latin letters is not held against one in Cyrillic.
    """
    words = zip(fold_words(one), fold_words(other), strict=False)
    return any(
        a != b and a.isascii() == b.isascii() and (OSA.distance(a, b) > 1 or _one_for_another(a, b))
        for a, b in words
    )


def _one_for_another(one: str, other: str) -> bool:
    return len(one) == len(other) and sorted(one) != sorted(other)


def continues(one: str, other: str) -> bool:
    """True where one text is the other with more words after it, and no more numbers."""
    short, long = sorted((one, other), key=len)
    return bool(short) and long.startswith(f"{short} ") and same_numbers(one, other)


@lru_cache(maxsize=1 << 14)
def shared_words(one: str, other: str) -> float:
    """Share of the words of the shorter text that the longer one has too; abbreviations count as their words.

    Returns:
        0..1; 1 where the shorter text says nothing new.
    """
    few, only, _ = _parted(one, other)
    return (len(few) - len(only)) / len(few) if few else 1.0


def _parted(one: str, other: str) -> tuple[list[str], list[str], list[str]]:
    """Words of the shorter text, those of them that the longer one lacks, and those that it alone has."""
    few, more = sorted((one.split(), other.split()), key=lambda words: (len(words), words))
    only: list[str] = []
    left = list(more)
    for word in few:
        match = next((candidate for candidate in left if same_word(word, candidate, SHORT_STEM)), None)
        if match is None:
            only.append(word)
        else:
            left.remove(match)
    return few, only, left


def exchanged_words(one: str, other: str) -> bool:
    """True where each of two texts in one alphabet has a word that the other lacks.

    «Для скрипки и фортепиано» and «для виолончели и фортепиано» share most words, and are two.
    """
    _, only, left = _parted(one, other)
    return bool(only and left) and one.isascii() == other.isascii()


def same_word(one: str, other: str, stem: int = STEM) -> bool:
    """True for the same word, one with a slip in it, and an abbreviation of it («пособ», «пособие»)."""
    if one == other:
        return True
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return (len(short) >= stem and not short[0].isdigit() and long.startswith(short)) or slips(one, other)
