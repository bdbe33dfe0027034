"""What was typed for the sign № on keyboards without it.

Before:    225 1#$aПрепринт$vNo 35
Suggested: 225 1#$aПрепринт$v№ 35

«No», «N°» and «Nш» (the sign in an old encoding) before a number; a bare «N 35» only in a Cyrillic text.
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

_SIGN = re.compile(r"(?<![^\W\d_])N(?:[oо°º]\.?|ш|є)\s*(?=\d)")
_BARE = re.compile(r"(?<![^\W\d_])N\.?\s*(?=\d)")
_WORTH = re.compile(r"N[oо°ºшє. ]{0,2} ?\d")
_CYRILLIC = re.compile(r"[\u0400-\u052f]{2}")
_LATIN = re.compile(r"[A-Za-z]{2}")


@dataclass(frozen=True)
class Settings:
    """Where numbers of issues stand.

    Attributes:
        texts: slots by family.
        bare: True proposes № for a bare «N» too.
    """

    texts: dict[str, list[str]]
    bare: bool


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Texts with such a sign."""
    settings: Settings = background.settings
    for one in found(record, slots_of(settings.texts, record), _WORTH):
        mended = _SIGN.sub("№ ", one.value)
        if settings.bare and not _LATIN.search(mended):
            mended = _BARE.sub("№ ", mended)
        if mended != one.value and (_CYRILLIC.search(one.value) or not _LATIN.search(mended)):
            yield Fault(one.place(record), "suggest", params={"mended": mended})


RULE = Rule(
    id="number_sign",
    version=1,
    order=98,
    severity="info",
    actions=("suggest",),
    definition="https://www.unicode.org/charts/PDF/U2100.pdf",
    find=find,
    mend=lambda _text, fault: str(fault.params["mended"]),
    settings=Settings,
    independent=True,
    looks=lambda known, dialect: tags_in(dialect, known.settings.texts),
    worth=_WORTH.search,
)
