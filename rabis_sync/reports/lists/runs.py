"""What ran, when, what each step counted, and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.reports.inquiry import Report, picked, plain, stamp
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rabis_sync.reports.inquiry import Document, Inquiry
    from rabis_sync.reports.texts import Texts

COLUMNS = (
    Column("number", "number", 8),
    Column("job", width=14),
    Column("started_at", "code", 18),
    Column("ended_at", "code", 18),
    Column("outcome", width=24),
    Column("steps", width=80),
    Column("exit_code", "number", 10),
)

SEVERITY = {
    "failed": "error",
    "guard": "error",
    "retry": "warning",
    "interrupted": "warning",
    "quarantined": "warning",
}


def document(inquiry: Inquiry) -> Document:
    """``runs[]``, newest first."""
    return {"runs": [_run(row) for row in _found(inquiry)]}


def rows(inquiry: Inquiry) -> list[Row]:
    """The same for reading: one line a run, its steps one under the other."""
    return [_row(inquiry, row) for row in _found(inquiry)]


def _found(inquiry: Inquiry) -> list[dict[str, Any]]:
    if inquiry.period is None:
        return inquiry.unit.runs.between()
    return inquiry.unit.runs.between(*inquiry.period.bounds(inquiry.now.tzinfo))


def _run(row: dict[str, Any]) -> Document:
    return {
        **picked(row, "id", "job", "outcome", "exit_code", "versions", "config_hash"),
        "started_at": stamp(row["started_at"]),
        "ended_at": stamp(row["ended_at"]) if row["ended_at"] else None,
        "steps": [picked(step, "name", "outcome", "counts", "message") for step in row["steps"]],
    }


def _row(inquiry: Inquiry, row: dict[str, Any]) -> Row:
    cells = (
        row["id"],
        row["job"],
        inquiry.moment(row["started_at"]),
        inquiry.moment(row["ended_at"]),
        inquiry.word("outcome", row["outcome"]),
        plain("\n".join(step_said(inquiry.texts, inquiry.lang, step) for step in row["steps"])),
        row["exit_code"],
    )
    return Row(cells, SEVERITY.get(row["outcome"], ""))


def step_said(texts: Texts, lang: str, step: Mapping[str, Any]) -> str:
    """«Сбор: выполнено (получено: 600)» and the step's message; what counted nothing is left out.

    Args:
        texts: sentences for people.
        lang: kk, ru or en.
        step: row of the ledger.
    """
    counted = texts.in_order("count", step["counts"])
    counts = ", ".join(f"{texts.word('count', name, lang)}: {number}" for name, number in counted if number)
    name, _, source = step["name"].partition(" ")
    whose = f" «{source}»" if source else ""
    said = f"{texts.word('step', name, lang)}{whose}: {texts.word('outcome', step['outcome'], lang)}"
    told = f"{said} ({counts})" if counts else said
    return f"{told} — {texts.retold(step['message'], lang)}" if step["message"] else told


REPORT = Report(document, COLUMNS, rows, frozenset({"period"}), "outcome")
