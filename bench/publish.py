"""How long a publication takes (all new, nothing changed, one book changed), and how fast OAI-PMH is walked.

    python bench/publish.py [--items 5000] [--pages 2] [--changes 5]

A library of made-up books with scans is built in a temporary folder; covers and pages lie ready: one scan is
drawn, the pictures of the others differ from its own by their last bytes alone. Times are those of the whole
step, from the records in the store to the pointer: by the clock, and in parentheses of the processors. One
book is changed after the other: the median is told, beside it the shortest and the longest time.

On ext4, wait some minutes before the next run: this one ends by removing its releases, and for as long a new
folder there takes several times as much.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import requests
import uvicorn

from rabis_sync.demo.pdf import Document
from rabis_sync.marc.fields import Field, MarcRecord, content_hash
from rabis_sync.publish import step
from rabis_sync.publish.pictures import VERSION, Studio
from rabis_sync.publish.scans import sha256_of
from rabis_sync.service.jobs import Guards
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext
from rabis_sync.web.app import Settings, create_app
from rabis_sync.wiring import init
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from rabis_sync.store.database import Store
    from rabis_sync.store.runs import StepReport

WORDS = (
    "Қарағанды",
    "тарихы",
    "шежіре",
    "дала",
    "көмір",
    "ақын",
    "жыл",
    "город",
    "степь",
    "шахта",
    "люди",
    "песни",
)


def record(number: int, items: int, word: str = "") -> MarcRecord:
    """One digitised book of so many."""
    title = f"{WORDS[number % 12]} {WORDS[number // 12 % 12]} {number}{word}"
    # As in a real collection: an author of two or three books, many subjects of a few, a handful of all.
    author = number * 7 % (items * 2 // 5 + 1)
    name = f"{WORDS[author % 12].capitalize()}ов{author // 12 or ''}"
    fields = (
        Field("001", f"b{number}"),
        Field.data("101", "0 ", [("a", "kaz" if number % 2 else "rus")]),
        Field.data("200", "1 ", [("a", title), ("f", f"С. {name}")]),
        Field.data("210", "  ", [("a", "Қарағанды"), ("c", "Арқа"), ("d", str(1930 + number % 90))]),
        Field.data("215", "  ", [("a", f"{100 + number % 300} с.")]),
        Field.data("330", "  ", [("a", " ".join(WORDS[(number + at) % 12] for at in range(30)))]),
        Field.data("606", "0 ", [("a", WORDS[number % 12])]),
        Field.data("606", "0 ", [("a", f"{WORDS[number % 11]} {number * 3 % (items // 4 + 1)}")]),
        Field.data("607", "  ", [("a", f"{WORDS[number % 12].capitalize()} {number % 80}")]),
        Field.data("700", " 1", [("a", name), ("b", "С."), ("4", "070")]),
        Field.data("856", "4 ", [("u", f"http://scans.example/b{number}.pdf")]),
        Field.data("979", "  ", [("k", "1")]),
    )
    return MarcRecord("00000nam0 2200000   450 ", fields)


def stored(marc: MarcRecord) -> Incoming:
    canonical = marc.canonical()
    match = ("", "", "", "", "", "", "", "", None, "", "", "", None, "", "", "", "", "", 0)
    return Incoming(
        marc.control_number, "unimarc", "", content_hash(canonical), "iso2709", "utf-8", 1.0, b"",
        canonical, (), match,
    )  # fmt: skip


def scan(path: Path, number: int, pages: int) -> None:
    document = Document(f"Book {number}", "С. Абаев", "kk")
    for _ in range(pages):
        document.page()
        document.rectangle((20, 20, 100 + number % 200, 300), (40, 90, 99))
    path.write_bytes(document.finished())


def draw(pictures: Path, scans: list[Path]) -> None:
    """Pictures of every scan, as `Studio` keeps them."""
    studio = Studio(pictures)
    checksums = [sha256_of(path) for path in scans]
    sample = studio.draw([(checksums[0], str(scans[0]), "application/pdf")])[checksums[0]]
    bodies = {picture: (sample.folder / picture.file).read_bytes() for picture in sample.pictures}
    for checksum in checksums[1:]:
        folder = pictures / checksum[:2] / checksum
        folder.mkdir(parents=True)
        kept = []
        for picture, body in bodies.items():
            own = body + checksum.encode()
            (folder / picture.file).write_bytes(own)
            kept.append(picture._asdict() | {"bytes": len(own), "sha256": sha256(own).hexdigest()})
        told = {"version": VERSION, "fault": "", "pages": sample.pages, "pictures": kept}
        (folder / "pictures.json").write_text(json.dumps(told), encoding="utf-8")


def build(folder: Path, items: int, pages: int) -> tuple[Assembly, Store]:
    init(folder)
    (folder / "scans").mkdir()
    rows = ["record;holder;contract_no;valid_until;level"]
    for number in range(items):
        scan(folder / "scans" / f"b{number}.pdf", number, pages)
        rows.append(f"b{number};Автор {number};1;;open")
    (folder / "rights.csv").write_text("\n".join(rows), encoding="utf-8")
    draw(folder / "pictures", sorted((folder / "scans").iterdir()))
    path = folder / "config.toml"
    text = path.read_text("utf-8").replace('# path = "rights.csv"', 'path = "rights.csv"')
    path.write_text(text.replace("# [rights]", "[rights]"), encoding="utf-8")
    assembly = Assembly.of(path)
    store = assembly.store()
    with store.write() as unit:
        unit.records.add(
            "catalogue", [stored(record(one, items)) for one in range(items)], run=1, at=datetime.now(UTC)
        )
    return assembly, store


class Publication(NamedTuple):
    """What a publication took, in seconds by the clock and of the processors, and what it reports."""

    taken: float
    worked: float
    report: StepReport


def timed(assembly: Assembly, store: Store, now: datetime) -> Publication:
    """Publish, and say how long it took."""
    settings = assembly.publish_settings(Guards())
    begun, worked = time.perf_counter(), sum(os.times()[:4])
    report = step.run(store, settings, StepContext(run=1, now=now))
    return Publication(time.perf_counter() - begun, sum(os.times()[:4]) - worked, report)


def tell(what: str, most: int, *publications: Publication) -> None:
    """Print the median of several publications of a kind."""
    ordered = sorted(publications, key=attrgetter("taken"))
    shortest, (taken, worked, report), longest = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    said = f"{report.counts['published']} published, changed {report.counts['changed']}"
    if len(ordered) > 1:
        said += f"; {len(ordered)} times, {shortest.taken:.2f} to {longest.taken:.2f} s"
    print(f"{what:<32} {taken:6.2f} s ({worked:.2f} s)  target {most} s  {said}")


def change(store: Store, number: int, items: int) -> None:
    """Give a book another title."""
    with store.write() as unit:
        known = unit.records.known("catalogue", [f"b{number}"])[f"b{number}"]
        unit.records.change(
            [(known.id, stored(record(number, items, " жаңа")))], run=2, at=datetime.now(UTC), keep=3
        )


def walk(out: Path, prefix: str) -> tuple[int, float]:
    """Records of a whole OAI-PMH walk over loopback, and seconds."""
    address = "http://127.0.0.1:8098/oai"
    settings = Settings(out, address, "a@example.kz", b"key", rate=0)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=8098, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    session = requests.Session()
    asked: dict[str, Any] = {"verb": "ListRecords", "metadataPrefix": prefix}
    session.get(address, params={"verb": "Identify"}, timeout=60)
    begun, found = time.perf_counter(), 0
    while True:
        body = session.get(address, params=asked, timeout=60).text
        found += body.count("<header")
        _, _, rest = body.partition("<resumptionToken")
        token = rest.partition(">")[2].partition("</")[0] if rest and "/>" not in rest[:80] else ""
        if not token:
            break
        asked = {"verb": "ListRecords", "resumptionToken": token}
    taken = time.perf_counter() - begun
    server.should_exit = True
    thread.join()
    return found, taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--changes", type=int, default=5)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assembly, store = build(folder, told.items, told.pages)
        now = datetime.now(UTC)
        tell("full release with ready images", 25, timed(assembly, store, now))
        pages = sum(1 for _ in (folder / "site" / "current").resolve().rglob("*.html"))
        print(f"pages of the site in it                   {pages:,}")
        tell("nothing changed", 2, timed(assembly, store, now + timedelta(minutes=2)))
        changed = []
        for turn in range(told.changes):
            change(store, 7 + turn, told.items)
            changed.append(timed(assembly, store, now + timedelta(minutes=3 + turn)))
        tell("one book changed", 3, *changed)
        for prefix in ("oai_dc", "unimarc"):
            found, seconds = walk(folder / "site", prefix)
            print(f"OAI-PMH {prefix:<24} {found / seconds:8,.0f} records/s  target 2,000  {found} records")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory {peak:.0f} MB")
        store.close()


if __name__ == "__main__":
    main()
