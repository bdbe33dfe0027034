"""The disk is full, the power is cut, the database goes and comes back: the next night mends it all."""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.errors import RabisSyncError
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.service.execution import RunReport

#: Everything but the lists for people, which change nothing.
JOB = 'steps = ["harvest", "correct", "dedup", "reconcile", "publish"]\n'


@pytest.fixture
def home(library_copy: Callable[[], Path]) -> Path:
    path = library_copy()
    (path.parent / "jobs").mkdir()
    (path.parent / "jobs" / "night.toml").write_text(JOB, "utf-8")
    return path


def night(path: Path) -> RunReport:
    return run_job(path, "night", Manner())


def attempt(path: Path) -> tuple[int, str]:
    """A night that may meet anything: its exit code, and what it told; the journal itself may be cut off."""
    try:
        report = night(path)
    except RabisSyncError as error:
        return error.exit_code, str(error)
    return report.exit_code, " ".join(step.message for step in report.steps)


def found(path: Path) -> dict[str, Any]:
    """What is known and shown."""
    with opened(path) as (_, store), store.read() as unit:
        return {
            "records": sorted(
                (one.control_number, one.canonical) for batch in unit.records.stream() for one in batch
            ),
            "findings": sorted(
                (one["control_number"], one["rule"], one["path"]) for one in unit.corrections.findings()
            ),
            "pairs": sorted((one["a"], one["b"], one["verdict"]) for one in unit.duplicates.pairs()),
            "discrepancies": sorted(one["fingerprint"] for one in unit.ledgers.discrepancies()),
            "published": sorted(
                (one["control_number"], one["state"], one["reason"]) for one in unit.publications.all()
            ),
        }


@pytest.fixture(scope="module")
def undisturbed(library_copy: Callable[[], Path]) -> dict[str, Any]:
    path = library_copy()
    run_job(path, "nightly", Manner())
    return found(path)


@pytest.mark.parametrize("room", [60, 90, 120])
def test_a_full_disk_is_told_and_loses_nothing(home: Path, undisturbed: dict[str, Any], room: int) -> None:
    """SQLite itself meets the limit, by its own `max_page_count`: pages of 8 KB."""
    with opened(home):
        pass  # the schema is there before the disk is full
    limited = [True]

    def full(connection: Any, _record: object) -> None:
        if limited[0]:
            connection.execute(f"PRAGMA max_page_count = {room}")

    sa.event.listen(sa.Engine, "connect", full)
    try:
        code, told = attempt(home)
    finally:
        limited[0] = False
        sa.event.remove(sa.Engine, "connect", full)
    assert code == 75
    assert "disk is full" in told
    assert night(home).exit_code == 0
    assert found(home) == undisturbed


@pytest.mark.postgresql
def test_a_database_that_goes_and_comes_back_loses_nothing(
    home: Path, undisturbed: dict[str, Any], bare_postgresql_url: str
) -> None:
    """Every connection is cut by the server in the middle of each step in turn, as at its restart."""
    text = home.read_text("utf-8")
    home.unlink()
    home.write_text(text.replace("sqlite:///rabis_sync.db", bare_postgresql_url), "utf-8")
    with opened(home):
        pass
    admin = sa.create_engine(bare_postgresql_url.replace("postgresql:", "postgresql+psycopg:"))
    cut = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    cuts = 0
    for after in (3, 9, 15, 40):
        seen = [0]

        def commit(connection: Any, seen: list[int] = seen, after: int = after) -> None:
            if connection.engine is admin:
                return
            seen[0] += 1
            if seen[0] == after:
                with admin.begin() as other:
                    other.execute(cut)

        sa.event.listen(sa.Engine, "commit", commit)
        try:
            code, told = attempt(home)
        finally:
            sa.event.remove(sa.Engine, "commit", commit)
        assert code in {0, 75}, told
        cuts += code == 75
    admin.dispose()
    assert cuts
    assert night(home).exit_code == 0
    assert found(home) == undisturbed


# --- a power cut --------------------------------------------------------------------------------------


def committed(log: bytes) -> int:
    """Bytes of a write-ahead log up to the end of the last commit (sqlite.org/fileformat2.html, 4.1)."""
    if len(log) < 32:
        return 0
    page, salts = struct.unpack(">I", log[8:12])[0], log[16:24]
    end, at = 32, 32
    while at + 24 + page <= len(log) and log[at + 8 : at + 16] == salts:
        size = struct.unpack(">I", log[at + 4 : at + 8])[0]
        at += 24 + page
        end = at if size else end
    return end


def cut_off(database: Path, dice: random.Random) -> None:
    """What was not synced when the power went: the tail behind the last commit is lost, torn or garbage."""
    log = database.with_name(f"{database.name}-wal")
    content = log.read_bytes() if log.exists() else b""
    safe = committed(content)
    if not content:
        return
    tail = bytearray(content[safe:]) or bytearray(dice.randbytes(9000))
    tail = tail[: dice.randrange(len(tail) + 1)]
    for _ in range(min(len(tail), 64)):
        tail[dice.randrange(len(tail))] = dice.randrange(256)
    log.write_bytes(content[:safe] + tail)
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)  # memory, which nothing survives in


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL, which this system lacks")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_power_cut_takes_nothing_that_was_committed(
    home: Path, undisturbed: dict[str, Any], seed: int
) -> None:
    """`synchronous = FULL` syncs the log at each commit (docs/adr/0002): a cut takes what lies behind it."""
    dice = random.Random(seed)
    steps = 0
    for _ in range(2):
        left = dice.randrange(4, 14)
        child = os.fork()
        if child == 0:
            try:
                die_at_commit(left)
                night(home)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        cut_off(home.parent / "rabis_sync.db", dice)
        with opened(home) as (_, store), store.read() as unit:
            assert unit.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            now = sum(len(run["steps"]) for run in unit.runs.latest(20))
        assert now >= steps, "a step that was journalled stays so"
        steps = now
    assert night(home).exit_code == 0
    assert found(home) == undisturbed


def die_at_commit(number: int) -> None:
    left = iter(range(number - 1))

    def commit(_connection: object) -> None:
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "commit", commit)
