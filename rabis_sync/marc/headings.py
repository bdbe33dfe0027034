"""Headings of a record: who had a part in the document, and what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.wording import tidy_initials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rabis_sync.marc.dialect import Dialect, NameField, SubjectField
    from rabis_sync.marc.path import FieldIndex, Parts

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


def contributors(dialect: Dialect, index: FieldIndex, show: Callable[[str], str]) -> tuple[Contributor, ...]:
    """Everyone whom the name fields of the dialect name, in the order of these fields.

    Args:
        dialect: says which fields they are and what their subfields mean.
        index: the record.
        show: makes a value as it is displayed.
    """
    found: list[Contributor] = []
    texts = index.texts
    for spec in dialect.names:
        if spec.tag in texts:
            for parts in index.parts(spec.tag):
                contributor = _contributor(spec, parts, dialect.roles, show)
                if contributor.name:
                    found.append(contributor)
    return tuple(found)


def _contributor(
    spec: NameField, parts: Parts, roles: Mapping[str, str], show: Callable[[str], str]
) -> Contributor:
    subfields: dict[str, str] = {}
    for part in parts[1:]:
        if part:
            subfields.setdefault(part[0], part[1:])
    name = show(subfields.get(spec.name, ""))
    if spec.number in subfields:
        name = f"{name} {show(subfields[spec.number])}"
    given = subfields.get(spec.initials) or subfields.get(spec.forenames)
    if given and name:
        name = f"{name}, {tidy_initials(show(given))}"
    if spec.units in subfields:
        name = ". ".join([name, *(show(part[1:]) for part in parts[1:] if part[:1] == spec.units)])
    dates = show(subfields[spec.dates]) if spec.dates in subfields else ""
    kind = "meeting" if spec.meeting and parts[0].startswith(spec.meeting) else spec.kind
    return Contributor(name, _role(spec, subfields, roles), kind, dates, spec.primary)


def _role(spec: NameField, subfields: Mapping[str, str], roles: Mapping[str, str]) -> str:
    for code in spec.roles:
        if code in subfields:
            role = roles.get(subfields[code].strip(_AROUND_ROLE).lower())
            if role:
                return role
    return spec.role


def subjects(dialect: Dialect, index: FieldIndex, show: Callable[[str], str]) -> tuple[Subject, ...]:
    """Every subject heading, in the order of the dialect's subject fields; arguments as in `contributors`."""
    texts = index.texts
    headings = (
        Subject(spec.kind, _heading(spec, parts, show))
        for spec in dialect.subjects
        if spec.tag in texts
        for parts in index.parts(spec.tag)
    )
    return tuple(subject for subject in headings if subject.text)


def _heading(spec: SubjectField, parts: Parts, show: Callable[[str], str]) -> str:
    heading = [show(part[1:]) for part in parts[1:] if part and part[0] in spec.heading]
    text = ", ".join(filter(None, heading))
    if not text:
        return ""
    under = [show(part[1:]) for part in parts[1:] if part and part[0] in spec.subdivisions]
    return " -- ".join([text, *filter(None, under)])
