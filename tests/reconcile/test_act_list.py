"""Lists for acts as people bring them: numbers alone or columns, in any table, and nothing guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.reconcile import act_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.reconcile.act_list import Listed
    from rabis_sync.reconcile.columns import LedgerColumns

HEADINGS = {"coefficient": ["Коэф."]}


@pytest.fixture
def listed(tmp_path: Path, columns: LedgerColumns) -> Callable[..., list[Listed]]:
    def read(body: str | bytes | Path) -> list[Listed]:
        path = body if not isinstance(body, (str, bytes)) else tmp_path / "list.csv"
        if isinstance(body, (str, bytes)):
            path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return act_list.read(path, columns, HEADINGS)

    return read


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_numbers_alone_are_a_list_in_any_encoding(listed: Callable[..., list[Listed]], encoding: str) -> None:
    found = listed("Список на списание\n10001\n\nК-017\n".encode(encoding))
    assert [(one.number, one.key, one.place) for one in found] == [
        ("10001", "10001", "list.csv · 2"), ("К-017", "К17", "list.csv · 4"),
    ]  # fmt: skip


def test_a_workbook_with_titles_columns_and_totals_is_read_by_its_headings(
    listed: Callable[..., list[Listed]], workbook: Callable[..., Path]
) -> None:
    rows: list[list[Any]] = [
        ["Акт № 7 от 20.11.2026"],
        ["№ п/п", "Инв. номер", "Наименование", "Цена", "Коэф.", "Кол-во", "Причина"],
        [1, 2, 3, 4, 5, 6, 7],
        [1, 10001, "Абай жолы", "1 250,50", 1.5, 2, "Ветхость"],
        [2, "К-17", "Үркер", 300, None, None, "Утеряна читателем"],
        ["Итого", "", "", 1550.5, "", 3, ""],
    ]
    [one, other] = listed(workbook(rows))
    assert (one.number, one.price, one.coefficient, one.quantity) == (
        "10001",
        Decimal("1250.50"),
        Decimal("1.5"),
        2,
    )
    assert (other.key, other.price, other.quantity, other.reason) == (
        "К17",
        Decimal(300),
        None,
        "Утеряна читателем",
    )
    assert one.place == "fond.xlsx · Sheet1 · 4"


def test_kazakh_headings_are_headings(listed: Callable[..., list[Listed]]) -> None:
    [one] = listed("Түгендеу нөмірі;Атауы;Бағасы;Саны\n17;Абай жолы;500;1\n")
    assert (one.number, one.title, one.price, one.quantity) == ("17", "Абай жолы", Decimal(500), 1)


@pytest.mark.parametrize("number", ["1,23E+05", "1E+05", "1.23457E+11"])
def test_a_number_with_lost_digits_is_named_and_never_guessed(
    listed: Callable[..., list[Listed]], number: str
) -> None:
    [one] = listed(f'Инв. №;Цена\n"{number}";5\n')
    assert (one.key, one.problem, one.cell) == ("", "unreadable", number)


@pytest.mark.parametrize(
    ("line", "problem"), [(";5", "no_number"), ("10001;пять", "unreadable"), ("10001;5;много", "unreadable")]
)
def test_a_line_that_cannot_be_taken_says_why(
    listed: Callable[..., list[Listed]], line: str, problem: str
) -> None:
    [one] = listed(f"Инв. №;Цена;Кол-во\n{line}\n")
    assert one.problem == problem


def test_an_empty_list_is_told(listed: Callable[..., list[Listed]]) -> None:
    with pytest.raises(ConfigError, match="lists no inventory number"):
        listed("Список на списание\n\n")
