"""How long the correction of a whole catalogue takes with every rule, and of a night with a few changes.

    python -m bench.correct                          # 100,000 records, then 100 changed ones
    python -m bench.correct --records 10000 --keep FOLDER --json figures.json

The catalogue is made by `bench/planting`: clean records, errors of every kind in a tenth of them. It is put
into a database first; with ``--keep`` that stays, and a later call measures on it again. Each measurement is
a process of its own that does what a night does: it reads mappings and dictionaries and runs the step. Memory
is the sum of what its processes have for themselves and their part of what they share (PSS), at its peak.
``--profile`` shows where the time of one process goes.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bench.planting import clean
from bench.planting.sowing import sow
from rabis_sync.correct import step
from rabis_sync.marc.fields import Field, MarcRecord, content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.record import Record
from rabis_sync.store import tables
from rabis_sync.store.database import Store
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.planting.draft import Draft

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CONFIGURATION = """
[library]
name = { ru = "ЦБС", kk = "ОКЖ", en = "Library" }
timezone = "Asia/Almaty"
site_url = "https://example.kz/"
[store]
url = "sqlite:///measured.db"
[publish]
out = "site"
"""
#: What it may come to: seconds for the whole catalogue of 100,000 and for 100 changes in it, megabytes.
WHOLE_S, CHANGES_S, MOST_MB = 60, 2, 400
#: Records made at a time, and every which such part has errors (in half of its records).
PART, SPOILT = 5000, 5
PROBE_S = 0.1

Figures = dict[str, Any]


# --- the catalogue ----------------------------------------------------------------------------------


def build(folder: Path, records: int) -> None:
    """Put the catalogue into a new database."""
    (folder / "config.toml").write_text(CONFIGURATION, "utf-8")
    assembly = Assembly.of(folder / "config.toml")
    store = Store.open(assembly.store_url())
    match = ()
    for number, drafts in enumerate(_parts(records)):
        rows = []
        for draft in drafts:
            marc = draft.marc()
            match = match or tuple(fold_record(Record(marc, assembly.families[draft.family])))
            rows.append(_row(f"{number:03}-{draft.number}", draft.family, marc, match))
        with store.write() as unit:
            unit.records.add("catalogue", rows, run=1, at=NOW)
        print(f"made {number * PART + len(drafts):,} records", file=sys.stderr)
    store.close()


def _parts(records: int) -> Iterator[list[Draft]]:
    for number, start in enumerate(range(0, records, PART)):
        size = min(PART, records - start)
        spoilt = number % SPOILT == 0
        yield sow(1000 + number, size).drafts if spoilt else clean.catalogue(1000 + number, size)


def _row(number: str, family: str, marc: MarcRecord, match: tuple[Any, ...]) -> Incoming:
    canonical = marc.canonical()
    return Incoming(
        number,
        family,
        "",
        content_hash(canonical),
        "iso2709",
        "utf-8",
        1.0,
        canonical.encode(),
        canonical,
        (),
        match,
    )


def change(folder: Path, changes: int) -> None:
    """Give some records another note, as a harvest brings them."""
    assembly = Assembly.of(folder / "config.toml")
    store = Store.open(assembly.store_url())
    with store.write() as unit:
        record = tables.table(tables.BibRecord)
        ids = list(unit.connection.execute(sa.select(record.c.id)).scalars())
        chosen = unit.records.get(random.Random(time.time_ns()).sample(ids, changes), harvested=True)
        changed = []
        for number, one in chosen.items():
            marc = MarcRecord.from_canonical(one.canonical)
            tag = "300" if one.family == "unimarc" else "500"
            note = Field.data(tag, "  ", [("a", f"Изменено {time.time_ns()}: уточнены сведения об издании")])
            now = MarcRecord(marc.leader, tuple(sorted((*marc.fields, note), key=lambda field: field.tag)))
            match = tuple(fold_record(Record(now, assembly.families[one.family])))
            changed.append((number, _row(one.control_number, one.family, now, match)))
        unit.records.change(changed, run=2, at=NOW)
    store.close()


# --- what is measured -------------------------------------------------------------------------------


def correct(folder: Path) -> None:
    """Run the step in this process and print what it took."""
    begun = time.perf_counter()
    assembly = Assembly.of(folder / "config.toml")
    store = assembly.store()
    report = step.run(store, assembly.correct_settings(), StepContext(2, NOW))
    wall = time.perf_counter() - begun
    store.close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, **report.counts}))


def profile(folder: Path) -> None:
    """Run the step in this process alone and print where the time went."""
    assembly = Assembly.of(folder / "config.toml")
    store = assembly.store()
    settings = assembly.correct_settings()
    alone = type(settings)(**{name: getattr(settings, name) for name in settings.__slots__} | {"helpers": 1})
    watch = cProfile.Profile()
    watch.runcall(step.run, store, alone, StepContext(0, NOW, dry_run=True))
    pstats.Stats(watch).sort_stats("tottime").print_stats(45)


def measured(folder: Path) -> Figures:
    """The step in a new process, its memory watched from outside."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.correct", "--keep", str(folder), "--measure"], stdout=subprocess.PIPE
    )
    peak = 0
    while child.poll() is None:
        peak = max(peak, _shared(child.pid))
        time.sleep(PROBE_S)
    if child.returncode or child.stdout is None:
        raise SystemExit("the step failed")
    return {**json.loads(child.stdout.read()), "peak_mb": peak / 1024}


