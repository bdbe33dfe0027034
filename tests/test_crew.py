from __future__ import annotations

import os
import select
import signal
import time
from itertools import count
from typing import TYPE_CHECKING

import pytest

from rabis_sync import crew
from rabis_sync.crew import AHEAD, beside, cores, examined, hand, shared
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


# --- a hand ----------------------------------------------------------------------------------------------


def die_unless(here: int) -> int:
    if os.getpid() != here:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def test_one_helper_does_what_it_is_given_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with hand() as helper:
        given = [helper.give(work, number) for number in range(5)]
        ours = helper.give(work, 7, helped=False)
        done = [one() for one in reversed(given)][::-1]
        assert [result for result, _ in done] == [0, 1, 4, 9, 16]
        assert len({pid for _, pid in done} - {os.getpid()}) == 1
        assert ours() == (49, os.getpid())
        assert given[2]() == done[2]


def test_more_than_a_pipe_holds_is_given_while_the_helper_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with hand() as helper:
        first = helper.give(time.sleep, 0.2)
        second = helper.give(len, "x" * 3_000_000)
        assert (second(), first()) == (3_000_000, None)


def test_a_helper_is_behind_by_what_it_has_not_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with hand() as helper:
        assert helper.behind() == 0
        helper.give(len, "x")()
        last = [helper.give(time.sleep, 0.2) for _ in range(2)]
        assert helper.behind() == 2
        last[1]()
        assert helper.behind() == 0
        assert helper.give(work, 3)()[0] == 9


def test_where_nobody_can_help_we_do_it_when_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 1)
    with hand() as helper:
        assert helper.give(work, 3)() == (9, os.getpid())


def test_what_a_killed_helper_was_given_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with hand() as helper:
        before, deadly, after = (
            helper.give(one, told) for one, told in ((work, 2), (die_unless, os.getpid()), (work, 3))
        )
        assert before()[0] == 4
        assert deadly() == os.getpid()
        assert after() == (9, os.getpid())
        assert helper.give(work, 4)() == (16, os.getpid())


def test_what_a_helper_meets_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    with hand() as helper:
        wrong, right = helper.give(broken, 0), helper.give(broken, 1)
        with pytest.raises(ZeroDivisionError):
            wrong()
        assert right() == 1


# --- sharing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("several", [1, 2])
def test_shared_work_comes_back_in_its_order(monkeypatch: pytest.MonkeyPatch, several: int) -> None:
    monkeypatch.setattr(crew, "cores", lambda: several)

    def slowly(page: int) -> tuple[int, int]:
        time.sleep(0.02)
        return page * page, os.getpid()

    done = shared(slowly, range(20))
    assert [result for result, _ in done] == [page * page for page in range(20)]
    ours = [pid == os.getpid() for _, pid in done]
    assert ours == sorted(ours, reverse=True)  # we have the first ones, the helper the last
    assert all(ours) is (several == 1)
    assert shared(slowly, []) == []


def test_what_a_killed_helper_took_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "cores", lambda: 2)
    here = os.getpid()

    def work(page: int) -> int:
        if os.getpid() != here and page < 17:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.01)
        return page

    assert shared(work, range(20)) == list(range(20))
