"""Records read anew from what is stored, without asking the source, when they would be read otherwise now.

Mappings change, item profiles change, and the program that folds and extracts changes with every version. The
reader of a source therefore has a fingerprint; where the stored one differs, every record is read once more
from its canonical text, page by page, and only what comes out otherwise is written. Another reading of the
bytes themselves (`sources.export.READING`) is the source's own affair: it gives another content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.harvest.reading import Sighted
from rabis_sync.store.records import Incoming
from rabis_sync.store.rereading import Made, State

if TYPE_CHECKING:
    from rabis_sync.harvest.reading import Reader
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.rereading import Kept
    from rabis_sync.store.runs import StepContext

#: Records that are read and committed together.
PAGE = 1000


def read_anew(store: Store, source: str, reader: Reader, context: StepContext) -> int:
    """Read the records of a source anew where another reader made their rows.

    Args:
        store: the database.
        source: name of the source in the configuration.
        reader: how its records are understood now.
        context: of the run; a dry run reads and writes nothing here.

    Returns:
        How many records came out otherwise than they were stored.
    """
    wanted = reader.fingerprint
    with store.read() as unit:
        state = unit.rereading.state(source)
        whole = sum(unit.records.counts(source).values()) if state != State(wanted, None) else 0
    if context.dry_run or state == State(wanted, None):
        return 0
    resumed = state is not None and state.fingerprint == wanted
    last: int | None = state.upto or 0 if state is not None and resumed else 0
    changed = read = 0
    while last is not None:
        with store.write() as unit:
            kept = unit.rereading.batch(source, after=last, size=PAGE)
            last = kept[-1].id if kept else None
            otherwise = _otherwise(unit, reader, kept)
            unit.rereading.exchange(otherwise)
            unit.rereading.note(source, State(wanted, last))
        changed += len(otherwise)
        read += len(kept)
        context.progress(f"reading {source} anew", read, whole)
    return changed


def _otherwise(unit: Unit, reader: Reader, kept: list[Kept]) -> dict[int, Made]:
    """Of these records, those that come out otherwise, with what they come out as.

    One of which nothing can be made now (its family is told no longer) stays as it was made.
    """
    stored = unit.rereading.made(one.id for one in kept)
    made = {one.id: _made(reader, one) for one in kept}
    return {number: new for number, new in made.items() if new is not None and new != stored[number]}


def _made(reader: Reader, one: Kept) -> Made | None:
    sighted = Sighted(
        *(one.control_number, one.content_hash, one.syntax, one.encoding, one.confidence),
        raw=b"",
        canonical=one.canonical,
        offset=0,
        file="",
        identifier=one.identifier,
    )
    found = reader.whole(sighted)
    if not isinstance(found, Incoming):
        return None
    return Made(found.family, found.profile, tuple(found.items), found.match)
