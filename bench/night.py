"""A whole night in which next to nothing changed: one record and one row of the books.

    python -m bench.night [--records 100000] [--copies 3] [--reports] [--keep DIR]

A made-up catalogue (bench/catalogue) with so many copies a record, and a CSV in which the books have each, go
through the first night; then a title gets another letter and a copy another price, and the job runs again as
`rabis-sync run` runs it, in a process of its own. Shown are the log of each run, and the wall and processor
seconds of that process and its children. The promise is under 15 seconds for the five steps from the harvest
to the publication; with --reports every list is written too, and many findings make long ones. A folder that
was kept is measured again without its first night.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.catalogue.stream import Related, catalogue
from rabis_sync.marc import codec
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.reading import Decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_SECONDS = 15
JOB = "measured"
STEPS = ("harvest", "correct", "dedup", "reconcile", "publish")
BRANCHES = ("Абонемент", "Читальный зал", "Филиал №1", "Филиал №2")
CONFIG = """
[library]
name = { kk = "Кітапхана", ru = "Библиотека", en = "Library" }
[store]
url = "sqlite:///rabis_sync.db"
[sources.catalogue]
kind = "export"
path = "catalogue.mrc"
items = "rusmarc_899"
complete = true
[ledgers.books]
kind = "spreadsheet"
path = "books.csv"
"""


def library(folder: Path, records: int, copies: int) -> None:
    """Write the catalogue, the books and the configuration."""
    numbers = count(1)
    with (
        (folder / "catalogue.mrc").open("wb") as out,
        (folder / "books.csv").open("w", encoding="utf-8") as books,
    ):
        told = csv.writer(books, delimiter=";")
        told.writerow(["Инвентарный номер", "Наименование", "Цена", "Количество", "Подразделение"])
        for record in described(records):
            title = next(field.first("a") for field in record.fields if field.tag == "200")
            own = []
            for _ in range(copies):
                number, branch = f"{next(numbers):08d}", BRANCHES[len(own) % len(BRANCHES)]
                own.append(Field.data("899", "  ", [("a", branch), ("p", number), ("d", "1500")]))
                told.writerow([number, title, "1500,00", 1, branch])
            bare = tuple(field for field in record.fields if field.tag != "899")
            out.write(codec.encode_iso2709(MarcRecord(record.leader, (*bare, *own))))
    (folder / "config.toml").write_text(CONFIG, "utf-8")


def described(records: int) -> Iterator[MarcRecord]:
    """Records of the made-up catalogue."""
    for one in catalogue(records, 1001):
        if not isinstance(one, Related):
            read = codec.decode(one, "iso2709")
            assert isinstance(read, Decoded)
            yield read.record


def change(folder: Path) -> None:
    """Another letter in one title, another price for one copy."""
    export = folder / "catalogue.mrc"
    raw = bytearray(export.read_bytes())
    at = raw.index("а".encode(), raw.index(b"\x1fa", len(raw) // 2))
    raw[at : at + 2] = "е".encode()
    export.write_bytes(raw)
    books = folder / "books.csv"
    lines = books.read_text("utf-8").splitlines(keepends=True)
    row = lines[len(lines) // 2]
    was, now = ("1500,00", "1600,00") if "1500,00" in row else ("1600,00", "1500,00")
    lines[len(lines) // 2] = row.replace(was, now)
    books.write_text("".join(lines), "utf-8")


def night(folder: Path) -> dict[str, float]:
    """One run of the job; wall and processor seconds, and seconds between the lines of its log."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "rabis_sync", "--config", str(folder / "config.toml")]
    ended = subprocess.run([*command, "run", "--log", JOB], capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 0, ended.stderr
    print("\n".join(line for line in ended.stderr.splitlines() if f"[{JOB} " in line))
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": round(wall, 1), "processor": round(spent, 1), "MB": after.ru_maxrss // 1024}


def main() -> None:
    asked = argparse.ArgumentParser(description="measure a night in which one record and one row changed")
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--copies", type=int, default=3)
    asked.add_argument("--reports", action="store_true")
    asked.add_argument("--keep", type=Path)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = told.keep or Path(temporary)
        (folder / "jobs").mkdir(parents=True, exist_ok=True)
        steps = [*STEPS, *(["reports"] if told.reports else [])]
        (folder / "jobs" / f"{JOB}.toml").write_text(f"steps = {json.dumps(steps)}\n", "utf-8")
        if not (folder / "rabis_sync.db").is_file():
            library(folder, told.records, told.copies)
            print("first night", json.dumps(night(folder)))
        change(folder)
        figures = night(folder)
    print("one record and one row", json.dumps(figures), f"load {os.getloadavg()[0]:.1f}")
    sys.exit(figures["wall"] > MOST_SECONDS)


if __name__ == "__main__":
    main()
