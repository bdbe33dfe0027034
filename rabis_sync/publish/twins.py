"""What the next release takes over from the last one: linked beside other work, before documents are known.

Most of a release is what the last one was. All that is likely to stay is linked at once; when the documents
are known, what changed is written and what is gone is removed. Of the digitised files none is linked that the
new release does not give.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.crew import beside
from rabis_sync.publish.links import NONE, Links, read_links
from rabis_sync.publish.pointer import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from rabis_sync.publish.item import PublicFile
    from rabis_sync.publish.manifest import Entry, Manifest

#: How many files are linked without another's help.
FEW = 2_000


class Scan(NamedTuple):
    """A digitised file or a picture of one: its place in the release, what it should be, where it lies."""

    path: str
    file: PublicFile
    source: str


@dataclass(frozen=True, slots=True)
class Twins:
    """What may be taken over from the last release.

    Attributes:
        root: where it lies.
        entries: what is there in full, by place.
        scans: places of its digitised files by checksum.
        release: its name.
        frame: as in `Manifest`; empty where nobody knows any more where its documents lead.
        links: where they lead.
    """

    root: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    scans: Mapping[str, str] = field(default_factory=dict)
    release: str = ""
    frame: str = ""
    links: Links = NONE

    @staticmethod
    def of(folder: Path, manifest: Manifest, damaged: Collection[str]) -> Twins:
        """Those of a release that are there in full.

        Args:
            folder: where it lies.
            manifest: what it should hold.
            damaged: what of it is missing or cut short.
        """
        entries = {entry.path: entry for entry in manifest.entries}
        links = read_links(folder, list(entries))
        scans = manifest.scans()
        for place in damaged:
            del entries[place]
            scans.pop(place, None)
        return Twins(
            str(folder),
            entries,
            {entry.sha256: place for place, entry in scans.items()},
            manifest.release,
            "" if links is None else manifest.frame,
            links or NONE,
        )

    def likely(self, scans: Mapping[str, Scan], frame: str) -> dict[str, Entry]:
        """What the next release has in the same place, as far as that is known before its documents are.

        A document is the same where its key is. Of the digitised files all are here that are the same.

        Args:
            scans: the digitised files of the next release by place: no other is taken over, not for a moment.
            frame: of all that turns it into documents.
        """
        found = {}
        for place, scan in scans.items():
            entry = self.entries.get(place)
            if entry and entry.sha256 == scan.file.sha256:
                found[place] = entry
        if frame == self.frame:
            found |= {place: entry for place, entry in self.entries.items() if entry.key and not entry.pinned}
        return found


class Taken(NamedTuple):
    """What is being linked.

    Attributes:
        entries: all of it, by place (`Twins.likely`).
        missed: waits until it is; gives the places of what could not be.
    """

    entries: Mapping[str, Entry]
    missed: Callable[[], list[str]]


@contextmanager
def taking_over(root: Path, twins: Twins, scans: Mapping[str, Scan], frame: str) -> Iterator[Taken]:
    """Link what is likely to stay while the documents are made.

    Args:
        root: where the release is built; it is made.
        twins: the last release.
        scans: digitised files of the new one, by place.
        frame: of all that turns it into documents.
    """
    root.mkdir()
    entries = twins.likely(scans, frame)
    link = partial(link_all, twins.root, str(root), list(entries))
    with beside(link, helped=len(entries) > FEW) as missed:
        yield Taken(entries, missed)


def link_all(source: str, target: str, places: Sequence[str]) -> list[str]:
    """Link files of one folder into another, for good; places of those that could not be.

    What is there already is passed over, so it may be broken off and done again.
    """
    made: set[str] = set()
    missed = []
    last = None
    for place in places:
        folder = place.rpartition("/")[0]
        if folder != last:
            make_folder(target, folder, made)
            last = folder
        if not linked(f"{source}/{place}", f"{target}/{place}"):
            missed.append(place)
    settle(Path(target))
    return missed


def linked(source: str | Path, target: str) -> bool:
    """A file is linked, now or before; False where it is gone or links are not to be had."""
    try:
        os.link(source, target)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def make_folder(root: str, folder: str, made: set[str]) -> None:
    """Make a folder that is not made yet, and those above it; others may be at it too."""
    if folder and folder not in made:
        make_folder(root, folder.rpartition("/")[0], made)
        with suppress(FileExistsError):
            os.mkdir(f"{root}/{folder}")  # noqa: PTH102  places are text here
        made.add(folder)
