"""`items/<id>/`: a page for every item, and for every item that is gone, at an address that stays for ever.

Each page needs no script and no network, says the same to machines as schema.org JSON-LD, and names no
release: as long as its item does not change, it is taken over from one release to the next.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import moment, to_json
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.feeds.html_page import template
from rabis_sync.publish.related import KINDS
from rabis_sync.publish.wording import citation, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release, Tombstone
    from rabis_sync.publish.item import PublicFile, PublicItem

_MIME = "text/html; charset=utf-8"
#: From a page to the root of its release.
_UP = "../../"
#: schema.org asks for a reader's terms of access; levels of ours.
_FREE = frozenset({"open", "view"})


class Feed:
    """Pages of items, and of items that were taken back."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`items/<id>/index.html` for every item there ever was."""
        for item in release.items:
            make = partial(_page, release, item)
            yield Document(place(item.id), make, _MIME, key=release.digests[item.id])
        for stone in release.withdrawn:
            key = f"{stone.reason} {moment(stone.at)}"
            yield Document(place(stone.id), partial(_gone, release, stone), _MIME, key=key)


def place(item_id: str) -> str:
    """Where the page of an item lies in a release."""
    return f"items/{item_id}/index.html"


def _page(release: Release, item: PublicItem) -> bytes:
    url = release.item_url(item)
    page = template("item.html.j2").render(
        release=release,
        item=item,
        texts=texts(),
        up=_UP,
        url=url,
        related={
            kind: found for kind in KINDS if (found := [one for one in item.related if one.kind == kind])
        },
        citations={language: citation(item, url, language) for language in ("ru", "kk")},
        linked=to_json(linked(release, item)).decode().replace("<", "\\u003c"),
    )
    return page.encode()


def _gone(release: Release, stone: Tombstone) -> bytes:
    page = template("gone.html.j2").render(release=release, stone=stone, texts=texts(), up=_UP)
    return page.encode()


def linked(release: Release, item: PublicItem) -> dict[str, Any]:
    """The item in the words of schema.org (type Book)."""
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
        "conditionsOfAccess": release.vocabulary.levels[item.level].label.ru,
        "thumbnailUrl": f"{_UP}{item.path(item.cover)}" if item.cover else "",
        "encoding": [_media(item, file) for file in item.downloads],
        "provider": {"@type": "Library", "name": release.library.ru},
        "isPartOf": [
            {"@type": "Collection", "name": texts()["title"].ru, "url": release.current_url()},
            *_works(release, item, "set", "host"),
        ],
        "hasPart": _works(release, item, "volume", "part"),
        "isBasedOn": _works(release, item, "original"),
        "sdLicense": "http://creativecommons.org/publicdomain/zero/1.0/",
    }
    return {name: value for name, value in described.items() if value not in (None, "", [])}


def _works(release: Release, item: PublicItem, *kinds: str) -> list[dict[str, str]]:
    """Related works of these kinds; those that are shown with their address."""
    return [
        {"@type": "Book" if one.kind != "part" else "CreativeWork", "name": one.title}
        | ({"url": release.current_url(f"items/{one.item}/")} if one.item else {})
        for one in item.related
        if one.kind in kinds
    ]


def _agent(name: str, kind: str) -> dict[str, str]:
    return {"@type": "Person" if kind == "person" else "Organization", "name": name}


def _media(item: PublicItem, file: PublicFile) -> dict[str, Any]:
    return {
        "@type": "MediaObject",
        "contentUrl": f"{_UP}{item.path(file)}",
        "encodingFormat": file.mime,
        "contentSize": str(file.bytes),
        "sha256": file.sha256,
    }
