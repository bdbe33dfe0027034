"""Read again what once could not be read: what is readable now is taken, nothing newer is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.harvest.reading import Deleted
from rabis_sync.marc import codec
from rabis_sync.store.harvests import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.harvest.reading import Reader
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext

#: Readable already; kept because its identity is taken.
NOT_RETRIED = {"repeated_control_number"}


class Retried(NamedTuple):
    """How many entries left quarantine, and how many stay."""

    taken: int
    left: int


def retry(store: Store, readers: Mapping[str, Reader], context: StepContext) -> Retried:
    """Try every open entry of the sources that have a reader; each in a transaction of its own."""
    with store.read() as unit:
        entries = unit.harvests.quarantined()
    taken = 0
    for number, entry in enumerate(entries, 1):
        reader = readers.get(entry["source"])
        if reader is not None and entry["reason"] not in NOT_RETRIED:
            with store.write() as unit:
                taken += _take(unit, reader, entry, context)
        context.progress("quarantine", number, len(entries))
    return Retried(taken, len(entries) - taken)


def _take(unit: Unit, reader: Reader, entry: dict[str, Any], context: StepContext) -> bool:
    whole = unit.harvests.quarantined_one(entry["id"])
    assert whole is not None
    found = reader.read(codec.decode(whole["raw"], whole["syntax"]), whole["file"])
    if isinstance(found, Refused):
        return False
    known = unit.records.known(entry["source"], [found.control_number])
    if not known and not isinstance(found, Deleted):
        unit.records.add(entry["source"], [found], run=context.run, at=context.now)
    unit.harvests.release(entry["id"])
    return True
