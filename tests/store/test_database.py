"""Units of work: whole or not at all, one writer, a reader's view that stands still."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import RetryableError
from rabis_sync.store import engine
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from rabis_sync.store.records import Incoming

    Add = Callable[..., list[int]]
    Make = Callable[..., Incoming]


def test_a_written_unit_is_there_for_the_next_reader(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2)
    with any_store.read() as unit:
        assert unit.records.counts("catalogue") == {"active": 2}


def test_an_error_inside_a_unit_leaves_nothing_of_it(
    any_store: Store, incoming: Make, noon: datetime
) -> None:
    class FaultError(Exception):
        pass

    def fail() -> None:
        with any_store.write() as unit:
            unit.records.add("catalogue", [incoming(1)], run=1, at=noon)
            unit.harvests.save_progress("catalogue", {"at": 1}, {})
            raise FaultError

    with pytest.raises(FaultError):
        fail()
    with any_store.read() as unit:
        assert unit.records.counts("catalogue") == {}
        assert unit.harvests.progress("catalogue").reached == {}


def test_what_a_reading_unit_writes_is_undone(any_store: Store, incoming: Make, noon: datetime) -> None:
    with any_store.read() as unit:
        unit.records.add("catalogue", [incoming(1)], run=1, at=noon)
        assert unit.records.counts("catalogue") == {"active": 1}
    with any_store.read() as unit:
        assert unit.records.counts("catalogue") == {}


def test_a_reader_keeps_the_view_it_began_with_while_a_writer_commits(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2, 3)
    with any_store.read() as unit:
        add(any_store, 4)  # committed before the reader asked for anything
        stream = unit.records.stream(batch=1)
        seen = [next(stream)[0].control_number]
        add(any_store, 5)
        seen += [record.control_number for batch in stream for record in batch]
        assert seen == ["KZ1", "KZ2", "KZ3"]
    with any_store.read() as unit:
        assert unit.records.counts("catalogue") == {"active": 5}


def test_items_and_match_rows_stream_while_a_writer_commits(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2, 3)
    with any_store.read() as unit:
        items, matches = unit.records.items(batch=1), unit.records.match_rows(batch=1)
        next(items), next(matches)
        add(any_store, 4)
        assert len(list(items)) == len(list(matches)) == 2


def test_a_second_writer_waits_for_the_first(
    any_store: Store, add: Add, incoming: Make, noon: datetime
) -> None:
    order: list[str] = []

    def second() -> None:
        add(any_store, 2)
        order.append("second committed")

    with any_store.write() as unit:
        unit.records.add("catalogue", [incoming(1)], run=1, at=noon)
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        order.append("first commits")
    thread.join(timeout=20)
    assert order == ["first commits", "second committed"]
    with any_store.read() as unit:
        assert sorted(unit.records.get([1, 2])) == [1, 2]


def test_a_writer_that_waited_too_long_is_told_to_try_later(
    sqlite_url: str, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WRITER_WAIT", 0.1)
    store = Store.open(sqlite_url)
    with store.write(), pytest.raises(RetryableError, match="is being written by another program") as caught:
        add(store, 1)
    assert caught.value.exit_code == 75
    store.close()


@pytest.mark.postgresql
def test_a_writer_that_waited_too_long_for_postgresql_is_told_to_try_later(
    postgresql_url: str, add: Add, incoming: Make, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WRITER_WAIT", 1)
    store = Store.open(postgresql_url)
    with store.write() as unit:
        unit.records.add("catalogue", [incoming(1)], run=1, at=noon)
        with pytest.raises(RetryableError, match="lock timeout"):
            add(store, 2)
    store.close()


CHILD = """
    import os, sys, time
    from datetime import UTC, datetime
    from rabis_sync.store.database import Store

    store = Store.open(sys.argv[1])
    with store.write() as unit:
        unit.harvests.save_progress("catalogue", {"page": 1}, {})
    with store.write() as unit:
        unit.harvests.save_progress("catalogue", {"page": 2}, {})
        unit.harvests.bury("catalogue", map(str, range(20_000)), "absent", run=1, at=datetime.now(UTC))
        print("written, not committed", flush=True)
        time.sleep(60)
"""


def test_a_program_killed_before_its_commit_leaves_nothing_of_the_unit(any_url: str, root: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), any_url],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    with child.stdout as said:
        assert said.readline() == b"written, not committed\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    store = Store.open(any_url)
    with store.write() as unit:  # nothing of the dead program is in the way of the next writer
        assert unit.harvests.progress("catalogue").reached == {"page": 1}
        assert unit.harvests.tombstones("catalogue") == []
    store.close()


def test_a_store_says_where_it_is_without_its_password(any_store: Store) -> None:
    assert any_store.place
    assert "secret" not in Store(engine.build("postgresql://me:secret@away/x")).place
    assert "me" in Store(engine.build("postgresql://me:secret@away/x")).place
