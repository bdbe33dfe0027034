"""What a second process reads is what this one would have read, and it never outlives its use."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.errors import FatalError, NotMarc, RetryableError, SourceAway, UnknownName
from rabis_sync.harvest import ahead
from rabis_sync.harvest.crossing import unpack
from rabis_sync.harvest.memory import Memory
from rabis_sync.harvest.reading import Reader, Sighted
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.export import Options, Source
from rabis_sync.http import Client
from rabis_sync.marc.fields import content_hash
from rabis_sync.store import match_tables, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.harvest.reading import Outcome

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc, as Linux has it")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest source pays."""
    monkeypatch.setattr(ahead, "PAYS_FROM", 1)
    monkeypatch.setattr(ahead, "_processors", lambda: 2)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Every second process of the test."""
    found: list[subprocess.Popen[bytes]] = []
    truly = subprocess.Popen

    def start(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(truly(*args, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return found


def source_of(folder: Path, content: bytes, page_size: int = 10, **options: Any) -> Source:
    (folder / "catalogue.mrc").write_bytes(content)
    return Source(Options(path="*.mrc"), Surroundings(folder, Client(), page_size=page_size, **options))


def task_of(folder: Path, content: bytes, reader: Reader, page_size: int = 10) -> ahead.Task:
    return ahead.Task(source_of(folder, content, page_size), reader, {}, {}, full=False)


def whole(reader: Reader, outcomes: list[Outcome]) -> list[Outcome]:
    return [reader.whole(one.told()) if isinstance(one, Sighted) else one for one in outcomes]


def everything(store: Any) -> dict[str, list[str]]:
    """All rows of the harvest's tables, but for the moments and the numbers of runs."""
    passing = {"at", "updated_at", "changed_at", "run_id"}
    harvested = (tables.BibRecord, tables.Content, tables.ItemRow, match_tables.MatchRow, tables.Quarantine)
    found = {}
    with store.read() as unit:
        for model in (*harvested, tables.Tombstone, tables.Watermark, tables.Seen):
            table = tables.table(model)
            rows = unit.connection.execute(sa.select(table)).mappings()
            kept = [{name: value for name, value in row.items() if name not in passing} for row in rows]
            found[table.name] = sorted(map(repr, kept))
    return found


# --- the same, whoever reads ------------------------------------------------------------------------


KINDS = st.sampled_from(["book", "book", "book", "again", "deleted", "junk", "strange", "cut"])


# The fixture is a function that keeps nothing.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(KINDS, min_size=1, max_size=30),
    stored=st.sets(st.integers(0, 29)),
    manner=st.tuples(st.integers(1, 12), st.lists(st.booleans(), min_size=32, max_size=32)),
)
def test_both_processes_together_read_what_one_would(
    reader: Reader,
    book: Callable[..., bytes],
    tmp_path_factory: pytest.TempPathFactory,
    kinds: list[str],
    stored: set[int],
    manner: tuple[int, list[bool]],
) -> None:
    page_size, waits = manner
    made: dict[str, Callable[[int], bytes]] = {
        "book": book,
        "again": lambda _: book(0, "Иначе"),
        "deleted": lambda n: book(n, status="d"),
        "junk": lambda _: b"junk\x1d",
        "strange": lambda n: book(n).replace(b"200", b"299").replace(b"100", b"199"),
        "cut": lambda n: book(n)[:60],
    }
    content = b"".join(made[kind](number) for number, kind in enumerate(["book", *kinds, "book"]))
    task = task_of(tmp_path_factory.mktemp("export"), content, reader, page_size)
    here = list(ahead.here(task))
    hashes = [one.content_hash for _, outcomes in here for one in outcomes if isinstance(one, Sighted)]
    known = Memory.of((at, hashes[at], "") for at in stored if at < len(hashes))
    asked = io.BytesIO(b"".join(map(pickle.dumps, [known, *waits])))
    told = io.BytesIO()
    ahead._tell(task, asked, told)
    told.seek(0)
    elsewhere = []
    assert pickle.load(told) == ahead._BEGUN
    while (message := pickle.load(told)) is not None:
        elsewhere.append((message[0], unpack(message[1])))
    assert [page for page, _ in elsewhere] == [replace(page, results=()) for page, _ in here]
    assert [whole(reader, outcomes) for _, outcomes in elsewhere] == [
        whole(reader, outcomes) for _, outcomes in here
    ]


