"""An ISBN written so that machines do not know it, though its digits are right.

Before: 010 $aISBN 5-7761-0596-Х.
After:  010 $a5-7761-0596-X

Cyrillic Х and small x become X, long dashes hyphens; the label ISBN, stray blanks and full stops go. Hyphens
stay where the record has them, and so does a number without any; only a number of too many or doubled
hyphens is divided anew by the ranges of the ISBN agency. A qualification that stands with the number is
proposed for its own subfield.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.numbers import isbn_form
from rabis_sync.correct.places import field_place
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.marc import identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Place, Record

_QUALIFIED = re.compile(r"(?P<number>[\d\s‐‑‒–—−-]{9,}[\dXxХх])\s*[(\[](?P<words>[^()\[\]]+)[)\]]\s*\.?")


@dataclass(frozen=True)
class Settings:
    """How the format divides the field.

    Attributes:
        qualification: by family, the subfield for what is said about one of several numbers.
    """

    qualification: dict[str, str]


def mend(text: str, fault: Fault) -> str:
    """The canonical form; for a qualified number, the field with the qualification in its own subfield."""
    if fault.action == "fix":
        return isbn_form(text) or text
    return text.replace(fault.params["written"], fault.params["divided"], 1)


def find(record: Record, background: Background) -> Iterator[Fault]:
    """ISBNs whose form is not canonical."""
    settings: Settings = background.settings
    for place in record.places("isbn"):
        if ">" in place.path or not place.value.strip():
            continue
        mended = isbn_form(place.value)
        if mended is not None and mended != place.value:
            yield Fault(place, "fix")
        qualified = _QUALIFIED.fullmatch(place.value)
        if qualified and identifiers.isbn(qualified["number"]).canonical:
            yield _divided(record, place, qualified, settings.qualification[record.dialect.family])


def _divided(record: Record, place: Place, qualified: re.Match[str], code: str) -> Fault:
    number, words = isbn_form(qualified["number"]) or qualified["number"], qualified["words"]
    own = place.path.partition("$")[2][0]
    written, divided = f"${own}{place.value}", f"${own}{number}${code}{words}"
    params = {"number": number, "words": words, "written": written, "divided": divided}
    return Fault(field_place(record.marc, place.path), "suggest", place.value, params)


RULE = Rule(
    id="isbn_form",
    version=1,
    order=30,
    severity="info",
    actions=("fix", "suggest"),
    definition="https://www.isbn-international.org/content/isbn-users-manual",
    find=find,
    mend=mend,
    settings=Settings,
    independent=True,
    looks=lambda _known, dialect: {path.tag for path in dialect.paths["isbn"]}.__contains__,
)
