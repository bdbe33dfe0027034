"""What the next release takes over from the last one: linked beside other work, before documents are known.

Most of a release is what the last one was. All that is likely to stay is linked at once; when the documents
are known, what changed is written and what is gone is removed. Of the digitised files none is linked that the
new release does not give.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.publish.links import NONE, Links, read_links
from rabis_sync.publish.pointer import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rabis_sync.crew import Hand
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

        A document is the same where its key is. Of the digitised files all are here that are the same. They
        stand in order.

        Args:
            scans: the digitised files of the next release by place: no other is taken over, not for a moment.
            frame: of all that turns it into documents.
        """
        found, documents = dict(self.entries), frame == self.frame
        for place, entry in self.entries.items():
            if entry.key and not entry.pinned:
                stays = documents
            else:
                stays = place in scans and scans[place].file.sha256 == entry.sha256
            if not stays:
                del found[place]
        return found


class Taken(NamedTuple):
    """What is being linked.

    Attributes:
        entries: what the next release has in the same place, as far as it is known yet (`Twins.likely`).
        places: of all that is linked, which may be more.
        missed: waits until it is; gives the places of what could not be.
    """

    entries: Mapping[str, Entry]
    places: AbstractSet[str]
    missed: Callable[[], list[str]]


class Ahead:
    """What is linked of the last release while it is decided what the next one shows.

    Args:
        root: where the next one is built.
        hand: links it, and may be given other work beside.
    """

    def __init__(self, root: Path, hand: Hand) -> None:
        self.root = root
        self.hand = hand
        self._places: dict[str, None] = {}
        self._missed: list[Callable[[], list[str]]] = []

    def documents(self, folder: Path, manifest: Manifest) -> None:
        """Begin to link what most likely stays of a release that will have a successor.

        No digitised file is among it: of those it is not known yet which may be shown.
        """
        with suppress(OSError):  # whoever builds the release meets it again, and says so
            self._link(folder, [one.path for one in manifest.entries if one.key and not one.pinned])

    def rest(self, twins: Twins, scans: Mapping[str, Scan], frame: str) -> Taken:
        """Begin to link what is not being linked yet.

        Args:
            twins: the last release.
            scans: digitised files of the new one, by place.
            frame: of all that turns it into documents.

        Raises:
            OSError: the release cannot be built there.
        """
        entries = twins.likely(scans, frame)
        self._link(twins.root, [place for place in entries if place not in self._places])
        missed = self._missed
        return Taken(entries, self._places.keys(), lambda: [place for told in missed for place in told()])

    def give_up(self) -> None:
        """Remove what was begun and not given another name."""
        if self._missed:
            remove(self.root)

    def _link(self, source: str | Path, places: Sequence[str]) -> None:
        if not self._missed:
            remove(self.root)
            self.root.mkdir(parents=True)
        told = (str(source), str(self.root), "\n".join(places))
        self._missed.append(self.hand.give(link_all, *told, helped=len(places) > FEW))
        self._places |= dict.fromkeys(places)


def remove(folder: Path) -> None:
    """Remove a folder, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def link_all(source: str, target: str, places: str) -> list[str]:
    """Link files of one folder into another, for good; places of those that could not be.

    What is there already is passed over, so it may be broken off and done again.

    Args:
        source: where they lie.
        target: where they are wanted.
        places: one a line: a text is sent to a helper in a quarter of the time that as many texts take.
    """
    made: set[str] = set()
    missed = []
    last = None
    for place in places.splitlines():
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
