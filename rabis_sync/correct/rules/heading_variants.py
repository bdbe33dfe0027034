"""Headings of persons and bodies that the catalogue mostly writes otherwise: its preferred form is proposed.

Before: 101 $akaz
        700 $aАуэзов$bМ. О.
Suggested: 101 $akaz
        700 $aӘуезов$bМ. О.

Within one language, since a Russian record rightly has «Ауэзов» and a Kazakh one «Әуезов»; by initials, dates
and surname (`correct/namesakes.py`). Never applied without a person, who is told how many records have each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.correct.namesakes import surname
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.correct.vocabulary import heading_of
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.correct.namesakes import Namesakes
    from rabis_sync.marc.dialect import NameField
    from rabis_sync.marc.record import Record


def find(record: Record, background: Background) -> Iterator[Fault]:
    """Headings for which the catalogue prefers another form."""
    if background.lexicon is None or background.lexicon.namesakes is None:
        return
    namesakes = background.lexicon.namesakes
    language = (record.languages() or ("",))[0]
    specs = {spec.tag: spec for spec in record.dialect.names}
    seen: dict[str, int] = {}
    for index, (tag, text) in enumerate(record.marc.fields):
        if tag in specs:
            seen[tag] = seen.get(tag, 0) + 1
            yield from _faults(Place(index, f"{tag}[{seen[tag]}]", text), specs[tag], language, namesakes)


def _faults(field: Place, spec: NameField, language: str, namesakes: Namesakes) -> Iterator[Fault]:
    heading = heading_of(spec, field.value, language)
    preferred = namesakes.preferred(heading) if heading else None
    if heading is None or preferred is None:
        return
    value = field.value.partition(f"\x1f{spec.name}")[2].partition("\x1f")[0]
    word = surname(heading)
    params = {"word": word, "mended": preferred.name, "occurs": preferred.occurs, "own": preferred.own}
    yield Fault(Place(field.index, f"{field.path}${spec.name}[1]", value), "suggest", word, params)


def mend(text: str, fault: Fault) -> str:
    """The entry element with the name in the preferred form."""
    return text.replace(fault.what, fault.params["mended"], 1)


RULE = Rule(
    id="heading_variants",
    version=1,
    order=110,
    severity="info",
    actions=("suggest",),
    definition="https://www.ifla.org/g/unimarc-rg/unimarc-authorities/",
    find=find,
    mend=mend,
    looks=lambda _known, dialect: {one.tag for one in dialect.names}.__contains__,
)
