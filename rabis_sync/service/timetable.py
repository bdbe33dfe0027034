"""When a job is due, decided from its schedule, the ledger of runs and the time: nothing else is remembered.

Every day of the schedule has exactly one moment. Where clocks go forward over it, it is the same moment by
the time before the change; where they go back, it is the first of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rabis_sync.service.jobs import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from rabis_sync.service.jobs import Schedule

#: A run that began later than this after now was journalled by a clock that was wrong: it proves nothing.
AHEAD = timedelta(days=1)
#: Outcomes after which a run is tried again by itself.
AGAIN = frozenset({"retry", "interrupted", "running"})
#: Outcomes of a run that did all its work.
SUCCESS = frozenset({"done", "quarantined"})


@dataclass(frozen=True, slots=True)
class Past:
    """A run that was: when it began and ended (None: not known), UTC, and how."""

    started_at: datetime
    ended_at: datetime | None
    outcome: str


def latest(schedule: Schedule, zone: tzinfo, now: datetime) -> datetime:
    """The last moment of the schedule that is not after now, UTC."""
    return max(moment for moment in _moments(schedule, zone, now, range(-8, 2)) if moment <= now)


def following(schedule: Schedule, zone: tzinfo, now: datetime) -> datetime:
    """The first moment of the schedule after now, UTC."""
    return min(moment for moment in _moments(schedule, zone, now, range(-1, 9)) if moment > now)


def due(schedule: Schedule, zone: tzinfo, runs: Sequence[Past], now: datetime) -> datetime | None:
    """The moment of the schedule for which a run is wanted now; None: for none.

    What was missed, however often, is made up for by one run. A run that was interrupted is wanted again at
    once, one that found something away after a while; both only so often.

    Args:
        schedule: of the job.
        zone: the library's.
        runs: of the job, in any order; `running` ones count as interrupted: ask only when none is under way.
        now: UTC.
    """
    wanted = latest(schedule, zone, now)
    since = sorted((run for run in runs if wanted <= run.started_at <= now + AHEAD), key=_began)
    if not since:
        return wanted
    last = since[-1]
    if last.outcome not in AGAIN or len(since) > schedule.retries:
        return None
    pause = timedelta(minutes=schedule.retry_minutes) if last.outcome == "retry" else timedelta()
    ended = min(last.ended_at or last.started_at, now)
    return wanted if now >= ended + pause else None


def late(schedule: Schedule, zone: tzinfo, runs: Sequence[Past], now: datetime, patience: timedelta) -> bool:
    """Whether no run has succeeded since the moment that lies longer back than the patience."""
    wanted = latest(schedule, zone, now - patience)
    return not any(run.outcome in SUCCESS and wanted <= run.started_at <= now + AHEAD for run in runs)


def _began(run: Past) -> datetime:
    return run.started_at


def _moments(schedule: Schedule, zone: tzinfo, now: datetime, days: range) -> Iterator[datetime]:
    """Moments of the days around now; a time that clocks skip has the offset before it (PEP 495)."""
    today = now.astimezone(zone).date()
    for number in days:
        day = today + timedelta(days=number)
        if WEEKDAYS[day.weekday()] in schedule.days:
            yield datetime.combine(day, schedule.time, zone).astimezone(UTC)
