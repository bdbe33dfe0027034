"""Read again what once could not be read: what is readable now is taken, nothing newer is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.harvest.reading import Deleted
from rabis_sync.marc import codec
from rabis_sync.marc.codec import Decoded, Unreadable
from rabis_sync.store.harvests import Refused

if TYPE_CHECKING:
    from rabis_sync.harvest.reading import Reader
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext

#: Kept for people to see: its identity is taken, or there is nothing in it that could be read.
NOT_RETRIED = {"repeated_control_number", "not_delivered", "rabis_card"}

Decode = Callable[[bytes], Decoded | Unreadable]
#: How the bytes of each syntax are read; a source with a syntax of its own adds to it.
DECODERS: Mapping[str, Decode] = MappingProxyType(
    {syntax: partial(codec.decode, syntax=syntax) for syntax in (codec.ISO2709, codec.MARCXML)}
)


class Retried(NamedTuple):
    """How many entries left quarantine, and how many stay."""

    taken: int
    left: int


def retry(
    store: Store,
    readers: Mapping[str, Reader],
    context: StepContext,
    decoders: Mapping[str, Decode] = DECODERS,
) -> Retried:
    """Try every open entry of the sources that have a reader; each in a transaction of its own.

    Args:
        store: the database.
        readers: by source.
        context: of the run.
        decoders: by syntax.
    """
    with store.read() as unit:
        entries = unit.harvests.quarantined()
    taken = 0
    for number, entry in enumerate(entries, 1):
        reader = readers.get(entry["source"])
        decode = decoders.get(entry["syntax"])
        if reader is not None and decode is not None and entry["reason"] not in NOT_RETRIED:
            with store.write() as unit:
                taken += _take(unit, reader, decode, entry["id"], context)
        context.progress("quarantine", number, len(entries))
    return Retried(taken, len(entries) - taken)


def _take(unit: Unit, reader: Reader, decode: Decode, number: int, context: StepContext) -> bool:
    entry = unit.harvests.quarantined_one(number)
    assert entry is not None
    found = reader.read(decode(entry["raw"]), entry["file"])
    if isinstance(found, Refused):
        return False
    known = unit.records.known(entry["source"], [found.control_number])
    if not known and not isinstance(found, Deleted):
        unit.records.add(entry["source"], [found], run=context.run, at=context.now)
    unit.harvests.release(entry["id"])
    return True
