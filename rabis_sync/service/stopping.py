"""A request to stop (SIGTERM) becomes an exception in the main thread: what is under way is undone."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rabis_sync.errors import RunStopped

if TYPE_CHECKING:
    from collections.abc import Iterator


class Terminated(BaseException):
    """Somebody asked this program to stop; like KeyboardInterrupt no `except Exception` may swallow it."""


@contextmanager
def stoppable(run: str) -> Iterator[None]:
    """Raise `Terminated` inside the block at the first SIGTERM; later ones are not heard.

    Nothing is changed outside the main thread, where Python takes no signals. Processes that the block forks
    end at once, as they would without us.

    Args:
        run: what the block runs.

    Raises:
        RunStopped: `Terminated` ended the block.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    owner = os.getpid()

    def stop(number: int, _frame: object) -> None:
        if os.getpid() != owner:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        signal.signal(number, signal.SIG_IGN)
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except Terminated as error:
        raise RunStopped(f"the run of {run} was told to stop") from error
    finally:
        signal.signal(signal.SIGTERM, before)
