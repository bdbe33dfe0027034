from __future__ import annotations

import os
import select
import signal
import time
from itertools import count
from typing import TYPE_CHECKING

import pytest

from rabis_sync import crew
from rabis_sync.crew import AHEAD, beside, cores, examined
from rabis_sync.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Callable


def work(page: int) -> tuple[int, int]:
    return page * page, os.getpid()


@pytest.mark.parametrize("helpers", [1, 2])
def test_pages_come_back_in_their_order(helpers: int) -> None:
    done = list(examined(work, range(20), helpers=helpers))
    assert [(page, result[0]) for page, result in done] == [(page, page * page) for page in range(20)]
    assert (os.getpid() in {result[1] for _, result in done}) is (helpers == 1)


def test_pages_are_taken_a_few_ahead_and_no_more() -> None:
    taken: list[int] = []
    pages = (taken.append(page) or page for page in count())  # type: ignore[func-returns-value]
    results = examined(work, pages, helpers=2)
    next(results)
    results.close()
    assert len(taken) <= 2 * AHEAD + 1


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(examined(lambda page: 1 // page, [1, 0], helpers=1))


def broken(page: int) -> int:
    return 1 // page


def killed(page: int) -> int:
    if page == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return page


def test_what_the_work_raises_in_a_helper_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(examined(broken, [1, 0], helpers=2))


def test_a_helper_that_is_killed_ends_the_work_with_a_clear_word() -> None:
    with pytest.raises(FatalError, match="killed"):
        list(examined(killed, range(9), helpers=2))


def told_who(pipe: int) -> Callable[[int], None]:
    """Work without an end that tells by a pipe which processes do it."""

    def work(_page: int) -> None:
        os.write(pipe, b".")
        time.sleep(60)

    return work


def test_helpers_of_one_who_was_killed_hold_nothing_of_it() -> None:
    """What is inherited by a fork, as the lock of the run is, is let go: the pipe comes to its end."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            list(examined(told_who(theirs), range(2), helpers=2))
        finally:
            os._exit(0)
    os.close(theirs)
    assert os.read(ours, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while select.select([ours], [], [], 30)[0]:
        if not os.read(ours, 9):
            break
    else:
        pytest.fail("somebody still holds the pipe")
    os.close(ours)


def test_there_is_at_least_one_core() -> None:
    assert cores() >= 1


# --- beside ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("helped", [True, False])
def test_work_beside_ours_is_done_by_another_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, *, helped: bool
) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2 if helped else 1)
    with beside(os.getpid) as done:
        assert (done() == os.getpid()) is not helped


def test_work_whose_helper_was_killed_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    here = os.getpid()

    def work() -> int:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with beside(work) as done:
        assert done() == here


def test_what_work_beside_ours_raises_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with beside(lambda: broken(0)) as done, pytest.raises(ZeroDivisionError):
        done()


def test_work_whose_result_nobody_wants_any_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    reading, writing = os.pipe()

    def work() -> None:
        os.write(writing, b"begun")
        time.sleep(60)

    with beside(work):
        assert os.read(reading, 5) == b"begun"
    os.close(writing)
    assert os.read(reading, 1) == b""  # nobody holds the other end any more
    os.close(reading)
