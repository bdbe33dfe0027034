"""Latin letters inside Cyrillic words and the reverse, typed because they look the same.

Before: 200 $aCтихотворения$fКазан KДПУ
After:  200 $aСтихотворения$fКазан КДПУ

Word by word, and never where a letter is part of a number, a notation or an address. Fixed where the mended
form is a known one: the catalogue or a dictionary has it, or none could be expected to (an acronym, a record
in Ukrainian) and the word has enough letters of its own; so are i, h, ə, ɵ typed for Kazakh letters in
Kazakh records. Proposed otherwise, as Latin y in a word that may be Kazakh («Атамyра»: Атамұра). Roman
numerals, Tatar in Latin letters («nigezendә») and whatever reads in neither script are left.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rabis_sync.correct.places import among, slot, subfields
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.script import (
    Reading,
    Settings,
    Witnesses,
    as_latin_code,
    foreign,
    is_mixed,
    is_numeral,
    read,
)
from rabis_sync.correct.slots import tags_beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Place, Record

#: A word with the signs right beside it: a digit there makes it a designation, not a word.
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]+(?![^\W_])")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:ru|kz|com|org|net)\b)\S*", re.IGNORECASE)
#: What a field must show to hold a mixed word: the scripts touch, and not at the code of a subfield.
_TOUCH = re.compile(
    r"[A-Za-z\u00c0-\u02af](?:(?<=[\u0400-\u052f].)|(?<!\x1f.)(?=[\u0400-\u052f]))", re.DOTALL
)
_LATIN_WORD = re.compile(r"\b[A-Za-z]{3,}\b")
_CYRILLIC_WORD = re.compile(r"\b[\u0400-\u052f]{3,}\b")


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Every mixed word that reads in one script, once a value."""
    settings: Settings = background.settings
    family = record.dialect.family
    kept, codes = (among(tuple(by.get(family, ()))) for by in (settings.keep, settings.latin_codes))
    witnesses: Witnesses | None = None
    for place in subfields(record.marc, _TOUCH.search):
        where = slot(place.path)
        if codes.match(where):
            yield from _faults(place, {word: as_latin_code(word, settings) for word in _mixed(place.value)})
        elif not kept.match(where):
            witnesses = witnesses or Witnesses(
                settings, background.vocabulary, background.lexicon, _languages(record)
            )
            yield from _faults(place, {word: read(word, witnesses) for word in _mixed(place.value)})


def mend(text: str, fault: Fault) -> str:
    """The text with the fault's word in one script, wherever it stands in it."""
    mended: str = fault.params["mended"]
    return re.sub(rf"(?<![^\W_]){re.escape(fault.what)}(?![^\W_])", lambda _: mended, text)


def _languages(record: Record) -> list[str]:
    return [code.lower() for code in (*record.values("language"), *record.languages())]


def _mixed(text: str) -> list[str]:
    """Mixed words of a text, each once, in order; those of internet addresses are none."""
    return list(dict.fromkeys(word for word in _WORD.findall(_ADDRESS.sub(" ", text)) if is_mixed(word)))


def _faults(place: Place, readings: dict[str, Reading | None]) -> Iterator[Fault]:
    for word, reading in readings.items():
        if reading is not None:
            certain = reading.certain and not _against_neighbours(place.value, reading.mended)
            params = {
                "word": word,
                "mended": reading.mended,
                "occurs": reading.occurs,
                **foreign(word, reading),
            }
            yield Fault(place, "fix" if certain else "suggest", word, params)


def _against_neighbours(text: str, mended: str) -> bool:
    """True where most other words of the text are in the other script: the reading may be a misreading."""
    cyrillic = len(_CYRILLIC_WORD.findall(text))
    latin = sum(not is_numeral(word) for word in _LATIN_WORD.findall(text))
    return cyrillic > latin if mended.isascii() else latin > cyrillic


RULE = Rule(
    id="look_alikes",
    version=2,
    order=20,
    severity="warning",
    actions=("fix", "suggest"),
    definition="https://www.unicode.org/reports/tr39/#Confusable_Detection",
    find=find,
    mend=mend,
    settings=Settings,
    looks=lambda known, dialect: tags_beside(dialect, known.settings.keep),
    worth=_TOUCH.search,
)
