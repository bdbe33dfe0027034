"""How fast the store takes a harvest: pages of 1,000 records through `Records.add`, beside the bare driver.

    python bench/store.py [--records 100000] [--rounds 3] [--postgresql URL]

A record is four rows (identity, content, match row, due to be compared) and some 2.7 items. Every page is one
durable commit.
The peer writes the very same rows into the very same tables by `sqlite3.executemany`, with the same pragmas.
Rounds alternate; the fastest of each is shown. URL is a server on which a database may be made and dropped.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rabis_sync.store import engine
from rabis_sync.store.database import Store
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 1000
NOW = datetime(2026, 3, 22, tzinfo=UTC)
TITLES = ("Задачи и этюды", "Қазақ халқының тарихы", "Абай жолы", "Справочник библиотекаря", "Көшпенділер")

Page = list[Incoming]


def pages(number: int) -> list[Page]:
    """Records of about 700 bytes raw and as much canonical text, the same at every call."""
    dice = random.Random(2026)
    records = [record(at, dice) for at in range(number)]
    return [records[start : start + PAGE] for start in range(0, number, PAGE)]


def record(at: int, dice: random.Random) -> Incoming:
    """One record; inventory numbers come in no order, as branches number their own."""
    title, count = f"{dice.choice(TITLES)} {at}", dice.choice((2, 2, 2, 3, 3, 3, 4))
    noise = "".join(dice.choices("абвгдежзиклмнопрстуфхцчшщыэюя ", k=300))
    canonical = f"00000nam0 2200000   450 \x1e001KZ{at}\x1e200  \x1fa{title}\x1e330  \x1fa{noise}"
    items = [
        (place, f"{(number := dice.randrange(10**7))}", f"{number:010d}", "", f"№ {number % 23}", "",
         "84(5Қаз)", 150_000, "KZT", "2019-03-01", "12/19", "", "", "", False, 1)
        for place in range(1, count + 1)
    ]  # fmt: skip
    match = ("monograph", "text", "kaz", *[title.lower()] * 3, "", "", 2000 + at % 25, "", "иванов и",
             "фолиант", 120, "9786010000000", "", "", "", "", count)  # fmt: skip
    digest = blake2b(canonical.encode(), digest_size=16).hexdigest()
    return Incoming(
        f"KZ{at}", "unimarc", "rusmarc_899", digest, "iso2709", "utf-8", 1.0,
        canonical.encode(), canonical, items, match, raw_hash=digest,
    )  # fmt: skip


def through_store(url: str, harvest: list[Page]) -> float:
    """Seconds that our store takes."""
    store = Store.open(url)
    begun = time.perf_counter()
    for page in harvest:
        with store.write() as unit:
            unit.records.add("catalogue", page, run=1, at=NOW)
    spent = time.perf_counter() - begun
    store.close()
    return spent


def through_driver(file: Path, harvest: list[Page]) -> float:
    """Seconds that bare sqlite3 takes for the same rows."""
    Store.open(f"sqlite:///{file}").close()
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in engine.SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    moment, first = "2026-03-22 00:00:00.000000", 1
    begun = time.perf_counter()
    for page in harvest:
        known = list(enumerate(page, first))
        first += len(page)
        connection.execute("BEGIN IMMEDIATE")
        for table, rows in (
            ("record", [(n, "catalogue", new.control_number, "active", new.family, new.profile,
                         new.content_hash, 1, moment, "", new.identifier, new.raw_hash) for n, new in known]),
            ("content", [(n, new.syntax, new.encoding, new.confidence, new.raw, new.canonical)
                         for n, new in known]),
            ("item", [(n, *item) for n, new in known for item in new.items]),
            ("match_row", [(n, *new.match) for n, new in known]),
            ("match_due", [(n,) for n, _ in known]),
        ):  # fmt: skip
            connection.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
        connection.execute("COMMIT")
    spent = time.perf_counter() - begun
    connection.close()
    return spent


def on_server(server: sa.URL, harvest: list[Page]) -> float:
    """Seconds that our store takes in a new database of the server."""
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"rabis_sync_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        try:
            return through_store(server.set(database=name).render_as_string(hide_password=False), harvest)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def in_file(measure: Callable[[Path], float]) -> float:
    """Measure on a file that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return measure(Path(folder) / "bench.db")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="measure the store")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", default=os.environ.get("RABIS_SYNC_TEST_POSTGRESQL"))
    asked = parser.parse_args()
    harvest = pages(asked.records)
    items = sum(len(new.items) for page in harvest for new in page)
    rows = 4 * asked.records + items
    print(f"{asked.records:,} records, {items:,} items: {rows:,} rows in {len(harvest)} commits")
    contestants: dict[str, Callable[[], float]] = {
        "SQLite, Records.add": lambda: in_file(lambda file: through_store(f"sqlite:///{file}", harvest)),
        "SQLite, bare executemany": lambda: in_file(lambda file: through_driver(file, harvest)),
    }
    if asked.postgresql:
        server = engine.address(asked.postgresql)
        contestants["PostgreSQL, Records.add"] = lambda: on_server(server, harvest)
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(asked.rounds):
        for name, measure in contestants.items():
            times[name].append(measure())
    for name, spent in times.items():
        best = min(spent)
        figures = f"{rows / best:>9,.0f} rows/s {asked.records / best:>8,.0f} records/s"
        print(f"{name:<26}{best:6.2f} s (to {max(spent):.2f}) {figures}")
    ours, bare = (min(times[name]) for name in list(contestants)[:2])
    print(f"SQLite: {bare / ours:.2f} of the bare driver's speed")
    if not asked.postgresql:
        print("PostgreSQL: not measured (give --postgresql URL)")


if __name__ == "__main__":
    main()
