"""Which documents of a release are not the last one's: where most are, two look at them, feed by feed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.crew import shared
from rabis_sync.publish.feeds import Sheaf
from rabis_sync.publish.folders import FEW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.publish.building import Ready
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document, Feed
    from rabis_sync.publish.manifest import Entry
    from rabis_sync.publish.twins import Taken

#: Documents of a feed made before they are written at most, and their bytes: they are held in memory.
MOST, MOST_BYTES = 500, 100_000_000


class Sorted(NamedTuple):
    """Documents by what becomes of them.

    Attributes:
        kept: places of those that are the same.
        fresh: the others, made already where they are few.
    """

    kept: list[str]
    fresh: list[Document | Ready]


class Share(NamedTuple):
    """The documents of one feed, as a helper tells them.

    Attributes:
        kept: places of those that are the same, one a line: a text is sent quicker than as many texts.
        made: the others.
    """

    kept: str
    made: list[Ready]


def differing(
    feeds: Sequence[Feed],
    release: Release,
    taken: Taken,
    make: Callable[[Document], Ready],
    helpers: int,
) -> Sorted:
    """All documents, sorted.

    Args:
        feeds: those that use the same pieces of the release beside one another.
        release: what is shown.
        taken: what is taken over from the last release.
        make: makes a document (`Tree.make`).
        helpers: processes at work.
    """
    known = taken.entries
    helped = len(known) > FEW
    if helped:
        release.lay_out()  # once for both; by then a quick disk has most of the rest linked
        helped = helpers - taken.helped() > 1
    if not helped:
        kept, fresh = _sorted(feeds, release, known)
        return Sorted(kept, [*fresh])
    found = Sorted([], [])
    shares = shared(partial(_made, release, known, make), feeds)
    for feed, share in zip(feeds, shares, strict=True):
        if share is None:
            kept, fresh = _sorted([feed], release, known)
            found.kept.extend(kept)
            found.fresh.extend(fresh)
        else:
            found.kept.extend(share.kept.splitlines())
            found.fresh.extend(share.made)
    return found


def _sorted(
    feeds: Sequence[Feed], release: Release, known: Mapping[str, Entry]
) -> tuple[list[str], list[Document]]:
    """Places of the documents that are the same, and the others."""
    kept: list[str] = []
    fresh: list[Document] = []
    for one in chain.from_iterable(feed.documents(release) for feed in feeds):
        if isinstance(one, Sheaf):
            key = one.key
            for place in one.places:
                before = known.get(place)
                if not before or before.key != key:
                    break
            else:
                kept.extend(one.places)
                continue
        for document in one.documents() if isinstance(one, Sheaf) else (one,):
            before = known.get(document.path)
            if before and before.key == document.key:
                kept.append(document.path)
            else:
                fresh.append(document)
    return kept, fresh


def _made(
    release: Release, known: Mapping[str, Entry], make: Callable[[Document], Ready], feed: Feed
) -> Share | None:
    """The documents of one feed; None where too many of them differ."""
    kept, fresh = _sorted([feed], release, known)
    if len(fresh) > MOST:
        return None
    made, size = [], 0
    for one in fresh:
        ready = make(one)
        made.append(ready._replace(document=replace(one, content=b"")))  # what makes it cannot be sent
        size += len(ready.body)
        if size > MOST_BYTES:
            return None
    return Share("\n".join(kept), made)
