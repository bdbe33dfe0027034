"""The tree of a release put together beside the live one: what did not change is linked, the rest is written.

A release of five thousand books has tens of thousands of files: places are plain text here, folders are made
once, and what the live release is known to hold in full is linked without another look.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from rabis_sync.publish.check import places
from rabis_sync.publish.manifest import Entry

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document
    from rabis_sync.publish.item import PublicFile
    from rabis_sync.publish.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Twins:
    """What may be taken over from the last release.

    Attributes:
        root: where it lies.
        documents: its documents by place.
        scans: places of its digitised files by checksum.
        release: its name.
        frame: as in `Manifest`.
    """

    root: str
    documents: Mapping[str, Entry]
    scans: Mapping[str, str]
    release: str = ""
    frame: str = ""

    @staticmethod
    def of(folder: Path, manifest: Manifest, damaged: Collection[str]) -> Twins:
        """Those of a release that are there in full.

        Args:
            folder: where it lies.
            manifest: what it should hold.
            damaged: what of it is missing or cut short.
        """
        whole = [entry for entry in manifest.entries if entry.path not in damaged]
        return Twins(
            str(folder),
            {entry.path: entry for entry in whole if not entry.is_file},
            {entry.sha256: entry.path for entry in whole if entry.is_file},
            manifest.release,
            manifest.frame,
        )


@dataclass
class Tree:
    """A release that is being built.

    Attributes:
        root: where.
        twins: what may be taken over.
        entries: what is in its place.
        fresh: places of what was written anew.
    """

    root: str
    twins: Twins
    entries: list[Entry] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    _made: set[str] = field(default_factory=set)

    def put(self, document: Document, release: Release, frame: str) -> None:
        """Take a document over from the last release, or make and write it.

        One whose bytes did not change is taken over too: it keeps its time of change, by which web servers
        tell readers whether they have it already.
        """
        before = self.twins.documents.get(document.path)
        known = before and document.key and (before.key, self.twins.frame) == (document.key, frame)
        if before and known and not document.pinned and self._linked(before.path, before.path):
            self.entries.append(before)
            return
        renamed = self._renamed(before, release) if before and known and document.pinned else None
        body = renamed or document.body
        checksum = sha256(body).hexdigest()
        links = before.links if before and renamed else tuple(sorted(places(body, document, release)))
        self.entries.append(
            Entry(document.path, len(body), checksum, document.mime, document.key, links, document.pinned)
        )
        if before and before.sha256 == checksum and self._linked(before.path, before.path):
            return
        with open(self._target(document.path), "wb") as stream:  # noqa: PTH123  places are text here
            stream.write(body)
        self.fresh.add(document.path)

    def _renamed(self, before: Entry, release: Release) -> bytes | None:
        """The last release's document with the new one's name; None where it is gone."""
        try:
            with open(f"{self.twins.root}/{before.path}", "rb") as stream:  # noqa: PTH123  places are text here
                body = stream.read()
        except OSError:
            return None
        return body.replace(self.twins.release.encode(), release.id.encode())

    def place(self, place: str, file: PublicFile, scan: Path) -> None:
        """Link the file the last release has, else copy the scan.

        A scan itself is never linked: who mends it later would change a finished release.
        """
        self.entries.append(Entry(place, file.bytes, file.sha256, file.mime))
        twin = self.twins.scans.get(file.sha256)
        if twin is not None and self._linked(twin, place):
            return
        target = self._target(place)
        shutil.copyfile(scan, target)
        os.utime(target, ns=(file.stamp, file.stamp))
        self.fresh.add(place)

    def _target(self, place: str) -> str:
        """Where a place lies; its folder is made."""
        self._make(place.rpartition("/")[0])
        return f"{self.root}/{place}"

    def _make(self, folder: str) -> None:
        """Make a folder that is not made yet, and those above it; nothing is there but what was put here."""
        if folder not in self._made:
            if folder:
                self._make(folder.rpartition("/")[0])
                os.mkdir(f"{self.root}/{folder}")  # noqa: PTH102  places are text here
            else:
                os.makedirs(self.root, exist_ok=True)  # noqa: PTH103  places are text here
            self._made.add(folder)

    def _linked(self, twin: str, place: str) -> bool:
        """Link a file of the last release; False where it is gone, or links are not to be had."""
        try:
            os.link(f"{self.twins.root}/{twin}", self._target(place))
        except OSError:
            return False
        return True
