"""One record as dedup sees it: the folded fields of its match row, each split into its values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rabis_sync.marc.folding import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Row:
    """Folded fields of one record (`rabis_sync.marc.folding.FoldedRecord` says what each holds).

    Attributes:
        id: record id.
        name: source and control number: what decides where two records are equally good, since record ids
            follow the order of harvest.
    """

    id: int
    name: tuple[str, str]
    level: str
    kind: str
    languages: tuple[str, ...]
    title: str
    title_full: str
    other_titles: tuple[str, ...]
    part: tuple[str, ...]
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
    def of(columns: Mapping[str, Any]) -> Row:
        """From a row of the match table with ``source`` and ``control_number``."""
        return Row(
            id=columns["record_id"],
            name=(columns["source"], columns["control_number"]),
            level=columns["level"],
            kind=columns["kind"],
            languages=_words(columns["language"]),
            title=columns["title"],
            title_full=columns["title_full"],
            other_titles=_values(columns["other_titles"]),
            part=_words(columns["part"]),
            year=columns["year"],
            edition=columns["edition"],
            contributors=_values(columns["contributors"]),
            publishers=_values(columns["publisher"]),
            pages=columns["pages"],
            isbns=_words(columns["isbns"]),
            issns=_words(columns["issns"]),
            identifiers=_words(columns["identifiers"]),
            series=_values(columns["series"]),
            host=columns["host"],
            items=columns["items"],
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _values(text: str) -> tuple[str, ...]:
    return tuple(text.split(BETWEEN)) if text else ()
