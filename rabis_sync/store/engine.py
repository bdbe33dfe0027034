"""How each database is reached: the address checked, and every connection told how to keep its word."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from rabis_sync.errors import ConfigError
from rabis_sync.store.columns import json_text, json_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: How long a writer waits for another writer, in seconds.
WRITER_WAIT = 30

#: How long a server may take to answer, in seconds.
CONNECT_WAIT = 10

#: Kilobytes of pages that are kept: as a rule, and of what is read or written once.
CACHE_KB, PASSING_KB = 32_768, 4_096

#: What every SQLite connection is told; the reasons and figures are in docs/adr/0002.
SQLITE_PRAGMAS = (
    "page_size = 8192",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    f"cache_size = -{CACHE_KB}",
)

#: Our driver by every name that people give the database.
_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_EXAMPLES = 'For example "sqlite:///rabis_sync.db" or "postgresql+psycopg://user@host/name".'


def address(url: str) -> sa.URL:
    """The address of a database, checked.

    Raises:
        ConfigError: it is none, or names another kind of database, or one in memory.
    """
    try:
        given = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        # What was written may hold a password: it is not repeated.
        raise ConfigError("[store] url is no database address", hint=_EXAMPLES) from error
    driver = _DRIVERS.get(given.drivername)
    if driver is None:
        raise ConfigError(
            f"[store] url: databases are sqlite and postgresql, not {given.drivername!r}", hint=_EXAMPLES
        )
    if driver == "sqlite" and (given.database or ":memory:") == ":memory:":
        raise ConfigError("[store] url names a database in memory, which would keep nothing", hint=_EXAMPLES)
    return given.set(drivername=driver)


def located(url: str, folder: Path) -> str:
    """The checked address, with a relative SQLite file taken to lie in this folder.

    Raises:
        ConfigError: of `address`.
    """
    where = address(url)
    if where.get_backend_name() == "sqlite":
        where = where.set(database=str(folder / str(where.database)))
    return where.render_as_string(hide_password=False)


def build(url: str) -> sa.Engine:
    """An engine for the address; nothing is opened yet.

    Raises:
        ConfigError: the address is wrong (see `address`).
    """
    where = address(url)
    # Contents of records belong neither in logs nor in error messages.
    json = {"json_serializer": json_text, "json_deserializer": json_value}
    create = partial(sa.create_engine, where, **json, hide_parameters=True)
    if where.get_backend_name() == "postgresql":
        engine = create(connect_args=_postgresql_arguments(where), pool_pre_ping=True)
        sa.event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create(connect_args={"timeout": WRITER_WAIT})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _postgresql_arguments(where: sa.URL) -> dict[str, Any]:
    """What libpq is told unless the address says otherwise: wait for writers as SQLite does, speak UTC."""
    ours = {
        "connect_timeout": CONNECT_WAIT,
        "application_name": "rabis-sync",
        "options": f"-c lock_timeout={WRITER_WAIT}s -c timezone=UTC",
    }
    return {name: value for name, value in ours.items() if name not in where.query}


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """LZ4 for long texts, where the server has it: compressing costs the most (docs/adr/0002)."""
    connection.autocommit = True  # outside a transaction, or a rollback would take the setting back
    connection.execute(
        "SELECT set_config(name, 'lz4', false) FROM pg_settings"
        " WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)"
    )
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Our own BEGIN instead of the driver's late one, and the pragmas."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def keeping_little(connection: sa.Connection) -> Iterator[None]:
    """A SQLite connection keeps few pages in memory inside the block: of a stream none comes again."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(f"PRAGMA cache_size = -{PASSING_KB}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA cache_size = -{CACHE_KB}")
