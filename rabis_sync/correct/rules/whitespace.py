"""Blanks and invisible characters that no reader sees and every search stumbles over.

Before: 200 $aЗатяжное  ненастье
After:  200 $aЗатяжное ненастье

Tabs, line breaks and special spaces become a space, several spaces one, spaces at the ends go; so do control
characters, zero-width spaces and soft hyphens inside words. Marks of non-sorting words (ISO 6630) and
joiners that Arabic and Indic scripts need stay. A soft hyphen that is not inside a word may stand for a real
hyphen: that is proposed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among, slot, subfields
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import tags_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.marc.record import Record

_NON_SORTING = "\x88\x89\x98\x9c"  # ISO 6630 as U+0088 U+0089, in some exports as U+0098 U+009C
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_GONE = re.compile(f"(?![{_BLANKS}{_NON_SORTING}])[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff]")
_SPACES = re.compile(f"[{_BLANKS}]+")
_SOFT_INSIDE = re.compile(r"(?<=[^\W\d_])\xad+(?=[^\W\d_])")
_UNSOUND = re.compile(f"^ | $|  |\xad|(?! )[{_BLANKS}]|{_GONE.pattern}")
#: A value that begins with a blank.
_BEGUN = re.compile("\x1f. ", re.DOTALL)


@dataclass(frozen=True)
class Settings:
    """Where blanks carry meaning.

    Attributes:
        keep: by family, patterns over ``tag$code`` of places that are never touched.
    """

    keep: dict[str, list[str]]


def clean(text: str) -> str:
    """The text with plain single spaces and nothing invisible."""
    text = _SOFT_INSIDE.sub("", _GONE.sub("", text)).replace("\xad", "-")
    return _SPACES.sub(" ", text).strip(" ")


def _worth(text: str, start: int) -> bool:
    """True for a field in which such a value may stand: most are passed over without being split."""
    return (
        "  " in text[start:]
        or " \x1f" in text[start:]
        or text[-1:] == " "
        or not text[start:].replace("\x1f", "").isprintable()
        or _BEGUN.search(text, start) is not None
    )


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Values with unsound blanks; one that is nothing but blanks is left to those who know what was meant."""
    keep: Mapping[str, list[str]] = background.settings.keep
    kept = among(tuple(keep.get(record.dialect.family, ())))
    for place in subfields(record.marc, _worth):
        if _UNSOUND.search(place.value) and not kept.match(slot(place.path)) and clean(place.value):
            doubtful = "\xad" in _SOFT_INSIDE.sub("", place.value)
            yield Fault(place, "suggest" if doubtful else "fix")


RULE = Rule(
    id="whitespace",
    version=1,
    order=10,
    severity="info",
    actions=("fix", "suggest"),
    definition="https://www.unicode.org/reports/tr44/#White_Space",
    find=find,
    mend=lambda text, _fault: clean(text),
    settings=Settings,
    looks=lambda known, dialect: tags_beside(dialect, known.settings.keep),
    worth=_worth,
)
