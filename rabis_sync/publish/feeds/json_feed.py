"""`feed.json`: what was opened lately, for news widgets and feed readers (jsonfeed.org/version/1.1).

The format knows no deletion, so it is a news feed and no means of keeping a copy: that is the site JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import moment, to_json
from rabis_sync.publish.feeds import Document
from rabis_sync.publish.wording import imprint, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

#: Items in the feed; a reader that comes once a month misses nothing in a library of our size.
NEWEST = 200


class Feed:
    """Open items, the newest first."""

    def documents(self, release: Release) -> Iterator[Document]:
        """One document."""
        opened = [item for item in release.items if item.files]
        newest = sorted(opened, key=lambda item: (-item.since.timestamp(), item.id))[:NEWEST]
        title = texts()["title"].ru
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{title} — {release.library.ru}",
            "description": texts()["intro"].ru,
            "home_page_url": release.current_url(),
            "feed_url": release.current_url("feed.json"),
            "language": "ru",
            "authors": [{"name": release.library.ru}],
            "items": [_item(release, item) for item in newest],
        }
        yield Document("feed.json", to_json(feed), "application/feed+json")


def _item(release: Release, item: PublicItem) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": item.id,
        "url": release.item_url(item),
        "title": item.title,
        "content_text": "\n\n".join(part for part in (imprint(item), item.summary) if part) or item.title,
        "date_published": moment(item.since),
        "attachments": [
            {
                "url": release.url(item.path(file)),
                "mime_type": file.mime,
                "title": file.name,
                "size_in_bytes": file.bytes,
            }
            for file in item.downloads
        ],
        "_rights": {"about": item.rights_uri, "level": item.level},
    }
    if item.language != "und":
        entry["language"] = item.language
    if item.summary:
        entry["summary"] = item.summary
    if item.cover:
        entry["image"] = release.url(item.path(item.cover))
    if authors := [{"name": one.name} for one in item.contributors if one.name]:
        entry["authors"] = authors
    if tags := list(dict.fromkeys(subject.text for subject in item.subjects if subject.text)):
        entry["tags"] = tags
    return entry
