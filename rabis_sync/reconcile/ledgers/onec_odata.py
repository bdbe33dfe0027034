"""The accounting's infobase itself: 1C:Enterprise through its standard OData, read only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError
from rabis_sync.reconcile.onec.asking import Asking, not_published, unhurried
from rabis_sync.reconcile.onec.joining import Infobase
from rabis_sync.reconcile.onec.mapping import OneCMapping
from rabis_sync.reconcile.onec.missing import missing_attributes
from rabis_sync.reconcile.taking import Taking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.ledgers import Surroundings
    from rabis_sync.reconcile.onec.metadata import Schema
    from rabis_sync.reconcile.recall import Recall


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of an infobase in ``[ledgers.NAME]``."""

    url: str = field(metadata=_doc("Address of the publication, with or without odata/standard.odata/."))
    username: str = field(default="", metadata=_doc("Our user in 1C."))
    password: str = field(
        default="", repr=False, metadata=_doc("Its password (password_env names the variable that holds it).")
    )
    mapping: str = field(
        default="onec.toml", metadata=_doc("File in mappings/ that says what is read and what it means.")
    )
    currency: str = field(default="KZT", metadata=_doc("Currency of the books (ISO 4217)."))
    page_size: int = field(default=1000, metadata=_doc("Rows asked for at once."))
    timeout: float = field(default=300, metadata=_doc("Seconds that 1C may think before it answers."))

    def __post_init__(self) -> None:
        """Raises ValueError for what cannot work."""
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"{self.url!r} is no web address: it starts with https:// or http://")
        if self.page_size < 1 or not 0 < self.timeout < float("inf"):
            raise ValueError("page_size is at least 1, and timeout more than 0")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"{self.currency!r} is no currency: KZT, RUB, USD …")


@dataclass(frozen=True, slots=True)
class Ledger:
    """One infobase.

    Attributes:
        options: of the configuration.
        around: what it is given beside them.
    """

    options: Options
    around: Surroundings

    def entries(self, recall: Recall | None = None) -> Iterator[Told]:  # noqa: ARG002  they cross anyway
        """See `ledgers.Ledger.entries`."""
        asking = self._asking()
        try:
            schema = asking.metadata()
            mapping = self._mapping(schema)
            taking = Taking(self.around.columns, self.around.terms, self.options.currency)
            yield from Infobase(asking, schema, mapping, taking).told()
        finally:
            asking.client.close()

    def check(self) -> str:
        """See `ledgers.Ledger.check`: every object is asked for one row, so that missing rights show."""
        asking = self._asking()
        try:
            schema = asking.metadata()
            mapping = self._mapping(schema)
            for entity in dict.fromkeys(read.entity for read in mapping.read):
                asking.first(entity)
        finally:
            asking.client.close()
        return f"{asking.root}, {len(schema.sets)} objects published, {len(mapping.read)} read"

    def _asking(self) -> Asking:
        options = self.options
        client = unhurried(self.around.client, options.timeout)
        return Asking(client, options.url, options.username, options.password, options.page_size)

    def _mapping(self, schema: Schema) -> OneCMapping:
        """What is to be read, without optional objects that are not published.

        Raises:
            ConfigError: another is not published, or has no such attribute.
        """
        name = self.options.mapping
        mapping: OneCMapping = self.around.mapping(name, OneCMapping)
        there = [read for read in mapping.read if read.entity in schema.sets]
        absent = [read.entity for read in mapping.read if read not in there and not read.optional]
        if absent:
            raise not_published(dict.fromkeys(absent))
        problems = [problem for read in there for problem in missing_attributes(read, schema)]
        if problems:
            raise ConfigError(
                f"mappings/{name}: {problems[0]}"
                + (f" (and {len(problems) - 1} more)" if problems[1:] else ""),
                hint="Correct the names: they are written as in the configurator of 1C.",
            )
        return replace(mapping, read=there)
