"""What belongs to the list of discrepancies: totals in copies and money, coverage, stock to be catalogued."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reports.inquiry import GRAVITY, Part, plain
from rabis_sync.reports.table import Column, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rabis_sync.reports.inquiry import Inquiry

FIGURES = (Column("lines", "number", 14), Column("copies", "number", 14), Column("amount", "money", 18))
TOTALS = (
    Column("discrepancy", width=40),
    Column("severity", width=16),
    *FIGURES,
    Column("currency", width=10),
)
BY_BRANCH = (
    Column("branch", width=34),
    Column("discrepancy", width=40),
    *FIGURES,
    Column("currency", width=10),
)
COVERAGE = (
    Column("branch", width=34),
    Column("content_class", width=34),
    Column("on_books", "number", 16),
    Column("catalogued", "number", 16),
    Column("share", "number", 12),
)
WORKLIST = (
    Column("branch", width=26),
    Column("content_class", width=22),
    Column("title", width=48),
    Column("author", width=24),
    Column("year", "number", 8),
    Column("copies", "number", 14),
    Column("numbers", "code", 30),
    Column("amount", "money", 14),
    Column("record", "code", 18),
)

#: Inventory numbers that a line of the worklist names; the rest is counted.
NAMED = 12
#: Branches that are given a sheet of their own.
MOST_SHEETS = 60


@dataclass(frozen=True, slots=True)
class Weight:
    """What a discrepancy weighs: copies and money; `currency` is empty where no money is told."""

    copies: int = 0
    amount: Decimal = Decimal(0)
    currency: str = ""


def weight(row: dict[str, Any]) -> Weight:
    """Copies and money that a discrepancy is about.

    By the books where these have the copy, else by the catalogue. Of two prices or quantities that differ,
    the difference counts; of a total of the books, by how much it is wrong. What only informs weighs nothing.
    """
    code, params = row["code"], row["params"]
    side = row["ledger"] or row["catalogue"]
    if side is None or row["severity"] == "info":
        return Weight()
    currency = str(side.get("currency") or "")
    if code in {"BATCH_TOTAL", "KSU_BALANCE"}:
        return _of_total(params, currency)
    if code == "CLASS_LANG_MISMATCH":
        return Weight()
    quantity = int(side.get("quantity") or 0) or 1
    price = _money(side.get("price"))
    if code == "PRICE_MISMATCH":
        price = abs(_money(params.get("catalogue")) - _money(params.get("ledger")))
    if code == "QTY_MISMATCH":
        quantity = abs(int(params.get("catalogue") or 0) - int(params.get("ledger") or 0))
    return Weight(quantity, price * quantity, currency if price else "")


def _of_total(params: dict[str, Any], currency: str) -> Weight:
    if "due" in params and params.get("measure") == "amount":
        return Weight(0, abs(_money(params["due"]) - _money(params["stated"])), currency)
    if "due" in params and params.get("measure") == "copies":
        return Weight(abs(int(params["due"]) - int(params["stated"])))
    if params.get("text") == "KSU_ACCOUNT":
        return Weight(0, abs(_money(params["account"]) - _money(params["stated"])), currency)
    amount = abs(_money(params.get("amount")))
    return Weight(abs(int(params.get("copies") or 0)), amount, currency if amount else "")


def _money(told: object) -> Decimal:
    try:
        return Decimal(str(told or 0))
    except InvalidOperation:
        return Decimal(0)


class _Sum:
    """Discrepancies added up: how many, copies, and money by currency."""

    def __init__(self) -> None:
        self.lines = self.copies = 0
        self.money: dict[str, Decimal] = defaultdict(Decimal)

    def add(self, one: Weight) -> None:
        self.lines += 1
        self.copies += one.copies
        if one.currency:
            self.money[one.currency] += one.amount

    def rows(self, *named: str, severity: str = "", total: bool = False) -> Iterator[Row]:
        """A line, and one more for each further currency."""
        told: list[tuple[str, Decimal | None]] = [*sorted(self.money.items())] or [("", None)]
        (currency, amount), *more = told
        yield Row((*named, self.lines, self.copies, amount, currency), severity, total)
        for other, sum_of in more:
            yield Row((*named, None, None, sum_of, other), severity, total)


def totals(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Discrepancies, copies and money by branch and code, one row for each currency, for machines."""
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for row in found:
        sums[row["branch"], row["code"]].add(weight(row))
    return [
        {
            "branch": branch,
            "code": code,
            "discrepancies": row.cells[0],
            "copies": row.cells[1],
            "amount": None if row.cells[2] is None else str(row.cells[2]),
            "currency": row.cells[3],
        }
        for (branch, code), one in sorted(sums.items())
        for row in one.rows()
    ]


def parts(
    inquiry: Inquiry, found: Sequence[dict[str, Any]], columns: tuple[Column, ...], told: Sequence[Row]
) -> Iterator[Part]:
    """Everything that belongs to the list, as far as there is any.

    Args:
        inquiry: the question.
        found: the discrepancies that stand.
        columns: of the list; the third is the branch.
        told: the lines of the list.
    """
    yield Part("totals", TOTALS, list(_by_code(inquiry, found)), _compared(inquiry), leads=True, signed=True)
    if inquiry.branch is None:
        yield Part("by_branch", BY_BRANCH, list(_by_branch(inquiry, found)))
    yield Part("coverage", COVERAGE, list(_coverage(inquiry)))
    yield Part("uncatalogued", WORKLIST, list(_worklist(inquiry)), apart=True)
    branches: dict[str, list[Row]] = defaultdict(list)
    for row in told:
        branches[str(row.cells[2])].append(row)
    branches.pop("", None)
    if inquiry.branch is None and 1 < len(branches) <= MOST_SHEETS:
        for branch, rows in branches.items():
            yield Part("branch", columns, rows, {"branch": branch}, apart=True)


