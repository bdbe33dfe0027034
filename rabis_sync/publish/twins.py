"""What the next release takes over from the last one: linked beside other work, before documents are known.

Most of a release is what the last one was. All that is likely to stay is linked at once; when the documents
are known, what changed is written and what is gone is removed. Of the digitised files none is linked that the
new release does not give.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.publish.folders import FEW, link_all, remove
from rabis_sync.publish.links import NONE, Links, read_links

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from rabis_sync.crew import Hand
    from rabis_sync.publish.item import PublicFile
    from rabis_sync.publish.manifest import Entry, Manifest


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
        helped: a helper is at it, and will be for a while.
    """

    entries: Mapping[str, Entry]
    places: AbstractSet[str]
    missed: Callable[[], list[str]]
    helped: Callable[[], bool]


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
        likely = [one.path for one in manifest.entries if one.key and not one.pinned]
        with suppress(OSError):  # whoever builds the release meets it again, and says so
            self._link(folder, likely, last=False)

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
        self._link(twins.root, [place for place in entries if place not in self._places], last=True)
        missed, hand = self._missed, self.hand
        return Taken(
            entries,
            self._places.keys(),
            lambda: [place for told in missed for place in told()],
            lambda: hand.behind() > 1,  # it is not even done with what was begun first
        )

    def give_up(self) -> None:
        """Remove what was begun and not given another name."""
        if self._missed:
            remove(self.root)

    def _link(self, source: str | Path, places: Sequence[str], *, last: bool) -> None:
        if not self._missed:
            remove(self.root)
            self.root.mkdir(parents=True)
        told = (str(source), str(self.root), "\n".join(places), last)
        self._missed.append(self.hand.give(link_all, *told, helped=len(places) > FEW))
        self._places |= dict.fromkeys(places)
