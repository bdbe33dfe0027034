"""Sheets that go with approved merges: every field taken or dropped, and the records to delete."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.reports.forms import spreadsheet
from rabis_sync.reports.table import Column, Row, Table, legible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from rabis_sync.reports.texts import Texts

CHANGES = (
    Column("record", "code", 20),
    Column("title", width=42),
    Column("taken_from", "code", 20),
    Column("field", width=60),
    Column("fate", width=34),
)
DELETIONS = (
    Column("delete_record", "code", 20),
    Column("title", width=42),
    Column("successor", "code", 20),
    Column("inventory_number", "code", 18),
    Column("branch", width=26),
    Column("call_number", width=20),
)

#: What a cataloguer must look at: something of a record that goes does not stand in the one that stays.
_SEVERITY = {"dropped_single": "warning"}


class Change(NamedTuple):
    """One field of a record that goes, and what became of it.

    Attributes:
        record: control number of the record that stays.
        title: its title.
        taken_from: control number of the record that goes.
        field: the field as cataloguers write it.
        told: what became of it, in the reader's language.
        fate: the same as a code.
    """

    record: str
    title: str
    taken_from: str
    field: str
    told: str
    fate: str


class Deletion(NamedTuple):
    """A record to delete in Web-RABIS with one of its copies, which moves first; no copy: empty.

    Attributes:
        record: control number of the record to delete.
        title: its title.
        successor: the record that stands in its place.
        inventory_number: of the copy.
        branch: that holds it.
        call_number: its shelving mark.
    """

    record: str
    title: str
    successor: str
    inventory_number: str
    branch: str
    call_number: str


def change_sheet(changes: Iterable[Change], texts: Texts, lang: str, now: datetime) -> bytes:
    """The change sheet as XLSX; fields that were there already are left out."""
    rows = tuple(
        Row(tuple(map(legible, one[:5])), _SEVERITY.get(one.fate, ""))
        for one in changes
        if one.fate != "same"
    )
    return spreadsheet.write(_table("merge_changes", CHANGES, rows, texts, lang), now)


def deletion_list(deletions: Iterable[Deletion], texts: Texts, lang: str, now: datetime) -> bytes:
    """The list of records to delete as XLSX, one line a copy."""
    rows = tuple(Row(tuple(map(legible, one))) for one in deletions)
    return spreadsheet.write(_table("merge_deletions", DELETIONS, rows, texts, lang), now)


def _table(name: str, columns: tuple[Column, ...], rows: tuple[Row, ...], texts: Texts, lang: str) -> Table:
    return Table(
        name=name,
        lang=lang,
        title=texts.say(f"{name}.title", lang),
        remarks=(texts.say(f"{name}.use", lang),),
        empty=texts.say(f"{name}.empty", lang),
        columns=tuple(replace(one, label=texts.say(f"column.{one.key}", lang)) for one in columns),
        rows=rows,
    )
