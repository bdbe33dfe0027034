"""What a night leaves for the morning: lists that open, print and read well, in the library's languages."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rabis_sync.errors import RetryableError
from rabis_sync.reports import render
from rabis_sync.reports.forms import spreadsheet
from rabis_sync.reports.table import Column, Row, Table
from rabis_sync.store.database import Store
from rabis_sync.store.runs import StepContext
from rabis_sync.wiring import leaving
from rabis_sync.wiring.running import Manner, opened, run_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


LISTS = [f"{name}.{lang}" for name in render.names() for lang in ("kk", "ru")]


@pytest.fixture(scope="module")
def left(library_copy: Any) -> Path:
    """A library after a night and the step that leaves a backup."""
    path: Path = library_copy()
    assert run_job(path, "nightly", Manner()).exit_code == 0
    return path


@pytest.fixture(scope="module")
def folder(left: Path) -> Path:
    """The folder of the day."""
    (found,) = (left.parent / "reports").iterdir()
    return found


def test_every_report_is_left_in_every_language_in_both_forms(folder: Path) -> None:
    wanted = {
        f"{name}.{lang}.{form}"
        for name in render.names()
        for lang in ("kk", "ru")
        for form in ("html", "xlsx")
    }
    assert {file.name for file in folder.iterdir()} == wanted | {"index.html"}
    index = (folder / "index.html").read_text("utf-8")
    assert all(f'href="{name}"' in index for name in wanted)
    assert 'lang="kk"' in index


def test_nothing_is_fetched_from_elsewhere_by_any_page(folder: Path) -> None:
    for page in folder.glob("*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert "src=" not in text
        assert "http-equiv" not in text


def test_every_workbook_opens_with_headings_that_stay(folder: Path) -> None:
    for file in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(file)
        assert book.worksheets[0]["A1"].value, file.name
    book = openpyxl.load_workbook(folder / "corrections.ru.xlsx")
    assert book.active
    assert book.active.freeze_panes
    assert book.active.auto_filter.ref


def test_sheets_are_reached_from_the_summary_and_lead_back() -> None:
    columns = (Column("branch", width=30, label="Филиал"), Column("lines", "number", label="Строк"))

    def sheet(name: str, *rows: Row) -> Table:
        return Table("x", "ru", name, (), "", columns, rows, sheet=name)

    branches = ("Филиал №1", "ЦБ [абонемент]")
    summary = sheet("Итоги", *(Row((name, 1)) for name in (*branches, "Без листа")))
    table = replace(
        sheet("Список", Row((branches[0], 1))),
        parts=(
            replace(summary, leads=True),
            *(replace(sheet(name, Row((name, 1))), apart=True) for name in branches),
        ),
    )
    book = openpyxl.load_workbook(BytesIO(spreadsheet.write(table, datetime(2026, 11, 27, tzinfo=UTC))))
    assert book.sheetnames == ["Итоги", "Список", "Филиал №1", "ЦБ  абонемент"]
    assert links_of(book["Итоги"]) == {branches[0]: "Филиал №1", branches[1]: "ЦБ  абонемент"}
    for name in book.sheetnames[1:]:
        assert links_of(book[name]) == {"← Итоги": "Итоги"}


def links_of(sheet: Any) -> dict[str, str]:
    return {
        cell.value: cell.hyperlink.location.rpartition("!")[0].strip("'")
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }


def test_a_second_run_of_a_day_takes_the_place_of_the_first_and_old_days_go(left: Path) -> None:
    out = left.parent / "reports"
    for name in ("2020-01-01", "2999-01-01", "letters"):
        (out / name).mkdir()
    with opened(left) as (assembly, store):
        told = leaving.settings(assembly)
        report = leaving.leave_reports(store, told, StepContext(0, datetime.now(UTC)))
    assert report.outcome == "done"
    days = sorted(one.name for one in out.iterdir())
    assert "2020-01-01" not in days
    assert {"2999-01-01", "letters"} <= set(days)
    assert not [name for name in days if name.startswith(".")]
    for name in ("2999-01-01", "letters"):
        (out / name).rmdir()


def test_a_folder_that_cannot_be_written_is_for_later(left: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file stands where the folder should")
    with opened(left) as (assembly, store):
        told = replace(leaving.settings(assembly), out=tmp_path / "reports")
        with pytest.raises(RetryableError, match="reports cannot be written"):
            leaving.leave_reports(store, told, StepContext(0, datetime.now(UTC)))


def test_a_long_list_ends_early_on_the_page_and_says_where_the_rest_is(
    left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LONGEST_PAGE", 2)
    with opened(left) as (assembly, store), store.read() as unit:
        told = leaving.settings(assembly)
        table = leaving._table(unit, "corrections", "ru", told, datetime.now(told.zone))
    page = leaving._page(table, told.texts)
    assert len(page.rows) == 2
    assert "в файле XLSX" in page.remarks[-1]
    assert len(table.rows) > 2


def test_a_backup_is_left_once_a_day_and_the_oldest_go(left: Path) -> None:
    day = datetime.now(UTC)
    with opened(left) as (assembly, store):
        for number in range(10):
            report = leaving.leave_backup(store, assembly, StepContext(0, day + timedelta(days=number)))
        assert leaving.leave_backup(store, assembly, StepContext(0, day + timedelta(days=9))) == report
    kept = sorted((left.parent / "backups").iterdir())
    assert len(kept) == 8
    copy = Store.open(f"sqlite:///{kept[-1]}")
    with copy.read() as unit:
        assert unit.runs.latest(1)[0]["job"] == "nightly"
    copy.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs the Debian package chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened_one = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened_one
        opened_one.close()


@pytest.mark.parametrize(
    "name", ["index", *(f"{name}.{lang}" for name in render.names() for lang in ("kk", "ru"))]
)
def test_a_page_passes_axe(folder: Path, browser: Any, name: str) -> None:
    """Rules of axe-core for WCAG 2.2 AA and good practice."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page()
    try:
        page.goto((folder / f"{name}.html").as_uri())
        results = axe.Axe().run(page)
        told = [
            f"{one['id']}: {node['html'][:200]}"
            for one in results.response["violations"]
            for node in one["nodes"]
        ]
        assert told == []
        assert results.response["passes"]
    finally:
        page.close()
