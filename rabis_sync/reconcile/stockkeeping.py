"""A stock check from opening to closing: files taken in, the outcome at any time, frozen at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.reconcile.entry import major
from rabis_sync.reconcile.readings import barcode_key
from rabis_sync.reconcile.scanning import PROBLEMS, ScanLine
from rabis_sync.reconcile.stock import Described, Holding, SameBranch, describe, walk
from rabis_sync.reconcile.stock_ranges import ranges
from rabis_sync.reconcile.stockcheck import FOUND, MISSING, OUTCOMES, OWN, Codes, Session, StockCheck
from rabis_sync.store.decisions import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.matching import Policy
    from rabis_sync.reconcile.scanning import ScanFile, ScanRules
    from rabis_sync.reconcile.sides import Booking, Copy
    from rabis_sync.reconcile.stockcheck import Finding, Outcome, Repeat
    from rabis_sync.store.database import Unit
    from rabis_sync.store.decisions import Decision

#: What the journal calls what is done.
OPENED, SCANNED, CLOSED = "stock_opened", "stock_scanned", "stock_closed"
KINDS = (OPENED, SCANNED, CLOSED)
OPEN = "open"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a stock check needs.

    Attributes:
        policy: of the library's numbers and branches.
        rules: of scan files.
        dialects: where each element of a record lives, by family.
    """

    policy: Policy
    rules: ScanRules
    dialects: Mapping[str, Dialect]


class Taken(NamedTuple):
    """A file as it was taken in; `before`: under which name the same bytes are there already."""

    name: str
    lines: int
    scans: int
    problems: tuple[ScanLine, ...]
    before: str


def begin(unit: Unit, settings: Settings, branch: str, *, at: datetime) -> tuple[int, Choice]:
    """Open a check of a branch.

    Raises:
        UnknownName: neither the catalogue nor the books have such a branch.
        ConfigError: a check of it is open.
    """
    same = _same(unit, settings)
    known = unit.ledgers.branches()
    if same.of(branch) not in {same.of(name) for name in known}:
        raise UnknownName("branch", branch, known)
    for check in unit.stockchecks.all():
        if check["state"] == OPEN and same.of(check["branch"]) == same.of(branch):
            raise ConfigError(
                f"stock check {check['id']} of {check['branch']!r} is open",
                hint=f"Scan into it (`stockcheck scan {check['id']} FILE`), or close it first.",
            )
    number = unit.stockchecks.open(branch, at=at)
    return number, Choice(OPENED, {"check": number, "branch": branch}, {}, {})


def take(
    unit: Unit, number: int, files: Iterable[ScanFile], *, at: datetime
) -> tuple[list[Taken], list[Choice]]:
    """Take scan files into an open check; the same bytes are taken once.

    Raises:
        ConfigError: there is no such check, or it is closed.
    """
    check = named(unit, number)
    if check["state"] != OPEN:
        raise ConfigError(
            f"stock check {number} is closed and takes no scans",
            hint="`rabis-sync decisions` shows its closing; `rabis-sync undo DECISION` opens it again.",
        )
    names = {file["digest"]: file["name"] for file in unit.stockchecks.files(number)}
    taken, choices = [], []
    for file in files:
        problems = tuple(line for line in file.lines if PROBLEMS.get(line.problem, False))
        scans = sum(not line.problem for line in file.lines)
        taken.append(Taken(file.name, len(file.lines), scans, problems, names.get(file.digest, "")))
        if file.digest in names:
            continue
        names[file.digest] = file.name
        place = unit.stockchecks.add_file(number, file.name, file.digest, file.blank, file.lines, at=at)
        subject = {"check": number, "branch": check["branch"], "file": file.name, "scans": scans}
        choices.append(Choice(SCANNED, subject, {}, {"file": place}))
    return taken, choices


def finish(unit: Unit, settings: Settings, number: int, *, at: datetime) -> Choice:
    """Close a check: what came of it stays, whatever becomes of catalogue and books.

    Raises:
        ConfigError: there is no such check, it is closed already, or nothing was scanned.
    """
    check = named(unit, number)
    if check["state"] != OPEN:
        raise ConfigError(
            f"stock check {number} is closed already", hint="`stockcheck show` tells its outcome."
        )
    if not unit.stockchecks.files(number):
        raise ConfigError(
            f"nothing was scanned in stock check {number}",
            hint="Scan first, or take its opening back: `rabis-sync decisions`, `rabis-sync undo DECISION`.",
        )
    told = document(unit, settings, number)
    findings = told.pop("findings")
    unit.stockchecks.close(number, told, ((one["outcome"], one) for one in findings), at=at)
    subject = {
        "check": number,
        "branch": check["branch"],
        **{name: told["totals"][name] for name in ("found", "missing")},
    }
    return Choice(CLOSED, subject, {"state": OPEN}, {"state": "closed"})


