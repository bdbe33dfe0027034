"""Brings one book out: publisher, year, extent and ISBN that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from rabis_sync.demo import isbn, vocabulary
from rabis_sync.demo.book import Book

if TYPE_CHECKING:
    from random import Random
    from typing import Any

    from rabis_sync.demo.people import Person
    from rabis_sync.demo.vocabulary import Genre, Language, Publisher

#: The demo's library stopped buying in this year.
LAST_YEAR = 2023
PAGES = {
    "fiction": (96, 480),
    "children": (16, 96),
    "local": (64, 320),
    "field": (120, 400),
    "school": (144, 304),
}
LANGUAGES: tuple[Language, Language] = ("kaz", "rus")
#: Kazakh and Russian literature in the UDC and the ББК.
LITERATURE: dict[Language, str] = {"kaz": "821.512.122", "rus": "821.161.1(574)"}
BBK_OF_FICTION = "84(5Каз)"
SERIES: dict[str, dict[Language, str]] = {
    "fiction": {"kaz": "Сарыарқа кітапханасы", "rus": "Библиотека Сарыарки"},
    "children": {"kaz": "Оқып көр, балақай", "rus": "Почитай-ка сам"},
    "local": {"kaz": "Туған өлке", "rus": "Родной край"},
}
SECOND_EDITION: dict[Language, str] = {"kaz": "2-басылым", "rus": "2-е изд."}


class Classed(TypedDict):
    """The part of a description that a genre decides."""

    udc: str
    bbk: str
    literature: str
    subject: str


@dataclass(frozen=True, slots=True)
class Press:
    """What every book of one shelf is drawn from.

    Attributes:
        rng: the shelf's own stream.
        people: who writes.
        numbers: ISBNs given so far, shared by all shelves.
    """

    rng: Random
    people: list[Person]
    numbers: isbn.Numbers

    def book(self, shelf: str, language: Language, year: int, **details: Any) -> Book:
        """One book of that year; `details` are the fields of `Book` that the shelf decides."""
        house = details.pop("publisher", None) or self.house(shelf, language, year)
        low, high = PAGES.get(shelf, (160, 480))
        if "isbn" not in details:
            details["isbn"] = self.isbn(house, year)
        return Book(
            shelf=shelf,
            language=language,
            year=year,
            publisher=house,
            pages=details.pop("pages", self.rng.randrange(low, high, 4)),
            summary=self._summary(shelf, language),
            series=SERIES.get(shelf, {}).get(language, "") if self.rng.random() < 0.3 else "",
            **details,
        )

    def house(self, shelf: str, language: Language, year: int) -> Publisher:
        """A publisher of such books; periodicals come from those of local history."""
        brings = "local" if shelf == "serial" else shelf
        return self.rng.choice(vocabulary.publishers(brings, language, year))

    def isbn(self, house: Publisher, year: int) -> str:
        """A number of its time; every third of the old length ends in X, which is where mistakes are made."""
        if year >= isbn.FIRST_YEAR_OF_13 and house.isbn13:
            return self.numbers.next(house.isbn13)
        if year >= isbn.FIRST_YEAR and house.isbn10:
            return self.numbers.next(house.isbn10, check="X" if self.rng.random() < 0.33 else "")
        return ""

    def year(self, first: int, last: int = LAST_YEAR) -> int:
        """A year between the two, never 1992, when the presses of the demo stood still."""
        return self.rng.choice([year for year in range(first, last + 1) if year != 1992])

    def person(self, *, besides: tuple[Person, ...] = ()) -> Person:
        """Somebody who is not among those."""
        return self.rng.choice([person for person in self.people if person not in besides])

    def _summary(self, shelf: str, language: Language) -> str:
        known = vocabulary.summaries(shelf, language)
        return self.rng.choice(known) if known and self.rng.random() < 0.7 else ""


def classed(genre: Genre, language: Language, original: Language) -> Classed:
    """Indices and subject of a book of this genre; fiction goes under the literature it was written for."""
    return {
        "udc": genre.udc if genre.bbk else f"{LITERATURE[original]}-{genre.udc}",
        "bbk": genre.bbk or BBK_OF_FICTION,
        "literature": genre.literature,
        "subject": genre.subject.get(language, ""),
    }
