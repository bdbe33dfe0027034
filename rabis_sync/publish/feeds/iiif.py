"""`iiif/`: books with page images for viewers everywhere, and what changed of them for aggregators.

Presentation 3.0 (iiif.io/api/presentation/3.0): a manifest for each book, one canvas a page image, without
an image server; one collection of them all. Change Discovery 1.0, level 2
(iiif.io/api/discovery/1.0): the log of changes as activities, a manifest that is gone as a deletion.

A canvas has a name and no address: it lies outside of the releases.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import moment, to_json
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.wording import contributor, format_name, imprint, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rabis_sync.publish.changes import Change
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicFile, PublicItem
    from rabis_sync.publish.vocabulary import Labels

FOLDER = "iiif"
#: Activities on a page; one that is full only changes when a book of it loses its pages.
PAGE_SIZE = 500
PRESENTATION = "http://iiif.io/api/presentation/3/context.json"
DISCOVERY = "http://iiif.io/api/discovery/1/context.json"
_MIME = 'application/ld+json;profile="{}"'
#: Statements that `rights` may hold (Presentation 3.0, section 3.1); any other is told in words alone.
_STATEMENT = re.compile(r"http://(creativecommons\.org|rightsstatements\.org)/")
#: Most pages of what is a leaflet: anything longer is turned like a book.
_LEAFLET = 2

Language = dict[str, list[str]]


class Feed:
    """Manifests, their collection and their activities."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`iiif/<id>/manifest.json`, `iiif/collection.json`, `iiif/changes.json` with its pages."""
        books = [item for item in release.items if item.page_images]
        for item in books:
            make = partial(_manifest, release, item)
            mime = _MIME.format(PRESENTATION)
            yield Document(place(item.id), make, mime, key=release.digests[item.id])
        whole = partial(_collection, release, books)
        yield Document(f"{FOLDER}/collection.json", whole, _MIME.format(PRESENTATION))
        yield from _stream(release, {item.id for item in books})


def place(item_id: str) -> str:
    """Where the manifest of an item lies in a release."""
    return f"{FOLDER}/{item_id}/manifest.json"


# --- Presentation ------------------------------------------------------------------------------------


def _manifest(release: Release, item: PublicItem) -> bytes:
    cover = item.cover
    manifest: dict[str, Any] = {
        **_reference(release, item),
        "metadata": list(_metadata(item)),
        "summary": {"none": [item.summary]} if item.summary else None,
        "requiredStatement": {
            "label": _in_all(texts()["rights"]),
            "value": _rights(release, item),
        },
        "rights": item.rights_uri if _STATEMENT.match(item.rights_uri) else None,
        "provider": [_provider(release)],
        "thumbnail": [_image(release, item, cover)] if cover else None,
        "behavior": ["paged"] if len(item.page_images) > _LEAFLET else ["individuals"],
        "homepage": [_page(release.item_url(item), _titles(item))],
        "rendering": [_rendering(release, item, file) for file in item.downloads],
        "partOf": [{"id": release.current_url(f"{FOLDER}/collection.json"), "type": "Collection"}],
        "items": [_canvas(release, item, file) for file in item.page_images],
    }
    told = {name: value for name, value in manifest.items() if value}
    return to_json({"@context": PRESENTATION, **told})


def _reference(release: Release, item: PublicItem) -> dict[str, Any]:
    """What a collection says of a manifest."""
    return {"id": release.current_url(place(item.id)), "type": "Manifest", "label": _titles(item)}


def _canvas(release: Release, item: PublicItem, file: PublicFile) -> dict[str, Any]:
    name = f"{release.site_url}{FOLDER}/{item.id}/canvas/{file.page}"
    image = _image(release, item, file)
    painting = {
        "id": f"{name}/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": image,
        "target": name,
    }
    return {
        "id": name,
        "type": "Canvas",
        "label": {"none": [str(file.page)]},
        "width": file.width,
        "height": file.height,
        # Without an image server there is no smaller one, and Universal Viewer asks one that is not there.
        "thumbnail": [image],
        "items": [{"id": f"{name}/page", "type": "AnnotationPage", "items": [painting]}],
    }


def _image(release: Release, item: PublicItem, file: PublicFile) -> dict[str, Any]:
    size = {"width": file.width, "height": file.height} if file.width and file.height else {}
    return {"id": release.current_url(item.path(file)), "type": "Image", "format": file.mime, **size}


def _rendering(release: Release, item: PublicItem, file: PublicFile) -> dict[str, Any]:
    return {
        "id": release.current_url(item.path(file)),
        "type": "Image" if file.mime.startswith("image/") else "Text",
        "label": {"none": [format_name(file.mime)]},
        "format": file.mime,
    }


