"""Periods are read as people write them, and nothing else is."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.reports.period import Period


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("2023-Q4", date(2023, 10, 1), date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023-10-05", date(2023, 10, 5), date(2023, 10, 5)),
        ("2023-10-05..2023-10-07", date(2023, 10, 5), date(2023, 10, 7)),
        (" 2022 .. 2023-Q2 ", date(2022, 1, 1), date(2023, 6, 30)),
    ],
)
def test_both_ends_belong_to_a_period(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "..", "2023-Q5", "2023-13", "2023-02-30", "last year", "2023..", "2024..2023", "9999", "23"]
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match="is no period") as refused:
        Period.parse(text)
    assert "2023-Q4" in refused.value.hint


def test_a_day_begins_at_midnight_of_the_library() -> None:
    almaty = ZoneInfo("Asia/Almaty")
    first, after = Period.parse("2026-03-22").bounds(almaty)
    assert first == datetime(2026, 3, 22, tzinfo=almaty)
    assert after == datetime(2026, 3, 23, tzinfo=almaty)
