"""A release is looked at once more before anybody sees it: the rights gate, counts, what machines can read.

That its tree holds what it should says `folders.misplaced`; that its links lead somewhere, `links`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from rabis_sync.publish.encoding import from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Manifest

_READERS: Mapping[str, Callable[[bytes], object]] = {".json": from_json, ".xml": etree.fromstring}


def leaking(manifest: Manifest, release: Release, may_open: Callable[[PublicItem], bool]) -> list[str]:
    """The rights gate: the files of a release are those of its items, and each of these is open this day.

    Args:
        manifest: what the release holds; its tree holds nothing else (`folders.misplaced`).
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


def unreadable(path: str, body: bytes) -> str:
    """Why a document that machines read could not be read by them; empty where it can."""
    reader = _READERS.get(path[path.rfind(".") :])
    try:
        if reader:
            reader(body)
    except (ValueError, etree.LxmlError) as error:
        return f"{path} cannot be read: {error}"
    return ""
