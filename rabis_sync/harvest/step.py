"""Harvest one source: every page commits together with its checkpoint, the last one with the watermark."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rabis_sync.errors import BalanceError, EmptySource, GuardStop
from rabis_sync.harvest import ahead
from rabis_sync.harvest.copies import refreshed
from rabis_sync.harvest.reading import Deleted, Sighted, item_rows
from rabis_sync.store.harvests import Refused
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.harvest.ahead import Outcome
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
        keep_versions: earlier contents of each record that are kept.
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
    keep_versions: int = 3


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


def plan_page(source: str, results: list[Outcome], known: dict[str, Known], seen: set[int]) -> PagePlan:
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


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Harvest until the source has no more pages.

    Raises:
        SourceAway, FatalError: of the source.
        EmptySource: the first harvest brought nothing.
        GuardStop: more would be deleted than the job allows, or a source that had records has none.
        BalanceError: what was received is not what was dealt with.
    """
    total: Counter[str] = Counter(dict.fromkeys(("received", *FATES, "absent", "newly_quarantined"), 0))
    with closing(_pages(store, settings)) as pages:
        for page, outcomes in pages:
            if context.dry_run:
                with store.read() as unit:
                    plan = _plan(unit, settings, page, outcomes)
                context.show(plan)
                total.update(plan.counts)
            else:
                with store.write() as unit:
                    counts, stopped = _apply_page(unit, settings, context, page, outcomes)
                total.update(counts)
                if stopped:
                    raise stopped
            context.progress(f"harvest {settings.name}", page.done, page.whole or None)
            if settings.limit and total["received"] >= settings.limit:
                break
    _balance(total)
    outcome = "planned" if context.dry_run else "quarantined" if total["newly_quarantined"] else "done"
    return StepReport("harvest", dict(total), outcome)


def _pages(store: Store, settings: Settings) -> ahead.Pages:
    """The pages from where the last harvest stopped, each with what was seen in it."""

    def stored() -> Iterator[str]:
        with store.read() as unit:
            yield from unit.records.content_hashes(settings.name)

    with store.read() as unit:
        reached, checkpoint = unit.harvests.progress(settings.name)
    task = ahead.Task(settings.source, settings.reader, reached, checkpoint, settings.full)
    return ahead.elsewhere(task, stored) if ahead.pays(settings.source) else ahead.here(task)


def _apply_page(
    unit: Unit, settings: Settings, context: StepContext, page: Page, outcomes: list[Outcome]
) -> tuple[dict[str, int], GuardStop | None]:
    """Everything one page does, inside one transaction; a guard holds back the end, not the page."""
    name = settings.name
    if page.checkpoint.get("fresh"):
        unit.harvests.forget_seen(name)
    plan = _plan(unit, settings, page, outcomes)
    ids = unit.records.add(name, plan.add, run=context.run, at=context.now)
    unit.records.change(plan.change, run=context.run, at=context.now, keep=settings.keep_versions)
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


def _plan(unit: Unit, settings: Settings, page: Page, outcomes: list[Outcome]) -> PagePlan:
    outcomes = _resolved(unit, settings.name, outcomes)
    numbers = {one.control_number for one in outcomes if not isinstance(one, Refused)}
    present = {*page.present, *_spared(unit, settings.name, outcomes)}
    known = unit.records.known(settings.name, numbers | present)
    results = _news_read(settings.reader, outcomes, known)
    fresh = page.checkpoint.get("fresh")
    seen = set() if fresh else unit.harvests.seen(settings.name, (one.id for one in known.values()))
    plan = plan_page(settings.name, results, known, seen)
    if present:
        met = {known[number].id for number in present if number in known}
        plan = replace(plan, seen=tuple(sorted((met | set(plan.seen)) - seen)))
    return _with_copies(unit, settings, page, plan) if page.copies else plan


def _news_read(reader: Reader, outcomes: list[Outcome], known: dict[str, Known]) -> list[Outcome]:
    """Read whole what was merely sighted and is not stored just so."""
    return [
        reader.whole(one)
        if isinstance(one, Sighted)
        and ((stored := known.get(one.control_number)) is None or stored[1:3] != (one.content_hash, "active"))
        else one
        for one in outcomes
    ]


def _resolved(unit: Unit, source: str, results: list[Outcome]) -> list[Outcome]:
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


def _spared(unit: Unit, source: str, outcomes: list[Outcome]) -> Iterable[str]:
    """What cannot be read now, but is known by its name, is not absent."""
    named = [one.identifier for one in outcomes if isinstance(one, Refused) and one.identifier]
    return unit.records.identified(source, named).values()


def _with_copies(unit: Unit, settings: Settings, page: Page, plan: PagePlan) -> PagePlan:
    """Copies told otherwise than stored replace them; each is received and is changed or unchanged."""
    assert settings.of is not None
    known = unit.records.known(settings.of, {one.control_number for one in page.copies})
    fresh = {
        known[one.control_number].id: item_rows(one.items)
        for one in page.copies
        if one.control_number in known
    }
    stored = unit.records.items_of(fresh)
    told = {number: refreshed(stored.get(number, []), rows) for number, rows in fresh.items()}
    changed = {number: rows for number, rows in told.items() if stored.get(number, []) != rows}
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
    # A record whose number stands in unreadable bytes is damaged in the source, not gone from it.
    damaged = unit.harvests.named_in_quarantine(name, (number for _, number in absent))
    absent = [one for one in absent if one[1] not in damaged]
    unit.records.delete([number for number, _ in absent], run=context.run, at=context.now)
    unit.harvests.bury(name, [number for _, number in absent], "absent", run=context.run, at=context.now)
    unit.harvests.forget_seen(name)
    return len(absent)


def _overtaken(results: list[Outcome]) -> set[int]:
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


def _balance(total: Counter[str]) -> None:
    """The line that must hold at the end of every harvest.

    Raises:
        BalanceError: it does not.
    """
    fates = sum(total[fate] for fate in FATES)
    if total["received"] != fates:
        raise BalanceError(f"{total['received']} records were received, but {fates} dealt with")
