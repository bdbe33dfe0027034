"""How alike two titles are for an accountant's eye: shortened, mistyped or with the author is still alike."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc.cyrillic import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Below it two titles are of two books.
ALIKE = 0.6


@lru_cache(maxsize=1 << 12)  # copies of one record stand together
def of_books(books: str, author: str, title: str, whole: str, authors: str) -> float:
    """How alike the titles are, 0 to 1; an author before the title in the books does not count.

    Args:
        books: title in the books, as it stands there.
        author: author in the books, as it stands there.
        title: title proper in the catalogue, folded.
        whole: all that the catalogue calls it by, folded.
        authors: in the catalogue, folded.
    """
    named = folded(books)
    alike = similarity(named, title, whole)
    if alike >= ALIKE or not (authors or author):
        return alike
    left = without(named, {*authors.split(), *folded(author).split()})
    return max(alike, similarity(left, title, whole)) if left else alike


def without(text: str, words: Collection[str]) -> str:
    """A folded text without these words."""
    return " ".join(word for word in text.split() if word not in words)


@lru_cache(maxsize=1 << 12)
def folded(title: str) -> str:
    """A title of the books in the form for comparing."""
    return fold(title)


def similarity(books: str, title: str, whole: str) -> float:
    """0 to 1: how much of one title is in the other, or how alike their letters are, whichever is more.

    Args:
        books: title in the books, folded (`marc.cyrillic.fold`).
        title: title proper in the catalogue, folded.
        whole: all that the catalogue calls it by, folded.

    Returns:
        1 where one of them is empty: there is nothing to compare.
    """
    if not books or not title or title in books or books in whole:
        return 1.0
    words, own = books.split(), title.split()
    shared = max(_shared(words, set(whole.split())), _shared(own, set(words)))
    return shared if shared >= ALIKE else max(shared, _alike(books, title), _alike(books, whole))


def _shared(words: Sequence[str], among: Collection[str]) -> float:
    """Part of these words' letters that stand in words of the other title; the last may be cut short."""
    letters = sum(map(len, words))
    met = sum(len(word) for word in words if word in among)
    last = words[-1]
    if len(last) > 2 and last not in among and any(word.startswith(last) for word in among):
        met += len(last)
    return met / letters


def _alike(one: str, other: str) -> float:
    both = len(one) + len(other)
    if 2 * min(len(one), len(other)) < ALIKE * both:
        return 0.0
    if 2 * (Counter(one) & Counter(other)).total() < ALIKE * both:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
