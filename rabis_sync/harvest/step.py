"""Harvest one source: every page commits together with its checkpoint, the last one with the watermark."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rabis_sync.errors import BalanceError, EmptySource, GuardStop
from rabis_sync.harvest.reading import Deleted, item_rows
from rabis_sync.store.harvests import Refused
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from rabis_sync.harvest.reading import Reader
    from rabis_sync.harvest.sources import Page, Source
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Incoming, Known
    from rabis_sync.store.runs import StepContext

#: What every record received becomes exactly one of.
FATES = ("new", "changed", "unchanged", "deleted", "repeated", "quarantined")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the harvest of one source needs.

    Attributes:
        name: of the source in the configuration.
        source: where the records come from.
        reader: how they are understood.
        complete: what is absent from a whole harvest was deleted.
        max_deleted_share: part of the stored records that may be absent, and
        max_deleted_number: number that may be, whichever allows more.
        full: everything, whatever the watermark says.
        limit: stop after about so many records and finish nothing (0: no limit).
        of: the source whose records the copies belong to, for a source that has nothing but copies.
    """

    name: str
    source: Source
    reader: Reader
    complete: bool = False
    max_deleted_share: float = 0.02
    max_deleted_number: int = 20
    full: bool = False
    limit: int = 0
    of: str | None = None


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


def plan_page(
    source: str, results: list[Incoming | Deleted | Refused], known: dict[str, Known], seen: set[int]
) -> PagePlan:
    """Decide the fate of each result of a page.

    Args:
        source: name of the source.
        results: in the order of the page.
        known: what is stored under their control numbers.
        seen: ids that this harvest met on earlier pages.

    Of records that share a control number the first counts; the others are refused, not taken for changes.
    """
    add: dict[str, Incoming] = {}
    change: dict[int, Incoming] = {}
    delete: dict[int, str] = {}
    refuse: list[Refused] = []
    restored: list[str] = []
    met: set[str] = set()
    counts: Counter[str] = Counter(received=len(results))
    for result in results:
        if isinstance(result, Refused):
            refuse.append(result)
            counts["quarantined"] += 1
            continue
        stored = known.get(result.control_number)
        if result.control_number in met or (stored is not None and stored.id in seen):
            counts["repeated"] += 1
            refuse += _repeated(result, stored, add)
            continue
        met.add(result.control_number)
        if isinstance(result, Deleted):
            counts["deleted"] += 1
            if stored is not None and stored.state == "active":
                delete[stored.id] = result.control_number
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
        seen=tuple(known[number].id for number in met if number in known),
        counts={"received": counts["received"], **{fate: counts[fate] for fate in FATES}},
    )


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Harvest until the source has no more pages.

    Raises:
        SourceAway, FatalError: of the source.
        EmptySource: the first harvest brought nothing.
        GuardStop: more would be deleted than the job allows, or a source that had records has none.
        BalanceError: what was received is not what was dealt with.
    """
    with store.read() as unit:
        progress = unit.harvests.progress(settings.name)
    total: Counter[str] = Counter(dict.fromkeys(("received", *FATES, "absent", "newly_quarantined"), 0))
    for page in settings.source.pages(progress.reached, progress.checkpoint, full=settings.full):
        if context.dry_run:
            with store.read() as unit:
                plan = _plan(unit, settings, page)
            context.show(plan)
            total.update(plan.counts)
        else:
            with store.write() as unit:
                counts, stopped = _apply_page(unit, settings, context, page)
            total.update(counts)
            if stopped:
                raise stopped
        context.progress(f"harvest {settings.name}", page.done, page.whole or None)
        if settings.limit and total["received"] >= settings.limit:
            break
    _balance(total)
    outcome = "planned" if context.dry_run else "quarantined" if total["newly_quarantined"] else "done"
    return StepReport("harvest", dict(total), outcome)


def _apply_page(
    unit: Unit, settings: Settings, context: StepContext, page: Page
) -> tuple[dict[str, int], GuardStop | None]:
    """Everything one page does, inside one transaction; a guard holds back the end, not the page."""
    name = settings.name
    if page.checkpoint.get("fresh"):
        unit.harvests.forget_seen(name)
    plan = _plan(unit, settings, page)
    ids = unit.records.add(name, plan.add, run=context.run, at=context.now)
    unit.records.change(plan.change, run=context.run, at=context.now)
    unit.harvests.unbury(name, plan.restored)
    unit.records.delete([number for number, _ in plan.delete], run=context.run, at=context.now)
    unit.harvests.bury(
        name, [one for _, one in plan.delete], "deleted_by_source", run=context.run, at=context.now
    )
    counts = dict(plan.counts)
    counts["newly_quarantined"] = unit.harvests.quarantine(name, plan.refuse, run=context.run, at=context.now)
    unit.harvests.mark_seen(name, [*ids, *plan.seen])
    unit.records.replace_items(plan.copies)
    reached = unit.harvests.progress(name).reached
    if settings.limit:
        return counts, None
    if page.reached is None:
        unit.harvests.save_progress(name, reached, page.checkpoint)
        return counts, None
    try:
        counts["absent"] = _finish(unit, settings, context, page)
    except GuardStop as stopped:
        unit.harvests.save_progress(name, reached, page.checkpoint)
        return counts, stopped
    unit.harvests.save_progress(name, page.reached, {})
    return counts, None


def _plan(unit: Unit, settings: Settings, page: Page) -> PagePlan:
    results = _resolved(unit, settings.name, [settings.reader.read(one, page.file) for one in page.results])
    numbers = {result.control_number for result in results if not isinstance(result, Refused)}
    known = unit.records.known(settings.name, numbers | set(page.present))
    fresh = page.checkpoint.get("fresh")
    seen = set() if fresh else unit.harvests.seen(settings.name, (one.id for one in known.values()))
    plan = plan_page(settings.name, results, known, seen)
    if page.present:
        met = {known[number].id for number in page.present if number in known}
        plan = replace(plan, seen=tuple(sorted((met | set(plan.seen)) - seen)))
    return _with_copies(unit, settings, page, plan) if page.copies else plan


def _resolved(
    unit: Unit, source: str, results: list[Incoming | Deleted | Refused]
) -> list[Incoming | Deleted | Refused]:
    """Deletions told by the source's own name get the control number that is stored under it."""
    named = [one.identifier for one in results if isinstance(one, Deleted) and not one.control_number]
    if not named:
        return results
    numbers = unit.records.identified(source, named)
    return [
        Deleted(numbers.get(one.identifier) or one.identifier, one.identifier)
        if isinstance(one, Deleted) and not one.control_number
        else one
        for one in results
    ]


