"""A beat starts what is due, one job after another; a clock that was set is noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Semaphore
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from rabis_sync.errors import RetryableError
from rabis_sync.service.jobs import Schedule
from rabis_sync.service.scheduler import BEAT, REST, Scheduler, watch_clock
from rabis_sync.service.timetable import Past

if TYPE_CHECKING:
    from collections.abc import Sequence

ALMATY = ZoneInfo("Asia/Almaty")
SCHEDULES = {"nightly": Schedule("02:30"), "weekly": Schedule("05:00", ["sun"])}


class Library:
    """A clock that is set by hand, and a ledger in memory."""

    def __init__(self, now: str) -> None:
        self.now = self.local(now)
        self.ledger: list[tuple[str, Past]] = []
        self.away = False
        self.outcome = "done"
        self.stop = Event()
        self.scheduler = Scheduler(SCHEDULES, ALMATY, self.runs, self.start, self.stop, lambda: self.now)

    @staticmethod
    def local(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ALMATY).astimezone(UTC)

    def runs(self, job: str, since: datetime) -> Sequence[Past]:
        if self.away:
            raise RetryableError("the database is away")
        return [past for name, past in self.ledger if name == job and past.started_at >= since]

    def start(self, job: str) -> int:
        began = self.now
        self.now += timedelta(minutes=20)
        self.ledger.append((job, Past(began, self.now, self.outcome)))
        return 0

    def until(self, text: str) -> list[str]:
        """Beat every minute until then, and name the local times at which something began."""
        end, before = self.local(text), len(self.ledger)
        while self.now < end:
            self.scheduler.beat()
            self.now += timedelta(seconds=BEAT)
        return [
            f"{name} {past.started_at.astimezone(ALMATY):%d %H:%M}" for name, past in self.ledger[before:]
        ]


@pytest.fixture
def library() -> Library:
    found = Library("2026-11-27 12:00")
    found.ledger += [(name, Past(found.now, found.now, "done")) for name in SCHEDULES]
    return found


def test_a_week_has_seven_nights_and_one_weekly_run(library: Library) -> None:
    assert library.until("2026-12-04 12:00") == [
        "nightly 28 02:30",
        "nightly 29 02:30",
        "weekly 29 05:00",
        *(f"nightly {day} 02:30" for day in ("30", "01", "02", "03", "04")),
    ]


def test_a_service_that_was_down_makes_up_for_everything_once(library: Library) -> None:
    library.now = library.local("2026-12-01 10:00")
    assert library.until("2026-12-01 18:00") == ["weekly 01 10:00", "nightly 01 10:20"]


def test_a_database_that_was_away_delays_the_night_and_loses_none(library: Library) -> None:
    library.away = True
    assert library.until("2026-11-28 04:00") == []
    library.away = False
    assert library.until("2026-11-28 12:00") == ["nightly 28 04:00"]


def test_a_run_that_could_not_begin_is_tried_again_ten_minutes_later(library: Library) -> None:
    busy = Scheduler(SCHEDULES, ALMATY, library.runs, lambda _job: 75, library.stop, lambda: library.now)
    library.now = library.local("2026-11-28 02:30")
    beats = [busy.beat() for _ in range(REST + 1)]
    assert beats == [["nightly"], *([] for _ in range(REST - 1)), ["nightly"]]


def test_people_are_told_once_that_the_database_stays_away(library: Library) -> None:
    told: list[str] = []
    object.__setattr__(library.scheduler, "away", lambda error: told.append(str(error)))
    library.away = True
    library.until("2026-11-27 12:10")
    assert told == [], "a restart of the server is none of anybody's business"
    library.until("2026-11-27 18:00")
    assert told == ["the database is away"]


def test_what_found_something_away_is_tried_three_times_more(library: Library) -> None:
    library.outcome = "retry"
    assert library.until("2026-11-28 12:00") == [
        f"nightly 28 {time}" for time in ("02:30", "03:20", "04:10", "05:00")
    ]


def test_nothing_is_started_once_the_service_stops(library: Library) -> None:
    library.now = library.local("2026-12-01 10:00")
    library.stop.set()
    assert library.scheduler.beat() == []


def test_following_tells_when_each_job_is_due(library: Library) -> None:
    assert library.scheduler.following() == {
        "nightly": library.local("2026-11-28 02:30"),
        "weekly": library.local("2026-11-29 05:00"),
    }


class Watched:
    """What the watch looks at: a clock that somebody sets, and how often it had the scheduler beat."""

    def __init__(self, set_by: timedelta) -> None:
        self.now = datetime(2026, 11, 27, tzinfo=UTC)
        self.passed = 0.0
        self.set_by = set_by
        self.beats = 0
        self.looks = 0
        self.stop = Event()

    def clock(self) -> datetime:
        return self.now

    def beat_now(self) -> None:
        self.beats += 1

    def look(self) -> None:
        self.looks += 1
        self.now += timedelta(seconds=30) + (self.set_by if self.looks == 2 else timedelta())
        self.passed += 30
        if self.looks == 5:
            self.stop.set()


@pytest.mark.parametrize(
    ("set_by", "beats"),
    [(timedelta(), 0), (timedelta(seconds=1), 0), (timedelta(hours=3), 1), (-timedelta(hours=3), 1)],
)
def test_a_clock_that_was_set_makes_the_service_beat_at_once(set_by: timedelta, beats: int) -> None:
    """The scheduler's own waiting goes by the old hands: without the watch it would sleep for hours."""
    watched = Watched(set_by)
    watch_clock(watched, watched.stop, lambda: watched.passed, watched.look, 0.001)  # type: ignore[arg-type]
    assert watched.beats == beats


def test_the_first_beat_comes_at_once_and_others_when_they_are_asked_for() -> None:
    beaten = Semaphore(0)

    def runs(_job: str, _since: datetime) -> Sequence[Past]:
        beaten.release()
        now = datetime.now(UTC)
        return [Past(now, now, "done")]

    scheduler = Scheduler({"nightly": SCHEDULES["nightly"]}, ALMATY, runs, lambda _job: 0, Event())
    scheduler.begin()
    try:
        assert beaten.acquire(timeout=10)
        scheduler.beat_now()
        assert beaten.acquire(timeout=10)
    finally:
        scheduler.end()
