"""A role written as a word where the format has a code.

Before: 702 #1$aСоболев$bЛ. С.$4пер.
After:  702 #1$aСоболев$bЛ. С.$4730

Fixed where the dialect knows the word and the format has one code for it; a number that is no code and a
word nobody knows are reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.slots import found, slots_of, tags_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.rule import Action
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.record import Record


@dataclass(frozen=True)
class Settings:
    """Where roles stand.

    Attributes:
        roles: slots by family.
    """

    roles: dict[str, list[str]]


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Roles that are no codes."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.roles, record)):
        value = one.value
        codes = _codes(record.dialect)
        if (
            not value.strip()
            or value in codes.values()
            or (value.isdecimal() and value in record.dialect.roles)
        ):
            continue
        meaning = record.dialect.roles.get(value.strip(" .,:;()[]").lower(), "")
        code = codes.get(meaning, "")
        action: Action = "fix" if code else "report"
        yield Fault(one.place(record), action, params={"role": value, "code": code})


@lru_cache(maxsize=8)
def _codes(dialect: Dialect) -> dict[str, str]:
    """What a role means -> the code for it in this format: three figures, or the relator code itself."""
    figures = {meaning: code for code, meaning in dialect.roles.items() if code.isdecimal()}
    return figures or {meaning: meaning for meaning in dialect.roles.values()}


RULE = Rule(
    id="role_code",
    version=1,
    order=58,
    severity="info",
    actions=("fix", "report"),
    definition="https://www.loc.gov/marc/relators/",
    find=find,
    mend=lambda _text, fault: str(fault.params["code"]),
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.roles),
)
