"""Whether titles that fold alike are spelt alike: what a typist loses is no difference, other letters are.

«қазақ тілі» typed as «казак тили» lost its letters; «құл» and «күл» are two words that only folding joins.
"""

from __future__ import annotations

from typing import Literal

#: Letters written for one another where a keyboard or a habit lacks the right one.
_LOST = frozenset(map(frozenset, ("әа", "әэ", "қк", "ғг", "ңн", "өо", "ұу", "үу", "һх", "іи", "іы")))
_LOST |= frozenset(map(frozenset, ("ёе", "эе", "җж", "ыи")))


def other_letters(one: str, other: str) -> int | None:
    """In how many letters two writings differ beyond lost ones; None where they have other words.

    Args:
        one: a title in small letters, not folded.
        other: another that folds alike.
    """
    first, second = one.split(), other.split()
    if len(first) != len(second):
        return None
    russian = not _kazakh(one) and not _kazakh(other)
    return sum(_differing(*words, russian=russian) for words in zip(first, second, strict=True))


def _differing(one: str, other: str, *, russian: bool) -> int:
    if one == other or len(one) != len(other):
        return 0
    return sum(
        a != b and a.isalpha() and (frozenset((a, b)) not in _LOST or (russian and {a, b} == {"ы", "и"}))
        for a, b in zip(one, other, strict=True)
        if _cyrillic(a) and _cyrillic(b)
    )


def _kazakh(text: str) -> bool:
    return not _KAZAKH.isdisjoint(text)


def _cyrillic(letter: str) -> bool:
    return "\u0400" <= letter <= "\u052f"


_KAZAKH = frozenset("әғқңөұүһі")

Spelling = Literal["same", "slip", "other"]
#: Letters of a title from which one other letter is a slip; in a shorter one it makes another word.
ROOM = 10
#: Other letters that a long title may have.
MOST = 2


def spelling(one: str, other: str) -> Spelling:
    """How two titles that fold alike are written."""
    if one == other:
        return "same"
    apart = other_letters(one, other)
    if not apart:
        return "same"
    return "slip" if apart <= MOST and min(len(one), len(other)) >= ROOM else "other"
