"""`items.csv` for importers of WordPress, Bitrix and their like: a row an item, those that are gone included.

An importer that deletes what it does not meet would do so by its own rules; here every row says its status,
and `withdrawn` is a row like any other. Several values in a cell stand apart by « | ».
"""

from __future__ import annotations

import csv
import io
from functools import partial
from typing import TYPE_CHECKING

from rabis_sync.publish.encoding import moment
from rabis_sync.publish.feeds import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicItem

COLUMNS = (
    *("id", "status", "record", "title", "title_kk", "title_ru", "title_en", "authors", "place", "publisher"),
    *("year", "extent", "languages", "subjects", "summary", "isbn", "level", "rights_uri", "rights"),
    *("url", "cover_url", "file_urls", "file_types", "branches", "shelf_marks", "changed", "reason"),
)
_BETWEEN = " | "


class Feed:
    """RFC 4180: comma, CRLF, UTF-8, names of the columns in the first row."""

    def documents(self, release: Release) -> Iterator[Document]:
        """One document."""
        yield Document("items.csv", partial(_table, release), "text/csv; charset=utf-8; header=present")


def _table(release: Release) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    latest = release.log.latest()
    for item in release.items:
        changed = moment(latest[item.id].at) if item.id in latest else ""
        writer.writerow(_row(release, item, changed))
    for stone in release.withdrawn:
        gone = {"id": stone.id, "record": stone.record, "reason": stone.reason}
        gone |= {"status": "withdrawn", "changed": moment(stone.at)}
        writer.writerow([gone.get(column, "") for column in COLUMNS])
    return stream.getvalue().encode()


def _row(release: Release, item: PublicItem, changed: str) -> tuple[str, ...]:
    """Cells of a published item, in the order of the columns."""
    cover, downloads, titles = item.cover, item.downloads, item.titles
    return (
        item.id,
        "published",
        item.record,
        item.title,
        titles.get("kk", ""),
        titles.get("ru", ""),
        titles.get("en", ""),
        _joined([one.name for one in item.contributors]),
        item.place,
        item.publisher,
        str(item.year or ""),
        item.extent,
        _joined(item.languages),
        _joined([one.text for one in item.subjects]),
        item.summary,
        _joined(item.isbns),
        item.level,
        item.rights_uri,
        release.vocabulary.statement_label(item.rights_uri).ru,
        release.item_url(item),
        release.url(item.path(cover)) if cover else "",
        _joined([release.url(item.path(file)) for file in downloads]),
        _joined([file.mime for file in downloads]),
        _joined(dict.fromkeys(one.branch for one in item.holdings)),
        _joined(dict.fromkeys(one.call_number for one in item.holdings)),
        changed,
        item.reason,
    )


def _joined(values: Iterator[str] | object) -> str:
    return _BETWEEN.join(filter(None, values))  # type: ignore[arg-type]  # any iterable of texts
