"""The ledger, read as any spreadsheet, differs from the catalogue in what was planted and nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rabis_sync.demo.ledger import RUSSIAN_KEYBOARD

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.demo.planted import Planted
    from rabis_sync.marc.fields import MarcRecord


@dataclass(frozen=True)
class Line:
    title: str
    year: int
    price: Decimal
    branch: str
    acquired: date
    act: str
    act_date: date | None


def bare(number: str) -> str:
    return number.lstrip("0")


def money(cell: Any) -> Decimal:
    return Decimal(str(cell).replace("\u00a0", "").replace(",", "."))


@pytest.fixture(scope="session")
def rows(folder: Path) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(folder / "ledger" / "fond_1c.xlsx")
    return [tuple(cell.value for cell in row) for row in book.active]


@pytest.fixture(scope="session")
def lines(rows: list[tuple[Any, ...]]) -> dict[str, Line]:
    found = {}
    for row in rows:
        if row[7] and isinstance(row[3], int):
            assert isinstance(row[8], datetime)
            gone = row[11].date() if row[11] else None
            number = str(row[0])
            assert number not in found
            found[number] = Line(row[1], row[3], money(row[4]), row[7], row[8].date(), row[10] or "", gone)
    return found


@pytest.fixture(scope="session")
def shelved(records: dict[str, MarcRecord]) -> list[tuple[str, str, str, str]]:
    """Number, branch, record, title of every copy in the catalogue."""
    found = []
    for number, record in records.items():
        own = next(field for field in record.fields if field.tag == "200")
        whole = [link.embedded()[1].first("a") for link in record.fields if link.tag == "461"]
        title = ". ".join(dict.fromkeys([*whole, own.first("a"), *own.values("h")]))
        copies = [field for field in record.fields if field.tag == "899"]
        found += [(bare(copy.first("p")), copy.first("a"), number, title) for copy in copies]
    return found


def discrepancies(shelved: list[tuple[str, str, str, str]], lines: dict[str, Line]) -> set[tuple[str, str]]:
    found = {("ONLY_ACCOUNTING", number) for number, line in lines.items() if not line.act}
    found -= {("ONLY_ACCOUNTING", number) for number, *_ in shelved}
    counted = Counter(number for number, *_ in shelved if number)
    found |= {("INV_DUP", number) for number, count in counted.items() if count > 1}
    for number, branch, record, title in shelved:
        line = lines.get(number)
        if not number:
            found.add(("INV_MISSING", record))
        elif line is None:
            found.add(("ONLY_CATALOG", number))
        elif line.act:
            found.add(("WRITTEN_OFF_ACTIVE", number))
        else:
            found |= {("BRANCH_MISMATCH", number)} if line.branch != branch else set()
            in_ledger, in_catalogue = (one.translate(RUSSIAN_KEYBOARD).lower() for one in (line.title, title))
            alike = SequenceMatcher(None, in_ledger, in_catalogue).ratio()
            found |= {("TITLE_MISMATCH", number)} if alike < 0.6 else set()
    return found


def test_the_discrepancies_are_those_planted_and_no_others(
    shelved: list[tuple[str, str, str, str]], lines: dict[str, Line], planted: Planted
) -> None:
    expected = {(one.code, one.subject) for one in planted.discrepancies}
    assert len(expected) == 40
    assert discrepancies(shelved, lines) == expected


def test_a_planted_discrepancy_names_its_record_and_branch(
    shelved: list[tuple[str, str, str, str]], planted: Planted
) -> None:
    places = {(number, branch, record) for number, branch, record, _ in shelved}
    for one in planted.discrepancies:
        if one.code != "ONLY_ACCOUNTING":
            assert (one.inventory_number, one.branch, one.record) in places


def test_only_books_lack_a_number_that_they_should_have(
    records: dict[str, MarcRecord], planted: Planted
) -> None:
    lacking = [one.record for one in planted.discrepancies if one.code == "INV_MISSING"]
    assert len(lacking) == 2
    assert {records[number].leader[7] for number in lacking} == {"m"}


def test_nothing_was_bought_before_it_appeared_or_written_off_before_it_was_bought(
    lines: dict[str, Line],
) -> None:
    for line in lines.values():
        assert line.acquired.year >= line.year
        assert line.act_date is None or line.act_date > line.acquired
        assert bool(line.act) == bool(line.act_date)


def test_books_written_off_in_time_are_no_discrepancy(
    lines: dict[str, Line], shelved: list[tuple[str, str, str, str]]
) -> None:
    held = {number for number, *_ in shelved}
    assert len([number for number, line in lines.items() if line.act and number not in held]) == 30


def test_subtotals_and_the_total_add_up(rows: list[tuple[Any, ...]], lines: dict[str, Line]) -> None:
    subtotals = [row for row in rows if row[0] == "Итого по подразделению"]
    (total,) = [row for row in rows if row[0] == "Итого"]
    kept = [line.price for line in lines.values() if not line.act]
    assert len(subtotals) == 5
    assert sum(row[5] for row in subtotals) == total[5] == len(kept)
    assert sum(Decimal(str(row[6])) for row in subtotals) == Decimal(str(total[6])) == sum(kept)


def test_the_sheet_is_as_untidy_as_those_of_1c(folder: Path, rows: list[tuple[Any, ...]]) -> None:
    book = openpyxl.load_workbook(folder / "ledger" / "fond_1c.xlsx")
    assert {"A5:A6", "I5:J5", "K5:M5"} <= {str(area) for area in book.active.merged_cells.ranges}
    entries = [row for row in rows if row[7] and isinstance(row[3], int)]
    assert {type(row[0]) for row in entries} == {int, str}
    assert any("\u00a0" in str(row[4]) for row in entries)
