"""Only one run at a time, and no lock outlives its holder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from socket import gethostname
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import RunLocked, SourceAway
from rabis_sync.service.lock import run_lock
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys, time, pathlib
from rabis_sync.service.lock import run_lock
with run_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunLocked, match=str(holder.pid)) as caught, run_lock(path):
            pass
        assert caught.value.exit_code == 75
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with run_lock(path):
            assert path.read_text()


HELPED = """
import os, sys, time, pathlib
from rabis_sync.service.lock import run_lock
with run_lock(pathlib.Path(sys.argv[1])):
    if not os.fork():
        print("helping", flush=True)
        time.sleep(0.5)
        os._exit(0)
    time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which this system lacks")
def test_helpers_of_a_run_that_was_killed_are_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HELPED, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"helping\n"
        holder.kill()
        holder.wait()
        with run_lock(path):
            assert path.read_text() == str(os.getpid())


PG_HOLDER = """
import sys, time
from rabis_sync.store.database import Store
with Store.open(sys.argv[1]).exclusive():
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.postgresql
def test_on_postgresql_the_database_itself_lets_one_run_at_a_time(postgresql_url: str) -> None:
    """What another host would do: no file is shared."""
    store = Store.open(postgresql_url)
    command = [sys.executable, "-c", PG_HOLDER, postgresql_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunLocked, match=gethostname()[:20]), store.exclusive():
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        _until_free(store)
    store.close()


@pytest.mark.postgresql
def test_the_databases_lock_is_free_again_after_the_block_also_after_a_fault(postgresql_url: str) -> None:
    store = Store.open(postgresql_url)
    with pytest.raises(ZeroDivisionError), store.exclusive():
        raise ZeroDivisionError
    _until_free(store)
    store.close()


def _until_free(store: Store) -> None:
    """The server notices within moments that a connection is gone."""
    deadline = time.monotonic() + 10
    while True:
        try:
            with store.exclusive():
                return
        except RunLocked:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_the_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with run_lock(tmp_path / "lock"):
            pass


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match="lock file"), run_lock(tmp_path / "no" / "lock"):
        pass
