"""A date of publication that is no year: letters for digits, five digits, two, a time that cannot be.

Before:    100 $a19980716d1993    u  y0rusy0189    ca
           210 $aАлматы$d199З
Suggested: 100 $a19980716d1993    u  y0rusy0189    ca
           210 $aАлматы$d1993

What is proposed is the only year that the figures allow; where they allow several it is the coded date, if
that is one of them. A year before printing, or later than the record itself, is reported unless the coded
date is one slip away. Brackets, «cop.» and ranges are in order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of
from rabis_sync.correct.years import latest_year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_LETTERS = "ОоOoЗзІіIlБб|"
_DIGITS = str.maketrans(_LETTERS, "0000331111661")
_LIKE_YEAR = re.compile(
    rf"(?<!\w)(?=[\d{_LETTERS}]*[{_LETTERS}])(?=(?:\D{{0,2}}\d){{2}})[\d{_LETTERS}]{{4}}(?!\w)"
)
_LONG = re.compile(r"(?<!\d)\d{5}(?!\d)")
_SHORT = re.compile(r"['’]?(\d\d)\.?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")


@dataclass(frozen=True)
class Settings:
    """What a year may be.

    Attributes:
        dates: slots by family.
        made: by family, paths of the years in which the record was made and changed.
        earliest: the first year of printing.
        ahead: years after the record's making in which a document may still come out.
    """

    dates: dict[str, list[str]]
    made: dict[str, list[str]]
    earliest: int
    ahead: int


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Dates that hold no possible year."""
    settings: Settings = background.settings
    latest, made = 0, settings.made.get(record.dialect.family, [])
    for one in found(record, slots_of(settings.dates, record)):
        if not one.value.strip():
            continue
        latest = latest or latest_year(record, made, settings.ahead)
        if _YEAR.fullmatch(one.value) and settings.earliest <= int(one.value) <= latest:
            continue
        years = range(settings.earliest, latest + 1)
        wrong, meant = _look(one.value, years, record)
        if wrong:
            mended = one.value.replace(wrong, meant, 1) if meant else ""
            params = {"value": wrong, "mended": mended}
            yield Fault(one.place(record), "suggest" if mended else "report", wrong, params)


def _look(text: str, years: range, record: Record) -> tuple[str, str]:
    """The part of a date that is wrong and the year that was meant; empty where there is none."""
    if letters := _LIKE_YEAR.search(text):
        year = letters[0].translate(_DIGITS)
        return (letters[0], year) if int(year) in years else ("", "")
    coded = [year for year in record.values("coded_date") if year.isdecimal() and int(year or 0) in years]
    if long := _LONG.search(text):
        possible = {long[0][:at] + long[0][at + 1 :] for at in range(5)}
        meant = sorted(year for year in possible if int(year) in years)
        agreed = [year for year in coded if year in meant] or (meant if len(meant) == 1 else [])
        return long[0], agreed[0] if agreed else ""
    if short := _SHORT.fullmatch(text.strip()):
        return text, next((year for year in coded if year.endswith(short[1])), "")
    there = _YEAR.findall(text)
    impossible = [year for year in there if int(year) not in years]
    if impossible and len(impossible) == len(there):  # «1327/1909» has a year of another calendar before it
        return impossible[0], next((year for year in coded if _is_one_slip(impossible[0], year)), "")
    return "", ""


def _is_one_slip(wrong: str, year: str) -> bool:
    """True where one digit is another, or two were exchanged."""
    differing = sum(one != other for one, other in zip(wrong, year, strict=True))
    return differing == 1 or (differing == 2 and sorted(wrong) == sorted(year))


RULE = Rule(
    id="publication_date",
    version=1,
    order=84,
    severity="warning",
    actions=("suggest", "report"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
)
