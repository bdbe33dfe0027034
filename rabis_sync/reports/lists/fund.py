"""The fund over a period: what stood, came, went and stands, the identities tested, what data lack."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rabis_sync.reports.forms import delimited, page, statement
from rabis_sync.reports.inquiry import Part, Report, plain
from rabis_sync.reports.laid import above, of_what, sheets
from rabis_sync.reports.table import Column, Row, Table
from rabis_sync.store.statements import COLUMNS as MOVEMENT
from rabis_sync.store.statements import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rabis_sync.reports.inquiry import Document, Inquiry
    from rabis_sync.reports.table import Kind
    from rabis_sync.store.statements import Check, Correction, FundRow

#: The measures of a figure.
MEASURES = Figure._fields
_KINDS: dict[str, Kind] = {"titles": "number", "copies": "number", "amount": "money"}

COLUMNS = (
    Column("branch", width=34),
    *(
        Column(f"{column}_{measure}", "money" if measure == "amount" else "number", 15)
        for column in MOVEMENT
        for measure in ("copies", "amount")
    ),
)
_DIMENSIONS = (
    *("period", "branch", "branch_group", "kind", "content_class", "language", "supply_source", "reason"),
)
#: What each dimension's codes are called by: groups of texts.
WORDS = {
    "branch_group": "branch_group", "kind": "kind", "content_class": "content_class", "language": "language",
    "supply_source": "supply", "reason": "reason",
}  # fmt: skip


def document(inquiry: Inquiry) -> Document:
    """The promised shape: ``rows[]``, ``checks[]``, ``coverage[]``, ``corrections[]`` and the period."""
    found = inquiry.statement
    return {
        "period": found.period,
        "first": found.first,
        "last": found.last,
        "branch": found.branch or None,
        "currency": found.currency,
        "closed": {"period": found.closed, "digest": found.digest} if found.closed else None,
        "rows": [_row(found.period, row) for row in found.rows],
        "checks": [_check(inquiry, check) for check in found.checks],
        "coverage": [
            {
                "what": gap.what,
                "copies": gap.copies,
                "of": gap.of,
                "text": inquiry.texts.in_all(f"gap.{gap.what}", copies=gap.copies, of=gap.of),
            }
            for gap in found.gaps
        ],
        "corrections": [_correction(one) for one in found.corrections],
    }


def _row(period: str, row: FundRow) -> Document:
    movement = row.movement
    return {
        "period": period,
        "branch": row.branch,
        "branch_group": row.branch_group,
        "kind": row.kind,
        "content_class": row.content_class,
        "language": row.language,
        "supply_source": row.supply_source,
        "reason": row.reason,
        **{name: figure(getattr(movement, name)) for name in MOVEMENT},
        "balanced": figure(movement.balanced()),
        "on_balance": figure(row.taken),
    }


def figure(one: Figure) -> Document:
    """A figure for machines: amounts as decimals."""
    return {"titles": one.titles, "copies": one.copies, "amount": money(one.amount)}


def money(minor: int) -> str:
    """An amount of minor units as a decimal: «1250.50»."""
    return f"{Decimal(minor).scaleb(-2):f}"


def _measured(measure: str, value: int) -> int | str:
    return money(value) if measure == "amount" else value


def _check(inquiry: Inquiry, check: Check) -> Document:
    return {
        "identity": check.identity,
        "dimension": check.dimension,
        "of": check.of,
        "measure": check.measure,
        "left": _measured(check.measure, check.left),
        "right": _measured(check.measure, check.right),
        "difference": _measured(check.measure, check.difference),
        "holds": check.holds,
        "terms": {name: _measured(check.measure, value) for name, value in check.terms},
        "place": check.place,
        "params": dict(check.params),
        "text": {lang: said(inquiry, check, lang) for lang in ("kk", "ru", "en")},
    }


def said(inquiry: Inquiry, check: Check, lang: str) -> str:
    """What an identity says, in a language."""
    return inquiry.texts.say(f"identity.{check.identity}", lang, **dict(check.params))


def _correction(one: Correction) -> Document:
    return {
        "what": one.what,
        "dated": one.dated,
        "column": one.column,
        "branch": one.branch,
        "document": one.document,
        "inventory_numbers": list(one.numbers),
        "copies": one.figure.copies,
        "amount": money(one.figure.amount),
    }


# --- for people ----------------------------------------------------------------------------------


def rows(inquiry: Inquiry) -> list[Row]:
    """The movement by branch, group by group, with what each group and all of them come to."""
    groups: dict[str, dict[str, list[FundRow]]] = defaultdict(lambda: defaultdict(list))
    for row in inquiry.statement.rows:
        groups[row.branch_group][row.branch].append(row)
    told: list[Row] = []
    for group in sorted(groups, key=lambda name: (inquiry.word("branch_group", name), name)):
        branches = groups[group]
        for name in sorted(branches, key=lambda name: (not name, inquiry.alphabetical(name), name)):
            shown = plain(name) or inquiry.say("total.no_branch")
            told.append(Row((shown, *_sums(branches[name]))))
        if len(groups) > 1 and len(branches) > 1:
            of_group = [row for of in branches.values() for row in of]
            named = inquiry.say("total.of_branch", branch=inquiry.word("branch_group", group))
            told.append(Row((named, *_sums(of_group)), total=True))
    if len(told) > 1:
        told.append(Row((inquiry.say("total.all"), *_sums(inquiry.statement.rows)), total=True))
    return told


def _sums(of: Iterable[FundRow]) -> Iterator[int | Decimal | None]:
    """Copies and amount of each column; of what is passed on inside nothing where there is none."""
    of = list(of)
    for column in MOVEMENT:
        copies = sum(getattr(row.movement, column).copies for row in of)
        amount = Decimal(sum(getattr(row.movement, column).amount for row in of)).scaleb(-2)
        unsaid = column in {"received", "passed_on"} and not copies and not amount
        yield from (None, None) if unsaid else (copies, amount)


def flat(inquiry: Inquiry) -> bytes:
    """Every row of the statement with words and figures, one line each: what a pivot table is made of."""
    columns = [Column(name, label=inquiry.say(f"column.{name}")) for name in _DIMENSIONS]
    columns += [
        Column(f"{name}_{measure}", _KINDS[measure], label=_label(inquiry, name, measure))
        for name in MOVEMENT
        for measure in MEASURES
    ]
    found = inquiry.statement
    table = Table(
        name="fund", lang=inquiry.lang, title=inquiry.say("report.fund.title"), remarks=(),
        empty=inquiry.say("report.fund.empty"), columns=tuple(columns),
        rows=tuple(Row((found.period, *_words(inquiry, row), *_figures(row))) for row in found.rows),
    )  # fmt: skip
    return delimited.write(table, inquiry.now)


def _label(inquiry: Inquiry, column: str, measure: str) -> str:
    return f"{inquiry.word('movement', column)}: {inquiry.word('measure', measure)}"


def _words(inquiry: Inquiry, row: FundRow) -> Iterator[str]:
    yield plain(row.branch)
    for name, group in WORDS.items():
        code = getattr(row, name)
        yield plain(inquiry.word(group, code)) if code else ""


def _figures(row: FundRow) -> Iterator[Any]:
    for one in row.movement:
        yield from (one.titles, one.copies, Decimal(one.amount).scaleb(-2))


def workbook(inquiry: Inquiry) -> bytes:
    """The statement laid out like the library's forms: the КСУ, the annual tables, every identity."""
    return statement.write(sheets(inquiry), inquiry.say("report.fund.title"), inquiry.now)


