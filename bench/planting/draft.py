"""A record while it is written: fields and subfields that may be changed in place."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord


@dataclass
class Part:
    """One field: of a control field only `text` counts, of a data field the rest."""

    tag: str
    indicators: str = "  "
    subfields: list[list[str]] = field(default_factory=list)
    text: str = ""

    def written(self) -> str:
        if self.tag < "010":
            return self.text
        return self.indicators + "".join(f"{SUBFIELD}{code}{value}" for code, value in self.subfields)

    def get(self, code: str) -> str:
        return next((value for other, value in self.subfields if other == code), "")

    def put(self, code: str, value: str) -> None:
        """Another value for the first subfield of this code."""
        for pair in self.subfields:
            if pair[0] == code:
                pair[1] = value
                return
        self.subfields.append([code, value])


@dataclass
class Draft:
    """One record, with what its maker knows of it.

    Attributes:
        family: unimarc or marc21.
        lang: language of the text, ISO 639-2.
        leader: 24 characters.
        parts: fields in their order.
    """

    family: str
    lang: str
    leader: str
    parts: list[Part] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.parts[0].text

    def add(self, tag: str, indicators: str, *subfields: tuple[str, str]) -> Part:
        """A field of those subfields that have a value; without any, nothing is added."""
        part = Part(tag, indicators, [[code, value] for code, value in subfields if value])
        if part.subfields:
            self.parts.append(part)
        return part

    def all(self, *tags: str) -> list[Part]:
        return [part for part in self.parts if part.tag in tags]

    def one(self, *tags: str) -> Part | None:
        return next((part for part in self.parts if part.tag in tags), None)

    def copy(self) -> Draft:
        return copy.deepcopy(self)

    def sorted(self) -> Draft:
        self.parts.sort(key=lambda part: part.tag)
        return self

    def marc(self) -> MarcRecord:
        return MarcRecord(self.leader, tuple(Field(part.tag, part.written()) for part in self.parts))

    def by_tag(self) -> dict[str, list[str]]:
        """Text of the fields by tag; the leader under its own name."""
        found: dict[str, list[str]] = {"leader": [self.leader]}
        for part in self.parts:
            found.setdefault(part.tag, []).append(part.written())
        return found
