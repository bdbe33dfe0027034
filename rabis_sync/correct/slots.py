"""The subfields a rule looks at, named in its TOML, read quickly: most records have nothing there.

    200$a,e    subfields a and e of fields 200        70.$b    b of 700, 701 …
    610        every subfield                         4..$a    also inside linking fields

A full stop in a tag is any character. Addresses are made only where something is found.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.correct.lines import line
from rabis_sync.correct.places import among
from rabis_sync.marc.fields import Field
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.path import Parts
    from rabis_sync.marc.record import Record

_SLOT = re.compile(r"(?P<tag>[0-9A-Za-z.]{3})(?:\$(?P<codes>[0-9a-z](?:,[0-9a-z])*))?")
ALL = "*"


class Found(NamedTuple):
    """One subfield of a record, not yet addressed.

    Attributes:
        tag: of its field.
        nth: which field of the tag, from 1.
        at: position among the parts of the field, where 0 are the indicators.
        parts: indicators, then code + value of every subfield.
    """

    tag: str
    nth: int
    at: int
    parts: Parts

    @property
    def code(self) -> str:
        """Subfield code."""
        return self.parts[self.at][0]

    @property
    def value(self) -> str:
        """The value exactly as it stands."""
        return self.parts[self.at][1:]

    @property
    def is_alone(self) -> bool:
        """True where the field has no other subfield."""
        return len(self.parts) == 2

    def place(self, record: Record) -> Place:
        """The subfield's place."""
        mth = sum(part[:1] == self.code for part in self.parts[1 : self.at + 1])
        return Place(
            field_at(record, self.tag, self.nth), f"{self.tag}[{self.nth}]${self.code}[{mth}]", self.value
        )

    def field(self, record: Record) -> Place:
        """The place of its whole field."""
        return whole(record, self.tag, self.nth, self.parts)

    def instead(self, *subfields: tuple[str, str]) -> str:
        """The line of the field with these subfields in place of this one; one without a value goes."""
        new = [(code, value) for code, value in subfields if value]
        return line(*_pairs(self.parts[1 : self.at]), *new, *_pairs(self.parts[self.at + 1 :]))


def _pairs(parts: Sequence[str]) -> list[tuple[str, str]]:
    return [(part[0], part[1:]) for part in parts if part]


def whole(record: Record, tag: str, nth: int, parts: Parts) -> Place:
    """The place of a whole field."""
    return Place(field_at(record, tag, nth), f"{tag}[{nth}]", line(*_pairs(parts[1:])))


def field_at(record: Record, tag: str, nth: int) -> int:
    """Position in the record of the nth field of a tag."""
    seen = 0
    for index, field in enumerate(record.marc.fields):
        if field.tag == tag:
            seen += 1
            if seen == nth:
                return index
    raise KeyError(f"{tag}[{nth}]")


class Slots(dict[str, str]):
    """Tag -> codes looked at: `ALL` of them, or none (an empty string); filled as tags are met."""

    def __init__(self, patterns: Sequence[str]) -> None:
        super().__init__()
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        for pattern in patterns:
            found = _SLOT.fullmatch(pattern)
            if found is None:
                raise ValueError(f"{pattern!r} is no tag with subfields like 200$a,e or 70.$b")
            codes = (found["codes"] or ALL).replace(",", "")
            self._patterns.append((re.compile(found["tag"]), codes))

    def __missing__(self, tag: str) -> str:
        codes = "".join(codes for pattern, codes in self._patterns if pattern.fullmatch(tag))
        self[tag] = ALL if ALL in codes else codes
        return self[tag]


@lru_cache(maxsize=256)
def _compiled(patterns: tuple[str, ...]) -> Slots:
    return Slots(patterns)


def slots_of(by_family: Mapping[str, Sequence[str]], record: Record) -> Slots:
    """The slots for a record's family; of a family that the TOML does not name, none."""
    return _compiled(tuple(by_family.get(record.dialect.family, ())))


def tags_in(dialect: Dialect, *by_family: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """Which tags are in these slots of a family."""
    return _compiled(tuple(slot for one in by_family for slot in one.get(dialect.family, ()))).__getitem__


def tags_beside(dialect: Dialect, keep: Mapping[str, Sequence[str]]) -> Callable[[str], bool]:
    """Which tags are of data fields that these patterns over ``tag$code`` do not keep as a whole."""
    kept = among(tuple(keep.get(dialect.family, ())))
    return lambda tag: not Field(tag, "").is_control and not kept.match(f"{tag}$")


def found(record: Record, slots: Slots, worth: re.Pattern[str] | None = None) -> Iterator[Found]:
    """The subfields in these slots, by tag and in the order of the fields.

    Args:
        record: the record.
        slots: where to look.
        worth: only in fields whose text, with indicators and marks, shows this.
    """
    index = record.index
    texts = index.texts
    for tag in [tag for tag in texts if slots[tag]]:  # most rules look at one or two
        codes = slots[tag]
        if worth is not None and not any(map(worth.search, texts[tag])):
            continue
        for nth, parts in enumerate(index.parts(tag), 1):
            for at in range(1, len(parts)):
                part = parts[at]
                if part and (codes is ALL or part[0] in codes):
                    yield Found(tag, nth, at, parts)
