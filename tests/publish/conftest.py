"""A library with a few digitised books that tests may publish, change and break."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord, content_hash
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.items import ItemProfile
from rabis_sync.marc.record import Record
from rabis_sync.publish import step
from rabis_sync.publish.exchange import Exchange
from rabis_sync.publish.feeds import FEEDS
from rabis_sync.publish.registry import COLUMNS
from rabis_sync.publish.selection import Selection
from rabis_sync.publish.vocabulary import Labels, RightsVocabulary
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext, StepReport
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.store.database import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
PDF = b"%PDF-1.4\n% a very small scan\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0 a very small picture \xff\xd9"
SITE = "https://library.example/kraeved/"


@pytest.fixture(scope="session")
def vocabulary(root: Path) -> RightsVocabulary:
    text = (root / "mappings" / "rights.toml").read_text("utf-8")
    return TypeAdapter(RightsVocabulary).validate_python(tomllib.loads(text))


@pytest.fixture(scope="session")
def dialects(root: Path) -> dict[str, Dialect]:
    text = (root / "mappings" / "dialects" / "unimarc.toml").read_text("utf-8")
    return {"unimarc": TypeAdapter(Dialect).validate_python(tomllib.loads(text))}


@pytest.fixture(scope="session")
def profiles(root: Path) -> dict[str, ItemProfile]:
    text = (root / "mappings" / "items" / "rusmarc_899.toml").read_text("utf-8")
    return {"rusmarc_899": TypeAdapter(ItemProfile).validate_python(tomllib.loads(text))}


@pytest.fixture(scope="session")
def exchange(root: Path) -> Exchange:
    text = (root / "mappings" / "exchange.toml").read_text("utf-8")
    return TypeAdapter(Exchange).validate_python(tomllib.loads(text))


def within(tree: str, place: str) -> str:
    """Address of a page within a tree, by its address at the root: pages of items are files in the others."""
    return re.sub(r"^(items/[^/]+)/(read\.)?(html)?$", r"\1.\2html", place) if tree else place


def make_book(
    number: str, title: str = "", links: tuple[str, ...] | None = None, *, local: bool = True
) -> MarcRecord:
    """One record of local history that links to `<number>.pdf` unless told otherwise."""
    files = (f"http://scans.example/files/{number}.pdf",) if links is None else links
    fields = [
        Field("001", number),
        Field.data("101", "0 ", [("a", "rus")]),
        Field.data("200", "1 ", [("a", title or f"Караганда, книга {number}"), ("f", "С. Абаев")]),
        Field.data("210", "  ", [("a", "Караганда"), ("c", "Арқа"), ("d", "1998")]),
        Field.data("215", "  ", [("a", "120 с.")]),
        Field.data("606", "0 ", [("a", "История"), ("y", "Караганда")]),
        Field.data("700", " 1", [("a", "Абаев"), ("b", "С."), ("4", "070")]),
        *(Field.data("856", "4 ", [("u", link)]) for link in files),
        Field.data("899", "  ", [("a", "ЦГБ"), ("j", "К63.3"), ("p", f"{number}-17")]),
    ]
    if local:
        fields.append(Field.data("979", "  ", [("k", "1")]))
    return MarcRecord("00000nam0 2200000   450 ", tuple(sorted(fields, key=lambda one: one.tag)))


@dataclass
class Library:
    """A store, a folder of scans and a rights registry, with a way to publish them."""

    store: Store
    settings: step.Settings
    now: datetime = NOW
    rows: list[dict[str, str]] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.settings.out

    @property
    def live(self) -> Path:
        return (self.out / "current").resolve()

    def add(self, *numbers: str, **columns: str) -> None:
        """Digitised books with a contract each."""
        for number in numbers:
            self.store_record(make_book(number))
            self.scan(f"{number}.pdf", PDF + number.encode())
            self.allow(number, **columns)

    def store_record(self, record: MarcRecord) -> None:
        canonical = record.canonical()
        match = tuple(fold_record(Record(record, self.settings.dialects["unimarc"])))
        incoming = Incoming(
            control_number=record.control_number,
            family="unimarc",
            profile="rusmarc_899",
            content_hash=content_hash(canonical),
            syntax="iso2709",
            encoding="utf-8",
            confidence=1.0,
            raw=b"",
            canonical=canonical,
            items=(),
            match=match,
        )
        with self.store.write() as unit:
            found = unit.records.known("catalogue", [record.control_number])
            if found:
                unit.records.change([(found[record.control_number].id, incoming)], run=1, at=NOW)
            else:
                unit.records.add("catalogue", [incoming], run=1, at=NOW)

    def delete(self, *numbers: str) -> None:
        with self.store.write() as unit:
            known = unit.records.known("catalogue", numbers)
            unit.records.delete([one.id for one in known.values()], run=1, at=NOW)

    def scan(self, name: str, body: bytes) -> Path:
        assert self.settings.scans
        path = self.settings.scans / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return path

    def allow(self, number: str, **columns: str) -> None:
        row = {"record": number, "holder": f"Автор {number}", "contract_no": "1", "level": "open", **columns}
        self.rows = [*(one for one in self.rows if one["record"] != number), row]
        self.write_registry()

    def forbid(self, *numbers: str) -> None:
        self.rows = [row for row in self.rows if row["record"] not in numbers]
        self.write_registry()

    def write_registry(self) -> None:
        assert self.settings.registry
        with self.settings.registry.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(self.rows)

    def change(self, **settings: Any) -> None:
        self.settings = replace(self.settings, **settings)

    def publish(self, **context: Any) -> StepReport:
        """One run; every run is a minute later than the one before."""
        self.now += timedelta(minutes=1)
        return step.run(self.store, self.settings, StepContext(run=1, now=self.now, **context))

    def rows_saved(self) -> dict[str, dict[str, Any]]:
        with self.store.read() as unit:
            return {row["control_number"]: row for row in unit.publications.all()}

    def page(self) -> dict[str, Any]:
        """The live items by control number, as a website fetches them."""
        contents = json.loads((self.live / "collection.json").read_bytes())
        pages = [self.live / "collection" / address.rsplit("/", 1)[1] for address in contents["pages"]]
        items = [item for page in pages for item in json.loads(page.read_bytes())["items"]]
        return {item["record"]: item for item in items}

    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.out / "releases").iterdir())

    def files(self) -> list[str]:
        """Every scan that lies anywhere below the site, in any release."""
        found = (self.out / "releases").rglob("files/*/*")
        return sorted(path.relative_to(self.out / "releases").as_posix() for path in found)


@pytest.fixture(scope="session")
def book() -> Callable[..., MarcRecord]:
    return make_book


@pytest.fixture
def library(
    tmp_path: Path,
    vocabulary: RightsVocabulary,
    dialects: dict[str, Dialect],
    profiles: dict[str, ItemProfile],
    exchange: Exchange,
) -> Iterator[Library]:
    made = make_library(tmp_path, vocabulary, dialects, profiles, exchange)
    yield made
    made.store.close()


def make_library(
    folder: Path,
    vocabulary: RightsVocabulary,
    dialects: dict[str, Dialect],
    profiles: dict[str, ItemProfile],
    exchange: Exchange,
) -> Library:
    """An empty library in a folder."""
    (folder / "scans").mkdir()
    settings = step.Settings(
        dialects=dialects,
        profiles=profiles,
        vocabulary=vocabulary,
        exchange=exchange,
        selection=Selection(),
        feeds={name: feed() for name, feed in FEEDS.all().items()},
        library=Labels(kk="Кітапхана", ru="Библиотека", en="Library"),
        site_url=SITE,
        timezone="Asia/Almaty",
        out=folder / "site",
        scans=folder / "scans",
        pictures=folder / "pictures",
        registry=folder / "rights.csv",
    )
    store = new_store(folder / "rabis.db")
    made = Library(store, settings)
    made.write_registry()
    return made
