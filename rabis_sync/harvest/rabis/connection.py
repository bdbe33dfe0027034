"""How Web-RABIS's PostgreSQL is reached: to read alone, with limits, and its refusals in our terms."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError

from rabis_sync.errors import ConfigError, FatalError, SourceAway

#: Seconds to reach the server, and to wait for a lock of somebody else.
CONNECT_WAIT = 10
LOCK_WAIT = 5
#: What a server says, in English or Russian, when it will not have us whatever the time.
_REFUSED = re.compile(
    r"password|парол|authentication|подлинност|pg_hba|does not exist|не существует|permission denied"
    r"|нет доступа",
    re.IGNORECASE,
)


def engine_of(url: str, *, statement_timeout: int) -> sa.Engine:
    """An engine that only reads; nothing is opened yet.

    Raises:
        ConfigError: the address is none of PostgreSQL.
    """
    hint = 'For example "postgresql://reader@host/webrabis"; with a password: url_env = "NAME".'
    try:
        where = sa.make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("the source's url is no database address", hint=hint) from error
    if where.drivername.partition("+")[0] not in {"postgresql", "postgres"} or not where.database:
        raise ConfigError("the source's url must name a PostgreSQL database", hint=hint)
    # A pooler between us and the server knows neither prepared statements nor settings of a connection.
    told: dict[str, Any] = {"application_name": "rabis-sync", "connect_timeout": CONNECT_WAIT}
    given = {name: value for name, value in told.items() if name not in where.query}
    engine = sa.create_engine(
        where.set(drivername="postgresql+psycopg"),
        connect_args={**given, "client_encoding": "utf8", "prepare_threshold": None},
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        pool_size=1,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    settings = {
        "statement_timeout": f"{statement_timeout}s",
        "lock_timeout": f"{LOCK_WAIT}s",
        "idle_in_transaction_session_timeout": f"{2 * statement_timeout}s",
        "DateStyle": "ISO, YMD",
        "search_path": "pg_catalog",
    }

    def begin(connection: sa.Connection) -> None:
        for name, value in settings.items():
            connection.execute(sa.select(sa.func.set_config(name, value, True)))  # noqa: FBT003  SQL's own form

    sa.event.listen(engine, "begin", begin)
    return engine


def told(error: DBAPIError, url: sa.URL) -> FatalError | SourceAway:
    """The driver's error in the reader's terms; never with a password or a statement in it."""
    state = getattr(error.orig, "sqlstate", None) or ""
    reason = " ".join(str(error.orig).split())
    where = f"Web-RABIS's database {url.database!r} at {url.host or 'this machine'}"
    if state == "57014":
        return SourceAway(
            f"{where}: a statement took longer than statement_timeout allows",
            hint="Raise statement_timeout, or ask for an index on ebook_id of the tables named by `check`.",
        )
    if state[:2] in {"28", "3D", "42"} or (not state and _REFUSED.search(reason)):
        hint = "Check user, password and database; the role needs SELECT on the bibliographic tables alone."
        return FatalError(f"{where} refuses us: {reason}", hint=hint)
    return SourceAway(f"{where} does not answer: {reason}")
