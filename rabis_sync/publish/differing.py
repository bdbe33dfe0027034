"""Which documents of a release are not the last one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.publish.feeds import Sheaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.feeds import Document, Feed
    from rabis_sync.publish.manifest import Entry


def differing(
    feeds: Iterable[Feed], release: Release, known: Mapping[str, Entry]
) -> tuple[list[str], list[Document]]:
    """Places of the documents that are the same, and the others.

    Args:
        feeds: all that give documents.
        release: what is shown.
        known: what the last release has in the same place (`Taken.entries`).
    """
    kept: list[str] = []
    fresh: list[Document] = []
    for one in (one for feed in feeds for one in feed.documents(release)):
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
