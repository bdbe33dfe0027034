"""Lists of the collection: titles by letter, and every value of every facet, in the Kazakh alphabet's order.

A page is made again only when something it shows has changed: its key says what it shows.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.publish.encoding import fingerprint
from rabis_sync.publish.facets import FACETS, Shelf
from rabis_sync.publish.rendering import ROOMS, in_all, letter, page
from rabis_sync.publish.vocabulary import Labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Sheaf
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.rendering import Tree

#: Items on a page of a shelf, and shelves on a page of a facet.
ITEMS, SHELVES = 48, 240
#: Facets whose values are few, and stand as tiles.
_TILES = frozenset({"title", "decade", "language", "type"})
#: Facets whose values say by themselves what they are.
_SPEAKING = frozenset({"decade", "type"})


class Group(NamedTuple):
    """Shelves whose names begin with one letter; tiles have no letter."""

    letter: str
    anchor: str
    shelves: tuple[Shelf, ...]


class Jump(NamedTuple):
    """A letter, and the way to its first shelf."""

    letter: str
    way: str


class Feed:
    """Pages of shelves, and the pages that list them."""

    def documents(self, release: Release) -> Iterator[Sheaf]:
        """`<room>/` with `page-2.html` …, `<room>/<shelf>.html` with `<shelf>-page-2.html` …, each thrice."""
        for facet in ("title", *FACETS):
            found = titles(release.by_title) if facet == "title" else release.shelves(facet)
            yield from _listing(release, facet, found)
            for shelf in found:
                yield from _shelf(release, shelf)


def titles(ordered: Sequence[PublicItem]) -> tuple[Shelf, ...]:
    """Shelves by the first letter of the title."""
    groups: dict[str, list[PublicItem]] = {}
    for item in ordered:
        groups.setdefault(letter(item.title), []).append(item)
    return tuple(
        Shelf("title", f"u{ord(sign):04x}", Labels(sign, sign, sign), tuple(items))
        for sign, items in groups.items()
    )


def _shelf(release: Release, shelf: Shelf) -> Iterator[Sheaf]:
    total = len(shelf.items)
    pages = ceil(total / ITEMS)
    base = f"{ROOMS[shelf.facet]}/{shelf.slug}"
    for number in range(1, pages + 1):
        items = shelf.items[(number - 1) * ITEMS : number * ITEMS]
        shown = [release.digests[item.id] for item in items]
        key = fingerprint(shelf.label.kk, shelf.label.ru, shelf.label.en, number, total, shown)
        place = f"{base}.html" if number == 1 else f"{base}-page-{number}.html"
        values = {"shelf": shelf, "items": items, "number": number, "pages": pages}
        yield in_all(release, place, key, partial(_items_page, release, place, values))


def _items_page(release: Release, place: str, values: Mapping[str, Any], tree: Tree) -> bytes:
    shelf: Shelf = values["shelf"]
    return page(
        "list.html.j2",
        release,
        tree,
        place,
        shelf.facet,
        heading=partial(_heading, shelf),
        parent=lambda tree: tree.words[f"room.{shelf.facet}"],
        folder=ROOMS[shelf.facet],
        total=len(shelf.items),
        items=values["items"],
        first=f"{shelf.slug}.html",
        stem=f"{shelf.slug}-",
        number=values["number"],
        pages=values["pages"],
    )


def _heading(shelf: Shelf, tree: Tree) -> str:
    name = shelf.label.of(tree.language)
    kind = tree.words["room.title" if shelf.facet == "title" else f"facet.{shelf.facet}"]
    return name if shelf.facet in _SPEAKING else f"{kind}: {name}"


def _listing(release: Release, facet: str, found: Sequence[Shelf]) -> Iterator[Sheaf]:
    pages = max(1, ceil(len(found) / SHELVES))
    base = f"{ROOMS[facet]}/"
    first = {} if facet in _TILES else _first_pages(found)
    for number in range(1, pages + 1):
        part = found[(number - 1) * SHELVES : number * SHELVES]
        letters = [Jump(sign, f"{_way(number, to)}#{_anchor(sign)}") for sign, to in first.items()]
        shown = [(one.slug, one.label.kk, one.label.ru, one.label.en, len(one.items)) for one in part]
        place = base if number == 1 else f"{base}page-{number}.html"
        values: dict[str, Any] = {
            "facet": facet,
            "groups": _groups(facet, part),
            "letters": letters,
            "number": number,
            "pages": pages,
        }
        key = fingerprint(number, pages, letters, shown)
        yield in_all(release, place, key, partial(_listing_page, release, place, values))


def _listing_page(release: Release, place: str, values: Mapping[str, Any], tree: Tree) -> bytes:
    return page("shelves.html.j2", release, tree, place, values["facet"], **values)


def _groups(facet: str, part: Sequence[Shelf]) -> list[Group]:
    if facet in _TILES:
        return [Group("", "", tuple(part))] if part else []
    grouped = groupby(part, key=lambda shelf: letter(shelf.label.kk))
    return [Group(sign, _anchor(sign), tuple(inside)) for sign, inside in grouped]


def _first_pages(found: Sequence[Shelf]) -> dict[str, int]:
    """Every letter with the page of the list on which it begins."""
    first: dict[str, int] = {}
    for at, shelf in enumerate(found):
        first.setdefault(letter(shelf.label.kk), at // SHELVES + 1)
    return first


def _way(number: int, target: int) -> str:
    """From one page of a list to another."""
    if number == target:
        return ""
    return "./" if target == 1 else f"page-{target}.html"


def _anchor(sign: str) -> str:
    return f"u{ord(sign):04x}"
