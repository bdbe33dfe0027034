"""Reading 100,000 records: rabis_sync.marc beside pymarc, the same elements taken, each in its own process.

    python bench/codec.py tatarstan-500.mrc     # repeated to 100,000 records; without it a made-up file
    python bench/codec.py tatarstan-500.mrc --records 20000 --json figures.json

Each reader takes title, other title, ISBNs, languages, date, publisher, contributors, subjects and inventory
numbers of every record. That they took the same is checked on the first 500 records.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.marc.fields import MarcRecord

Elements = dict[str, list[str]]

# Element: tags and subfield codes of RUSMARC.
WANTED = {
    "title": (("200",), "a"),
    "other_title": (("200",), "ehi"),
    "isbns": (("010",), "a"),
    "languages": (("101",), "a"),
    "date": (("210",), "d"),
    "publisher": (("210",), "c"),
    "contributors": (("700", "701", "702", "710", "711", "712"), "ab"),
    "subjects": (("606", "610"), "axyz"),
    "inventory": (("090",), "e"),
}
#: The same by tag and code, as a reader that passes over a record once needs it.
BY_TAG: dict[str, dict[str, str]] = {}
for _element, (_tags, _codes) in WANTED.items():
    for _tag in _tags:
        BY_TAG.setdefault(_tag, {}).update(dict.fromkeys(_codes, _element))
RUNS = ("pymarc iso2709", "ours iso2709", "ours iso2709 Record", "pymarc marcxml", "ours marcxml")
#: What the ratios have to reach, and the peak memory of our process.
AT_LEAST, MOST_MB = 3.0, 60


def ours(record: MarcRecord) -> Elements:
    found: Elements = {element: [] for element in WANTED}
    for tag, text in record.fields:
        if tag in BY_TAG:
            elements = BY_TAG[tag]
            for part in text.split("\x1f")[1:]:
                if part[:1] in elements:
                    found[elements[part[0]]].append(part[1:])
    found["inventory"] = [number for text in found["inventory"] for number in text.split(";")]
    return found


def theirs(record: Any) -> Elements:
    found = {
        element: [value for field in record.get_fields(*tags) for value in field.get_subfields(*codes)]
        for element, (tags, codes) in WANTED.items()
    }
    found["inventory"] = [number for text in found["inventory"] for number in text.split(";")]
    return found


def our_records(path: Path) -> Iterator[MarcRecord]:
    from rabis_sync.marc.codec import Decoded, read  # noqa: PLC0415 (only this process pays for it)

    with path.open("rb") as stream:
        for outcome in read(stream):
            if not isinstance(outcome, Decoded):
                raise SystemExit(outcome.detail)
            yield outcome.record


def run_ours(path: Path, take: Callable[[Elements], None]) -> None:
    for record in our_records(path):
        take(ours(record))


def run_ours_through_record(path: Path, take: Callable[[Any], None]) -> None:
    from rabis_sync.config import read_toml  # noqa: PLC0415
    from rabis_sync.marc.dialect import Dialect  # noqa: PLC0415
    from rabis_sync.marc.items import ItemProfile  # noqa: PLC0415
    from rabis_sync.marc.record import Record  # noqa: PLC0415

    mappings = Path(__file__).parent.parent / "mappings"
    dialect = read_toml(mappings / "dialects" / "unimarc.toml", Dialect)
    profile = read_toml(mappings / "items" / "tatarstan_090.toml", ItemProfile)
    for marc in our_records(path):
        record = Record(marc, dialect)
        title = (
            record.title_proper(),
            record.other_title(),
            record.isbns(),
            record.languages(),
            record.year(),
        )
        take((*title, record.publisher(), record.contributors(), record.subjects(), record.items(profile)))


def run_pymarc(path: Path, take: Callable[[Elements], None]) -> None:
    import pymarc  # noqa: PLC0415

    if path.suffix == ".xml":
        pymarc.map_xml(lambda record: take(theirs(record)), str(path))  # type: ignore[no-untyped-call]
        return
    with path.open("rb") as stream:
        for record in pymarc.MARCReader(stream, to_unicode=True, force_utf8=True):
            take(theirs(record))


def measure(run: str, path: Path) -> None:
    """Read the whole file in this process and print what it took."""
    reader = (
        run_pymarc if run.startswith("pymarc") else run_ours_through_record if "Record" in run else run_ours
    )
    first: list[Any] = []
    count = 0

    def take(found: Any) -> None:
        nonlocal count
        count += 1
        if count <= 500:
            first.append(found)

    start = time.perf_counter()
    reader(path, take)
    wall = time.perf_counter() - start
    taken = hashlib.sha256(json.dumps(first, ensure_ascii=False, default=str).encode()).hexdigest()
    print(json.dumps({"wall_s": wall, "records": count, "peak_mb": peak_mb(), "taken": taken}))


def peak_mb() -> float:
    """Peak resident memory of this process alone (a child's ru_maxrss would begin with its parent's)."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    import resource  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made_up() -> bytes:
    """Five hundred records in Russian and Kazakh, for those who have no catalogue at hand."""
    from rabis_sync.marc.codec import encode_iso2709  # noqa: PLC0415
    from rabis_sync.marc.fields import Field, MarcRecord  # noqa: PLC0415

    rnd = random.Random(1)
    words = [
        "Қазақ",
        "тілі",
        "әдебиеті",
        "оқулық",
        "История",
        "Караганды",
        "учебник",
        "сборник",
        "задач",
        "края",
    ]

    def text(most: int) -> str:
        return " ".join(rnd.choices(words, k=rnd.randrange(1, most)))

    def record(number: int) -> bytes:
        copies = ";".join(str(number * 10 + copy) for copy in range(rnd.randrange(1, 8)))
        fields = (
            Field("001", f"KRG{number:06}"),
            Field("005", "20200101120000.0"),
            Field("010", f"  \x1fa978-601-{number:04}-00-{number % 10}\x1fd500"),
            Field("090", f"  \x1fa{text(3)}\x1fe{copies}"),
            Field("100", "  \x1fa20200101d2020    m  y0kazy50      ca"),
            Field("101", "0 \x1fakaz"),
            Field("200", f"1 \x1fa{text(9)}\x1fe{text(6)}\x1ff{text(4)}"),
            Field("210", f"  \x1faАлматы\x1fc{text(3)}\x1fd{rnd.randrange(1950, 2024)}"),
            *(Field("610", f"0 \x1fa{text(4)}") for _ in range(rnd.randrange(8))),
            Field("700", f" 1\x1fa{text(2)}\x1fbА. Б."),
            *(Field("999", f"  \x1fa{number:08}") for _ in range(12)),
        )
        return encode_iso2709(MarcRecord("00000nam0 2200000   450 ", fields))

    return b"".join(map(record, range(500)))


