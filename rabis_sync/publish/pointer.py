"""Small durable effects on disk, and the one pointer that says which release is live."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

CURRENT = "current"
RELEASES = "releases"


def live_release(out: Path) -> str:
    """Name of the release the pointer names; empty when there is none."""
    pointer = out / CURRENT
    if pointer.is_symlink():
        return pointer.readlink().name
    if pointer.is_file():
        return Path(pointer.read_text("utf-8").strip()).name
    return ""


def point(out: Path, release: str) -> None:
    """Make a release live in one step: readers see the old one or the new one, never neither.

    A symbolic link is made beside and renamed over the old one (`ln -sfn` would remove it first). Where the
    system has no symbolic links, `current` is a file that holds the path.
    """
    beside = out / f".{CURRENT}-new"
    with suppress(FileNotFoundError):
        beside.unlink()
    target = f"{RELEASES}/{release}"
    try:
        beside.symlink_to(target, target_is_directory=True)
    except (OSError, NotImplementedError):
        write(beside, f"{target}\n".encode())
    beside.replace(out / CURRENT)
    sync(out)


def settle(folder: Path) -> None:
    """Make all that was written below a folder durable at once: a call a file takes minutes for thousands."""
    if os.name == "nt":
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb+") as stream:
                    os.fsync(stream.fileno())
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync_file_system(descriptor)
    finally:
        os.close(descriptor)


def _sync_file_system(descriptor: int) -> None:
    """syncfs(2) of Linux; elsewhere sync(2), which waits for every disk.

    Raises:
        OSError: something could not be written.
    """
    try:
        call = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        os.sync()
        return
    if call(descriptor):
        raise OSError(ctypes.get_errno(), "the file system cannot be synchronised")


def write(path: Path, body: bytes) -> None:
    """Write a file so that it is still there after the power went."""
    with path.open("wb") as stream:
        stream.write(body)
        stream.flush()
        os.fsync(stream.fileno())


def replace(path: Path, body: bytes) -> None:
    """Replace a file as a whole; nothing happens when it holds just that."""
    if path.is_file() and path.read_bytes() == body:
        return
    beside = path.with_name(f".{path.name}-new")
    write(beside, body)
    beside.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such thing."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
