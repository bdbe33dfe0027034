"""Whether two records are the same part: volume, book, part, issue, grade, year as numbers (`numbering`)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

#: Words that number one and the same thing in different mouths: том, книга, часть, «1-кітап», a bare number.
_EXCHANGED = frozenset("vbpin")
#: A grade may stand without its word: «Математика. 5».
_GRADE = frozenset("gn")

#: A bare number up to this one may number a volume, an issue or a grade.
MOST_PARTS = 30

Likeness = Literal["equal", "similar", "missing", "different"]


@lru_cache(maxsize=1 << 14)
def compare_parts(one: str, other: str) -> Likeness:
    """Two rows of numbers such as «p1 v2».

    Returns:
        similar: the same number under another word; missing: one says more («g5» and «g5 p1»).
    """
    first, second = _by_letter(one), _by_letter(other)
    shared = first.keys() & second.keys()
    if any(first[letter] != second[letter] for letter in shared):
        return "different"
    left = {letter: first[letter] for letter in first.keys() - shared}
    right = {letter: second[letter] for letter in second.keys() - shared}
    if not left and not right:
        return "equal"
    if not left or not right:
        return "missing"
    if len(left) == len(right) == 1:
        [(letter, numbers)], [(other_letter, other_numbers)] = left.items(), right.items()
        if {letter, other_letter} <= _EXCHANGED or {letter, other_letter} <= _GRADE:
            if numbers == other_numbers:
                return "similar"
            unexplained = {"n": numbers, **({"n": other_numbers} if other_letter == "n" else {})}
            return "missing" if "n" in (letter, other_letter) and _large(unexplained["n"]) else "different"
    return "missing"


def _large(numbers: frozenset[str]) -> bool:
    """True where a bare number is too high for a part or grade: «1000 задач»."""
    return any(int(number) > MOST_PARTS for number in numbers)


def _by_letter(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for number in text.split():
        letter = "n" if number[0] == "y" else number[0]  # «2000 задач» reads as a year, «1000 задач» does not
        found.setdefault(letter, set()).add(number[1:])
    return {letter: frozenset(numbers) for letter, numbers in found.items()}


def different_parts(one: str, other: str) -> bool:
    """True where the two can never be one part."""
    return compare_parts(one, other) == "different"
