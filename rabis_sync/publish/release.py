"""A release on disk: built beside, looked at once more, made live in one step, and cleared away in time.

<out>/releases/<name>/    one whole release
<out>/current             the pointer to the live one
<out>/latest.json         its name and checksums, for websites that fetch
"""

from __future__ import annotations

from bisect import bisect_left
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from rabis_sync.crew import cores, hand
from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.publish import pointer
from rabis_sync.publish.building import Tree, fill
from rabis_sync.publish.check import leaking
from rabis_sync.publish.encoding import moment
from rabis_sync.publish.feeds import changes
from rabis_sync.publish.folders import FEW, damaged, misplaced, places_below, remove
from rabis_sync.publish.item import FILES
from rabis_sync.publish.links import HINT, LINKS, next_links
from rabis_sync.publish.manifest import MANIFEST, Manifest, created, read_manifest
from rabis_sync.publish.pictures import VERSION
from rabis_sync.publish.twins import Ahead, Scan, Twins

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.crew import Hand
    from rabis_sync.publish.building import Filled
    from rabis_sync.publish.changes import Change
    from rabis_sync.publish.feeds import Feed
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.manifest import Entry
    from rabis_sync.publish.plan import PublicationPlan

_UNFINISHED = ".tmp-"
#: Bytes of a manifest of some thousands of files.
_LARGE = 500_000
#: Names the release for which older ones were cleared of what it does not give.
_PURGED = ".purged"


def live(out: Path) -> Manifest | None:
    """Manifest of the live release; None without one."""
    name = pointer.live_release(out)
    return read_manifest(folder_of(out, name)) if name else None


def damage(out: Path, manifest: Manifest | None, hand: Hand) -> Callable[[], frozenset[str]]:
    """What of the live release is missing or cut short, when it is asked for; looked for meanwhile.

    Args:
        out: folder of the site.
        manifest: of the live release.
        hand: looks for it.
    """
    if manifest is None:
        return frozenset
    folder = str(folder_of(out, manifest.release))
    return hand.give(damaged, folder, *manifest.sizes(), helped=len(manifest.entries) > FEW)


def folder_of(out: Path, name: str) -> Path:
    """Where a release lies."""
    return out / pointer.RELEASES / name


def told(out: Path, manifest: Manifest | None, head: int) -> list[Change]:
    """What the live release tells beyond the log: a run killed before it saved has left it there.

    Args:
        out: folder of the site.
        manifest: of the live release.
        head: number of the last entry of the log.
    """
    beyond: list[Change] = []
    if manifest is None:
        return beyond
    folder = folder_of(out, manifest.release)
    for page in reversed([entry.path for entry in manifest.below(f"{changes.FOLDER}/0")]):
        try:
            entries = changes.read((folder / page).read_bytes())
        except FileNotFoundError:  # somebody tidied up: it is built again from what the store has
            continue
        beyond[:0] = [entry for entry in entries if entry.seq > head]
        if entries[0].seq <= head + 1:
            break
    return beyond


@contextmanager
def ahead(out: Path) -> Iterator[Ahead]:
    """Where the next release is built until it is given its name; what was not is gone in the end."""
    with ExitStack() as ends, hand() as helper:
        if _is_large(folder_of(out, pointer.live_release(out))):
            helper.start()  # before the manifest is read: what both know is copied when one touches it
        begun = Ahead(out / pointer.RELEASES / f"{_UNFINISHED}next", helper)
        ends.callback(begun.give_up)
        yield begun


def _is_large(folder: Path) -> bool:
    """A release is worth a helper, by the size of its manifest; none is not."""
    try:
        return (folder / MANIFEST).stat().st_size > _LARGE
    except OSError:
        return False


def build(
    out: Path,
    plan: PublicationPlan,
    feeds: Mapping[str, Feed],
    before: Manifest | None,
    may_open: Callable[[PublicItem], bool],
    begun: Ahead,
    *,
    damaged: Collection[str] = (),
) -> Manifest:
    """Build the planned release and give it its name; nobody sees it yet.

    Args:
        out: folder of the site.
        plan: what to build.
        feeds: feeds by name; each gives its documents.
        before: the live release, whose unchanged files are linked instead of copied.
        may_open: the rights gate, asked again over the finished tree.
        begun: where it is built, and what is linked already.
        damaged: what of the live release cannot be linked, as `damage` tells it.

    Raises:
        FatalError: the finished release failed its check.
        SourceAway: a scan disappeared meanwhile, or the disk is full.
    """
    releases, folder = out / pointer.RELEASES, begun.root
    try:
        twins = Twins.of(releases / before.release, before, damaged) if before else Twins()
        filled = _fill(begun, plan, feeds, twins)
        if filled.surplus:  # removed before anybody looks at the tree
            filled.complete()
        manifest, faults = _finish(begun, plan, filled, _lived(out, before), may_open)
        if faults:
            told = "; ".join(faults[:10])
            raise FatalError(f"release {plan.release.id} failed its check: {told}", hint=HINT)
        _give_name(folder, releases / plan.release.id)
    except OSError as error:
        raise SourceAway(f"the release cannot be built: {error}") from error
    finally:
        plan.release.pieces.clear()  # they hold the release: a cycle of all there is
    return manifest


def go_live(out: Path, manifest: Manifest) -> None:
    """Point at the release, then tell websites; both may be done again without harm."""
    if pointer.live_release(out) != manifest.release:
        pointer.point(out, manifest.release)
    pointer.replace(out / "latest.json", manifest.latest())


def kept_names(out: Path) -> list[str]:
    """Names of the whole releases on disk, the oldest first."""
    return [folder.name for folder in _kept(out)]


