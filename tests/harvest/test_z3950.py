"""Z39.50 through yaz-client: no command slips in, no answer is waited for without end, no record is lost."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.harvest import yaz
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.z3950 import Options, Source
from rabis_sync.http import Client
from rabis_sync.marc import codec
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPTIONS: dict[str, Any] = {"host": "127.0.0.1", "query": "@attr 1=4 60", "page_size": 10}


def source(folder: Path, **options: Any) -> Source:
    return Source(Options(**{**OPTIONS, **options}), Surroundings(folder, Client("test")))


def results(made: Source, **checkpoint: Any) -> list[Any]:
    return [one for page in made.pages({}, checkpoint, full=False) for one in page.results]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@pytest.fixture
def client() -> None:
    if shutil.which("yaz-client") is None:
        pytest.skip("needs the Debian package yaz")


@contextmanager
def ztest(port: int, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The test server of YAZ: as many hits as the query's number says, of a handful of records."""
    with (folder / "ztest.log").open("ab") as log:
        server = subprocess.Popen(
            ["yaz-ztest", "-T", f"tcp:127.0.0.1:{port}"], stdout=log, stderr=log, cwd=folder
        )
    try:
        deadline = time.monotonic() + 20
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield server
    finally:
        server.kill()
        server.wait(10)


@pytest.fixture
def port(client: None, tmp_path: Path) -> Iterator[int]:
    number = free_port()
    with ztest(number, tmp_path):
        yield number


# --- a real server ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("syntax", "kind"), [("usmarc", "iso2709"), ("xml", "marcxml")])
def test_every_position_of_a_real_server_is_read(port: int, tmp_path: Path, syntax: str, kind: str) -> None:
    found = results(source(tmp_path, port=port, syntax=syntax, element_set=""))
    assert len(found) == 60
    assert {type(one) for one in found} == {codec.Decoded}
    assert {one.syntax for one in found} == {kind}
    assert [one.offset for one in found] == list(range(1, 61))
    assert found[2].record.control_number == "73090924 //r82"


def test_a_real_server_that_can_present_none_of_its_records_is_given_up(port: int, tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match=r"none of 51 records .* diagnostic 14"):
        results(source(tmp_path, port=port, syntax="xml", element_set="F"))


def test_a_check_names_the_server_and_counts(port: int, tmp_path: Path) -> None:
    assert source(tmp_path, port=port).check() == f"z3950://127.0.0.1:{port}/Default (GFS/YAZ): 60 records"


def test_a_list_without_hits_is_an_empty_one(port: int, tmp_path: Path) -> None:
    (page,) = source(tmp_path, port=port, query="@attr 1=4 0").pages({}, {}, full=False)
    assert (page.results, page.entire, page.whole) == ((), True, 0)


def test_a_database_that_the_server_does_not_have_is_named(port: int, tmp_path: Path) -> None:
    with pytest.raises(FatalError, match=r"diagnostic 109: Database unavailable .* change `database`"):
        results(source(tmp_path, port=port, database="slow"))


def test_a_server_that_dies_under_us_is_away_and_the_harvest_goes_on_later(
    client: None, tmp_path: Path
) -> None:
    port = free_port()
    made = source(tmp_path, port=port)
    with ztest(port, tmp_path) as server:
        pages = made.pages({}, {}, full=False)
        first = next(pages)
        server.kill()
        server.wait(10)
        with pytest.raises(SourceAway):
            next(pages)
    with ztest(port, tmp_path):
        rest = list(made.pages({}, first.checkpoint, full=False))
    assert sum(len(page.results) for page in rest) == 50
    assert rest[-1].reached is not None


def test_a_session_that_the_server_ends_is_opened_again(client: None, tmp_path: Path) -> None:
    port = free_port()
    with ztest(port, tmp_path) as server:
        pages = source(tmp_path, port=port).pages({}, {}, full=False)
        read = len(next(pages).results)
        server.kill()
        server.wait(10)
        with ztest(port, tmp_path):
            read += sum(len(page.results) for page in pages)
    assert read == 60