def _compared(inquiry: Inquiry) -> dict[str, object]:
    """What was held against what, for whoever signs."""
    books = inquiry.unit.ledgers.entry_counts()
    coverage = inquiry.unit.comparisons.coverage()
    return {
        "at": inquiry.moment(inquiry.now),
        "items": inquiry.unit.comparisons.number_of_items(),
        "entries": sum(books.values()),
        "ledgers": sorted(books),
        "copies": sum(row["copies"] for row in coverage),
        "catalogued": sum(row["catalogued"] for row in coverage),
    }


def _by_code(inquiry: Inquiry, found: Iterable[dict[str, Any]]) -> Iterator[Row]:
    sums: dict[tuple[int, str, str], _Sum] = defaultdict(_Sum)
    whole = _Sum()
    for row in found:
        sums[GRAVITY[row["severity"]], row["severity"], row["code"]].add(weight(row))
        whole.add(weight(row))
    for (_, severity, code), one in sorted(sums.items()):
        yield from one.rows(inquiry.word("code", code), inquiry.word("severity", severity), severity=severity)
    if sums:
        yield from whole.rows(inquiry.say("total.all"), "", total=True)


def _by_branch(inquiry: Inquiry, found: Iterable[dict[str, Any]]) -> Iterator[Row]:
    sums: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    for row in found:
        for code in (row["code"], ""):
            sums[row["branch"]][code].add(weight(row))
    for branch in sorted(sums, key=lambda name: (not name, inquiry.alphabetical(name), name)):
        whole = sums[branch].pop("")
        shown = plain(branch) or inquiry.say("total.no_branch")
        for code, one in sorted(sums[branch].items()):
            yield from one.rows(shown, inquiry.word("code", code))
        yield from whole.rows(inquiry.say("total.of_branch", branch=shown), "", total=True)


def _coverage(inquiry: Inquiry) -> Iterator[Row]:
    rows = [row for row in inquiry.unit.comparisons.coverage() if inquiry.branch in {None, row["branch"]}]
    by_branch: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_branch[row["branch"]].append(row)
    for branch in sorted(by_branch, key=lambda name: (not name, inquiry.alphabetical(name), name)):
        shown = plain(branch) or inquiry.say("total.no_branch")
        for row in by_branch[branch]:
            content = row["content_class"]
            named = inquiry.word("content_class", content) if content else inquiry.say("total.no_class")
            yield _covered(shown, plain(named), [row])
        if len(by_branch[branch]) > 1:
            yield _covered(inquiry.say("total.of_branch", branch=shown), "", by_branch[branch], total=True)
    if len(by_branch) > 1:
        yield _covered(inquiry.say("total.all"), "", rows, total=True)


def _covered(branch: str, content_class: str, rows: Sequence[dict[str, Any]], *, total: bool = False) -> Row:
    copies, catalogued = (sum(row[name] for row in rows) for name in ("copies", "catalogued"))
    share = round(100 * catalogued / copies, 1) if copies else None
    return Row((branch, content_class, copies, catalogued, share), total=total)


def _worklist(inquiry: Inquiry) -> Iterator[Row]:
    """Stock not catalogued: a line for each title of a branch, by class and alphabet.

    A title is one under every spelling: in capitals, with the author before it, on a Russian keyboard.
    """
    titles: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for one in inquiry.unit.comparisons.uncatalogued():
        if inquiry.branch in {None, one.branch}:
            bare = _bare(one.title, one.author)
            titles[one.branch, one.content_class, bare, one.year, one.currency].append(one)
    if not titles:
        return
    known = _Known(inquiry)

    def key(group: tuple[Any, ...]) -> Any:
        branch, content, bare, *rest = group
        place = not branch, inquiry.alphabetical(branch), branch
        return *place, content, inquiry.alphabetical(bare), bare, *map(str, rest)

    for group in sorted(titles, key=key):
        yield _to_catalogue(inquiry, titles[group], known.record(group[2], group[3]))


def _to_catalogue(inquiry: Inquiry, copies: Sequence[Any], record: str) -> Row:
    first = copies[0]
    numbers = [one.inventory_number for one in copies if one.inventory_number]
    more = f" … (+{len(numbers) - NAMED})" if len(numbers) > NAMED else ""
    priced = [one.price * one.quantity for one in copies if one.price is not None]
    shortest = min((one.title for one in copies), key=lambda title: (title.isupper(), len(title), title))
    return Row(
        (
            plain(first.branch),
            plain(inquiry.word("content_class", first.content_class)) if first.content_class else "",
            plain(shortest),
            plain(first.author),
            first.year,
            sum(one.quantity for one in copies),
            plain(", ".join(numbers[:NAMED]) + more),
            Decimal(sum(priced)).scaleb(-2) if priced else None,
            record,
        )
    )


def _bare(title: str, author: str) -> str:
    """A title folded, without its author before it."""
    folded = fold(title)
    authors = set(fold(author).split())
    return " ".join(word for word in folded.split() if word not in authors) or folded


class _Known:
    """Records that the catalogue has already: of such a title only the copy is to be added."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._records: dict[tuple[str, int | None], str] = {}
        for row in inquiry.unit.records.match_rows():
            if row["level"] in {"monograph", "set", ""}:
                number = inquiry.numbered(row["source"], row["control_number"])
                for title in {row["title"], row["title_full"]} if not row["part"] else ():
                    self._records.setdefault((title, row["year"]), number)

    def record(self, bare: str, year: int | None) -> str:
        """Control number of the record of such a title, folded, and year; empty where there is none."""
        return self._records.get((bare, year), "") if year is not None else ""