def test_two_harvests_through_a_second_process_leave_what_two_without_leave(
    tmp_path: Path, reader: Reader, book: Callable[..., bytes], request: pytest.FixtureRequest
) -> None:
    library_type = type(request.getfixturevalue("library"))
    store_type = type(request.getfixturevalue("store"))
    first = b"".join(book(n) for n in range(57)) + b"junk\x1d" + book(3, "Дважды")
    second = b"".join(book(n, "Новое" if n % 7 == 0 else "") for n in range(2, 60)) + book(5) + b"more\x1d"
    left = []
    for way in ("here", "elsewhere"):
        folder = tmp_path / way
        folder.mkdir()
        store = store_type.open(f"sqlite:///{folder / 'store.db'}")
        library = library_type(folder, store)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ahead, "PAYS_FROM", 1 if way == "elsewhere" else 10**9)
            patch.setattr(ahead, "_processors", lambda: 2)
            reports = []
            for content in (first, second):
                library.export(content)
                reports.append(library.harvest())
        left.append((everything(store), [(report.counts, report.outcome) for report in reports]))
        store.close()
    assert left[0] == left[1]


def test_the_real_records_come_over_as_they_are(
    always: None, shared_data: Path, reader: Reader, tmp_path: Path
) -> None:
    task = task_of(tmp_path, (shared_data / "tatarstan-500.mrc").read_bytes(), reader, 100)
    here = [one for _, outcomes in ahead.here(task) for one in whole(reader, outcomes)]
    there = [one for _, outcomes in ahead.elsewhere(task, list) for one in whole(reader, outcomes)]
    assert len(there) == 500
    assert there == here


