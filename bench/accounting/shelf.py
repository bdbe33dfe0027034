"""A made-up library in order: books, copies and entries that agree, number by number."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bench.accounting import totals, words

if TYPE_CHECKING:
    from random import Random

BRANCHES = tuple(f"Филиал № {number}" for number in range(1, 13))
CHILDREN = tuple(f"Детская библиотека № {number}" for number in range(1, 4))
LETTER = "Д"
CLASSES = ("OPL", "ENL", "TECH", "AGR", "ART", "PHIL", "FIC", "CHILD", "OTHER")
FIRST_YEAR, LAST_YEAR = totals.FIRST_YEAR, totals.LAST_YEAR
#: Copies of one record of the КСУ, and numbers left between two faults.
BATCH, APART = 40, 12


@dataclass(frozen=True, slots=True)
class Book:
    """One record of the catalogue."""

    number: str
    title: str
    author: str
    year: int
    volume: int
    content_class: str
    language: str

    @property
    def whole(self) -> str:
        return f"{self.title}. {self.volume}-том" if self.volume else self.title


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy in the catalogue; `number` as typed there."""

    book: Book
    number: str
    branch: str
    price: int | None
    acquired: str
    quantity: int = 1
    act_out: str = ""
    withdrawn: bool = False


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """One discrepancy.

    Attributes:
        code: as the report calls it.
        subject: inventory number; record where there is none; gap; batch or period.
        partner: the number that a second look should propose; empty: none.
        slip: kind of a mistyped number.
    """

    code: str
    subject: str
    partner: str = ""
    slip: str = ""


@dataclass(slots=True)
class Shelf:
    """A library while it is made: entry and copy by running number of each series."""

    rng: Random
    entries: dict[str, Row]
    copies: dict[str, Copy]
    order: list[str]
    extra: list[Row] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    single: set[str] = field(default_factory=set)


def stocked(rng: Random, copies: int) -> Shelf:
    shelf = Shelf(rng, {}, {}, [])
    children = copies // 5
    number, book_number = 0, 0
    for series, total, branches in (("", copies - children, BRANCHES), (LETTER, children, CHILDREN)):
        runs = _catalogued_runs(rng, total)
        at = 0
        while at < total:
            book_number += 1
            book = _book(rng, book_number, FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * at // total)
            same = min(total - at, rng.choice((1, 1, 1, 2, 3)))
            acquired_year = min(LAST_YEAR, FIRST_YEAR + (LAST_YEAR - FIRST_YEAR) * at // total + 1)
            branch = branches[at * len(branches) // total]
            price = rng.randrange(10_000, 900_000, 500)
            for _ in range(same):
                at += 1
                number += 1
                key = f"{series}{at}"
                _put(shelf, key, book, branch, price, acquired_year, at, catalogued=runs[at - 1])
                if same == 1:
                    shelf.single.add(key)
    return shelf


def _catalogued_runs(rng: Random, total: int) -> list[bool]:
    """A third of the numbers: runs of one to four hundred, and a few alone."""
    done = [False] * total
    wanted = total // 3
    while sum(done) < wanted:
        start, length = rng.randrange(total), rng.randrange(100, 400)
        done[start : start + length] = [True] * len(done[start : start + length])
    for _ in range(total // 300):
        done[rng.randrange(total)] = True
    # A few numbers left between two runs would rightly be told as holes: they belong to the runs.
    at = 0
    for known, run in groupby(done):
        length = len(list(run))
        if not known and length < 2 * APART:
            done[at : at + length] = [True] * length
        at += length
    return done


def _put(  # noqa: PLR0917
    shelf: Shelf, key: str, book: Book, branch: str, price: int, year: int, at: int, *, catalogued: bool
) -> None:
    rng = shelf.rng
    batch = at // BATCH
    acquired = f"{year}-{batch % 12 + 1:02d}-15"
    quantity = rng.randrange(2, 30) if rng.random() < 0.02 else 1
    shelf.order.append(key)
    shelf.entries[key] = {
        "inventory_number": _typed_in_books(rng, key),
        "title": _title_in_books(rng, book),
        "author": book.author,
        "year": book.year,
        "price": price,
        "quantity": quantity,
        "amount": price * quantity,
        "branch": branch,
        "acquired": acquired,
        "ksu": f"{batch + 1}/{key[0] if key[0] == LETTER else ''}{year}",
        "content_class": book.content_class,
        "language": book.language,
    }
    if catalogued:
        known = price if rng.random() < 0.7 else None
        shelf.copies[key] = Copy(book, _typed_in_catalogue(rng, key), branch, known, acquired, quantity)


def _book(rng: Random, number: int, year: int) -> Book:
    kazakh = rng.random() < 0.35
    roots, ends = (words.KAZAKH, words.KAZAKH_ENDS) if kazakh else (words.ROOTS, words.ENDS)
    told = [rng.choice(roots) + rng.choice(ends) for _ in range(rng.choice((2, 3, 3, 4)))]
    volume = rng.randrange(1, 6) if rng.random() < 0.1 else 0
    return Book(
        number=f"KZ{number:07d}",
        title=" ".join(told).capitalize(),
        author=f"{rng.choice(words.SURNAMES)} {rng.choice('АБВГДЕЖ')}. {rng.choice('КЛМНОПР')}.",
        year=year,
        volume=volume,
        content_class=rng.choice(CLASSES),
        language="kaz" if kazakh else "rus",
    )


def _title_in_books(rng: Random, book: Book) -> str:
    title = book.whole
    if book.language == "kaz" and rng.random() < 0.3:
        title = title.translate(words.RUSSIAN_KEYBOARD)
    if rng.random() < 0.3:
        title = f"{book.author} {title}"
    if rng.random() < 0.15 and not book.volume and len(title) > 26:
        title = title[:-5]
    return title.upper() if rng.random() < 0.1 else title


def _typed_in_books(rng: Random, key: str) -> str:
    """Children's branches leave their letter out half of the time; noughts come and go."""
    digits = key.removeprefix(LETTER)
    zeros = digits.zfill(7) if rng.random() < 0.3 else digits
    return zeros if key == digits or rng.random() < 0.5 else f"{LETTER}-{zeros}"


def _typed_in_catalogue(rng: Random, key: str) -> str:
    digits = key.removeprefix(LETTER)
    return digits if key == digits else f"{LETTER}{rng.choice(('', '-', ' '))}{digits}"
