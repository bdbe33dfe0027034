"""Which words and headings a record has: what the catalogue as a whole bears witness with.

Counted by records, as harvested: what was corrected must not be evidence for itself, and a word that stands
in a record three times was written once.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.fields import FIELD_END, SUBFIELD, MarcRecord
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rabis_sync.marc.dialect import Dialect, NameField

#: A word: two letters or more of any script; nothing longer is one.
WORD = re.compile(r"[^\W\d_]{2,60}")
_MARK = re.compile(f"{SUBFIELD}.?", re.DOTALL)
#: Headings whose words are names; those of bodies and meetings are mostly ordinary words.
_NAMING = frozenset({"person", "family", "place"})

#: Raised when other words are counted than before: all is counted again then.
_WAY = 3


class Terms(NamedTuple):
    """What one record has, each term once.

    Attributes:
        words: of its text, in small letters.
        names: those of them that stand in headings of persons and places.
        headings: of names, as `Heading.text`.
    """

    words: tuple[str, ...]
    names: tuple[str, ...]
    headings: tuple[str, ...]


class Heading(NamedTuple):
    """A name as one field writes it, subfield by subfield; empty where the field does not have it.

    Attributes:
        kind: ``person``, ``body`` or ``meeting``.
        name: entry element.
        initials: of the forenames.
        forenames: in full.
        number: that belongs to the name.
        units: subordinate units, one a line.
        dates: of life.
        link: number of the authority record.
        language: main language of the record.
    """

    kind: str
    name: str
    initials: str = ""
    forenames: str = ""
    number: str = ""
    units: str = ""
    dates: str = ""
    link: str = ""
    language: str = ""

    @property
    def text(self) -> str:
        """The heading as one line."""
        return SUBFIELD.join(part.replace("\n", "\r") for part in self)

    @staticmethod
    def of_text(text: str) -> Heading:
        """Read back what `text` wrote."""
        return Heading(*(part.replace("\r", "\n") for part in text.split(SUBFIELD)))


#: Subfield of the number of the authority record, in UNIMARC (MARC 21 has it as $0).
_LINKS = "30"


def heading_of(spec: NameField, text: str, language: str) -> Heading | None:
    """The heading in the text of a field; None where it names nobody.

    Args:
        spec: where in the field a name stands.
        text: indicators and subfields.
        language: main language of the record.
    """
    indicators, *parts = text.split(SUBFIELD)
    first: dict[str, str] = {}
    units: list[str] = []
    for part in parts:
        if part and part[0] == spec.units:
            units.append(part[1:])
        elif part:
            first.setdefault(part[0], part[1:])
    name = first.get(spec.name, "").strip()
    if not name:
        return None
    return Heading(
        kind="meeting" if spec.meeting and indicators.startswith(spec.meeting) else spec.kind,
        name=name,
        initials=first.get(spec.initials, ""),
        forenames=first.get(spec.forenames, ""),
        number=first.get(spec.number, ""),
        units="\n".join(units),
        dates=first.get(spec.dates, ""),
        link=next((first[code] for code in _LINKS if code in first), ""),
        language=language,
    )


@dataclass(frozen=True)
class TermReader:
    """Reads the terms out of records.

    Attributes:
        dialects: by family.
        fields: by family, a pattern over tags: fields whose words are text.
    """

    dialects: Mapping[str, Dialect]
    fields: Mapping[str, str]
    _sorts: dict[tuple[str, str], tuple[bool, bool, NameField | None]] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def version(self) -> str:
        """Another one whenever records have to be counted again."""
        told = [_WAY, sorted(self.fields.items())]
        told += [
            (family, repr(one.names), repr(one.subjects)) for family, one in sorted(self.dialects.items())
        ]
        return blake2b(repr(told).encode(), digest_size=8).hexdigest()

    def read(self, canonical: str, family: str) -> Terms:
        """The terms of a record in canonical form."""
        texts: list[str] = []
        named: list[str] = []
        headings: list[tuple[NameField, str]] = []
        sorts = self._sorts
        for one in canonical.split(FIELD_END)[1:]:
            key = (family, one[:3])
            counted, names, spec = sorts.get(key) or self._sort(key)
            if not counted:
                continue
            (named if names else texts).append(_MARK.sub(" ", one[3:]))
            if spec is not None:
                headings.append((spec, one[3:]))
        found = WORD.findall(" ".join(named).lower())
        words = WORD.findall(" ".join(texts).lower())
        return Terms(
            tuple(dict.fromkeys([*found, *words])),
            tuple(dict.fromkeys(found)),
            tuple(dict.fromkeys(self._headings(headings, canonical, family))),
        )

    def _headings(self, fields: list[tuple[NameField, str]], canonical: str, family: str) -> Iterator[str]:
        if fields:
            record = Record(MarcRecord.from_canonical(canonical), self.dialects[family])
            language = (record.languages() or ("",))[0]
            for spec, text in fields:
                if heading := heading_of(spec, text, language):
                    yield heading.text

    def _sort(self, key: tuple[str, str]) -> tuple[bool, bool, NameField | None]:
        """What the fields of a tag are to us: counted, names, and where in them a name stands."""
        family, tag = key
        dialect = self.dialects[family]
        spec = next((one for one in dialect.names if one.tag == tag), None)
        naming = {one.tag for one in dialect.names if one.kind in _NAMING}
        naming |= {one.tag for one in dialect.subjects if one.kind in _NAMING}
        counted = re.match(self.fields.get(family, "(?!)"), tag) is not None
        found = self._sorts[key] = (counted, tag in naming, spec)
        return found


@dataclass(frozen=True)
class Counts:
    """How many records have each term.

    Attributes:
        words: word in small letters -> records.
        names: the same of words that stand in headings of names.
        headings: the same of headings (`Heading.text`).
    """

    words: Mapping[str, int] = field(default_factory=dict, repr=False)
    names: Mapping[str, int] = field(default_factory=dict, repr=False)
    headings: Mapping[str, int] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(records: Iterable[Terms]) -> Counts:
        """Count the terms of records."""
        words: Counter[str] = Counter()
        names: Counter[str] = Counter()
        headings: Counter[str] = Counter()
        for terms in records:
            words.update(terms.words)
            names.update(terms.names)
            headings.update(terms.headings)
        return Counts(words, names, headings)
