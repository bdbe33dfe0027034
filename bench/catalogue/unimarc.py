"""A book described in UNIMARC as RUSMARC libraries do it, and written as ISO 2709 in UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import language as words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from .book import Book, Person

_CODES = {"ru": "rus", "kk": "kaz"}
_LEADERS = {"book": "m0", "set": "m1", "volume": "m2", "article": "a2", "issue": "s2"}
_BRANCHES = ("Центральная библиотека", *(f"Филиал № {number}" for number in range(1, 16)))
#: Mean number of copies a record has.
COPIES = (1, 1, 2, 2, 2, 3, 3, 4, 5, 4)


def described(book: Book, control_number: str, first_item: int, dice: Random) -> tuple[bytes, int]:
    """The record of a book, and how many copies it has.

    Args:
        book: what is described.
        control_number: its 001.
        first_item: the inventory number of its first copy.
        dice: the habits of this cataloguer.
    """
    habit = dice.random()
    topic = book.subject or dice.choice(words.RU_NOUNS)[0].capitalize()
    copies = 0 if book.level in {"article", "set"} or book.scan else dice.choice(COPIES)
    fields = [
        ("001", control_number),
        *_coded(book, habit),
        ("200", _field("1 ", *_title(book, habit))),
        *_published(book, habit),
        *_linked(book),
        ("606", _field("  ", ("a", topic))),
        *_headings(book),
        ("801", _field(" 0", ("a", "KZ"), ("b", "KARCBS"), ("c", "20200101"))),
        *(_copy(first_item + at, dice.choice(_BRANCHES)) for at in range(copies)),
    ]
    kind = "l" if book.scan else "a"
    return _iso2709(f"n{kind}{_LEADERS[book.level]}", fields), copies


def _coded(book: Book, habit: float) -> Iterator[tuple[str, str]]:
    for isbn in book.isbns:
        yield "010", _field("  ", ("a", isbn if habit < 0.8 else isbn.replace("-", "")))
    if book.issn:
        yield "011", _field("  ", ("a", book.issn))
    yield "100", _field("  ", ("a", f"20200101d{_year(book):4}    |||y0rusy50      ca"))
    language = [("a", _CODES[book.lang])]
    if book.translated_from:
        language.append(("c", _CODES[book.translated_from]))
    yield "101", _field("1 " if book.translated_from else "0 ", *language)
    yield "102", _field("  ", ("a", "RU" if book.place in _ABROAD else "KZ"))


def _year(book: Book) -> str:
    return "" if book.year is None else str(book.year)


def _published(book: Book, habit: float) -> Iterator[tuple[str, str]]:
    if book.edition:
        yield "205", _field("  ", ("a", words.edition(*book.edition, book.lang)))
    if book.level != "article":
        year = _year(book) if habit < 0.95 else f"[{_year(book)}]"
        imprint = (("a", book.place), ("c", book.publisher), ("d", year))
        yield "210", _field("  ", *((code, text) for code, text in imprint if text.strip("[]")))
    extent = _extent(book, habit)
    if extent:
        yield "215", _field("  ", ("a", extent))


def _linked(book: Book) -> Iterator[tuple[str, str]]:
    if book.part and book.shape != "own":
        number = words.designation(*book.part, book.lang)
        said = [("a", book.title)] + ([("v", number)] if book.shape == "named" else [])
        yield "461", "  \x1f12001 " + _field("", *said)
    if book.host:
        host = _field("", ("a", book.host), ("v", book.host_part))
        yield "463", f"  \x1f12001 {host}\x1f1210  \x1fd{_year(book)}"


def _headings(book: Book) -> Iterator[tuple[str, str]]:
    for at, person in enumerate(book.people if book.heading else ()):
        yield "701" if at else "700", _field(" 1", *_heading(person, full=book.names_full))


def _copy(number: int, place: str) -> tuple[str, str]:
    return "899", _field("  ", ("a", place), ("b", "Аб"), ("p", f"{number:08d}"))


_ABROAD = frozenset(place for _, place, _ in words.FOREIGN)


def _field(indicators: str, *subfields: tuple[str, str]) -> str:
    return indicators + "".join(f"\x1f{code}{text}" for code, text in subfields)


def _title(book: Book, habit: float) -> list[tuple[str, str]]:
    said = [("f", _statement(book))] if book.people else []
    if book.part and book.shape == "link":
        return [("a", words.designation(*book.part, book.lang)), *said]
    if book.part and book.shape == "named":
        return [("a", book.own_title), *(("e", text) for text in book.subtitles), *said]
    title, after = book.title, [("e", text) for text in book.subtitles]
    if book.grade:
        told = words.grade(*book.grade, book.lang)
        if book.grade_in_title:
            title = f"{title}. {words.grade(book.grade[0], 2, book.lang)}"
        else:
            after.insert(0, ("e", told))
    found = [("a", title)]
    if book.scan:
        found.append(("b", "Электронный ресурс"))
    if book.parallel:
        found.append(("d", book.parallel))
    if book.level == "issue":
        found.append(("h", f"{book.year}, № {book.number}" if habit < 0.5 else f"№ {book.number}"))
    if habit > 0.93 and len(after) == 1 and not book.part:
        found[0] = ("a", f"{title} : {after.pop()[1]}")
    if book.part:
        return [*found, ("h", words.designation(*book.part, book.lang)), *after, *said]
    return [*found, *after, *said]


def _statement(book: Book) -> str:
    return ", ".join(f"{_letters(one)} {one.surname}" for one in book.people)


def _letters(person: Person) -> str:
    return " ".join(f"{name[0]}." for name in (person.given, person.father) if name)


def _heading(person: Person, *, full: bool) -> list[tuple[str, str]]:
    found = [("a", person.surname), ("b", _letters(person))]
    if full:
        found.append(("g", " ".join(filter(None, (person.given, person.father)))))
    return found


def _extent(book: Book, habit: float) -> str:
    if book.extent or book.pages is None:
        return book.extent
    if book.lang == "kk":
        return f"{book.pages} б." if habit < 0.7 else f"{book.pages} бет"
    return f"{book.pages} с." if habit < 0.8 else f"{book.pages}, [2] с."


def _iso2709(status: str, fields: list[tuple[str, str]]) -> bytes:
    directory, position, body = [], 0, []
    for tag, text in fields:
        written = text.encode() + b"\x1e"
        directory.append(f"{tag}{len(written):04d}{position:05d}")
        position += len(written)
        body.append(written)
    base = 24 + 12 * len(fields) + 1
    leader = f"{base + position + 1:05d}{status} 22{base:05d}   450 "
    return b"".join([leader.encode(), "".join(directory).encode(), b"\x1e", *body, b"\x1d"])
