"""Persons in the statement of responsibility of a record that has no heading for an author.

Before:    200 1#$aЗатяжное ненастье$fКонстантин Рябенький
Suggested: 200 1#$aЗатяжное ненастье$fКонстантин Рябенький
           700 #1$aРябенький$bК.$gКонстантин

A heading is proposed for each person whose name is whole and in the nominative; a role before it («Сост.:»)
makes it a secondary one. «Под ред.» has the genitive behind it, from which no name can be made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct import naming
from rabis_sync.correct.lines import full_line
from rabis_sync.correct.places import new_field
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_PERSON = re.compile(r"\s*(?:,|\bи\b|\bжәне\b|\bһәм\b)\s+|,\s*(?=[^\W\d_]\.)")
_AROUND = " []().;:"
_AND_OTHERS = re.compile(r"[\[\s]*(?:и др|и другие|және т\.? ?б|т\.б|һ\. ?б)\.?[\]\s]*$")


@dataclass(frozen=True)
class Layout:
    """How a format writes the heading of a person.

    Attributes:
        statements: slots of the statements of responsibility.
        primary: tag and indicators of the first author, ``#`` for a blank.
        other: of further authors.
        secondary: of those with another role.
        role: the subfield of roles.
        divided: True where surname, initials and forenames have a subfield each.
    """

    statements: list[str]
    primary: str
    other: str
    secondary: str
    role: str
    divided: bool


@dataclass(frozen=True)
class Settings:
    """Headings and roles.

    Attributes:
        layout: by family.
        roles: word that stands before a name in the nominative -> by family, the code of its role.
        bodies: endings of first words that make two words a body and no person.
    """

    layout: dict[str, Layout]
    roles: dict[str, dict[str, str]]
    bodies: list[str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """A new heading for each person named."""
    settings: Settings = background.settings
    there = record.contributors()
    if any(one.primary or one.role in {"", "aut"} for one in there) or (
        not there and record.has("access_point")
    ):
        return
    surnames = {one.name.partition(",")[0].lower() for one in there}
    family = record.dialect.family
    layout = settings.layout[family]
    heads = [layout.primary]
    for one in found(record, slots_of({family: layout.statements}, record)):
        for role, person in _persons(one.value, tuple(settings.roles), tuple(settings.bodies)):
            if (role and there) or person.surname.lower() in surnames:
                continue
            head = layout.secondary if role else heads[-1]
            if not role:
                heads.append(layout.other)
            code = settings.roles[role].get(family, "") if role else ""
            line = full_line(
                Field.data(head[:3], head[4:].replace("#", " "), _subfields(person, layout, code))
            )
            params = {"name": f"{person.surname}, {person.forenames or person.initials}", "line": line}
            yield Fault(new_field(record.marc, head[:3]), "suggest", params["name"], params)


@lru_cache(maxsize=1 << 10)
def _persons(
    statement: str, roles: tuple[str, ...], bodies: tuple[str, ...]
) -> tuple[tuple[str, naming.Name], ...]:
    """Role (empty: author) and name of everybody, up to the first piece that is no whole name."""
    persons: list[tuple[str, naming.Name]] = []
    for statement_of_one_role in re.split(r"\s*;\s*", statement):
        text = statement_of_one_role.strip(_AROUND)
        role = next((word for word in roles if text.lower().startswith(word)), "")
        text = _AND_OTHERS.sub("", text[len(role) :]).strip(" :,[]")
        for piece in _PERSON.split(text):
            person = naming.spoken(piece.strip(" []"))
            if (
                person is None
                or (not person.certain and person.surname.endswith(bodies))
                or piece.split(" ")[0].endswith(bodies)
            ):
                break
            persons.append((role, person))
    return tuple(persons)


def _subfields(person: naming.Name, layout: Layout, role: str) -> list[tuple[str, str]]:
    if layout.divided:
        pairs = [("a", person.surname), ("b", person.initials), ("g", person.forenames)]
    else:
        pairs = [("a", f"{person.surname}, {person.forenames or person.initials}")]
    return [pair for pair in [*pairs, (layout.role, role)] if pair[1]]


RULE = Rule(
    id="author_missing",
    version=1,
    order=68,
    severity="warning",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni7.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["line"]),
    settings=Settings,
)
