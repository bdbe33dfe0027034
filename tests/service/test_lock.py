"""Only one run at a time, and no lock outlives its holder."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import RunLocked, SourceAway
from rabis_sync.service.lock import run_lock

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


def test_the_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with run_lock(tmp_path / "lock"):
            pass


def test_a_folder_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match="lock file"), run_lock(tmp_path / "no" / "lock"):
        pass
