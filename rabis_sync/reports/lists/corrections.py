"""What the rules found in the records: where, what stands there, what should stand there, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.reports.contrast import is_field, shown
from rabis_sync.reports.inquiry import GRAVITY, Part, Report, picked, plain
from rabis_sync.reports.table import Column, Row
from rabis_sync.reports.wording import both_shown, look_alikes_of, named
from rabis_sync.store.corrections import change_of

if TYPE_CHECKING:
    from rabis_sync.reports.inquiry import Document, Inquiry
    from rabis_sync.store.corrections import Change

COLUMNS = (
    Column("severity", width=14),
    Column("title", width=40),
    Column("record", "code", 20),
    Column("path", "code", 14),
    Column("before", width=36),
    Column("after", width=36),
    Column("why", width=46),
    Column("action", width=18),
    Column("finding", "number", 9),
)

ALIKE = (
    Column("times", "number", 9),
    Column("path", "code", 14),
    Column("before", width=36),
    Column("after", width=36),
    Column("why", width=46),
    Column("action", width=18),
    Column("example", width=40),
    Column("record", "code", 20),
    Column("finding", "number", 9),
)


def document(inquiry: Inquiry) -> Document:
    """``corrections[]`` that stand open, by record, rule and path; what a person decided is gone."""
    return {"corrections": [_correction(inquiry, row) for row in inquiry.unit.corrections.findings()]}


def rows(inquiry: Inquiry) -> list[Row]:
    """Records with the gravest fault first, then by title; the faults of one record stay together."""
    found = inquiry.unit.corrections.findings()
    titles = inquiry.titles(row["record_id"] for row in found)
    worst: dict[int, int] = {}
    for row in found:
        worst[row["record_id"]] = min(GRAVITY[row["severity"]], worst.get(row["record_id"], len(GRAVITY)))

    def key(row: dict[str, Any]) -> Any:
        record = row["record_id"]
        title = inquiry.alphabetical(titles.get(record, ""))
        return (
            worst[record],
            title,
            row["source"],
            row["control_number"],
            GRAVITY[row["severity"]],
            row["path"],
        )

    return [_row(inquiry, row, titles) for row in sorted(found, key=key)]


def _row(inquiry: Inquiry, row: dict[str, Any], titles: dict[int, str]) -> Row:
    words = look_alikes_of(row["params"])
    texts = row["before"], row["after"]
    whole = is_field(row["path"])
    before, after = both_shown(inquiry.texts, texts, words, inquiry.lang, whole_field=whole)
    cells = (
        inquiry.word("severity", row["severity"]),
        plain(titles.get(row["record_id"])),
        inquiry.numbered(row["source"], row["control_number"]),
        shown(row["path"]),
        before,
        after,
        plain(inquiry.say(f"correction.{row['rule']}", **_params(row))),
        inquiry.word("action", row["action"]),
        row["id"],
    )
    return Row(cells, row["severity"])


def _correction(inquiry: Inquiry, row: dict[str, Any]) -> Document:
    return {
        **picked(row, "id", "source", "rule", "path", "before", "after", "action", "severity"),
        "record": row["control_number"],
        "text": inquiry.texts.in_all(f"correction.{row['rule']}", **_params(row)),
    }


def _params(row: dict[str, Any]) -> dict[str, Any]:
    return named({**picked(row, "path", "before", "after"), **row["params"]})


def parts(inquiry: Inquiry) -> list[Part]:
    """What was found more than once alike, the most frequent first: one line, one example, one decision."""
    groups: dict[Change, list[dict[str, Any]]] = {}
    for row in inquiry.unit.corrections.findings():
        groups.setdefault(change_of(row), []).append(row)
    several = [(change, found) for change, found in groups.items() if len(found) > 1]
    several.sort(key=lambda group: (-len(group[1]), group[0].rule, group[0].slot, group[0].before))
    titles = inquiry.titles(found[0]["record_id"] for _, found in several)
    lines = [_alike(inquiry, change, found, titles) for change, found in several]
    return [Part("alike", ALIKE, lines, {"groups": len(lines)}, leads=True)]


def _alike(inquiry: Inquiry, change: Change, found: list[dict[str, Any]], titles: dict[int, str]) -> Row:
    example = found[0]
    texts, words = (change.before, change.after), look_alikes_of(example["params"])
    whole = is_field(example["path"])
    before, after = both_shown(inquiry.texts, texts, words, inquiry.lang, whole_field=whole)
    cells = (
        len(found),
        shown(change.slot),
        before,
        after,
        plain(inquiry.say(f"correction.{change.rule}", **_params(example))),
        inquiry.word("action", example["action"]),
        plain(titles.get(example["record_id"])),
        inquiry.numbered(example["source"], example["control_number"]),
        example["id"],
    )
    return Row(cells, example["severity"])


REPORT = Report(document, COLUMNS, rows, counted_by="severity", parts=parts)
