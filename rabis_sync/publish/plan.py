"""What a run of publication will do, decided from values alone: what is shown, kept back and taken away."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.errors import GuardStop
from rabis_sync.publish.changes import Log, next_changes
from rabis_sync.publish.collection import Release, Tombstone
from rabis_sync.publish.facets import all_values_of
from rabis_sync.publish.item import Description, Identity, file_place, make_item
from rabis_sync.publish.look import Look
from rabis_sync.publish.recall import Items, Seen, made_of, shown_of
from rabis_sync.publish.related import relations
from rabis_sync.publish.rights import NOT_EVALUATED, Decision
from rabis_sync.publish.standing import next_standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from rabis_sync.marc.items import ItemProfile
    from rabis_sync.marc.record import Record
    from rabis_sync.publish.exchange import Exchange
    from rabis_sync.publish.item import PublicFile, PublicItem
    from rabis_sync.publish.related import Related
    from rabis_sync.publish.standing import Key, Standing
    from rabis_sync.publish.vocabulary import Labels, RightsVocabulary

#: Withdrawals foreseen when the permission was written down: they say nothing about the state of the source.
EXPECTED = frozenset({"contract_ended"})
#: Withdrawals that somebody decided: with the expected ones they may leave a collection empty.
EXPLAINED = EXPECTED | {"level_closed", "level_metadata", "level_onsite", "level_view"}


class Candidate(NamedTuple):
    """A record of local history that links to a file, with what may be shown of it.

    Attributes:
        key: source and control number.
        record: the record in its corrected view.
        stamp: of all that is stored of it (`recall.stamp_of`).
        why: what makes it local history.
        decision: by rights and by what was found on disk.
        files: what everybody may take; empty unless the level is open.
        paths: where each of the files lies, in their order; as text, there are tens of thousands.
    """

    key: Key
    record: Record
    stamp: str
    why: str
    decision: Decision
    files: tuple[PublicFile, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """The live release, as far as the next one is decided by it.

    Attributes:
        name: empty without one.
        content_hash: empty also where files of it are missing.
        seen: what each of its items was made of and how it looks, by identifier.
    """

    name: str = ""
    content_hash: str = ""
    seen: Mapping[str, Seen] = field(default_factory=dict)


class _Part(NamedTuple):
    """All that a shown item is made of."""

    candidate: Candidate
    standing: Standing
    related: Sequence[Related]


@dataclass(frozen=True, slots=True)
class Frame:
    """What does not depend on any one record.

    Attributes:
        library: name of the library.
        site_url: address of the site's root, ending in a slash.
        vocabulary: names of levels and statements.
        profiles: item profiles by name.
        exchange: how items are given to other libraries.
        fingerprint: of the feeds.
        look: what the library gives its site.
        reading: of the dialects and item profiles, as text.
        now: moment of the run, UTC.
        unread: rows of the rights registry that allow nothing: place and what is wrong.
    """

    library: Labels
    site_url: str
    vocabulary: RightsVocabulary
    profiles: Mapping[str, ItemProfile]
    exchange: Exchange
    fingerprint: str
    reading: str
    now: datetime
    unread: tuple[str, ...] = ()
    look: Look = field(default_factory=Look)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many items may lose their files in one run.

    Attributes:
        max_withdrawn: so many at any size of the collection.
        max_withdrawn_share: or this share of what was public (0..1), whichever is more.
    """

    max_withdrawn: int = 20
    max_withdrawn_share: float = 0.02


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """All that a run will do.

    Attributes:
        release: what will be live.
        content_hash: of the release.
        frame: of all that turns items into documents.
        changed: it differs from what is live, and there is or was something to show.
        standings: every record's standing, by identifier.
        lost: items that were shown or had files and will not, with the reason; by identifier.
        public_before: items with public files until now.
        files: place in the release -> digitised file, and where it lies on disk; empty where nothing changes.
        seen: what each item was made of and how it looks, by identifier.
        unread: rows of the rights registry that could not be read: place and what is wrong.
    """

    release: Release
    content_hash: str
    frame: str
    changed: bool
    standings: tuple[Standing, ...]
    lost: tuple[Standing, ...]
    public_before: int
    files: Mapping[str, tuple[PublicFile, str]]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The plan as a person reads it in a dry run."""
        count = Counter(standing.state for standing in self.standings)
        head = f"publish: {'release ' + self.release.id if self.changed else 'nothing changes'}"
        lines = [f"{head}; {count['published']} published, {count['withheld']} withheld"]
        lines += [
            f"  {one.control_number}: {one.level}"
            + (f" ({one.reason})" if one.reason else "")
            + (f" [{one.chosen}]" if one.chosen else "")
            for one in self.standings
        ]
        lines += [f"  withdrawn: {one.control_number} ({one.reason})" for one in self.lost]
        return "\n".join(lines + [f"  not read: {row}" for row in self.unread])


def make_plan(
    candidates: Sequence[Candidate],
    gone: Mapping[Key, str],
    before: Mapping[Key, Standing],
    live: Live,
    log: Log,
    frame: Frame,
) -> PublicationPlan:
    """Decide the whole run.

    Args:
        candidates: in any order.
        gone: known items that are no candidates any more -> code of the reason.
        before: what stood until now.
        live: the live release.
        log: all that the public was told to have changed.
        frame: what does not depend on a record.
    """
    ordered = sorted(candidates, key=lambda one: one.key)
    standings = {one.key: _standing(one, before.get(one.key), frame.now) for one in ordered}
    shown = [one for one in ordered if standings[one.key].shown]
    related = relations(
        {one.key: one.record for one in shown}, {one.key: standings[one.key].item_id for one in shown}
    )
    parts = [_Part(one, standings[one.key], related.get(one.key, ())) for one in shown]
    parts.sort(key=lambda part: part.standing.item_id)
    for key, reason in sorted(gone.items()):
        nothing = Decision("closed", before[key].rights_uri or NOT_EVALUATED, reason=reason)
        standings[key] = next_standing(key, nothing, (), before[key], frame.now)
    release, seen = _unnamed(parts, list(standings.values()), live, log, frame)
    release, content_hash, changed = _named(release, live, frame)
    return PublicationPlan(
        release=release,
        content_hash=content_hash,
        frame=release.frame(frame.fingerprint),
        changed=changed,
        standings=_with_release(list(standings.values()), release.id),
        lost=_lost(standings, before),
        public_before=sum(bool(one.files) for one in before.values()),
        files=dict(_files(parts)) if changed else {},
        seen=seen,
        unread=frame.unread,
    )


def guard(plan: PublicationPlan, limits: Limits) -> None:
    """Stop a run that takes away more than contracts that end can explain.

    Raises:
        GuardStop: too many items would lose their files, or none would be left without an explanation.
    """
    unexpected = [one for one in plan.lost if one.reason not in EXPECTED]
    allowed = max(limits.max_withdrawn, int(limits.max_withdrawn_share * plan.public_before))
    why = ", ".join(
        f"{reason} {n}" for reason, n in sorted(Counter(one.reason for one in unexpected).items())
    )
    if len(unexpected) > allowed:
        raise GuardStop(f"publish would withdraw {len(unexpected)} items ({why}); allowed are {allowed}")
    public_after = sum(bool(one.files) for one in plan.standings)
    if plan.public_before and not public_after and any(one.reason not in EXPLAINED for one in unexpected):
        raise GuardStop(f"publish would leave no public file of {plan.public_before} items ({why})")


def _standing(candidate: Candidate, before: Standing | None, now: datetime) -> Standing:
    told = (candidate.key, candidate.decision, candidate.files)
    return next_standing(*told, before, now, candidate.why)


def _files(parts: Iterable[_Part]) -> Iterator[tuple[str, tuple[PublicFile, str]]]:
    """Places in the release with the files that go there."""
    for part in parts:
        for found in zip(part.candidate.files, part.candidate.paths, strict=True):
            yield file_place(part.standing.item_id, found[0].name), found


def _item(part: _Part, frame: Frame, known: Seen | None) -> PublicItem:
    candidate, standing = part.candidate, part.standing
    identity = Identity(standing.item_id, *candidate.key, standing.at)
    of_record = (candidate.record, candidate.decision, candidate.files)
    return make_item(
        identity,
        *of_record,
        frame.profiles,
        frame.exchange,
        related=part.related,
        described=Description.of_told(known.told) if known else None,
    )


def _unnamed(
    parts: Sequence[_Part], standings: Sequence[Standing], live: Live, log: Log, frame: Frame
) -> tuple[Release, dict[str, Seen]]:
    """What would be shown, and how each item looks; an item is made only where nobody knows how it looks."""
    makers: list[Callable[[], PublicItem]] = []
    items = Items(makers)
    release = Release(
        id="",
        library=frame.library,
        site_url=frame.site_url,
        items=items,
        withdrawn=_tombstones(standings),
        vocabulary=frame.vocabulary,
        exchange=frame.exchange,
        log=log,
        digests={},
        look=frame.look,
    )
    whole = f"{release.frame(frame.fingerprint)} {frame.reading}"
    seen: dict[str, Seen] = {}
    for number, part in enumerate(parts):
        candidate, item_id = part.candidate, part.standing.item_id
        now = made_of(candidate.stamp, candidate.decision, candidate.files, part.related, whole)
        known = live.seen.get(item_id)
        if known and known.made_of != now:
            known = None
        makers.append(partial(_item, part, frame, known))
        if known is None:
            pages = [(file.width, file.height) for file in candidate.files if file.page]
            item = items[number]
            digest, shown = item.digest(frame.exchange.fingerprint), shown_of(item.marc, item.holdings)
            told = item.described.told()
            known = Seen(now, digest, pages, candidate.stamp, shown, told, all_values_of(item))
        seen[item_id] = known
    digests = {item_id: one.digest for item_id, one in seen.items()}
    return replace(release, digests=digests, values={i: one.values for i, one in seen.items()}), seen


def _named(release: Release, live: Live, frame: Frame) -> tuple[Release, str, bool]:
    """The release with its name: the live one's when it would show the same, else moment and content hash."""
    content_hash = release.content_hash(release.frame(frame.fingerprint))
    if content_hash == live.content_hash:
        return replace(release, id=live.name), content_hash, False
    named = replace(release, id=f"{frame.now:%Y%m%dT%H%M%SZ}-{content_hash[:12]}")
    log = Log((*release.log.entries, *next_changes(release.log, named, frame.now)))
    return replace(named, log=log), content_hash, bool(live.name or release.items or release.withdrawn)


def _tombstones(standings: Sequence[Standing]) -> tuple[Tombstone, ...]:
    stones = [
        Tombstone(one.item_id, one.source, one.control_number, one.reason, one.at)
        for one in standings
        if one.state == "withdrawn" and not one.shown
    ]
    return tuple(sorted(stones, key=lambda stone: stone.id))


def _with_release(standings: Sequence[Standing], release: str) -> tuple[Standing, ...]:
    """Standings that this release is the first to show get its name."""
    named = (
        one._replace(release=release) if not one.release and (one.shown or one.state == "withdrawn") else one
        for one in standings
    )
    return tuple(sorted(named, key=lambda one: one.item_id))


def _lost(standings: Mapping[Key, Standing], before: Mapping[Key, Standing]) -> tuple[Standing, ...]:
    """Who had files and has none, or was shown and is not."""
    lost = [
        standings[key]
        for key, was in before.items()
        if key in standings
        and ((was.files and not standings[key].files) or (was.shown and not standings[key].shown))
    ]
    return tuple(sorted(lost, key=lambda one: one.item_id))
