"""A finished release is looked at once more before anybody sees it: files, links, counts, rights gate."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from rabis_sync.errors import FatalError
from rabis_sync.publish.links import HINT, LINKS
from rabis_sync.publish.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Entry, Manifest

_READERS: Mapping[str, Callable[[bytes], object]] = {".json": json.loads, ".xml": etree.fromstring}


class Strays(NamedTuple):
    """Where the finished tree is not what the manifest says.

    Attributes:
        missing: places of what is named and not there.
        foreign: places of what is there and not named.
    """

    missing: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()


def strays(folder: Path, entries: Iterable[Entry]) -> Strays:
    """Look through the finished tree.

    Args:
        folder: where it was built.
        entries: what it should hold beside what is told of it.
    """
    there = set(places_below(folder)) - {MANIFEST, LINKS}
    named = {entry.path for entry in entries}
    return Strays(tuple(sorted(named - there)), tuple(sorted(there - named)))


def check_release(
    release: Release,
    manifest: Manifest,
    met: Strays,
    faults: Iterable[str],
    may_open: Callable[[PublicItem], bool],
) -> None:
    """See that a finished release may be shown.

    Args:
        release: what it should show.
        manifest: what it should hold.
        met: how its tree differs from that.
        faults: what was found as it was built.
        may_open: decides once more, from the registry, whether an item's files are for everybody.

    Raises:
        FatalError: it is not what it should be; the message names every fault found.
    """
    files = sorted((*manifest.scans(), *(path for path in met.foreign if path.startswith("files/"))))
    found = [
        *faults,
        *_leaks(files, release, may_open),
        *(f"{path} is missing" for path in met.missing),
        *(f"{path} belongs to nothing" for path in met.foreign),
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


def _leaks(files: Iterable[str], release: Release, may_open: Callable[[PublicItem], bool]) -> Iterator[str]:
    """The rights gate: under `files/` lies nothing but the files of items that are open this day."""
    allowed = {item.path(file) for item in release.items if may_open(item) for file in item.files}
    return (f"{path} is not open to everybody" for path in files if path not in allowed)


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
