"""Rows that are recalled from the last reading give what they would give if they were read again."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.reconcile import recall, rows
from rabis_sync.reconcile.books import Books
from rabis_sync.reconcile.recall import Recall
from rabis_sync.reconcile.series import Numbering, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from rabis_sync.reconcile.ledgers.spreadsheet import Ledger
    from rabis_sync.store.ledgers import Stretch

HEADINGS = ["Инв. №", "Наименование", "Цена", "Количество", "Сумма", "Причина"]


@dataclass
class Context:
    def progress(self, *_: object) -> None:
        """Nobody watches."""


@dataclass
class Shelf:
    """What the store keeps of a ledger between two readings."""

    entries: list[tuple[Any, ...]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    recalled: int = 0

    def read(self, ledger: Ledger, numbering: Numbering | None = None) -> tuple[Any, ...]:
        """A reading as the step makes it; what it gives, and what is stored then."""
        rules = numbering or Numbering()
        with Books("fond", Recall(self.stretches, repr(rules))) as books:
            books.read(ledger, rules, Context())  # type: ignore[arg-type]  # a context is only told of progress
            stored: list[tuple[Any, ...]] = []
            self.recalled = 0
            for row in books.entries:
                if isinstance(row, int):
                    stored += self.entries[len(stored) : len(stored) + row]
                    self.recalled += row
                else:
                    stored.append(row)
            assert len(stored) == books.entries.rows
        self.entries, self.stretches = stored, books.recall.stretches
        return stored, books.unread, books.notices, books.summaries


def afresh(ledger: Ledger, numbering: Numbering | None = None) -> tuple[Any, ...]:
    return Shelf().read(ledger, numbering)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "ROWS", 4)


def write(path: Path, lines: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)


def books(*titles: str) -> list[list[Any]]:
    return [[f"{at:05}", title, "1500,00", 1, "1500,00", ""] for at, title in enumerate(titles, 1)]


def changed(lines: list[list[Any]], dice: random.Random) -> list[list[Any]]:
    """The same books after a day: rows came, were doubled or went, and a cell is otherwise."""
    lines = [list(line) for line in lines]
    at = dice.randrange(len(lines))
    new = [
        [f"{dice.randrange(900, 999):05}", "Тау", "70", 1, "70", ""],
        ["", f"Филиал № {dice.randrange(3)}", "", "", "", ""],
        ["Итого", "", "", dice.choice([at, 3]), f"{1500 * at},00", ""],
        [""] * 6,
    ]
    lines[at:at] = dice.choice([[], [], [dice.choice(new)], lines[at : at + 2]])
    del lines[at : at + dice.choice([0, 0, 0, 2 * (len(lines) > 12)])]
    if dice.random() < 0.5:
        row = dice.choice(lines)
        row[1] = dice.choice([row[1], "Абай жолы\n(в томах)", '"', "Ана; тілі"])
        row[2] = row[4] = dice.choice([row[2], "1600,00", "сто", "17", ""])
        row[4] = dice.choice([row[4], row[4], "18"])
        row[5] = dice.choice([row[5], "зачитана", "ветхость", "унесло ветром"])
    return lines


@pytest.mark.parametrize("seed", range(3))
def test_night_after_night_the_books_are_those_of_a_reading_from_scratch(
    tmp_path: Path, ledger: Callable[..., Ledger], seed: int
) -> None:
    dice, shelf, recalled = random.Random(seed), Shelf(), 0
    parts = {"a.csv": books(*"абвгдежзик" * 4), "b.csv": books(*"уфхцчшщ" * 6)}
    for _ in range(20):
        for name, lines in parts.items():
            parts[name] = changed(lines, dice)
            write(tmp_path / name, [["Отдел: Абонемент"], HEADINGS, *parts[name]])
        assert shelf.read(ledger("*.csv")) == afresh(ledger("*.csv"))
        recalled += shelf.recalled
    assert recalled > 300


def test_a_row_that_changed_is_read_with_its_neighbours_and_the_rest_is_recalled(
    tmp_path: Path, ledger: Callable[..., Ledger]
) -> None:
    shelf, lines = Shelf(), books(*"абвгдежзиклм")
    write(tmp_path / "fond.csv", [HEADINGS, *lines])
    shelf.read(ledger("fond.csv"))
    lines[5][2] = lines[5][4] = "1600,00"
    write(tmp_path / "fond.csv", [HEADINGS, *lines])
    assert shelf.read(ledger("fond.csv")) == afresh(ledger("fond.csv"))
    assert shelf.recalled == 8
    shelf.read(ledger("fond.csv"))
    assert shelf.recalled == 12


def test_a_workbook_s_rows_are_recalled_in_the_group_in_which_they_stood(
    workbook: Callable[..., Path], ledger: Callable[..., Ledger]
) -> None:
    shelf = Shelf()
    for branch, recalled in (("Филиал № 1", 0), ("Филиал № 1", 8), ("Филиал № 2", 0)):
        lines = [[at, f"Книга {at}", 1500, 1, 1500] for at in range(1, 12)]
        workbook([HEADINGS[:5], ["", branch], *lines])
        assert shelf.read(ledger()) == afresh(ledger())
        assert shelf.recalled == recalled


def test_other_mappings_another_numbering_or_another_program_read_every_row(
    tmp_path: Path, ledger: Callable[..., Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "fond.csv", [HEADINGS, *books(*"абвгдежз")])
    plain = ledger("fond.csv")
    implied = Numbering(series=[Series("Ф", prefix="Ф", implied=True)])
    terms = replace(plain.around.terms, language={**plain.around.terms.language, "tat": ["татарча"]})
    columns = replace(plain.around.columns, no_number=[*plain.around.columns.no_number, "без"])
    shelf = Shelf()
    for other, numbering in (
        (plain, None),
        (plain, implied),
        (replace(plain, around=replace(plain.around, terms=terms)), None),
        (replace(plain, around=replace(plain.around, columns=columns)), None),
        (replace(plain, options=replace(plain.options, currency="RUB")), None),
    ):
        assert shelf.read(other, numbering) == afresh(other, numbering)
        assert shelf.recalled == 0
        shelf.read(other, numbering)
        assert shelf.recalled == 8
    monkeypatch.setattr(recall, "_program", lambda: b"the next version")
    shelf.read(other)
    assert shelf.recalled == 0