def test_nobody_there_is_a_matter_of_trying_later(client: None, tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match="cannot be reached"):
        results(source(tmp_path, port=free_port()))


def test_a_silent_server_is_given_up_in_time_and_the_child_is_gone(client: None, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        made = source(tmp_path, port=silent.getsockname()[1], timeout=1)
        began = time.monotonic()
        with pytest.raises(SourceAway, match="no answer in time"):
            results(made)
    assert time.monotonic() - began < 5
    assert children() == []


def test_a_harvest_left_in_the_middle_leaves_no_child_and_no_file(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pages = source(tmp_path, port=port).pages({}, {}, full=False)
    next(pages)
    assert len(children()) == 1
    assert list(tmp_path.glob("rabis-sync-z3950-*"))
    pages.close()  # type: ignore[attr-defined]
    assert children() == []
    assert not list(tmp_path.glob("rabis-sync-z3950-*"))


def children() -> list[str]:
    """Running yaz-client processes that this process started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().partition(") ")
            if (
                name.endswith("(yaz-client")
                and rest.split()[:2] != ["Z"]
                and rest.split()[1] == str(os.getpid())
            ):
                found.append(name)
    return found


def test_a_password_is_seen_neither_in_the_process_list_nor_in_a_message(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    popen = subprocess.Popen

    def watched(command: Any, **named: Any) -> Any:
        started.append((command, named["env"]))
        return popen(command, **named)

    monkeypatch.setattr(yaz.subprocess, "Popen", watched)
    made = source(tmp_path, port=port, username="joe", password="s3cret", query="@and broken")
    with pytest.raises(FatalError) as caught:
        results(made)
    assert "s3cret" not in str(caught.value) + repr(made) + repr(started)


# --- what is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["query", "database", "element_set", "charset", "username", "password"])
@pytest.mark.parametrize("letter", ["\n", "\r", ";", "\0", "\x85", "\u2028"])
def test_nothing_that_could_be_another_command_is_sent(name: str, letter: str) -> None:
    both = {"username": "joe", "password": "secret"}
    with pytest.raises(ValueError, match=f"{name} holds"):
        Options(**{**OPTIONS, **both, name: f"x{letter}! touch /tmp/x"})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "unix:/tmp/socket"}, "host"),
        ({"host": "example.kz/base"}, "host"),
        ({"host": "-f"}, "host"),
        ({"host": ""}, "host"),
        ({"port": 0}, "port"),
        ({"syntax": "usmarc xml"}, "syntax"),
        ({"syntax": "-"}, "syntax"),
        ({"database": "two bases"}, "database holds a blank"),
        ({"database": ""}, "database is empty"),
        ({"password": "two words", "username": "joe"}, "password holds a blank"),
        ({"username": "joe"}, "go together"),
        ({"query": "x" * 9000}, "too long"),
        ({"query": " "}, "empty"),
        ({"page_size": 0}, "page_size"),
        ({"timeout": 0}, "timeout"),
        ({"since_query": "@attr 1=1012 2020"}, "since"),
        ({"since_query": "@attr 1=1012 {since}; quit"}, "since_query holds ';'"),
    ],
)
def test_options_that_no_server_could_take_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Options(**{**OPTIONS, **options})


def test_a_shell_command_in_a_query_is_a_query(port: int, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    for query in (f"! touch {trace}", f"@attr 1=4 60 ! touch {trace}", f'"`touch {trace}`"'):
        with suppress(FatalError):
            results(source(tmp_path, port=port, query=query))
    assert not trace.exists()


def test_commands_of_the_user_do_not_steer_us(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".yazclientrc").write_text("format sutrs\nset_auto_wait off\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert len(results(source(tmp_path, port=port))) == 60


def test_without_the_program_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="yaz-client is not installed") as caught:
        source(tmp_path).check()
    assert "apt-get install yaz" in caught.value.hint


# --- faults that no real server shows on demand -----------------------------------------------------

FAKE = '''#!{python}
"""Speaks like yaz-client, as the variable SCRIPT says."""
import re, sys
names, dump, dropped = {names!r}, None, {dropped!r}
records = [open(f"{folder}/{{name}}.mrc", "rb").read() for name in names]
faulty, whole_range = {faulty!r}, {whole_range!r}
for number, line in enumerate(sys.stdin):
    print("Z> ", end="")
    word, _, rest = line.strip().partition(" ")
    if word == "open":
        print("Connection accepted by v3 target.\\nName   : Fake")
    elif word == "find":
        print(f"Search was a success.\\nNumber of hits: {{len(records)}}, setno 1")
    elif word == "set_marcdump":
        dump = rest
    elif word == "show":
        start, count = map(int, rest.split("+"))
        wanted = range(start, start + count)
        hit = [one for one in wanted if one in faulty]
        said = "Diagnostic message(s) from database:\\n    "
        diagnostic = said + "[14] System error in presenting records -- v2 addinfo 'x'"
        if dropped and start >= dropped:
            import os, pathlib
            once = pathlib.Path("{folder}/once")
            if not once.exists():
                once.touch()
                print(said + "[27] Result set no longer exists -- v2 addinfo '1'")
                wanted = []
        if hit and whole_range:
            print(diagnostic)
            wanted = []
        for one in wanted:
            if one in faulty:
                print(diagnostic)
            else:
                open(dump, "ab").write(records[one - 1])
    elif word.startswith("done-"):
        print(f"Unknown command: {{word}}.\\nType 'help' for list of commands")
    elif word == "quit":
        break
    sys.stdout.flush()
'''


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Source]:
    def make(names: list[str], *, raw: dict[str, bytes] | None = None, **script: Any) -> Source:
        for name in names:
            (tmp_path / f"{name}.mrc").write_bytes((raw or {}).get(name, encoded(name)))
        chosen = {"faulty": [], "whole_range": False, "dropped": 0, **script}
        program = tmp_path / "yaz-client"
        program.write_text(FAKE.format(python=sys.executable, folder=tmp_path, names=names, **chosen))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        return source(tmp_path)

    return make


def encoded(name: str) -> bytes:
    fields = (Field("001", name), Field.data("200", "1 ", [("a", f"Қала {name}")]))
    return codec.encode_iso2709(MarcRecord("00000nam0 2200000   450 ", fields))


NAMES = [f"b{n}" for n in range(1, 36)]


def numbers(found: list[Any]) -> list[str]:
    return [one.record.control_number if isinstance(one, codec.Decoded) else "?" for one in found]


@pytest.mark.parametrize("whole_range", [True, False])
@pytest.mark.parametrize("faulty", [[1], [17], [20, 21], [35]])
def test_a_record_that_cannot_be_presented_is_isolated(
    fake: Callable[..., Source], faulty: list[int], *, whole_range: bool
) -> None:
    found = results(fake(NAMES, faulty=faulty, whole_range=whole_range))
    assert numbers(found) == ["?" if n in faulty else f"b{n}" for n in range(1, 36)]
    lost = [one for one in found if isinstance(one, codec.Unreadable)]
    assert [one.offset for one in lost] == faulty
    assert {one.reason for one in lost} == {"not_delivered"}
    assert "diagnostic 14: System error in presenting records (x)" in lost[0].detail


@pytest.mark.parametrize(
    "broken",
    [b"no record at all", encoded("b9")[:-20], encoded("b9")[:40] + b"\x1d" + encoded("b9")[40:], b""],
)
def test_a_broken_record_spoils_nothing_but_itself(fake: Callable[..., Source], broken: bytes) -> None:
    found = results(fake(NAMES, raw={"b9": broken}))
    assert numbers(found) == ["?" if n == 9 else f"b{n}" for n in range(1, 36)]
    assert found[8].raw.startswith(broken[:40]) or not broken


def test_a_list_that_the_server_dropped_is_searched_for_again(fake: Callable[..., Source]) -> None:
    assert numbers(results(fake(NAMES, dropped=12))) == NAMES
