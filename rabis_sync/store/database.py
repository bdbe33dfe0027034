"""One door to our database: opened by URL, migrated, read and written in units that commit as a whole."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from rabis_sync.store import engine, failures, lock, schema
from rabis_sync.store.comparisons import Comparisons
from rabis_sync.store.corrections import Corrections
from rabis_sync.store.decisions import Decisions
from rabis_sync.store.duplicates import Duplicates
from rabis_sync.store.harvests import Harvests
from rabis_sync.store.ledgers import Ledgers
from rabis_sync.store.matches import Matches
from rabis_sync.store.merges import Merges
from rabis_sync.store.notices import Notices
from rabis_sync.store.periods import Periods
from rabis_sync.store.publications import Publications
from rabis_sync.store.records import Records
from rabis_sync.store.rereading import Rereading
from rabis_sync.store.runs import Runs
from rabis_sync.store.stockchecks import StockChecks
from rabis_sync.store.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa


class Unit:
    """All repositories over one connection, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    @cached_property
    def records(self) -> Records:
        """Bibliographic records with content, items and match rows."""
        return Records(self.connection)

    @cached_property
    def harvests(self) -> Harvests:
        """Watermarks, seen records, quarantine, tombstones."""
        return Harvests(self.connection)

    @cached_property
    def rereading(self) -> Rereading:
        """Which reader made the rows of the records, and the exchange of what it made."""
        return Rereading(self.connection)

    @cached_property
    def runs(self) -> Runs:
        """Runs and their steps."""
        return Runs(self.connection)

    @cached_property
    def corrections(self) -> Corrections:
        """Findings and the corrected view."""
        return Corrections(self.connection)

    @cached_property
    def terms(self) -> Terms:
        """Words and headings of the catalogue."""
        return Terms(self.connection)

    @cached_property
    def duplicates(self) -> Duplicates:
        """Pairs and clusters."""
        return Duplicates(self.connection)

    @cached_property
    def matches(self) -> Matches:
        """Match rows and keys, and which records are due for comparison."""
        return Matches(self.connection)

    @cached_property
    def merges(self) -> Merges:
        """Records that people made one."""
        return Merges(self.connection)

    @cached_property
    def ledgers(self) -> Ledgers:
        """Ledger entries and discrepancies."""
        return Ledgers(self.connection)

    @cached_property
    def stockchecks(self) -> StockChecks:
        """Stock checks of branches."""
        return StockChecks(self.connection)

    @cached_property
    def decisions(self) -> Decisions:
        """What people decided."""
        return Decisions(self.connection)

    @cached_property
    def comparisons(self) -> Comparisons:
        """Items and entries side by side, and the stock not catalogued."""
        return Comparisons(self.connection)

    @cached_property
    def notices(self) -> Notices:
        """What people are told of runs."""
        return Notices(self.connection)

    @cached_property
    def periods(self) -> Periods:
        """Closed periods and the flows that stand in them."""
        return Periods(self.connection)

    @cached_property
    def publications(self) -> Publications:
        """What the public may see."""
        return Publications(self.connection)


class Store:
    """The database of one library."""

    def __init__(self, opened: sa.Engine) -> None:
        self.engine = opened

    @staticmethod
    def open(url: str) -> Store:
        """Open the database, creating the schema where there is none.

        Raises:
            ConfigError: the URL is none, what it names is no database of ours or may not be written, or the
                schema is older than the program.
            NewerDatabase: the schema is newer than the program.
            RetryableError: the server does not answer, or another program holds the file.
        """
        store = Store(engine.build(url))
        try:
            found, _ = store.revisions()
            if found is None:
                store.upgrade()
            else:
                schema.check(found, f"the database {store.place}")
        except BaseException:
            store.close()
            raise
        return store

    @property
    def place(self) -> str:
        """The database as people know it: a path, or an address without its password."""
        return failures.shown(self.engine.url)

    def revisions(self) -> tuple[str | None, str]:
        """Schema revision of the database (None: empty) and the one this program needs."""
        with failures.explained(self.engine.url), self.engine.connect() as connection:
            return schema.found(connection), schema.wanted()

    def upgrade(self) -> None:
        """Bring the schema to this program's revision; one transaction.

        Raises:
            ConfigError: another program's tables are there.
        """
        with failures.explained(self.engine.url):
            with self.engine.connect() as connection:
                if schema.found(connection) is None:
                    schema.refuse_strangers(connection, f"the database {self.place}")
            schema.upgrade(self.engine)

    @contextmanager
    def write(self, *, passing: bool = False) -> Iterator[Unit]:
        """A unit that commits at the end of the block, or not at all; one writer at a time on SQLite.

        Args:
            passing: what is read and written is so once: little of it is kept in memory.
        """
        with (
            failures.explained(self.engine.url),
            self.engine.connect() as connection,
            engine.keeping_little(connection) if passing else nullcontext(),
            connection.begin(),
        ):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield Unit(connection)

    @contextmanager
    def read(self, *, passing: bool = False) -> Iterator[Unit]:
        """A unit over the database as it stands now, whatever others commit; what it writes is undone.

        Args:
            passing: what is read is read once: little of it is kept in memory.
        """
        with (
            failures.explained(self.engine.url),
            self.engine.connect() as connection,
            engine.keeping_little(connection) if passing else nullcontext(),
        ):
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema")  # BEGIN alone fixes no view
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
                connection.exec_driver_sql("SELECT 1")
            yield Unit(connection)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only one that runs on a PostgreSQL database for the length of the block, whatever the host.

        The server lets the lock go with the connection, however its holder dies. A SQLite file is on one host
        alone, where a lock file does the same (`service.lock`): nothing is done here.

        Raises:
            RunLocked: another program holds it; the message tells where.
            ConfigError, RetryableError: of the server.
        """
        if self.engine.dialect.name == "sqlite":
            yield
            return
        with ExitStack() as stack:
            with failures.explained(self.engine.url):
                stack.enter_context(lock.held(self.engine))
            yield

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
