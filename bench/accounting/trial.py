"""Puts a made-up library into a store and before the reconciliation, and holds what it finds to the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from bench.accounting.shelf import CHILDREN, LETTER, Copy, Planted
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.entry import Entry, Summary
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.series import Numbering, Series
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.accounting.library import World
    from rabis_sync.store.database import Store

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Books:
    """The ledger of a world; what stands under the headings of the accounting's own program."""

    world: World
    changed: dict[str, Any] = field(default_factory=dict)

    def entries(self, recall: object = None) -> Iterator[Entry | Summary]:  # noqa: ARG002  nothing is recalled
        for at, row in enumerate(self.world.rows, 2):
            yield entry(row, f"fond.xlsx · Лист1 · {at}")
        for at, row in enumerate(self.world.summaries, 2):
            yield Summary(place=f"ksu.xlsx · Лист1 · {at}", **{**row, "amount": Decimal(row["amount"]) / 100})

    def check(self) -> str:
        return "made up"


def entry(row: dict[str, Any], place: str) -> Entry:
    money = {name: Decimal(row[name]) / 100 for name in ("price", "amount") if name in row}
    number = row["inventory_number"]
    return Entry(place=place, inventory_key=inventory_key(number), **{**row, **money})


def policy(world: World, numbering: Numbering) -> Policy:
    """The library's rules: children's branches have a letter of their own, and all numbers are registered."""
    series = [
        Series("Детский фонд", list(CHILDREN), LETTER, implied=True, ranges=[(1, world.last[LETTER])]),
        Series("Общий фонд", ranges=[(1, world.last[""])]),
    ]
    return Policy(numbering=Numbering("library", numbering.format, numbering.typed_for_digits, series))


def fill(store: Store, copies: Iterable[Copy]) -> None:
    """The catalogue's side into the store, a record for each book."""
    books: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        books[copy.book.number].append(copy)
    incoming = (_incoming(number, of) for number, of in sorted(books.items()))
    while page := list(islice(incoming, PAGE)):
        with store.write() as unit:
            unit.records.add("catalogue", page, run=1, at=NOW)


def _incoming(number: str, copies: list[Copy]) -> Incoming:
    book = copies[0].book
    title, whole = fold(book.title), fold(book.whole)
    part = f"v{book.volume}" if book.volume else ""
    author = fold(book.author)
    match = (
        "monograph", "text", book.language, title, book.title.lower(), whole, "", part, book.year, "",
        author, "", 200, "", "", "", "", "", len(copies),
    )  # fmt: skip
    items = [
        (
            at, copy.number, inventory_key(copy.number) if copy.number else "", f"B{copy.number}",
            copy.branch, "", "",
            copy.price, "KZT" if copy.price is not None else "", copy.acquired, "", "", copy.act_out,
            "written_off" if copy.withdrawn else "available", copy.withdrawn, copy.quantity,
        )
        for at, copy in enumerate(copies, 1)
    ]  # fmt: skip
    canonical = f"00000nam0 2200000   450 \x1e001{number}\x1e2001 \x1fa{book.whole}"
    return Incoming(
        number, "unimarc", "", f"{number:>032}", "iso2709", "utf-8", 1.0, b"", canonical, items, match
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was planted and found.

    Attributes:
        planted, found: by code.
        missed, invented: (code, subject).
        proposals: right, wrong and absent proposals for mistyped numbers.
        slips: the same by kind of slip.
        strays: proposals where nothing was mistyped.
    """

    planted: Counter[str]
    found: Counter[str]
    missed: list[tuple[str, str]]
    invented: list[tuple[str, str]]
    proposals: Counter[str]
    slips: dict[str, Counter[str]]
    strays: int


def judge(planted: Iterable[Planted], rows: Iterable[dict[str, Any]]) -> Verdict:
    """Hold the discrepancies of a store to what was planted."""
    planted = list(planted)
    told = {(row["code"], subject(row)): row for row in rows if not _general(row)}
    wanted = {(one.code, one.subject): one for one in planted}
    proposals: Counter[str] = Counter()
    slips: dict[str, Counter[str]] = defaultdict(Counter)
    for key, one in wanted.items():
        if one.partner:
            offered = told[key]["params"].get("partner") if key in told else None
            outcome = "absent" if offered is None else "right" if offered == one.partner else "wrong"
            proposals[outcome] += 1
            slips[one.slip][outcome] += 1
    return Verdict(
        planted=Counter(code for code, _ in wanted),
        found=Counter(code for code, _ in wanted.keys() & told.keys()),
        missed=sorted(wanted.keys() - told.keys()),
        invented=sorted(told.keys() - wanted.keys()),
        proposals=proposals,
        slips=dict(slips),
        strays=sum(
            "partner" in told[key]["params"] for key in told.keys() & wanted.keys() if not wanted[key].partner
        ),
    )


def subject(row: dict[str, Any]) -> str:
    """What a discrepancy is about, as the generator calls it."""
    code, params = row["code"], row["params"]
    if code == "INV_MISSING":
        return str(row["control_number"])
    if code in {"BATCH_TOTAL", "CLASS_LANG_MISMATCH"}:
        return f"{params['record']}|{row['branch']}"
    if code == "KSU_BALANCE":
        return f"{params['date']}|{row['branch']}"
    return str(row["inventory_number"])


def _general(row: dict[str, Any]) -> bool:
    """Told once of a whole source or branch, and planted nowhere."""
    return row["params"].get("text") in {"PRICES_ABSENT", "BRANCH_NAMES"}
