"""Work is done on every core at once: page by page, in its order, or beside ours; helpers end with us.

The helpers are forked when everything they need to know is in memory: they share it with us, and nothing of
it is copied or sent. Where a system cannot fork, or the pages are few, we do the work ourselves. A helper of
somebody who was killed would wait for ever and hold what it inherited: the lock of the run among others.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from rabis_sync.errors import FatalError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

Page = TypeVar("Page")
Done = TypeVar("Done")

#: Pages that wait or are under way for each helper: enough to keep it busy, few enough to need no memory.
AHEAD = 2

#: What a helper does with a page; set before it is forked, so that it is never sent.
_work: Callable[[Any], Any] | None = None


def cores() -> int:
    """Processor cores that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _can_fork() -> bool:
    return "fork" in multiprocessing.get_all_start_methods()


def end_with_parent() -> None:
    """Called in a helper: it ends at once when the process that started it is gone, however that ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one we help, and we end with it
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def examined(
    work: Callable[[Page], Done], pages: Iterable[Page], *, helpers: int
) -> Iterator[tuple[Page, Done]]:
    """Every page with what was made of it, in order.

    Args:
        work: from a page to its result; both can be pickled.
        pages: taken one by one, never more than a few ahead.
        helpers: processes beside this one; fewer than two: the work is done here.

    Raises:
        FatalError: a helper was killed.
    """
    if helpers < 2 or not _can_fork():
        for page in pages:
            yield page, work(page)
        return
    rest = iter(pages)
    with _forked(work, helpers) as pool:
        under_way = deque((page, pool.submit(_done, page)) for page in islice(rest, helpers * AHEAD))
        try:
            while under_way:
                page, promised = under_way.popleft()
                result = promised.result()
                under_way.extend((more, pool.submit(_done, more)) for more in islice(rest, 1))
                yield page, result
        except BrokenProcessPool as error:
            raise FatalError(
                "a process that helped this one was killed",
                hint="The system may have been short of memory: look into its log, then run the step again.",
            ) from error


@contextmanager
def beside(work: Callable[[], Done]) -> Iterator[Callable[[], Done]]:
    """Work that a helper does while we do other work; gives what waits for its result.

    Where nobody can help, or the helper ended before it was done, we do it when the result is wanted.

    Args:
        work: may be broken off at any point, and done again; its result can be pickled.
    """
    if not _can_be_helped():
        yield work
        return
    helper, ours = _helper(_tell, work)

    def result() -> Done:
        try:
            told: Done = ours.recv()
        except (EOFError, OSError):
            return work()
        return told

    try:
        yield result
    finally:
        _dismiss(helper, ours)


class Hand:
    """A helper that does one piece of work after the other beside ours, as `hand` gives it.

    It is forked once, best before we know much: of what both of us know, what one touches is copied.
    """

    def __init__(self, ends: ExitStack) -> None:
        self._ends = ends
        self._pipe: Connection | None = None
        self._given = 0
        self._told: list[Any] = []

    def start(self) -> None:
        """Fork the helper, where there can be one; done by whoever gives the first piece at the latest."""
        if self._pipe is None and _can_be_helped():
            helper, self._pipe = _helper(_serve)
            self._ends.callback(_dismiss, helper, self._pipe)

    def give(self, work: Callable[..., Done], *told: Any, helped: bool = True) -> Callable[[], Done]:
        """Work for the helper; gives what waits for its result.

        Where nobody can help, or the helper ended before it was done, we do it when the result is wanted.

        Args:
            work: a function of a module; may be broken off at any point, and done again.
            told: its arguments; like its result they can be pickled.
            helped: it is worth a helper.
        """
        if helped:
            self.start()
        if not helped or self._pipe is None:
            return partial(work, *told)
        with suppress(OSError):
            self._pipe.send((work, told))
        self._given += 1
        return partial(self._result, self._pipe, self._given, work, told)

    def behind(self) -> int:
        """How many pieces of work the helper has not done yet."""
        with suppress(EOFError, OSError):
            while self._pipe and len(self._told) < self._given and self._pipe.poll():
                self._told.append(self._pipe.recv())
        return self._given - len(self._told)

    def _result(
        self, pipe: Connection, number: int, work: Callable[..., Done], told: tuple[Any, ...]
    ) -> Done:
        try:
            while len(self._told) < number:
                self._told.append(pipe.recv())
        except (EOFError, OSError):
            return work(*told)
        result: Done = self._told[number - 1]
        return result


@contextmanager
def hand() -> Iterator[Hand]:
    """A helper for as long as we may have work for it."""
    with ExitStack() as ends:
        yield Hand(ends)


def _can_be_helped() -> bool:
    return cores() > 1 and _can_fork()


def _helper(target: Callable[..., None], *told: Any) -> tuple[ForkProcess, Connection]:
    """A helper that was forked, and our end of the pipe of which it is given the other one."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    helper = context.Process(target=target, args=(theirs, *told), daemon=True)
    helper.start()
    theirs.close()  # so that we meet the end of what is told when the helper ends
    return helper, ours


def _dismiss(helper: ForkProcess, pipe: Connection) -> None:
    helper.kill()
    helper.join()
    pipe.close()


def _serve(pipe: Connection) -> None:
    end_with_parent()
    given: SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = SimpleQueue()
    Thread(target=_receive, args=(pipe, given), daemon=True).start()  # whoever gives does not wait for us
    with suppress(Exception):  # whoever gave it meets it when he does the work himself
        while True:
            work, told = given.get()
            pipe.send(work(*told))


def _receive(pipe: Connection, given: SimpleQueue[Any]) -> None:
    with suppress(EOFError, OSError):
        while True:
            given.put(pipe.recv())


def shared(work: Callable[[Page], Done], pages: Sequence[Page]) -> list[Done]:
    """What was made of every page, in order: we begin with the first, a helper with the last, until we meet.

    Args:
        work: from a page to its result, which can be pickled.
        pages: fewer than a pipe has room for, 4,096 at least.
    """
    if not _can_be_helped():
        return [work(page) for page in pages]
    waiting, filling = os.pipe()
    try:
        os.write(filling, bytes(len(pages)))  # a byte for each page: whoever takes one has a page to do
        os.close(filling)

        def done(numbers: Iterable[int]) -> dict[int, Done]:
            return {number: work(pages[number]) for number in numbers if os.read(waiting, 1)}

        with beside(partial(done, reversed(range(len(pages))))) as theirs:
            found = done(range(len(pages)))
            found |= theirs()
    finally:
        os.close(waiting)
    return [found[number] if number in found else work(page) for number, page in enumerate(pages)]


def _tell(theirs: Connection, work: Callable[[], Any]) -> None:
    end_with_parent()
    with suppress(Exception):  # whoever started us meets it when he does the work himself
        theirs.send(work())


@contextmanager
def _forked(work: Callable[[Any], Any], helpers: int) -> Iterator[ProcessPoolExecutor]:
    global _work  # noqa: PLW0603  a forked helper finds it here; an argument would be sent
    _work = work
    gc.freeze()  # what we share is not touched by the helpers' collectors, which would copy it
    pool = ProcessPoolExecutor(helpers, multiprocessing.get_context("fork"), end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _work = None


def _done(page: Any) -> Any:
    assert _work is not None
    return _work(page)
