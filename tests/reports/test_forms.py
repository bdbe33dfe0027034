"""Every form opens, in every language, and nothing in the records can turn into a command."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from lxml import html

from rabis_sync.reports import render
from rabis_sync.reports.forms import delimited, machine, page, spreadsheet, typescript
from rabis_sync.reports.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.reports.texts import Texts
    from rabis_sync.store.database import Store

NOON = datetime(2026, 3, 22, 12, tzinfo=UTC)
#: Reports in the common forms; the fund writes its own.
NAMES = [name for name in render.names() if not render.REPORTS.get(name).forms]
LANGUAGES = ("kk", "ru", "en")
FORMULA = "=1+1"
SCRIPT = "<script>alert(1)</script>"


def sheet_of(content: bytes) -> Any:
    """The sheet of the list itself: the one with a filter."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    return next((one for one in book.worksheets if one.auto_filter.ref), book.worksheets[0])


def lines_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells_of(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sheet_holds_the_table_under_headings_that_stay_in_sight(
    name: str, lang: str, filled: Store, ask: Callable[..., bytes], show: Callable[..., Table]
) -> None:
    table = show(filled, name, lang)
    sheet = sheet_of(ask(filled, name, "xlsx", lang))
    assert sheet["A1"].value == table.title
    heading = sheet.max_row - len(table.rows)
    assert [cell.value for cell in sheet[heading]] == [column.label for column in table.columns]
    assert sheet.freeze_panes == f"A{heading + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{heading}:")
    assert [
        ["" if cell.value is None else cell.value for cell in row]
        for row in sheet.iter_rows(min_row=heading + 1)
    ] == [["" if cell is None else cell for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_of_a_sheet_is_a_formula_or_leads_out_of_the_workbook(
    name: str, filled: Store, ask: Callable[..., bytes]
) -> None:
    cells = cells_of(sheet_of(ask(filled, name, "xlsx")))
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink and cell.hyperlink.target]


def test_numbers_of_a_sheet_are_numbers_and_inventory_numbers_keep_their_zeros(
    filled: Store, ask: Callable[..., bytes]
) -> None:
    pairs = sheet_of(ask(filled, "duplicates", "xlsx"))
    assert 81 in [cell.value for cell in pairs[pairs.max_row]]
    books = [cell.value for cell in cells_of(sheet_of(ask(filled, "reconciliation", "xlsx")))]
    assert "00001" in books
    assert FORMULA in books


def test_gravity_is_told_by_colour_and_by_word(filled: Store, ask: Callable[..., bytes]) -> None:
    sheet = sheet_of(ask(filled, "corrections", "xlsx"))
    seen = {
        sheet.cell(row, 1).value: sheet.cell(row, 1).fill.start_color.rgb[2:]
        for row in range(sheet.max_row - 3, sheet.max_row + 1)
    }
    assert seen == {
        "ошибка": spreadsheet.COLOURS["error"][1:],
        "внимание": spreadsheet.COLOURS["warning"][1:],
        "к сведению": spreadsheet.COLOURS["info"][1:],
    }


def test_a_text_longer_than_a_cell_is_cut_where_it_can_be_seen(one_cell: Callable[[str], Table]) -> None:
    sheet = sheet_of(spreadsheet.write(one_cell("ж" * 40_000), NOON))
    cut = sheet.cell(sheet.max_row, 1).value
    assert len(cut) == 32_767
    assert cut.endswith("ж…")


@pytest.fixture
def one_cell() -> Callable[[str], Table]:
    """A table of one text."""

    def made(text: str) -> Table:
        columns, rows = (Column("what", label="Что"),), (Row((text,), "error"),)
        return Table("runs", "ru", "Заголовок: [с] знаками/", ("Строка.",), "пусто", columns, rows)

    return made


@pytest.mark.parametrize("text", [FORMULA, "+7 701", "-2", "@SUM(A1)", "\tx", "http://x.kz/", "'x", "{=1}"])
def test_any_text_reaches_a_sheet_as_text(text: str, one_cell: Callable[[str], Table]) -> None:
    sheet = sheet_of(spreadsheet.write(one_cell(text), NOON))
    cell = sheet.cell(sheet.max_row, 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_opens_in_a_spreadsheet_of_the_region(
    name: str, lang: str, filled: Store, ask: Callable[..., bytes], show: Callable[..., Table]
) -> None:
    content = ask(filled, name, "csv", lang)
    table = show(filled, name, lang)
    assert content.startswith(b"\xef\xbb\xbf")
    heading, *lines = lines_of(content)
    assert heading == [column.label for column in table.columns]
    assert len(lines) == len(table.rows)
    assert {len(line) for line in lines} == {len(heading)}


@pytest.mark.parametrize("text", [FORMULA, "+7 701", "-2", "@SUM(A1)", "\tx"])
def test_no_field_of_csv_can_be_computed(text: str, one_cell: Callable[[str], Table]) -> None:
    assert lines_of(delimited.write(one_cell(text), NOON))[1] == [f"'{text}"]


@pytest.mark.parametrize(("lang", "number"), [("kk", "-0,5"), ("ru", "-0,5"), ("en", "-0.5")])
def test_csv_writes_numbers_as_the_readers_spreadsheet_expects(lang: str, number: str) -> None:
    columns, rows = (Column("price", "number", label="Цена"),), (Row((Decimal("-0.5"),)), Row((None,)))
    table = Table("runs", lang, "", (), "", columns, rows)
    assert lines_of(delimited.write(table, NOON))[1:] == [[number], [""]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_in_the_readers_language_and_holds_every_part_and_fetches_nothing(
    name: str, lang: str, filled: Store, ask: Callable[..., bytes], show: Callable[..., Table]
) -> None:
    table = show(filled, name, lang)
    shown = html.document_fromstring(ask(filled, name, "html", lang))
    assert shown.get("lang") == lang
    assert table.title == shown.xpath("//title")[0].text
    assert [one.text for one in shown.xpath("//caption")] == [one.title for one in table.in_order()]
    labels = [column.label for one in table.in_order() for column in one.columns]
    assert [cell.text for cell in shown.xpath("//th[@scope='col']")] == labels
    assert len(shown.xpath("//tbody/tr")) == sum(len(one.rows) for one in table.in_order())
    assert not shown.xpath("//script | //link | //img | //@src | //@href | //@onclick")


def test_what_looks_like_markup_is_shown_as_it_is_written(filled: Store, ask: Callable[..., bytes]) -> None:
    for name in ("duplicates", "corrections"):
        content = ask(filled, name, "html")
        assert b"<script" not in content
        assert SCRIPT in html.document_fromstring(content).text_content()


@pytest.mark.parametrize("form", ["csv", "html", "xlsx", "table"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_report_says_that_nothing_was_found(
    name: str, lang: str, form: str, empty: Store, ask: Callable[..., bytes], texts: Texts
) -> None:
    content = ask(empty, name, form, lang)
    said = texts.say(f"report.{name}.empty", lang)
    if form == "xlsx":
        assert said in [cell.value for cell in cells_of(sheet_of(content))]
    elif form == "html":
        assert html.document_fromstring(content).xpath("//p[@class='empty']")[0].text == said
    else:
        assert said in content.decode("utf-8-sig")


def test_plain_text_tells_each_row_as_a_block(filled: Store, ask: Callable[..., bytes]) -> None:
    text = ask(filled, "reconciliation", "table").decode()
    assert "Инвентарный номер: 00009" in text
    assert "    заглавие: =1+1" in text


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="JSON"):
        machine.write({"score": float("nan")})


def test_a_lone_surrogate_never_stops_a_report(one_cell: Callable[[str], Table]) -> None:
    broken = "a\ud800b"
    assert json.loads(machine.write({"text": broken})) == {"text": broken}
    for write in (delimited.write, page.write, typescript.write):
        assert b"a" in write(one_cell(broken), NOON)
