"""One record as dedup sees it: the folded fields of its match row, each split into its values."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.marc.folding import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Row(NamedTuple):
    """Folded fields of one record (`rabis_sync.marc.folding.FoldedRecord` says what each holds).

    Attributes:
        id: record id.
    """

    id: int
    level: str
    kind: str
    languages: tuple[str, ...]
    title: str
    title_written: str
    title_full: str
    other_titles: tuple[str, ...]
    part: str
    year: int | None
    edition: str
    contributors: tuple[str, ...]
    publishers: tuple[str, ...]
    pages: int | None
    isbns: tuple[str, ...]
    issns: tuple[str, ...]
    identifiers: tuple[str, ...]
    series: tuple[str, ...]
    host: str
    items: int

    @property
    def other_title(self) -> str:
        """Other title information: what the full title says beyond the title proper."""
        return self.title_full.removeprefix(self.title).strip()

    @staticmethod
    def of(columns: Sequence[Any]) -> Row:
        """From the columns of the match table in their order."""
        number, level, kind, language, title, written, full, others, part, year, edition, names = columns[:12]
        publisher, pages, isbns, issns, identifiers, series, host, items = columns[12:]
        return Row(
            number,
            level,
            kind,
            tuple(language.split()),
            title,
            written,
            full,
            tuple(others.split(BETWEEN)) if others else (),
            part,
            year,
            edition,
            tuple(names.split(BETWEEN)) if names else (),
            tuple(publisher.split(BETWEEN)) if publisher else (),
            pages,
            tuple(isbns.split()) if isbns else (),
            tuple(issns.split()) if issns else (),
            tuple(identifiers.split()) if identifiers else (),
            tuple(series.split(BETWEEN)) if series else (),
            host,
            items,
        )

    @staticmethod
    def packed(columns: Iterable[Sequence[Any]]) -> bytes:
        """Such columns of many records, as they cross cheapest from one process to another."""
        return marshal.dumps(list(map(tuple, columns)))

    @staticmethod
    def unpacked(packed: bytes) -> list[Row]:
        """The rows of these records."""
        return list(map(Row.of, marshal.loads(packed)))  # noqa: S302  our own process wrote it

    @staticmethod
    def named(columns: Mapping[str, Any]) -> Row:
        """From the columns of the match table by name."""
        return Row.of([columns[name] for name in COLUMNS])


#: Columns of the match table in the order in which `Row.of` takes them.
COLUMNS = (
    *("record_id", "level", "kind", "language", "title", "title_written", "title_full", "other_titles"),
    *("part", "year", "edition", "contributors", "publisher", "pages", "isbns", "issns", "identifiers"),
    *("series", "host", "items"),
)
