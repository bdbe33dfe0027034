"""Harvest one source: every page commits together with its checkpoint, the last one with the watermark."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING

from rabis_sync.errors import BalanceError, EmptySource, GuardStop
from rabis_sync.harvest import ahead
from rabis_sync.harvest.anew import read_anew
from rabis_sync.harvest.copies import refreshed
from rabis_sync.harvest.plan import FATES, PagePlan, Told, plan_page
from rabis_sync.harvest.reading import Deleted, Same, Sighted, item_rows
from rabis_sync.store.harvests import NOT_DELIVERED, Refused
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.harvest.reading import Outcome, Reader
    from rabis_sync.harvest.sources import Page, Source
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Known
    from rabis_sync.store.runs import StepContext


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
        max_rejected_share: part of the stored (or received, if more) records that may go into quarantine, and
        max_rejected_number: number that may, whichever allows more.
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
    max_rejected_share: float = 0.05
    max_rejected_number: int = 50
    full: bool = False
    limit: int = 0
    of: str | None = None
    keep_versions: int = 3


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Harvest until the source has no more pages.

    Raises:
        SourceAway, FatalError: of the source.
        EmptySource: the first harvest brought nothing.
        GuardStop: more would be deleted or rejected than the job allows, or a source that had records has
            none.
        BalanceError: what was received is not what was dealt with.
    """
    total: Counter[str] = Counter(dict.fromkeys(("received", *FATES, "absent", "newly_quarantined"), 0))
    notices: tuple[str, ...] = ()
    missing = _Missing()
    if anew := read_anew(store, settings.name, settings.reader, context):
        total["read_anew"] = anew
    began, read = perf_counter(), 0
    with closing(_pages(store, settings)) as pages:
        for page, outcomes in pages:
            notices = page.notices or notices
            missing.note(page, outcomes)
            if context.dry_run:
                with store.read() as unit:
                    plan = _plan(unit, settings, page, outcomes)
                context.show(plan)
                total.update(plan.counts)
            else:
                with store.write() as unit:
                    counts, stopped = _apply_page(unit, settings, context, page, outcomes)
                    _guard_rejected(unit, settings, total + Counter(counts))
                    if page.reached is not None and page.listed and missing.known and not stopped:
                        unit.harvests.delivered(settings.name, but=missing.raws)
                total.update(counts)
                if stopped:
                    raise stopped
            read += 1
            context.pace(f"harvest {settings.name}", _pace(total["received"], read, perf_counter() - began))
            context.progress(f"harvest {settings.name}", page.done, page.whole or None)
            if settings.limit and total["received"] >= settings.limit:
                break
    if not context.dry_run:
        with store.write() as unit:
            unit.harvests.end_filling()
    _balance(total)
    outcome = "planned" if context.dry_run else "quarantined" if total["newly_quarantined"] else "done"
    return StepReport("harvest", dict(total), outcome, "; ".join(notices))


def _guard_rejected(unit: Unit, settings: Settings, total: Counter[str]) -> None:
    """Stop before the page that brings too much into quarantine is committed: an export may be broken."""
    rejected = total["newly_quarantined"]
    if rejected <= settings.max_rejected_number:
        return
    whole = max(sum(unit.records.counts(settings.name).values()) + rejected, total["received"])
    if rejected > settings.max_rejected_share * whole:
        raise GuardStop(
            f"{settings.name}: {rejected} of {total['received']} records received so far cannot be read",
            hint="Look at the export first: `harvest --dry-run` shows what is wrong with each. If it is "
            "meant, raise max_rejected in the job's [guards] for one run.",
        )


def _pace(records: int, pages: int, seconds: float) -> str:
    return f"{records:,} records, {pages:,} pages, {records / max(seconds, 0.001):,.0f} records/s"