def _shared(root: int) -> int:
    """Kilobytes of a process and those under it, each page counted once among those that share it."""
    total, waiting = 0, [root]
    while waiting:
        place = Path("/proc", str(waiting.pop()))
        try:
            rollup = (place / "smaps_rollup").read_text()
            waiting += map(int, (place / "task" / place.name / "children").read_text().split())
        except OSError:
            continue  # it ended meanwhile, or this system has no /proc
        total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--changes", type=int, default=100)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--json", type=Path)
    asked.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--profile", action="store_true")
    wish = asked.parse_args()
    if wish.measure:
        correct(wish.keep)
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = wish.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        if not (folder / "measured.db").is_file():
            build(folder, wish.records)
        if wish.profile:
            profile(folder)
            return 0
        return compare(folder, wish)


def compare(folder: Path, wish: argparse.Namespace) -> int:
    """Measure both and print a table; 0 when every promise is kept."""
    record, term = tables.table(tables.BibRecord), sa.text("DELETE FROM term")
    store = Store.open(f"sqlite:///{folder / 'measured.db'}")
    with store.write() as unit:  # as if nothing had ever been examined
        unit.connection.execute(sa.update(record).values(checked_with=""))
        unit.connection.execute(term)
        unit.connection.execute(sa.text("DELETE FROM counted"))
        unit.connection.execute(sa.text("DELETE FROM finding"))
    store.close()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"{'':14}{'examined':>9}{'fixed':>8}{'suggested':>10}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}")
    whole = _shown("whole", measured(folder))
    change(folder, wish.changes)
    changes = _shown(f"{wish.changes} changes", measured(folder))
    if wish.json:
        wish.json.write_text(json.dumps({"whole": whole, "changes": changes}, indent=1), "utf-8")
    kept = whole["wall_s"] < WHOLE_S and changes["wall_s"] < CHANGES_S and whole["peak_mb"] < MOST_MB
    print("every promise is kept" if kept else f"promised: {WHOLE_S} s, {CHANGES_S} s, {MOST_MB} MB")
    return 0 if kept else 1


def _shown(name: str, found: Figures) -> Figures:
    print(
        f"{name:14}{found['examined']:9,}{found['fixed']:8,}{found['suggested']:10,}"
        f"{found['wall_s']:8.2f}{found['cpu_s']:8.2f}{found['peak_mb']:9.0f}",
        flush=True,
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
