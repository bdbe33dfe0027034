"""A book, issue or article as a cataloguer has it in hand, before it is described."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

Level = Literal["book", "set", "volume", "article", "issue"]


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever made a book."""

    surname: str
    given: str
    father: str


@dataclass(slots=True)
class Book:
    """What there is to describe.

    Attributes:
        lang: ru or kk.
        part: what part it is: kind, number and style (`language.designation`), or nothing.
        shape: how a volume is described: ``own`` (title, then $h), ``link`` (its number as title and the set
            in 461) or ``named`` (own title, set and number in 461).
        grade: grade of a school book and style of saying it; it stands in the title or after it.
        scan: true for the electronic copy.
        role: what it is in its family, for naming a hard negative.
    """

    lang: str
    title: str
    year: int | None
    level: Level = "book"
    subtitles: list[str] = field(default_factory=list)
    parallel: str = ""
    people: list[Person] = field(default_factory=list)
    heading: bool = True
    names_full: bool = False
    part: tuple[str, int, str] | None = None
    shape: str = "own"
    own_title: str = ""
    number: str = ""
    grade: tuple[int, int] | None = None
    grade_in_title: bool = False
    place: str = ""
    publisher: str = ""
    edition: tuple[int, int] | None = None
    pages: int | None = None
    extent: str = ""
    isbns: list[str] = field(default_factory=list)
    issn: str = ""
    host: str = ""
    host_part: str = ""
    scan: bool = False
    subject: str = ""
    translated_from: str = ""
    role: str = ""

    def copy(self) -> Book:
        """Another cataloguer has the same book in hand."""
        return replace(self, subtitles=list(self.subtitles), people=list(self.people), isbns=list(self.isbns))


def isbn13(prefix: str, dice: Random) -> str:
    """A valid ISBN-13 of a publisher, with hyphens; any of his (`numbers` gives each out once)."""
    return isbn13_of(prefix, dice.randrange(10 ** (12 - len(prefix.replace("-", "")))))


def isbn13_of(prefix: str, number: int) -> str:
    """The ISBN-13 of a publisher's book of this number, with hyphens."""
    stem = prefix.replace("-", "")
    title = f"{number:0{12 - len(stem)}d}"
    return f"{prefix}-{title}-{_check13(stem + title)}"


def _check13(stem: str) -> str:
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(stem))
    return str(-total % 10)


def isbn10(number: str) -> str:
    """The ISBN-10 of an ISBN-13 that begins with 978; hyphens are kept."""
    body = number.removeprefix("978-")[:-2]
    total = sum(int(digit) * (10 - at) for at, digit in enumerate(body.replace("-", "")))
    check = -total % 11
    return f"{body}-{'X' if check == 10 else check}"


def issn(dice: Random) -> str:
    """A valid ISSN."""
    digits = f"{dice.randrange(10**7):07d}"
    check = -sum(int(digit) * (8 - at) for at, digit in enumerate(digits)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"