def _metadata(item: PublicItem) -> Iterator[dict[str, Any]]:
    """Pairs that a viewer shows, whatever they mean."""
    told: tuple[tuple[str, Sequence[str]], ...] = (
        ("makers", [contributor(one, "ru") for one in item.contributors]),
        ("published", [imprint(item)]),
        ("subjects", [one.text for one in item.subjects]),
    )
    for name, values in told:
        if shown := [value for value in values if value]:
            yield {"label": _in_all(texts()[name]), "value": {"none": shown}}


def _rights(release: Release, item: PublicItem) -> Language:
    statement, library = release.vocabulary.statement_label(item.rights_uri), release.library
    return {code: [f"{library.of(code)}. {statement.of(code)}"] for code in ("kk", "ru", "en")}


def _provider(release: Release) -> dict[str, Any]:
    home = release.current_url()
    library = _in_all(release.library)
    return {"id": home, "type": "Agent", "label": library, "homepage": [_page(home, library)]}


def _page(address: str, label: Language) -> dict[str, Any]:
    return {"id": address, "type": "Text", "label": label, "format": "text/html"}


def _titles(item: PublicItem) -> Language:
    return {"none" if code == "und" else code: [title] for code, title in item.titles.items()}


def _in_all(label: Labels) -> Language:
    return {code: [label.of(code)] for code in ("kk", "ru", "en")}


def _collection(release: Release, books: Sequence[PublicItem]) -> bytes:
    contents = {
        "@context": PRESENTATION,
        "id": release.current_url(f"{FOLDER}/collection.json"),
        "type": "Collection",
        "label": _in_all(texts()["title"]),
        # Mirador 3 opens no collection without one.
        "requiredStatement": {"label": _in_all(texts()["rights"]), "value": _in_all(release.library)},
        "provider": [_provider(release)],
        "items": [
            _reference(release, item)
            | ({"thumbnail": [_image(release, item, item.cover)]} if item.cover else {})
            for item in books
        ],
    }
    return to_json(contents)


# --- Change Discovery --------------------------------------------------------------------------------


def _stream(release: Release, books: set[str]) -> Iterator[Document]:
    """The activities in pages, the oldest first, and what leads to the last page."""
    entries = release.log.entries
    pages = [entries[start : start + PAGE_SIZE] for start in range(0, len(entries), PAGE_SIZE)]
    addresses = [f"{FOLDER}/changes/{number:05}.json" for number in range(1, len(pages) + 1)]
    mime = _MIME.format(DISCOVERY)
    top: dict[str, Any] = {
        "@context": DISCOVERY,
        "id": release.current_url(f"{FOLDER}/changes.json"),
        "type": "OrderedCollection",
        "totalItems": len(entries),
        "totalPages": len(pages),
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
    }
    if addresses:
        top["first"] = _reached(release, addresses[0])
        top["last"] = _reached(release, addresses[-1])
    yield Document(f"{FOLDER}/changes.json", to_json(top), mime)
    for number, (address, page) in enumerate(zip(addresses, pages, strict=True)):
        contents: dict[str, Any] = {
            "@context": DISCOVERY,
            "id": release.current_url(address),
            "type": "OrderedCollectionPage",
            "startIndex": number * PAGE_SIZE,
            "partOf": {"id": top["id"], "type": "OrderedCollection"},
        }
        if number:
            contents["prev"] = _reached(release, addresses[number - 1])
        if number + 1 < len(addresses):
            contents["next"] = _reached(release, addresses[number + 1])
        yield Document(address, partial(_activities, release, books, page, contents), mime, past=True)


def _reached(release: Release, address: str) -> dict[str, str]:
    return {"id": release.current_url(address), "type": "OrderedCollectionPage"}


def _activities(
    release: Release, books: set[str], page: Sequence[Change], contents: Mapping[str, Any]
) -> bytes:
    """A page: a part of the log in the words of Activity Streams.

    The log knows whether an item had files, not whether they had pages: of a book that has none today the
    last word is that it is gone, which is true for whoever knew it and means nothing to the rest.
    """
    latest = release.log.latest()
    activities = []
    for entry in page:
        kind = _KINDS[entry.kind] if entry.given else "Delete"
        if entry is latest[entry.item_id] and entry.item_id not in books:
            kind = "Delete"
        activities.append(
            {
                "id": f"{release.site_url}{FOLDER}/activity/{entry.seq}",
                "type": kind,
                "object": {"id": release.current_url(place(entry.item_id)), "type": "Manifest"},
                "endTime": moment(entry.at),
            }
        )
    return to_json({**contents, "orderedItems": activities})


_KINDS: Mapping[str, str] = {
    "create": "Create",
    "restore": "Create",
    "update": "Update",
    "withdraw": "Delete",
    "delete": "Delete",
}
