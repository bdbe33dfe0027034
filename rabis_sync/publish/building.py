"""The tree of a release put together beside the live one: what did not change is linked, the rest is written.

A release of five thousand books has a hundred thousand files: it is made on every core at once, places are
plain text here, folders are made once, and what the live release is known to hold in full is linked without
another look.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.crew import examined
from rabis_sync.publish.check import unreadable
from rabis_sync.publish.links import links_of, packed, read_links
from rabis_sync.publish.manifest import Entry
from rabis_sync.publish.scans import sha256_of

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document
    from rabis_sync.publish.item import PublicFile
    from rabis_sync.publish.manifest import Manifest

#: Documents and files that a core takes at a time, and how few are done without another's help.
BATCH, FEW = 250, 2_000


@dataclass(frozen=True, slots=True)
class Twins:
    """What may be taken over from the last release.

    Attributes:
        root: where it lies.
        documents: its documents by place.
        scans: places of its digitised files by checksum.
        release: its name.
        frame: as in `Manifest`; empty where nobody knows any more where its documents lead.
        places: of all that it should hold, in order.
        links: numbers of the files that a document leads to, by its place.
    """

    root: str = ""
    documents: Mapping[str, Entry] = field(default_factory=dict)
    scans: Mapping[str, str] = field(default_factory=dict)
    release: str = ""
    frame: str = ""
    places: Sequence[str] = ()
    links: Mapping[str, array[int]] = field(default_factory=dict)

    @staticmethod
    def of(folder: Path, manifest: Manifest, damaged: Collection[str]) -> Twins:
        """Those of a release that are there in full.

        Args:
            folder: where it lies.
            manifest: what it should hold.
            damaged: what of it is missing or cut short.
        """
        whole = [entry for entry in manifest.entries if entry.path not in damaged]
        places = [entry.path for entry in manifest.entries]
        links = read_links(folder, places)
        return Twins(
            str(folder),
            {entry.path: entry for entry in whole if not entry.is_file},
            {entry.sha256: entry.path for entry in whole if entry.is_file},
            manifest.release,
            "" if links is None else manifest.frame,
            places,
            links or {},
        )


class Scan(NamedTuple):
    """A digitised file or a picture of one: its place in the release, what it should be, where it lies."""

    path: str
    file: PublicFile
    source: Path


class Put(NamedTuple):
    """What became of one document or file.

    Attributes:
        entry: what is in its place; None: what the last release has there.
        links: where it leads, as it is kept; None: where it led.
        faults: why the release cannot be published.
    """

    entry: Entry | None
    links: bytes | None = None
    faults: tuple[str, ...] = ()


_TAKEN_OVER = Put(None)


class Filled(NamedTuple):
    """All that was put in its place.

    Attributes:
        entries: every file, by place.
        links: where each document leads, as it is kept.
        faults: why the release cannot be published.
    """

    entries: tuple[Entry, ...]
    links: dict[str, bytes]
    faults: list[str]


def fill(
    root: Path, contents: Sequence[Document | Scan], twins: Twins, release: Release, frame: str, helpers: int
) -> Filled:
    """Put every document and file in its place.

    Args:
        root: where the release is built.
        contents: all of it.
        twins: what may be taken over.
        release: what is shown.
        frame: of all that turns it into documents.
        helpers: processes at work.

    Raises:
        OSError: a scan disappeared meanwhile, or the disk is full.
        FatalError: a helper was killed.
    """
    places = sorted({one.path for one in contents})
    numbers = {place: number for number, place in enumerate(places)}
    tree = Tree(str(root), twins, release, frame, numbers)
    batches = [(start, start + BATCH) for start in range(0, len(contents), BATCH)]
    put = partial(_put, tree, contents)
    done = examined(put, batches, helpers=helpers if len(contents) > FEW else 1)
    renumber = _renumbering(twins, places, numbers)
    entries: dict[str, Entry] = {}
    links: dict[str, bytes] = {}
    faults = [] if len(places) == len(contents) else ["two documents have one place"]
    for one, made in zip(contents, (one for _, batch in done for one in batch), strict=True):
        entries[one.path] = made.entry or twins.documents[one.path]
        faults += made.faults
        if made.links is not None:
            links[one.path] = made.links
        elif one.path in twins.links:
            links[one.path] = renumber(one.path, faults)
    return Filled(tuple(entries[place] for place in places), links, faults)


def _put(tree: Tree, contents: Sequence[Document | Scan], batch: tuple[int, int]) -> list[Put]:
    return [
        tree.place(one) if isinstance(one, Scan) else tree.put(one) for one in contents[batch[0] : batch[1]]
    ]


def _renumbering(
    twins: Twins, places: Sequence[str], numbers: Mapping[str, int]
) -> Callable[[str, list[str]], bytes]:
    """Where a document that is taken over leads, by the numbers of this release, and its faults."""
    moved = [numbers.get(place, -1) for place in twins.places]
    still = list(places) == list(twins.places)
    gone = {number for number, now in enumerate(moved) if now < 0}

    def renumber(path: str, faults: list[str]) -> bytes:
        old = twins.links[path]
        if gone and not gone.isdisjoint(old):
            faults.extend(_dead(path, [twins.places[number] for number in sorted(gone.intersection(old))]))
            return b""
        return packed(old if still else map(moved.__getitem__, old))

    return renumber


def _dead(path: str, places: Sequence[str]) -> list[str]:
    return [f"{path} links to {place}, which is not there" for place in places]


@dataclass(frozen=True)
class Tree:
    """A release that is being built.

    Attributes:
        root: where.
        twins: what may be taken over.
        release: what it shows.
        frame: of all that turns it into documents.
        numbers: of all its files, by place.
    """

    root: str
    twins: Twins
    release: Release
    frame: str
    numbers: Mapping[str, int]
    _folders: set[str] = field(default_factory=set)

    def put(self, document: Document) -> Put:
        """Take a document over from the last release, or make and write it.

        One whose bytes did not change is taken over too: it keeps its time of change, by which web servers
        tell readers whether they have it already.
        """
        before = self.twins.documents.get(document.path)
        known = before and document.key and (before.key, self.twins.frame) == (document.key, self.frame)
        if before and known and not document.pinned and self._taken_over(before.path, before.path):
            return _TAKEN_OVER
        renamed = self._renamed(before) if before and known and document.pinned else None
        body = renamed or document.body
        checksum = sha256(body).hexdigest()
        entry = Entry(document.path, len(body), checksum, document.mime, document.key, document.pinned)
        links = None if renamed else links_of(body, document, self.release)
        faults = _dead(document.path, sorted(links.difference(self.numbers))) if links else []
        kept = (
            None if links is None else packed(self.numbers[place] for place in links if place in self.numbers)
        )
        if before and before.sha256 == checksum and self._taken_over(before.path, before.path):
            return Put(entry, kept, tuple(faults))
        _write(self._target(document.path), body)
        if fault := unreadable(document.path, body):
            faults.append(fault)
        return Put(entry, kept, tuple(faults))

    def place(self, scan: Scan) -> Put:
        """Link the file the last release has, or a picture of ours; else copy the scan.

        A scan itself is never linked: who mends it later would change a finished release.
        """
        file = scan.file
        put = Put(Entry(scan.path, file.bytes, file.sha256, file.mime))
        twin = self.twins.scans.get(file.sha256)
        if twin is not None and self._taken_over(twin, scan.path):
            return put
        target = self._target(scan.path)
        if not (file.is_drawn and _linked(scan.source, target)):
            shutil.copyfile(scan.source, target)
            os.utime(target, ns=(file.stamp, file.stamp))
        whole = sha256_of(Path(target)) == file.sha256
        return put if whole else put._replace(faults=(f"{scan.path} is not what was meant",))

    def _renamed(self, before: Entry) -> bytes | None:
        """The last release's document with the new one's name; None where it is gone."""
        try:
            with open(f"{self.twins.root}/{before.path}", "rb") as stream:  # noqa: PTH123  places are text here
                body = stream.read()
        except OSError:
            return None
        return body.replace(self.twins.release.encode(), self.release.id.encode())

    def _taken_over(self, twin: str, place: str) -> bool:
        """Link a file of the last release; False where it is gone, or links are not to be had."""
        return _linked(f"{self.twins.root}/{twin}", self._target(place))

    def _target(self, place: str) -> str:
        """Where a place lies; its folder is made."""
        self._make(place.rpartition("/")[0])
        return f"{self.root}/{place}"

    def _make(self, folder: str) -> None:
        """Make a folder that is not made yet, and those above it; others may be at it too."""
        if folder not in self._folders:
            if folder:
                self._make(folder.rpartition("/")[0])
                with suppress(FileExistsError):
                    os.mkdir(f"{self.root}/{folder}")  # noqa: PTH102  places are text here
            else:
                os.makedirs(self.root, exist_ok=True)  # noqa: PTH103  places are text here
            self._folders.add(folder)


def _linked(source: str | Path, target: str) -> bool:
    try:
        os.link(source, target)
    except OSError:
        return False
    return True


def _write(target: str, body: bytes) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)
