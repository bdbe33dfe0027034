"""Where the catalogue's items and the accounting disagree: number, branch, what each of the two says."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from rabis_sync.reports import reconciled
from rabis_sync.reports.inquiry import GRAVITY, Report, picked, plain, stamp
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.reports.inquiry import Document, Inquiry, Part

COLUMNS = (
    Column("severity", width=14),
    Column("inventory_number", "code", 16),
    Column("branch", width=24),
    Column("what", width=60),
    Column("catalogue", width=46),
    Column("ledger", width=46),
    Column("record", "code", 20),
    Column("discrepancy", width=18),
    Column("first_seen", "code", 12),
    Column("finding", "code", 9),
)

#: Values of a sentence that may be money, and money among them: a decimal comma is what people read.
_FIGURES = ("catalogue", "ledger", "stated", "counted", "before", "came", "left", "due", "account")
_MONEY = re.compile(r"(?<![\d.])(-?\d+)\.(\d\d)(?![\d.])")

#: Said with the price, by the place in the books, or in a column of its own.
_UNSAID = {"currency", "ledger", "source", "record"}


def document(inquiry: Inquiry) -> Document:
    """``discrepancies[]`` that stand, by branch and number, ``totals``, and ``coverage[]`` of the books."""
    found = _found(inquiry)
    coverage = inquiry.unit.comparisons.coverage()
    return {
        "discrepancies": [_discrepancy(inquiry, row) for row in found],
        "totals": _totals(found),
        "coverage": [row for row in coverage if inquiry.branch in {None, row["branch"]}],
    }


def rows(inquiry: Inquiry) -> list[Row]:
    """Branch by branch, the gravest first, by number, so that a branch can be given its part.

    Then what a person should know of the books, unless only one branch was asked for: it belongs to none.
    """
    found = _found(inquiry)

    def key(row: dict[str, Any]) -> Any:
        place = not row["branch"], inquiry.alphabetical(row["branch"]), row["branch"]
        return *place, GRAVITY[row["severity"]], row["code"], row["inventory_number"], row["id"]

    notices = inquiry.unit.ledgers.notices() if inquiry.branch is None else []
    told = [_row(inquiry, row) for row in sorted(found, key=key)]
    return told + [_notice(inquiry, row) for row in sorted(notices, key=lambda row: not row["unread"])]


def _found(inquiry: Inquiry) -> list[dict[str, Any]]:
    found = inquiry.unit.ledgers.discrepancies()
    return [row for row in found if inquiry.branch in {None, row["branch"]}]


def _row(inquiry: Inquiry, row: dict[str, Any]) -> Row:
    number = row["control_number"]
    cells = (
        inquiry.word("severity", row["severity"]),
        plain(row["inventory_number"]),
        plain(row["branch"]),
        plain(inquiry.say(_sentence(row), **_legible(inquiry, _params(row)))),
        plain(_side(inquiry, row["catalogue"], row["inventory_number"])),
        plain(_side(inquiry, row["ledger"], row["inventory_number"]) or _likely(inquiry, row)),
        inquiry.numbered(row["source"], number) if number else "",
        inquiry.word("code", row["code"]),
        inquiry.date(row["first_seen"]),
        _address(row),
    )
    return Row(cells, row["severity"])


def _notice(inquiry: Inquiry, row: dict[str, Any]) -> Row:
    """A row of the books that could not be read, or something odd about them, with its place."""
    severity = "warning" if row["unread"] else "info"
    said = {
        "severity": inquiry.word("severity", severity),
        "what": plain(inquiry.say(f"notice.{row['code']}", **row["params"])),
        "ledger": plain(row["place"]),
        "discrepancy": inquiry.word("code", "unread" if row["unread"] else "notice"),
    }
    return Row(tuple(said.get(column.key, "") for column in COLUMNS), severity)


def _side(inquiry: Inquiry, side: dict[str, Any] | None, number: str) -> str:
    """What one of the two says, a line for each thing that is worth the reader's eye."""
    told = []
    for key, value in inquiry.texts.in_order("side", side or {}):
        if value in {None, ""} or key in _UNSAID or (key, value) in {("number", number), ("quantity", 1)}:
            continue
        told.append(f"{inquiry.word('side', key)}: {_said(inquiry, key, value, side or {})}")
    return "\n".join(told)


def _likely(inquiry: Inquiry, row: dict[str, Any]) -> str:
    """Where the entry stands that the copy most likely belongs to."""
    proposal = row["params"].get("proposal") or {}
    told = {name: proposal[name] for name in ("place", "number", "title") if name in proposal}
    return f"{inquiry.say('likely')}\n{_side(inquiry, told, '')}" if "place" in told else ""


def _said(inquiry: Inquiry, key: str, value: Any, side: dict[str, Any]) -> str:
    """A value as people write it: money with its currency, days day first, a comma before tiyn."""
    if key in {"price", "amount"}:
        amount = str(value) if inquiry.lang == "en" else str(value).replace(".", ",")
        return f"{amount} {side.get('currency') or ''}".strip()
    if key == "status":
        return inquiry.word("item_status", str(value))
    if isinstance(value, bool):
        return inquiry.say("side.yes" if value else "side.no")
    return inquiry.day(value) if isinstance(value, str) else str(value)


def _discrepancy(inquiry: Inquiry, row: dict[str, Any]) -> Document:
    return {
        "id": _address(row),
        **picked(row, "code", "severity", "inventory_number", "branch", "catalogue", "ledger"),
        "record": row["control_number"],
        "cause": row["params"].get("cause") or None,
        "proposal": row["params"].get("proposal"),
        "first_seen": stamp(row["first_seen"]),
        "text": inquiry.texts.in_all(_sentence(row), **_params(row)),
    }


def _address(row: dict[str, Any]) -> str:
    """What `accept` takes: a bare number would be a finding of a record."""
    return f"d{row['id']}"


def _sentence(row: dict[str, Any]) -> str:
    """The text of the code, or the more exact one that the finding names."""
    return f"discrepancy.{row['params'].get('text') or row['code']}"


def _legible(inquiry: Inquiry, params: dict[str, Any]) -> dict[str, Any]:
    """Values with days and money as people write them."""
    told = {name: inquiry.day(one) if isinstance(one, str) else one for name, one in params.items()}
    if inquiry.lang != "en":
        told |= {
            name: _MONEY.sub(r"\1,\2", told[name]) for name in _FIGURES if isinstance(told.get(name), str)
        }
    return told


def _params(row: dict[str, Any]) -> dict[str, Any]:
    return {"number": row["inventory_number"], "branch": row["branch"], "cause": "", **row["params"]}


def _totals(found: list[dict[str, Any]]) -> Document:
    """How many there are, and of each severity, code and branch."""
    return {
        "discrepancies": len(found),
        "severities": {name: sum(row["severity"] == name for row in found) for name in GRAVITY},
        "codes": dict(sorted(Counter(row["code"] for row in found).items())),
        "branches": dict(sorted(Counter(row["branch"] for row in found).items())),
        "sums": reconciled.totals(found),
    }


def parts(inquiry: Inquiry) -> Sequence[Part]:
    """Totals to sign, coverage, what is to be catalogued, and the list once more branch by branch."""
    return list(reconciled.parts(inquiry, _found(inquiry), COLUMNS, rows(inquiry)))


REPORT = Report(document, COLUMNS, rows, frozenset({"branch"}), "severity", parts)
