"""`collection.json` for websites: our own versioned shape, paged, with every address pinned to the release.

A consumer reads `latest.json`, fetches the collection of that release, takes its pages one by one, adds or
replaces by `id`, and removes what stands under `withdrawn`; it never removes what it merely does not meet.
Fields it does not know it passes over: one may be added at any time, one is changed only with a new `schema`.
"""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.edm import withheld
from rabis_sync.publish.encoding import fingerprint, moment, to_json
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.wording import citation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

SCHEMA = "rabis-sync/collection/1"
#: The shape of both kinds of document, published beside them.
SCHEMA_FILE = "collection-1.json"
PAGE_SIZE = 500
_MIME = "application/json"


class Feed:
    """The collection as JSON: one table of contents and its pages."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`collection.json`, its pages `collection/0001.json` … (none of nothing), and their schema."""
        starts = range(0, len(release.items), PAGE_SIZE)
        pages = [release.items[start : start + PAGE_SIZE] for start in starts]
        addresses = [f"collection/{number:04}.json" for number in range(1, len(pages) + 1)]
        yield Document("collection.json", to_json(_contents(release, addresses)), _MIME)
        for address, items in zip(addresses, pages, strict=True):
            make = partial(_page, release, items)
            yield Document(address, make, _MIME, key=_key(release, items), pinned=True)
        yield Document(f"schemas/{SCHEMA_FILE}", _schema(), "application/schema+json")


def _schema() -> bytes:
    return resources.files("rabis_sync.publish").joinpath("schemas", SCHEMA_FILE).read_bytes()


def _contents(release: Release, addresses: Sequence[str]) -> dict[str, Any]:
    levels = release.vocabulary.levels
    return {
        "schema": SCHEMA,
        "release": release.id,
        "library": _labels(release.library),
        "home": release.current_url(),
        "shape": release.url(f"schemas/{SCHEMA_FILE}"),
        "counts": {"items": len(release.items), "withdrawn": len(release.withdrawn)},
        "levels": {name: _labels(level.label) for name, level in levels.items()},
        "pages": [release.url(address) for address in addresses],
        "withdrawn": [
            {"id": stone.id, "record": stone.record, "reason": stone.reason, "at": moment(stone.at)}
            for stone in release.withdrawn
        ],
    }


def _key(release: Release, items: Sequence[PublicItem]) -> str:
    """Equal exactly when a page shows the same."""
    return fingerprint([(release.digests[item.id], moment(item.since)) for item in items])


def _page(release: Release, items: Sequence[PublicItem]) -> bytes:
    page = {"schema": SCHEMA, "release": release.id, "items": [_item(release, item) for item in items]}
    return to_json(page)


def _item(release: Release, item: PublicItem) -> dict[str, Any]:
    statement = release.vocabulary.statement_label(item.rights_uri)
    pages = item.page_images
    basis = release.vocabulary.bases.get(item.basis)
    return item.content() | {
        "url": release.item_url(item),
        "withheld": withheld(item),
        "since": moment(item.since),
        "rights": {
            "uri": item.rights_uri,
            "label": _labels(statement),
            "basis": _labels(basis) if basis else None,
        },
        "related": [
            told | {"url": release.lasting_url(told["item"]) if told["item"] else None}
            for told in item.content()["related"]
        ],
        "cover": release.url(item.path(item.cover)) if item.cover else None,
        "first_page_image": release.url(item.path(pages[0])) if pages else None,
        "citation": {language: citation(item, release.item_url(item), language) for language in ("ru", "kk")},
        "files": [
            described | {"url": release.url(item.path(file))}
            for described, file in zip(
                item.content()["files"], [file for file in item.files if not file.page], strict=True
            )
        ],
    }


def _labels(label: Any) -> dict[str, str]:
    return {language: label.of(language) for language in ("kk", "ru", "en")}
