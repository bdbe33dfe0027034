"""What cataloguers do to a description: each kind of dirt changes a book, or says that it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import language as words
from .book import Book, Person, isbn10, isbn13

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

_LOST = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_ALIKE = str.maketrans("аеосрхАЕОСРХТМК", "aeocpxAEOCPXTMK")
_LETTERS = "абвгдежзийклмнопрстуфхцчшыьэюя"

#: Russian after GOST 7.79 B and after BGN, Kazakh after the draft of 2021 and after ISO 9.
_GOST = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a b v g d e yo zh z i j k l m n o p r s t u f kh c ch sh shh `` y' ` e' yu ya").split(" "),
        strict=True,
    )
)
_BGN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        ("a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya").split(" "),
        strict=True,
    )
)
_KAZAKH = {"ә": "ä", "ғ": "ğ", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "ū", "ү": "ü", "һ": "h", "і": "ı"}
_DRAFT = {**_BGN, **_KAZAKH, "ы": "y", "й": "i", "ш": "ş", "у": "u", "ж": "j", "х": "h", "я": "ia", "ю": "iu"}


def transliterated(text: str, system: int, lang: str) -> str:
    """The text in Latin letters after one of two systems of its language."""
    table = (_DRAFT if system else {**_GOST, **_KAZAKH}) if lang == "kk" else (_BGN if system else _GOST)
    latin = "".join(table.get(letter.lower(), letter) for letter in text)
    return words.capital(latin)


def _lower_letters(title: str) -> list[int]:
    """Where a slip can be: inside a word of letters, never in a number or a capital."""
    return [
        at for at in range(1, len(title) - 1) if title[at].lower() in _LETTERS and title[at - 1].isalpha()
    ]


def _typo(book: Book, dice: Random) -> bool:
    places = _lower_letters(book.title)
    if len(places) < 6:
        return False
    for _ in range(dice.choice((1, 1, 1, 2))):
        title = book.title
        at = dice.choice(_lower_letters(title))
        kind = dice.randrange(4)
        if kind == 0:
            book.title = title[:at] + title[at + 1 :]
        elif kind == 1:
            book.title = title[:at] + title[at] + title[at:]
        elif kind == 2:
            book.title = title[:at] + dice.choice(_LETTERS) + title[at + 1 :]
        else:
            book.title = title[: at - 1] + title[at] + title[at - 1].lower() + title[at + 1 :]
    return True


def _lost_letters(book: Book, dice: Random) -> bool:
    if book.lang != "kk":
        return False
    book.title, book.publisher, book.place = (
        text.translate(_LOST) for text in (book.title, book.publisher, book.place)
    )
    book.own_title, book.host = book.own_title.translate(_LOST), book.host.translate(_LOST)
    book.subtitles = [text.translate(_LOST) for text in book.subtitles]
    book.people = [_spelt(one, _LOST) for one in book.people]
    return True


def _spelt(person: Person, table: dict[int, int]) -> Person:
    return Person(
        person.surname.translate(table), person.given.translate(table), person.father.translate(table)
    )


def _look_alikes(book: Book, dice: Random) -> bool:
    book.title = "".join(letter.translate(_ALIKE) if dice.random() < 0.3 else letter for letter in book.title)
    if book.people and dice.random() < 0.4:
        book.people[0] = _spelt(book.people[0], _ALIKE)
    return True


def _no_isbn(book: Book, dice: Random) -> bool:
    had = bool(book.isbns)
    book.isbns = []
    return had


def _wrong_isbn(book: Book, dice: Random) -> bool:
    if not book.isbns:
        return False
    number = book.isbns[0]
    if dice.random() < 0.25:
        book.isbns[0] = isbn13(number.rsplit("-", 2)[0], dice)  # the number of the neighbour on the desk
        return True
    at = dice.choice([at for at in range(4, len(number)) if number[at].isdigit()])
    book.isbns[0] = number[:at] + str((int(number[at]) + dice.randrange(1, 10)) % 10) + number[at + 1 :]
    return True


def _other_length(book: Book, dice: Random) -> bool:
    if not book.isbns or not book.isbns[0].startswith("978-"):
        return False
    book.isbns[0] = isbn10(book.isbns[0])
    return True


def _initials(book: Book, dice: Random) -> bool:
    book.names_full = not book.names_full
    return bool(book.people)


def _one_initial(book: Book, dice: Random) -> bool:
    if not book.people:
        return False
    person = book.people[0]
    book.people[0] = Person(person.surname, person.given, "")
    return True


def _no_heading(book: Book, dice: Random) -> bool:
    book.heading = False
    return bool(book.people)


def _no_author(book: Book, dice: Random) -> bool:
    had = bool(book.people)
    book.people = []
    return had


def _swapped(book: Book, dice: Random) -> bool:
    if len(book.people) < 2:
        return False
    book.people = book.people[1:] + book.people[:1]
    return True


def _no_subtitle(book: Book, dice: Random) -> bool:
    had = bool(book.subtitles)
    book.subtitles = []
    return had


_ABBREVIATED = (
    ("учебное пособие", "учеб. пособие"), ("учебник", "учеб."), ("методические рекомендации", "метод. рек."),
    ("учебно-методическое пособие", "учеб.-метод. пособие"), ("библиографический", "библиогр."),
    ("сборник статей", "сб. ст."), ("сборник научных трудов", "сб. науч. тр."), ("справочник", "справ."),
    ("материалы конференции", "материалы конф."), ("оқу құралы", "оқу құр."), ("жинағы", "жин."),
    ("оқулық", "оқул."), ("әдістемелік", "әдіст."), ("стихотворения", "стихи"),
)  # fmt: skip


def _abbreviated(book: Book, dice: Random) -> bool:
    before = list(book.subtitles)
    for long, short in _ABBREVIATED:
        book.subtitles = [text.replace(long, short) for text in book.subtitles]
    return book.subtitles != before


def _no_year(book: Book, dice: Random) -> bool:
    had = book.year is not None
    book.year = None
    return had


def _extent(book: Book, dice: Random) -> bool:
    if not book.pages:
        return False
    book.pages = max(1, book.pages + dice.choice((-4, -2, -1, 1, 2, 3, 4, 8, -8)))
    return True


def _no_extent(book: Book, dice: Random) -> bool:
    had = book.pages is not None
    book.pages = None
    return had


def _publisher_written(book: Book, dice: Random) -> bool:
    if not book.publisher:
        return False
    russian = dice.choice(("Изд-во «{}»", "Издательство {}", "Изд. дом {}"))
    book.publisher = ("{} баспасы" if book.lang == "kk" else russian).format(book.publisher)
    return True


def _no_publisher(book: Book, dice: Random) -> bool:
    had = bool(book.publisher)
    book.publisher = ""
    return had


def _latin(book: Book, dice: Random) -> bool:
    system = dice.randrange(2)
    book.title = transliterated(book.title, system, book.lang)
    book.own_title = transliterated(book.own_title, system, book.lang) if book.own_title else ""
    book.subtitles = [transliterated(text, system, book.lang) for text in book.subtitles]
    return True


def _edition_written(book: Book, dice: Random) -> bool:
    if not book.edition:
        return False
    book.edition = (book.edition[0], (book.edition[1] + 1) % 3)
    return True


def _no_edition(book: Book, dice: Random) -> bool:
    had = book.edition is not None
    book.edition = None
    return had


def _part_written(book: Book, dice: Random) -> bool:
    if book.part:
        kind, number, style = book.part
        book.part = (kind, number, dice.choice([one for one in words.STYLES if one != style]))
        return True
    if book.grade and not book.grade_in_title:
        book.grade = (book.grade[0], (book.grade[1] + 1) % 3)
        return True
    return False


def _shape(book: Book, dice: Random) -> bool:
    if book.level != "volume" or book.shape == "named":
        return False
    book.shape = "link" if book.shape == "own" else "own"
    return True


def _year_apart(book: Book, dice: Random) -> bool:
    if book.year is None:
        return False
    book.year += dice.choice((-1, 1))
    return True


#: Name -> the change, weight, which part of a description it takes or harms.
DIRT: dict[str, tuple[Callable[[Book, Random], bool], float, str]] = {
    "typo": (_typo, 10, ""),
    "lost_letters": (_lost_letters, 14, ""),
    "look_alikes": (_look_alikes, 6, ""),
    "no_isbn": (_no_isbn, 10, ""),
    "wrong_isbn": (_wrong_isbn, 8, ""),
    "isbn_length": (_other_length, 9, ""),
    "initials": (_initials, 8, ""),
    "one_initial": (_one_initial, 5, ""),
    "no_heading": (_no_heading, 5, ""),
    "no_author": (_no_author, 4, "author"),
    "swapped_authors": (_swapped, 4, ""),
    "no_subtitle": (_no_subtitle, 9, "subtitle"),
    "abbreviated": (_abbreviated, 7, ""),
    "no_year": (_no_year, 4, "year"),
    "extent": (_extent, 9, ""),
    "no_extent": (_no_extent, 4, ""),
    "publisher_written": (_publisher_written, 7, ""),
    "no_publisher": (_no_publisher, 4, ""),
    "transliterated": (_latin, 3, ""),
    "edition_written": (_edition_written, 20, ""),
    "no_edition": (_no_edition, 16, "edition"),
    "part_written": (_part_written, 8, ""),
    "shape": (_shape, 5, ""),
}
_NAMES, _WEIGHTS = list(DIRT), [weight for _, weight, _ in DIRT.values()]

#: How many kinds of dirt a twin has: a quarter is clean.
_COUNTS, _COUNT_WEIGHTS = (0, 1, 2, 3), (25, 35, 26, 14)
#: Share of twins whose year is one apart: a slip or a reprint, nobody can tell from the records.
YEAR_APART = 0.05


def twin(book: Book, dice: Random, keep: frozenset[str]) -> tuple[Book, tuple[str, ...]]:
    """The same book described again, and the dirt on that description.

    Args:
        book: as it was described first.
        dice: of this family.
        keep: what has to stay whole, see `families.KINDS`.
    """
    other = book.copy()
    done: list[str] = []
    slips = "year" not in keep and dice.random() < YEAR_APART
    if slips and _year_apart(other, dice):
        done.append("year_apart")
    wanted = dice.choices(_COUNTS, _COUNT_WEIGHTS)[0]
    lost = 0
    for name in dice.choices(_NAMES, _WEIGHTS, k=4 * wanted):
        if len(done) - ("year_apart" in done) >= wanted:
            break
        change, _, harms = DIRT[name]
        taking = name.startswith("no_") and name != "no_heading"
        if name in done or harms in keep or (taking and lost == 2):
            continue
        if harms == "year" and "year_apart" in done:
            continue
        if change(other, dice):
            done.append(name)
            lost += taking
    return other, tuple(done)
