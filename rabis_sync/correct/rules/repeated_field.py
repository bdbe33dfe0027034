"""A field that stands in the record twice, letter for letter.

Before: 610 0#$aәдебиет
        610 0#$aроман
        610 0#$aәдебиет
After:  610 0#$aәдебиет
        610 0#$aроман

The first stays. Fields that stand for one copy each may be equal and are no repetition; which these are is
data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Which fields are compared.

    Attributes:
        compared: by family, patterns of tags.
    """

    compared: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Fields that are equal to an earlier one."""
    settings: Settings = background.settings
    compared = among(tuple(settings.compared.get(record.dialect.family, ())))
    for tag, texts in record.index.texts.items():
        if len(texts) > 1 and len(set(texts)) < len(texts) and compared.match(tag):
            for nth, text in enumerate(texts, 1):
                if text in texts[: nth - 1] and "\x1f" in text:
                    place = whole(record, tag, nth, record.index.parts(tag)[nth - 1])
                    yield Fault(place, "fix", params={"field": tag})


RULE = Rule(
    id="repeated_field",
    version=1,
    order=96,
    severity="info",
    actions=("fix",),
    definition="https://www.ifla.org/publications/unimarc-formats-and-related-documentation/",
    find=find,
    mend=lambda _text, _fault: "",
    settings=Settings,
    glance=lambda record, _known: len(set(record.marc.texts)) < len(record.marc.texts),
)