def build(source: Path | None, records: int, folder: Path) -> tuple[Path, Path]:
    """The same records as ISO 2709 and as MARCXML."""
    from rabis_sync.marc.codec import write  # noqa: PLC0415

    seed = folder / "seed.mrc"
    seed.write_bytes(source.read_bytes() if source else made_up())
    marc = list(our_records(seed))
    iso, xml = folder / "records.mrc", folder / "records.xml"
    for path, syntax in ((iso, "iso2709"), (xml, "marcxml")):
        with path.open("wb") as stream:
            write(stream, islice(cycle(marc), records), syntax=syntax)
    return iso, xml


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", nargs="?", type=Path, help="ISO 2709 file in UTF-8 to repeat")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--json", type=Path, help="write the figures there too")
    parser.add_argument("--measure", choices=RUNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.source)
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = compare(*build(options.source, options.records, Path(folder)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def compare(iso: Path, xml: Path) -> dict[str, dict[str, Any]]:
    """Run each reader in its own process, one after the other, and print a table."""
    figures: dict[str, dict[str, Any]] = {}
    print(f"{'reader':22}{'wall s':>9}{'records/s':>11}{'x pymarc':>10}{'peak MB':>9}")
    for run in RUNS:
        path = xml if "marcxml" in run else iso
        command = [sys.executable, __file__, "--measure", run, str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
        found = figures[run] = json.loads(done.stdout)
        peer = figures[f"pymarc {run.split()[1]}"]
        found["ratio"] = peer["wall_s"] / found["wall_s"]
        found["records_per_s"] = found["records"] / found["wall_s"]
        print(
            f"{run:22}{found['wall_s']:9.2f}{found['records_per_s']:11.0f}"
            f"{found['ratio']:10.2f}{found['peak_mb']:9.1f}"
        )
    for syntax in ("iso2709", "marcxml"):
        mine, peer = figures[f"ours {syntax}"], figures[f"pymarc {syntax}"]
        same = (mine["taken"], mine["records"]) == (peer["taken"], peer["records"])
        reached = same and mine["ratio"] >= AT_LEAST and mine["peak_mb"] < MOST_MB
        goal = f"{AT_LEAST} x pymarc, under {MOST_MB} MB, same elements"
        print(f"{syntax}: {'reached' if reached else 'NOT REACHED'} ({goal})")
    return figures


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
