"""Jobs are started when they are due, one at a time, and what was missed is made up for once.

APScheduler beats; what a beat does is decided anew from the ledger of runs (`timetable.due`), so that nothing
is lost by a restart, a clock that moved, a lock that was held or a database that was away (docs/adr/0044).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from rabis_sync.errors import RabisSyncError
from rabis_sync.service import timetable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo
    from threading import Event

    from rabis_sync.service.jobs import Schedule
    from rabis_sync.service.timetable import Past

#: Seconds between two beats.
BEAT = 60
#: Beats after which a job that could not begin, because another run holds the lock, is tried again.
REST = 10
#: Beats after which people are told that the ledger is away.
AWAY = 15
#: A clock that is so much off what has passed since the last look, in seconds, was set.
MOVED = 5
#: How far back runs are asked for: the longest time between two moments of a job is a week.
REACH = timedelta(days=16)

_log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


def _unheard(_error: RabisSyncError) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Scheduler:
    """Starts jobs by their schedules.

    Attributes:
        schedules: of the jobs by name.
        zone: the library's time zone.
        runs: runs of a job since a moment, from the ledger; raises RabisSyncError where it is away.
        start: carries a job out, to its end, and gives the exit code.
        stop: set when the service is told to stop.
        clock: what time it is, UTC.
        away: told once when the ledger has been away for a while.
    """

    schedules: Mapping[str, Schedule]
    zone: tzinfo
    runs: Callable[[str, datetime], Sequence[Past]]
    start: Callable[[str], int]
    stop: Event
    clock: Callable[[], datetime] = _now
    away: Callable[[RabisSyncError], None] = _unheard
    _missed: list[RabisSyncError] = field(default_factory=list, init=False, repr=False, compare=False)
    _resting: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _beats: BackgroundScheduler = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        beats = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        object.__setattr__(self, "_beats", beats)

    def begin(self) -> None:
        """Beat from now on, in a thread of its own; the first beat makes up for what was missed."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns at each beat during a long run
        self._beats.add_job(self.beat, "interval", seconds=BEAT, next_run_time=self.clock(), id="beat")
        self._beats.start()

    def beat_now(self) -> None:
        """Beat at once: the clock was set, and what waits by its old hands would wait too long."""
        self._beats.modify_job("beat", next_run_time=self.clock())

    def end(self) -> None:
        """Wait for the beat under way and beat no more; whoever asks has seen to it that its run ends."""
        self._beats.pause()
        self._beats.shutdown(wait=True)

    def beat(self) -> list[str]:
        """Start what is due, the longest due first, and name it."""
        started: list[str] = []
        for name, beats in list(self._resting.items()):
            self._resting[name] = beats - 1
        while not self.stop.is_set() and (waiting := [name for name in self.due() if self._ready(name)]):
            name = waiting[0]
            _log.info("job %s is due", name)
            _log.info("job %s ended with exit code %d", name, self.start(name))
            self._resting[name] = REST
            started.append(name)
        return started

    def _ready(self, name: str) -> bool:
        """Whether a job that is due was not just tried: one that leaves no trace would be tried for ever."""
        return self._resting.get(name, 0) <= 0

    def due(self) -> list[str]:
        """Jobs for which a run is wanted now, the longest due first; none where the ledger is away."""
        now = self.clock()
        try:
            wanted = {
                name: timetable.due(schedule, self.zone, self.runs(name, now - REACH), now)
                for name, schedule in self.schedules.items()
            }
        except RabisSyncError as error:
            self._miss(error)
            return []
        self._missed.clear()
        return sorted(
            (name for name, moment in wanted.items() if moment), key=lambda name: (wanted[name], name)
        )

    def _miss(self, error: RabisSyncError) -> None:
        """The ledger is away: the log says so each time, people are told once, after a while."""
        _log.error("the ledger of runs cannot be read: %s", error)
        self._missed.append(error)
        if len(self._missed) == AWAY:
            self.away(error)

    def following(self) -> dict[str, datetime]:
        """When each job is due next, UTC."""
        now = self.clock()
        return {
            name: timetable.following(schedule, self.zone, now) for name, schedule in self.schedules.items()
        }


def watch_clock(
    scheduler: Scheduler, stop: Event, monotonic: Callable[[], float], alive: Callable[[], None], every: float
) -> None:
    """Look at the clock until told to stop, and have the scheduler beat when somebody has set it.

    Args:
        scheduler: whose clock it is.
        stop: ends the watch.
        monotonic: seconds that have really passed, from any moment on.
        alive: called at each look.
        every: seconds between two looks.
    """
    wall, passed = scheduler.clock(), monotonic()
    while not stop.wait(every):
        moved = (scheduler.clock() - wall).total_seconds() - (monotonic() - passed)
        if abs(moved) > MOVED:
            _log.warning("the clock was set by %+.0f seconds", moved)
            scheduler.beat_now()
        wall, passed = scheduler.clock(), monotonic()
        alive()
