"""The fate of every record of a page, decided before anything is done to the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rabis_sync.harvest.reading import Deleted, Read, Sighted
from rabis_sync.store.harvests import Refused

if TYPE_CHECKING:
    from rabis_sync.store.records import Incoming, Known

#: What a page tells of a record once the store was asked for those known by their bytes.
Told = Read | Sighted

#: What every record received becomes exactly one of.
FATES = ("new", "changed", "unchanged", "deleted", "repeated", "quarantined")


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What one page does to the store."""

    source: str
    add: tuple[Incoming, ...] = ()
    change: tuple[tuple[int, Incoming], ...] = ()
    restored: tuple[str, ...] = ()
    delete: tuple[tuple[int, str], ...] = ()
    refuse: tuple[Refused, ...] = ()
    seen: tuple[int, ...] = ()
    copies: dict[int, list[tuple[object, ...]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = ", ".join(f"{number} {name}" for name, number in self.counts.items() if number)
        return f"harvest {self.source}: {told or 'nothing'}"


def plan_page(source: str, results: list[Told], known: dict[str, Known], seen: set[int]) -> PagePlan:
    """Decide the fate of each result of a page.

    Args:
        source: name of the source.
        results: in the order of the page; merely sighted is only what is stored just so.
        known: what is stored under their control numbers.
        seen: ids that this harvest met on earlier pages.

    Of records that share a control number the first counts; the others are refused, not taken for changes:
    unless the source itself says by its own name that it is the same record, which changed meanwhile.
    """
    add: dict[str, Incoming] = {}
    change: dict[int, Incoming] = {}
    delete: dict[int, str] = {}
    refuse: list[Refused] = []
    restored: list[str] = []
    met: set[str] = set()
    counts: Counter[str] = Counter(received=len(results))
    overtaken = _overtaken(results)
    for place, result in enumerate(results):
        if isinstance(result, Refused):
            refuse.append(result)
            counts["quarantined"] += 1
            continue
        stored = known.get(result.control_number)
        if place in overtaken:
            counts["repeated"] += 1
            continue
        again = stored is not None and stored.id in seen and not _later(result, stored)
        if result.control_number in met or again:
            counts["repeated"] += 1
            refuse += _repeated(result, stored, add)
            continue
        met.add(result.control_number)
        if isinstance(result, Deleted):
            counts["deleted"] += 1
            if stored is not None and stored.state == "active":
                delete[stored.id] = result.control_number
        elif isinstance(result, Sighted):
            counts["unchanged"] += 1
        elif stored is None:
            counts["new"] += 1
            add[result.control_number] = result
        elif (stored.content_hash, stored.state) != (result.content_hash, "active"):
            counts["changed"] += 1
            change[stored.id] = result
            restored += [result.control_number] if stored.state == "deleted" else []
        else:
            counts["unchanged"] += 1
    return PagePlan(
        source=source,
        add=tuple(add.values()),
        change=tuple(change.items()),
        restored=tuple(restored),
        delete=tuple(delete.items()),
        refuse=tuple(refuse),
        seen=tuple(known[number].id for number in met if number in known and known[number].id not in seen),
        counts={"received": counts["received"], **{fate: counts[fate] for fate in FATES}},
    )


def _overtaken(results: list[Told]) -> set[int]:
    """Places of results that the same page brings again under the source's own name of the record."""
    last: dict[tuple[str, str], int] = {}
    overtaken: set[int] = set()
    for place, result in enumerate(results):
        if not isinstance(result, Refused) and result.identifier:
            name = (result.identifier, result.control_number)
            overtaken.update([last[name]] if name in last else [])
            last[name] = place
    return overtaken


def _later(result: Incoming | Sighted | Deleted, stored: Known) -> bool:
    """Another state of a record that this harvest met already, told by the source's own name of it."""
    if not result.identifier or result.identifier != stored.identifier:
        return False
    if isinstance(result, Deleted):
        return stored.state == "active"
    return (stored.content_hash, stored.state) != (result.content_hash, "active")


def _repeated(
    result: Incoming | Sighted | Deleted, stored: Known | None, add: dict[str, Incoming]
) -> list[Refused]:
    """Keep the bytes of a repeated control number unless it is the very same record once more."""
    if isinstance(result, Deleted):
        return []
    first = add.get(result.control_number)
    same = first.content_hash if first else stored.content_hash if stored else ""
    if same == result.content_hash:
        return []
    detail = (
        f"control number {result.control_number} occurs more than once in the source; the first one was taken"
    )
    return [
        Refused(result.raw, result.syntax, "repeated_control_number", detail, "", 0, result.control_number)
    ]
