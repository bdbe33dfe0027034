"""A run in a process of its own: it shares no memory with the service, and stops, or is ended, when told."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from rabis_sync.service.execution import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

_log = logging.getLogger(__name__)


@dataclass
class Runner:
    """Starts `rabis-sync … run JOB` and sees it to its end.

    Attributes:
        command: what comes before the job's name.
        stop: once it is set nothing is started any more.
        patience: seconds that a run has to stop when it is told to.
    """

    command: Sequence[str]
    stop: Event
    patience: float = 60
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def start(self, job: str) -> int:
        """Run a job and wait for it; its exit code, 75 where it was stopped."""
        with self._lock:
            if self.stop.is_set():
                return EXIT_INTERRUPTED
            self._child = subprocess.Popen([*self.command, job])  # noqa: S603  ourselves, and the name of a file
        code = self._child.wait()
        return code if code >= 0 else EXIT_INTERRUPTED

    def end(self) -> None:
        """Tell the run under way to stop; end it when it takes too long: the next one goes on from there."""
        with self._lock:
            child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(self.patience)
        except subprocess.TimeoutExpired:
            _log.warning("the run did not stop within %g seconds and is ended", self.patience)
            child.kill()


def ourselves(*arguments: str) -> list[str]:
    """The command line of this program in this interpreter."""
    return [sys.executable, "-m", "rabis_sync", *arguments]
