"""An ISSN written so that machines do not know it, though its digits are right.

Before: 011 $aISSN 0028 792Х
After:  011 $a0028-792X

Two groups of four with a hyphen; Cyrillic Х and small x become X, the label goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.numbers import issn_form
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in
from rabis_sync.marc import identifiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Where ISSNs stand.

    Attributes:
        numbers: slots by family.
    """

    numbers: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Valid ISSNs in another form."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.numbers, record)):
        form = issn_form(one.value)
        if form and form != one.value and identifiers.issn(form).canonical:
            yield Fault(one.place(record), "fix")


RULE = Rule(
    id="issn_form",
    version=1,
    order=36,
    severity="info",
    actions=("fix",),
    definition="https://www.issn.org/understanding-the-issn/assignment-rules/issn-manual/",
    find=find,
    mend=lambda text, _fault: issn_form(text) or text,
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.numbers),
)
