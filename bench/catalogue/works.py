"""Books of every sort, each with what its family needs to make brothers and sisters of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import language as words
from .book import Book, Person, isbn13

if TYPE_CHECKING:
    from random import Random

#: Share of books in Kazakh.
KAZAKH = 0.41
#: Since when books of the region have an ISBN, and how many of them have one in a catalogue.
ISBN_SINCE, WITH_ISBN = 1990, 0.85


def language(dice: Random) -> str:
    """Of a book: kk or ru."""
    return "kk" if dice.random() < KAZAKH else "ru"


def author(dice: Random, lang: str, pool: int) -> Person:
    """One of the authors of this catalogue; few of them wrote much, most wrote little."""
    at = int(pool * dice.random() ** 2)
    tongue = "ru" if at % 3 == 0 and lang == "ru" else "kk"
    surnames, given, fathers = words.SURNAMES[tongue], words.GIVEN[tongue], words.FATHERS[tongue]
    at = at * 7919 % 1_000_003
    return Person(
        surnames[at % len(surnames)],
        given[at // 7 % len(given)],
        fathers[at // 11 % len(fathers)],
    )


def published(book: Book, dice: Random) -> str:
    """Give the book a publisher; the prefix of his ISBN."""
    if book.lang == "ru" and dice.random() < 0.35:
        book.publisher, book.place, prefix = dice.choice(words.FOREIGN)
        return prefix
    kk, ru, place_kk, place_ru, prefix = dice.choice(words.PUBLISHERS)
    book.publisher, book.place = (kk, place_kk) if book.lang == "kk" else (ru, place_ru)
    return prefix


def numbered(book: Book, dice: Random, prefix: str) -> Book:
    """Give the book an ISBN where its time had one."""
    if book.year is not None and book.year >= ISBN_SINCE and dice.random() < WITH_ISBN:
        book.isbns = [isbn13(prefix, dice)]
    return book


def year_of(dice: Random) -> int:
    """Most of a city library's stock is of the last decades."""
    return 2025 - int(66 * dice.random() ** 2)


def learned(dice: Random, pool: int, lang: str = "") -> tuple[Book, str]:
    """A book of learning and the prefix of its publisher."""
    lang = lang or language(dice)
    book = Book(lang, words.learned_title(dice, lang), year_of(dice))
    book.subtitles = [dice.choice(words.SUBTITLES[lang])] if dice.random() < 0.8 else []
    if dice.random() < 0.9:
        book.people = [author(dice, lang, pool) for _ in range(dice.choice((1, 1, 1, 2, 2, 3)))]
    book.pages = 40 + int(560 * dice.random() ** 1.4)
    return book, published(book, dice)


def fiction(dice: Random, pool: int, lang: str = "") -> tuple[Book, str]:
    """A book to read and the prefix of its publisher."""
    lang = lang or language(dice)
    book = Book(lang, words.fiction_title(dice, lang), year_of(dice))
    book.subtitles = [dice.choice(words.GENRES[lang])] if dice.random() < 0.8 else []
    book.people = [author(dice, lang, pool)]
    book.pages = 60 + int(640 * dice.random() ** 1.2)
    return book, published(book, dice)


def any_book(dice: Random, pool: int, lang: str = "") -> Book:
    """A book of either sort with its number."""
    book, prefix = (learned if dice.random() < 0.6 else fiction)(dice, pool, lang)
    return numbered(book, dice, prefix)
