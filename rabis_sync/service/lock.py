"""One run at a time: a lock that the operating system lets go when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from rabis_sync.errors import RunLocked, SourceAway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock file for the length of the block.

    Raises:
        RunLocked: another process holds it; the message tells which.
        SourceAway: the lock file cannot be written.
    """
    try:
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise SourceAway(f"the lock file {path} cannot be written: {error.strerror}") from error
    with file:
        try:
            _take(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise RunLocked(f"another run is under way (process {holder})") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
