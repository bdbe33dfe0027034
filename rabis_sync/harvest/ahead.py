"""Pages of a large source, read ahead by a second process while the first one stores those before.

The second process decodes the source and reads whole what the store does not have just so; the rest it merely
sights. It also leaves to the first process as much of that reading as keeps both busy. Whoever read it, the
outcome and its order are the same.

The second process asks neither store nor network and speaks over its standard streams: page by page, and for
each it is told whether the first process had to wait for it. While a page waits to be taken, it reads the
next one. It ends with the first process, however that ends, since nobody takes its pages any more.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from time import perf_counter
from traceback import format_exc
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, Self, cast

from rabis_sync.collecting import rarely
from rabis_sync.errors import RetryableError
from rabis_sync.harvest.crossing import pack, unpack
from rabis_sync.harvest.memory import Memory, Recalled
from rabis_sync.harvest.reading import Outcome, Reader, Sighted
from rabis_sync.harvest.sources import Page, Source, Weighty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from io import BufferedReader

    from rabis_sync.marc.reading import Recall

    #: Id, content hash, hash of the bytes.
    Row = tuple[int, str, str]

#: Bytes of a source from which starting another Python is repaid.
PAYS_FROM = 8 * 1024**2
#: Seconds that the second process is given to end.
PATIENCE = 10
#: Seconds after which a page did not come at once.
AT_ONCE = 0.002
#: New objects, less those that went, after which Python looks for cycles among them; usually 700.
RARELY = 2_000_000
#: By how much the work is parted otherwise when one process had to wait.
STEP = 0.04

Pages = Generator[tuple[Page, list[Outcome]], None, None]

_SECOND = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer); "
    "from rabis_sync.harvest.ahead import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)
#: What the second process says when it is there, and when the source has a first page.
_READY, _BEGUN = "ready", "begun"


class Task(NamedTuple):
    """What is to be read: the arguments of `sources.Source.pages`, and how records are understood."""

    source: Source
    reader: Reader
    reached: dict[str, Any]
    checkpoint: dict[str, Any]
    full: bool

    def pages(self, recall: Recall | None = None) -> Iterable[Page]:
        """The source's pages; without records of whose bytes something is known, if somebody is asked."""
        source = self.source
        if recall is not None and isinstance(source, Weighty):
            source = source.recalling(recall)
        return source.pages(self.reached, self.checkpoint, full=self.full)


class Failure(NamedTuple):
    """An exception that has to cross over, and where it was raised."""

    kind: type[BaseException]
    args: tuple[Any, ...]
    state: dict[str, Any]
    trace: str

    def error(self) -> BaseException:
        """The exception again; its constructor may have taken other arguments than it keeps."""
        made = self.kind.__new__(self.kind, *self.args)
        made.__dict__.update(self.state)
        made.add_note(self.trace)
        return made


def pays(source: Source) -> bool:
    """True for a source so large that two processors are better than one."""
    weight = source.weight() if isinstance(source, Weighty) else 0
    return weight >= PAYS_FROM and bool(sys.executable) and _processors() > 1


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def here(task: Task) -> Pages:
    """Every page, read by this process when it is asked for, and everything in it merely sighted."""
    with rarely(RARELY):
        for page in task.pages():
            yield page, [_identified(task.reader.sight(one, page.file)) for one in page.results]


def _identified(outcome: Outcome) -> Outcome:
    return outcome.told() if isinstance(outcome, Sighted) else outcome


def elsewhere(task: Task, stored: Callable[[], Iterable[Row]]) -> Pages:
    """The same pages from a second process, with news read whole; from this one where there can be no other.

    Args:
        task: what is to be read.
        stored: gives what is stored already (`Memory.of`); asked when there is a page at all.

    Raises:
        RetryableError: the second process was killed.
        BaseException: whatever reading the source raises.
    """
    second = _started(task)
    if second is None:
        yield from here(task)
        return
    try:
        with rarely(RARELY):
            yield from _told_by(second, stored)
    finally:
        _end(second)


def _told_by(second: subprocess.Popen[bytes], stored: Callable[[], Iterable[Row]]) -> Pages:
    asked, told = second.stdin, cast("BufferedReader", second.stdout)
    while True:
        since = perf_counter()
        told.peek(1)
        waited = perf_counter() - since > AT_ONCE
        message = _receive(told)
        if message is None:
            return
        with suppress(BrokenPipeError):  # the next message, or its absence, says why
            _send(asked, Memory.of(stored()) if message == _BEGUN else waited)
        if message != _BEGUN:
            page, packed = message
            yield page, list(map(_identified, unpack(packed)))


