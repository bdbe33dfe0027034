"""A page in each language for every item, and for every item that is gone, for ever.

The address in the library's first language is the one that is cited. Each page needs no script, says the
same to machines as schema.org JSON-LD, and names no release: as long as its item does not change, it is
taken over from one release to the next. An item with page images has a reader.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import fingerprint, moment, to_json
from rabis_sync.publish.feeds import iiif
from rabis_sync.publish.item import language_of
from rabis_sync.publish.naming import item_page, item_reader
from rabis_sync.publish.neighbours import neighbours
from rabis_sync.publish.related import KINDS
from rabis_sync.publish.rendering import cover_of, in_all, page
from rabis_sync.publish.slots import Written
from rabis_sync.publish.wording import citation, imprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.collection import Release, Tombstone
    from rabis_sync.publish.feeds import Sheaf
    from rabis_sync.publish.item import PublicFile, PublicItem
    from rabis_sync.publish.rendering import Tree

#: schema.org asks for a reader's terms of access; levels of ours.
_FREE = frozenset({"open", "view"})


class Feed:
    """Pages of items with their readers, and of items that were taken back."""

    def documents(self, release: Release) -> Iterator[Sheaf]:
        """A page of every item there ever was, a reader where it has page images."""
        beside = neighbours(release.by_title, release.values_in)
        shown = {
            one.id: fingerprint(one.id, list(one.titles.items()), one.year, cover_of(one))
            for one in release.items
        }
        for item in release.items:
            near, digest = beside[item.id], release.digests[item.id]
            key = fingerprint(digest, [shown[one.id] for one in near])
            yield in_all(release, item_page(item.id), key, partial(_page, release, item, near))
            if item.page_images:
                yield in_all(release, item_reader(item.id), digest, partial(_reader, release, item))
        for stone in release.withdrawn:
            key = f"{stone.reason} {moment(stone.at)}"
            yield in_all(release, item_page(stone.id), key, partial(_gone, release, stone))


def _page(release: Release, item: PublicItem, near: Sequence[PublicItem], tree: Tree) -> bytes:
    lasting, cover = release.item_url(item), cover_of(item)
    return page(
        "item.html.j2",
        release,
        tree,
        item_page(item.id),
        item=item,
        reader=lambda tree: tree.at(item_reader(item.id)),
        related={
            kind: found for kind in KINDS if (found := [one for one in item.related if one.kind == kind])
        },
        cover=cover,
        cover_url=release.current_url(cover.path) if cover else "",
        lasting=lasting,
        published=imprint(item, with_extent=False),
        cited=lambda tree: citation(item, lasting, tree.language),
        neighbours=near,
        manifest=iiif.place(item.id),
        summary_language=language_of(item.summary, item.languages),
        linked=lambda tree: _in_script(linked(release, tree, item)),
    )


def _reader(release: Release, item: PublicItem, tree: Tree) -> bytes:
    return page(
        "reader.html.j2",
        release,
        tree,
        item_reader(item.id),
        item=item,
        manifest=iiif.place(item.id),
        words=_reader_words,
    )


def _reader_words(tree: Tree) -> str:
    codes = {
        "page": "page_number",
        "of": "page_of",
        "total": "of_pages",
        "field": "page_field",
        "back": "turn_back",
        "on": "turn",
        "in": "zoom_in",
        "out": "zoom_out",
        "fit": "fit",
        "thumbnails": "thumbnails",
        "viewer": "viewer",
        "keys": "keys",
    }
    return json.dumps({name: tree.words[code] for name, code in codes.items()}, ensure_ascii=False)


def _gone(release: Release, stone: Tombstone, tree: Tree) -> bytes:
    return page("gone.html.j2", release, tree, item_page(stone.id), stone=stone)


def linked(release: Release, tree: Tree, item: PublicItem) -> dict[str, Any]:
    """The item in the words of schema.org (type Book), named in the language of the page."""
    language, up = tree.language, "../" * tree.path(item_page(item.id)).count("/")
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": release.item_url(item),
        "url": release.item_url(item),
        "identifier": item.id,
        "name": item.title,
        "alternateName": [text for _, text in item.parallel],
        "inLanguage": list(item.languages),
        "author": [_agent(one.name, one.kind) for one in item.contributors if one.primary],
        "contributor": [_agent(one.name, one.kind) for one in item.contributors if not one.primary],
        "datePublished": str(item.year) if item.year else "",
        "publisher": {"@type": "Organization", "name": item.publisher} if item.publisher else None,
        "numberOfPages": item.pages,
        "isbn": list(item.isbns),
        "about": [one.text for one in item.subjects if one.kind != "place"],
        "spatialCoverage": [one.text for one in item.subjects if one.kind == "place"],
        "abstract": item.summary,
        "license": item.rights_uri,
        "isAccessibleForFree": item.level in _FREE,
        "conditionsOfAccess": release.vocabulary.levels[item.level].label.of(language),
        "thumbnailUrl": f"{up}{item.path(item.cover)}" if item.cover else "",
        "encoding": [_media(item, file, up) for file in item.downloads],
        "provider": {"@type": "Library", "name": release.library.of(language)},
        "isPartOf": [
            {"@type": "Collection", "name": tree.words["title"], "url": release.current_url()},
            *_works(release, item, "set", "host"),
        ],
        "hasPart": _works(release, item, "volume", "part"),
        "isBasedOn": _works(release, item, "original"),
        "sdLicense": "http://creativecommons.org/publicdomain/zero/1.0/",
    }
    return {name: value for name, value in described.items() if value not in (None, "", [])}


def _in_script(described: dict[str, Any]) -> Written:
    """As it stands in a page: nothing of it ends the script."""
    return Written(to_json(described).decode().replace("<", "\\u003c"))


def _works(release: Release, item: PublicItem, *kinds: str) -> list[dict[str, str]]:
    """Related works of these kinds; those that are shown with their address."""
    return [
        {"@type": "Book" if one.kind != "part" else "CreativeWork", "name": one.title}
        | ({"url": release.lasting_url(one.item)} if one.item else {})
        for one in item.related
        if one.kind in kinds
    ]


def _agent(name: str, kind: str) -> dict[str, str]:
    return {"@type": "Person" if kind == "person" else "Organization", "name": name}


def _media(item: PublicItem, file: PublicFile, up: str) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "contentUrl": f"{up}{item.path(file)}",
        "encodingFormat": file.mime,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }
