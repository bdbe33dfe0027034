"""Which documents of a release are not the last one's: where most are, two look at them, feed by feed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.crew import shared
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Feed
    from rabis_sync.publish.manifest import Entry

#: Documents of a feed made before they are written at most, and their bytes: they are held in memory.
MOST, MOST_BYTES = 500, 100_000_000
#: Documents of the last release from which on it is worth a helper.
FEW = 2_000


class Sorted(NamedTuple):
    """Documents by what becomes of them.

    Attributes:
        kept: places of those that are the same.
        fresh: the others, made already where they are few.
    """

    kept: list[str]
    fresh: list[Document]


def differing(
    feeds: Sequence[Feed],
    release: Release,
    known: Mapping[str, Entry],
    body_of: Callable[[Document], bytes],
) -> Sorted:
    """All documents, sorted.

    Args:
        feeds: those that use the same pieces of the release beside one another.
        release: what is shown.
        known: what the last release has in the same place (`Taken.entries`).
        body_of: makes a document (`Tree.body_of`).
    """
    if len(known) <= FEW:
        return _sorted(feeds, release, known)
    tuple(release.items)  # made once for both, while the last release is still being linked
    sort = partial(_made, release, known, body_of)
    made = zip(feeds, shared(sort, feeds), strict=True)
    found = [one or _sorted([feed], release, known) for feed, one in made]
    return Sorted([*chain(*(one.kept for one in found))], [*chain(*(one.fresh for one in found))])


def _sorted(feeds: Sequence[Feed], release: Release, known: Mapping[str, Entry]) -> Sorted:
    found = Sorted([], [])
    for one in chain.from_iterable(feed.documents(release) for feed in feeds):
        if isinstance(one, Document):
            _sort(one, known, found)
        elif all(_same(place, one.key, known) for place in one.places):
            found.kept.extend(one.places)
        else:
            for document in one.documents():
                _sort(document, known, found)
    return found


def _sort(document: Document, known: Mapping[str, Entry], found: Sorted) -> None:
    if _same(document.path, document.key, known):
        found.kept.append(document.path)
    else:
        found.fresh.append(document)


def _same(place: str, key: str, known: Mapping[str, Entry]) -> bool:
    before = known.get(place)
    return before is not None and before.key == key


def _made(
    release: Release, known: Mapping[str, Entry], body_of: Callable[[Document], bytes], feed: Feed
) -> Sorted | None:
    """Those of one feed, with the bytes of those that differ; None where these are too many."""
    kept, fresh = _sorted([feed], release, known)
    if len(fresh) > MOST:
        return None
    made, size = [], 0
    for one in fresh:
        body = body_of(one)
        made.append(replace(one, content=body))
        size += len(body)
        if size > MOST_BYTES:
            return None
    return Sorted(kept, made)
