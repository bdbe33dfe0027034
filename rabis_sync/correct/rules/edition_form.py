"""An edition statement not in its usual form: «2 изд», a bare number.

Before:    101 $arus
           205 $a2 изд., доп
Suggested: 101 $arus
           205 $a2-е изд., доп.
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


@dataclass(frozen=True)
class Usual:
    """The usual form in one language.

    Attributes:
        number: patterns of the number with the word for an edition; group 1 is the number.
        form: the usual form, with the number in braces.
        full: pattern of the number with the word in full, which is in order too.
        cut: words that are cut short -> with their full stop.
    """

    number: list[str]
    form: str
    full: str
    cut: list[str]


@dataclass(frozen=True)
class Settings:
    """Edition statements.

    Attributes:
        editions: slots by family.
        usual: language -> its form.
    """

    editions: dict[str, list[str]]
    usual: dict[str, Usual]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Statements in another form than the usual one."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.editions, record)):
        usual = next(filter(None, map(settings.usual.get, record.languages())), None)
        mended = _usual(one.value, usual) if usual else ""
        if mended and mended != one.value and usual and not re.match(usual.full, one.value):
            yield Fault(one.place(record), "suggest", params={"edition": one.value, "mended": mended})


def _usual(text: str, usual: Usual) -> str:
    """The statement in its usual form; empty where its number is not understood."""
    number = next(filter(None, (re.match(pattern, text, re.IGNORECASE) for pattern in usual.number)), None)
    if number is None:
        return ""
    rest = text[number.end() :].strip()
    for word in usual.cut:
        rest = re.sub(rf"(?<!\w){re.escape(word)}(?![\w.])", f"{word}.", rest)
    joined = f"{'' if not rest or rest[0] in ',;]' else ', '}{rest}"
    return usual.form.replace("{number}", number[1]) + joined


RULE = Rule(
    id="edition_form",
    version=1,
    order=92,
    severity="info",
    actions=("suggest",),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni2.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
    looks=lambda known, dialect: tags_in(dialect, known.settings.editions),
)
