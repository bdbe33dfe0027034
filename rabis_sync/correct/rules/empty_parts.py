"""Subfields without a value, and fields of nothing else.

Before: 700 #1$aӘуезов$b$g $4070
After:  700 #1$aӘуезов$4070

They say nothing and are shown as gaps. Where the empty one is that without which the others say nothing, a
heading without its name, it is reported: something is missing there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.lines import line, parts
from rabis_sync.correct.places import among
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import slots_of, whole
from rabis_sync.marc.fields import SUBFIELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_EMPTY = re.compile(r"\x1f.?[\s\xa0]*(?:\x1f|$)")
#: What such a field must show.
_WORTH = re.compile(rf"{_EMPTY.pattern}|^.{{0,2}}\s*$", re.DOTALL)


@dataclass(frozen=True)
class Settings:
    """Where blanks are values.

    Attributes:
        keep: by family, patterns of tags.
        needed: by family, slots of subfields without which the others of their field say nothing.
    """

    keep: dict[str, list[str]]
    needed: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Fields with empty subfields."""
    settings: Settings = background.settings
    kept = among(tuple(settings.keep.get(record.dialect.family, ())))
    needed = slots_of(settings.needed, record)
    for tag, texts in record.index.texts.items():
        for nth, text in enumerate(texts, 1):
            if kept.match(tag) or not (_EMPTY.search(text) if SUBFIELD in text else not text[2:].strip()):
                continue
            parts_ = record.index.parts(tag)[nth - 1]
            empty = [part[0] for part in parts_[1:] if part and not part[1:].strip()]
            place = whole(record, tag, nth, parts_)
            missing = [
                code
                for code in empty
                if code in needed[tag] and len(empty) < len(list(filter(None, parts_[1:])))
            ]
            gone = [code for code in empty if code not in missing]
            if missing:
                params = {"codes": f"${missing[0]}"}
                yield Fault(place, "report", "needed", params, "warning")
            if gone or not empty:
                params = {"codes": " ".join(f"${code}" for code in gone) or tag}
                yield Fault(place, "fix", "".join(gone), {**params, "gone": gone})


def mend(text: str, fault: Fault) -> str:
    """The field without them; nothing where nothing is left."""
    gone = fault.params["gone"]
    return line(*[(code, value) for code, value in parts(text) if value.strip() or code not in gone])


RULE = Rule(
    id="empty_parts",
    version=1,
    order=94,
    severity="info",
    actions=("fix", "report"),
    definition="https://www.ifla.org/publications/unimarc-formats-and-related-documentation/",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda _known, _dialect: bool,
    worth=_WORTH.search,
)
