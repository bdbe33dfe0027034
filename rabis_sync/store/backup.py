"""The whole database in one file, copied while others work, and back again without losing what is there.

SQLite is copied by its own online backup, PostgreSQL by `pg_dump` and `pg_restore` of the client tools. A
copy is written beside its place and renamed when it is whole and checked; a restore replaces all or nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, GuardStop, SourceAway
from rabis_sync.store import engine, failures, schema

if TYPE_CHECKING:
    from rabis_sync.store.database import Store

_DAMAGED = "Take an older backup: this one is not whole."
_CLIENT = "Install PostgreSQL's client tools (Debian: postgresql-client)."
_POSTGRESQL_MARK = b"PGDMP"  # how a custom-format archive begins


def backup(store: Store, path: Path) -> None:
    """Write the database, as it stands at this moment, to a new file.

    Raises:
        ConfigError: the file is there already, its folder is not, or `pg_dump` is missing.
        FatalError: the copy is not whole (the database is damaged, or `pg_dump` says no); no file is left.
    """
    if path.exists():
        raise ConfigError(f"{path} is there already", hint="A backup never overwrites: name a new file.")
    if not path.parent.is_dir():
        raise ConfigError(f"there is no folder {path.parent}", hint="Make the folder, or name another.")
    where = store.engine.url
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        if store.engine.dialect.name == "sqlite":
            _copy_sqlite(Path(store.place), partial)
            _check_sqlite(partial)
        else:
            _run("pg_dump", where, "--format=custom", "--no-owner", f"--file={partial}", _libpq(where))
        _sync(partial)
        partial.rename(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def restore(url: str, path: Path, *, replace: bool = False) -> None:
    """Make the database what the backup holds: wholly, or not at all.

    Args:
        url: the database; it may be missing, empty or (with `replace`) full.
        path: what `backup` wrote, from the same kind of database.
        replace: the records that are there may go.

    Raises:
        SourceAway: there is no such file.
        FatalError: the file is no backup, or not a whole one; nothing was changed.
        NewerDatabase: the backup is from a later version.
        ConfigError: `pg_restore` is missing, or a full PostgreSQL database has another schema.
        GuardStop: the database has records, and `replace` was not said.
    """
    where = engine.address(url)
    if not path.is_file():
        raise SourceAway(f"there is no backup {path}")
    if where.get_backend_name() == "sqlite":
        schema.check_known(_check_sqlite(path), f"the backup {path}")
        _guard(url, replace=replace)
        _copy_sqlite(path, Path(str(where.database)))
        return
    revision = _check_archive(where, path)
    present = _guard(url, replace=replace)
    if present not in {None, revision}:
        raise ConfigError(
            f"the database has schema {present!r}, the backup {revision!r}",
            hint="Restore it into a new, empty database, and name that in [store] url.",
        )
    whole = ("--single-transaction", "--exit-on-error", "--no-owner", "--clean", "--if-exists")
    _run("pg_restore", where, *whole, _libpq(where), str(path))


def _guard(url: str, *, replace: bool) -> str | None:
    """Look for records that would go; give the schema's revision (None: an empty database)."""
    opened = engine.build(url)
    try:
        with failures.explained(opened.url), opened.connect() as connection:
            revision = schema.found(connection)
            if revision is None:
                schema.refuse_strangers(connection, f"the database {failures.shown(opened.url)}")
                return None
            number = connection.exec_driver_sql("SELECT count(*) FROM record").scalar_one()
    finally:
        opened.dispose()
    if number and not replace:
        raise GuardStop(
            f"the database {failures.shown(opened.url)} has {number} records, which a restore would replace",
            hint="Back it up first, then say that it may be replaced.",
        )
    return revision


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy in one transaction of the target: writers of the source go on, readers see the old or the new.

    A copy that stops in the middle is rolled back by the target's next reader.
    """
    with failures.explained(sa.URL.create("sqlite", database=str(target))):
        try:
            with (
                closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old,
                closing(sqlite3.connect(target, timeout=engine.WRITER_WAIT)) as new,
            ):
                old.backup(new)
        except sqlite3.Error as error:
            raise sa.exc.DBAPIError.instance("backup", None, error, sqlite3.Error) from error


def _check_sqlite(file: Path) -> str:
    """Read every page of a copy, see that it is whole and ours, and give its schema's revision.

    Raises:
        FatalError: it is no database, not whole, or not ours.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            verdict = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
            revisions = opened.execute(f"SELECT version_num FROM {schema.VERSION_TABLE}").fetchall()  # noqa: S608  our own name
    except sqlite3.Error as error:
        raise FatalError(f"{file} is no whole backup: {error}", hint=_DAMAGED) from error
    if verdict != "ok":
        raise FatalError(f"{file} is damaged: {' '.join(verdict.split())}", hint=_DAMAGED)
    return str(revisions[0][0])


def _check_archive(where: sa.URL, path: Path) -> str:
    """Read a whole archive, without a server, see that it is ours, and give its schema's revision."""
    with path.open("rb") as stream:
        if stream.read(len(_POSTGRESQL_MARK)) != _POSTGRESQL_MARK:
            raise FatalError(f"{path} is no backup of a PostgreSQL database", hint=_DAMAGED)
    only_version = ("--data-only", f"--table={schema.VERSION_TABLE}", "--file=-")
    try:
        _run("pg_restore", where, f"--file={os.devnull}", str(path))
        version = _run("pg_restore", where, *only_version, str(path))
    except FatalError as error:
        raise FatalError(f"{path} is no whole backup: {error}", hint=_DAMAGED) from error
    found = re.search(r"^COPY .*\n(\S+)$", version, re.MULTILINE)
    if found is None:
        raise FatalError(f"{path} is no backup of a database of ours", hint=_DAMAGED)
    schema.check_known(found[1], f"the backup {path}")
    return found[1]


def _run(tool: str, where: sa.URL, *arguments: str) -> str:
    """Run a client tool of PostgreSQL; the password goes by the environment, unseen in process lists."""
    program = shutil.which(tool)
    if program is None:
        raise ConfigError(f"{tool} is not installed, which backups of PostgreSQL need", hint=_CLIENT)
    password = {"PGPASSWORD": where.password} if where.password else {}
    ended = subprocess.run(  # noqa: S603  a fixed program, arguments of our own, no shell
        [program, "--no-password", *arguments],
        capture_output=True,
        check=False,
        text=True,
        errors="replace",
        env={**os.environ, **password},
    )
    if ended.returncode:
        reason = " ".join(ended.stderr.split())[:500]
        raise FatalError(f"{tool} failed: {reason}", hint="Nothing was changed.")
    return ended.stdout


def _libpq(where: sa.URL) -> str:
    """The address as the client tools take it, without the password."""
    bare = sa.URL.create(
        "postgresql", where.username, None, where.host, where.port, where.database, where.query
    )
    return f"--dbname={bare.render_as_string()}"


def _sync(place: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
