"""Every book the made-up library owns, under its control number; works appear in two languages and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rabis_sync.demo import isbn, learning, people, vocabulary
from rabis_sync.demo.multiparts import issues, volumes
from rabis_sync.demo.press import LANGUAGES, SECOND_EDITION, Press, classed
from rabis_sync.demo.streams import stream

if TYPE_CHECKING:
    from random import Random

    from rabis_sync.demo.book import Book, Group
    from rabis_sync.demo.people import Person
    from rabis_sync.demo.vocabulary import Language, Work

#: Descriptions before anything is planted, and how many of them are Kazakh.
DESCRIPTIONS = 570
KAZAKH_SHARE = 0.41
#: Works of these genres of local history were written by people long dead: their term has run out.
OLD_GENRES = ("lore", "memoir")
ORIGINAL_TITLE: dict[Language, str] = {"kaz": "Түпнұсқаның атауы: ", "rus": "Загл. ориг.: "}


def stock(seed: int) -> tuple[list[Book], list[Book]]:
    """All books with their control numbers, and some that were never catalogued (ledgers know such)."""
    numbers = isbn.Numbers()
    writers = people.invent(stream(seed, "people"), 110)

    def press(shelf: str) -> Press:
        return Press(stream(seed, shelf), writers, numbers)

    groups = [
        *_works(press("fiction"), "fiction", 1968),
        *_works(press("children"), "children", 1975),
        *_works(press("local"), "local", 1994),
        *learning.school(press("school")),
        *[volumes(press(f"set {one.title}"), one, own_isbn=n < 2) for n, one in enumerate(vocabulary.sets())],
        *[issues(press(f"serial {one.title}"), one, n) for n, one in enumerate(vocabulary.serials())],
    ]
    textbooks, unused = learning.textbooks(press("field"), _wanting(groups))
    return _numbered(stream(seed, "order"), [*groups, *textbooks]), unused


def _wanting(groups: list[Group]) -> dict[Language, int]:
    """Books that are wanting to the whole number and to the share of Kazakh."""
    languages = [book.language for group in groups for book in group]
    kazakh = round(DESCRIPTIONS * KAZAKH_SHARE) - languages.count("kaz")
    return {"kaz": kazakh, "rus": DESCRIPTIONS - len(languages) - kazakh}


def _numbered(rng: Random, groups: list[Group]) -> list[Book]:
    """The books in the order in which they were catalogued; parts learn the number of their host."""
    rng.shuffle(groups)
    books: list[Book] = []
    for group in groups:
        host = control_number(len(books) + 1)
        books += [
            replace(book, number=control_number(len(books) + 1 + place), host=host if place else "")
            for place, book in enumerate(group)
        ]
    return books


def control_number(place: int) -> str:
    """Control number (001) of the record catalogued as the n-th."""
    return f"KMS{place:06d}"


@dataclass(frozen=True, slots=True)
class Written:
    """A work of an author, in the language it was written in."""

    shelf: str
    work: Work
    author: Person
    original: Language


def _works(press: Press, shelf: str, first_year: int) -> list[Group]:
    groups: list[Group] = []
    for work in vocabulary.works(shelf):
        written = Written(shelf, work, _author(press, shelf, work), press.rng.choice(LANGUAGES))
        groups += [[book] for book in _editions(press, written, first_year)]
    return groups


def _editions(press: Press, written: Written, first_year: int) -> list[Book]:
    """The original, perhaps its translation, perhaps a reprint of either in a later year."""
    translated = LANGUAGES[1 - LANGUAGES.index(written.original)]
    books = [_edition(press, written, written.original, press.year(first_year, 2012))]
    if press.rng.random() < 0.58:
        books.append(_edition(press, written, translated, press.year(max(1993, books[0].year + 1), 2017)))
    if press.rng.random() < 0.3:
        again = press.rng.choice(books)
        reprint = _edition(press, written, again.language, press.year(max(1998, again.year + 3)))
        books.append(replace(reprint, edition=SECOND_EDITION[again.language], translator=again.translator))
    return books


def _edition(press: Press, written: Written, language: Language, year: int) -> Book:
    genre = vocabulary.genre(written.work.genre)
    translated = language != written.original
    return press.book(
        written.shelf,
        language,
        year,
        title=written.work.title[language],
        other=genre.other[language],
        authors=(written.author,),
        translator=press.person(besides=(written.author,)) if translated else None,
        note=ORIGINAL_TITLE[language] + written.work.title[written.original] if translated else "",
        local=written.shelf == "local",
        **classed(genre, language, written.original),
    )


def _author(press: Press, shelf: str, work: Work) -> Person:
    if shelf == "local" and work.genre in OLD_GENRES:
        born = press.rng.randint(1866, 1898)
        return people.Person(people.one_name(press.rng), born, born + press.rng.randint(38, 52))
    return press.person()
