"""Describes a book a second time, as another cataloguer would: shorter, and written a little differently."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

from rabis_sync.demo import faults, isbn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.demo.book import Book


def _other_isbn(book: Book) -> Book:
    return replace(book, isbn=isbn.other_form(book.isbn)) if book.isbn else book


def _bare_isbn(book: Book) -> Book:
    return replace(book, isbn=isbn.digits(book.isbn))


def _capitals(book: Book) -> Book:
    if book.host:
        return replace(book, isbn="", host_title=book.host_title.upper())
    return replace(book, isbn="", title=book.title.upper())


def _retitled(change: Callable[[str], str]) -> Callable[[Book], Book]:
    def retitle(book: Book) -> Book:
        title = book.title if book.kind != "monograph" else change(book.title)
        return book if title == book.title else replace(book, title=title, isbn="")

    return retitle


#: Behind another letter a full stop may be that of an abbreviation, and nobody could call it an error.
_VOWELS = "аеёиоуыэюяәөұүі"

#: Kind -> the second description; a book that it leaves as it is has no room for it.
KINDS: dict[str, Callable[[Book], Book]] = {
    "other_isbn": _other_isbn,
    "capitals": _capitals,
    "yo": _retitled(lambda title: title.replace("ё", "е")),
    "bare_isbn": _bare_isbn,
    "look_alike": _retitled(faults.look_alike),
    "quotes": _retitled(lambda title: f"«{title}»"),
    "full_stop": _retitled(lambda title: f"{title}." if title[-1] in _VOWELS else title),
}


#: Kinds that are errors of cataloguing too, in the title.
ERRORS = {"capitals", "full_stop", "look_alike"}


def plan() -> Iterator[str]:
    """Kinds in the order in which they are planted, without end."""
    return cycle(KINDS)


def describe_again(book: Book, kind: str, number: str) -> Book | None:
    """The second description under its own number; None where the book has no room for this kind."""
    again = KINDS[kind](book)
    if again == book:
        return None
    return replace(again, number=number, summary="", note="", subject="", keywords=())