@dataclass(slots=True)
class _Missing:
    """What the source counts and does not deliver, as far as this harvest was watched from its beginning."""

    known: bool = False
    raws: list[bytes] = field(default_factory=list)

    def note(self, page: Page, outcomes: list[Outcome]) -> None:
        """Watch one page."""
        if page.checkpoint.get("fresh"):
            self.known, self.raws = True, []
        self.raws += [one.raw for one in outcomes if isinstance(one, Refused) and one.reason == NOT_DELIVERED]


def _pages(store: Store, settings: Settings) -> ahead.Pages:
    """The pages from where the last harvest stopped, each with what was seen in it."""

    def stored() -> Iterator[tuple[int, str, str]]:
        with store.read() as unit:
            yield from unit.records.hashes(settings.name)

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
        unit.harvests.begin_filling()
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
    known: dict[str, Known] = {}
    told = _recognised(unit, settings.reader, outcomes, known)
    told = _resolved(unit, settings.name, told)
    numbers = {one.control_number for one in told if not isinstance(one, Refused)}
    present = {*page.present, *_spared(unit, settings.name, told)}
    known |= unit.records.known(settings.name, (numbers | present) - known.keys())
    results = _news_read(settings.reader, told, known)
    fresh = page.checkpoint.get("fresh")
    seen = set() if fresh else unit.harvests.seen(settings.name, (one.id for one in known.values()))
    plan = plan_page(settings.name, results, known, seen)
    if present:
        met = {known[number].id for number in present if number in known}
        plan = replace(plan, seen=tuple(sorted((met | set(plan.seen)) - seen)))
    return _with_copies(unit, settings, page, plan) if page.copies else plan


def _recognised(unit: Unit, reader: Reader, outcomes: list[Outcome], known: dict[str, Known]) -> list[Told]:
    """Records whose bytes are stored get their names from the store, which goes into `known`.

    What an earlier page of this harvest brought may have come between: then the bytes are read after all.
    """
    standing = unit.records.standing(one.record for one in outcomes if isinstance(one, Same))
    told: list[Told] = []
    for one in outcomes:
        if not isinstance(one, Same):
            told.append(one)
            continue
        number, raw_hash, stored = standing.get(one.record, ("", "", None))
        if stored is None or (raw_hash, stored.state) != (one.raw_hash, "active"):
            again = reader.anew(one)
            told.append(again.told() if isinstance(again, Sighted) else again)
        else:
            known[number] = stored
            told.append(
                Sighted(number, stored.content_hash, one.syntax, "", 0.0, one.raw, "", one.offset, one.file)
            )
    return told


def _news_read(reader: Reader, outcomes: list[Told], known: dict[str, Known]) -> list[Told]:
    """Read whole what was merely sighted and is not stored just so."""
    return [
        reader.whole(one)
        if isinstance(one, Sighted)
        and ((stored := known.get(one.control_number)) is None or stored[1:3] != (one.content_hash, "active"))
        else one
        for one in outcomes
    ]


def _resolved(unit: Unit, source: str, results: list[Told]) -> list[Told]:
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


def _spared(unit: Unit, source: str, outcomes: list[Told]) -> Iterable[str]:
    """What cannot be read now, but is known by its name, is not absent."""
    named = [one.identifier for one in outcomes if isinstance(one, Refused) and one.identifier]
    return unit.records.identified(source, named).values()


def _with_copies(unit: Unit, settings: Settings, page: Page, plan: PagePlan) -> PagePlan:
    """Copies told otherwise than stored replace them; each is received and is changed or unchanged."""
    assert settings.of is not None
    known = unit.records.known(settings.of, {one.control_number for one in page.copies})
    unit.merges.lift_touching(one.id for one in known.values())
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
    active = counts.get("active", 0) + counts.get("merged", 0)
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


def _balance(total: Counter[str]) -> None:
    """The line that must hold at the end of every harvest.

    Raises:
        BalanceError: it does not.
    """
    fates = sum(total[fate] for fate in FATES)
    if total["received"] != fates:
        raise BalanceError(f"{total['received']} records were received, but {fates} dealt with")
