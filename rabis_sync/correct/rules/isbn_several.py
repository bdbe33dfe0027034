"""Several ISBNs in one subfield: a search finds the first of them at best.

Before: 010 $a5-7761-0596-X; 978-601-282-114-7
After:  010 $a5-7761-0596-X
        010 $a978-601-282-114-7

Each gets a field of its own. That is certain where every number is valid and nothing else stands in the
field; where there is a price or a binding beside them, or one of the numbers is wrong (it goes to the
subfield of wrong numbers), a person looks whether it belongs to the first. What stands in brackets behind a
number is its qualification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import line
from rabis_sync.correct.numbers import isbn_form
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc import identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.slots import Found
    from rabis_sync.marc.record import Record

_LABEL = re.compile(r"\bISBN(?:[- ]?1[03])?\s*[:=]?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[;,/|]\s*|\s+(?=97[89][ -])|(?<=[\dXХхx]) +(?=\d+-\d)")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
#: Digits that a slip of the pen leaves of an ISBN.
_NUMBER = re.compile(r"[\d-]{8,}[\dXxХх]")


@dataclass(frozen=True)
class Settings:
    """Where ISBNs stand, by family.

    Attributes:
        numbers: slots of them.
        wrong_number: the subfield for wrong ones.
        qualification: the subfield for what is said about one.
    """

    numbers: dict[str, list[str]]
    wrong_number: dict[str, str]
    qualification: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Subfields with more than one number."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.numbers, record)):
        if len(one.value) < 20 or identifiers.isbn(one.value).canonical:
            continue
        fields = _divided(one, settings, record.dialect.family)
        if len(fields) > 1:
            certain = one.is_alone and all(
                code == one.code and identifiers.isbn(value).canonical
                for field in fields
                for code, value in field
            )
            after = "\n".join([one.instead(*fields[0]), *(line(*field) for field in fields[1:])])
            params = {"count": len(fields), "after": after}
            yield Fault(one.field(record), "fix" if certain else "suggest", one.value, params)


def _divided(one: Found, settings: Settings, family: str) -> list[list[tuple[str, str]]]:
    """The subfields of each number; empty where a part of the text is no number."""
    fields = []
    for piece in _BETWEEN.split(_LABEL.sub("", one.value)):
        words = ", ".join(word.strip() for word in _BRACKETS.findall(piece) if word.strip())
        raw = _BRACKETS.sub("", piece).strip(" .")
        number = isbn_form(raw) or raw
        if not _NUMBER.fullmatch(number):
            return []
        code = one.code if identifiers.isbn(number).canonical else settings.wrong_number[family]
        fields.append([(code, number), *([(settings.qualification[family], words)] if words else [])])
    return fields


def mend(_text: str, fault: Fault) -> str:
    """A field for each number."""
    return str(fault.params["after"])


RULE = Rule(
    id="isbn_several",
    version=1,
    order=32,
    severity="warning",
    actions=("fix", "suggest"),
    definition="https://www.isbn-international.org/content/isbn-users-manual",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.numbers),
)
