"""Text that was read in the wrong code page: UTF-8, KZ-1048 or PT154 taken for Windows-1251.

Before: 101 $akaz
        200 $aЌазаќ тілініѕ тарихы
After: 101 $akaz
        200 $aҚазақ тілінің тарихы

UTF-8 shows in each value by itself: the bytes read right as nothing else would. The two Kazakh code pages
share letters (є was ғ in the one and ә in the other), so they are told apart on the record as a whole, by
letters that only one has, else by the words that come out; and never in records of languages whose own
letters these are. Fixed where enough of the words that change are known words then, or the bytes leave no
doubt; else proposed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.correct.places import subfields
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import tags_beside
from rabis_sync.marc.mojibake import mojibake_encoding, repaired_as

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.marc.record import Place, Record

#: What a field must show: letters and signs that Windows-1251 has where other encodings have letters; not і,
#: which Kazakh has as well. UTF-8 read so has one of them in every few letters.
_STRANGE = re.compile("[\u0402-\u0405\u0407-\u040f\u0452-\u0455\u0457-\u045f\u0490\u0491¤¦µ±°¶†‡‰]")
_WORD = re.compile(r"[^\W\d_]{3,}")
_KAZAKH = ("kz1048", "ptcp154")


@dataclass(frozen=True)
class Settings:
    """How sure is sure.

    Attributes:
        certain: least confidence, in per cent, at which a record is mended without asking.
        letters: least number of letters that change in a record, for the same.
    """

    certain: int
    letters: int


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Values that read otherwise in the encoding they were in."""
    places = list(subfields(record.marc, _STRANGE.search))
    if not places:
        return
    if any(mojibake_encoding(place.value, ()) == "utf-8" for place in places):
        for place in subfields(record.marc):  # in such a record the shortest value is read so too
            if repaired_as(place.value, "utf-8") != place.value:
                yield _fault(place, "utf-8", confidence=100, certain=True)
    else:
        yield from _kazakh(places, record.languages(), background)


def _kazakh(places: Sequence[Place], languages: Sequence[str], background: Background) -> Iterator[Fault]:
    """Faults of the record as a whole: one encoding for all its values."""
    text = "\n".join(place.value for place in places)
    encoding = mojibake_encoding(text, languages)
    if encoding is None or encoding == "utf-8":
        return
    if encoding == "ambiguous":
        encoding = _by_words(text, background)
    changed = [place for place in places if repaired_as(place.value, encoding) != place.value]
    confidence = _confidence(text, encoding, background)
    letters = sum(one != other for one, other in zip(text, repaired_as(text, encoding), strict=True))
    settings: Settings = background.settings
    certain = encoding in _KAZAKH and confidence >= settings.certain and letters >= settings.letters
    for place in changed:
        yield _fault(place, encoding, confidence=confidence, certain=certain)


def _by_words(text: str, background: Background) -> str:
    """The code page in which more of the words are known ones; ``ambiguous`` where it makes no difference."""
    first, second = (_confidence(text, encoding, background) for encoding in _KAZAKH)
    return "ambiguous" if first == second else _KAZAKH[first < second]


def _confidence(text: str, encoding: str, background: Background) -> int:
    """Per cent of the words that change which are known words then."""
    words = {word: repaired_as(word, encoding) for word in _WORD.findall(text)}
    changed = [after.lower() for word, after in words.items() if after != word]
    known = sum(_is_known(word, background) for word in changed)
    return 100 * known // len(changed) if changed else 0


def _is_known(word: str, background: Background) -> bool:
    lexicon = background.lexicon
    return word in background.vocabulary or (lexicon is not None and lexicon.standing(word) > 0)


def _fault(place: Place, encoding: str, *, confidence: int, certain: bool) -> Fault:
    params = {"encoding": encoding, "confidence": confidence}
    return Fault(place, "fix" if certain else "suggest", params=params)


def mend(text: str, fault: Fault) -> str:
    """The text as it was written."""
    return repaired_as(text, fault.params["encoding"])


RULE = Rule(
    id="mojibake",
    version=1,
    order=5,
    severity="error",
    actions=("fix", "suggest"),
    definition="https://www.unicode.org/Public/MAPPINGS/VENDORS/MISC/KZ1048.TXT",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda _known, dialect: tags_beside(dialect, {}),
    worth=_STRANGE.search,
    doubts=lambda *_field: True,
)
