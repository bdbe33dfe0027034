"""The catalogue for reading apps, before it has a form: entrances that lead to books one may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.publish.wording import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.vocabulary import Labels

#: Books on a page: reading apps ask for a page as one turns it.
PAGE_SIZE = 50
#: Facets by which one may look for a book.
OFFERED = ("language", "decade", "author", "subject")
TOP, NEWEST = "catalog", "new"


@dataclass(frozen=True, slots=True)
class Entrance:
    """What leads further: a name, where to, how many books, and when the last of them came."""

    name: str
    label: str
    count: int
    updated: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the catalogue: entrances, or books.

    Attributes:
        name: its place below the catalogue, without an ending.
        label: what it shows, in Kazakh and Russian.
        updated: when the youngest of its books came to stand as it does.
        parent: name of the page above; empty at the top.
        entrances: where one can go.
        books: what one can take.
        number, last, total: which page of how many this is, and how many books they all hold.
    """

    name: str
    label: str
    updated: datetime
    parent: str = ""
    entrances: tuple[Entrance, ...] = ()
    books: tuple[PublicItem, ...] = ()
    number: int = 1
    last: int = 1
    total: int = 0

    def named(self, number: int) -> str:
        """Name of another page of the same list."""
        return _numbered(self.name.rpartition("-p")[0] if self.number > 1 else self.name, number)


def pages(release: Release, nothing: datetime) -> Iterator[Page]:
    """Every page, the top one first.

    Args:
        release: what is published.
        nothing: moment that an empty catalogue tells.
    """
    books = [item for item in release.by_title if item.downloads]
    opened = {item.id for item in books}
    newest, whole = _label(texts()["newest"]), _label(texts()["all_books"])
    youngest = sorted(books, key=lambda item: (-item.since.timestamp(), item.id))[:PAGE_SIZE]
    top: list[Entrance] = []
    below: list[Page] = []
    if books:
        top += [_entrance("all", whole, books), _entrance(NEWEST, newest, youngest)]
        below += [*_paged(top[0], TOP, books), *_paged(top[1], TOP, youngest)]
    for facet in OFFERED:
        held = (
            (shelf, [item for item in shelf.items if item.id in opened]) for shelf in release.shelves(facet)
        )
        found = [(shelf, there) for shelf, there in held if there]
        if not found:
            continue
        label = _label(texts()[f"facet.{facet}"])
        entrances = []
        for shelf, there in found:
            entrances.append(_entrance(f"{facet}/{shelf.slug}", _label(shelf.label), there))
            below += _paged(entrances[-1], facet, there)
        updated = max(one.updated for one in entrances)
        top.append(Entrance(facet, label, len(entrances), updated))
        below.append(Page(facet, label, updated, TOP, tuple(entrances)))
    updated = max((one.updated for one in top), default=nothing)
    yield Page(TOP, _label(texts()["title"]), updated, entrances=tuple(top))
    yield from below


def _paged(entrance: Entrance, parent: str, books: Sequence[PublicItem]) -> Iterator[Page]:
    """The pages of a list, to which an entrance leads."""
    name, label, total, updated = entrance.name, entrance.label, len(books), entrance.updated
    last = -(-total // PAGE_SIZE)
    for number in range(1, last + 1):
        part = tuple(books[(number - 1) * PAGE_SIZE : number * PAGE_SIZE])
        if last > 1:
            updated = max(item.since for item in part)
        yield Page(_numbered(name, number), label, updated, parent, (), part, number, last, total)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-p{number}"


def _entrance(name: str, label: str, books: Sequence[PublicItem]) -> Entrance:
    return Entrance(name, label, len(books), max(item.since for item in books))


def _label(label: Labels) -> str:
    """In both languages of the country where they differ: the catalogue is one."""
    return label.kk if label.kk == label.ru else f"{label.kk} / {label.ru}"
