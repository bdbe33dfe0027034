"""A number of a classification whose form is not that of the classification: comma, blanks, brackets.

Before:    675 $a94,574 (075)
Suggested: 675 $a94.574(075)

A comma in a UDC number is a full stop, and blanks do not belong into a number; brackets that are not closed
and signs that the classification does not have are reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_COMMA = re.compile(r"(?<=\d),(?=\d)")
_BLANK = re.compile(r"(?<=[\d.:(=)\-+/])\s+(?=[\d.:()=\-+/])|\s+(?=[.:()=\-+/])")
_SIGN = re.compile(r"[^\w.:()=\"«»“”'’+\-/*\[\]{},\s<>–]")
_PAIRS = ("()", "[]")


@dataclass(frozen=True)
class Settings:
    """Where numbers stand, by family.

    Attributes:
        udc: slots of UDC.
        others: slots of classifications that have commas in their numbers.
    """

    udc: dict[str, list[str]]
    others: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Numbers of another form."""
    settings: Settings = background.settings
    for slots, is_udc in ((settings.udc, True), (settings.others, False)):
        for one in found(record, slots_of(slots, record)):
            text = one.value
            if text.isalnum():
                continue
            if any(text.count(pair[0]) != text.count(pair[1]) for pair in _PAIRS):
                yield Fault(
                    one.place(record),
                    "report",
                    "brackets",
                    {"problem": "brackets", "number": text, "mended": ""},
                )
            elif sign := _SIGN.search(text):
                yield Fault(
                    one.place(record), "report", sign[0], {"problem": "form", "number": text, "mended": ""}
                )
            else:
                comma = _COMMA.sub(".", text) if is_udc else text
                mended = _BLANK.sub("", comma)
                if mended != text:
                    problem = "comma" if comma != text else "space"
                    yield Fault(
                        one.place(record),
                        "suggest",
                        params={"problem": problem, "number": text, "mended": mended},
                    )


RULE = Rule(
    id="classification_form",
    version=1,
    order=74,
    severity="info",
    actions=("suggest", "report"),
    definition="https://udcc.org/index.php/site/page?view=about_structure",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.udc, known.settings.others),
)
