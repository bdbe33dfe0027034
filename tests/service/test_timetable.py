"""When a run is wanted: by the library's days, whatever clocks, nights and people do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rabis_sync.service.jobs import WEEKDAYS, Schedule
from rabis_sync.service.timetable import Past, due, following, late, latest

ALMATY = ZoneInfo("Asia/Almaty")
BERLIN = ZoneInfo("Europe/Berlin")
NIGHTLY = Schedule("02:30")
WEEKLY = Schedule("05:00", ["sun"])


def at(text: str, zone: ZoneInfo = ALMATY) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def run(began: str, outcome: str = "done", minutes: int = 10) -> Past:
    return Past(at(began), at(began) + timedelta(minutes=minutes), outcome)


def test_a_night_is_due_at_its_minute_and_not_before() -> None:
    runs = [run("2026-11-26 02:30")]
    assert due(NIGHTLY, ALMATY, runs, at("2026-11-27 02:29")) is None
    assert due(NIGHTLY, ALMATY, runs, at("2026-11-27 02:30")) == at("2026-11-27 02:30")


def test_almaty_is_five_hours_ahead_since_march_2024() -> None:
    assert at("2026-11-27 02:30") == datetime(2026, 11, 26, 21, 30, tzinfo=UTC)
    assert at("2024-02-01 02:30") == datetime(2024, 1, 31, 20, 30, tzinfo=UTC)


def test_a_night_that_was_missed_is_made_up_for_once() -> None:
    runs = [run("2026-11-20 02:30")]
    morning = at("2026-11-27 09:00")
    assert due(NIGHTLY, ALMATY, runs, morning) == at("2026-11-27 02:30")
    assert due(NIGHTLY, ALMATY, [*runs, run("2026-11-27 09:00")], morning + timedelta(hours=1)) is None


def test_a_job_that_never_ran_is_due_at_once() -> None:
    assert due(NIGHTLY, ALMATY, [], at("2026-11-27 09:00")) is not None


def test_a_weekly_job_is_due_on_its_day_alone() -> None:
    runs = [run("2026-11-22 05:00")]
    assert at("2026-11-22 05:00", ALMATY).astimezone(ALMATY).weekday() == WEEKDAYS.index("sun")
    for day in range(23, 29):
        assert due(WEEKLY, ALMATY, runs, at(f"2026-11-{day} 23:59")) is None
    assert due(WEEKLY, ALMATY, runs, at("2026-11-29 05:00")) == at("2026-11-29 05:00")
    assert following(WEEKLY, ALMATY, at("2026-11-27 12:00")) == at("2026-11-29 05:00")


def test_what_found_something_away_is_tried_again_after_a_while_and_only_so_often() -> None:
    tried = [run("2026-11-27 02:30", "retry")]
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-27 03:09")) is None
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-27 03:10")) is not None
    tried += [run(f"2026-11-27 0{hour}:30", "retry") for hour in (3, 4)]
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-27 06:00")) is not None
    tried.append(run("2026-11-27 06:00", "retry"))
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-27 23:00")) is None
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-28 02:30")) is not None


@pytest.mark.parametrize("outcome", ["interrupted", "running"])
def test_what_was_interrupted_goes_on_at_once_and_no_machine_is_killed_for_ever(outcome: str) -> None:
    tried = [Past(at("2026-11-27 02:30"), None, outcome)]
    assert due(NIGHTLY, ALMATY, tried, at("2026-11-27 02:31")) is not None
    assert due(NIGHTLY, ALMATY, tried * 4, at("2026-11-27 02:31")) is None


@pytest.mark.parametrize("outcome", ["done", "quarantined", "failed", "guard"])
def test_what_needs_a_person_is_not_repeated_by_itself(outcome: str) -> None:
    assert due(NIGHTLY, ALMATY, [run("2026-11-27 02:30", outcome)], at("2026-11-27 20:00")) is None


def test_a_clock_set_back_repeats_no_night() -> None:
    assert due(NIGHTLY, ALMATY, [run("2026-11-27 02:30")], at("2026-11-27 01:00")) is None
    assert due(NIGHTLY, ALMATY, [run("2026-11-27 02:31")], at("2026-11-27 02:30")) is None


def test_a_clock_that_was_years_ahead_stops_no_later_night() -> None:
    runs = [run("2031-01-01 02:30")]
    assert due(NIGHTLY, ALMATY, runs, at("2026-11-27 02:30")) is not None


def test_a_clock_set_forward_over_the_night_runs_it_late() -> None:
    assert due(NIGHTLY, ALMATY, [run("2026-11-26 02:30")], at("2026-11-27 14:00")) is not None


@pytest.mark.parametrize("time", ["00:00", "02:00", "02:30", "03:00"])
def test_every_day_has_one_moment_where_clocks_change(time: str) -> None:
    """Berlin: 2026-03-29 lacks the hour from 02:00, 2026-10-25 has it twice."""
    schedule = Schedule(time)
    for first, last in (("2026-03-27", "2026-04-01"), ("2026-10-23", "2026-10-28")):
        now, until = at(f"{first} 12:00", BERLIN), at(f"{last} 12:00", BERLIN)
        days = []
        while (now := following(schedule, BERLIN, now)) < until:
            days.append(now.astimezone(BERLIN).date())
            assert latest(schedule, BERLIN, now) == now
        assert len(days) == len(set(days)) == 5


def test_a_time_that_clocks_skip_comes_after_the_change() -> None:
    moment = following(NIGHTLY, BERLIN, at("2026-03-28 12:00", BERLIN))
    assert moment.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_a_time_that_comes_twice_is_taken_once() -> None:
    first = following(NIGHTLY, BERLIN, at("2026-10-24 12:00", BERLIN))
    assert first.astimezone(BERLIN).isoformat() == "2026-10-25T02:30:00+02:00"
    hour_later = first + timedelta(hours=1)
    assert due(NIGHTLY, BERLIN, [Past(first, first, "done")], hour_later) is None


def test_late_is_what_has_not_succeeded_since_its_moment() -> None:
    patience = timedelta(hours=6)
    runs = [run("2026-11-26 02:30")]
    assert not late(NIGHTLY, ALMATY, runs, at("2026-11-27 08:29"), patience)
    assert late(NIGHTLY, ALMATY, runs, at("2026-11-27 08:30"), patience)
    assert late(NIGHTLY, ALMATY, [*runs, run("2026-11-27 02:30", "failed")], at("2026-11-27 09:00"), patience)
    assert not late(
        NIGHTLY, ALMATY, [run("2026-11-27 08:00", "quarantined")], at("2026-11-27 09:00"), patience
    )
