"""How long the statement of a year and its workbook take, from the store to the file.

    python -m bench.fund [--copies 150000] [--rounds 3] [--keep FILE]

A made-up library of fifteen branches, a third of it catalogued: a twentieth of the copies was acquired in the
year, a thirtieth written off, some passed on between branches; the books tell kinds, reasons and sources.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench.accounting import library, trial
from rabis_sync.collecting import uncollected
from rabis_sync.config import read_toml
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.entry import Entry, Summary
from rabis_sync.reconcile.fund import Window
from rabis_sync.reconcile.fund_reading import FundSettings, read
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.series import Numbering
from rabis_sync.reconcile.statement import statement
from rabis_sync.reports import render
from rabis_sync.reports.texts import Texts
from rabis_sync.store.database import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.accounting.library import World
    from rabis_sync.store.database import Unit
    from rabis_sync.store.statements import Statement

ROOT = Path(__file__).resolve().parent.parent
YEAR = 2024
REASONS = ("worn", "worn", "obsolete", "lost_reader", "expired")
SUPPLIES = ("purchase", "purchase", "purchase", "state_order", "replacement", "gift")
#: Records of the КСУ in the year, and acts of write-off.
RECORDS, ACTS = 300, 40
KINDS = ("book",) * 16 + ("brochure", "brochure", "magazine", "electronic")


def entries(world: World, rng: Random) -> Iterator[Entry]:
    """The books of a world with what a statement is made of: kinds, sources, a year full of movement."""
    for at, row in enumerate(world.rows, 2):
        told: dict[str, Any] = {name: row[name] for name in row if name not in {"price", "amount"}}
        told |= {"kind": rng.choice(KINDS), "supply": rng.choice(SUPPLIES)}
        dice = rng.random()
        if dice < 0.05:
            # One record of the КСУ is one document: it has one day and one source.
            record = rng.randrange(1, RECORDS + 1)
            told |= {"acquired": f"{YEAR}-{record % 12 + 1:02d}-{record % 28 + 1:02d}"}
            told |= {"ksu": f"{record}/{YEAR}", "supply": SUPPLIES[record % len(SUPPLIES)]}
        elif dice < 0.083 and not row.get("act_out"):
            act = rng.randrange(1, ACTS + 1)
            told |= {"act_out": f"Акт № {act}", "act_date": f"{YEAR}-11-{act % 28 + 1:02d}"}
            told |= {"reason_code": rng.choice(REASONS)}
        elif dice < 0.093 and not row.get("act_out"):
            left = f"Филиал № {rng.randrange(1, 13)}"
            told |= {"moved": f"{YEAR}-06-15", "moved_from": left, "moved_to": row["branch"]}
        money = {name: Decimal(row[name]) / 100 for name in ("price", "amount") if name in row}
        number = row["inventory_number"]
        yield Entry(f"fond.xlsx · {at}", inventory_key=inventory_key(number), **{**told, **money})


def filled(url: str, copies: int) -> FundSettings:
    """A store with both sides, and how it is counted."""
    world = library.build(copies, 0)
    mappings = ROOT / "mappings"
    numbering = read_toml(mappings / "inventory_numbers.toml", Numbering)
    policy = trial.policy(world, numbering)
    store = Store.open(url)
    trial.fill(store, world.copies)
    rng = Random(YEAR)
    with store.write() as unit:
        rows = (one.row() for one in entries(world, rng))
        unit.ledgers.replace_entries("accounting", rows)
        totals = [
            Summary(f"ksu · {at}", **{**row, "amount": Decimal(row["amount"]) / 100}).row()
            for at, row in enumerate(world.summaries)
        ]
        unit.ledgers.replace_summaries("accounting", totals)
    store.close()
    return FundSettings(
        dialects={"unimarc": read_toml(mappings / "dialects" / "unimarc.toml", Dialect)},
        classes=read_toml(mappings / "content_classes.toml", ContentClasses),
        rules=read_toml(mappings / "fund.toml", FundRules),
        policy=policy,
    )


def measure(url: str, settings: FundSettings, texts: Texts) -> tuple[dict[str, float], bytes]:
    """Seconds of the clock and of the processor by part, and the workbook."""
    window = Window(str(YEAR), f"{YEAR}-01-01", f"{YEAR + 1}-01-01")
    spent: dict[str, float] = {}
    store = Store.open(url)
    marks = [(time.perf_counter(), time.process_time())]

    @uncollected()
    def count(unit: Unit, _period: object, branch: str | None) -> Statement:
        counted = read(unit, settings)
        marks.append((time.perf_counter(), time.process_time()))
        found = statement(counted, window, settings.rules, settings.classes.classes, branch or "")
        marks.append((time.perf_counter(), time.process_time()))
        return found

    with store.read() as unit:
        now = datetime.now(UTC)
        content = render.render("fund", unit, form="xlsx", lang="ru", texts=texts, now=now, count=count)
    marks.append((time.perf_counter(), time.process_time()))
    store.close()
    for name, before, after in zip(("reading", "statement", "workbook"), marks, marks[1:], strict=False):
        spent[name], spent[f"{name} cpu"] = after[0] - before[0], after[1] - before[1]
    spent["all"], spent["all cpu"] = marks[-1][0] - marks[0][0], marks[-1][1] - marks[0][1]
    return spent, content


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=150_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the workbook here")
    asked = parser.parse_args()
    texts = Texts.of(tomllib.loads((ROOT / "mappings" / "issues.toml").read_text("utf-8")))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        settings = filled(url, asked.copies)
        rounds = [measure(url, settings, texts) for _ in range(asked.rounds)]
    print(f"{asked.copies} copies, load {os.getloadavg()[0]:.1f}, median of {asked.rounds}")
    for name in rounds[0][0]:
        print(f"{name:<16}{statistics.median(spent[name] for spent, _ in rounds):8.2f} s")
    print(f"{'workbook':<16}{len(rounds[0][1]) / 1024:8.0f} kB")
    print(f"{'peak memory':<16}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    if asked.keep:
        asked.keep.write_bytes(rounds[-1][1])


if __name__ == "__main__":
    main()
