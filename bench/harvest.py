"""A whole harvest beside pymarc merely iterating the same file: wall, processor time and peak memory.

    python bench/harvest.py tatarstan-500.mrc              # 1,000,000 records; a made-up file without it
    python bench/harvest.py tatarstan-500.mrc --records 20000 --postgresql URL --json figures.json

The records of the source are repeated under control numbers of their own. With ``--varied`` the words of
their titles are drawn anew and their inventory numbers counted on, so that no cache lives on the repetition.

pymarc reads the file to its end. Ours harvests it into a new database through the step that every run takes,
with items and match rows, then once more with one letter of one record changed: the file is another, and
every record has to be looked at. Each is a process of its own; memory is the sum of the peaks of it and its
children.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parent.parent), str(Path(__file__).resolve().parent)]

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.marc.fields import MarcRecord

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NUMBER = "NNNNNNNNN"
#: In a title proper: a letter or digit of ASCII, or a Cyrillic letter in UTF-8.
LETTER = rb"\x1e1 \x1fa[^\x1f\x1e]*?([A-Za-z0-9]|[\xd0-\xd2][\x80-\xbf])"
#: What the ratios may come to, and the memory of all our processes.
FIRST_MOST, AGAIN_MOST, POSTGRESQL_MOST, MOST_MB = 1.0, 0.35, 1.5, 600
PROBE_S = 0.1

Figures = dict[str, Any]


# --- the file ---------------------------------------------------------------------------------------


class Built(NamedTuple):
    """The export, and a letter of a title in the middle of it that can be changed for another."""

    path: Path
    at: int
    size: int


def build(source: Path | None, records: int, folder: Path, *, varied: bool) -> Built:
    """Repeat the records under control numbers of their own."""
    path = folder / "export.mrc"
    at = 0
    with path.open("wb") as stream:
        for number, raw in enumerate(islice(_raws(source, varied=varied), records)):
            if number <= records // 2 and (letter := re.search(LETTER, raw)):
                at = stream.tell() + letter.start(1)
            stream.write(raw.replace(NUMBER.encode(), b"%09d" % number, 1))
        size = stream.tell()
    if not at:
        raise SystemExit("no title of the first half has a letter or a digit to change")
    return Built(path, at, size)


def change(built: Built) -> None:
    """Change the one letter for another of as many bytes."""
    with built.path.open("r+b") as stream:
        stream.seek(built.at)
        letter = stream.read(1)
        others = (b"8", b"9") if letter.isalnum() else ("ы".encode(), "ю".encode())
        stream.seek(built.at)
        before = stream.read(len(others[0]))
        stream.seek(built.at)
        stream.write(others[before == others[0]])


def _raws(source: Path | None, *, varied: bool) -> Iterator[bytes]:
    from rabis_sync.marc.codec import encode_iso2709  # noqa: PLC0415

    seeds = [_numbered(record) for record in _seeds(source)]
    if not varied:
        yield from cycle([encode_iso2709(record) for record in seeds])
    dice = random.Random(2026)
    words = [
        word for record in seeds for tag, text in record.fields if tag == "200" for word in text[4:].split()
    ]
    for at, record in enumerate(cycle(seeds)):
        yield encode_iso2709(_varied(record, at, words, dice))


def _seeds(source: Path | None) -> list[MarcRecord]:
    from codec import made_up  # noqa: PLC0415  bench/codec.py

    from rabis_sync.marc.codec import Decoded, read  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seed.mrc")
        path.write_bytes(source.read_bytes() if source else made_up())
        with path.open("rb") as stream:
            return [one.record for one in read(stream) if isinstance(one, Decoded)]


def _numbered(record: MarcRecord) -> MarcRecord:
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415

    rest = tuple(field for field in record.fields if field.tag != "001")
    return MarcRecord(record.leader, (Field("001", f"ru\\nlrt\\{NUMBER}"), *rest))


def _varied(record: MarcRecord, at: int, words: list[str], dice: random.Random) -> MarcRecord:
    """As many words in the title, others; as many copies, others."""
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415

    def anew(field: Field) -> Field:
        if field.tag == "200":
            parts = field.text.split("\x1f")
            proper = " ".join(dice.choices(words, k=len(parts[1].split())))
            return Field(
                "200", "\x1f".join([parts[0], f"a{proper}", *parts[2:]]).replace("\x1fa\x1f", "\x1fa")
            )
        if field.tag == "090":
            copies = iter(range(1_000_000 + at * 7, 9_999_999))
            return Field("090", re.sub(r"(?<=[e;])\d{5,}", lambda _: str(next(copies)), field.text))
        return field

    return MarcRecord(record.leader, tuple(map(anew, record.fields)))


# --- what is measured -------------------------------------------------------------------------------


def iterate(path: Path) -> int:
    """What a reader of records costs who does nothing with them."""
    import pymarc  # noqa: PLC0415

    with path.open("rb") as stream:
        return sum(1 for _ in pymarc.MARCReader(stream, to_unicode=True, force_utf8=True))


def harvest(path: Path, url: str) -> int:
    """One harvest as a night runs it."""
    from rabis_sync.config import bundled, read_toml  # noqa: PLC0415
    from rabis_sync.harvest import step  # noqa: PLC0415
    from rabis_sync.harvest.reading import Reader  # noqa: PLC0415
    from rabis_sync.harvest.sources import Surroundings  # noqa: PLC0415
    from rabis_sync.harvest.sources.export import Options, Source  # noqa: PLC0415
    from rabis_sync.http import Client  # noqa: PLC0415
    from rabis_sync.marc.dialect import Dialect  # noqa: PLC0415
    from rabis_sync.marc.items import ItemProfile  # noqa: PLC0415
    from rabis_sync.store.database import Store  # noqa: PLC0415
    from rabis_sync.store.runs import StepContext  # noqa: PLC0415

    folders = bundled("mappings")
    reader = Reader(
        {file.stem: read_toml(file, Dialect) for file in (folders / "dialects").glob("*.toml")},
        {file.stem: read_toml(file, ItemProfile) for file in (folders / "items").glob("*.toml")},
    )
    source = Source(Options(path=path.name), Surroundings(path.parent, Client()))
    store = Store.open(url)
    with store.write() as unit:
        run = unit.runs.start("bench", versions={}, config_hash="")
    report = step.run(store, step.Settings("catalogue", source, reader, complete=True), StepContext(run, NOW))
    store.close()
    print(json.dumps(report.counts), file=sys.stderr)
    return report.counts["received"]


def measure(what: str, path: Path, url: str) -> None:
    """Do it in this process and print what it took."""
    begun = time.perf_counter()
    records = iterate(path) if what == "pymarc" else harvest(path, url)
    wall = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = [one.ru_utime + one.ru_stime for one in used]
    print(json.dumps({"records": records, "wall_s": wall, "cpu_s": sum(cpu), "cpu_children_s": cpu[1]}))


def measured(what: str, path: Path, url: str = "") -> Figures:
    """The same in a new process, its memory watched from outside."""
    command = [sys.executable, __file__, str(path), "--measure", what, "--url", url]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    peaks: dict[int, int] = {}
    while child.poll() is None:
        peaks.update(_peaks(child.pid))
        time.sleep(PROBE_S)
    if child.returncode or child.stdout is None:
        raise SystemExit(f"{what} failed")
    found: Figures = json.loads(child.stdout.read())
    rate = found["records"] / found["wall_s"]
    return {**found, "records_per_s": rate, "peak_mb": sum(peaks.values()) / 1024, "processes": len(peaks)}


def _peaks(root: int) -> dict[int, int]:
    """Peak resident kilobytes of a process and those under it, as far as they live."""
    found: dict[int, int] = {}
    waiting = [root]
    while waiting:
        number = waiting.pop()
        place = Path("/proc", str(number))
        try:
            status = (place / "status").read_text()
            waiting += map(int, (place / "task" / str(number) / "children").read_text().split())
        except OSError:
            continue  # it ended meanwhile, or this system has no /proc
        if "VmHWM:" in status:
            found[number] = int(status.split("VmHWM:")[1].split()[0])
    return found


# --- the comparison ---------------------------------------------------------------------------------


def compare(source: Path | None, records: int, server: str | None, folder: Path, *, varied: bool) -> Figures:
    """Measure one after the other and print a table."""
    built = build(source, records, folder, varied=varied)
    load = os.getloadavg()[0]
    print(f"{records:,} records, {built.size / 1e6:,.0f} MB; {os.cpu_count()} processors, load {load:.1f}")
    print(f"{'':22}{'wall s':>9}{'records/s':>11}{'CPU s':>9}{'peak MB':>9}")
    figures: Figures = {"records": records, "bytes": built.size, "load": load, "varied": varied}
    figures["pymarc"] = _row("pymarc iterates", measured("pymarc", built.path))
    database = f"sqlite:///{folder / 'bench.db'}"
    figures["first"] = _row("first harvest", measured("harvest", built.path, database))
    change(built)
    figures["again"] = _row("again, one changed", measured("harvest", built.path, database))
    if server:
        figures["postgresql"] = _row("first, PostgreSQL", _on_server(server, built.path))
    return figures


def _row(name: str, found: Figures) -> Figures:
    figures = (
        f"{found['wall_s']:9.2f}{found['records_per_s']:11,.0f}{found['cpu_s']:9.2f}{found['peak_mb']:9.0f}"
    )
    print(f"{name:22}{figures}", flush=True)
    return found


def _on_server(server: str, path: Path) -> Figures:
    import sqlalchemy as sa  # noqa: PLC0415

    from rabis_sync.store.engine import address  # noqa: PLC0415

    admin = sa.create_engine(address(server), isolation_level="AUTOCOMMIT")
    name = f"rabis_sync_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" ENCODING "UTF8" TEMPLATE template0')
        try:
            url = address(server).set(database=name).render_as_string(hide_password=False)
            return measured("harvest", path, url)
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


def judge(figures: Figures) -> Figures:
    """The ratios beside what they may come to."""
    first, again = figures["first"], figures["again"]
    ratios = {
        "first / pymarc": (first["wall_s"] / figures["pymarc"]["wall_s"], FIRST_MOST),
        "again / first": (again["wall_s"] / first["wall_s"], AGAIN_MOST),
        "peak MB": (max(first["peak_mb"], again["peak_mb"]), MOST_MB),
    }
    if "postgresql" in figures:
        ratios["PostgreSQL / SQLite"] = (figures["postgresql"]["wall_s"] / first["wall_s"], POSTGRESQL_MOST)
    for name, (value, most) in ratios.items():
        print(f"{name:22}{value:9.2f}  {'reached' if value <= most else 'NOT REACHED'} (at most {most:g})")
    return {name: value for name, (value, _) in ratios.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", nargs="?", type=Path, help="ISO 2709 file to repeat")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--varied", action="store_true", help="no title and no inventory number twice")
    parser.add_argument("--folder", type=Path, help="where the file and the database may lie meanwhile")
    parser.add_argument("--postgresql", default=os.environ.get("RABIS_SYNC_TEST_POSTGRESQL"), metavar="URL")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--measure", choices=("pymarc", "harvest"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.source, options.url)
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        chosen = (options.source, options.records, options.postgresql, Path(folder))
        figures = compare(*chosen, varied=options.varied)
    figures["ratios"] = judge(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
