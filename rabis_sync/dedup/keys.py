"""Match keys: two records that share one are compared; each key only puts folded fields together.

A key is a number made of a letter for its kind and of its fields. Beside it stands a second number, its
refinement, made of one field more: where too many records share the key, those that share both are compared.

Titles, surnames and publishers stand in keys as their consonants (`sounds`): whatever a typist lost or a
transliteration changed is not in them. No kind needs an author: laws, albums and periodicals have none.
docs/matching.md lists the kinds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from rabis_sync.dedup.sounds import consonants
from rabis_sync.dedup.titles import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.dedup.row import Row

#: The kinds whose fields number the document itself; their keys are odd numbers.
NUMBERS = frozenset("ins")
#: Consonants of a title that stand for its beginning, and for its end.
LETTERS = 6
#: A record with more names (a symposium) is found by its first ones.
MOST_NAMES = 3
#: A stem that no title was left in («Т. 2» alone) brings nothing together.
SHORTEST = 2

Key = tuple[int, int]


def keys(row: Row) -> list[Key]:
    """The match keys of a record with their refinements, each key once."""
    found = {_number(kind, fields): crc32(repr(second).encode()) for kind, fields, second in _keys(row)}
    return list(found.items())


def _number(kind: str, fields: tuple[object, ...]) -> int:
    return crc32(f"{kind}|{'|'.join(map(str, fields))}".encode()) << 1 | (kind in NUMBERS)


def is_number(key: int) -> bool:
    """True for a key of a number of the document itself: ISBN, ISSN, national number."""
    return bool(key & 1)


def _keys(row: Row) -> Iterator[tuple[str, tuple[object, ...], object]]:
    for isbn in row.isbns:
        yield "i", (isbn,), row.part
    for number in row.identifiers:
        yield "n", (number,), row.part
    for issn in row.issns:
        yield "s", (issn, row.part, row.year), skeleton(row.title)
    names = [consonants(name.partition(" ")[0]) for name in row.contributors[:MOST_NAMES]]
    surname = min(names, default="")
    title = skeleton(row.title)
    yield from _of_title(row, title, names, surname)
    others = {skeleton(one) for one in (row.title_full, *row.other_titles)} - {title}
    for other in sorted(others):
        if len(other) >= SHORTEST:
            yield "t", (other,), row.year
            yield "y", (other, row.year), row.pages


def _of_title(
    row: Row, title: str, names: list[str], surname: str
) -> Iterator[tuple[str, tuple[object, ...], object]]:
    head, tail, year, pages = title[:LETTERS], title[-LETTERS:], row.year, row.pages
    if len(title) >= SHORTEST:
        yield "t", (title,), year
        if year:
            yield "y", (title, year), pages
            yield "p", (head, year), surname
            yield "e", (tail, year), surname
        if pages:
            yield "h", (head, pages), year
            yield "l", (tail, pages), year
    for name in names:
        if not name:
            continue
        if year and pages:
            yield "a", (name, year, pages), title[:3]
        yield "f", (name, head), year
        yield "g", (name, tail), year
    if year and pages:
        for house in row.publishers[:1]:
            yield "k", (year, pages, consonants(house)[:4]), title[:2]
