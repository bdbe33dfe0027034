"""What the format does not define and the library has not declared as its own: fields, subfields, indicators.

Before:   215 $a271 с.$k20
Reported: 215[1]$k[1]

Also a field or subfield that stands more than once where the format allows one. The formats are
`mappings/schemas/*.json`; what a library has of its own is declared in this rule's TOML.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.schema import schema
from rabis_sync.correct.slots import field_at
from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.marc.path import LEADER
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.schema import Problem, Schema
    from rabis_sync.marc.path import Parts
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """What a library has of its own, by family.

    Attributes:
        schemas: the format's file in `mappings/`.
        fields: patterns of tags.
        subfields: slots, with ``.`` for any character.
    """

    schemas: dict[str, str]
    fields: dict[str, list[str]]
    subfields: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """What is not defined, and what stands too often."""
    known = _schema(background, record.dialect.family)
    for tag, texts in record.index.texts.items():
        if tag == LEADER:
            continue
        if len(texts) > 1 and not known.is_repeatable(tag):
            place = Place(field_at(record, tag, 2), f"{tag}[2]", "")
            yield Fault(place, "report", params={"problem": "repeated_field", "found": tag})
        for nth, parts in enumerate(record.index.parts(tag), 1):
            for problem in known.problems(tag, parts):
                yield _fault(f"{tag}[{nth}]", field_at(record, tag, nth), parts, problem)


def _schema(background: Background, family: str) -> Schema:
    settings: Settings = background.settings
    fields, subfields = settings.fields[family], settings.subfields[family]
    return schema(background.files[settings.schemas[family]], tuple(fields), tuple(subfields))


def _is_undefined(tag: str, text: str, background: Background, family: str) -> bool:
    return bool(_schema(background, family).problems(tag, text.split(SUBFIELD)))


def _repeats(record: Record, background: Background) -> bool:
    """True where a field stands more than once that may not."""
    is_repeatable = _schema(background, record.dialect.family).is_repeatable
    return any(len(fields) > 1 and not is_repeatable(tag) for tag, fields in record.index.texts.items())


def _fault(field: str, index: int, parts: Parts, problem: Problem) -> Fault:
    params = {"problem": problem.kind, "found": problem.found.replace(" ", "#")}
    if problem.kind == "field":
        return Fault(Place(index, field, ""), "report", params=params)
    if problem.kind == "indicator":
        return Fault(Place(index, field + problem.where, problem.found), "report", params=params)
    mth = 2 if problem.kind == "repeated" else 1
    values = [part[1:] for part in parts[1:] if part[:1] == problem.found]
    path = f"{field}{problem.where}[{mth}]"
    return Fault(Place(index, path, values[mth - 1]), "report", problem.kind, params)


RULE = Rule(
    id="structure",
    version=1,
    order=80,
    severity="info",
    actions=("report",),
    definition="https://www.ifla.org/publications/unimarc-formats-and-related-documentation/",
    find=find,
    settings=Settings,
    files=("schemas/unimarc.json", "schemas/marc21.json"),
    looks=lambda _known, _dialect: bool,
    doubts=_is_undefined,
    glance=_repeats,
)
