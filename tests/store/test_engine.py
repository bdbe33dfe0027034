"""Addresses of databases, and what every connection is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rabis_sync.store import engine
from rabis_sync.store.columns import json_text, json_value
from rabis_sync.store.database import Store, Unit


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_our_driver_under_every_name_it_has(name: str) -> None:
    assert engine.address(f"{name}://me@here/x").drivername == "postgresql+psycopg"


def test_a_relative_file_lies_in_the_folder_that_is_named() -> None:
    assert engine.located("sqlite:///rabis_sync.db", Path("/srv/lib")) == "sqlite:////srv/lib/rabis_sync.db"
    assert engine.located("sqlite:////var/a.db", Path("/srv/lib")) == "sqlite:////var/a.db"
    assert engine.located("postgresql://me:pw@here/x", Path("/srv")) == "postgresql+psycopg://me:pw@here/x"


def test_what_the_address_says_goes_before_our_defaults() -> None:
    arguments = engine._postgresql_arguments(engine.address("postgresql://here/x?connect_timeout=3"))
    assert "connect_timeout" not in arguments
    assert "timezone=UTC" in arguments["options"]


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("foreign_keys", 1), ("synchronous", 2), ("journal_mode", "wal"), ("busy_timeout", 30_000)],
)
def test_every_sqlite_connection_enforces_keys_and_writes_through(
    store: Store, pragma: str, value: object
) -> None:
    with store.read() as one, store.read() as other:
        for unit in (one, other):
            assert unit.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_of_what_is_read_once_a_connection_keeps_little_and_then_as_much_as_before(store: Store) -> None:
    def kept(unit: Unit) -> int:
        return int(unit.connection.exec_driver_sql("PRAGMA cache_size").scalar_one())

    with store.read(passing=True) as reading, store.write(passing=True) as writing:
        assert kept(reading) == kept(writing) == -engine.PASSING_KB
    with store.read() as one, store.read() as other:
        assert kept(one) == kept(other) < -engine.PASSING_KB


@pytest.mark.postgresql
def test_long_texts_are_compressed_with_lz4_where_the_server_has_it(postgresql_url: str) -> None:
    store = Store.open(postgresql_url)
    with store.read() as unit:
        said = unit.connection.exec_driver_sql(
            "SELECT setting, 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'"
        ).one()
    assert said[0] == ("lz4" if said[1] else "pglz")
    store.close()


@pytest.mark.parametrize(
    "value",
    [None, "Қарағанды \0 \ud800", 2**70, -(2**63), 0.1, 1e300, {"б": [1, "ә", None, True], "а": {}}, []],
    ids=repr,
)
def test_what_is_kept_as_json_is_read_as_the_standard_library_reads_it(value: object) -> None:
    text = json_text(value)
    assert json_value(text) == json_value(text.encode()) == json.loads(text)
