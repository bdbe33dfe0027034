"""Invented people with a name in Kazakh and in Russian spelling, each born once and never twice the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.demo import vocabulary

if TYPE_CHECKING:
    from random import Random

    from rabis_sync.demo.vocabulary import Language

#: Surnames with these endings take «а» for a woman; others (Миллер, Ким, Тарасенко) stay.
GENDERED = ("ов", "ев", "ёв", "ин")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in one spelling."""

    surname: str
    given: str
    patronymic: str

    @property
    def initials(self) -> str:
        """«Е. С.»."""
        return f"{self.given[0]}. {self.patronymic[0]}."

    @property
    def direct(self) -> str:
        """As a title page has it: «Е. С. Сейітқалиев»."""
        return f"{self.initials} {self.surname}"

    @property
    def inverted(self) -> str:
        """As a heading has it: «Сейітқалиев Е. С.»."""
        return f"{self.surname} {self.initials}"


@dataclass(frozen=True, slots=True)
class Person:
    """One person; ``died`` is 0 for the living."""

    name: dict[Language, Name]
    born: int
    died: int = 0

    @property
    def dates(self) -> str:
        """«1889-1944», «1961-»."""
        return f"{self.born}-{self.died or ''}"


def invent(rng: Random, number: int) -> list[Person]:
    """That many different people of our time, two in three with a Kazakh name."""
    found: dict[str, Person] = {}
    while len(found) < number:
        person = Person(one_name(rng), born=rng.randint(1931, 1975))
        found.setdefault(person.name["rus"].inverted, person)
    return list(found.values())


def one_name(rng: Random) -> dict[Language, Name]:
    """A name of a man or a woman, Kazakh or Russian."""
    man = rng.random() < 0.6
    return _kazakh(rng, man=man) if rng.random() < 0.66 else _russian(rng, man=man)


def _kazakh(rng: Random, *, man: bool) -> dict[Language, Name]:
    words = vocabulary.names()
    surname = rng.choice(words["kazakh_surnames"])
    given = rng.choice(words["kazakh_men" if man else "kazakh_women"])
    father = rng.choice(words["kazakh_fathers"])[0 if man else 2 :]
    return {
        "kaz": Name(gendered(surname[0], man=man), given[0], father[0]),
        "rus": Name(gendered(surname[1], man=man), given[1], father[1]),
    }


def _russian(rng: Random, *, man: bool) -> dict[Language, Name]:
    words = vocabulary.names()
    surname = gendered(rng.choice(words["russian_surnames"]), man=man)
    given = rng.choice(words["russian_men" if man else "russian_women"])
    name = Name(surname, given, rng.choice(words["russian_fathers"])[0 if man else 1])
    return {"kaz": name, "rus": name}


def gendered(surname: str, *, man: bool) -> str:
    """The surname as a man or a woman bears it."""
    return surname if man or not surname.endswith(GENDERED) else surname + "а"