def undo(unit: Unit, decision: Decision) -> None:
    """Take back an opening (nothing scanned yet), a file, or a closing.

    Raises:
        ConfigError: the check has gone on since.
    """
    number = decision.subject["check"]
    check = named(unit, number)
    if decision.kind == CLOSED:
        unit.stockchecks.reopen(number)
        return
    if check["state"] != OPEN:
        raise ConfigError(f"stock check {number} is closed", hint="Take its closing back first.")
    if decision.kind == SCANNED:
        unit.stockchecks.drop_file(decision.after["file"])
    elif unit.stockchecks.files(number):
        raise ConfigError(f"stock check {number} has scans", hint="Take them back first.")
    else:
        unit.stockchecks.forget(number)


def named(unit: Unit, number: int) -> dict[str, Any]:
    """A check by its number.

    Raises:
        ConfigError: there is none.
    """
    check = unit.stockchecks.get(number)
    if check is None:
        known = ", ".join(
            f"{one['id']} ({one['branch']}, {one['state']})" for one in unit.stockchecks.all()[:20]
        )
        raise ConfigError(
            f"there is no stock check {number}",
            hint=f"Known: {known}." if known else "Begin one: `stockcheck open BRANCH`.",
        )
    return check


def document(unit: Unit, settings: Settings, number: int) -> Document:
    """What is known of a check, as plain JSON values; of a closed one what was frozen.

    Raises:
        ConfigError: there is no such check.
    """
    check = named(unit, number)
    about = {name: check[name] for name in ("id", "branch", "state", "opened_at", "closed_at")}
    about |= {name: about[name].isoformat() if about[name] else None for name in ("opened_at", "closed_at")}
    if check["outcome"] is not None:
        return {**check["outcome"], "check": about, "findings": list(unit.stockchecks.findings(number))}
    return {"check": about, **_worked_out(unit, settings, check)}


def _worked_out(unit: Unit, settings: Settings, check: Mapping[str, Any]) -> Document:
    files = unit.stockchecks.files(check["id"])
    lines = [[ScanLine._make(line) for line in unit.stockchecks.lines(file["id"])] for file in files]
    sessions = [
        Session(file["name"], [line for line in told if not line.problem])
        for file, told in zip(files, lines, strict=True)
    ]
    outcome = _outcome(unit, settings, check["branch"], sessions)
    own = {one.copy.record_id for finding in outcome.findings for one in finding.holdings if one.copy}
    marks = unit.stockchecks.shelf_marks(sorted(own))
    named_ones = [one for finding in outcome.findings if _told_whole(finding) for one in finding.holdings]
    described = describe(unit, named_ones, settings.dialects)

    def mark(finding: Finding) -> str:
        return _mark(marks, finding.holdings[0]) if finding.holdings else ""

    return {
        "files": [_file(file, told) for file, told in zip(files, lines, strict=True)],
        "totals": _totals(outcome, lines, files),
        "ranges": [one._asdict() for one in ranges(outcome, mark)],
        "findings": [_finding(one, marks, described) for one in outcome.findings],
        "repeats": [_repeat(one) for one in outcome.repeats],
        "unread": [
            {"file": file["name"], "line": line.line, "text": line.raw, "problem": line.problem}
            for file, told in zip(files, lines, strict=True)
            for line in told
            if PROBLEMS.get(line.problem, False)
        ],
    }


def _outcome(unit: Unit, settings: Settings, branch: str, sessions: Sequence[Session]) -> Outcome:
    policy, same = settings.policy, _same(unit, settings)
    codes = Codes(lambda key, number: policy.numbering.key(key, branch, number))
    numbers, barcodes = codes.wanted(sessions)
    own = same.of(branch)

    def here(name: str) -> bool:
        return same.of(name) == own

    def wanted(key: str, copies: Sequence[Copy], bookings: Sequence[Booking]) -> bool:
        names = {one.branch for one in copies} | {one.branch for one in bookings}
        if key in numbers or any(map(here, names)):
            return True
        return any(one.barcode and barcode_key(one.barcode) in barcodes for one in copies)

    holdings = [one for many in walk(unit, policy, same, wanted) for one in many]
    check = StockCheck(
        holdings, here, codes, away=settings.rules.away, own_series=policy.numbering.given == "branch",
        booked=bool(unit.ledgers.entry_counts()),
    )  # fmt: skip
    return check.outcome(sessions)


