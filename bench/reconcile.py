"""What the reconciliation promises, measured: its speed and memory, its eye for planted faults, its reading.

    python -m bench.reconcile [--items 1000000] [--copies 150000] [--planted 2000] [--rows 150000]
                              [--rounds 3] [--postgresql URL] [--only speed|planted|reading]

speed: so many items against as many entries: the whole step, from the ledger's entries over the store and
back into it, in a process of its own whose peak memory is shown; and a second night, when nothing changed.
planted: a made-up library (bench/accounting), a third of it catalogued, with discrepancies of every code.
reading: an XLSX workbook of so many rows, read as a ledger beside what openpyxl takes to give its bare cells.
URL is a server on which a database may be made and dropped; without it the speed is that of SQLite.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import tempfile
import time
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import sqlalchemy as sa
import xlsxwriter
from pydantic import TypeAdapter

from bench.accounting import library, trial
from rabis_sync.config import read_toml
from rabis_sync.http import Client
from rabis_sync.marc.cyrillic import fold
from rabis_sync.marc.dialect import Dialect
from rabis_sync.reconcile import step
from rabis_sync.reconcile.columns import LedgerColumns
from rabis_sync.reconcile.entry import Entry
from rabis_sync.reconcile.ledgers import Surroundings
from rabis_sync.reconcile.ledgers.spreadsheet import Ledger, Options
from rabis_sync.reconcile.series import Numbering
from rabis_sync.reconcile.terms import LedgerTerms
from rabis_sync.reconcile.workbook import workbook
from rabis_sync.store import engine
from rabis_sync.store.database import Store
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
TITLES = ("Задачи и этюды", "Қазақ халқының тарихы", "Абай жолы", "Справочник библиотекаря", "Көшпенділер")
ITEMS_A_RECORD = 3
PAGE = 2000


@dataclass(frozen=True, slots=True)
class Shelves:
    """A ledger of so many copies; every hundredth disagrees with the catalogue in something."""

    number: int

    def entries(self, recall: object = None) -> Iterator[Entry]:  # noqa: ARG002  nothing is recalled
        for at in range(1, self.number + 1):
            fault = at % 1000
            if fault == 100:
                continue
            yield Entry(
                f"fond.xlsx · Лист1 · {at}",
                str(at),
                str(at),
                "Совсем другая книга" if fault == 200 else title(at),
                price=Decimal(77) if fault == 300 else Decimal(1500),
                branch=f"Филиал № {at % 15 if fault != 400 else (at + 1) % 15}",
                acquired="2019-03-01",
                act_out="Акт 7" if fault == 500 else "",
            )

    def check(self) -> str:
        return "made up"


def title(at: int) -> str:
    number = at // ITEMS_A_RECORD
    return f"{TITLES[number % len(TITLES)]} {number}"


def stocked(url: str, items: int) -> None:
    """The catalogue's side: so many items, three a record, in no order of their numbers."""
    store, dice = Store.open(url), random.Random(2026)
    records = list(range(items // ITEMS_A_RECORD + 1))
    dice.shuffle(records)
    incoming = (_incoming(number, items) for number in records)
    while page := list(islice(incoming, PAGE)):
        with store.write() as unit:
            unit.records.add("catalogue", page, run=1, at=trial.NOW)
    store.close()


def _incoming(record: int, items: int) -> Incoming:
    name = title(record * ITEMS_A_RECORD)
    folded = fold(name)
    match = ("monograph", "text", "kaz", folded, name.lower(), folded, "", "", 2000 + record % 19, "",
             "иванов и", "фолиант", 120, "", "", "", "", "", ITEMS_A_RECORD)  # fmt: skip
    numbers = range(record * ITEMS_A_RECORD, min(items + 1, (record + 1) * ITEMS_A_RECORD))
    rows = [
        (place, f"{at:07d}", str(at), f"{at:013d}", f"Филиал № {at % 15}", "", "84(5Қаз)", 150_000, "KZT",
         "2019-03-01", "12/19", "", "", "available", False, 1)
        for place, at in enumerate((one for one in numbers if one), 1)
    ]  # fmt: skip
    canonical = f"00000nam0 2200000   450 \x1e001KZ{record}\x1e2001 \x1fa{name}"
    return Incoming(
        f"KZ{record}", "unimarc", "", f"{record:>032}", "iso2709", "utf-8", 1.0, b"", canonical, rows, match
    )


def nights(url: str, items: int, told: Any) -> None:
    """Two reconciliations in a process of their own; seconds, processor seconds, peak memory, counts."""
    store = Store.open(url)
    for _ in range(2):
        begun, worked = time.perf_counter(), time.process_time()
        report = step.run(store, settings(Shelves(items)), StepContext(1, trial.NOW))
        spent = time.perf_counter() - begun, time.process_time() - worked
        told.put((*spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, report.counts))
    store.close()


def settings(ledger: Any, policy: Any = None) -> step.Settings:
    dialects = [read_toml(path, Dialect) for path in (ROOT / "mappings" / "dialects").glob("*.toml")]
    return step.Settings(
        {"accounting": ledger},
        {one.family: one for one in dialects},
        policy or step.Policy(numbering=rules()),
    )


def rules() -> Numbering:
    return mapping("inventory_numbers.toml", Numbering)


def mapping(name: str, kind: type[Any]) -> Any:
    return TypeAdapter(kind).validate_python(tomllib.loads((ROOT / "mappings" / name).read_text("utf-8")))


def speed(url: str, items: int) -> None:
    """Print how long a night takes."""
    begun = time.perf_counter()
    stocked(url, items)
    print(f"  filled with {items:,} items in {time.perf_counter() - begun:.0f} s (not counted)")
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    child = context.Process(target=nights, args=(url, items, told))
    child.start()
    for night in ("first night", "next night"):
        spent, worked, memory, counts = told.get(timeout=3600)
        figures = f"{spent:6.1f} s, {worked:6.1f} s of processor, peak {memory:,.0f} MB"
        print(f"  {night}: {figures}; {counts['matched']:,} matched, {counts['discrepancies']:,} told")
    child.join()


def planted(copies: int, number: int) -> None:
    """Print what was planted and found, code by code."""
    world = library.build(copies, number)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bench.db")
        trial.fill(store, world.copies)
        begun = time.perf_counter()
        asked = settings(trial.Books(world), trial.policy(world, rules()))
        step.run(store, asked, StepContext(1, trial.NOW))
        spent = time.perf_counter() - begun
        with store.read() as unit:
            verdict = trial.judge(world.planted, unit.ledgers.discrepancies())
        store.close()
    sides = f"{len(world.rows):,} rows, {len(world.copies):,} catalogued, {len(world.summaries):,} totals"
    print(f"  {sides}: {spent:.1f} s")
    for code in library.CODES:
        print(f"  {code:<20}{verdict.planted[code]:>6} planted{verdict.found[code]:>6} found")
    print(f"  missed {len(verdict.missed)}: {verdict.missed}")
    print(f"  invented {len(verdict.invented)}: {verdict.invented}")
    right, total = verdict.proposals["right"], verdict.proposals.total()
    wrong = verdict.proposals["wrong"]
    print(f"  mistyped numbers: {right} of {total} led to the right one, {wrong} to a wrong one")
    for slip, outcomes in sorted(verdict.slips.items()):
        print(f"    {slip:<16}{outcomes['right']:>5} of {outcomes.total()}")
    print(f"  proposals where nothing was mistyped: {verdict.strays}")


def reading(rows: int, rounds: int) -> None:
    """Print how long a workbook takes to be read, alternating; the fastest of each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fond.xlsx"
        _write(path, rows)
        columns, terms = (
            mapping("ledger_columns.toml", LedgerColumns),
            mapping("ledger_terms.toml", LedgerTerms),
        )
        around = Surroundings(Path(folder), columns, terms, Client("https://example.kz/"), mapping)
        ledger = Ledger(Options("fond.xlsx"), around)
        contestants: dict[str, Callable[[], int]] = {
            "as cells (calamine)": lambda: _cells(path),
            "as a ledger": lambda: sum(isinstance(one, Entry) for one in ledger.entries()),
            "openpyxl, bare cells": lambda: _openpyxl(path),
        }
        times: dict[str, list[float]] = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, read in contestants.items():
                begun = time.process_time()
                assert read() >= rows
                times[name].append(time.process_time() - begun)
    slow = min(times["openpyxl, bare cells"])
    for name, spent in times.items():
        print(f"  {name:<22}{min(spent):7.2f} s of processor, {slow / min(spent):5.1f}x openpyxl")


def _cells(path: Path) -> int:
    return sum(1 for sheet in workbook(path) for _ in sheet.rows)


def _openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path, read_only=True)
    number = sum(1 for _ in book.active.iter_rows(values_only=True))
    book.close()
    return number


def _write(path: Path, rows: int) -> None:
    heads = ("Инв. №", "Автор, заглавие", "Год издания", "Цена", "Кол-во", "Сумма", "Филиал")
    heads += ("Дата поступления", "№ КСУ")
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, heads)
        for at in range(1, rows + 1):
            told = (str(at), title(at), 2000 + at % 19, 1500.5, 1, 1500.5, f"Филиал № {at % 15}")
            sheet.write_row(at, 0, (*told, "01.03.2019", f"{at // 40}/2019"))


@contextmanager
def database(server: str | None) -> Iterator[str]:
    """Address of an empty database that goes afterwards."""
    if server is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    where = engine.address(server)
    admin = sa.create_engine(where, isolation_level="AUTOCOMMIT")
    name = f"rabis_sync_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        try:
            yield where.set(database=name).render_as_string(hide_password=False)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="measure the reconciliation")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--copies", type=int, default=150_000)
    parser.add_argument("--planted", type=int, default=2000)
    parser.add_argument("--rows", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", default=os.environ.get("RABIS_SYNC_TEST_POSTGRESQL"))
    parser.add_argument("--only", choices=("speed", "planted", "reading"))
    asked = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if asked.only in {None, "speed"}:
        print(f"speed, {'PostgreSQL' if asked.postgresql else 'SQLite'}:")
        with database(asked.postgresql) as url:
            speed(url, asked.items)
    if asked.only in {None, "planted"}:
        print("planted:")
        planted(asked.copies, asked.planted)
    if asked.only in {None, "reading"}:
        print(f"reading {asked.rows:,} rows of XLSX:")
        reading(asked.rows, asked.rounds)


if __name__ == "__main__":
    main()
