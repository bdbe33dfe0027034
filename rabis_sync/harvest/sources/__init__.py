"""One file a source; each gives pages of records with the place to go on from.

A plugin module defines ``Options`` (a frozen dataclass of its keys in ``[sources.NAME]``) and ``Source``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Union, cast, runtime_checkable

from rabis_sync.errors import ConfigError
from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.http import Client
    from rabis_sync.marc.codec import Decoded, Familiar, Unreadable
    from rabis_sync.marc.items import Item
    from rabis_sync.marc.reading import Recall


class Named(NamedTuple):
    """A record, readable or not, with the name by which the source knows it, e.g. of OAI-PMH."""

    outcome: Decoded | Unreadable
    identifier: str


class Gone(NamedTuple):
    """The source says that the record of this identifier is deleted."""

    identifier: str


class Copies(NamedTuple):
    """Copies of a record that is known already, from a source that has nothing but copies.

    What it says of a copy counts; a copy that it does not name stays as it is (`harvest.copies`).
    """

    control_number: str
    items: tuple[Item, ...]


Result = Union["Decoded", "Familiar", "Unreadable", Named, Gone]


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a source, in its order.

    Attributes:
        file: where they stood, for messages; empty when the source has no files.
        results: each record, readable or not, or said to be gone.
        checkpoint: what `Source.pages` needs to go on after this page.
        reached: on the last page the new watermark, else None.
        done: how much of the source has been read up to here, and
        whole: how much there is (0: unknown); in the unit the source counts in.
        present: control numbers that a sweep met: they exist, whether they changed or not.
        copies: fresher copies of known records.
        entire: on the last page: this harvest brought all that the source holds; where the configuration says
            ``complete``, what it did not bring was deleted.
        swept: on the last page: a sweep met all that the source holds; what it did not meet was deleted.
        listed: on the last page: all that the source counts was gone through, readable or not: what it did
            not deliver before and delivers now is not missing any more.
        notices: what a librarian should know of the source, one sentence each; told with the run.
    """

    file: str
    results: tuple[Result, ...]
    checkpoint: dict[str, Any]
    reached: dict[str, Any] | None = None
    done: int = 0
    whole: int = 0
    present: tuple[str, ...] = ()
    copies: tuple[Copies, ...] = ()
    entire: bool = False
    swept: bool = False
    listed: bool = False
    notices: tuple[str, ...] = ()


def _nothing_known(_source: str) -> Iterator[str]:
    return iter(())


def _no_mapping(name: str, _kind: type[Any]) -> Any:
    raise ConfigError(f"this source needs the mapping {name}, and nobody can read it here")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source may use besides its options.

    Attributes:
        folder: the library's, that relative paths are relative to.
        client: for HTTP.
        encoding: ``auto``, or the one encoding of all records.
        page_size: records that are committed together.
        known: control numbers stored of another source, by its name, in a fixed order.
        since: ISO date from which changes are wanted, whatever the watermark says; empty: no wish.
        mapping: a file of mappings/ by its name, as the dataclass it is validated into.
    """

    folder: Path
    client: Client
    encoding: str = "auto"
    page_size: int = field(default=1000)
    known: Callable[[str], Iterator[str]] = _nothing_known
    since: str = ""
    mapping: Callable[[str, type[Any]], Any] = _no_mapping

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process, where neither the network nor the store is asked (see `Weighty`)."""
        return _elsewhere, (self.folder, self.encoding, self.page_size, self.since)


def _elsewhere(folder: Path, encoding: str, page_size: int, since: str) -> Surroundings:
    return Surroundings(folder, cast("Client", None), encoding, page_size, since=since)


@runtime_checkable
class Weighty(Protocol):
    """A source that can tell beforehand how much it would read, and may be read by another process."""

    def weight(self) -> int:
        """About how many bytes a harvest would read now.

        Zero where that is not known, or where reading asks the network or the store.
        """
        ...

    def recalling(self, recall: Recall) -> Source:
        """The same source, which does not read the records again of whose bytes something is known."""
        ...


class Source(Protocol):
    """Gives what changed, page by page."""

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Page]:
        """Pages after the checkpoint of an unfinished harvest, or else after the watermark.

        No page at all means that nothing has changed since the watermark.

        Args:
            reached: watermark of the last finished harvest; empty before the first.
            checkpoint: place where an unfinished harvest stopped; empty when there is none. A source that can
                no longer go on from there begins anew, and its first page's checkpoint says so (``fresh``).
            full: everything, whatever the watermark says.

        Raises:
            SourceAway: it cannot be reached now.
            FatalError: it is not what the configuration says.
        """
        ...

    def check(self) -> str:
        """One line on what a harvest would find now.

        Raises:
            SourceAway, ConfigError: it would find nothing.
        """
        ...


SOURCES: Registry[Any] = Registry("rabis_sync.harvest.sources", "Source", "source kind")
OPTIONS: Registry[type] = Registry("rabis_sync.harvest.sources", "Options", "source kind")
