"""One file a ledger; each gives the entries of the books as a stream, and names every row it cannot read.

A plugin module defines ``Options`` (a frozen dataclass of its keys in ``[ledgers.NAME]``) and ``Ledger``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.http import Client
    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.recall import Recall, Recalled
    from rabis_sync.reconcile.terms import LedgerTerms


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a ledger is given beside its options.

    Attributes:
        folder: what paths in its options are relative to.
        columns: how headings are understood.
        terms: what words mean.
        client: asks other servers.
        mapping: reads a file of mappings/ as a dataclass; errors as of `config.read_toml`.
    """

    folder: Path
    columns: LedgerColumns
    terms: LedgerTerms
    client: Client
    mapping: Callable[[str, type[Any]], Any]


class Ledger(Protocol):
    """The books, read only."""

    def entries(self, recall: Recall | None = None) -> Iterator[Told | Recalled]:
        """Entries in the order of the books, with the rows that cannot be read and notices between them.

        Args:
            recall: rows that need not be read again, for a ledger that can tell them; None: there are none.

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
