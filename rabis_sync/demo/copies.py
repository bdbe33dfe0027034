"""Puts copies of the books on the shelves of the branches, each with a number of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rabis_sync.demo import vocabulary
from rabis_sync.demo.book import Book, Copy
from rabis_sync.demo.describing import call_number
from rabis_sync.demo.press import LAST_YEAR
from rabis_sync.demo.streams import stream

if TYPE_CHECKING:
    from random import Random

    from rabis_sync.demo.vocabulary import Branch

COPIES = 1500
#: First number of the common series; numbers below 10000 are written with leading zeros, as old ones are.
FIRST_NUMBER = 8700
FIRST_IN_SERIES = 101
#: How much more of these shelves a branch with a series of its own takes.
FOR_CHILDREN = {"children": 6, "school": 3}


def shelve(seed: int, books: list[Book]) -> list[Copy]:
    """All copies, in the order in which they were bought: one of each book at least."""
    rng = stream(seed, "copies")
    owned = [book for book in books if book.has_copies]
    owned += rng.choices(owned, k=COPIES - len(owned))
    bought = sorted(((_bought(rng, book), book) for book in owned), key=lambda one: one[0])
    following = {branch.series: FIRST_IN_SERIES for branch in vocabulary.branches()} | {"": FIRST_NUMBER}
    copies = []
    for day, book in bought:
        branch = _branch(rng, book)
        number = following[branch.series]
        following[branch.series] += rng.randint(1, 6)
        copies.append(_copy(rng, book, branch, number, day))
    return copies


def _bought(rng: Random, book: Book) -> str:
    year = min(LAST_YEAR, max(book.year, 1994) + rng.choice((0, 0, 0, 1, 1, 2)))
    # A book that came out this year is bought towards its end.
    return f"{year}-{rng.randint(10, 12):02d}-{rng.randint(1, 28):02d}"


def _branch(rng: Random, book: Book) -> Branch:
    branches = vocabulary.branches()
    times = FOR_CHILDREN.get(book.shelf, 1)
    shares = [branch.share * (times if branch.series else 1) for branch in branches]
    return rng.choices(branches, shares)[0]


def _copy(rng: Random, book: Book, branch: Branch, number: int, day: str) -> Copy:
    return Copy(
        record=book.number,
        inventory_number=f"{branch.series}{number:0{4 if branch.series else 5}d}",
        branch=branch.name,
        call_number=call_number(book),
        price=Decimal(rng.randrange(180, 6800, 10)) + rng.choice((Decimal(0), Decimal("0.50"))),
        acquired=day,
        ksu=f"{int(day[5:7]) * 3 + int(day[8:]) // 10}/{day[:4]}",
    )
