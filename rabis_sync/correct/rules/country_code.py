"""What stands for a country and is no code of ISO 3166-1: words, codes of three letters, small letters.

Before: 102 $aРК$aRUS
After:  102 $aKZ$aRU
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rabis_sync.correct.rule import Action
    from rabis_sync.marc.record import Record

#: Cyrillic capitals that look like the Latin ones of a code.
_LATIN = str.maketrans("АВЕКМНОРСТУХІ", "ABEKMHOPCTYXI")


@dataclass(frozen=True)
class Codes:
    """The codes of countries.

    Attributes:
        valid: of the standard, apart by blanks.
        former: of countries that are no more.
    """

    valid: str
    former: list[str]

    @cached_property
    def known(self) -> frozenset[str]:
        """Everything that may stand."""
        return frozenset([*self.valid.split(), *self.former])


@dataclass(frozen=True)
class Settings:
    """Where codes stand and which there are.

    Attributes:
        countries: slots by family.
        codes: the codes.
        three: code of three letters -> code of two.
        words: further words, in small letters -> code.
    """

    countries: dict[str, list[str]]
    codes: Codes
    three: dict[str, str]
    words: dict[str, str]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Values that are no codes."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.countries, record)):
        value = one.value
        if value not in settings.codes.known and value.strip():
            code = _code(value, settings, record.dialect.countries)
            action: Action = "fix" if code else "report"
            yield Fault(one.place(record), action, params={"value": value, "code": code})


def _code(value: str, settings: Settings, words: Mapping[str, str]) -> str:
    word = value.strip(" .,;:[]()")
    known = {**words, **settings.words}
    if word.lower() in known:
        return known[word.lower()]
    capitals = word.upper().translate(_LATIN)
    if capitals in settings.codes.known:
        return capitals
    return settings.three.get(capitals, "")


RULE = Rule(
    id="country_code",
    version=1,
    order=52,
    severity="warning",
    actions=("fix", "report"),
    definition="https://www.iso.org/obp/ui/#search/code/",
    find=find,
    mend=lambda _text, fault: str(fault.params["code"]),
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.countries),
)
