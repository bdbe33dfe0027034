"""Night after night over a library that changes, the store ends as one fresh run over the last state ends."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo import library
from rabis_sync.marc import codec
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.publish.encoding import to_json
from rabis_sync.publish.manifest import Manifest, read_manifest
from rabis_sync.wiring.deciding import decide_findings, decide_pair
from rabis_sync.wiring.running import Manner, opened, run_job
from tests.conftest import draw_scans

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Everything but the lists for people, which change nothing; and guards as wide as the changes here.
JOB = """
steps = ["harvest", "correct", "dedup", "reconcile", "publish"]
[guards]
max_deleted = { share = 1, number = 1000 }
max_withdrawn = { share = 1, number = 1000 }
max_discrepancies = { share = 1, number = 10000 }
"""
HEADINGS = ("Инвентарный номер", "Наименование", "Цена", "Количество", "Подразделение")
RECORDS = 40


@dataclass
class Shelves:
    """A library that changes by the dice: what the catalogue, the books and the registry hold now."""

    records: dict[str, MarcRecord]
    unseen: list[MarcRecord]
    books: dict[str, list[str]]
    rights: list[list[str]]
    dice: random.Random
    apart: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str, str]] = field(default_factory=list)

    def day(self) -> None:
        """One day of work: each kind of change once or more."""
        spared = {number for pair in self.apart for number in pair} | {one[0] for one in self.refused}
        free = sorted(set(self.records) - spared)
        self.dice.shuffle(free)
        gone, edited, *_ = free
        self.records.pop(gone)
        self.records[edited] = self.retitled(self.records[edited])
        for record in (self.unseen.pop(), self.twin(self.records[free[2]])):
            self.records[number_of(record)] = record
            for number in items_of(record):
                self.books[number] = [number, "Новое поступление", "2500,00", "1", "Абонемент"]
        moved = self.dice.choice(sorted(self.books))
        self.books[moved][2], self.books[moved][4] = f"{self.dice.randrange(1000, 9000)},00", "Читальный зал"
        self.books.pop(self.dice.choice(sorted(set(self.books) - {moved})))
        contract = self.dice.choice([row for row in self.rights[1:] if row[5]])
        contract[6] = (date(2026, 1, 1) - timedelta(days=self.dice.randrange(300))).isoformat()

    def retitled(self, record: MarcRecord) -> MarcRecord:
        title = next(one for one in record.fields if one.tag == "200")
        said = [(code, f"{text} , том" if code == "a" else text) for code, text in title.subfields()]
        changed = Field.data("200", "".join(title.indicators), said)
        return MarcRecord(record.leader, tuple(changed if one is title else one for one in record.fields))

    def twin(self, record: MarcRecord) -> MarcRecord:
        """The same book, described once more, with copies of its own."""
        number = f"TWIN{len(self.records) + self.dice.randrange(10**6):07d}"
        fields = [one for one in record.fields if one.tag not in {"001", "899"}]
        copy = Field.data("899", "  ", [("a", "Абонемент"), ("p", f"9{self.dice.randrange(10**6):06d}")])
        return MarcRecord(record.leader, (Field("001", number), *fields, copy))

    def write(self, folder: Path) -> None:
        """The files as they are on this evening."""
        raw = b"".join(codec.encode_iso2709(one) for _, one in sorted(self.records.items()))
        put(folder / "catalogue.mrc", raw)
        told = io.StringIO()
        csv.writer(told, delimiter=";").writerows([HEADINGS, *self.books.values()])
        put(folder / "books.csv", told.getvalue().encode())
        told = io.StringIO()
        csv.writer(told, delimiter=";").writerows(self.rights)
        put(folder / "rights.csv", told.getvalue().encode())


def put(file: Path, content: bytes) -> None:
    file.unlink(missing_ok=True)
    file.write_bytes(content)


def number_of(record: MarcRecord) -> str:
    return str(record.control_number)


def items_of(record: MarcRecord) -> list[str]:
    return [number for one in record.fields if one.tag == "899" if (number := one.first("p"))]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    library.build(folder)
    draw_scans(folder)
    return folder


@pytest.fixture
def opening(made: Path) -> Callable[[int], Shelves]:
    """The library on the first evening."""

    def shelves(seed: int) -> Shelves:
        with (made / "catalogue.mrc").open("rb") as stream:
            records = [one.record for one in codec.read(stream)]  # type: ignore[union-attr]
        rights = list(csv.reader((made / "rights.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
        named = {number for row in rights[1:] for number in row[0].split(";")}
        records.sort(key=lambda one: (number_of(one) not in named, number_of(one)))
        shelved, unseen = records[:RECORDS], records[RECORDS:]
        numbers = [number for one in shelved for number in items_of(one)]
        books = {number: [number, "Книга", "1500,00", "1", "Абонемент"] for number in numbers}
        kept = {number_of(one): one for one in shelved}
        return Shelves(kept, unseen, books, rights, random.Random(seed))

    return shelves


def housed(folder: Path, made: Path, url: str) -> Path:
    """A library's folder with nothing in its database."""
    folder.mkdir()
    text = (made / "config.toml").read_text("utf-8")
    text = text.replace("sqlite:///rabis_sync.db", url).replace("ledger/*.xlsx", "books.csv")
    text += '[correct]\ndictionaries = "none"\n'
    (folder / "config.toml").write_text(text, "utf-8")
    for name in ("scans", "pictures"):
        (folder / name).symlink_to(made / name)
    (folder / "jobs").mkdir()
    (folder / "jobs" / "night.toml").write_text(JOB, "utf-8")
    return folder / "config.toml"


