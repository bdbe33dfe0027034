"""The step of publication: read what there is, decide the whole run, build beside, and move one pointer.

Effects follow one another so that a run killed between any two leaves a site that is whole and lawful, and
the next run ends right: the release is built where nobody looks; the pointer moves; withdrawn files leave the
older releases; old releases go; last, the rows are saved. What the pointer names is what is live.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rabis_sync.collecting import uncollected
from rabis_sync.errors import GuardStop
from rabis_sync.marc.fields import FIELD_END, MarcRecord
from rabis_sync.marc.path import LEADER
from rabis_sync.marc.record import Record
from rabis_sync.publish import release
from rabis_sync.publish.changes import Change, Log
from rabis_sync.publish.item import holdings
from rabis_sync.publish.judging import Chosen, drawn_of, judge, rights_of
from rabis_sync.publish.look import Look
from rabis_sync.publish.pictures import VERSION, Studio
from rabis_sync.publish.plan import (
    EXPECTED,
    Candidate,
    Frame,
    Limits,
    Live,
    PublicationPlan,
    guard,
    make_plan,
)
from rabis_sync.publish.recall import Album, shown_of, stamp_of
from rabis_sync.publish.registry import RightsRegistry, read_registry
from rabis_sync.publish.rights import ends_soon
from rabis_sync.publish.scans import Scans
from rabis_sync.publish.selection import MARK, Selection
from rabis_sync.publish.standing import Key, Standing, known
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.items import ItemProfile
    from rabis_sync.publish.exchange import Exchange
    from rabis_sync.publish.feeds import Feed
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Manifest
    from rabis_sync.publish.twins import Ahead
    from rabis_sync.publish.vocabulary import Labels, RightsVocabulary
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Stored
    from rabis_sync.store.runs import StepContext

#: Names of unread rows in the step's message; the rest is counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything publication needs.

    Attributes:
        dialects: by family.
        profiles: item profiles by name.
        vocabulary: `mappings/rights.toml`.
        exchange: `mappings/exchange.toml`.
        selection: `mappings/collection.toml`.
        feeds: feeds to build, by name.
        library: name of the library.
        site_url: address of the site's root, ending in a slash.
        timezone: the library's zone: contracts end at its midnight.
        out: folder of the site.
        scans: folder of the digitised files; None: there are none.
        pictures: folder in which pictures drawn of them are kept.
        registry: the rights registry; None: nothing may be published.
        limits: the shrink guard.
        keep_days: days a replaced release stays for slow readers.
        look: what the library gives its site.
    """

    dialects: Mapping[str, Dialect]
    profiles: Mapping[str, ItemProfile]
    vocabulary: RightsVocabulary
    exchange: Exchange
    selection: Selection
    feeds: Mapping[str, Feed]
    library: Labels
    site_url: str
    timezone: str
    out: Path
    scans: Path | None
    pictures: Path
    registry: Path | None
    limits: Limits = field(default_factory=Limits)
    keep_days: int = 14
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A publication before anything is done.

    Attributes:
        plan: what would be done.
        candidates: what was judged.
        registry: the rights registry; None where there is none.
        live: the live release.
        damage: what of it is missing or cut short.
        undrawn: scans that could not be drawn.
        on: the day in the library's zone.
        saved: rows of the store until now.
    """

    plan: PublicationPlan
    candidates: tuple[Candidate, ...]
    registry: RightsRegistry | None
    live: Manifest | None
    damage: frozenset[str]
    undrawn: tuple[str, ...]
    on: date
    saved: tuple[dict[str, Any], ...]


def prepare(store: Store, settings: Settings, context: StepContext, begun: Ahead) -> Prepared:
    """Decide what may be seen on this day; in a dry run not even a picture is drawn.

    Args:
        store: where the records are.
        settings: of the step.
        context: of the run.
        begun: what is linked as soon as another release is likely, unless it is a dry run.

    Raises:
        ConfigError: the rights registry is missing or is no table.
        SourceAway: the scans or the registry cannot be read just now.
    """
    on = context.now.astimezone(ZoneInfo(settings.timezone)).date()
    live = release.live(settings.out)
    damaged = release.damage(settings.out, live, begun.hand)
    with store.read() as unit:
        saved = unit.publications.all()
        kept = Log(tuple(map(Change.of_row, unit.publications.changes())))
        chosen, active = _select(unit, settings, context)
    log = Log.joined(kept.entries, release.told(settings.out, live, kept.head))
    before = known(saved, live.standings if live else ())
    if live and not context.dry_run and _news(chosen, before, live, settings):
        begun.documents(release.folder_of(settings.out, live.release), live)
    registry = read_registry(settings.registry, settings.vocabulary) if settings.registry else None
    scans = Scans.index(settings.scans)
    vocabulary = settings.vocabulary
    judged = [
        judge(
            one,
            before.get(one.key),
            rights_of(one.key[1], registry, on, vocabulary, one.record.year),
            scans,
        )
        for one in chosen
    ]
    damage = damaged()
    studio, album = Studio(settings.pictures), _album(settings, live, damage)
    judged, undrawn = drawn_of(judged, studio, album, before, only_known=context.dry_run)
    here = {one.key for one in judged}
    plan = make_plan(
        judged,
        {key: active.get(key, "record_deleted") for key in before if key not in here},
        before,
        Live(live.release, "" if damage else live.content_hash, live.seen) if live else Live(),
        log,
        _frame(settings, context, registry),
    )
    return Prepared(plan, tuple(judged), registry, live, damage, tuple(undrawn), on, tuple(saved))


def _news(
    chosen: Iterable[Chosen], before: Mapping[Key, Standing], live: Manifest, settings: Settings
) -> bool:
    """A record shows what the live release does not, so most likely another one follows."""
    for key, record, stamp, _, _ in chosen:
        standing = before.get(key)
        seen = live.seen.get(standing.item_id) if standing else None
        if standing is None:
            return True
        if seen and seen.record != stamp:
            marc = settings.exchange.public(record.marc, record.dialect.family)
            if shown_of(marc, holdings(record, settings.profiles)) != seen.shown:
                return True
    return False


def _album(settings: Settings, live: Manifest | None, damage: frozenset[str]) -> Album:
    if live is None:
        return Album()
    return Album.of(release.folder_of(settings.out, live.release), live, damage, VERSION)


@uncollected()
def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Publish what may be seen on this day.

    Raises:
        ConfigError, SourceAway: as of `prepare`.
        GuardStop: too much would be withdrawn; nothing was changed.
        FatalError: the finished release failed its check; nothing was changed.
    """
    with release.ahead(settings.out) as begun:
        return _run(store, settings, context, begun)


