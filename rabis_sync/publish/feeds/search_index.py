"""`search/index.json`: what the search of the site looks through in the browser, the same in every language.

Values of facets stand once, as name in addresses and label; an item points at them by number. Codes of
languages, decades and kinds have no label: the page that searches says them in its own language.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import to_json
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.rendering import cover_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.facets import Values
    from rabis_sync.publish.item import PublicItem

#: Facets in the order in which a row of the index has them.
COLUMNS = ("language", "type", "decade", "author", "subject", "place")
_CODED = frozenset({"language", "type", "decade"})


class Feed:
    """One index for all languages of the site."""

    def documents(self, release: Release) -> Iterator[Document]:
        """One document; items in the order of the Kazakh alphabet."""
        yield Document("search/index.json", partial(_index, release), "application/json")


def _index(release: Release) -> bytes:
    numbers: dict[str, dict[str, int]] = {facet: {} for facet in COLUMNS}
    labels: dict[str, list[list[str]]] = {facet: [] for facet in COLUMNS}
    values_in = {facet: release.values_in(facet) for facet in COLUMNS}
    rows = []
    for item in release.by_title:
        row = _row(item)
        for facet in COLUMNS:
            values = values_in[facet](item)
            row.append(_numbered(values, numbers[facet], labels[facet], coded=facet in _CODED))
        rows.append(row)
    return to_json({"schema": "rabis-sync/search/1", "values": labels, "items": rows})


def _row(item: PublicItem) -> list[Any]:
    cover = cover_of(item)
    titles = [[text] if code == "und" else [text, code] for code, text in item.titles.items()]
    picture = [cover.path.rsplit("/", 1)[1], cover.width, cover.height] if cover else 0
    return [item.id, titles, item.year or 0, picture, item.level]


def _numbered(values: Values, numbers: dict[str, int], labels: list[list[str]], *, coded: bool) -> list[int]:
    """Numbers of an item's values, each once; a new value is added to the table."""
    found: dict[int, None] = {}
    for text, slug in values:
        if slug not in numbers:
            numbers[slug] = len(labels)
            labels.append([slug] if coded else [slug, text])
        found[numbers[slug]] = None
    return list(found)
