"""The coded date of publication against the date as printed.

Before:    100 $a19980716d1989    u  y0rusy0189    ca
           210 $aАлматы$d1998
Suggested: 100 $a19980716d1998    u  y0rusy0189    ca
           210 $aАлматы$d1998

Only where the code says that the document came out in one year, and the date as printed is one year and
nothing else. Which of both is wrong a person sees in the book.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import field_at
from rabis_sync.correct.years import latest_year
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_YEAR = re.compile(r"(?:1[4-9]|20)\d\d")


@dataclass(frozen=True)
class Coded:
    """Where the date is coded.

    Attributes:
        field: tag of the field.
        code: subfield; empty for a control field.
        kind: position of the kind of date, from 0; the year stands right behind it.
        one_year: kinds that mean one year.
        levels: levels of records for which the date is that of one publication.
        made: paths of the years in which the record was made; a later date as printed is wrong itself.
        ahead: years after these in which a document may still come out.
    """

    field: str
    code: str
    kind: int
    one_year: str
    levels: list[str]
    made: list[str]
    ahead: int


@dataclass(frozen=True)
class Settings:
    """The coded dates.

    Attributes:
        coded: by family.
    """

    coded: dict[str, Coded]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """A coded year that is another one, or is missing."""
    settings: Settings = background.settings
    coded = settings.coded[record.dialect.family]
    fields = record.index.parts(coded.field) if coded.field in record.index.texts else []
    printed = record.values("date")
    if len(fields) != 1 or len(printed) != 1 or not _YEAR.fullmatch(printed[0]):
        return
    values = [part[1:] for part in fields[0][1:] if part[:1] == coded.code] if coded.code else fields[0][:1]
    first = coded.kind + 1
    if len(values) != 1 or len(values[0]) < first + 4 or values[0][coded.kind] not in coded.one_year:
        return
    there = values[0][first : first + 4]
    if there == printed[0] or not (there.strip(" |#") == "" or _YEAR.fullmatch(there)):
        return
    if record.level() in coded.levels and int(printed[0]) <= latest_year(record, coded.made, coded.ahead):
        subfield = f"${coded.code}[1]" if coded.code else ""
        path = f"{coded.field}[1]{subfield}/{first}-{first + 3}"
        params = {"coded": there.strip(" |#") or "–", "printed": printed[0]}
        yield Fault(Place(field_at(record, coded.field, 1), path, there), "suggest", params=params)


RULE = Rule(
    id="coded_date",
    version=1,
    order=86,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni1.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["printed"]),
    settings=Settings,
)
