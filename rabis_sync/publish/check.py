"""A finished release is looked at once more before anybody sees it: files, links, counts, rights gate."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lxml import etree

from rabis_sync.publish.encoding import from_json
from rabis_sync.publish.links import LINKS
from rabis_sync.publish.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Manifest

_READERS: Mapping[str, Callable[[bytes], object]] = {".json": from_json, ".xml": etree.fromstring}


def misplaced(folder: Path, places: str) -> list[str]:
    """Why a finished tree is not what it should be: what is missing in it, and what belongs to nothing.

    Args:
        folder: where it was built.
        places: of what it should hold, beside what is written of it; one a line, as of `twins.link_all`.
    """
    faults: list[str] = []
    for below, named in _held(places.splitlines()).items():
        try:
            there = set(os.listdir(f"{folder}/{below}"))  # noqa: PTH208  there are tens of thousands
        except OSError:
            there = set()
        if there != named:
            if not below:
                there -= {MANIFEST, LINKS}
            faults += [f"{below}{name} is missing" for name in named - there]
            stray = [below + name for name in there - named]
            faults += [f"{place} belongs to nothing" for one in stray for place in _files_of(folder, one)]
    return sorted(faults)


def _files_of(folder: Path, place: str) -> list[str]:
    """The place itself, or all files below it."""
    return [f"{place}/{below}" for below in places_below(folder / place)] or [place]


def _held(places: Iterable[str]) -> dict[str, set[str]]:
    """What each folder should hold, by its place, which ends in a slash where it is not the uppermost."""
    held: dict[str, set[str]] = {"": set()}
    for place in places:
        at = place.rfind("/") + 1
        below = place[:at]
        if below not in held:
            _add_folder(held, below)
        held[below].add(place[at:])
    return held


def _add_folder(held: dict[str, set[str]], below: str) -> None:
    at = below.rfind("/", 0, -1) + 1
    above = below[:at]
    if above not in held:
        _add_folder(held, above)
    held[above].add(below[at:-1])
    held[below] = set()


def leaking(manifest: Manifest, release: Release, may_open: Callable[[PublicItem], bool]) -> list[str]:
    """The rights gate: the files of a release are those of its items, and each of these is open this day.

    Args:
        manifest: what the release holds; that its tree holds nothing else says `misplaced`.
        release: what it should show.
        may_open: decides once more, from the registry, whether an item's files are for everybody.
    """
    files = manifest.scans().keys()
    wanted: set[str] = set()
    kept_back: set[str] = set()
    for item in release.items:
        own = [item.path(file) for file in item.files]
        wanted.update(own)
        if own and not may_open(item):
            kept_back.update(own)
    faults = [f"{path} is not open to everybody" for path in sorted(files - (wanted - kept_back))]
    if files != wanted:
        faults.append(f"{len(files)} files where the items have {len(wanted)}")
    if len({item.id for item in release.items}) != len(release.items):
        faults.append("two items have one identifier")
    return faults


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


def unreadable(path: str, body: bytes) -> str:
    """Why a document that machines read could not be read by them; empty where it can."""
    reader = _READERS.get(path[path.rfind(".") :])
    try:
        if reader:
            reader(body)
    except (ValueError, etree.LxmlError) as error:
        return f"{path} cannot be read: {error}"
    return ""
