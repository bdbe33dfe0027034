"""A finished release is looked at once more before anybody sees it: files, links, counts, rights gate."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lxml import etree

from rabis_sync.publish.encoding import from_json
from rabis_sync.publish.item import FILES
from rabis_sync.publish.links import LINKS
from rabis_sync.publish.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Entry

_READERS: Mapping[str, Callable[[bytes], object]] = {".json": from_json, ".xml": etree.fromstring}


def faults_of(
    folder: Path,
    release: Release,
    entries: Sequence[Entry],
    may_open: Callable[[PublicItem], bool],
) -> list[str]:
    """Why the finished tree may not be shown.

    Args:
        folder: where it was built.
        release: what it should show.
        entries: what it should hold, beside what is written of it.
        may_open: decides once more, from the registry, whether an item's files are for everybody.
    """
    there = set(places_below(folder)) - {MANIFEST, LINKS}
    named = {entry.path for entry in entries}
    files = {entry.path for entry in entries if entry.is_file}
    return [
        *_leaks(sorted(path for path in there if path.startswith(FILES)), release, may_open),
        *(f"{path} is missing" for path in sorted(named - there)),
        *(f"{path} belongs to nothing" for path in sorted(there - named)),
        *_uncounted(files, release),
    ]


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


def _uncounted(files: Collection[str], release: Release) -> Iterator[str]:
    wanted = {item.path(file) for item in release.items for file in item.files}
    if wanted != files:
        yield f"{len(files)} files where the items have {len(wanted)}"
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
