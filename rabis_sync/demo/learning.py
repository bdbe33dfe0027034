"""Books to learn from: school books by grade, told apart by it alone, and textbooks of colleges."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rabis_sync.demo import vocabulary
from rabis_sync.demo.press import LANGUAGES, SECOND_EDITION, Press

if TYPE_CHECKING:
    from rabis_sync.demo.book import Book, Group
    from rabis_sync.demo.vocabulary import Language, SchoolSubject, TextbookTitle


def school(press: Press) -> list[Group]:
    """Every subject in every grade and language: the same authors and year for all its grades."""
    groups: list[Group] = []
    for subject in vocabulary.school():
        for language in subject.title:
            year = press.year(2009, 2018)
            first = press.person()
            authors = (first, press.person(besides=(first,)))
            for grade in subject.grades:
                groups.append([_grade(press, subject, language, grade, year=year, authors=authors)])
                if press.rng.random() < 0.12:
                    book = _grade(press, subject, language, grade, year=year + 4, authors=authors)
                    groups.append([replace(book, edition=SECOND_EDITION[language])])
    return groups


def _grade(press: Press, subject: SchoolSubject, language: Language, grade: int, **details: Any) -> Book:
    kazakh = language == "kaz"
    return press.book(
        "school",
        language,
        details.pop("year"),
        title=f"{subject.title[language]}. {grade} {'сынып' if kazakh else 'класс'}",
        other=f"жалпы білім беретін мектептің {grade}-сыныбына арналған оқулық"
        if kazakh
        else f"учебник для {grade} класса общеобразовательной школы",
        udc=subject.udc,
        bbk=f"{subject.bbk}я72",
        subject=subject.title[language],
        **details,
    )


def textbooks(press: Press, wanted: dict[Language, int]) -> tuple[list[Group], list[Book]]:
    """So many textbooks in each language; and all the others that could have been."""
    groups: list[Group] = []
    unused: list[Book] = []
    for language in LANGUAGES:
        titles = list(vocabulary.textbooks())
        press.rng.shuffle(titles)
        books = [_textbook(press, title, language) for title in titles]
        groups += [[book] for book in books[: wanted[language]]]
        unused += books[wanted[language] :]
    return groups, unused


def _textbook(press: Press, title: TextbookTitle, language: Language) -> Book:
    return press.book(
        "field",
        language,
        press.year(1999),
        title=title.title[language],
        other=title.other[language],
        authors=(press.person(),),
        subject=title.subject[language],
        udc=title.udc,
        bbk=title.bbk,
    )
