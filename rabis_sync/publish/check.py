"""A finished release is looked at once more before anybody sees it: files, links, counts, rights gate."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from lxml import etree

from rabis_sync.errors import FatalError
from rabis_sync.publish.links import HINT, LINKS
from rabis_sync.publish.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Manifest

_READERS: Mapping[str, Callable[[bytes], object]] = {".json": json.loads, ".xml": etree.fromstring}


def check_release(
    folder: Path,
    release: Release,
    manifest: Manifest,
    faults: Iterable[str],
    may_open: Callable[[PublicItem], bool],
) -> None:
    """Look at the finished tree.

    Args:
        folder: where it was built.
        release: what it should show.
        manifest: what it should hold.
        faults: what was found as it was built.
        may_open: decides once more, from the registry, whether an item's files are for everybody.

    Raises:
        FatalError: it is not what it should be; the message names every fault found.
    """
    there = set(places_below(folder))
    found = [
        *faults,
        *_leaks(there, release, may_open),
        *_missing_or_foreign(there, manifest),
        *_uncounted(manifest, release),
    ]
    if found:
        raise FatalError(f"release {release.id} failed its check: {'; '.join(found[:10])}", hint=HINT)


def places_below(folder: Path) -> Iterator[str]:
    """Places of all files, with slashes; none where there is no such folder."""
    waiting = [""] if folder.is_dir() else []
    while waiting:
        below = waiting.pop()
        with os.scandir(f"{folder}/{below}") as found:
            for one in found:
                if one.is_dir(follow_symlinks=False):
                    waiting.append(f"{below}{one.name}/")
                else:
                    yield f"{below}{one.name}"


def _leaks(there: Iterable[str], release: Release, may_open: Callable[[PublicItem], bool]) -> Iterator[str]:
    """The rights gate: under `files/` lies nothing but the files of items that are open this day."""
    allowed = {item.path(file) for item in release.items if may_open(item) for file in item.files}
    shown = sorted(path for path in there if path.startswith("files/"))
    return (f"{path} is not open to everybody" for path in shown if path not in allowed)


def _missing_or_foreign(there: Collection[str], manifest: Manifest) -> Iterator[str]:
    named = {entry.path for entry in manifest.entries} | {MANIFEST, LINKS}
    yield from (f"{path} is missing" for path in sorted(named.difference(there)))
    yield from (f"{path} belongs to nothing" for path in sorted(set(there) - named))


def _uncounted(manifest: Manifest, release: Release) -> Iterator[str]:
    wanted = {item.path(file) for item in release.items for file in item.files}
    if wanted != set(manifest.scans()):
        yield f"{len(manifest.scans())} files where the items have {len(wanted)}"
    if len({item.id for item in release.items}) != len(release.items):
        yield "two items have one identifier"


def unreadable(path: str, body: bytes) -> str:
    """Why a document that machines read could not be read by them; empty where it can."""
    reader = _READERS.get(path[path.rfind(".") :])
    try:
        if reader:
            reader(body)
    except (ValueError, etree.LxmlError) as error:
        return f"{path} cannot be read: {error}"
    return ""
