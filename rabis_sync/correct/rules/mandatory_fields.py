"""Elements that every record of its level and kind must have, and this one has not.

Before: 200 $fА. Иванов
Reported: 200$a

Which elements these are, and how grave it is to lack one, stands in the dialect (`[[mandatory]]`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.correct.places import slot
from rabis_sync.correct.rule import Background, Fault, Rule
from rabis_sync.marc.record import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.record import Record


def find(record: Record, _background: Background) -> Iterator[Fault]:
    """Mandatory elements without a value; the address is where the first value would stand."""
    for wanted in record.dialect.mandatory_for(record.level(), record.kind()):
        if not record.has(wanted.element):
            path = slot(record.dialect.elements[wanted.element][0])
            params = {"element": wanted.element, "path": path}
            yield Fault(Place(-1, path, ""), "report", wanted.element, params, wanted.severity)


RULE = Rule(
    id="mandatory_fields",
    version=1,
    order=90,
    severity="error",
    actions=("report",),
    definition="https://archive.ifla.org/VI/3/p1996-1/sec-uni.htm",
    find=find,
)
