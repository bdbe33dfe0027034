"""What the accounting holds: an entry a copy, in agreement with the catalogue but for what is planted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import cycle, islice
from typing import TYPE_CHECKING

from rabis_sync.demo import vocabulary
from rabis_sync.demo.planted import Discrepancy
from rabis_sync.demo.streams import stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from rabis_sync.demo.book import Book, Copy

#: Forty in one round: the more frequent a discrepancy is in life, the more often it stands here.
ROUND = (
    *("ONLY_CATALOG", "ONLY_ACCOUNTING", "WRITTEN_OFF_ACTIVE", "BRANCH_MISMATCH", "TITLE_MISMATCH") * 5,
    *("ONLY_CATALOG", "INV_DUP", "WRITTEN_OFF_ACTIVE", "INV_MISSING", "BRANCH_MISMATCH") * 2,
    *("ONLY_ACCOUNTING", "INV_DUP", "ONLY_CATALOG", "WRITTEN_OFF_ACTIVE", "ONLY_ACCOUNTING"),
)
#: Books that were written off in time: rightly in the ledger, rightly no longer in the catalogue.
WRITTEN_OFF = 30
#: So many numbers at either end are left alone: a book among the last may yet be catalogued.
MARGIN = 200
REASONS = ("ветхость", "утеря читателями", "устарелость по содержанию")
#: Kazakh typed on a Russian keyboard, as bookkeepers do.
RUSSIAN_KEYBOARD = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: one copy; `act` and what follows are empty while it is in stock."""

    inventory_number: str
    title: str
    author: str
    year: int
    price: Decimal
    branch: str
    acquired: date
    ksu: str
    act: str = ""
    act_date: date | None = None
    reason: str = ""


@dataclass(slots=True)
class Stock:
    """Copies and entries while discrepancies are planted between them."""

    copies: list[Copy]
    entries: dict[str, Entry]
    #: Books that only the accounting knows.
    strangers: Iterator[Book]
    #: Numbers of the common series that the catalogue never gave, each between two that it gave.
    free: list[int]
    planted: list[Discrepancy] = field(default_factory=list)

    def of(self, book: Book) -> list[Copy]:
        """The copies of a book under a number of the common series, below 10000 left out (leading zeros)."""
        return [
            copy for copy in self.copies if copy.record == book.number and copy.inventory_number[0] == "1"
        ]

    def bought_before(self, number: int) -> Entry:
        """The entry of the copy that was bought just before a free number was given."""
        while str(number) not in self.entries:
            number -= 1
        return self.entries[str(number)]

    def change(self, old: Copy, number: str) -> None:
        """Give a copy in the catalogue another number."""
        self.copies[self.copies.index(old)] = replace(old, inventory_number=number)


def keep(seed: int, books: dict[str, Book], copies: list[Copy], strangers: list[Book]) -> Stock:
    """A ledger that agrees with the catalogue; titles typed by a bookkeeper, old books written off."""
    rng = stream(seed, "ledger")
    entries = {copy.inventory_number: _entry(rng, books[copy.record], copy) for copy in copies}
    stock = Stock(list(copies), entries, cycle(strangers), _free(copies))
    stream(seed, "free numbers").shuffle(stock.free)
    for _ in range(WRITTEN_OFF):
        entry = written_off(rng, _stranger(rng, stock))
        stock.entries[entry.inventory_number] = entry
    return stock


def plant(seed: int, stock: Stock, books: list[Book], wanted: int) -> None:
    """Plant that many discrepancies, each on another of these books and each of one code only.

    Raises:
        ValueError: there are too few books for so many.
    """
    rng = stream(seed, "discrepancies")
    left = list(books)
    for code in islice(cycle(ROUND), wanted):
        found = ((book, _planted(rng, stock, book, code)) for book in left)
        done = next(((book, one) for book, one in found if one), None)
        if done is None:
            raise ValueError(f"no book is left for a discrepancy {code}")
        left.remove(done[0])
        stock.planted.append(done[1])


