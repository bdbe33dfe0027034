"""One run at a time: a lock that the operating system lets go when its holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from rabis_sync.errors import RunLocked, SourceAway

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Seconds for which helpers of a run that was killed may outlive it, and hold the lock that they inherited.
OUTLIVE = 10

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _is_gone(_holder: str) -> bool:
        return False  # nothing is inherited there
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_gone(holder: str) -> bool:
        """The process that took the lock has ended."""
        try:
            os.kill(int(holder), 0)
        except ProcessLookupError:
            return True
        except (ValueError, OSError):
            pass  # no number stands there, or it is somebody else's process
        return False


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock file for the length of the block.

    Raises:
        RunLocked: another process holds it; the message tells which. Helpers of one that is gone are given
            time to end.
        SourceAway: the lock file cannot be written.
    """
    try:
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise SourceAway(f"the lock file {path} cannot be written: {error.strerror}") from error
    with file:
        until = time.monotonic() + OUTLIVE
        while True:
            try:
                _take(file)
                break
            except OSError as error:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                if not _is_gone(holder) or time.monotonic() > until:
                    raise RunLocked(f"another run is under way (process {holder})") from error
                time.sleep(0.05)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
