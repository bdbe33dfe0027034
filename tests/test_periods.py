"""Periods at the command line: seen first, guarded, journalled, opened again with a reason."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, str, str]]

COLUMNS = (
    "Инв. №",
    "Наименование",
    "Цена",
    "Филиал",
    "Дата поступления",
    "№ КСУ",
    "№ акта",
    "Дата акта",
    "Причина",
)


def write(folder: Path, *rows: tuple[Any, ...], ksu: tuple[tuple[Any, ...], ...] = ()) -> None:
    """The books: copies, and part 3 of the КСУ."""
    with xlsxwriter.Workbook(folder / "ledger" / "fond.xlsx") as book:
        sheet = book.add_worksheet("Инвентарная книга")
        for at, row in enumerate((COLUMNS, *rows)):
            sheet.write_row(at, 0, row)
        if ksu:
            totals = book.add_worksheet("КСУ")
            heading = ("Движение фонда", "Всего экз.", "Количество названий")
            for at, row in enumerate((("КСУ. Часть 3. Итоги движения фонда",), heading, *ksu)):
                totals.write_row(at, 0, row)


FIRST = ("1", "Абай жолы", 500, "ЦГБ", "05.05.2020", "3/2020")
SECOND = ("2", "Көшпенділер", 700, "ЦГБ", "11.11.2023", "31/2023")
LATE = ("3", "Қан мен тер", 900, "ЦГБ", "12.12.2023", "32/2023")


@pytest.fixture
def config_path(tmp_path: Path) -> Path:
    return tmp_path / "library" / "config.toml"


@pytest.fixture
def library(told: Told, config_path: Path) -> Path:
    """A library with two copies on the books, reconciled."""
    folder = config_path.parent
    (folder / "ledger").mkdir(parents=True)
    (folder / "exports").mkdir()
    config_path.write_text(
        '[library]\nname = { kk = "ОКЖ", ru = "ЦБС", en = "Library" }\n'
        '[ledgers.accounting]\nkind = "spreadsheet"\npath = "ledger/*.xlsx"\n',
        "utf-8",
    )
    write(folder, FIRST, SECOND)
    assert told("reconcile")[0] == 0
    return folder


def fund(told: Told, period: str) -> Any:
    code, out, _ = told("report", "fund", "--period", period, "--format", "json")
    assert code == 0
    found = json.loads(out)
    schema = json.loads(files("rabis_sync.reports").joinpath("schemas", "fund.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(found)
    return found


def test_a_period_is_closed_listed_and_a_late_document_is_named(told: Told, library: Path) -> None:
    code, out, _ = told("period", "close", "2023-Q4", "--dry-run")
    assert (code, "close 2023-Q4: 2 flows" in out) == (0, True)
    assert "Закрытых периодов нет" in told("period", "list")[1]
    code, out, _ = told("period", "close", "2023-Q4", "--note", "годовой отчёт")
    assert code == 0
    assert "Период 2023-Q4 закрыт: состоит 2 экз. на 1200.00 тг" in out
    assert "2023-Q4: закрыт" in told("period", "list")[1]
    before = fund(told, "2023-Q4")
    write(library, FIRST, SECOND, LATE)
    assert told("reconcile")[0] == 0
    assert fund(told, "2023-Q4")["rows"] == before["rows"]
    (one,) = fund(told, "2024")["corrections"]
    assert (one["document"], one["dated"], one["inventory_numbers"]) == ("32/2023", "2023-12-12", ["3"])
    journal = told("decisions")[1]
    assert "годовой отчёт" in journal
    listed = json.loads(told("period", "list", "--json")[1])["periods"]
    assert [(one["period"], one["copies"], one["unaltered"]) for one in listed] == [("2023-Q4", 2, True)]


def test_a_period_is_opened_again_with_a_reason_only(told: Told, library: Path) -> None:
    assert told("period", "close", "2023")[0] == 0
    code, _, err = told("period", "reopen", "2023")
    assert (code, "--note" in err) == (2, True)
    assert told("period", "reopen", "2023", "--note", "акт № 9 не был проведён")[0] == 0
    assert "Закрытых периодов нет" in told("period", "list")[1]
    assert "акт № 9 не был проведён" in told("decisions")[1]
    code, _, err = told("period", "reopen", "2023", "--note", "ещё раз")
    assert (code, "closed period" in err) == (2, True)


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("2999", "not over yet"), ("2023-01-01..2023-02-01", "cannot be closed"), ("soon", "is no period"),
    ],
)  # fmt: skip
def test_what_is_no_period_to_close_is_refused_with_its_reason(
    told: Told, library: Path, label: str, said: str
) -> None:
    code, _, err = told("period", "close", label)
    assert (code, said in err) == (2, True)


def test_an_imbalance_of_the_summary_book_guards_the_closing(told: Told, library: Path) -> None:
    ksu = (
        ("Состояло на 01.01.2023", 22727, 9000), ("Поступило за 2023 год", 46, 40),
        ("Состоит на 31.12.2023", 22745, 9000),
    )  # fmt: skip
    write(library, FIRST, SECOND, ksu=ksu)
    assert told("reconcile")[0] == 0
    checks = fund(told, "2023")["checks"]
    (check,) = [one for one in checks if (one["identity"], one["measure"]) == ("ksu_balance", "copies")]
    assert (check["left"], check["right"], check["difference"], check["holds"]) == (22773, 22745, -28, False)
    code, _, err = told("period", "close", "2023")
    assert (code, "22773 and 22745" in err, "--accept-differences" in err) == (3, True, True)
    assert told("period", "close", "2023", "--accept-differences")[0] == 0
