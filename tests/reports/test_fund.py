"""The statement of the fund in every form: figures to the tiyn, totals as formulas, ready to be printed."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
from decimal import Decimal
from functools import cache
from shutil import which
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from lxml import html

from bench.accounting.annual import ANNUAL_2023, WRITTEN_OFF_2023, year_of_books
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.entry import Entry
from rabis_sync.reports.period import Period
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.store.database import Store

LANGUAGES = ("kk", "ru", "en")
CLASSES = ("social", "natural", "technology", "art", "fiction")


def entry(row: dict[str, Any]) -> Entry:
    told = {name: value for name, value in row.items() if name != "number"}
    return Entry(
        f"fond.xlsx · {row['number']}", row["number"], inventory_key(row["number"]),
        **{"kind": "book", **told, "price": Decimal(row["price"]) / 100},
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return year_of_books()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Callable[..., Store]]:
    opened: list[Store] = []

    def build(rows: list[dict[str, Any]]) -> Store:
        store = new_store(tmp_path / f"{len(opened)}.db")
        with store.write() as unit:
            unit.ledgers.replace_entries("accounting", [entry(row).row() for row in rows])
        opened.append(store)
        return store

    yield build
    for one in opened:
        one.close()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> Iterator[Store]:
    """The books of a real year."""
    store = new_store(tmp_path_factory.mktemp("fund") / "year.db")
    with store.write() as unit:
        unit.ledgers.replace_entries("accounting", [entry(row).row() for row in rows])
    yield store
    store.close()


@pytest.fixture(scope="module")
def ask_year(year: Store, ask: Callable[..., bytes], counted_once: Any) -> Callable[..., bytes]:
    """The statement of that year in a form: ``ask_year(form, lang="ru")``."""

    @cache
    def asked(form: str, lang: str = "ru") -> bytes:
        return ask(year, "fund", form, lang, period="2023", count=counted_once)

    return asked


@pytest.fixture(scope="module")
def workbook(ask_year: Callable[..., bytes]) -> bytes:
    return ask_year("xlsx")


def table_under(sheet: Any, title: str) -> list[list[Any]]:
    """The lines of a table, from the row that numbers its columns to the first empty one."""
    at = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == title)
    while sheet.cell(at, 2).value != 2 or sheet.cell(at, 1).value != 1:
        at += 1
    found = []
    for row in sheet.iter_rows(min_row=at + 1, values_only=True):
        if row[0] is None:
            return found
        found.append([value for value in row if value is not None])
    return found


def books(content: bytes) -> tuple[Any, Any]:
    """The workbook with its formulas, and with the values beside them."""
    return tuple(openpyxl.load_workbook(io.BytesIO(content), data_only=values) for values in (False, True))  # type: ignore[return-value]


def test_the_real_acquisition_table_stands_in_the_workbook_cell_by_cell(workbook: bytes) -> None:
    formulas, values = books(workbook)
    title = "Поступление литературы по содержанию — все филиалы вместе"
    lines = table_under(values["Поступление"], title)
    assert [tuple(line[1:]) for line in lines] == [*(ANNUAL_2023[name] for name in CLASSES), (1906, 1425)]
    total = table_under(formulas["Поступление"], title)[-1]
    assert all(str(cell).startswith("=SUM(") for cell in total[1:])


def test_the_real_act_of_write_off_stands_in_the_summary_book(workbook: bytes) -> None:
    _, values = books(workbook)
    (act,) = table_under(
        values["КСУ часть 2"], "Книга суммарного учёта библиотечного фонда. Часть 2. Выбытие из фонда"
    )
    copies, amount = WRITTEN_OFF_2023
    assert act[:2] == ["20.12.2023", "Акт № 12"]
    assert (act[3], act[4]) == (copies, amount / 100) == (4351, 106206.76)


def test_one_copy_moved_between_classes_changes_exactly_two_cells_of_the_table(
    rows: list[dict[str, Any]], library: Callable[..., Store], ask: Callable[..., bytes], workbook: bytes
) -> None:
    at = next(
        at for at, row in enumerate(rows)
        if (row["content_class"], row["language"], row.get("quantity")) == ("FIC", "rus", 1)
    )  # fmt: skip
    moved = [*rows[:at], {**rows[at], "content_class": "ART"}, *rows[at + 1 :]]
    title = "Поступление литературы по содержанию — все филиалы вместе"
    before = table_under(books(workbook)[1]["Поступление"], title)
    after = table_under(books(ask(library(moved), "fund", "xlsx", period="2023"))[1]["Поступление"], title)
    changed = {
        (line[0], column): (line[column], other[column])
        for line, other in zip(before, after, strict=True) for column in (1, 2)
        if line[column] != other[column]
    }  # fmt: skip
    assert list(changed.values()) == [(48, 49), (1202, 1201)]


def test_the_document_says_the_same(ask_year: Callable[..., bytes]) -> None:
    found = json.loads(ask_year("json"))
    acquired = sum(row["acquired"]["copies"] for row in found["rows"])
    written_off = sum(Decimal(row["written_off"]["amount"]) for row in found["rows"])
    assert (acquired, written_off) == (1906, Decimal("106206.76"))
    assert all(row["balanced"] == row["closing"] for row in found["rows"])
    assert {check["holds"] for check in found["checks"]} == {True}
    assert (found["period"], found["first"], found["last"]) == ("2023", "2023-01-01", "2023-12-31")


def test_figures_are_numbers_and_a_formula_has_its_value_beside_it(workbook: bytes) -> None:
    formulas, values = books(workbook)
    computed = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    computed += 1
                    assert isinstance(values[sheet.title][cell.coordinate].value, (int, float))
    assert computed > 100


def test_it_is_laid_out_to_be_printed_and_signed(workbook: bytes) -> None:
    formulas, _ = books(workbook)
    for sheet in formulas.worksheets:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    for name in ("КСУ часть 1", "КСУ часть 2", "КСУ часть 3"):
        assert formulas[name].print_title_rows
        assert any("Главный бухгалтер" in str(row[0]) for row in formulas[name].iter_rows(values_only=True))
    assert formulas["Состав фонда"].row_breaks.brk


@pytest.mark.skipif(which("soffice") is None, reason="needs the Debian package libreoffice-calc")
def test_libreoffice_computes_the_same_totals(workbook: bytes, tmp_path: Path) -> None:
    file, out = tmp_path / "fund.xlsx", tmp_path / "out"
    bare = openpyxl.load_workbook(io.BytesIO(workbook))  # saved without values: they must be computed
    bare.save(file)
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    subprocess.run(
        ["soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", str(out), str(file)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    computed = openpyxl.load_workbook(out / "fund.xlsx", data_only=True)
    _, values = books(workbook)
    for sheet in values.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, (int, float)):
                    assert computed[sheet.title][cell.coordinate].value == pytest.approx(
                        cell.value, abs=0.005
                    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_is_in_the_reader_s_language(ask_year: Callable[..., bytes], lang: str) -> None:
    formulas = openpyxl.load_workbook(io.BytesIO(ask_year("xlsx", lang)))
    told = [
        str(cell) for sheet in formulas.worksheets
        for row in sheet.iter_rows(values_only=True) for cell in row
        if isinstance(cell, str) and not cell.startswith("=")
    ] + formulas.sheetnames  # fmt: skip
    codes = ("fund_", "movement.", "gap.", "identity.", "total.", "annual_class", "measure.", "branch_group")
    assert [text for text in told if any(code in text.lower() for code in codes)] == []
    assert {"kk": "Тексерулер", "ru": "Проверки", "en": "Checks"}[lang] in formulas.sheetnames


def test_the_page_has_the_same_tables_and_fetches_nothing(ask_year: Callable[..., bytes]) -> None:
    shown = html.document_fromstring(ask_year("html"))
    assert not shown.xpath("//script | //link | //img | //@src | //@href | //@onclick")
    captions = [one.text for one in shown.xpath("//caption")]
    assert "Поступление литературы по содержанию — детские филиалы" in captions
    title = "Поступление литературы по содержанию — все филиалы вместе"
    (table,) = shown.xpath(f"//table[caption='{title}']")
    assert [cell.text for cell in table.xpath(".//tr[@class='total']/td")] == [
        "Всего",
        "1\u00a0906",
        "1\u00a0425",
    ]
    for one in shown.xpath("//table"):
        widths = {
            sum(int(cell.get("colspan", 1)) for cell in row.xpath("./td")) for row in one.xpath("./tbody/tr")
        }
        first = sum(int(cell.get("colspan", 1)) for cell in one.xpath("./thead/tr[1]/th"))
        assert widths == {first}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_has_every_row_of_the_statement(ask_year: Callable[..., bytes], lang: str) -> None:
    content = ask_year("csv", lang).decode("utf-8-sig")
    heading, *lines = list(csv.reader(io.StringIO(content, newline=""), delimiter=";"))
    assert {len(line) for line in lines} == {len(heading)} == {8 + 18}
    document = json.loads(ask_year("json"))
    assert len(lines) == len(document["rows"])
    assert sum(int(line[8 + 4]) for line in lines) == 1906


def test_a_branch_alone_is_counted_with_what_it_received(
    library: Callable[..., Store], ask: Callable[..., bytes]
) -> None:
    row = {"number": "1", "title": "Абай", "price": 100, "branch": "ЦГБ", "acquired": "2020-01-01"}
    moved = {"moved": "2023-06-01", "moved_from": "Филиал № 2", "moved_to": "ЦГБ"}
    store = library([{**row, **moved}, {**row, "number": "2", "branch": "Филиал № 2"}])
    found = json.loads(ask(store, "fund", "json", period="2023", branch="ЦГБ"))
    (only,) = found["rows"]
    assert (only["received"]["copies"], only["closing"]["copies"], found["branch"]) == (1, 1, "ЦГБ")


@pytest.mark.parametrize("form", ["xlsx", "html", "csv", "table"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_an_empty_store_every_form_says_that_there_is_nothing(
    empty: Store, ask: Callable[..., bytes], form: str, lang: str, texts: Any
) -> None:
    content = ask(empty, "fund", form, lang)
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        told = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        assert texts.say("fund_empty", lang) in told
    else:
        said = "fund_empty" if form == "html" else "report.fund.empty"
        assert texts.say(said, lang) in content.decode("utf-8-sig")


def test_what_does_not_hold_is_told_in_the_plain_text(
    library: Callable[..., Store], ask: Callable[..., bytes]
) -> None:
    row = {"number": "1", "title": "А", "price": 100, "branch": "ЦГБ", "acquired": "2023-02-02"}
    store = library([{**row, "supply": "transfer"}, {**row, "number": "2", "price": 250}])
    told = ask(store, "fund", "table", period="2023").decode()
    assert "Равенства, которые не сошлись" in told
    assert "Передано между филиалами = получено" in told
    assert "Поступившие, у которых не указано: источник поступления, — 1 из 1." in told


#: Lists of words that books and libraries may add to: a word without a text is shown as it is.
OPEN = {"", "day", "kind", "supply", "reason", "language", "content_class", "branch_group"}


def test_every_label_and_every_remark_has_a_text(
    library: Callable[..., Store], rows: list[dict[str, Any]], count: Any, texts: Any, root: Path
) -> None:
    moved = {"moved": "2023-06-01", "moved_from": "Филиал № 2", "moved_to": "Филиал № 1"}
    unit_rows = [*rows[:300], {**rows[0], "number": "1", "kind": "newspaper", **moved}]
    with library(unit_rows).read() as unit:
        found = count(unit, Period.parse("2023"), None)
    labels = {label for table in found.tables for head in table.heads for label in (head.label, *head.over)}
    labels |= {label for table in found.tables for line in table.lines for label in line.labels}
    labels |= {label for table in found.tables for label, _ in table.label_heads}
    codes = {f"{group}.{code}" for group, code in labels if group not in OPEN}
    codes |= {f"fund_table.{table.name}" for table in found.tables}
    codes |= {f"fund_sheet.{table.sheet}" for table in found.tables}
    assert [code for code in sorted(codes) if not texts.knows(code)] == []
    sources = "".join(file.read_text("utf-8") for file in (root / "rabis_sync" / "reconcile").glob("*.py"))
    assumed = re.findall(r'assumed\["(\w+)"\]', sources)
    assert len(assumed) > 8
    assert [one for one in assumed if not texts.knows(f"gap.assumed.{one}")] == []
    schema = json.loads((root / "rabis_sync" / "reports" / "schemas" / "fund.json").read_text("utf-8"))
    identities = schema["properties"]["checks"]["items"]["properties"]["identity"]["enum"]
    assert [one for one in identities if not texts.knows(f"identity.{one}")] == []