def _run(store: Store, settings: Settings, context: StepContext, begun: Ahead) -> StepReport:
    prepared = prepare(store, settings, context, begun)
    plan, live = prepared.plan, prepared.live
    if context.dry_run:
        context.show(plan)
        guard(plan, settings.limits)
        return _report(prepared, outcome="planned")
    try:
        guard(plan, settings.limits)
    except GuardStop:
        # What the law takes away does not wait until somebody has looked at the source.
        release.take_away(settings.out, {one.item_id for one in plan.lost if one.reason in EXPECTED})
        raise

    def may_open(item: PublicItem) -> bool:
        registry, on = prepared.registry, prepared.on
        return rights_of(item.record, registry, on, settings.vocabulary, lambda: item.year).level == "open"

    if plan.changed:
        live = release.build(
            settings.out, plan, settings.feeds, live, may_open, begun, damaged=prepared.damage
        )
    if live:
        _show(live, prepared.live, settings, context)
    _save(store, prepared)
    return _report(prepared)


def _show(live: Manifest, before: Manifest | None, settings: Settings, context: StepContext) -> None:
    release.go_live(settings.out, live)
    release.purge(settings.out, live, before)
    release.prune(settings.out, live.release, context.now, settings.keep_days)


def _select(unit: Unit, settings: Settings, context: StepContext) -> tuple[list[Chosen], dict[Key, str]]:
    """Records of local history that link to a file, with why; of every other active record, why it is none.

    A source in which one record bears the cataloguers' mark is one whose cataloguers mark: rules stay away.
    """
    linked: list[Chosen] = []
    others: dict[Key, str] = {}
    marking: set[str] = set()
    telling = {family: _telling(dialect) for family, dialect in settings.dialects.items()}
    seen = 0
    for batch in unit.records.stream():
        for stored in batch:
            key = (stored.source, stored.control_number)
            if not any(map(stored.canonical.__contains__, telling[stored.family])):
                others[key] = "not_local_history"
                continue
            record = _read(stored, settings.dialects)
            marked = record.local_history()
            marking |= {stored.source} if marked else set()
            if links := record.urls():
                why = MARK if marked else settings.selection.why(record)
                linked.append(Chosen(key, record, stamp_of(stored), why, links))
            else:
                others[key] = "link_removed" if marked else "not_local_history"
        seen += len(batch)
        context.progress("records", seen, None)
    chosen = [one for one in linked if one.why == MARK or (one.why and one.key[0] not in marking)]
    others |= dict.fromkeys({one.key for one in linked} - {one.key for one in chosen}, "not_local_history")
    return chosen, others