def _with_copies(unit: Unit, settings: Settings, page: Page, plan: PagePlan) -> PagePlan:
    """Copies that differ from the stored ones replace them; each is received and is changed or unchanged."""
    assert settings.of is not None
    known = unit.records.known(settings.of, {one.control_number for one in page.copies})
    fresh = {
        known[one.control_number].id: item_rows(one.items)
        for one in page.copies
        if one.control_number in known
    }
    stored = unit.records.items_of(fresh)
    changed = {number: rows for number, rows in fresh.items() if stored.get(number, []) != rows}
    counts = dict(plan.counts)
    counts["received"] += len(page.copies)
    counts["changed"] += len(changed)
    counts["unchanged"] += len(page.copies) - len(changed)
    return replace(plan, copies=changed, counts=counts)


def _finish(unit: Unit, settings: Settings, context: StepContext, page: Page) -> int:
    """After the last page: look at what was not met, and delete it where that is meant and allowed."""
    name = settings.name
    if not (page.entire or page.swept):
        unit.harvests.forget_seen(name)
        return 0
    counts = unit.records.counts(name)
    active = counts.get("active", 0)
    absent = unit.harvests.unseen(name)
    if active and len(absent) == active:
        raise GuardStop(f"source {name!r} is empty but had {active} records; nothing was deleted")
    if not counts and settings.of is None:
        raise EmptySource(f"source {name!r} brought no record")
    if not (page.swept or settings.complete):
        unit.harvests.forget_seen(name)
        return 0
    allowed = max(settings.max_deleted_number, int(settings.max_deleted_share * active))
    if len(absent) > allowed:
        raise GuardStop(
            f"{len(absent)} of {active} records are absent from source {name!r}, "
            f"the job allows {allowed}; none of them was deleted"
        )
    unit.records.delete([number for number, _ in absent], run=context.run, at=context.now)
    unit.harvests.bury(name, [number for _, number in absent], "absent", run=context.run, at=context.now)
    unit.harvests.forget_seen(name)
    return len(absent)


def _repeated(result: Incoming | Deleted, stored: Known | None, add: dict[str, Incoming]) -> list[Refused]:
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


def _balance(total: Counter[str]) -> None:
    """The line that must hold at the end of every harvest.

    Raises:
        BalanceError: it does not.
    """
    fates = sum(total[fate] for fate in FATES)
    if total["received"] != fates:
        raise BalanceError(f"{total['received']} records were received, but {fates} dealt with")
