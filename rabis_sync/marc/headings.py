"""Headings of a record: who had a part in the document, and what it is about."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.wording import tidy_initials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.marc.dialect import Dialect, NameField, SubjectField
    from rabis_sync.marc.path import FieldIndex

#: What surrounds a word for a role: «(ред.)», «editor,».
_AROUND_ROLE = " .,:;[]()"


class Contributor(NamedTuple):
    """A person, body or meeting with a part in the document.

    Attributes:
        name: as a heading: «Мишина, Е. М.», «Республика Казахстан. Министерство образования и науки».
        role: MARC relator code; empty when unknown.
        kind: ``person``, ``body`` or ``meeting``.
        dates: dates of life or of the meeting.
        primary: the main entry.
    """

    name: str
    role: str
    kind: str
    dates: str
    primary: bool


class Subject(NamedTuple):
    """A subject heading: kind (``person``, ``topic``, ``place`` …) and text, subdivisions after « -- »."""

    kind: str
    text: str


def contributors(dialect: Dialect, index: FieldIndex) -> tuple[Contributor, ...]:
    """Everyone whom the name fields of the dialect name, in the order of these fields."""
    found = [_contributor(dialect, spec, text) for spec, text in named(dialect, index)]
    return tuple([contributor for contributor in found if contributor.name])


def named(dialect: Dialect, index: FieldIndex) -> list[tuple[NameField, str]]:
    """Every field that names a person or body, with what its dialect says of it, in the dialect's order."""
    texts = index.texts
    return [(spec, text) for spec in dialect.names if spec.tag in texts for text in texts[spec.tag]]


def subjects(dialect: Dialect, index: FieldIndex) -> tuple[Subject, ...]:
    """Every subject heading, in the order of the dialect's subject fields."""
    texts = index.texts
    found = [
        _subject(dialect, spec, text)
        for spec in dialect.subjects
        if spec.tag in texts
        for text in texts[spec.tag]
    ]
    return tuple([subject for subject in found if subject.text])


# Authors have many books and headings many records, so the fields repeat themselves letter for letter.
@lru_cache(maxsize=1 << 12)
def _contributor(dialect: Dialect, spec: NameField, text: str) -> Contributor:
    name, kind, subfields = name_of(dialect, spec, text)
    dates = dialect.show(subfields[spec.dates]) if spec.dates in subfields else ""
    return Contributor(name, _role(spec, subfields, dialect.roles), kind, dates, spec.primary)


def name_of(dialect: Dialect, spec: NameField, text: str) -> tuple[str, str, dict[str, str]]:
    """Name and kind of a contributor (`Contributor`), and the first subfield of each code."""
    show = dialect.show
    indicators, *parts = text.split(SUBFIELD)
    subfields = {part[0]: part[1:] for part in reversed(parts) if part}
    name = show(subfields.get(spec.name, ""))
    if spec.number in subfields:
        name = f"{name} {show(subfields[spec.number])}"
    given = subfields.get(spec.initials) or subfields.get(spec.forenames)
    if given and name:
        name = f"{name}, {tidy_initials(show(given))}"
    if spec.units in subfields:
        name = ". ".join([name, *(show(part[1:]) for part in parts if part[:1] == spec.units)])
    return name, "meeting" if spec.meeting and indicators.startswith(spec.meeting) else spec.kind, subfields


def _role(spec: NameField, subfields: Mapping[str, str], roles: Mapping[str, str]) -> str:
    for code in spec.roles:
        if code in subfields:
            role = roles.get(subfields[code].strip(_AROUND_ROLE).lower())
            if role:
                return role
    return spec.role


@lru_cache(maxsize=1 << 12)
def _subject(dialect: Dialect, spec: SubjectField, text: str) -> Subject:
    parts = [part for part in text.split(SUBFIELD)[1:] if part]
    heading = ", ".join(filter(None, [dialect.show(part[1:]) for part in parts if part[0] in spec.heading]))
    if not heading:
        return Subject(spec.kind, "")
    under = [dialect.show(part[1:]) for part in parts if part[0] in spec.subdivisions]
    return Subject(spec.kind, " -- ".join([heading, *filter(None, under)]))