def _telling(dialect: Dialect) -> list[str]:
    """Beginnings of fields: a record without any of them has neither link nor mark."""
    paths = (path for element in ("urls", "local_history") for path in dialect.paths[element])
    return ["" if path.tag == LEADER else f"{FIELD_END}{path.tag}" for path in paths]


def _read(stored: Stored, dialects: Mapping[str, Dialect]) -> Record:
    return Record(MarcRecord.from_canonical(stored.canonical), dialects[stored.family])


def _frame(settings: Settings, context: StepContext, registry: RightsRegistry | None) -> Frame:
    unread = registry.unread if registry else ()
    return Frame(
        library=settings.library,
        site_url=settings.site_url,
        vocabulary=settings.vocabulary,
        profiles=settings.profiles,
        exchange=settings.exchange,
        fingerprint=release.fingerprint(settings.feeds),
        reading=blake2b(repr((settings.dialects, settings.profiles)).encode()).hexdigest(),
        now=context.now,
        look=settings.look,
        unread=tuple(f"{row.place}: {', '.join(row.problems) or 'no record'}" for row in unread),
    )


def _save(store: Store, prepared: Prepared) -> None:
    """Save the rows that are not yet so and what the log has beyond them; a second run writes nothing."""
    saved = {(row["source"], row["control_number"]): row for row in prepared.saved}
    changed = [
        standing.row()
        for standing in prepared.plan.standings
        if standing.key not in saved or not standing.is_row(saved[standing.key])
    ]
    with store.write() as unit:
        unit.publications.save(changed)
        unit.publications.tell(prepared.plan.release.log.entries)


def _report(prepared: Prepared, outcome: str = "done") -> StepReport:
    plan = prepared.plan
    states = Counter(standing.state for standing in plan.standings)
    counts = {
        "published": states["published"],
        "withheld": states["withheld"],
        "withdrawn": len(plan.lost),
        "changed": int(plan.changed),
        "ending": sum(1 for _ in _ending(plan, prepared.on)),
    }
    return StepReport("publish", counts, outcome, _message(prepared))


def _ending(plan: PublicationPlan, on: date) -> Iterator[tuple[int, Standing]]:
    """Permissions that end within one of the notices, the soonest first."""
    shown = (one for one in plan.standings if one.shown and one.until)
    for standing in sorted(shown, key=lambda one: (one.until, one.control_number)):
        notice = ends_soon(date.fromisoformat(standing.until), on)
        if notice is not None:
            yield notice, standing


def _message(prepared: Prepared) -> str:
    if prepared.registry is None:
        return "no rights registry is configured ([rights] path): nothing may be published"
    ending = [f"{one.control_number} on {one.until}" for _, one in _ending(prepared.plan, prepared.on)]
    parts = (
        ("scans that could not be drawn", prepared.undrawn),
        ("rows of the rights registry that allow nothing", prepared.plan.unread),
        ("permissions that end soon", ending),
    )
    return "; ".join(f"{what}: {_few(named)}" for what, named in parts if named)


def _few(named: Sequence[str]) -> str:
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return ", ".join(named[:_NAMED]) + more
