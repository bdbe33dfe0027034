"""The schema: what the migrations build is what the models say, whole or not at all, over nobody's tables."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from rabis_sync.errors import ConfigError, FatalError, NewerDatabase
from rabis_sync.store import engine, schema
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = '''
"""A later version."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "9000", "{head}", None, None
def upgrade():
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("shelf", sa.String(), nullable=False, server_default=""))
    {more}
def downgrade(): ...
'''

HEAD = schema.wanted()


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make this a program of the next version, which has one more migration."""

    def grown(more: str = "") -> None:
        folder = tmp_path / "migrations 100%"
        (folder / "versions").mkdir(parents=True)
        for path in (schema.MIGRATIONS / "env.py", *(schema.MIGRATIONS / "versions").glob("v*.py")):
            copied = folder / path.relative_to(schema.MIGRATIONS)
            copied.write_text(path.read_text("utf-8"), "utf-8")
        (folder / "versions/v9000_later.py").write_text(LATER.format(head=HEAD, more=more), "utf-8")
        monkeypatch.setattr(schema, "MIGRATIONS", folder)

    return grown


def tables(url: str) -> list[str]:
    """Names of the tables that are there."""
    opened = engine.build(url)
    found = sa.inspect(opened).get_table_names()
    opened.dispose()
    return sorted(found)


def test_the_migrations_build_what_the_models_say(any_store: Store) -> None:
    with any_store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_are_named_by_their_revisions_and_the_highest_is_the_last() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert schema.wanted() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"v{script.revision}_")
        schema.check_known(script.revision, "here")


def test_the_comparison_would_see_a_difference(any_store: Store) -> None:
    with any_store.write() as unit:
        unit.connection.exec_driver_sql("ALTER TABLE record DROP COLUMN checked_with")
    with any_store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) != []


def test_opening_an_empty_database_makes_the_schema(bare_url: str) -> None:
    store = Store.open(bare_url)
    assert store.revisions() == (schema.wanted(), schema.wanted())
    store.close()


def test_opening_twice_changes_nothing(bare_url: str) -> None:
    Store.open(bare_url).close()
    before = tables(bare_url)
    Store.open(bare_url).close()
    assert tables(bare_url) == before


def test_downgrading_every_migration_leaves_an_empty_database(any_store: Store) -> None:
    with any_store.write() as unit:
        context = MigrationContext.configure(unit.connection)
        with Operations.context(context):
            for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions():
                script.module.downgrade()
        assert sa.inspect(unit.connection).get_table_names() == ["alembic_version"]


def test_an_entry_of_the_first_schema_is_one_of_a_copy_afterwards(any_store: Store) -> None:
    with any_store.write() as unit:
        context = MigrationContext.configure(unit.connection)
        with Operations.context(context):
            for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions("0001", "head"):
                if script.revision != "0001":
                    script.module.downgrade()
        columns = [one["name"] for one in sa.inspect(unit.connection).get_columns("ledger_entry")]
        values = ", ".join("1" if name in {"position", "quantity"} else "'7'" for name in columns)
        unit.connection.exec_driver_sql(f"INSERT INTO ledger_entry VALUES ({values})")
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    any_store.upgrade()
    with any_store.read() as unit:
        (row,) = unit.ledgers.entries()
    assert (row["inventory_number"], row["movement"], row["supply"]) == ("7", "copy", "")


def test_an_upgrade_that_fails_in_the_middle_leaves_an_empty_database(
    bare_url: str, later: Callable[..., None]
) -> None:
    later(more='op.execute("SELECT no_such_column FROM record")')
    with pytest.raises(sa.exc.DBAPIError):
        Store.open(bare_url)
    assert tables(bare_url) == []


def test_two_programs_that_find_an_empty_database_make_one_schema(bare_url: str) -> None:
    stores = [Store(engine.build(bare_url)) for _ in range(2)]
    with ThreadPoolExecutor(1) as pool, stores[0].engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(schema._UPGRADE_LOCK)))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        second = pool.submit(stores[1].upgrade)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.5)
        connection.rollback()
        second.result(timeout=20)
    stores[0].upgrade()
    assert stores[0].revisions() == (HEAD, HEAD)
    for store in stores:
        store.close()


def test_an_older_database_is_refused_until_it_is_upgraded_and_keeps_its_rows(
    any_url: str, later: Callable[..., None], add: Callable[..., list[int]]
) -> None:
    store = Store.open(any_url)
    add(store, 1, 2)
    later()
    with pytest.raises(ConfigError, match=f"has schema '{HEAD}', this program needs '9000'") as caught:
        Store.open(any_url)
    assert caught.value.exit_code == 2
    assert "rabis-sync db upgrade" in caught.value.hint
    store.upgrade()
    assert store.revisions() == ("9000", "9000")
    with store.read() as unit:  # a copied table did not take with it what refers to it
        assert len(list(unit.records.items())) == 2
    add(store, 3)
    store.close()


def test_an_upgrade_that_would_break_references_is_undone(
    sqlite_url: str, later: Callable[..., None], add: Callable[..., list[int]]
) -> None:
    store = Store.open(sqlite_url)
    add(store, 1)
    later(more='op.execute("DELETE FROM record")')
    with pytest.raises(FatalError, match="refer to nothing"):
        store.upgrade()
    assert store.revisions()[0] == HEAD
    with store.read() as unit:
        assert unit.records.counts("catalogue") == {"active": 1}
    store.close()


def test_keys_are_enforced_again_after_an_upgrade(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    store.upgrade()
    with pytest.raises(sa.exc.IntegrityError), store.write() as unit:
        unit.connection.exec_driver_sql("INSERT INTO corrected VALUES (99, '', '')")
    store.close()


def test_a_database_of_a_later_version_is_refused_and_left_as_it_is(any_url: str) -> None:
    store = Store.open(any_url)
    with store.write() as unit:
        unit.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(NewerDatabase, match="'9999'") as caught:
        Store.open(any_url)
    assert caught.value.exit_code == 2
    unopened = Store(engine.build(any_url))
    assert unopened.revisions()[0] == "9999"
    unopened.close()


def test_a_database_of_another_program_is_refused_and_left_as_it_is(bare_url: str) -> None:
    opened = engine.build(bare_url)
    with opened.connect() as connection, connection.begin():
        connection.exec_driver_sql("CREATE TABLE readers (id integer)")
    with pytest.raises(ConfigError, match="tables of another program: readers"):
        Store.open(bare_url)
    assert tables(bare_url) == ["readers"]
    opened.dispose()


def test_a_sqlite_database_has_the_pages_and_the_journal_that_were_measured(sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (8192,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