def written_off(rng: Random, entry: Entry) -> Entry:
    """The entry with an act of write-off of a later year."""
    year = rng.randint(max(2015, entry.acquired.year), 2023)
    day = date(year, 12, rng.randint(29, 31))
    return replace(entry, act=f"Акт № {rng.randint(1, 9)}", act_date=day, reason=rng.choice(REASONS))


def _planted(rng: Random, stock: Stock, book: Book, code: str) -> Discrepancy | None:
    """The discrepancy on the first copy of this book; None where there is no copy for it."""
    copies = stock.of(book)
    # An issue of a periodical may rightly be without a number.
    if not copies or (code == "INV_MISSING" and book.kind == "issue"):
        return None
    copy, number = copies[0], copies[0].inventory_number
    if code == "INV_DUP":
        same = next((one for one in copies[1:] if one.branch == copy.branch), None)
        if same is None:
            return None
        del stock.entries[same.inventory_number]
        stock.change(same, number)
    elif code == "INV_MISSING":
        del stock.entries[number]
        stock.change(copy, "")
        return Discrepancy(code, "", book.number, copy.branch)
    elif code == "ONLY_CATALOG":
        del stock.entries[number]
    elif code == "ONLY_ACCOUNTING":
        entry = _stranger(rng, stock)
        stock.entries[entry.inventory_number] = entry
        return Discrepancy(code, entry.inventory_number, "", entry.branch)
    else:
        stock.entries[number] = _other(rng, stock, book, code)(stock.entries[number])
    return Discrepancy(code, number, book.number, copy.branch)


def _other(rng: Random, stock: Stock, book: Book, code: str) -> Callable[[Entry], Entry]:
    """How the accounting's entry of a copy differs from what the catalogue says."""

    def moved(entry: Entry) -> Entry:
        others = [one.name for one in vocabulary.branches() if one.name != entry.branch and not one.series]
        return replace(entry, branch=rng.choice(others))

    def mistaken(entry: Entry) -> Entry:
        other = next(one for one in stock.strangers if _unlike(one, book))
        return replace(entry, title=other.full_title, author=other.heading)

    def gone(entry: Entry) -> Entry:
        return written_off(rng, entry)

    return {"BRANCH_MISMATCH": moved, "TITLE_MISMATCH": mistaken, "WRITTEN_OFF_ACTIVE": gone}[code]


def _unlike(one: Book, other: Book) -> bool:
    """True where nobody would take one title for the other."""
    return SequenceMatcher(None, one.full_title.lower(), other.full_title.lower()).ratio() < 0.4


def _entry(rng: Random, book: Book, copy: Copy) -> Entry:
    title = book.full_title
    if book.language == "kaz" and rng.random() < 0.35:
        title = title.translate(RUSSIAN_KEYBOARD)
    return Entry(
        inventory_number=copy.inventory_number,
        title=title,
        author=book.heading,
        year=book.year,
        price=copy.price,
        branch=copy.branch,
        acquired=date.fromisoformat(copy.acquired),
        ksu=copy.ksu,
    )


def _free(copies: list[Copy]) -> list[int]:
    given = sorted(int(copy.inventory_number) for copy in copies if copy.inventory_number[0] == "1")
    return sorted(set(range(given[MARGIN], given[-MARGIN])) - set(given))


def _stranger(rng: Random, stock: Stock) -> Entry:
    book, number = next(stock.strangers), stock.free.pop()
    common = [branch.name for branch in vocabulary.branches() if not branch.series]
    bought = stock.bought_before(number)
    return Entry(
        inventory_number=str(number),
        title=book.full_title,
        author=book.heading,
        year=min(book.year, bought.acquired.year),
        price=Decimal(rng.randrange(180, 6800, 10)),
        branch=rng.choice(common),
        acquired=bought.acquired,
        ksu=bought.ksu,
    )