def _same(unit: Unit, settings: Settings) -> SameBranch:
    return SameBranch(settings.policy.branches, unit.comparisons.branch_names())


def _totals(
    outcome: Outcome, lines: Sequence[Sequence[ScanLine]], files: Sequence[Mapping[str, Any]]
) -> Document:
    """Copies of the branch by outcome, which add up to those expected; numbers of others; lines."""
    problems = Counter(line.problem for told in lines for line in told if line.problem)
    missing = [one for one in outcome.findings if one.outcome == MISSING]
    worth = sum((one.copies * (_tenge(one) or 0) for one in missing), Decimal(0))
    return {
        "expected": outcome.expected,
        **{name: outcome.copies(name) for name in OUTCOMES},
        "missing_amount": f"{worth:.2f}",
        "missing_unpriced": sum(one.copies for one in missing if _tenge(one) is None),
        "balanced": outcome.expected == sum(outcome.copies(name) for name in OWN),
        "lines": sum(map(len, lines)),
        "scans": outcome.scans,
        "headings": problems["heading"] + problems["total"],
        "unread": sum(number for problem, number in problems.items() if PROBLEMS[problem]),
        "blank": sum(file["blank"] for file in files),
        "repeated_within": sum(len(one.reads) - 1 for one in outcome.repeats if one.within),
        "repeated_across": sum(len(one.reads) - 1 for one in outcome.repeats if not one.within),
    }


def _tenge(finding: Finding) -> Decimal | None:
    minor, currency = finding.holdings[0].price
    return major(minor) if currency == "KZT" else None


def _told_whole(finding: Finding) -> bool:
    """A copy simply found needs no title: there are thousands."""
    return finding.outcome != FOUND or bool(finding.marks)


def _finding(
    finding: Finding, marks: Mapping[tuple[int, int], str], described: Callable[[Holding], Described]
) -> Document:
    told: Document = {
        "outcome": finding.outcome,
        "number": finding.number,
        "copies": finding.copies,
        "marks": list(finding.marks),
        "reads": [{"file": one.file, "line": one.line, "text": one.raw} for one in finding.reads],
    }
    if len(finding.holdings) == 1:
        return {**told, **_holding(finding.holdings[0], marks, described, whole=_told_whole(finding))}
    candidates = [_holding(one, marks, described, whole=True) for one in finding.holdings]
    return {**told, "candidates": candidates} if candidates else told


def _holding(
    one: Holding,
    marks: Mapping[tuple[int, int], str],
    described: Callable[[Holding], Described],
    *,
    whole: bool,
) -> Document:
    """A copy as catalogue and books have it."""
    known = described(one) if whole else Described()
    minor, currency = one.price
    price = major(minor)
    entry = one.booking
    return {
        "source": one.copy.source if one.copy else None,
        "record": one.copy.record if one.copy else None,
        "barcode": one.barcode,
        "author": known.author,
        "title": known.title,
        "year": known.year,
        "branch": one.branch,
        "call_number": _mark(marks, one),
        "price": None if price is None else f"{price:.2f}",
        "currency": currency,
        "status": one.copy.status if one.copy else "",
        "act": entry.act_out if entry else "",
        "act_date": entry.act_date if entry else "",
        "booked_branch": entry.branch if entry else "",
    }


def _mark(marks: Mapping[tuple[int, int], str], one: Holding) -> str:
    return marks.get((one.copy.record_id, one.copy.position), "") if one.copy else ""


def _file(file: Mapping[str, Any], lines: Sequence[ScanLine]) -> Document:
    return {
        "name": file["name"],
        "sha256": file["digest"],
        "at": file["at"].isoformat(),
        "lines": len(lines),
        "scans": sum(not line.problem for line in lines),
    }


def _repeat(repeat: Repeat) -> Document:
    return {
        "number": repeat.number,
        "within": repeat.within,
        "reads": [{"file": one.file, "line": one.line, "text": one.raw} for one in repeat.reads],
    }
