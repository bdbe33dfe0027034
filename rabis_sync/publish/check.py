"""A finished release is looked at once more before anybody sees it: files, links, counts, rights gate."""

from __future__ import annotations

import json
import os
import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lxml import etree

from rabis_sync.errors import FatalError
from rabis_sync.publish.manifest import MANIFEST
from rabis_sync.publish.scans import sha256_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Manifest

_HINT = "Nothing was published. Keep the folder and the log, and report this as a defect."
#: What stands before a link of a page: our templates quote every attribute, and no quote of a record's own
#: stays one.
_LINKS = (' href="', ' src="', ' action="')
#: A link that is more than a way along folders.
_UNUSUAL = re.compile(r"[:&%?\\]|^/")
#: The rest of an address, as far as it goes on within a text.
_ADDRESS_REST = r"((?:[^\s\"'<>#?,\\&]|&(?!quot;|#3[49];))*)"


def check_release(
    folder: Path,
    release: Release,
    manifest: Manifest,
    fresh: Collection[str],
    may_open: Callable[[PublicItem], bool],
) -> None:
    """Look at the finished tree.

    Args:
        folder: where it was built.
        release: what it should show.
        manifest: what it should hold.
        fresh: paths whose checksum is taken again; a hard link keeps the check of its first release.
        may_open: decides once more, from the registry, whether an item's files are for everybody.

    Raises:
        FatalError: it is not what it should be; the message names every fault found.
    """
    there = set(places_below(folder))
    faults = [
        *_leaks(there, release, may_open),
        *_missing_or_foreign(there, manifest),
        *_wrong_content(folder, manifest, fresh),
        *_uncounted(manifest, release),
        *_unparsed(folder, fresh),
        *_dead_links(manifest, there),
    ]
    if faults:
        raise FatalError(f"release {release.id} failed its check: {'; '.join(faults[:10])}", hint=_HINT)


def places_below(folder: Path) -> Iterator[str]:
    """Places of all files, with slashes."""
    root = str(folder)
    for parent, _, names in os.walk(root):
        below = parent[len(root) + 1 :].replace(os.sep, "/")
        for name in names:
            yield f"{below}/{name}" if below else name


def _leaks(there: Iterable[str], release: Release, may_open: Callable[[PublicItem], bool]) -> Iterator[str]:
    """The rights gate: under `files/` lies nothing but the files of items that are open this day."""
    allowed = {item.path(file) for item in release.items if may_open(item) for file in item.files}
    shown = (path for path in sorted(there) if path.startswith("files/"))
    return (f"{path} is not open to everybody" for path in shown if path not in allowed)


def _missing_or_foreign(there: Collection[str], manifest: Manifest) -> Iterator[str]:
    named = {entry.path for entry in manifest.entries} | {MANIFEST}
    yield from (f"{path} is missing" for path in sorted(named.difference(there)))
    yield from (f"{path} belongs to nothing" for path in sorted(set(there) - named))


def _wrong_content(folder: Path, manifest: Manifest, fresh: Collection[str]) -> Iterator[str]:
    for entry in manifest.entries:
        if entry.path in fresh and (folder / entry.path).is_file():
            path = folder / entry.path
            if path.stat().st_size != entry.bytes or sha256_of(path) != entry.sha256:
                yield f"{entry.path} is not what was meant"


def _uncounted(manifest: Manifest, release: Release) -> Iterator[str]:
    wanted = {item.path(file) for item in release.items for file in item.files}
    if wanted != set(manifest.scans()):
        yield f"{len(manifest.scans())} files where the items have {len(wanted)}"
    if len({item.id for item in release.items}) != len(release.items):
        yield "two items have one identifier"


def _unparsed(folder: Path, fresh: Iterable[str]) -> Iterator[str]:
    readers: dict[str, Callable[[bytes], object]] = {
        ".json": json.loads,
        ".xml": etree.fromstring,
    }
    for path in sorted(fresh):
        reader = readers.get(path[path.rfind(".") :])
        if reader is None or path.startswith("files/"):
            continue
        try:
            reader((folder / path).read_bytes())
        except (ValueError, etree.LxmlError) as error:
            yield f"{path} cannot be read: {error}"


def _dead_links(manifest: Manifest, there: Collection[str]) -> Iterator[str]:
    for entry in manifest.entries:
        for target in entry.links:
            wanted = f"{target}index.html" if not target or target.endswith("/") else target
            if wanted not in there:
                yield f"{entry.path} links to {wanted}, which is not there"


def places(body: bytes, document: Document, release: Release) -> set[str]:
    """Places in the release that a document links to.

    Raises:
        FatalError: it names the release, although its key says that it is the same in every one.
    """
    if document.mime.startswith("image/"):
        return set()
    text = body.decode("utf-8")
    pinned = set(_meant(text, release.url()))
    if pinned and document.key and not document.pinned:
        raise FatalError(f"{document.path} names release {release.id} but is kept for others", hint=_HINT)
    if document.past:
        return set()
    found = pinned | set(_meant(text, release.current_url()))
    return found | set(_relative(text, document.path)) if document.path.endswith(".html") else found


def _meant(text: str, base: str) -> Iterator[str]:
    """Places that absolute addresses anywhere in a text mean."""
    if base in text:
        for rest in set(_address(base).findall(text)):
            yield unquote(unescape(rest))


@lru_cache(maxsize=8)
def _address(base: str) -> re.Pattern[str]:
    return re.compile(re.escape(base) + _ADDRESS_REST)


def _relative(text: str, path: str) -> Iterator[str]:
    """Places in this release that a page's own links mean."""
    above = path.split("/")[:-1]
    found = {rest.partition('"')[0] for mark in _LINKS for rest in text.split(mark)[1:]}
    for link in found:
        if way := _way(link):
            up, down = way
            yield "/".join((*above[: max(0, len(above) - up)], down)) if up < len(above) else down


@lru_cache(maxsize=65_536)
def _way(link: str) -> tuple[int, str] | None:
    """How many folders up a link leads, and whereto from there; None where it leaves the release.

    Most links of a page stand on thousands of others too.
    """
    parts = urlsplit(unescape(link)) if _UNUSUAL.search(link) else None
    if parts is None:
        way = link.partition("#")[0]
    elif parts.scheme or parts.netloc:
        return None
    else:
        way = unquote(parts.path)
    if not way:
        return None
    up = 0
    while way.startswith(("../", "./")):
        up += way.startswith("../")
        way = way.partition("/")[2]
    return up, way
