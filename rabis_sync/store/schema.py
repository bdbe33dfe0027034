"""The schema's version: what the database has, what this program needs, and the way between them.

Alembic, which goes that way, is loaded when something is upgraded: no start waits for it.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, NewerDatabase

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"

#: Key of PostgreSQL's advisory lock: two programs that find an empty database make one schema.
_UPGRADE_LOCK = 7_205_901


def wanted() -> str:
    """The revision this program needs."""
    return max(_revisions())


def found(connection: sa.Connection) -> str | None:
    """The revision of the database; None where there is no schema of ours yet."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    version = sa.table(VERSION_TABLE, sa.column("version_num", sa.String))
    found: str | None = connection.execute(sa.select(version.c.version_num)).scalar_one_or_none()
    return found


def check_known(revision: str, place: str) -> None:
    """Refuse a schema that only a later version speaks.

    Raises:
        NewerDatabase: a later version of the program has migrated it.
    """
    if revision not in _revisions():
        raise NewerDatabase(f"{place} has schema {revision!r}, this program knows up to {wanted()!r}")


def check(revision: str, place: str) -> None:
    """Refuse a schema that this program does not speak.

    Raises:
        NewerDatabase: a later version of the program has migrated it.
        ConfigError: it has to be migrated first.
    """
    check_known(revision, place)
    if revision != wanted():
        raise ConfigError(
            f"{place} has schema {revision!r}, this program needs {wanted()!r}",
            hint="Back it up (`rabis-sync db backup FILE`), then run `rabis-sync db upgrade`.",
        )


def refuse_strangers(connection: sa.Connection, place: str) -> None:
    """Refuse to settle in a database in which another program lives.

    Raises:
        ConfigError: there are tables, and not our record of the schema's version.
    """
    strangers = sorted(set(sa.inspect(connection).get_table_names()) - {VERSION_TABLE})
    if strangers:
        raise ConfigError(
            f"{place} holds tables of another program: {', '.join(strangers[:5])}",
            hint="Name a database of its own in [store] url.",
        )


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema to this program's revision in one transaction: afterwards it is new, or as it was.

    Raises:
        FatalError: the new schema leaves rows that refer to nothing (SQLite; PostgreSQL sees to it itself).
    """
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # `%` is the parser's own
    with engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        else:
            # A changed table is copied and dropped; with keys enforced that would empty what refers to it.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if engine.dialect.name == "sqlite":
            _check_references(connection)
    engine.dispose()  # the connection that enforced no keys goes


def _check_references(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise FatalError(
            f"the upgrade would leave {len(broken)} rows that refer to nothing; nothing was changed"
        )


def _revisions() -> set[str]:
    """Every revision that this program knows: four digits in the names of the migrations."""
    return {path.name[1:5] for path in (MIGRATIONS / "versions").glob("v*.py")}
