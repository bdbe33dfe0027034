"""What a catalogue has of already: ISBN, given out one after the other as agencies do, and books.

A house that has used up its numbers gets more. A book that nobody could tell from one that is there is not
made again: it would be that one.
"""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from itertools import chain
from typing import TYPE_CHECKING

from .book import isbn13_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .book import Book

#: Between two books of a house in its row of numbers; any number without a common divisor with ten.
STEP = 37


class Register:
    """What has been given out and made so far: about a hundred bytes a book."""

    def __init__(self) -> None:
        self._made: set[bytes] = set()
        self._given: Counter[str] = Counter()
        self._block: dict[str, str] = {}
        self._kazakh, self._russian = _kazakh_blocks(), _russian_blocks()

    def takes(self, books: Iterable[Book]) -> bool:
        """True for a family of books of which none is there already; they are there from then on."""
        said = {_said(book) for book in books}
        if not said.isdisjoint(self._made):
            return False
        self._made |= said
        return True

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


def _said(book: Book) -> bytes:
    """What a description says that cannot be a slip or an omission: extents and subtitles can."""
    people = [(one.surname, one.given) for one in book.people]
    part = (
        book.level,
        book.part and book.part[:2],
        book.own_title,
        book.number,
        book.grade and book.grade[0],
    )
    rest = (book.title, book.year, book.publisher, book.edition and book.edition[0], book.host, book.scan)
    return blake2b(repr((book.lang, part, people, rest)).encode(), digest_size=8).digest()


def _room(block: str) -> int:
    return int(10 ** (12 - len(block.replace("-", ""))))


def _kazakh_blocks() -> Iterator[str]:
    """Blocks that no house of `words.toml` has: of ten thousand numbers, then of a thousand."""
    return (f"978-601-{block}" for block in chain(range(80, 100), range(500, 700)))


def _russian_blocks() -> Iterator[str]:
    return (f"978-5-{block}" for block in range(90_000, 100_000))
