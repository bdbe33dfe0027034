"""Formats the collection is given in: one file a format, found by its name, derived from one release."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release


class Document(NamedTuple):
    """One document of a feed: its place in the release, its bytes and its media type."""

    path: str
    body: bytes
    mime: str


class Feed(Protocol):
    """What every module of this package defines under the name `Feed`.

    A feed is pure: equal releases give equal documents, it asks no clock, and every address it writes either
    is pinned to the release or is one that stays for ever.
    """

    def documents(self, release: Release) -> Iterator[Document]:
        """All documents of the feed."""
        ...


#: Every format there is; a name in `[publish]` that is none of them is answered with the known ones.
FEEDS: Registry[type[Feed]] = Registry("rabis_sync.publish.feeds", "Feed", "feed")
