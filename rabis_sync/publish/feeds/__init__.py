"""Formats the collection is given in: one file a format, found by its name, derived from one release."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  the dataclass names it
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.publish.collection import Release


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed.

    Attributes:
        path: its place in the release.
        content: its bytes, or what makes them when they are needed.
        mime: media type.
        key: where it is not empty, a document of this place and key is the same in every release, names none,
            and is taken over from the last one without being made again.
        pinned: it names its release; of one key it is the same in every release but for that name.
        past: it tells what happened, so it names addresses that need not be there any more.
    """

    path: str
    content: bytes | Callable[[], bytes]
    mime: str
    key: str = ""
    pinned: bool = False
    past: bool = False

    @property
    def body(self) -> bytes:
        """Its bytes."""
        return self.content if isinstance(self.content, bytes) else self.content()


class Sheaf(NamedTuple):
    """Documents that show the same in several forms or languages: none of them changes alone.

    Attributes:
        places: of all of them.
        key: of each of them, as in `Document`.
        documents: gives them.
    """

    places: tuple[str, ...]
    key: str
    documents: Callable[[], Iterable[Document]]


class Feed(Protocol):
    """What every module of this package defines under the name `Feed`.

    A feed is pure: equal releases give equal documents, it asks no clock, and every address it writes either
    is pinned to the release or is one that stays for ever.
    """

    def documents(self, release: Release) -> Iterator[Document | Sheaf]:
        """All documents of the feed; those that only change together may come as a sheaf."""
        ...


def documents_of(feeds: Iterable[Feed], release: Release) -> Iterator[Document]:
    """All documents of some feeds, one by one."""
    for feed in feeds:
        for one in feed.documents(release):
            if isinstance(one, Sheaf):
                yield from one.documents()
            else:
                yield one


#: Every format there is; a name in `[publish]` that is none of them is answered with the known ones.
FEEDS: Registry[type[Feed]] = Registry("rabis_sync.publish.feeds", "Feed", "feed")
