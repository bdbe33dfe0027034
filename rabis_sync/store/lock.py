"""One run at a time on one PostgreSQL database: an advisory lock of a connection that does nothing else."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from socket import gethostname
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rabis_sync.errors import RunLocked

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The lock's name among those of the database; any number that no other program is likely to take.
KEY = 0x7261626973

#: Seconds in which the server meets the end of a connection whose process was killed.
LINGER = 2

#: The connection is called so and by its host; PostgreSQL keeps 63 bytes.
_CALLED = "rabis-sync run on "

#: A host that died without a word is noticed after some two minutes, and its lock is free (libpq, tcp(7)).
_NOTICED = (
    "SET tcp_keepalives_idle = 60",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 6",
)

_HOLDER = sa.text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.database = a.datid"
    " AND a.datname = current_database() AND (l.classid::bigint << 32) + l.objid::bigint = :key"
)


@contextmanager
def held(engine: sa.Engine) -> Iterator[None]:
    """Hold the lock for the length of the block.

    Raises:
        RunLocked: another connection holds it.
    """
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        called = f"{_CALLED}{gethostname()}"[:63]
        connection.execute(sa.select(sa.func.set_config("application_name", called, sa.false())))
        for setting in _NOTICED:
            connection.exec_driver_sql(setting)
        until = time.monotonic() + LINGER
        while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(KEY))):
            if time.monotonic() < until:
                time.sleep(0.1)
                continue
            holder = str(connection.scalar(_HOLDER, {"key": KEY}) or "").removeprefix(_CALLED)
            raise RunLocked(f"another run is under way (on {holder or 'another host'})")
        yield
    finally:
        # The server unlocks what belongs to a connection that ends, also when nothing can be said to it.
        with suppress(sa.exc.DBAPIError):
            connection.invalidate()
        connection.close()
