"""Which local-history books are digitised, and what their holders have allowed: the rights registry."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass, fields, replace
from itertools import cycle
from typing import TYPE_CHECKING

from rabis_sync.demo.planted import Withheld
from rabis_sync.demo.streams import stream

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.demo.book import Book
    from rabis_sync.demo.people import Person

DIGITISED = 40
PUBLIC_DOMAIN = "http://creativecommons.org/publicdomain/mark/1.0/"
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
CC_BY = "http://creativecommons.org/licenses/by/4.0/"
CC_BY_NC_ND = "http://creativecommons.org/licenses/by-nc-nd/4.0/"
#: What contracts allow: level and statement.
ALLOWED = (("open", CC_BY_NC_ND), ("view", IN_COPYRIGHT), ("open", CC_BY), ("open", IN_COPYRIGHT))
#: Why a file is withheld, in the order in which it is planted.
WITHHELD = (
    "not_in_registry",
    "contract_ended",
    "death_year_unknown",
    "level_closed",
    "level_onsite",
    "contract_not_begun",
)


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the registry, its columns in their order; dates are ISO."""

    record: str
    holder: str = ""
    role: str = "автор"
    contract_no: str = ""
    contract_date: str = ""
    valid_from: str = ""
    valid_until: str = ""
    level: str = "open"
    rights_uri: str = IN_COPYRIGHT
    death_year: str = ""
    rehabilitated_year: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """The rows, and which books they let out."""

    rows: tuple[Permission, ...]
    publishable: tuple[str, ...]
    withheld: tuple[Withheld, ...]

    def write(self, path: Path) -> None:
        """Write the registry as people keep it: CSV in UTF-8, semicolons."""
        with path.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(
                stream, [column.name for column in fields(Permission)], delimiter=";", lineterminator="\r\n"
            )
            table.writeheader()
            table.writerows(asdict(row) for row in self.rows)


def digitise(seed: int, books: list[Book]) -> list[Book]:
    """Forty local-history books with a scan: all whose authors are long dead, and others by chance."""
    rng = stream(seed, "scans")
    local = [book for book in books if book.local]
    rng.shuffle(local)
    local.sort(key=_under_copyright)
    chosen = local[:DIGITISED]
    return sorted((replace(book, scan=book.number.lower()) for book in chosen), key=lambda book: book.number)


def register(digitised: list[Book]) -> Registry:
    """Rows for the digitised books: some free by term, most by contract, six that may not be shown."""
    rows: list[Permission] = []
    withheld: list[Withheld] = []
    reasons, allowed = iter(WITHHELD), cycle(ALLOWED)
    for place, book in enumerate(sorted(digitised, key=lambda one: (not _under_copyright(one), one.number))):
        reason = next(reasons, "") if _under_copyright(book) else ""
        if reason:
            withheld.append(Withheld(book.number, reason))
            rows += _refusals(book, reason, place)
        else:
            level, uri = next(allowed)
            rows += _grants(book, level, uri, place)
    refused = {one.record for one in withheld}
    return Registry(
        rows=tuple(sorted(rows, key=lambda row: row.record)),
        publishable=tuple(book.number for book in digitised if book.number not in refused),
        withheld=tuple(withheld),
    )


def _under_copyright(book: Book) -> bool:
    return any(not author.died for author in book.authors)


def _grants(book: Book, level: str, uri: str, place: int) -> list[Permission]:
    rows = [
        Permission(
            book.number,
            full_name(author, book),
            level="open",
            rights_uri=PUBLIC_DOMAIN,
            death_year=str(author.died),
        )
        if author.died
        else _contract(book, author, "автор", place, level, uri)
        for author in book.authors
    ]
    if book.translator:
        rows.append(_contract(book, book.translator, "переводчик", place, level, uri))
    return rows


def _contract(book: Book, holder: Person, role: str, place: int, level: str, uri: str) -> Permission:
    year = 2016 + place % 7
    return Permission(
        book.number,
        full_name(holder, book),
        role=role,
        contract_no=f"А-{place + 11}/{year}",
        contract_date=f"{year}-03-{place % 28 + 1:02d}",
        valid_from=f"{year}-04-01",
        valid_until="" if place % 3 else "2099-12-31",
        level=level,
        rights_uri=uri,
    )


def _refusals(book: Book, reason: str, place: int) -> list[Permission]:
    """Rows of which none or the first does not allow the file."""
    if reason == "not_in_registry":
        return []
    first, *others = _grants(book, "open", IN_COPYRIGHT, place)
    changes: dict[str, dict[str, str]] = {
        "contract_ended": {"valid_from": "2018-01-01", "valid_until": "2020-12-31"},
        "death_year_unknown": {
            **dict.fromkeys(("contract_no", "contract_date", "valid_from", "valid_until"), ""),
            "note": "год смерти не установлен, наследники не найдены",
        },
        "level_closed": {"level": "closed", "note": "по просьбе семьи автора"},
        "level_onsite": {"level": "onsite"},
        "contract_not_begun": {"valid_from": "2098-01-01", "valid_until": ""},
    }
    return [replace(first, **changes[reason]), *others]


def full_name(person: Person, book: Book) -> str:
    """«Сейітқалиев Ерлан Серікұлы»."""
    name = person.name[book.language]
    return f"{name.surname} {name.given} {name.patronymic}"
