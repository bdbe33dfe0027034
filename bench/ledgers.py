"""How fast a ledger's workbook is read, beside openpyxl in the same run, and how much memory it takes.

    python bench/ledgers.py [--rows 150000] [--rounds 3]

The workbook has a heading, fifteen columns as in 1C's list of copies, and a total. Measured are the rows
of the sheet as lists (ours: weighing and merged cells included; openpyxl: `read_only`, its fastest way), then
entries with everything a ledger does to a row. Rounds alternate; the fastest of each is shown, with the
processor's time.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import xlsxwriter
from pydantic import TypeAdapter

from rabis_sync.http import Client
from rabis_sync.reconcile.columns import LedgerColumns
from rabis_sync.reconcile.ledgers import Surroundings
from rabis_sync.reconcile.ledgers.spreadsheet import Ledger, Options
from rabis_sync.reconcile.sheets import sheets
from rabis_sync.reconcile.terms import LedgerTerms

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
HEADING = (
    *("№ п/п", "Инв. №", "Наименование", "Автор", "Год издания", "Цена", "Кол-во", "Сумма", "Подразделение"),
    *("Дата поступления", "№ КСУ", "Акт списания №", "Дата акта", "Причина списания", "Язык"),
)
FASTER = 5


def write(path: Path, rows: int) -> None:
    """A workbook of so many copies: text, numbers, days as text, empty cells."""
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("Ведомость")
        sheet.write_row(0, 0, HEADING)
        total = 0
        for at in range(1, rows + 1):
            price = 100 + at % 900
            total += price
            copy = (
                at,
                f"К-{at:06d}",
                f"Абай жолы {at % 5000}",
                f"Әуезов М. {at % 300}",
                1990 + at % 30,
                price,
            )
            place = (1, price, f"Филиал № {at % 15}", f"{1 + at % 28:02d}.03.2016", f"{at % 40}/2016")
            gone = ("7", "31.12.2023", "ветхость") if at % 20 == 0 else ("", "", "")
            sheet.write_row(at, 0, (*copy, *place, *gone, "каз." if at % 3 else "рус."))
        sheet.write_row(rows + 1, 1, ("Итого", None, None, None, None, rows, total))


def ours(path: Path) -> int:
    """Rows of the sheet by the ledger's own reader."""
    return sum(1 for sheet in sheets(path) for _ in sheet.rows)


def peer(path: Path) -> int:
    """Rows of the sheet by openpyxl."""
    book = openpyxl.load_workbook(path, read_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))


def entries(path: Path) -> Counter[str]:
    """What the ledger tells of the workbook, counted by kind."""
    mapping = {
        name: TypeAdapter(kind).validate_python(tomllib.loads((ROOT / "mappings" / name).read_text("utf-8")))
        for name, kind in (("ledger_columns.toml", LedgerColumns), ("ledger_terms.toml", LedgerTerms))
    }
    around = Surroundings(
        path.parent, mapping["ledger_columns.toml"], mapping["ledger_terms.toml"], Client(), mapping.get
    )
    return Counter(type(one).__name__ for one in Ledger(Options(path.name), around).entries())


def timed(what: Callable[[Path], object], path: Path) -> tuple[float, float, object]:
    """Seconds by the clock, seconds of the processor, and what came of it."""
    clock, processor = time.perf_counter(), time.process_time()
    found = what(path)
    return time.perf_counter() - clock, time.process_time() - processor, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fond.xlsx"
        write(path, wanted.rows)
        print(f"{wanted.rows:,} rows, {path.stat().st_size:,} bytes, load {os.getloadavg()[0]:.1f}")
        base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ways: dict[str, Callable[[Path], object]] = {"entries": entries, "rows": ours, "openpyxl": peer}
        best: dict[str, tuple[float, float, object]] = {}
        for _ in range(wanted.rounds):
            for name, way in ways.items():
                one = timed(way, path)
                best[name] = min(best.get(name, one), one, key=lambda found: found[1])
        for name, (clock, processor, found) in best.items():
            print(f"{name:9} {clock:6.2f} s by the clock, {processor:6.2f} s of the processor  {found}")
        ratio = best["openpyxl"][1] / best["rows"][1]
        print(
            f"{'ok' if ratio >= FASTER else '!!'}  rows: {ratio:.1f} times as fast as openpyxl (bar {FASTER})"
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"    memory: {peak // 1024} MB at most, {base // 1024} MB before")


if __name__ == "__main__":
    main()
