"""`sitemap.xml` for search engines: the page of every item that is shown, with its true day of change.

Addresses of items that are no more are not in it; their pages say so (sitemaps.org/protocol.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.publish.encoding import moment, xml_text
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.publish.collection import Release

#: The protocol allows 50,000 addresses a file.
MOST = 45_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class Feed:
    """One file, or an index of several where one would be too long."""

    def documents(self, release: Release) -> Iterator[Document]:
        """`sitemap.xml`, and `sitemap/0001.xml` … where it is an index."""
        latest = release.log.latest()
        lines = [f"<url><loc>{xml_text(release.current_url())}</loc></url>"]
        for item in release.items:
            changed = f"<lastmod>{moment(latest[item.id].at)}</lastmod>" if item.id in latest else ""
            lines.append(f"<url><loc>{xml_text(release.item_url(item))}</loc>{changed}</url>")
        parts = [lines[start : start + MOST] for start in range(0, len(lines), MOST)]
        if len(parts) == 1:
            yield _document("sitemap.xml", "urlset", parts[0])
            return
        places = [f"sitemap/{number:04}.xml" for number in range(1, len(parts) + 1)]
        for place, part in zip(places, parts, strict=True):
            yield _document(place, "urlset", part)
        index = [f"<sitemap><loc>{xml_text(release.current_url(place))}</loc></sitemap>" for place in places]
        yield _document("sitemap.xml", "sitemapindex", index)


def _document(path: str, root: str, lines: Sequence[str]) -> Document:
    body = f"{_HEAD}<{root} {_SPACE}>\n" + "\n".join(lines) + f"\n</{root}>\n"
    return Document(path, body.encode(), "application/xml")
