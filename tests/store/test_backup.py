"""Backup and restore: a whole copy or none, everything replaced or nothing."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, GuardStop, NewerDatabase, SourceAway
from rabis_sync.store import backup, engine, schema
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    Add = Callable[..., list[int]]


def found(url: str) -> dict[str, int]:
    """Number of records by state."""
    store = Store.open(url)
    with store.read() as unit:
        counts = unit.records.counts("catalogue")
    store.close()
    return counts


def test_what_was_backed_up_is_restored_over_what_came_later(
    any_store: Store, any_url: str, add: Add, tmp_path: Path
) -> None:
    add(any_store, *range(300))
    file = tmp_path / "night.backup"
    backup.backup(any_store, file)
    add(any_store, 300)
    any_store.close()
    backup.restore(any_url, file, replace=True)
    assert found(any_url) == {"active": 300}
    store = Store.open(any_url)
    assert add(store, 1000) == [301]
    store.close()


def test_a_backup_is_restored_into_an_empty_database(
    any_store: Store, any_url: str, bare_url: str, add: Add, tmp_path: Path
) -> None:
    if sa.make_url(any_url).get_backend_name() != sa.make_url(bare_url).get_backend_name():
        return  # a backup goes back into the kind of database it came from; the refusal has its own test
    add(any_store, 1, 2)
    backup.backup(any_store, tmp_path / "night.backup")
    backup.restore(bare_url, tmp_path / "night.backup")
    assert found(bare_url) == {"active": 2}


def test_a_database_with_records_is_never_replaced_unasked(
    any_store: Store, any_url: str, add: Add, tmp_path: Path
) -> None:
    backup.backup(any_store, tmp_path / "empty.backup")
    add(any_store, 1)
    with pytest.raises(GuardStop, match="has 1 records") as caught:
        backup.restore(any_url, tmp_path / "empty.backup")
    assert caught.value.exit_code == 3
    assert found(any_url) == {"active": 1}


def test_a_backup_holds_the_moment_it_began_although_a_writer_goes_on(
    any_store: Store, any_url: str, add: Add, tmp_path: Path
) -> None:
    add(any_store, 1)
    with any_store.write() as unit:
        unit.connection.exec_driver_sql("UPDATE record SET state = 'deleted'")
        backup.backup(any_store, tmp_path / "night.backup")
    any_store.close()
    backup.restore(any_url, tmp_path / "night.backup", replace=True)
    assert found(any_url) == {"active": 1}


def test_a_file_that_is_there_is_never_overwritten(any_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    file.write_text("precious")
    with pytest.raises(ConfigError, match="is there already"):
        backup.backup(any_store, file)
    assert file.read_text() == "precious"


def test_a_backup_into_a_folder_that_is_not_there_is_refused(any_store: Store, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no folder"):
        backup.backup(any_store, tmp_path / "no" / "night.backup")


def test_a_backup_that_is_not_there_is_tried_later(any_url: str, tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match="there is no backup"):
        backup.restore(any_url, tmp_path / "night.backup")


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_backup_is_refused_and_nothing_is_changed(
    any_store: Store, any_url: str, add: Add, tmp_path: Path, kept: float
) -> None:
    add(any_store, *range(500))
    file = tmp_path / "night.backup"
    backup.backup(any_store, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * kept)])
    add(any_store, 500)
    any_store.close()
    with pytest.raises(FatalError):
        backup.restore(any_url, file, replace=True)
    assert found(any_url) == {"active": 501}


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"SQLite format 3\0", b"PGDMP", b"x" * 9000])
def test_a_file_that_is_no_backup_is_refused(any_url: str, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "night.backup"
    file.write_bytes(content)
    with pytest.raises(FatalError, match=r"night\.backup") as caught:
        backup.restore(any_url, file, replace=True)
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == content


def test_the_database_of_another_program_is_no_backup_of_ours(sqlite_url: str, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "readers.db")
    other.execute("CREATE TABLE readers (id)")
    other.close()
    with pytest.raises(FatalError, match="alembic_version"):
        backup.restore(sqlite_url, tmp_path / "readers.db")


def test_a_backup_of_a_later_version_is_refused(any_store: Store, any_url: str, tmp_path: Path) -> None:
    with any_store.write() as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    backup.backup(any_store, tmp_path / "night.backup")
    with any_store.write() as unit:
        unit.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{schema.wanted()}'")
    any_store.close()
    with pytest.raises(NewerDatabase, match="9999"):
        backup.restore(any_url, tmp_path / "night.backup", replace=True)
    assert found(any_url) == {}


def test_a_damaged_database_gives_no_backup(sqlite_url: str, add: Add, tmp_path: Path) -> None:
    store = Store.open(sqlite_url)
    add(store, *range(500))
    store.close()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[: 8192 * 40] + b"\xff" * (len(whole) - 8192 * 40))
    with pytest.raises(FatalError):
        backup.backup(Store(engine.build(sqlite_url)), tmp_path / "night.backup")
    assert not list(tmp_path.glob("night.backup*"))


def test_a_damaged_database_that_was_moved_aside_is_restored(
    sqlite_url: str, add: Add, tmp_path: Path
) -> None:
    store = Store.open(sqlite_url)
    add(store, 1, 2)
    backup.backup(store, tmp_path / "night.backup")
    store.close()
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    backup.restore(sqlite_url, tmp_path / "night.backup")
    assert found(sqlite_url) == {"active": 2}


def test_a_reader_finishes_on_the_old_view_while_a_backup_is_restored(
    sqlite_url: str, add: Add, tmp_path: Path
) -> None:
    store = Store.open(sqlite_url)
    backup.backup(store, tmp_path / "empty.backup")
    add(store, 1, 2, 3)
    with store.read() as unit:
        stream = unit.records.stream(batch=1)
        next(stream)
        backup.restore(sqlite_url, tmp_path / "empty.backup", replace=True)
        assert len(list(stream)) == 2
    with store.read() as unit:
        assert unit.records.counts("catalogue") == {}
    store.close()


@pytest.mark.postgresql
def test_without_the_client_tools_the_message_says_what_to_install(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(postgresql_url)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ConfigError, match="pg_dump is not installed") as caught:
        backup.backup(store, tmp_path / "night.backup")
    assert "postgresql-client" in caught.value.hint
    store.close()


@pytest.mark.postgresql
def test_the_password_is_no_argument_of_a_client_tool() -> None:
    where = engine.address("postgresql://me:geheim@here:5433/x?sslmode=require")
    assert backup._libpq(where) == "--dbname=postgresql://me@here:5433/x?sslmode=require"
