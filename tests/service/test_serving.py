"""The whole service as it is started: runs what was missed, one at a time, and stops when it is told to."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import requests

from rabis_sync.config import bundled
from rabis_sync.service import logs
from rabis_sync.store.database import Store
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.serving import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM, which Windows lacks")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def command(path: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "rabis_sync", "--config", str(path), *arguments]


def listen(path: Path, port: int) -> None:
    """Write the port into the configuration."""
    settings = re.sub(r"\n\[web\][^\[]*", "", path.read_text("utf-8")).rstrip()
    path.unlink()  # the file is shared with other copies of the library
    path.write_text(f"{settings}\n[web]\nport = {port}\n", "utf-8")


@contextmanager
def serving(path: Path, *, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The service in a process of its own; nothing of it outlives the block."""
    port = port or free_port()
    listen(path, port)
    log = (path.parent / "log").open("a", encoding="utf-8")
    with log, subprocess.Popen(command(path, "serve"), stdout=log, stderr=log, text=True) as service:
        try:
            yield service, port
        finally:
            service.kill()


def ledger(path: Path) -> list[dict[str, Any]]:
    with closing(Store.open(f"sqlite:///{path.parent / 'rabis_sync.db'}")) as store, store.read() as unit:
        return unit.runs.latest(50)


def until(true: Callable[[], bool], path: Path) -> None:
    deadline = time.monotonic() + 240
    while not true():
        assert time.monotonic() < deadline, (path.parent / "log").read_text("utf-8")
        time.sleep(0.3)


def ended(path: Path, number: int) -> Callable[[], bool]:
    return lambda: sum(run["outcome"] != "running" for run in ledger(path)) >= number


def heard(path: Path, *, services: int = 1) -> Callable[[], bool]:
    """So many services have said where they serve."""
    return lambda: (path.parent / "log").read_text("utf-8").count("serving http") >= services


def leave_no_reports(path: Path) -> None:
    """Have jobs of the library's own, which are those of the package without the lists for people."""
    jobs = path.parent / "jobs"
    jobs.mkdir()
    for name in ("nightly", "weekly"):
        told = (bundled("jobs") / f"{name}.toml").read_text("utf-8")
        (jobs / f"{name}.toml").write_text(told.replace(', "reports"', ""), "utf-8")


def only_nightly(path: Path) -> None:
    """Switch the weekly job off, as a library would."""
    leave_no_reports(path)
    (path.parent / "jobs" / "weekly.toml").write_text('steps = ["publish"]\n', "utf-8")


def test_what_was_missed_is_made_up_for_at_the_start_and_the_site_is_served(
    library_copy: Callable[[], Path],
) -> None:
    path = library_copy()
    leave_no_reports(path)
    with serving(path) as (service, port):
        until(ended(path, 2), path)
        assert requests.get(f"http://127.0.0.1:{port}/latest.json", timeout=10).status_code == 200
        assert requests.get(f"http://127.0.0.1:{port}/oai?verb=Identify", timeout=10).status_code == 200
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=120) == 0
    runs = ledger(path)
    assert sorted(run["job"] for run in runs) == ["nightly", "weekly"]
    assert {run["outcome"] for run in runs} == {"done"}
    with serving(path, port=port) as (service, _):
        until(lambda: (path.parent / "log").read_text("utf-8").count("next nightly") == 2, path)
        service.send_signal(signal.SIGINT)
        assert service.wait(timeout=120) == 0
    assert len(ledger(path)) == 2, "nothing is made up for twice"


def test_a_service_that_is_stopped_stops_its_run_and_the_next_one_resumes_it(
    library_copy: Callable[[], Path],
) -> None:
    path = library_copy()
    only_nightly(path)
    with serving(path) as (service, port):
        until(lambda: bool(ledger(path) and ledger(path)[0]["steps"]), path)
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=120) == 0
    (stopped,) = ledger(path)
    assert (stopped["outcome"], stopped["exit_code"]) == ("interrupted", 75)
    with serving(path, port=port) as (service, _):
        until(ended(path, 2), path)
        service.send_signal(signal.SIGTERM)
        service.wait(timeout=120)
    resumed = ledger(path)[0]
    assert resumed["outcome"] == "done"
    assert resumed["steps"][0]["outcome"] == "kept"


def test_two_services_on_one_library_run_a_missed_night_once(library_copy: Callable[[], Path]) -> None:
    path = library_copy()
    only_nightly(path)
    other = path.with_name("other.toml")
    other.write_text(path.read_text("utf-8"), "utf-8")
    with serving(path) as (first, _), serving(other) as (second, _):
        until(lambda: ended(path, 1)() and heard(path, services=2)(), path)
        for service in (first, second):
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=120) == 0
    assert [(run["job"], run["outcome"]) for run in ledger(path)] == [("nightly", "done")]


def test_a_killed_service_leaves_its_run_to_end_and_no_second_one_begins(
    library_copy: Callable[[], Path],
) -> None:
    path = library_copy()
    only_nightly(path)
    with serving(path) as (service, _):
        until(lambda: bool(ledger(path)), path)
        service.send_signal(signal.SIGKILL)
        service.wait()
        with serving(path) as (again, _):
            until(lambda: ended(path, 1)() and heard(path, services=2)(), path)
            again.send_signal(signal.SIGTERM)
            assert again.wait(timeout=120) == 0
    assert [run["outcome"] for run in ledger(path)] == ["done"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_told_to_stop_while_it_is_loaded_ends_well(number: signal.Signals) -> None:
    """The moment is when the program begins to import its own modules."""
    script = f"""if True:
        import os, sys
        class Moment:
            def find_spec(self, name, *_):
                if name == "rabis_sync.cli":
                    os.kill(os.getpid(), {int(number)})
        from rabis_sync.__main__ import main
        sys.meta_path.insert(0, Moment())
        sys.argv[1:] = ["serve"]
        main()
    """
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_service_told_to_stop_as_it_begins_runs_nothing_and_ends_well(
    library_copy: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library_copy()
    listen(path, free_port())
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    of = Assembly.of

    def told(place: Path) -> Assembly:
        os.kill(os.getpid(), signal.SIGTERM)
        return of(place)

    monkeypatch.setattr(Assembly, "of", staticmethod(told))
    monkeypatch.setattr(logs, "set_up", lambda *_: None)  # the log is this process's
    try:
        serve(path, print)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert ledger(path) == []


def test_a_port_that_is_taken_is_one_clear_message(library_copy: Callable[[], Path]) -> None:
    path = library_copy()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        serving(path, port=taken.getsockname()[1]) as (
            service,
            _,
        ),
    ):
        assert service.wait(timeout=120) == 75
    told = (path.parent / "log").read_text("utf-8")
    assert "cannot be listened on" in told
    assert "Traceback" not in told


def test_run_once_tells_the_same_to_a_timer(library_copy: Callable[[], Path]) -> None:
    path = library_copy()
    night = subprocess.run(
        command(path, "run", "--log", "nightly"), capture_output=True, text=True, check=False, timeout=240
    )
    assert night.returncode == 0
    assert "[nightly 1] harvest catalogue: done (received 60" in night.stderr
    assert night.stdout == ""


def test_a_run_that_is_told_to_stop_ends_with_75(library_copy: Callable[[], Path]) -> None:
    path = library_copy()
    with subprocess.Popen(command(path, "run", "nightly"), stderr=subprocess.PIPE, text=True) as night:
        until(lambda: bool(ledger(path)), path)
        os.kill(night.pid, signal.SIGTERM)
        assert night.wait(timeout=120) == 75
        assert night.stderr
        assert "was told to stop" in night.stderr.read()
