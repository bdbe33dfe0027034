"""The doors of the site in each language: the start page, what is new, the search, and a page to embed."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.publish.facets import FACETS, Shelf
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.rendering import HTML, ROOMS, page, trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.rendering import Tree

#: Books on the start page, on the page of what is new, and in the frame for other sites.
ON_START, ON_NEW, EMBEDDED = 12, 48, 6
#: Values that an entrance shows of its facet: the largest shelves.
_OFFERED = 10
#: Pages that have a large field for searching of their own.
_SEARCHING = frozenset({"", "search/"})
#: Order of the entrances on the start page.
_ENTRANCES = ("subject", "author", "place", "decade", "language", "type")


class Entrance(NamedTuple):
    """A facet with its largest shelves."""

    facet: str
    folder: str
    shelves: tuple[Shelf, ...]


class Feed:
    """Pages that speak of the whole collection."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`index.html`, `new/`, `search/` and `embed/` of every language."""
        newest = sorted(release.items, key=lambda item: (not item.files, -item.since.timestamp(), item.id))
        entrances = _entrances(release)
        for tree in trees(release):
            made = (
                ("", "start.html.j2", _start(release, newest, entrances)),
                ("new/", "list.html.j2", _new(release, newest)),
                ("search/", "search.html.j2", {"words": partial(_words, release)}),
                ("embed/", "embed.html.j2", {"newest": newest[:EMBEDDED]}),
            )
            for place, template, values in made:
                quick = place not in _SEARCHING
                make = partial(page, template, release, tree, place, quick=quick, **values)
                yield Document(tree.path(place), make, HTML)


def _start(release: Release, newest: Sequence[PublicItem], entrances: Sequence[Entrance]) -> dict[str, Any]:
    figures = {
        "items": len(release.items),
        "open_items": sum(bool(item.files) for item in release.items),
        "in_kazakh": sum("kk" in item.languages for item in release.items),
        "pages_drawn": sum(len(item.page_images) for item in release.items),
    }
    told = [(code, number) for code, number in figures.items() if number or code == "items"]
    return {"figures": told, "newest": newest[:ON_START], "entrances": entrances}


def _entrances(release: Release) -> list[Entrance]:
    """Entrances in their order; a shelf of decades keeps the order of time, any other the order of size."""
    found = []
    for facet in _ENTRANCES:
        all_of_it = release.shelves(facet)
        largest = sorted(all_of_it, key=lambda shelf: (-len(shelf.items), shelf.slug))[:_OFFERED]
        chosen = [shelf for shelf in all_of_it if shelf in largest] if facet == "decade" else largest
        found.append(Entrance(facet, ROOMS[facet], tuple(chosen)))
    return [entrance for entrance in found if entrance.shelves]


def _new(release: Release, newest: Sequence[PublicItem]) -> dict[str, Any]:
    return {
        "heading": lambda tree: tree.words["newest"],
        "parent": lambda tree: tree.words["room.title"],
        "folder": ROOMS["title"],
        "items": newest[:ON_NEW],
        "total": len(release.items),
        "number": 1,
        "pages": 1,
        "first": "./",
        "stem": "",
    }


def _words(release: Release, tree: Tree) -> str:
    """What the search says, and the names of coded values in the language of the page."""
    codes = {
        "found": "found",
        "nothing": "nothing_found",
        "similar": "similar",
        "loading": "loading",
        "failed": "no_index",
        "remove": "remove",
    }
    told = {
        **{name: tree.words[code] for name, code in codes.items()},
        "facets": {facet: tree.words[f"room.{facet}"] for facet in FACETS},
        "levels": {name: level.label.of(tree.language) for name, level in release.vocabulary.levels.items()},
        "values": {
            "language": _named(release, "language", tree),
            "type": {code[5:]: text for code, text in tree.words.items() if code.startswith("type.")},
            "decade": _named(release, "decade", tree),
        },
    }
    return json.dumps(told, ensure_ascii=False)


def _named(release: Release, facet: str, tree: Tree) -> dict[str, str]:
    """Values of a facet as the index of the search has them, with their names."""
    return {shelf.slug: shelf.label.of(tree.language) for shelf in release.shelves(facet)}
