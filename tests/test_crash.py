"""Killed at any moment, the night is finished by the next run: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import random
import signal
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.store import match_tables, tables
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.service.execution import RunReport

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs fork and SIGKILL, which this system lacks"
)

#: What tells when and by which run something was done, and not what is known.
PASSING = {"run_id", "changed_run", "first_run", "at", "changed_at", "updated_at", "first_seen", "closed_at"}
LASTING = (
    *(
        tables.BibRecord,
        tables.Content,
        tables.Corrected,
        tables.ItemRow,
        match_tables.MatchRow,
        tables.Quarantine,
    ),
    *(tables.Tombstone, tables.Watermark, tables.Finding, tables.Pair, tables.Cluster, tables.ClusterMember),
    *(tables.LedgerEntry, tables.LedgerSummary, tables.Discrepancy, tables.Publication, tables.Seen),
)


def night(path: Path) -> RunReport:
    """The steps that commit something: reports only read."""
    job = path.parent / "jobs" / "crashing.toml"
    job.parent.mkdir(exist_ok=True)
    job.write_text('steps = ["harvest", "correct", "dedup", "reconcile", "publish"]\n', "utf-8")
    return run_job(path, "crashing", Manner())


def killed(path: Path, arrange: Callable[[int], None]) -> bool:
    """Run a night in a child that `arrange` may kill; tell whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            arrange(0)
            night(path)
        finally:
            os._exit(0)
    arrange(child)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def at_commit(number: int) -> Callable[[int], None]:
    """Die just before the commit of that number."""

    def arrange(child: int) -> None:
        if child:
            return
        left = iter(range(number - 1))

        def commit(_connection: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sa.event.listen(sa.Engine, "commit", commit)

    return arrange


def after(seconds: float) -> Callable[[int], None]:
    """Be killed by somebody else after so long."""

    def arrange(child: int) -> None:
        if child:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)

    return arrange


def state(path: Path) -> dict[str, Any]:
    """Everything that is known and shown, without when and by which run."""
    current = path.parent / "site" / "current"
    release = current.resolve().name
    with opened(path) as (_, store), store.read() as unit:
        known = {
            table.name: sorted(
                repr(lasting(table, row)).replace(release, "")
                for row in unit.connection.execute(sa.select(table)).mappings()
            )
            for table in map(tables.table, LASTING)
        }
        assert [run for run in unit.runs.latest(200) if run["outcome"] == "running"] == []
    files = sorted(file for file in current.rglob("*") if file.is_file())
    names = [str(file.relative_to(current)) for file in files]
    books = [sha256(file.read_bytes()).hexdigest() for file in files if file.suffix in {".pdf", ".jpg"}]
    return {**known, "names": names, "books": books, "content": release.rsplit("-", 1)[-1]}


def lasting(table: sa.Table, row: Any) -> dict[str, Any]:
    """A row without what only tells when, and without numbers given in the order of insertion."""
    serial = {"id"} if table.name in {"finding", "discrepancy", "quarantine"} else set()
    return {name: value for name, value in row.items() if name not in PASSING | serial}


@pytest.fixture(scope="module")
def undisturbed(library_copy: Callable[[], Path]) -> tuple[dict[str, Any], int]:
    """What a night without a crash ends in, and how many commits it has."""
    path = library_copy()
    commits: list[object] = []

    def commit(connection: object) -> None:
        commits.append(connection)

    sa.event.listen(sa.Engine, "commit", commit)
    night(path)
    sa.event.remove(sa.Engine, "commit", commit)
    return state(path), len(commits)


def test_killed_at_every_commit_point_the_next_run_completes_the_night(
    library_copy: Callable[[], Path], undisturbed: tuple[dict[str, Any], int]
) -> None:
    expected, commits = undisturbed
    assert commits > 10
    for number in range(commits + 1):
        path = library_copy()
        if not number:  # that of the schema, in a library without a store
            (path.parent / "rabis_sync.db").unlink()
        assert killed(path, at_commit(max(number, 1))), f"commit {number} of {commits}"
        night(path)
        assert state(path) == expected, f"killed at commit {number} of {commits}"


def test_killed_at_random_moments_the_next_run_completes_the_night(
    library_copy: Callable[[], Path], undisturbed: tuple[dict[str, Any], int]
) -> None:
    kill_at_random(4, library_copy, undisturbed[0], seed=1)


@pytest.mark.soak
def test_killed_a_hundred_times_at_random_moments_the_next_run_completes_the_night(
    library_copy: Callable[[], Path], undisturbed: tuple[dict[str, Any], int]
) -> None:
    kill_at_random(100, library_copy, undisturbed[0], seed=2)


def kill_at_random(
    times: int, library_copy: Callable[[], Path], expected: dict[str, Any], *, seed: int
) -> None:
    moments = random.Random(seed)
    path = library_copy()
    began = time.monotonic()
    night(path)
    length = time.monotonic() - began
    hit = tries = 0
    while hit < times:
        path = library_copy()
        for _ in range(2):
            tries += 1
            dead = killed(path, after(moments.uniform(0, length)))
            length *= 1.05 if dead else 0.8  # what else the machine has to do comes and goes
            hit += dead
        night(path)
        assert state(path) == expected
        assert tries <= 4 * times + 4, "hardly a kill came before the end"


def test_a_second_night_over_the_same_library_changes_nothing(
    library_copy: Callable[[], Path], undisturbed: tuple[dict[str, Any], int]
) -> None:
    path = library_copy()
    night(path)
    releases = sorted(one.name for one in (path.parent / "site" / "releases").iterdir())
    night(path)
    assert state(path) == undisturbed[0]
    assert sorted(one.name for one in (path.parent / "site" / "releases").iterdir()) == releases
