"""What a failing database means to the reader: each driver's error that is no defect of ours, as ours."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError, RetryableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_RESTORE = "Move the database aside and keep it, then restore the last backup: `rabis-sync db restore FILE`."
_RIGHTS = "Give the user that runs rabis-sync the right to write the file and its folder (or the tables)."
_ADDRESS = "Correct the address, user or password in [store] url."
_AWAY = "See that the server runs and that host and port in [store] url are right, then run again."

#: SQLite's primary result codes (sqlite.org/rescode.html): the error, the reader's sentence, the hint.
_SQLITE: dict[int, tuple[type[RabisSyncError], str, str | None]] = {
    sqlite3.SQLITE_BUSY: (RetryableError, "is being written by another program", None),
    sqlite3.SQLITE_LOCKED: (RetryableError, "is being written by another program", None),
    sqlite3.SQLITE_FULL: (
        RetryableError,
        "cannot grow: the disk is full",
        "Free some space, then run again.",
    ),
    sqlite3.SQLITE_IOERR: (RetryableError, "cannot be read or written: the disk reports an error", None),
    sqlite3.SQLITE_NOTADB: (ConfigError, "is no SQLite database", "Name another file in [store] url."),
    sqlite3.SQLITE_CORRUPT: (FatalError, "is damaged", _RESTORE),
    sqlite3.SQLITE_READONLY: (ConfigError, "may not be written", _RIGHTS),
    sqlite3.SQLITE_PERM: (ConfigError, "may not be written", _RIGHTS),
    sqlite3.SQLITE_AUTH: (ConfigError, "may not be written", _RIGHTS),
}

#: PostgreSQL's SQLSTATE codes and classes (manual, appendix A), the longest match first.
_POSTGRESQL: dict[str, tuple[type[RabisSyncError], str | None]] = {
    "42501": (ConfigError, _RIGHTS),  # insufficient_privilege
    "25006": (ConfigError, _RIGHTS),  # read_only_sql_transaction
    "55P03": (RetryableError, None),  # lock_not_available
    "28": (ConfigError, _ADDRESS),  # invalid authorisation
    "3D": (ConfigError, _ADDRESS),  # no such database
    "08": (RetryableError, _AWAY),  # connection lost
    "40": (RetryableError, None),  # deadlock or serialisation
    "53": (RetryableError, None),  # disk full, too many connections
    "57": (RetryableError, _AWAY),  # shut down, cancelled
    "58": (RetryableError, None),  # the system's error
    "XX": (FatalError, _RESTORE),  # data corrupted
}


@contextmanager
def explained(url: sa.URL) -> Iterator[None]:
    """Raise a database's failure inside the block as the reader's error; a defect of ours stays what it is.

    Raises:
        ConfigError: no database, no right to write it, wrong user, password or name.
        RetryableError: away, locked, full.
        FatalError: damaged.
    """
    try:
        yield
    except sa.exc.DBAPIError as error:
        meaning = _meaning(error.orig, url)
        if meaning is None:
            raise
        raise meaning from error


def shown(url: sa.URL) -> str:
    """A database as people know it: a path, or an address without its password."""
    return (
        str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    )


def _meaning(orig: BaseException | None, url: sa.URL) -> RabisSyncError | None:
    if isinstance(orig, sqlite3.Error):
        return _sqlite_meaning(orig, url)
    if hasattr(orig, "sqlstate"):  # psycopg's, which need not be imported where SQLite is used
        return _postgresql_meaning(orig, url)
    return None


def _sqlite_meaning(orig: sqlite3.Error, url: sa.URL) -> RabisSyncError | None:
    code = getattr(orig, "sqlite_errorcode", 0) & 0xFF  # the upper bits only refine the primary code
    if code == sqlite3.SQLITE_CANTOPEN:
        return _unopened(Path(shown(url)))
    kind, sentence, hint = _SQLITE.get(code, (None, "", None))
    return kind(f"the database {shown(url)} {sentence}", hint=hint) if kind else None


def _unopened(path: Path) -> RabisSyncError:
    """SQLite says only that it could not; the file system knows why."""
    if path.is_dir():
        return ConfigError(f"the database {path} is a folder", hint="Name a file in [store] url.")
    if not path.parent.is_dir():
        return ConfigError(
            f"the database {path} cannot be made: there is no folder {path.parent}",
            hint="Make the folder, or name another in [store] url.",
        )
    return ConfigError(f"the database {path} cannot be opened for writing", hint=_RIGHTS)


def _postgresql_meaning(orig: Any, url: sa.URL) -> RabisSyncError | None:
    sentence = f"the database {shown(url)}: {_one_line(orig)}"
    if orig.sqlstate is None:
        return _unreached(orig, sentence) if type(orig).__name__ == "OperationalError" else None
    for length in (5, 2):
        kind, hint = _POSTGRESQL.get(orig.sqlstate[:length], (None, None))
        if kind is not None:
            return kind(sentence, hint=hint)
    return None


def _unreached(orig: Any, sentence: str) -> RabisSyncError:
    """No SQLSTATE before the connection stands, and the server's words may be in any language: ask libpq.

    A server that asked for a password and then hung up has refused us; so has one that misses a name.
    """
    link = orig.pgconn
    asked = link is not None and (link.needs_password or link.used_password)
    refused = asked or "does not exist" in str(orig)
    return ConfigError(sentence, hint=_ADDRESS) if refused else RetryableError(sentence, hint=_AWAY)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
