"""An author mark whose letter is not that of the heading or the title.

Before: 700 #1$aАуэзов$bМ. О.
        908 ##$aA 93
After:  700 #1$aАуэзов$bМ. О.
        908 ##$aА 93

The mark of Khavkina's tables begins with the first letter of the author, else of the title, of a volume of
its set. A Latin letter that only looks like it is mended; another letter is reported, since its figures are
wrong as well. Kazakh letters may stand as those the tables have («Ә» as «А»).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record

_MARK = re.compile(
    r"(?P<before>(?:\S.*\s)?)(?P<letter>[^\W\d_])(?P<rest>[ -]?\d{1,3}(?:\s*[-/]?\s*\d{0,2})?)"
)
_LATIN = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_CYRILLIC = frozenset("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ")
_FIRST = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Settings:
    """Author marks.

    Attributes:
        marks: slots by family, of call numbers too at whose end a mark stands.
        same: letters of one language -> the letter that the tables have for them.
    """

    marks: dict[str, list[str]]
    same: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Marks with another letter than the record's headings begin with."""
    settings: Settings = background.settings
    firsts: set[str] | None = None
    nearest = _nearest(record, settings.same)
    for one in found(record, slots_of(settings.marks, record)):
        mark = _MARK.fullmatch(one.value.strip())
        if mark is None:
            continue
        letter = mark["letter"].upper()
        if settings.same.get(letter, letter) in nearest:
            continue
        firsts = _firsts(record, settings.same) if firsts is None else firsts
        if not firsts or settings.same.get(letter, letter) in firsts:
            continue
        mended = mark["before"] + letter.translate(_LATIN) + mark["rest"]
        if letter in _CYRILLIC and not firsts <= _CYRILLIC:  # made from a transliteration, perhaps
            continue
        params = {"mark": one.value, "letters": ", ".join(sorted(firsts)), "mended": mended}
        certain = letter.translate(_LATIN) in firsts and mended != one.value.strip()
        yield Fault(one.place(record), "fix" if certain else "report", params=params)


def _nearest(record: Record, same: dict[str, str]) -> set[str]:
    """First letters of the first title and of all names, as they stand: of most marks one is the letter."""
    dialect, index = record.dialect, record.index
    texts = record.values("title")[:1]
    texts += [
        part[1:]
        for spec in dialect.names
        if spec.tag in index.texts
        for parts in index.parts(spec.tag)
        for part in parts[1:]
        if part[:1] == spec.name
    ]
    return {same.get(letter, letter) for text in texts if (letter := text[:1].upper()).isalpha()}


def _firsts(record: Record, same: dict[str, str]) -> set[str]:
    """First letters of all a mark may be made from; none where that may be a spoken number («1001 ночь»)."""
    texts = [*(one.name for one in record.contributors()), *record.values("title"), record.set_title()]
    texts += [one.text for one in record.subjects() if one.kind == "person"]
    letters = [found[0].upper() for text in texts if (found := _FIRST.search(text))]
    return {same.get(letter, letter) for letter in letters} if all(map(str.isalpha, letters)) else set()


RULE = Rule(
    id="author_mark",
    version=1,
    order=102,
    severity="info",
    actions=("fix", "report"),
    definition="https://archive.ifla.org/VI/3/p1996-1/uni8.htm",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
    independent=True,
)
