"""Windows are cut without a gap, and a place is what its checkpoint says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.harvest.oai.windows import DAY, SECOND, Place, Window, moment_of, text_of

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)
MOMENTS = st.datetimes(SINCE.replace(tzinfo=None), NOW.replace(tzinfo=None)).map(
    lambda one: one.replace(tzinfo=UTC, microsecond=0)
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-03-01T12:00:00Z", NOW),
        (" 2024-03-01T12:00:00.250Z\n", NOW),
        ("2024-03-01T17:00:00+05:00", NOW),
        ("2024-03-01", NOW.replace(hour=0)),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_is_read_in_either_granularity(text: str, meant: datetime | None) -> None:
    assert moment_of(text) == meant


def within(window: Window, moment: datetime, grain: timedelta) -> bool:
    """Whether a server of this granularity takes the moment for a part of the window."""
    asked = window.arguments(grain)
    stamp = text_of(moment)
    first, last = asked.get("from", ""), asked.get("until", "9999")
    return first <= stamp[: len(first) or None] and stamp[: len(last)] <= last


@pytest.mark.parametrize("grain", [SECOND, DAY], ids=["second", "day"])
@given(first=st.none() | MOMENTS, last=st.none() | MOMENTS, moment=MOMENTS)
def test_halving_loses_no_moment_and_ends(
    grain: timedelta, first: datetime | None, last: datetime | None, moment: datetime
) -> None:
    window = Window("", text_of(first) if first else "", text_of(last) if last else "")
    for _ in range(40):
        halves = window.halved(grain, SINCE, NOW)
        if halves is None:
            return
        assert [within(one, moment, grain) for one in halves].count(True) == within(window, moment, grain)
        window = halves[moment > NOW - (NOW - SINCE) / 2]
    raise AssertionError(window)


@pytest.mark.parametrize("grain", [SECOND, DAY], ids=["second", "day"])
@given(days=st.integers(1, 400), moment=MOMENTS, first=st.none() | MOMENTS)
def test_windows_follow_each_other_without_a_gap(
    grain: timedelta, days: int, moment: datetime, first: datetime | None
) -> None:
    rest = Window("", text_of(first) if first else "")
    wanted = within(rest, moment, grain)
    met = 0
    for _ in range(2000):
        head, *others = rest.begun(grain, timedelta(days=days), SINCE, NOW)
        met += within(head, moment, grain)
        if not others:
            break
        assert head.begun(grain, timedelta(days=days), SINCE, NOW) == (head,)
        (rest,) = others
    assert bool(met) == wanted
    assert rest.last == ""


def test_a_place_is_what_its_checkpoint_says() -> None:
    place = Place("http://x", "marcxml", ("a", "b"), todo=(Window("a", each=True), Window("b")), owed=("x",))
    assert Place.of(json.loads(json.dumps(place.checkpoint()))) == place


@pytest.mark.parametrize("checkpoint", [{}, {"file": 1, "offset": 0}, {"todo": [], "sets": []}, {"todo": 3}])
def test_a_checkpoint_of_something_else_is_no_place(checkpoint: dict[str, object]) -> None:
    assert Place.of(checkpoint) is None
