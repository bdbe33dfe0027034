"""A ledger in any shape: columns as bundled, workbooks as 1C lays them out, both sides of a copy."""

from __future__ import annotations

import tomllib
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from pydantic import TypeAdapter

from rabis_sync.http import Client, Limits, Retries
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.columns import LedgerColumns
from rabis_sync.reconcile.entry import NOTICES, UNREAD, Entry, Notice, UnreadRow
from rabis_sync.reconcile.ledgers import Surroundings
from rabis_sync.reconcile.ledgers.spreadsheet import Ledger, Options
from rabis_sync.reconcile.matching import Matching, Policy
from rabis_sync.reconcile.series import Numbering
from rabis_sync.reconcile.settling import settle
from rabis_sync.reconcile.sides import Booking, Copy
from rabis_sync.reconcile.terms import LedgerTerms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


@pytest.fixture(scope="session")
def columns(root: Path) -> LedgerColumns:
    content = tomllib.loads((root / "mappings" / "ledger_columns.toml").read_text("utf-8"))
    return TypeAdapter(LedgerColumns).validate_python(content)


@pytest.fixture(scope="session")
def terms(root: Path) -> LedgerTerms:
    content = tomllib.loads((root / "mappings" / "ledger_terms.toml").read_text("utf-8"))
    return TypeAdapter(LedgerTerms).validate_python(content)


@pytest.fixture
def around(root: Path, tmp_path: Path, columns: LedgerColumns, terms: LedgerTerms) -> Surroundings:
    """What the configuration gives a ledger: the bundled mappings, and a client that does not wait."""

    def mapping(name: str, kind: type[Any]) -> Any:
        content = tomllib.loads((root / "mappings" / name).read_text("utf-8"))
        return TypeAdapter(kind).validate_python(content)

    client = Client("test", Limits(read=2), Retries(tries=2, first=0, sleep=lambda _: None))
    return Surroundings(tmp_path, columns, terms, client, mapping)


@pytest.fixture
def ledger(around: Surroundings) -> Callable[..., Ledger]:
    def build(path: str = "fond.xlsx", **options: Any) -> Ledger:
        return Ledger(Options(path, **options), around)

    return build


def values_told(told: Iterable[Any]) -> list[Any]:
    """What a ledger tells, when every remark has the values that its text asks for."""
    told = list(told)
    for one in told:
        if isinstance(one, UnreadRow):
            assert set(one.params) == set(UNREAD[one.reason])
        elif isinstance(one, Notice):
            assert set(one.params) == set(NOTICES[one.code])
    return told


@pytest.fixture
def told(ledger: Callable[..., Ledger]) -> Callable[..., list[Any]]:
    return lambda path="fond.xlsx", **options: values_told(ledger(path, **options).entries())


@pytest.fixture
def entries(told: Callable[..., list[Any]]) -> Callable[..., list[Entry]]:
    return lambda *args, **options: [one for one in told(*args, **options) if isinstance(one, Entry)]


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """A workbook of rows; ``merge`` are ranges «A5:A6» that hold what their first cell holds."""

    def write(
        *sheets: Sequence[Sequence[Any]],
        name: str = "fond.xlsx",
        merge: Sequence[str] = (),
        names: Sequence[str] = (),
    ) -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"}) as book:
            for number, rows in enumerate(sheets):
                sheet = book.add_worksheet(names[number] if names else None)
                for at, row in enumerate(rows):
                    for column, cell in enumerate(row):
                        if isinstance(cell, str):
                            sheet.write_string(at, column, cell)
                        elif cell is not None:
                            sheet.write(at, column, cell)
                for place in merge:
                    sheet.merge_range(place, "")
                    first = place.split(":")[0]
                    column, at = ord(first[0]) - ord("A"), int(first[1:]) - 1
                    sheet.write(first, rows[at][column])
        return path

    return write


@pytest.fixture
def copy() -> Callable[..., Copy]:
    """A copy in the catalogue: number, title and what else is told."""

    def build(number: str, title: str = "Абай жолы", **changed: Any) -> Copy:
        values = {
            "record_id": 1, "source": "catalogue", "record": "KZ1", "position": 1, "number": number,
            "key": inventory_key(number) if number else "", "barcode": "", "branch": "Филиал № 3",
            "price": 125050, "currency": "KZT", "acquired": "2016-03-24", "act_out": "",
            "status": "available", "withdrawn": False, "quantity": 1, "ksu": "", "year": 2015,
            "title": fold(title), "whole": fold(f"{title} {changed.pop('other', '')}"), "level": "monograph",
        }  # fmt: skip
        return Copy(**{**values, **changed})

    return build


@pytest.fixture
def entry() -> Callable[..., Entry]:
    """An entry of the books that agrees with `copy`."""

    def build(number: str, title: str = "Абай жолы", **changed: Any) -> Entry:
        values = {
            "place": f"fond.xlsx · Лист1 · {number}", "inventory_number": number,
            "inventory_key": inventory_key(number) if number else "", "title": title,
            "price": Decimal("1250.50"), "branch": "Филиал № 3", "acquired": "2016-03-24",
        }  # fmt: skip
        return Entry(**{**values, **changed})

    return build


@pytest.fixture(scope="session")
def numbering(root: Path) -> Numbering:
    content = tomllib.loads((root / "mappings" / "inventory_numbers.toml").read_text("utf-8"))
    return TypeAdapter(Numbering).validate_python(content)


@pytest.fixture
def reconciled() -> Callable[..., tuple[Any, ...]]:
    """Discrepancies of two sides, each told in any order, and what was counted."""

    def run(
        copies: Iterable[Copy], entries: Iterable[Entry], *, unread: Sequence[str] = (), **options: Any
    ) -> tuple[Any, ...]:
        summaries = options.pop("summaries", ())
        policy = Policy(**options)
        copies = [
            one._replace(key=policy.numbering.key(one.key, one.branch, one.number)) if one.key else one
            for one in copies
        ]
        bookings = [Booking.of("accounting", at, one) for at, one in enumerate(entries, 1)]
        bookings = [
            one._replace(key=policy.numbering.key(one.key, one.branch, one.number)) if one.key else one
            for one in bookings
        ]
        usage = _usage(copies, bookings)
        known = {one.branch for one in (*copies, *bookings)}
        matching = Matching(policy, unread=unread, usage=usage, known=known, summaries=summaries)
        matching.walk(sorted(copies, key=lambda one: one.key), sorted(bookings, key=lambda one: one.key))
        by_place = {(one.ledger, one.position): one for one in bookings}
        found = settle(matching, [by_place[place] for place in matching.uncatalogued])
        return found, matching.counts, matching

    return run


def _usage(copies: Sequence[Copy], bookings: Sequence[Booking]) -> Counter[tuple[str, str]]:
    names: dict[str, list[str]] = {}
    for one in bookings:
        if one.key and one.branch and not one.written_off:
            names.setdefault(one.key, []).append(one.branch)
    return Counter(
        (one.branch, name)
        for one in copies
        if one.branch and not one.withdrawn
        for name in names.get(one.key, ())
    )
