"""An ISBN that is none: its check digit does not fit, or it has too few or too many digits.

Before: 010 $a5-93091-006-3
Suggested: 010 $z5-93091-006-3

Such a number is printed in many books, so it is kept, but as a wrong one: a catalogue that takes it for a
key finds other books under it. Nothing is ever deleted. What is no such number at all (a publisher's own
number) is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import field_place
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.marc import identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Place, Record

#: Digits that a slip of the pen leaves of an ISBN; with fewer it is some other number.
_NEARLY = re.compile(r"[\d-]{8,}[\dXxХх]")


@dataclass(frozen=True)
class Settings:
    """How the format keeps wrong numbers.

    Attributes:
        wrong_number: by family, the subfield for them.
    """

    wrong_number: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """ISBNs that are not valid."""
    settings: Settings = background.settings
    for place in record.places("isbn"):
        if ">" in place.path or not place.value.strip():
            continue
        numbers = identifiers.isbns(place.value)
        wrong = [number for number in numbers if number.canonical is None]
        if wrong and len(numbers) == 1:  # of several, `isbn_several` speaks
            yield _fault(record, place, wrong[0].problem, settings.wrong_number[record.dialect.family])


def _fault(record: Record, place: Place, problem: str, code: str) -> Fault:
    params = {"problem": problem, "number": place.value.strip()}
    if not _NEARLY.fullmatch(place.value.strip()):
        return Fault(place, "report", params=params)
    own = place.path.partition("$")[2][0]
    moved = {"written": f"${own}{place.value}", "moved": f"${code}{place.value}", "subfield": code}
    return Fault(field_place(record.marc, place.path), "suggest", place.value, {**params, **moved})


def mend(text: str, fault: Fault) -> str:
    """The field with the wrong number in the subfield for wrong numbers."""
    written, moved = fault.params["written"], fault.params["moved"]
    return re.sub(rf"{re.escape(written)}(?=\$|$)", lambda _: moved, text, count=1)


RULE = Rule(
    id="isbn_check_digit",
    version=1,
    order=40,
    severity="warning",
    actions=("suggest", "report"),
    definition="https://www.isbn-international.org/content/isbn-users-manual",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda _known, dialect: {path.tag for path in dialect.paths["isbn"]}.__contains__,
)
