"""A workbook of any program is read the same; one that would fill the memory is refused before it can."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from rabis_sync.errors import FatalError
from rabis_sync.reconcile import workbook as weighing
from rabis_sync.reconcile.entry import Entry, Notice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Book = Callable[..., Path]
    Told = Callable[..., list[Any]]

HEADING = ("Инв. №", "Наименование", "Цена", "Дата поступления")
ABAI = ("1001", "Абай жолы", 500, date(2016, 3, 24))


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"


def test_a_value_in_the_last_cell_there_is_is_refused_with_its_place(tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADING)
    sheet["XFD1048576"] = "x"
    book.save(tmp_path / "fond.xlsx")
    with pytest.raises(FatalError, match="a value at XFD1048576, far away from the table") as error:
        told()
    assert "Delete the columns and rows" in error.value.hint


def test_an_empty_cell_far_away_that_has_only_a_colour_does_no_harm(tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADING)
    sheet.append(ABAI)
    sheet["XFD1048576"].fill = PatternFill("solid", fgColor="FFFF00")
    book.save(tmp_path / "fond.xlsx")
    assert [one.inventory_number for one in told()] == ["1001"]


def test_a_far_value_between_two_pieces_is_seen(
    workbook: Book, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook([HEADING, ABAI])
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(path, SHEET, lambda content: content.replace(b"</sheetData>", far))
    for piece in range(weighing._SEAM, 3 * weighing._SEAM, 7):
        monkeypatch.setattr(weighing, "PIECE", piece)
        with pytest.raises(FatalError, match="XFD1048576"):
            told()


def test_a_part_that_unpacks_to_far_more_than_it_is_packed_is_refused(
    workbook: Book, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook([HEADING, ABAI])
    rewritten(path, "xl/sharedStrings.xml", lambda content: content + b" " * 3_000_000)
    assert [one.inventory_number for one in told()] == ["1001"]  # three megabytes are no attack
    monkeypatch.setattr(weighing, "RATIO_FROM", 1_000_000)
    with pytest.raises(FatalError, match=r"xl/sharedStrings.xml unpacks to more than 1,000,000 bytes"):
        told()


def test_a_part_that_is_longer_than_the_archive_says_is_damaged(workbook: Book, told: Told) -> None:
    path = workbook([HEADING, ABAI])
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(FatalError, match="damaged"):
        told()


def test_an_encrypted_archive_says_so(workbook: Book, told: Told) -> None:
    path = workbook([HEADING, ABAI])
    content = bytearray(path.read_bytes())
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        content[at + 8] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(FatalError, match="protected by a password"):
        told()


@pytest.mark.parametrize("part", range(10, 100, 10))
def test_a_workbook_cut_off_anywhere_is_damaged(workbook: Book, told: Told, part: int) -> None:
    path = workbook([HEADING, ABAI])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * part // 100])
    with pytest.raises(FatalError, match="damaged") as error:
        told()
    assert error.value.hint


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in (HEADING, ABAI, (datetime(2024, 2, 1), *ABAI[1:])):  # noqa: DTZ001  as Excel has it
        sheet.append(row)
    book.save(tmp_path / "fond.xlsx")
    assert [(one.inventory_number, one.acquired) for one in told() if isinstance(one, Entry)] == [
        ("1001", "2016-03-24"), ("1-2", "2016-03-24"),
    ]  # fmt: skip


def test_a_formula_counts_by_its_value(tmp_path: Path, told: Told) -> None:
    with xlsxwriter.Workbook(tmp_path / "fond.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Инв. №", "Наименование", "Цена", "Кол-во", "Сумма"))
        sheet.write_row(1, 0, ("1001", "Абай жолы", 500, 2))
        sheet.write_formula(1, 4, "=C2*D2", None, 1000)
    (one,) = told()
    assert (one.amount, one.price) == (Decimal(1000), Decimal(500))


def test_formulas_that_nobody_has_worked_out_are_told(tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("Инв. №", "Наименование", "Цена", "Кол-во", "Сумма"))
    sheet.append(("1001", "Абай жолы", 500, 2, "=C2*D2"))
    book.save(tmp_path / "fond.xlsx")
    notice, entry = told()
    assert isinstance(notice, Notice)
    assert (notice.code, entry.amount) == ("formula_without_value", None)


def test_text_in_the_cells_themselves_is_read_as_any_other(workbook: Book, told: Told) -> None:
    path = workbook([HEADING, ABAI])
    by_one = told()
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()  # constant memory: inline strings
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADING)
        sheet.write_row(1, 0, ABAI[:3])
        sheet.write_datetime(1, 3, datetime(2016, 3, 24), day)  # noqa: DTZ001  as Excel has it
    assert b"inlineStr" in zipfile.ZipFile(path).read(SHEET)
    assert told() == by_one


def test_a_cell_that_holds_an_error_is_told_with_its_place(workbook: Book, told: Told) -> None:
    path = workbook([HEADING, ABAI])
    rewritten(
        path,
        SHEET,
        lambda content: content.replace(b'<c r="C2"><v>500</v></c>', b'<c r="C2" t="e"><v>#REF!</v></c>'),
    )
    notice, entry = told()
    assert isinstance(notice, Notice)
    assert (notice.code, entry.price) == ("error_value", None)
    assert notice.detail.endswith("stands in C2")


@pytest.mark.parametrize("line", ["1002,Қан мен тер,900,2016", "1002\tҚан мен тер\t900\t2016"])
def test_a_row_parted_otherwise_than_its_csv_is_named_and_no_branch(
    tmp_path: Path, told: Told, line: str
) -> None:
    lines = [";".join(HEADING), "1001;Абай жолы;500;2016", line, "1003;Тұғыр;900;2016"]
    (tmp_path / "fond.csv").write_text("\n".join(lines), "utf-8")
    first, broken, last = told("fond.csv")
    assert (broken.reason, broken.place) == ("broken_row", "fond.csv · 3")
    assert "parted otherwise" in broken.detail
    assert (first.branch, last.branch) == ("", "")


def test_an_empty_sheet_says_nothing(workbook: Book, told: Told) -> None:
    workbook([])
    assert told() == []
