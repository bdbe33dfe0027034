"""The words the made-up library is written with, read from the TOML files in `vocabulary/`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["kaz", "rus"]
#: Keys of the vocabulary files are ISO 639-1, fields of a record ISO 639-2.
SHORT: dict[Language, str] = {"kaz": "kk", "rus": "ru"}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch: its name, who answers for its stock, its share of copies, its series of numbers."""

    name: str
    keeper: str
    share: int
    series: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher: place by language, what it brings out, prefixes of its ISBNs, years it worked."""

    name: str
    place: dict[str, str]
    languages: tuple[str, ...]
    classes: tuple[str, ...]
    isbn10: str = ""
    isbn13: str = ""
    country: str = "KZ"
    since: int = 1993
    until: int = 9999


@dataclass(frozen=True, slots=True)
class Work:
    """One work under its title in each language (``kaz``, ``rus``)."""

    title: dict[Language, str]
    genre: str


@dataclass(frozen=True, slots=True)
class Genre:
    """What a genre adds to a description."""

    other: dict[Language, str]
    udc: str
    bbk: str
    literature: str
    subject: dict[Language, str]


@dataclass(frozen=True, slots=True)
class Multipart:
    """A set or a periodical: the title its parts are found under."""

    language: Language
    title: str
    other: str
    udc: str
    bbk: str
    volumes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SchoolSubject:
    """A subject taught in several grades: the title in every language it is taught in."""

    title: dict[Language, str]
    grades: tuple[int, ...]
    udc: str
    bbk: str


@dataclass(frozen=True, slots=True)
class TextbookTitle:
    """A title made of a field of knowledge and a form («Основы ботаники»), in both languages."""

    title: dict[Language, str]
    other: dict[Language, str]
    subject: dict[Language, str]
    udc: str
    bbk: str


@cache
def _read(name: str) -> dict[str, Any]:
    text = files("rabis_sync.demo").joinpath("vocabulary", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def names() -> dict[str, Any]:
    """Parts of people's names; see the comments in the file."""
    return _read("people")


def library() -> dict[str, str]:
    """The library's own name in three languages, its sigla and its legal name."""
    found: dict[str, str] = _read("trade")["library"]
    return found


def branches() -> tuple[Branch, ...]:
    """All branches, the central one first."""
    return tuple(Branch(**row) for row in _read("trade")["branches"])


def publishers(shelf: str, language: Language, year: int) -> tuple[Publisher, ...]:
    """Publishers that brought out books of this kind in this language that year."""
    known = (Publisher(**row) for row in _read("trade")["publishers"])
    working = (one for one in known if one.since <= year <= one.until)
    return tuple(one for one in working if shelf in one.classes and language in one.languages)


def _languages(row: dict[str, Any]) -> dict[Language, str]:
    return {language: row[short] for language, short in SHORT.items() if short in row}


def works(shelf: str) -> tuple[Work, ...]:
    """The works of ``fiction``, ``children`` or ``local``."""
    return tuple(Work({"rus": ru, "kaz": kk}, genre) for ru, kk, genre in _read("texts")[shelf])


def genre(name: str) -> Genre:
    """The genre of that name."""
    row = _read("texts")["genres"][name]
    return Genre(
        other=_languages(row),
        udc=row["udc"],
        bbk=row.get("bbk", ""),
        literature=row.get("literature", "y"),
        subject=_languages(row.get("subject", {})),
    )


def summaries(shelf: str, language: Language) -> list[str]:
    """Summaries that fit any book of the shelf; empty where it has none."""
    found: list[str] = _read("texts")["summaries"].get(shelf, {}).get(SHORT[language], [])
    return found


def sets() -> tuple[Multipart, ...]:
    """Multi-volume sets."""
    return tuple(Multipart(**{**row, "volumes": tuple(row["volumes"])}) for row in _read("learning")["sets"])


def serials() -> tuple[Multipart, ...]:
    """Periodicals."""
    return tuple(Multipart(**row) for row in _read("learning")["serials"])


def school() -> tuple[SchoolSubject, ...]:
    """School subjects."""
    rows = _read("learning")["school"]
    return tuple(SchoolSubject(_languages(r), tuple(r["grades"]), r["udc"], r["bbk"]) for r in rows)


def textbooks() -> tuple[TextbookTitle, ...]:
    """Every field of knowledge in every form of title, grouped by form."""
    known = _read("learning")
    return tuple(_textbook(form, field) for form in known["forms"] for field in known["fields"])


def _textbook(form: dict[str, Any], field: dict[str, Any]) -> TextbookTitle:
    nom, gen, dat, acc = field["ru"]
    cases = {
        "rus": {"upper": opening(nom), "gen": gen, "dat": dat, "acc": acc},
        "kaz": {"upper": opening(field["kk"][0]), "dat": opening(field["kk"][1])},
    }
    title: dict[Language, str] = {
        language: form[short].format_map(cases[language]) for language, short in SHORT.items()
    }
    subject: dict[Language, str] = {"rus": opening(nom), "kaz": opening(field["kk"][0])}
    return TextbookTitle(title, _languages(form["other"]), subject, field["udc"], field["bbk"])


def opening(words: str) -> str:
    """The words with a capital first letter."""
    return words[:1].upper() + words[1:]
