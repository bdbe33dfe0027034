"""Records that could not be read: where they lie, why they were refused, since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.reports.inquiry import Report, picked, plain, stamp
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from rabis_sync.reports.inquiry import Document, Inquiry

COLUMNS = (
    Column("number", "number", 8),
    Column("reason", width=60),
    Column("source", width=18),
    Column("place", width=44),
    Column("bytes", "number", 10),
    Column("at", "code", 18),
)


def document(inquiry: Inquiry) -> Document:
    """``records[]`` still in quarantine, oldest first."""
    return {"records": [_record(row) for row in _found(inquiry)]}


def rows(inquiry: Inquiry) -> list[Row]:
    """The same for reading."""
    return [_row(inquiry, row) for row in _found(inquiry)]


def _found(inquiry: Inquiry) -> list[dict[str, Any]]:
    rows = inquiry.unit.harvests.quarantined()
    if inquiry.period is None:
        return rows
    first, after = inquiry.period.bounds(inquiry.now.tzinfo)
    return [row for row in rows if first <= row["at"] < after]


def _record(row: dict[str, Any]) -> Document:
    """What was met in a file is found by its offset, what a server gave by its identifier."""
    found = {**picked(row, "id", "source", "reason", "bytes"), "at": stamp(row["at"])}
    return {**found, **picked(row, "identifier" if row["identifier"] and not row["file"] else "offset")}


def _row(inquiry: Inquiry, row: dict[str, Any]) -> Row:
    in_file = inquiry.say("place.file", file=row["file"], offset=row["offset"]) if row["file"] else ""
    place = "\n".join(part for part in (row["identifier"], in_file) if part)
    cells = (
        row["id"],
        inquiry.say(f"quarantine.{row['reason']}"),
        row["source"],
        plain(place),
        row["bytes"],
        inquiry.moment(row["at"]),
    )
    return Row(cells, "error")


REPORT = Report(document, COLUMNS, rows, frozenset({"period"}))