def _started(task: Task) -> subprocess.Popen[bytes] | None:
    """The second process with its task, once it has said that it is there."""
    command = [sys.executable, "-c", _SECOND]
    try:
        second = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  ourselves
    except OSError:
        return None
    try:
        _send(second.stdin, sys.path, task)
        if _receive(second.stdout) == _READY:
            return second
    except (BrokenPipeError, RetryableError):
        pass
    except BaseException:
        _end(second)
        raise
    _end(second)
    return None


def _send(stream: IO[bytes] | None, *values: object) -> None:
    assert stream is not None
    for value in values:
        pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream is not None
    try:
        message = pickle.load(stream)  # noqa: S301  our own process wrote it
    except (EOFError, pickle.UnpicklingError) as error:
        raise RetryableError("the process that reads the source was ended from outside") from error
    if isinstance(message, Failure):
        raise message.error()
    return message


def _end(second: subprocess.Popen[bytes]) -> None:
    """Whether it has come to its end or nobody wants the rest."""
    for stream in (second.stdin, second.stdout):
        assert stream is not None
        with suppress(BrokenPipeError):
            stream.close()
    second.terminate()
    try:
        second.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        second.kill()
        second.wait()


# --- the second process -----------------------------------------------------------------------------


def serve(asked: IO[bytes], told: IO[bytes]) -> NoReturn:
    """Read what is asked for and tell it page by page; the whole life of the second process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the first process, which then ends us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that open files of the source are closed
    gc.freeze()
    with suppress(BrokenPipeError, SystemExit), rarely(RARELY):
        try:
            task: Task = pickle.load(asked)  # noqa: S301  our own process wrote it
            _send(told, _READY)
            _tell(task, asked, told)
        except BrokenPipeError:  # the first process is gone, or wants no more
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the first process is to raise it
            _send(told, _failure(error))
    os._exit(0)  # an ordinary exit would complain of what it cannot flush


def _tell(task: Task, asked: IO[bytes], told: IO[bytes]) -> None:
    memory: Memory | None = None

    def recall(raw: bytes) -> Recalled | None:
        return memory.recall(raw) if memory is not None else None

    part = 1.0
    with _Telling(asked, told) as telling:
        for page in task.pages(recall):
            if memory is None:
                _send(told, _BEGUN)
                memory = pickle.load(asked)  # noqa: S301  our own process wrote it
                assert memory is not None
            outcomes: list[Outcome] = [task.reader.sight(one, page.file) for one in page.results]
            ours = round(part * len(outcomes))
            outcomes[:ours] = [_read(task.reader, one, memory) for one in outcomes[:ours]]
            waited = telling.tell((replace(page, results=()), pack(outcomes)))
            part = part if waited is None else _share(part, waited=waited)
    _send(told, None)


class _Telling:
    """Tells pages from a thread of its own: while one waits to be taken, the next is read already.

    Args:
        asked: brings, for each page, whether the first process had to wait for it.
        told: takes the pages; nobody else writes to it meanwhile.
    """

    def __init__(self, asked: IO[bytes], told: IO[bytes]) -> None:
        self._asked, self._told = asked, told
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever ends us, what was begun to be told is told whole."""
        with suppress(BrokenPipeError):
            self._taken()
        self._thread.shutdown()

    def tell(self, message: object) -> bool | None:
        """Tell a page once the one before is taken; whether that one was waited for (None: there was none).

        Raises:
            BrokenPipeError: the first process is gone.
        """
        waited = self._taken()
        self._under_way = self._thread.submit(_send, self._told, message)
        return waited

    def _taken(self) -> bool | None:
        if self._under_way is None:
            return None
        self._under_way.result()
        self._under_way = None
        try:
            return bool(pickle.load(self._asked))  # noqa: S301  our own process wrote it
        except EOFError as error:
            raise BrokenPipeError from error


def _share(part: float, *, waited: bool) -> float:
    """How much of the next page the second process looks up and reads, after so much of this one."""
    return max(0.0, part - STEP) if waited else min(1.0, part + STEP)


def _read(reader: Reader, outcome: Outcome, memory: Memory) -> Outcome:
    if not isinstance(outcome, Sighted):
        return outcome
    told = outcome.told()
    return told if memory.has(told.content_hash) else reader.whole(told)


def _failure(error: Exception) -> Failure:
    trace = f"in the process that reads the source:\n{format_exc()}"
    arguments: Any = error.__reduce__()[1]  # of an OSError more than its args
    found = Failure(type(error), arguments, vars(error), trace)
    try:
        pickle.dumps(found)
    except Exception:  # noqa: BLE001  whatever an exception of others may hold
        return Failure(RuntimeError, (f"{type(error).__name__}: {error}",), {}, trace)
    return found
