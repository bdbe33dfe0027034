"""`changes/`: what changed, from the first day on, for whoever keeps a copy of the collection.

A consumer keeps the last `seq` it has dealt with and takes the pages that hold later ones. Where the head is
below its number, the library has gone back to an earlier release: it takes the whole collection again.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.changes import Change
from rabis_sync.publish.encoding import from_json, moment, to_json
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.collection import Release

SCHEMA = "rabis-sync/changes/1"
FOLDER = "changes"
PAGE_SIZE = 500
_MIME = "application/json"


class Feed:
    """The log in pages; one that is full never changes any more."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`changes/index.json`, and `changes/00001.json` … as far as there are entries."""
        entries = release.log.entries
        pages = [entries[start : start + PAGE_SIZE] for start in range(0, len(entries), PAGE_SIZE)]
        yield Document(f"{FOLDER}/index.json", to_json(_index(release, pages)), _MIME)
        for number, page in enumerate(pages, 1):
            yield Document(_place(number), partial(_page, page), _MIME)


def read(body: bytes) -> tuple[Change, ...]:
    """The entries of one page."""
    return tuple(Change.of_json(entry) for entry in from_json(body)["changes"])


def shown(change: Change) -> dict[str, Any]:
    """An entry as consumers see it."""
    return change.as_json() | {"at": moment(change.at)}


def _place(number: int) -> str:
    return f"{FOLDER}/{number:05}.json"


def _index(release: Release, pages: Sequence[Sequence[Change]]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "release": release.id,
        "head": release.log.head,
        "floor": 1,
        "collection": release.url("collection.json"),
        "pages": [
            {"first": page[0].seq, "last": page[-1].seq, "url": release.url(_place(number))}
            for number, page in enumerate(pages, 1)
        ],
    }


def _page(page: Sequence[Change]) -> bytes:
    return to_json({"schema": SCHEMA, "changes": [shown(change) for change in page]})
