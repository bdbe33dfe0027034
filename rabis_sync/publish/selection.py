"""Which records are local history: the cataloguers' mark where a source has it, else rules that say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rabis_sync.marc.cyrillic import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rabis_sync.marc.record import Record

Element = Literal["udc", "bbk", "place", "subject", "keyword"]

#: The cataloguers' own mark (`ebook.krv` of Web-RABIS).
MARK = "mark"


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to know local history.

    Attributes:
        element: where to look: a classification number, a place, any subject heading, a keyword.
        starts: beginnings of a number, as written.
        holds: parts of a number as written, or words of a heading in any spelling.
    """

    element: Element
    starts: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for a rule that would meet everything or nothing."""
        if not any((*self.starts, *self.holds)):
            raise ValueError("a rule needs `starts` or `holds`")

    def met(self, value: str) -> bool:
        """Whether a value of the element is one of local history."""
        if self.element in {"udc", "bbk"}:
            plain = "".join(value.split())
            return plain.startswith(self.starts) or any(part in plain for part in self.holds)
        folded = f" {fold(value)}"
        return any(f" {fold(word)}" in folded for word in self.starts + self.holds)


@dataclass(frozen=True, slots=True)
class Selection:
    """`mappings/collection.toml`: rules for sources whose cataloguers mark nothing."""

    rules: tuple[Rule, ...] = ()

    def why(self, record: Record) -> str:
        """The first thing that makes the record local history, for people; empty when nothing does."""
        values: Mapping[str, Iterable[str]] = {
            "udc": record.udc(),
            "bbk": record.bbk(),
            "place": [one.text for one in record.subjects() if one.kind == "place"],
            "subject": [one.text for one in record.subjects()],
            "keyword": record.keywords(),
        }
        met = (
            f"{rule.element}: {value}"
            for rule in self.rules
            for value in values[rule.element]
            if rule.met(value)
        )
        return next(met, "")
