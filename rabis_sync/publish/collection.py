"""A release as values: feeds are derived from it, and equal content has an equal hash at any time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rabis_sync.marc.cyrillic import sort_key
from rabis_sync.publish.encoding import to_json
from rabis_sync.publish.facets import FACETS, shelves, values_of
from rabis_sync.publish.look import Look
from rabis_sync.publish.naming import item_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from rabis_sync.publish.changes import Log
    from rabis_sync.publish.exchange import Exchange
    from rabis_sync.publish.facets import Shelf, Values
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.vocabulary import Labels, RightsVocabulary


#: Where each facet stands in `Release.values`.
_COLUMN = {facet: number for number, facet in enumerate(FACETS)}
_PLAIN = re.compile(r"[A-Za-z0-9/._-]*")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An item that was there and is no more.

    Attributes:
        id: its identifier, never used again.
        source: name of the source.
        record: control number.
        reason: code of the reason.
        at: moment of the withdrawal, UTC; no part of the content.
    """

    id: str
    source: str
    record: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Release:
    """The whole collection as everybody sees it at one time.

    Attributes:
        id: name of the release; empty until it is known.
        library: name of the library.
        site_url: address of the site's root, ending in a slash.
        items: by identifier.
        withdrawn: by identifier.
        vocabulary: names of levels and statements.
        exchange: how items are given to other libraries.
        log: all that the public saw change until and with this release; no part of the content.
        digests: of each item, by identifier: equal exactly when the public is shown the same (`digests_of`).
        look: what the library gives its site.
        values: of items in every facet (`facets.all_values_of`), by identifier, where they are known.
    """

    id: str
    library: Labels
    site_url: str
    items: Sequence[PublicItem]
    withdrawn: tuple[Tombstone, ...]
    vocabulary: RightsVocabulary
    exchange: Exchange
    log: Log
    digests: Mapping[str, str]
    look: Look = field(default_factory=Look)
    values: Mapping[str, Sequence[Values]] = field(default_factory=dict)

    def url(self, path: str = "") -> str:
        """Address of a document of this very release: it never shows another one's content."""
        return f"{self.site_url}releases/{self.id}/{_escaped(path)}"

    def current_url(self, path: str = "") -> str:
        """Address of a document of whatever release is live."""
        return f"{self.site_url}current/{_escaped(path)}"

    def item_url(self, item: PublicItem) -> str:
        """The item's page: the same in every release."""
        return self.lasting_url(item.id)

    def lasting_url(self, item_id: str) -> str:
        """The page of an item, by its identifier: the address that is cited in every language."""
        return self.current_url(item_page(item_id).root)

    @cached_property
    def by_title(self) -> tuple[PublicItem, ...]:
        """The items by their titles in the order of the Kazakh alphabet, which holds the Russian one."""
        return tuple(sorted(self.items, key=lambda item: (sort_key(item.title, "kk"), item.id)))

    def shelves(self, facet: str) -> tuple[Shelf, ...]:
        """The shelves of a facet, the items of each by their titles.

        Raises:
            KeyError: there is no such facet.
        """
        key = ("shelves", facet)
        if key not in self.pieces:
            self.pieces[key] = shelves(self.by_title, facet, self.values_in(facet))
        found: tuple[Shelf, ...] = self.pieces[key]
        return found

    def lay_out(self) -> None:
        """Make now what many feeds ask for: the items, and every shelf."""
        for facet in FACETS:
            self.shelves(facet)

    def values_in(self, facet: str) -> Callable[[PublicItem], Values]:
        """What gives the values of an item in a facet, as `facets.values_of` does.

        Raises:
            KeyError: there is no such facet.
        """
        known, number = self.values, _COLUMN[facet]
        return lambda item: known[item.id][number] if item.id in known else values_of(item, facet)

    @cached_property
    def pieces(self) -> dict[Any, Any]:
        """What its documents have in common, as far as it is made already."""
        return {}

    def frame(self, fingerprint: str) -> str:
        """64 hexadecimal digits of all that turns items into documents.

        Args:
            fingerprint: of the feeds.
        """
        frame = {
            "feeds": fingerprint,
            "library": [self.library.kk, self.library.ru, self.library.en],
            "site": self.site_url,
            "names": repr(self.vocabulary),
            "exchange": self.exchange.fingerprint,
            "look": self.look.fingerprint,
        }
        return sha256(to_json(frame)).hexdigest()

    def content_hash(self, frame: str) -> str:
        """64 hexadecimal digits that are equal exactly when the release would show the same.

        Args:
            frame: as `frame` gives it.
        """
        content: dict[str, Any] = {
            "frame": frame,
            "items": [self.digests[item_id] for item_id in sorted(self.digests)],
            "withdrawn": [[stone.id, stone.reason] for stone in self.withdrawn],
        }
        return sha256(to_json(content)).hexdigest()


def _escaped(path: str) -> str:
    """A place as it stands in an address: most places are plain already."""
    return path if _PLAIN.fullmatch(path) else quote(path)


def digests_of(items: Iterable[PublicItem], exchange: Exchange) -> dict[str, str]:
    """The digest of each item, by identifier."""
    return {item.id: item.digest(exchange.fingerprint) for item in items}