def purge(out: Path, manifest: Manifest, before: Manifest | None) -> int:
    """Delete from every kept release the files that the live one does not give any more; number of them.

    A name that nobody links to is no protection: what was withdrawn is gone everywhere. For which release it
    was done last is noted beside: where the next one gives all that it gave, there is nothing to delete.

    Args:
        out: folder of the site.
        manifest: of the live release.
        before: of the one that was live before it.
    """
    note = out / _PURGED
    done_for = note.read_text("ascii") if note.is_file() else ""
    if done_for == manifest.release:
        return 0
    allowed, removed = manifest.scans(), 0
    nothing = before and before.release == done_for and before.scans().keys() <= allowed.keys()
    for folder in () if nothing else _kept(out):
        if folder.name != manifest.release:
            for place in [
                place for place in places_below(folder / "files") if f"files/{place}" not in allowed
            ]:
                (folder / "files" / place).unlink()
                removed += 1
    pointer.replace(note, manifest.release.encode())
    return removed


def take_away(out: Path, items: Collection[str]) -> None:
    """Delete the files of these items from every release, the live one too, which then is not whole."""
    for folder in _kept(out):
        for item in items:
            remove(folder / "files" / item)


def prune(out: Path, live_name: str, now: datetime, keep_days: int) -> None:
    """Remove what no slow reader needs: releases replaced more than `keep_days` ago, and unfinished ones."""
    for leftover in (out / pointer.RELEASES).glob(f"{_UNFINISHED}*"):
        remove(leftover)
    kept = _kept(out)
    for folder, successor in pairwise(kept):
        if folder.name != live_name and created(successor.name) < now - timedelta(days=keep_days):
            _drop(folder)


def fingerprint(feeds: Mapping[str, Feed]) -> str:
    """Of all that turns records into documents: names of the feeds, this package, that which reads MARC."""
    digest = sha256("\n".join(sorted(feeds)).encode())
    for name, body in sorted(_own_files()):
        digest.update(name.encode() + b"\0" + sha256(body).digest())
    return digest.hexdigest()


def _fill(begun: Ahead, plan: PublicationPlan, feeds: Mapping[str, Feed], twins: Twins) -> Filled:
    """Put every document and file in its place."""
    scans = {place: Scan(place, *found) for place, found in plan.files.items()}
    taken = begun.rest(twins, scans, plan.frame)
    tree = Tree(str(begun.root), twins, plan.release, plan.frame)
    return fill(tree, [feed for _, feed in sorted(feeds.items())], scans, taken, cores())


def _finish(
    begun: Ahead,
    plan: PublicationPlan,
    filled: Filled,
    lived: Mapping[str, str],
    may_open: Callable[[PublicItem], bool],
) -> tuple[Manifest, list[str]]:
    """Write what the release tells of itself while the rest is linked, and look at all of it; its faults."""
    folder, places = begun.root, filled.places
    first, end = (bisect_left(places, beginning) for beginning in (FILES, f"{FILES}\U0010ffff"))
    documents, files = "\n".join(places[:first] + places[end:]), "\n".join(places[first:end])
    check = begun.hand.give(misplaced, folder, documents, "", FILES, helped=len(places) > FEW)
    manifest = _told(plan, tuple(map(filled.entries.__getitem__, places)), lived)
    leaks = leaking(manifest, plan.release, may_open)
    (folder / MANIFEST).write_bytes(manifest.body())
    links, dead_ends = next_links(filled.tree.twins.links, places, filled.links)
    (folder / LINKS).write_bytes(links)
    if filled.complete():
        return _finish(begun, plan, filled, lived, may_open)
    pointer.settle(folder)
    return manifest, [*leaks, *filled.faults, *dead_ends, *misplaced(folder, files, FILES), *check()]


def _told(plan: PublicationPlan, entries: tuple[Entry, ...], lived: Mapping[str, str]) -> Manifest:
    """What the release tells of itself."""
    shown = tuple(one for one in plan.standings if one.shown or one.state == "withdrawn")
    of_plan = (plan.release.id, plan.content_hash, plan.frame)
    return Manifest(*of_plan, entries, shown, lived, plan.seen, drawn=VERSION)


def _give_name(folder: Path, final: Path) -> None:
    """Give a tree that is durable its name."""
    remove(final)  # built by a run that was killed before it went live
    folder.rename(final)
    pointer.sync(final.parent)


def _lived(out: Path, before: Manifest | None) -> dict[str, str]:
    """Since when each earlier release was what the public saw: of the live one the pointer says it."""
    if before is None:
        return {}
    since = moment(datetime.fromtimestamp((out / pointer.CURRENT).lstat().st_mtime, UTC))
    return {**before.lived, before.release: before.lived.get(before.release, since)}


def _kept(out: Path) -> list[Path]:
    """Folders of whole releases, the oldest first; what is none of ours is left alone."""
    return sorted(path for path in (out / pointer.RELEASES).glob("*") if _is_ours(path))


def _is_ours(path: Path) -> bool:
    try:
        created(path.name)
    except ValueError:
        return False
    return path.is_dir()


def _drop(folder: Path) -> None:
    """Take the name away first: a reader meets a whole release or none."""
    doomed = folder.with_name(f"{_UNFINISHED}{folder.name}")
    folder.rename(doomed)
    remove(doomed)


def _own_files() -> Iterator[tuple[str, bytes]]:
    for room in ("publish", "publish/feeds", "publish/site", "publish/schemas", "marc"):
        for path in resources.files("rabis_sync").joinpath(room).iterdir():
            if path.is_file():
                yield f"{room}/{path.name}", path.read_bytes()
