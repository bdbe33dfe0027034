"""What the rules found in the records: where, what stands there, what should stand there, and why."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.inquiry import GRAVITY, Report, picked, plain
from rabis_sync.reports.table import Column, Row, spaces_shown

if TYPE_CHECKING:
    from rabis_sync.reports.inquiry import Document, Inquiry

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
    cells = (
        inquiry.word("severity", row["severity"]),
        plain(titles.get(row["record_id"])),
        inquiry.numbered(row["source"], row["control_number"]),
        row["path"],
        plain(_marked(row)),
        plain(spaces_shown(row["after"])) if row["after"] is not None else "",
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
    params = {**picked(row, "path", "before", "after"), **row["params"]}
    return {**_letters(params.get("word"), params.get("mended")), **params}


def _marked(row: dict[str, Any]) -> str:
    """The text as it stands, marked where nobody would see it: blanks, and letters of another script."""
    word, mended = row["params"].get("word") or "", row["params"].get("mended") or ""
    if not word or len(word) != len(mended):
        return spaces_shown(row["before"])
    pairs = zip(word, mended, strict=True)
    marked = "".join(was if was == is_now else f"‹{was}›" for was, is_now in pairs)
    return spaces_shown(row["before"].replace(word, marked))


def _letters(word: str | None, mended: str | None) -> dict[str, Any]:
    """Look-alike letters cannot be seen in before and after: they are named, with the script they are of."""
    pairs = zip(word or "", mended or "", strict=False)
    foreign = list(dict.fromkeys(was for was, is_now in pairs if was != is_now))
    if not foreign:
        return {}
    script = "latin" if unicodedata.name(foreign[0], "").startswith("LATIN") else "cyrillic"
    return {"letters": foreign, "script": script}


REPORT = Report(document, COLUMNS, rows, counted_by="severity")
