"""Families of records that look alike and are different editions: hard negatives of every kind.

A family is a list of books; every two of them are different. What a twin of one of them must keep, so that a
careful person can still tell it from its brothers, stands beside its kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import language as words
from .book import Book, isbn13, issn
from .works import any_book, author, fiction, language, learned, numbered, published, year_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Family = list[Book]


def single(dice: Random, pool: int) -> Family:
    """A book like no other; sometimes «Избранное», of which there are many."""
    book = any_book(dice, pool)
    if dice.random() < 0.01:
        book.title = "Избранное" if book.lang == "ru" else "Таңдамалы шығармалар"
        book.subtitles = []
        book.people = book.people or [author(dice, book.lang, pool)]
    if book.year and book.year > 1990 and dice.random() < 0.1:
        book.edition = (dice.choice((2, 2, 3)), dice.randrange(3))
    if dice.random() < 0.05:
        other = "kk" if book.lang == "ru" else "ru"
        book.parallel = words.learned_title(dice, other)
    return [book]


def volumes(dice: Random, pool: int) -> Family:
    """Volumes of a set, often with the set's own record, sometimes under one ISBN of the set."""
    first, prefix = (fiction if dice.random() < 0.5 else learned)(dice, pool)
    if dice.random() < 0.3:
        first.title = "Собрание сочинений" if first.lang == "ru" else "Шығармалар жинағы"
        first.people = first.people[:1] or [author(dice, first.lang, pool)]
    kind = dice.choice(("volume", "volume", "book", "part"))
    style, shape = dice.choice(words.STYLES), dice.choice(("own", "own", "link", "named"))
    count = dice.choice((2, 2, 2, 3, 3, 4, 5, 6, 8))
    one_number = isbn13(prefix, dice) if dice.random() < 0.35 else ""
    in_one_year = dice.random() < 0.6
    found = []
    for number in range(1, count + 1):
        book = first.copy()
        book.level, book.part, book.shape = "volume", (kind, number, style), shape
        book.pages = max(48, (first.pages or 200) + dice.choice((0, dice.randrange(-60, 60))))
        if not in_one_year and book.year:
            book.year = min(2025, book.year + (number - 1) // 2)
        if shape == "named":
            book.own_title = (words.fiction_title if first.lang == "ru" else words.learned_title)(
                dice, first.lang
            )
        numbered(book, dice, prefix)
        if one_number and book.isbns:
            book.isbns = [one_number] if dice.random() < 0.6 else [*book.isbns, one_number]
        found.append(book)
    if shape != "own" and dice.random() < 0.6:
        whole = first.copy()
        whole.level, whole.pages, whole.role = "set", None, "set"
        whole.extent = f"{count} т." if first.lang == "ru" else f"{count} томдық"
        whole.isbns = [one_number] if one_number else []
        found.append(whole)
    return found


def grades(dice: Random, pool: int) -> Family:
    """One school book for several classes."""
    lang = language(dice)
    subject = dice.choice(words.SUBJECTS)[0 if lang == "kk" else 1]
    year = 1995 + int(30 * dice.random())
    people = [author(dice, lang, pool) for _ in range(dice.choice((1, 2, 2, 3)))]
    style, in_title = dice.randrange(3), dice.random() < 0.25
    sample = Book(lang, subject, year)
    prefix = published(sample, dice)
    first, count = dice.randrange(1, 9), dice.choice((2, 3, 3, 4))
    found = []
    for at in range(count):
        book = sample.copy()
        book.people, book.grade, book.grade_in_title = list(people), (min(first + at, 11), style), in_title
        if style == 2 and not in_title:
            book.subtitles = ["учебник" if lang == "ru" else "оқулық"]
        book.pages = 160 + dice.choice((0, 0, 16, 32, 48, dice.randrange(120)))
        numbered(book, dice, prefix)
        found.append(book)
        if first + at == 11:
            break
    return found


def companions(dice: Random, pool: int) -> Family:
    """A school book with its workbook, reader and the teacher's book."""
    lang = language(dice)
    subject = dice.choice(words.SUBJECTS)[0 if lang == "kk" else 1]
    book = Book(lang, subject, 1995 + int(30 * dice.random()))
    book.people = [author(dice, lang, pool) for _ in range(dice.choice((1, 2, 2)))]
    prefix = published(book, dice)
    book.grade, book.pages = (dice.randrange(1, 12), dice.randrange(2)), 160 + dice.randrange(120)
    found = [numbered(book, dice, prefix)]
    for name in dice.sample(words.COMPANIONS[lang], dice.choice((1, 2))):
        other = book.copy()
        other.grade, other.grade_in_title = (book.grade[0], 2), False
        other.subtitles, other.pages = [name], 64 + dice.randrange(100)
        found.append(numbered(other, dice, prefix))
    return found


def issues(dice: Random, pool: int) -> Family:
    """Issues of a journal within two years."""
    lang = language(dice)
    first = Book(lang, words.journal_title(dice, lang), year_of(dice), level="issue", issn=issn(dice))
    published(first, dice)
    start = dice.randrange(1, 5)
    found = []
    for at in range(dice.choice((2, 3, 4, 4, 6))):
        book = first.copy()
        book.number = str((start + at - 1) % 6 + 1)
        if start + at > 6 and book.year:
            book.year = min(2025, book.year + 1)
        book.pages = 96 + dice.choice((0, 0, 32, dice.randrange(64)))
        found.append(book)
    if len({(book.year, book.number) for book in found}) < len(found):
        return found[:2]
    return found


def yearbooks(dice: Random, pool: int) -> Family:
    """The same calendar of several years; the year stands in the title."""
    lang = language(dice)
    shape, area = dice.choice(words.YEARBOOKS[lang]), dice.choice(words.AREAS[lang])
    start = 1960 + int(60 * dice.random())
    first = Book(lang, "", None)
    prefix = published(first, dice)
    found = []
    for year in range(start, start + dice.choice((2, 3, 4, 5))):
        book = first.copy()
        book.title = words.capital(shape.format(area=area, year=year))
        book.year = year - 1 if "календарь" in shape or "күнтізбе" in shape else year + 1
        book.pages = 60 + dice.choice((0, dice.randrange(40)))
        book.subtitles = (
            [("библиографический указатель" if lang == "ru" else "библиографиялық көрсеткіш")]
            if dice.random() < 0.5
            else []
        )
        found.append(numbered(book, dice, prefix))
    return found


def editions(dice: Random, pool: int) -> Family:
    """A first and a second, revised edition."""
    first, prefix = learned(dice, pool)
    first.year = min(first.year or 2000, 2018)
    numbered(first, dice, prefix)
    found = [first]
    for number in range(2, dice.choice((3, 3, 4))):
        book = found[-1].copy()
        book.edition = (number, dice.randrange(3))
        book.year = min(2025, (book.year or 2000) + dice.choice((1, 2, 2, 3, 4, 6)))
        book.pages = max(40, (book.pages or 100) + dice.choice((0, 8, 16, dice.randrange(-40, 80))))
        if dice.random() < 0.8:
            book.isbns = []
            numbered(book, dice, prefix)
        found.append(book)
    return found


def reprints(dice: Random, pool: int) -> Family:
    """The same text printed again years later, by the same house or by another; the number may be reused."""
    first = any_book(dice, pool)
    first.year = min(first.year or 2000, 2014)
    book = first.copy()
    book.year = first.year + dice.choice((2, 2, 3, 4, 5, 8, 11))
    if dice.random() < 0.4:
        book.pages = (first.pages or 100) + dice.choice((0, 2, 4, 16))
    if dice.random() < 0.5:
        book.isbns = []
        numbered(book, dice, published(book, dice))
    return [first, book]


def same_title(dice: Random, pool: int) -> Family:
    """Two authors chose one title."""
    made, prefix = (fiction if dice.random() < 0.5 else learned)(dice, pool)
    made.people = [author(dice, made.lang, pool)]
    other = made.copy()
    while other.people[0].surname == made.people[0].surname:
        other.people = [author(dice, made.lang, pool)]
    if dice.random() < 0.5:
        other.year = made.year if dice.random() < 0.5 else year_of(dice)
    other.pages = 60 + dice.randrange(400)
    numbered(made, dice, prefix)
    return [made, numbered(other, dice, published(other, dice))]


def translations(dice: Random, pool: int) -> Family:
    """The Kazakh and the Russian edition: another title, or the very same one; often all else is equal."""
    first, prefix = (fiction if dice.random() < 0.6 else learned)(dice, pool)
    other = first.copy()
    other.lang = "kk" if first.lang == "ru" else "ru"
    kind = dice.random()
    if kind < 0.75:
        other.title = (words.fiction_title if dice.random() < 0.6 else words.learned_title)(dice, other.lang)
        other.subtitles = [dice.choice(words.GENRES[other.lang])]
    if 0.4 < kind < 0.75:
        first.parallel, other.parallel = other.title, first.title
    other.translated_from = first.lang
    other.pages = (first.pages or 100) + dice.choice((0, 0, 4, dice.randrange(30)))
    numbered(first, dice, prefix)
    return [first, numbered(other, dice, prefix)]


def articles(dice: Random, pool: int) -> Family:
    """A collection with articles out of it, one of which may bear its title."""
    host, prefix = learned(dice, pool)
    host.role = "host"
    numbered(host, dice, prefix)
    found = [host]
    for at in range(dice.choice((1, 1, 2))):
        article = Book(host.lang, words.learned_title(dice, host.lang), host.year, level="article")
        if at == 0 and dice.random() < 0.5:
            article.title = host.title
        article.people = host.people[:1] or [author(dice, host.lang, pool)]
        article.host = host.title
        start = dice.randrange(3, 200)
        article.host_part = f"{'С.' if host.lang == 'ru' else 'Б.'} {start}-{start + dice.randrange(2, 20)}"
        found.append(article)
    return found


def print_and_scan(dice: Random, pool: int) -> Family:
    """A printed book and its electronic copy."""
    book = any_book(dice, pool)
    scan = book.copy()
    scan.scan = True
    return [book, scan]


def reused_isbn(dice: Random, pool: int) -> Family:
    """Two books of one house under one ISBN by mistake."""
    first, prefix = learned(dice, pool)
    first.year = max(first.year or 2000, 1996)
    first.isbns = [isbn13(prefix, dice)]
    other, _ = learned(dice, pool, first.lang)
    other.publisher, other.place, other.isbns = first.publisher, first.place, list(first.isbns)
    other.year = first.year + dice.choice((0, 0, 1))
    return [first, other]


def sequels(dice: Random, pool: int) -> Family:
    """Books of one author whose titles begin alike, in one year at one house."""
    first, prefix = learned(dice, pool)
    first.people = [author(dice, first.lang, pool)]
    other = first.copy()
    if first.lang == "ru":
        other.title = f"{first.title} : {dice.choice(words.RU_NOUNS)[0]}"
    else:
        other.title = f"{first.title} : {dice.choice(words.KK_NOUNS)}"
    other.pages = (first.pages or 100) + dice.randrange(20, 90)
    numbered(first, dice, prefix)
    return [first, numbered(other, dice, prefix)]


#: Kind -> maker, weight among families, what a twin must keep.
KINDS: dict[str, tuple[Callable[[Random, int], Family], float, frozenset[str]]] = {
    "single": (single, 60.0, frozenset()),
    "volumes": (volumes, 5.0, frozenset({"part"})),
    "grades": (grades, 2.6, frozenset({"part", "subtitle"})),
    "companions": (companions, 1.4, frozenset({"subtitle"})),
    "issues": (issues, 2.2, frozenset({"part", "year"})),
    "yearbooks": (yearbooks, 1.6, frozenset({"part"})),
    "editions": (editions, 2.4, frozenset({"edition", "year"})),
    "reprints": (reprints, 3.0, frozenset({"year"})),
    "same_title": (same_title, 2.0, frozenset({"author"})),
    "translations": (translations, 2.6, frozenset({"language"})),
    "articles": (articles, 2.2, frozenset({"level"})),
    "print_scan": (print_and_scan, 1.4, frozenset({"kind"})),
    "reused_isbn": (reused_isbn, 1.2, frozenset()),
    "sequels": (sequels, 1.0, frozenset({"subtitle"})),
}


def difference(kind: str, one: Book, other: Book) -> str:
    """The name of the hard negative that two books of a family are."""
    roles = {one.role, other.role}
    if "set" in roles:
        return "set_volume"
    return "article_host" if "host" in roles else kind
