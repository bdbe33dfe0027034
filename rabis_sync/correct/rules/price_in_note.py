"""Price, print run or copies in a note.

Before:    010 ##$a5-7761-0596-X
           300 ##$aЦена 45 р.
Suggested: 010 ##$a5-7761-0596-X$d45 р.

A note that is nothing but a price or a print run is proposed for the field of the ISBN, which may stand
without a number; copies («сбо-1, ч.з.-1») belong to the holdings and are reported, since nobody knows which
ones they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import full_line
from rabis_sync.correct.moves import moves, rearranged
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_MONEY = r"(?:тг|теңге|тенге|₸|р|руб|к|коп|тиын)\.?"
_PRICE = re.compile(
    rf"(?:цена|бағасы|баға)\s*:?\s*(?P<said>\d[\d .,-]*\d?(?:\s*{_MONEY}(?:\s*\d+\s*{_MONEY})?)?)\.?"
    rf"|(?P<bare>\d[\d ]*(?:[.,-]\d\d)?\s*{_MONEY}(?:\s*\d+\s*{_MONEY})?)",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?:тираж|тир\.|таралымы)\s*:?\s*(?P<said>\d[\d ]*\d)\s*(?:экз|дана)?\w*\.?"
    r"|(?P<bare>\d[\d ]*\d)\s*(?:экз|дана)\w*\.?",
    re.IGNORECASE,
)
_COPIES = re.compile(
    r"(?:(?:^|[,;]\s*)[а-яё.]{1,8}(?:[\s-][а-яё.]{1,4})?\s*[-–]\s*\d{1,3}(?:\s*экз\.?)?){2,}\.?",
    re.IGNORECASE,
)
_WORTH = re.compile(r"\d")


@dataclass(frozen=True)
class Settings:
    """Notes and the places of prices and print runs.

    Attributes:
        notes: slots by family.
        price: by family, tag and subfield of prices.
        run: by family, those of print runs; empty where the format has none.
    """

    notes: dict[str, list[str]]
    price: dict[str, str]
    run: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Notes that are nothing but that."""
    settings: Settings = background.settings
    family = record.dialect.family
    for one in found(record, slots_of(settings.notes, record), _WORTH):
        text = one.value.strip()
        for pattern, home in ((_PRICE, settings.price[family]), (_RUN, settings.run[family])):
            told = pattern.fullmatch(text)
            if told and home:
                line = _line(record, home, (told["said"] or told["bare"]).strip())
                params = {"value": text, **moves({(one.code, one.value): []}, [line])}
                yield Fault(one.field(record), "suggest", one.value, params)
                break
        else:
            if _COPIES.fullmatch(text):
                yield Fault(one.place(record), "report", params={"value": text})


def _line(record: Record, home: str, value: str) -> str:
    """The first field that has no such subfield yet, with it; a new field where there is none."""
    tag, code = home.split("$")
    fields = [field for field in record.marc.fields if field.tag == tag]
    for nth, field in enumerate(fields, 1):
        if not field.values(code):
            return full_line(Field.data(tag, field.indicators, [*field.subfields(), (code, value)]), nth)
    return full_line(Field.data(tag, "  ", [(code, value)]))


RULE = Rule(
    id="price_in_note",
    version=1,
    order=108,
    severity="info",
    actions=("suggest", "report"),
    definition="https://unimarc.org.ua/wiki/010",
    find=find,
    mend=rearranged,
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.notes),
    worth=_WORTH.search,
)