def night(path: Path) -> None:
    report = run_job(path, "night", Manner())
    assert {step.outcome for step in report.steps} == {"done"}, report.steps


def decide(path: Path, shelves: Shelves) -> None:
    """A cataloguer's decisions, in words that outlive the numbers of one database."""
    with opened(path) as (_, store), store.read() as unit:
        pairs = {(one["a"], one["b"]) for one in unit.duplicates.pairs()}
        found = unit.corrections.findings()
    open_ones = {(one["control_number"], one["rule"], one["path"]): one["id"] for one in found}
    for a, b in shelves.apart:
        if (a, b) in pairs or (b, a) in pairs:
            decide_pair(path, a, b, "different", note="", lang="ru")
    for one in shelves.refused:
        if one in open_ones:
            decide_findings(path, [str(open_ones[one])], "rejected", note="", lang="ru")


def state(path: Path) -> dict[str, Any]:
    """What is known and shown now, by names that people know; no history, no numbers of rows."""
    with opened(path) as (_, store), store.read() as unit:
        records = [one for batch in unit.records.stream() for one in batch]
        harvested = [one for batch in unit.records.stream(harvested=True) for one in batch]
        names = {one.id: one.control_number for one in records}
        kept = [one for one in unit.corrections.findings(state=None) if one["state"] != "closed"]
        shown = [one for one in unit.publications.all() if one["state"] == "published"]
        pairs, clusters = unit.duplicates.pairs(), unit.duplicates.clusters()
        disagreed = unit.ledgers.discrepancies()
    return {
        "records": sorted((one.control_number, one.canonical) for one in records),
        "harvested": sorted((one.control_number, one.canonical) for one in harvested),
        "findings": chosen(kept, "control_number", "rule", "path", "before", "after", "state"),
        "pairs": sorted((*sorted((one["a"], one["b"])), one["verdict"], one["score"]) for one in pairs),
        "clusters": sorted(
            (one["verdict"], names[one["survivor"]], sorted(names[number] for number in one["records"]))
            for one in clusters
        ),
        "discrepancies": chosen(disagreed, "code", "inventory_number", "branch", "control_number"),
        "published": chosen(shown, "control_number", "item_id", "level", "rights_uri", "until"),
        "content hash": content_hash(released(path)),
    }


def released(path: Path) -> Manifest:
    manifest = read_manifest(path.parent / "site" / "current")
    assert manifest is not None
    return manifest


def content_hash(manifest: Manifest) -> str:
    """The content hash of a release as it is where nothing was ever withdrawn: that is history."""
    digests = [manifest.seen[item_id].digest for item_id in sorted(manifest.seen)]
    return sha256(to_json({"frame": manifest.frame, "items": digests, "withdrawn": []})).hexdigest()


def chosen(rows: list[dict[str, Any]], *keys: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(row[key]) for key in keys) for row in rows)


def nights_equal_one(
    number: int, seed: int, opening: Callable[[int], Shelves], made: Path, folder: Path, urls: tuple[str, str]
) -> None:
    shelves = opening(seed)
    lived = housed(folder / "lived", made, urls[0])
    for evening in range(number):
        if evening:
            shelves.day()
        shelves.write(lived.parent)
        night(lived)
        if evening == 0:
            with opened(lived) as (_, store), store.read() as unit:
                pairs = unit.duplicates.pairs()
                shelves.apart = [(one["a"], one["b"]) for one in pairs[:1]]
                suggested = [one for one in unit.corrections.findings() if one["action"] == "suggest"]
                shelves.refused = [(one["control_number"], one["rule"], one["path"]) for one in suggested[:2]]
            decide(lived, shelves)
    fresh = housed(folder / "fresh", made, urls[1])
    shelves.write(fresh.parent)
    night(fresh)
    decide(fresh, shelves)
    night(fresh)
    night(lived)
    now, then = state(lived), state(fresh)
    assert then["content hash"] == released(fresh).content_hash
    for what, found in then.items():
        assert now[what] == found, f"{what}, seed {seed}"
    assert now["discrepancies"]
    assert now["pairs"]
    assert now["published"]


def test_three_nights_end_as_one_fresh_run(
    opening: Callable[[int], Shelves], made: Path, tmp_path: Path
) -> None:
    urls = ("sqlite:///rabis_sync.db", "sqlite:///rabis_sync.db")
    nights_equal_one(3, 1, opening, made, tmp_path, urls)


@pytest.mark.postgresql
def test_three_nights_on_postgresql_end_as_one_fresh_run_on_sqlite(
    opening: Callable[[int], Shelves], made: Path, tmp_path: Path, bare_postgresql_url: str
) -> None:
    nights_equal_one(3, 2, opening, made, tmp_path, (bare_postgresql_url, "sqlite:///rabis_sync.db"))


@pytest.mark.soak
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_thirty_nights_end_as_one_fresh_run(
    opening: Callable[[int], Shelves], made: Path, tmp_path: Path, seed: int
) -> None:
    urls = ("sqlite:///rabis_sync.db", "sqlite:///rabis_sync.db")
    nights_equal_one(30, seed, opening, made, tmp_path, urls)


@pytest.mark.soak
@pytest.mark.postgresql
def test_thirty_nights_on_postgresql_end_as_one_fresh_run_on_sqlite(
    opening: Callable[[int], Shelves], made: Path, tmp_path: Path, bare_postgresql_url: str
) -> None:
    nights_equal_one(30, 14, opening, made, tmp_path, (bare_postgresql_url, "sqlite:///rabis_sync.db"))
