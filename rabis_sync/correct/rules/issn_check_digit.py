"""An ISSN that is not valid: its check digit does not fit, or it has too few or too many digits.

Before:    011 $a0028-7921
Suggested: 011 $z0028-7921

Kept, but as a wrong number. An ISBN that stands there is proposed for its own field. What is no number at
all is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import full_line
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc import identifiers
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.slots import Found
    from rabis_sync.marc.record import Record

_NEARLY = re.compile(r"\d{3,5}-?\d{2,4}[\dXxХх]")


@dataclass(frozen=True)
class Settings:
    """Where ISSNs stand, by family.

    Attributes:
        numbers: slots of them.
        wrong_number: the subfield for wrong ones.
        isbn: tag and subfield of an ISBN.
        elsewhere: slots of ISSNs whose fields have no place for wrong ones.
    """

    numbers: dict[str, list[str]]
    wrong_number: dict[str, str]
    isbn: dict[str, str]
    elsewhere: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """ISSNs that are not valid."""
    settings: Settings = background.settings
    family = record.dialect.family
    for one in found(record, slots_of(settings.numbers, record)):
        number = identifiers.issn(one.value)
        if number.canonical or not one.value.strip():
            continue
        params = {"problem": number.problem, "number": one.value.strip()}
        after = _isbn(one, settings.isbn[family]) or _wrong(one, settings.wrong_number[family])
        if after:
            yield Fault(one.field(record), "suggest", one.value, {**params, "after": after})
        else:
            yield Fault(one.place(record), "report", params=params)
    for one in found(record, slots_of(settings.elsewhere, record)):
        number = identifiers.issn(one.value)
        if one.value.strip() and not number.canonical:
            yield Fault(
                one.place(record), "report", params={"problem": number.problem, "number": one.value.strip()}
            )


def _isbn(one: Found, home: str) -> str:
    if not identifiers.isbn(one.value).canonical:
        return ""
    tag, code = home.split("$")
    moved = full_line(Field.data(tag, "  ", [(code, one.value.strip())]))
    return "\n".join(filter(None, [one.instead(), moved]))


def _wrong(one: Found, code: str) -> str:
    return one.instead((code, one.value)) if _NEARLY.fullmatch(one.value.strip()) else ""


def mend(_text: str, fault: Fault) -> str:
    """The field with the number in the subfield for wrong numbers, or as an ISBN in its own field."""
    return str(fault.params["after"])


RULE = Rule(
    id="issn_check_digit",
    version=1,
    order=38,
    severity="warning",
    actions=("suggest", "report"),
    definition="https://www.issn.org/understanding-the-issn/assignment-rules/issn-manual/",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.numbers, known.settings.elsewhere),
)
