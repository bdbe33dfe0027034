"""A small library's export that tests may write, change and break."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync import config
from rabis_sync.harvest import step
from rabis_sync.harvest.reading import Reader
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.export import Options, Source
from rabis_sync.http import Client
from rabis_sync.marc.codec import encode_iso2709
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.items import ItemProfile
from rabis_sync.store.runs import StepContext, StepReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.store.database import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def make_book(number: int, title: str = "", *, status: str = "n") -> bytes:
    """One small record with one copy."""
    fields = (
        Field("001", f"b{number}"),
        Field.data("100", "  ", [("a", "20200101d2019    m  y0rusy50      ca")]),
        Field.data("101", "0 ", [("a", "rus")]),
        Field.data("200", "1 ", [("a", title or f"Книга {number}")]),
        Field.data("210", "  ", [("a", "Караганда"), ("d", "2019")]),
        Field.data("899", "  ", [("a", "ЦГБ"), ("p", f"{1000 + number}")]),
    )
    return encode_iso2709(MarcRecord(f"00000{status}am0 2200000   450 ", fields))


@dataclass
class Library:
    """An export folder with a way to harvest it."""

    folder: Path
    store: Store
    complete: bool = True
    page_size: int = 10
    paces: list[str] = field(default_factory=list)

    def export(self, *records: bytes, name: str = "catalogue.mrc") -> None:
        (self.folder / name).write_bytes(b"".join(records))

    def source(self, path: str = "*.mrc") -> Source:
        return Source(Options(path=path), Surroundings(self.folder, Client(), page_size=self.page_size))

    def harvest(self, path: str = "*.mrc", **settings: Any) -> StepReport:
        return self.harvest_from(self.source(path), **settings)

    def harvest_from(self, source: Any, **settings: Any) -> StepReport:
        context = StepContext(self._run(), NOW, pace=lambda _, text: self.paces.append(text))
        chosen = {"complete": self.complete, "reader": make_reader(), **settings}
        return step.run(self.store, step.Settings("cat", source, **chosen), context)

    def titles(self) -> dict[str, str]:
        with self.store.read() as unit:
            stored = [one for batch in unit.records.stream() for one in batch]
        found = {one.control_number: MarcRecord.from_canonical(one.canonical) for one in stored}
        return {
            number: next(f for f in record.fields if f.tag == "200").first("a")
            for number, record in found.items()
        }

    def _run(self) -> int:
        with self.store.write() as unit:
            return unit.runs.start("test", versions={}, config_hash="")


@cache
def make_reader() -> Reader:
    mappings = config.bundled("mappings")
    return Reader(
        {path.stem: config.read_toml(path, Dialect) for path in (mappings / "dialects").glob("*.toml")},
        {path.stem: config.read_toml(path, ItemProfile) for path in (mappings / "items").glob("*.toml")},
    )


@pytest.fixture(scope="session")
def library_type() -> type[Library]:
    """For tests that open a store of their own."""
    return Library


@pytest.fixture
def library(tmp_path: Path, store: Store) -> Library:
    folder = tmp_path / "exports"
    folder.mkdir()
    return Library(folder, store)


@pytest.fixture
def book() -> Callable[..., bytes]:
    return make_book


@pytest.fixture(scope="session")
def reader() -> Reader:
    return make_reader()