def web_page(inquiry: Inquiry) -> bytes:
    """The same sheets as one page to read and to print."""
    title = inquiry.say("report.fund.title")
    return page.statement(sheets(inquiry), title, above(inquiry), inquiry.lang)


def parts(inquiry: Inquiry) -> list[Part]:
    """The identities that do not hold, what data lack, and corrections: what a reader must not miss."""
    found = inquiry.statement
    broken = [
        Row((
            said(inquiry, check, inquiry.lang), of_what(inquiry, check),
            inquiry.word("measure", check.measure),
            _shown(check, check.left), _shown(check, check.right), _shown(check, check.difference),
        ), "error")
        for check in found.checks if not check.holds
    ]  # fmt: skip
    gaps = [
        Row((inquiry.say(f"gap.{gap.what}", copies=gap.copies, of=gap.of), gap.copies, gap.of), "info")
        for gap in found.gaps
    ]
    late = [
        Row((
            inquiry.word("correction_kind", one.what), inquiry.day(one.dated), plain(one.document),
            plain(one.branch), inquiry.word("movement", one.column), one.figure.copies,
            Decimal(one.figure.amount).scaleb(-2),
        ), "warning")
        for one in found.corrections
    ]  # fmt: skip
    return [
        Part("fund_checks", _CHECKS, broken, {"tested": len(found.checks), "broken": len(broken)}),
        Part("fund_corrections", _CORRECTIONS, late),
        Part("fund_gaps", _GAPS, gaps),
    ]


def _shown(check: Check, value: int) -> int | Decimal:
    return Decimal(value).scaleb(-2) if check.measure == "amount" else value


_CHECKS = (
    Column("identity", width=50), Column("of_what", width=30), Column("measure", width=12),
    Column("left_side", "number", 16), Column("right_side", "number", 16), Column("difference", "number", 14),
)  # fmt: skip
_GAPS = (Column("gap", width=70), Column("copies", "number", 12), Column("among", "number", 12))
_CORRECTIONS = (
    Column("what_happened", width=20), Column("dated", "code", 12), Column("document", width=24),
    Column("branch", width=24), Column("fund_column", width=18), Column("copies", "number", 12),
    Column("amount", "money", 16),
)  # fmt: skip

REPORT = Report(
    document,
    COLUMNS,
    rows,
    frozenset({"branch", "period"}),
    parts=parts,
    forms={"csv": flat, "xlsx": workbook, "html": web_page},
)
