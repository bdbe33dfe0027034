from __future__ import annotations

import io

import pytest
from rich.console import Console

from rabis_sync.cli import terminal


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=stream, width=200))
    return stream


def test_in_a_log_every_tenth_of_a_known_size_is_a_line_with_its_pace(written: io.StringIO) -> None:
    with terminal.progress() as (told, pace):
        for done in range(0, 101, 5):
            pace("harvest cat", f"{done} records")
            told("harvest cat", done, 100)
    lines = written.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1] == "harvest cat: 100 of 100 (100 records)"


def test_in_a_log_what_has_no_known_size_is_told_now_and_then(written: io.StringIO) -> None:
    with terminal.progress() as (told, _):
        for done in range(0, 25_001, 500):
            told("correct", done, None)
    assert written.getvalue().splitlines() == ["correct: 10,000", "correct: 20,000"]
