"""One file a ledger; each gives the entries of the books as a stream, and names every row it cannot read.

A plugin module defines ``Options`` (a frozen dataclass of its keys in ``[ledgers.NAME]``) and ``Ledger``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.entry import Told


class Ledger(Protocol):
    """The books, read only."""

    def entries(self) -> Iterator[Told]:
        """Entries in the order of the books, with the rows that cannot be read and notices between them.

        Raises:
            SourceAway: the books cannot be reached now.
            ConfigError: they cannot be understood without a word in the configuration or a mapping.
            FatalError: they are not what the configuration says.
        """
        ...

    def check(self) -> str:
        """One line on what would be read now.

        Raises:
            SourceAway, ConfigError, FatalError: as `entries`.
        """
        ...


LEDGERS: Registry[Any] = Registry("rabis_sync.reconcile.ledgers", "Ledger", "ledger kind")
OPTIONS: Registry[type] = Registry("rabis_sync.reconcile.ledgers", "Options", "ledger kind")