def test_a_record_is_read_whole_only_when_it_is_news(
    library: Any, book: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    read: list[str] = []
    truly = Reader.whole

    def noted(reader: Reader, sighted: Sighted) -> Any:
        read.append(sighted.control_number)
        return truly(reader, sighted)

    monkeypatch.setattr(Reader, "whole", noted)
    library.export(*(book(n, "Новое" if n == 17 else "") for n in range(31)))
    report = library.harvest()
    assert (report.counts["changed"], report.counts["new"], report.counts["unchanged"]) == (1, 1, 29)
    assert read == ["b17", "b30"]


def test_what_the_store_has_is_only_sighted(
    reader: Reader, book: Callable[..., bytes], tmp_path: Path
) -> None:
    task = task_of(tmp_path, book(1) + book(2), reader)
    [(_, outcomes)] = ahead.here(task)
    sighted = [one for one in outcomes if isinstance(one, Sighted)]
    assert [one.content_hash for one in sighted] == [content_hash(one.canonical) for one in sighted]
    known = Memory.of([(7, sighted[0].content_hash, "")])
    assert isinstance(ahead._read(reader, sighted[0], known), Sighted)
    assert not isinstance(ahead._read(reader, sighted[1], known), Sighted)


def test_the_match_row_counts_the_copies(library: Any, book: Callable[..., bytes]) -> None:
    library.export(book(1))
    library.harvest()
    with library.store.read() as unit:
        assert [row["items"] for row in unit.records.match_rows()] == [1]


def test_whoever_has_to_wait_takes_over_some_of_the_work() -> None:
    assert ahead._share(0.5, waited=True) < 0.5 < ahead._share(0.5, waited=False)
    assert ahead._share(0.0, waited=True) == 0.0
    assert ahead._share(1.0, waited=False) == 1.0


# --- when a second process is started ---------------------------------------------------------------


def test_a_small_file_is_read_by_this_process(
    library: Any, book: Callable[..., bytes], started: list[subprocess.Popen[bytes]]
) -> None:
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    assert started == []


def test_a_large_file_is_read_by_a_second_one(
    always: None, library: Any, book: Callable[..., bytes], started: list[subprocess.Popen[bytes]]
) -> None:
    library.export(*(book(n) for n in range(30)))
    assert library.harvest().counts["new"] == 30
    assert [one.poll() is not None for one in started] == [True]


def test_what_must_be_fetched_or_is_not_there_weighs_nothing(tmp_path: Path) -> None:
    around = Surroundings(tmp_path, Client())
    assert Source(Options(url="https://example.org/all.mrc"), around).weight() == 0
    assert Source(Options(path="none.mrc"), around).weight() == 0


def test_one_processor_is_not_shared(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, book: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(ahead, "PAYS_FROM", 1)
    monkeypatch.setattr(ahead, "_processors", lambda: 1)
    assert not ahead.pays(source_of(tmp_path, book(1)))


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
def test_where_no_second_process_starts_this_one_reads(
    always: None, library: Any, book: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(sys, "executable", program)
    library.export(*(book(n) for n in range(30)))
    assert library.harvest().counts["new"] == 30


# --- failures cross over ----------------------------------------------------------------------------


def test_a_file_that_is_no_marc_is_told_as_ever(always: None, library: Any) -> None:
    library.export(b"%PDF-1.7 " + b"x" * 5000)
    with pytest.raises(NotMarc, match="a PDF document") as told:
        library.harvest()
    assert told.value.hint == NotMarc.hint
    assert "in the process that reads the source" in "".join(told.value.__notes__)


def test_an_error_comes_over_with_its_own_hint(
    always: None, tmp_path: Path, reader: Reader, book: Callable[..., bytes]
) -> None:
    source = source_of(tmp_path, book(1), encoding="klingon")
    with pytest.raises(UnknownName, match="klingon") as told:
        list(ahead.elsewhere(ahead.Task(source, reader, {}, {}, full=False), list))
    assert "utf-8" in told.value.hint


def test_an_error_that_cannot_be_sent_is_told_in_words() -> None:
    class Local(Exception):  # noqa: N818
        pass

    failure = ahead._failure(Local("what happened"))
    with pytest.raises(RuntimeError, match="Local: what happened"):
        raise pickle.loads(pickle.dumps(failure)).error()


def test_an_error_keeps_its_kind_arguments_and_hint() -> None:
    away = pickle.loads(pickle.dumps(ahead._failure(SourceAway("gone", hint="Wait.")))).error()
    assert (type(away), str(away), away.hint, away.exit_code) == (SourceAway, "gone", "Wait.", 75)
    missing = pickle.loads(pickle.dumps(ahead._failure(FileNotFoundError(2, "no such file", "x")))).error()
    assert (missing.errno, missing.filename) == (2, "x")


# --- nobody is left behind --------------------------------------------------------------------------


def test_killed_from_outside_the_next_harvest_goes_on(
    always: None, library: Any, book: Callable[..., bytes], started: list[subprocess.Popen[bytes]]
) -> None:
    library.export(*(book(n, "Долгое название " * 200) for n in range(200)))
    pages = ahead.elsewhere
    with pytest.MonkeyPatch.context() as patch:

        def killed(*args: Any) -> Iterator[Any]:
            for number, page in enumerate(pages(*args)):
                if number == 2:
                    started[-1].kill()
                yield page

        patch.setattr(ahead, "elsewhere", killed)
        with pytest.raises(RetryableError, match="ended from outside"):
            library.harvest()
    assert 0 < len(library.titles()) < 200
    library.harvest()
    assert len(library.titles()) == 200


def test_a_harvest_that_stops_early_leaves_no_process(
    always: None, library: Any, book: Callable[..., bytes], started: list[subprocess.Popen[bytes]]
) -> None:
    library.export(*(book(n, "Долгое название " * 200) for n in range(200)))
    assert library.harvest(limit=10).counts["received"] == 10
    assert [one.poll() is not None for one in started] == [True]


def test_a_failing_store_leaves_no_process(
    always: None,
    library: Any,
    book: Callable[..., bytes],
    started: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(*_: object) -> None:
        raise FatalError("the disk is gone")

    library.export(*(book(n, "Долгое название " * 200) for n in range(200)))
    monkeypatch.setattr("rabis_sync.harvest.step._apply_page", failing)
    with pytest.raises(FatalError, match="the disk is gone"):
        library.harvest()
    assert [one.poll() is not None for one in started] == [True]


HARVESTER = """
import pickle, sys, time
from rabis_sync.harvest import ahead
task = pickle.load(sys.stdin.buffer)
pages = ahead.elsewhere(task, list)
next(pages)
print("read", flush=True)
time.sleep(60)
"""


@needs_proc
def test_the_second_process_ends_when_the_first_is_killed(
    tmp_path: Path, reader: Reader, book: Callable[..., bytes], root: Path
) -> None:
    content = b"".join(book(n, "Долгое название " * 200) for n in range(300))
    task = task_of(tmp_path, content, reader)
    first = subprocess.Popen(
        [sys.executable, "-c", HARVESTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert first.stdin is not None
    assert first.stdout is not None
    with first.stdin, first.stdout:
        pickle.dump(task, first.stdin)
        first.stdin.flush()
        assert first.stdout.readline() == b"read\n"
        children = Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text(encoding="ascii").split()
        assert len(children) == 1
        first.send_signal(signal.SIGKILL)
        first.wait()
    until = time.monotonic() + 20
    while _lives(children[0]):
        assert time.monotonic() < until, "the second process lives on"
        time.sleep(0.05)


def _lives(number: str) -> bool:
    """A zombie nobody has buried yet is no process any more."""
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def pipes() -> Iterator[tuple[Any, Any, Any, Any]]:
    """Both ends of what is asked and of what is told: asked, answer, told, heard."""
    asked, answer = os.pipe()
    heard, told = os.pipe()
    opened = [os.fdopen(asked, "rb"), os.fdopen(answer, "wb"), os.fdopen(told, "wb"), os.fdopen(heard, "rb")]
    yield tuple(opened)
    for one in opened:
        with suppress(OSError):
            one.close()


def test_a_page_that_nobody_has_taken_yet_keeps_nobody_from_the_next_one(pipes: Any) -> None:
    asked, answer, told, heard = pipes
    large = b"x" * 1_000_000  # more than a pipe takes
    with ahead._Telling(asked, told) as telling:
        assert telling.tell(large) is None
        for waited in (True, False):
            assert pickle.load(heard) == large
            ahead._send(answer, waited)
            assert telling.tell(large) is waited
        assert pickle.load(heard) == large
        pickle.dump(0, answer)
        answer.flush()


def test_telling_ends_when_the_first_process_is_gone(pipes: Any) -> None:
    asked, answer, told, heard = pipes
    telling = ahead._Telling(asked, told)
    telling.tell(b"x" * 1_000_000)
    heard.close()
    answer.close()
    with pytest.raises(BrokenPipeError):
        telling.tell(b"")
    telling.__exit__()


def test_a_first_process_that_took_a_page_and_died_is_gone(pipes: Any) -> None:
    asked, answer, told, heard = pipes
    telling = ahead._Telling(asked, told)
    telling.tell(b"page")
    assert pickle.load(heard) == b"page"
    answer.close()
    with pytest.raises(BrokenPipeError):
        telling.tell(b"")
    telling.__exit__()
