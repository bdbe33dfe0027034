"""Work on all files of a release, a hundred thousand at a time: a helper does it beside ours (`crew.Hand`).

Places go to the helper as one text, a place a line, which is sent in a quarter of the time that as many texts
take.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rabis_sync.publish.links import LINKS
from rabis_sync.publish.manifest import MANIFEST
from rabis_sync.publish.pointer import settle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: How many files or documents are worth no helper.
FEW = 2_000


def damaged(folder: str, places: str, sizes: Sequence[int]) -> frozenset[str]:
    """Places of what is missing or has another size in a release: somebody may have tidied up.

    Args:
        folder: of the release.
        places: of all its files (`Manifest.sizes`).
        sizes: of each of them, in bytes.
    """
    with _inside(folder) as (root, way):
        found = zip(places.splitlines(), sizes, strict=True)
        return frozenset([place for place, size in found if _size(f"{way}{place}", root) != size])


def link_all(source: str, target: str, places: str, settled: bool) -> list[str]:  # noqa: FBT001  sent to a helper
    """Link files of one folder into another; places of those that could not be.

    What is there already is passed over, so it may be broken off and done again.

    Args:
        source: where they lie.
        target: where they are wanted.
        places: of the files; those of one folder best stand together.
        settled: make durable what is in the target by then (`pointer.settle`).
    """
    if not places:  # of the first release there is not even a folder
        return []
    made: set[str] = set()
    missed = []
    last = None
    with _inside(source) as (before, old), _inside(target) as (now, new):
        for place in places.splitlines():
            folder = place.rpartition("/")[0]
            if folder != last:
                make_folder(new, folder, made, now)
                last = folder
            if not linked(f"{old}{place}", f"{new}{place}", before, now):
                missed.append(place)
    if settled:
        settle(Path(target))
    return missed


def linked(source: str, target: str, before: int | None = None, now: int | None = None) -> bool:
    """A file is linked, now or before; False where it is gone or links are not to be had.

    Args:
        source: where it lies.
        target: where it is wanted.
        before: the folder that the way to the source begins in; None: the way is a whole one.
        now: the same of the target.
    """
    try:
        os.link(source, target, src_dir_fd=before, dst_dir_fd=now)
    except FileExistsError:
        return True
    except OSError:
        return False
    return True


def make_folder(way: str, folder: str, made: set[str], root: int | None = None) -> None:
    """Make a folder that is not made yet, and those above it; others may be at it too.

    Args:
        way: what stands before its place, with the slash.
        folder: its place; empty where it is there in any case.
        made: places of those that are made already.
        root: the folder that the way begins in; None: the way is a whole one.
    """
    if folder and folder not in made:
        make_folder(way, folder.rpartition("/")[0], made, root)
        with suppress(FileExistsError):
            os.mkdir(f"{way}{folder}", dir_fd=root)
        made.add(folder)


def misplaced(folder: Path, places: str, below: str = "", but: str = "") -> list[str]:
    """Why a finished tree is not what it should be: what is missing in it, and what belongs to nothing.

    Args:
        folder: where it was built.
        places: of what it should hold there, beside what is written of it.
        below: looked at is what lies in this folder of it, which ends in a slash; empty: in all of it.
        but: and does not lie in this one.
    """
    wanted, there = set(places.splitlines()), {place.rstrip("/") for place in _below(folder, below, but)}
    faults = [f"{place} is missing" for place in wanted - there]
    faults += [f"{place} belongs to nothing" for place in there - wanted - {MANIFEST, LINKS}]
    return sorted(faults)


def places_below(folder: Path) -> Iterator[str]:
    """Places of all files, with slashes; none where there is no such folder."""
    return (place for place in _below(folder) if not place.endswith("/"))


def _below(folder: Path, below: str = "", but: str = "") -> Iterator[str]:
    """Places of all files, and of each folder that holds nothing, which end in a slash.

    Arguments as of `misplaced`.
    """
    waiting = [below] if (folder / below).is_dir() else []
    while waiting:
        below = waiting.pop()
        empty = below != ""
        with os.scandir(f"{folder}/{below}") as found:
            for one in found:
                empty = False
                place = f"{below}{one.name}"
                if not one.is_dir(follow_symlinks=False):
                    yield place
                elif f"{place}/" != but:
                    waiting.append(f"{place}/")
        if empty:
            yield below


def remove(folder: Path) -> None:
    """Remove a folder, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def _inside(folder: str) -> Iterator[tuple[int | None, str]]:
    """A folder and what stands before a place in it: the system goes the way to it once, not for each file.

    Windows knows no such thing: there it is the whole way that stands before a place.
    """
    if not {os.stat, os.link, os.mkdir} <= os.supports_dir_fd:
        yield None, f"{folder}/"
        return
    root = os.open(folder, os.O_RDONLY)
    try:
        yield root, ""
    finally:
        os.close(root)


def _size(place: str, root: int | None) -> int:
    try:
        return os.stat(place, dir_fd=root).st_size
    except OSError:
        return -1
