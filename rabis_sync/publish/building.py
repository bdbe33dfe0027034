"""The tree of a release put together beside the live one: what did not change is linked, the rest is written.

A release of five thousand books has a hundred thousand files: what changed is made on every core at once,
places are plain text here, and what did not change costs no more than a link.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.crew import examined
from rabis_sync.publish.check import unreadable
from rabis_sync.publish.differing import differing
from rabis_sync.publish.feeds import documents_of
from rabis_sync.publish.folders import FEW, linked, make_folder
from rabis_sync.publish.links import dead, links_of, packed
from rabis_sync.publish.manifest import Entry
from rabis_sync.publish.scans import sha256_of
from rabis_sync.publish.twins import Scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document, Feed
    from rabis_sync.publish.twins import Taken, Twins

#: Documents and files that a core takes at a time.
BATCH = 250


class Put(NamedTuple):
    """What became of one document or file that is not the last release's.

    Attributes:
        entry: what is in its place.
        links: where it leads, as it is kept; None: where it led.
        faults: why the release cannot be published.
    """

    entry: Entry
    links: bytes | None = None
    faults: tuple[str, ...] = ()


class Ready(NamedTuple):
    """A document that was made.

    Attributes:
        document: which one.
        body: its bytes.
        checksum: of them.
        links: where it leads; None: where it led.
        fault: why it could not be read; empty where it can.
    """

    document: Document
    body: bytes
    checksum: str
    links: set[str] | None
    fault: str

    @property
    def path(self) -> str:
        """Its place in the release."""
        return self.document.path


@dataclass
class Filled:
    """A tree in which everything is put in its place, but for what is still being linked.

    Attributes:
        tree: the tree.
        feeds: what gives its documents.
        scans: all digitised files, by place.
        taken: what is being linked.
        helpers: processes at work.
        places: of every file, in order.
        entries: every file, by place.
        links: where each document leads that was made, as it is kept.
        faults: why the release cannot be published.
    """

    tree: Tree
    feeds: Sequence[Feed]
    scans: Mapping[str, Scan]
    taken: Taken
    helpers: int
    places: list[str]
    entries: dict[str, Entry]
    links: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _complete: bool = False

    def put(self, some: Sequence[Document | Ready | Scan]) -> None:
        """Put documents and files in their places."""
        for one, made in zip(some, _put_all(self.tree, some, self.helpers), strict=True):
            self.entries[one.path] = made.entry
            self.faults.extend(made.faults)
            if made.links is not None:
                self.links[one.path] = made.links

    @cached_property
    def surplus(self) -> AbstractSet[str]:
        """Places of what is linked although the release does not have it."""
        return self.taken.places - self.entries.keys()

    def complete(self) -> bool:
        """Wait until all is linked, put what could not be, remove what is too much.

        True where something had to be put: what was told of the tree until then may be wrong. Asked again it
        has nothing left to do.

        Raises:
            OSError, FatalError: as of `fill`.
        """
        if self._complete:
            return False
        self._complete = True
        missed = self.entries.keys() & self.taken.missed()
        if missed:
            self.put([one for one in documents_of(self.feeds, self.tree.release) if one.path in missed])
            self.put([self.scans[place] for place in missed if place in self.scans])
        _clear(self.tree.root, self.surplus)
        return bool(missed)


def fill(tree: Tree, feeds: Sequence[Feed], scans: Mapping[str, Scan], taken: Taken, helpers: int) -> Filled:
    """Put every document and file in its place.

    Args:
        tree: where the release is built.
        feeds: what gives its documents.
        scans: all digitised files, by place.
        taken: what is being linked meanwhile.
        helpers: processes at work.

    Raises:
        OSError: a scan disappeared meanwhile, or the disk is full.
        FatalError: a helper was killed.
    """
    kept, made = differing(feeds, tree.release, taken, tree.make, helpers)
    entries = dict(taken.entries)
    for one in made:
        entries.pop(one.path, None)
    added = [scan for place, scan in scans.items() if place not in entries]
    if len(entries) > len(set(kept)) + len(scans) - len(added):  # some are gone, which is seldom
        for place in entries.keys() - kept - scans.keys():
            del entries[place]
    fresh: list[Document | Ready | Scan] = [*made, *added]
    # Those of the last release stand in order already, which sorting is quick about.
    places = sorted([*entries, *{one.path for one in fresh}])
    tree = replace(tree, numbers=dict(zip(places, range(len(places)), strict=True)))
    filled = Filled(tree, feeds, scans, taken, helpers, places, entries)
    if len(places) != len(kept) + len(made) + len(scans):
        filled.faults.append("two documents have one place")
    filled.put(fresh)
    return filled


def _put_all(tree: Tree, contents: Sequence[Document | Ready | Scan], helpers: int) -> Iterator[Put]:
    batches = [(start, start + BATCH) for start in range(0, len(contents), BATCH)]
    done = examined(partial(_put, tree, contents), batches, helpers=helpers if len(contents) > FEW else 1)
    return (one for _, batch in done for one in batch)


def _put(tree: Tree, contents: Sequence[Document | Ready | Scan], batch: tuple[int, int]) -> list[Put]:
    return [
        tree.place(one) if isinstance(one, Scan) else tree.put(one) for one in contents[batch[0] : batch[1]]
    ]


def _clear(root: str, places: Iterable[str]) -> None:
    """Remove files, and the folders that hold nothing then."""
    for place in places:
        with suppress(FileNotFoundError):
            os.unlink(f"{root}/{place}")  # noqa: PTH108  places are text here
        with suppress(OSError):
            os.removedirs(f"{root}/{place.rpartition('/')[0]}")


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
    numbers: Mapping[str, int] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)

    def make(self, document: Document) -> Ready:
        """Make a document; one that names its release is the last one's with another name."""
        renamed = self._renamed(document)
        body = renamed or document.body
        links = None if renamed else links_of(body, document, self.release)
        fault = "" if renamed else unreadable(document.path, body)
        return Ready(document, body, sha256(body).hexdigest(), links, fault)

    def put(self, made: Document | Ready) -> Put:
        """Make a document, unless it is, and write it.

        One whose bytes did not change is taken over: it keeps its time of change, by which web servers tell
        readers whether they have it already.
        """
        document, body, checksum, links, fault = made if isinstance(made, Ready) else self.make(made)
        before = self.twins.entries.get(document.path)
        entry = Entry(document.path, len(body), checksum, document.mime, document.key, document.pinned)
        gone = links.difference(self.numbers) if links else ()
        faults = dead(document.path, sorted(gone))
        kept = None if links is None else packed(links.difference(gone), self.numbers)
        if before and before.sha256 == checksum and self._taken_over(before.path, before.path):
            return Put(entry, kept, tuple(faults))
        _write(self._target(document.path), body)
        return Put(entry, kept, (*faults, fault) if fault else tuple(faults))

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
        if not (file.is_drawn and linked(scan.source, target)):
            shutil.copyfile(scan.source, target)
            os.utime(target, ns=(file.stamp, file.stamp))
        whole = sha256_of(Path(target)) == file.sha256
        return put if whole else put._replace(faults=(f"{scan.path} is not what was meant",))

    def _renamed(self, document: Document) -> bytes | None:
        """The last release's document with the new one's name; None where it is damaged or another."""
        before = self.twins.entries.get(document.path)
        if not (before and document.pinned and document.key):
            return None
        if (before.key, self.twins.frame) != (document.key, self.frame):
            return None
        try:
            with open(f"{self.twins.root}/{document.path}", "rb") as stream:  # noqa: PTH123  places are text here
                body = stream.read()
        except OSError:
            return None
        if sha256(body).hexdigest() != before.sha256:
            return None
        return body.replace(self.twins.release.encode(), self.release.id.encode())

    def _taken_over(self, twin: str, place: str) -> bool:
        """Link a file of the last release; False where it is gone, or links are not to be had."""
        return linked(f"{self.twins.root}/{twin}", self._target(place))

    def _target(self, place: str) -> str:
        """Where a place lies; its folder is made."""
        make_folder(f"{self.root}/", place.rpartition("/")[0], self._folders)
        return f"{self.root}/{place}"


def _write(target: str, body: bytes) -> None:
    """Write a new file; what lies there may be another release's too: it is removed, never written into."""
    try:
        descriptor = _created(target)
    except FileExistsError:  # linked meanwhile, before it was known to have changed
        os.unlink(target)  # noqa: PTH108  places are text here
        descriptor = _created(target)
    try:
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def _created(target: str) -> int:
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
