"""The releases as they lie on disk, answered as a careful file server does: what it is, whether it changed.

A place is looked up in the manifest of its release, so nothing else below the folder is ever given, and the
mark of its content (ETag) is its checksum: a file of equal size and time but other bytes is another one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rabis_sync.publish import pointer
from rabis_sync.publish.encoding import from_json
from rabis_sync.publish.feeds import changes
from rabis_sync.publish.look import LANGUAGES
from rabis_sync.publish.manifest import Entry, Manifest, created, read_manifest
from rabis_sync.publish.naming import item_page, item_reader

if TYPE_CHECKING:
    from pathlib import Path

#: A document of a named release never changes; a digitised file may be taken back any day.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
_A_WHILE = "public, max-age=3600"
_REMEMBERED = 4
#: Folders whose folders are items; pages of items have a form of their own.
_OF_ITEMS = frozenset({"files", "iiif"})
#: What no identifier of an item has, and what follows it in every address.
_END_OF_IDENTIFIER = re.compile(r"[/.]")


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at an address.

    Attributes:
        path: the file.
        entry: what the manifest says of it.
        cache: the Cache-Control header.
        gone: it is the page of something that was taken back: status 410.
    """

    path: Path
    entry: Entry
    cache: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A release in memory: its manifest, its files by place, and which items it does not show any more."""

    manifest: Manifest
    entries: dict[str, Entry]
    gone: frozenset[str]
    known: frozenset[str]


class Site:
    """The site's folder towards readers.

    Args:
        out: folder of the site.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._listings: dict[str, Listing] = {}

    def live(self) -> str:
        """Name of the live release; empty before the first."""
        return pointer.live_release(self._out)

    def find(self, address: str) -> Found | str | None:
        """What stands at an address below the site's root.

        Args:
            address: without the leading slash, decoded.

        Returns:
            The file; ``gone`` for a file that was taken back; None for what never was.
        """
        first, _, rest = address.partition("/")
        if first == pointer.RELEASES:
            release, _, place = rest.partition("/")
            return self._in(release, place, pinned=True)
        return self._in(self.live(), rest if first == pointer.CURRENT else address, pinned=False)

    def latest(self) -> bytes | None:
        """`latest.json` as it stands; None before the first release."""
        try:
            return (self._out / "latest.json").read_bytes()
        except FileNotFoundError:
            return None

    def changes_since(self, seq: int) -> dict[str, Any] | None:
        """Up to a page of entries of the log after a number; None for a number the log never gave."""
        listing = self._listing(self.live())
        if listing is None:
            return None
        folder = self._out / pointer.RELEASES / listing.manifest.release
        index = from_json((folder / changes.FOLDER / "index.json").read_bytes())
        head = index["head"]
        if not 0 <= seq <= head:
            return None
        found: list[dict[str, Any]] = []
        for page in index["pages"]:
            if page["last"] > seq and len(found) < changes.PAGE_SIZE:
                body = (folder / changes.FOLDER / page["url"].rsplit("/", 1)[1]).read_bytes()
                found += [entry for entry in from_json(body)["changes"] if entry["seq"] > seq]
        found = found[: changes.PAGE_SIZE]
        last = found[-1]["seq"] if found else seq
        return {
            "schema": changes.SCHEMA,
            "release": listing.manifest.release,
            "head": head,
            "next": last if last < head else None,
            "changes": found,
        }

    def _in(self, release: str, place: str, *, pinned: bool) -> Found | str | None:
        listing = self._listing(release)
        if listing is None:
            return None
        wanted = f"{place}index.html" if not place or place.endswith("/") else place
        entry = listing.entries.get(wanted)
        room, _, rest = wanted.partition("/")
        described = _described(wanted)
        item = rest.partition("/")[0] if room in _OF_ITEMS else described
        path = self._out / pointer.RELEASES / release / wanted
        if entry is None or not path.is_file():
            return "gone" if item in listing.known else None
        of_file = room == "files"
        cache = _A_WHILE if of_file else _FOR_EVER if pinned else _ASK_AGAIN
        return Found(path, entry, cache, gone=described in listing.gone)

    def _listing(self, release: str) -> Listing | None:
        if release in self._listings:
            return self._listings[release]
        try:
            created(release)
        except ValueError:
            return None
        manifest = read_manifest(self._out / pointer.RELEASES / release)
        if manifest is None:
            return None
        gone = frozenset(one.item_id for one in manifest.standings if not one.shown)
        listing = Listing(
            manifest,
            {entry.path: entry for entry in manifest.entries},
            gone,
            frozenset(one.item_id for one in manifest.standings),
        )
        for old in list(self._listings)[: 1 - _REMEMBERED]:
            del self._listings[old]
        self._listings[release] = listing
        return listing


def _described(place: str) -> str:
    """The item whose page or reader a place in a release is, or would be; empty for any other place."""
    folder = place.partition("/")[0]
    tree = f"{folder}/" if folder in LANGUAGES else ""
    within = place.removeprefix(tree).removesuffix("index.html")
    item = _END_OF_IDENTIFIER.split(within.partition("/")[2], maxsplit=1)[0]
    pages = (item_page(item), item_reader(item))
    return item if within in {page.below if tree else page.root for page in pages} else ""
