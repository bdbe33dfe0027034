"""ISBN are given out one after the other, as agencies do: a house that has used up its numbers gets more."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from .book import isbn13_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .book import Book

#: Between two books of a house in its row of numbers; any number without a common divisor with ten.
STEP = 37


class Register:
    """What the agencies of a catalogue have given out so far."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()
        self._block: dict[str, str] = {}
        self._kazakh, self._russian = _kazakh_blocks(), _russian_blocks()

    def give(self, books: Iterable[Book]) -> None:
        """Exchange the numbers that the books of a family drew for the next of their publishers.

        Books with one number in common still have one in common.
        """
        exchanged: dict[str, str] = {}
        for book in books:
            for drawn in book.isbns:
                if drawn not in exchanged:
                    exchanged[drawn] = self._next(drawn.rsplit("-", 2)[0])
            book.isbns = [exchanged[drawn] for drawn in book.isbns]

    def _next(self, house: str) -> str:
        block = self._block.get(house, house)
        if self._given[block] == _room(block):
            block = self._block[house] = next(self._russian if house.startswith("978-5-") else self._kazakh)
        at = self._given[block] * STEP % _room(block)
        self._given[block] += 1
        return isbn13_of(block, at)


def _room(block: str) -> int:
    return int(10 ** (12 - len(block.replace("-", ""))))


def _kazakh_blocks() -> Iterator[str]:
    """Blocks that no house of `words.toml` has: of ten thousand numbers, then of a thousand."""
    return (f"978-601-{block}" for block in chain(range(80, 100), range(500, 700)))


def _russian_blocks() -> Iterator[str]:
    return (f"978-5-{block}" for block in range(90_000, 100_000))
