"""What the public sees, what is withheld and why, and what was taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.inquiry import Report, picked, plain, stamp
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from rabis_sync.reports.inquiry import Document, Inquiry

COLUMNS = (
    Column("standing", width=16),
    Column("title", width=46),
    Column("record", "code", 20),
    Column("level", width=24),
    Column("reason", width=50),
    Column("until", "code", 12),
    Column("files", "number", 8),
    Column("chosen", width=30),
    Column("item", "code", 26),
    Column("since", "code", 12),
)

#: Days before the end of a permission at which the line is marked.
WARNED = 90

SEVERITY = {"withheld": "info", "withdrawn": "warning"}
ORDER = {"withdrawn": 0, "withheld": 1, "published": 2}


def document(inquiry: Inquiry) -> Document:
    """``release``, ``items[]``, ``withheld[]`` and ``withdrawn[]``, each by item identifier."""
    found = inquiry.unit.publications.all()
    return {
        "release": _release(found),
        "items": [_item(row) for row in found if row["state"] == "published"],
        "withheld": [_withheld(row) for row in found if row["state"] == "withheld"],
        "withdrawn": [_withdrawn(row) for row in found if row["state"] == "withdrawn"],
    }


def rows(inquiry: Inquiry) -> list[Row]:
    """Withdrawn first, then withheld, then published, each by title."""
    found = inquiry.unit.publications.all()
    titles = _titles(inquiry, found)

    def key(row: dict[str, Any]) -> Any:
        title = titles.get((row["source"], row["control_number"]), "")
        return ORDER[row["state"]], inquiry.alphabetical(title), row["item_id"]

    return [_row(inquiry, row, titles) for row in sorted(found, key=key)]


def _release(found: list[dict[str, Any]]) -> str:
    """The newest release that holds something, or an empty string before the first."""
    held = [row for row in found if row["release"]]
    return str(max(held, key=lambda row: (row["at"], row["release"]))["release"]) if held else ""


def _titles(inquiry: Inquiry, found: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    ids: dict[int, tuple[str, str]] = {}
    for source in sorted({row["source"] for row in found}):
        wanted = [row["control_number"] for row in found if row["source"] == source]
        known = inquiry.unit.records.known(source, wanted)
        ids.update((one.id, (source, number)) for number, one in known.items())
    return {ids[number]: title for number, title in inquiry.titles(ids).items()}


def _item(row: dict[str, Any]) -> Document:
    return {
        "id": row["item_id"],
        "record": row["control_number"],
        **picked(row, "level", "rights_uri", "basis", "until"),
        "files": [picked(file, "name", "mime", "bytes", "sha256") for file in row["files"]],
    }


def _withheld(row: dict[str, Any]) -> Document:
    return {"record": row["control_number"], "reason": row["reason"]}


def _withdrawn(row: dict[str, Any]) -> Document:
    return {
        "id": row["item_id"],
        "record": row["control_number"],
        "reason": row["reason"],
        "at": stamp(row["at"]),
    }


def _row(inquiry: Inquiry, row: dict[str, Any], titles: dict[tuple[str, str], str]) -> Row:
    cells = (
        inquiry.word("standing", row["state"]),
        plain(titles.get((row["source"], row["control_number"]))),
        inquiry.numbered(row["source"], row["control_number"]),
        inquiry.word("level", row["level"]),
        plain(_why(inquiry, row)),
        inquiry.day(row["until"]),
        len(row["files"]),
        plain(_chosen(inquiry, row["chosen"])),
        row["item_id"],
        inquiry.date(row["at"]),
    )
    soon = _days_left(inquiry, row) is not None
    return Row(cells, "warning" if soon else SEVERITY.get(row["state"], ""))


def _chosen(inquiry: Inquiry, chosen: str) -> str:
    """What makes the record local history: the cataloguers' mark, or an element of it with its value."""
    element, _, value = chosen.partition(": ")
    return f"{inquiry.word('chosen', element)}: {value}" if value else inquiry.word("chosen", chosen)


def _why(inquiry: Inquiry, row: dict[str, Any]) -> str:
    """By which right it may be seen, and what narrows or forbids it, in words."""
    basis = inquiry.word("basis", row["basis"]) if row["basis"] else ""
    reason = inquiry.say(f"rights.{row['reason']}", until=inquiry.day(row["until"])) if row["reason"] else ""
    days = _days_left(inquiry, row)
    ending = inquiry.say("rights.ends_soon", days=days) if days is not None else ""
    return "\n".join(part for part in (basis, reason, ending) if part)


def _days_left(inquiry: Inquiry, row: dict[str, Any]) -> int | None:
    """Days until the permission ends, where people are to be warned of it by now."""
    if not row["until"] or row["state"] == "withdrawn":
        return None
    left = (date.fromisoformat(row["until"]) - inquiry.now.date()).days
    return left if 0 <= left <= WARNED else None


REPORT = Report(document, COLUMNS, rows, counted_by="standing")
