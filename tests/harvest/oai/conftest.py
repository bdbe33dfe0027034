"""A repository on a real socket that can be told to fail at any request, and a library that harvests it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo.repository import Repository
from rabis_sync.demo.standin import Answer, Asked, StandIn
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.oai_pmh import Options, Source
from rabis_sync.http import Client, Retries
from rabis_sync.marc.codec import encode_marcxml
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.harvest.sources import Page

OPENED = datetime(2024, 3, 1, 12, tzinfo=UTC)
SHELVED = datetime(2020, 1, 1, tzinfo=UTC)
HTML = Answer(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html>\n<html><body>Please wait</body></html>")


class Away(Exception):  # noqa: N818 - what happens, not what is raised
    """The server hangs up without an answer."""


def make_xml(number: int, title: str = "") -> str:
    """One small record as MARCXML."""
    fields = (
        Field("001", f"b{number}"),
        Field.data("100", "  ", [("a", "20200101d2019    m  y0rusy50      ca")]),
        Field.data("101", "0 ", [("a", "rus")]),
        Field.data("200", "1 ", [("a", title or f"Книга {number}")]),
        Field.data("899", "  ", [("a", "ЦГБ"), ("p", f"{1000 + number}")]),
    )
    return encode_marcxml(MarcRecord("00000nam0 2200000   450 ", fields))


@dataclass(repr=False)
class Server:
    """The repository with faults before it; `asked` holds every request's arguments in order."""

    repository: Repository
    now: datetime = OPENED
    fault: Callable[[dict[str, str], Answer], Answer | None] = lambda _arguments, _answer: None
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def __repr__(self) -> str:
        return f"Server({self.asked})"

    def __call__(self, asked: Asked) -> Answer:
        arguments = {name: texts[0] for name, texts in asked.query.items()}
        self.asked.append(arguments)
        self.headers.append({name.lower(): value for name, value in asked.headers.items()})
        answer = self.repository(asked)
        # The stand-in's own Date is the real clock, which this library's is not.
        return self.fault(arguments, answer) or answer

    def hold(self, number: int, title: str = "", *, sets: tuple[str, ...] = ()) -> None:
        """Hold a record as of now."""
        self.repository.hold(f"b{number}", make_xml(number, title), sets)

    def shelve(self, count: int, step: timedelta = timedelta(days=1), since: datetime = SHELVED) -> None:
        """Hold so many records, one every so often."""
        now = self.now
        for number in range(count):
            self.now = since + number * step
            self.hold(number)
        self.now = now

    def verbs(self, *names: str) -> list[dict[str, str]]:
        """Requests with these verbs."""
        return [one for one in self.asked if one["verb"] in names]


@dataclass(repr=False)
class Harvester:
    """Runs the source against the server, through the step and the store or alone."""

    server: Server
    library: Any
    options: dict[str, Any] = field(default_factory=dict)
    slept: list[float] = field(default_factory=list)
    tries: int = 3
    page_size: int = 10
    since: str = ""

    def __repr__(self) -> str:
        return f"Harvester({self.server})"

    def source(self) -> Source:
        retries = Retries(tries=self.tries, sleep=self.slept.append, random=lambda: 0.0)
        around = Surroundings(
            self.library.folder, Client("test", retries=retries), page_size=self.page_size, since=self.since
        )
        return Source(Options(url=self.server.url, **self.options), around)

    def harvest(self, **settings: Any) -> dict[str, int]:
        """The counts of a harvest that are not zero."""
        report = self.library.harvest_from(self.source(), **{"complete": False, **settings})
        return {name: number for name, number in report.counts.items() if number}

    def pages(self, reached: dict[str, Any] | None = None, *, full: bool = False) -> list[Page]:
        """The pages alone, without a store."""
        return list(self.source().pages(reached or {}, {}, full=full))

    def quarantined(self) -> list[dict[str, Any]]:
        with self.library.store.read() as unit:
            return [unit.harvests.quarantined_one(one["id"]) for one in unit.harvests.quarantined()]

    def progress(self) -> Any:
        with self.library.store.read() as unit:
            return unit.harvests.progress("cat")

    def kept(self) -> list[Path]:
        return sorted((self.library.folder / ".rabis-sync/pages").glob("*"))


@pytest.fixture
def server() -> Iterator[Server]:
    repository = Repository(page_size=10)
    made = Server(repository)
    repository.clock = lambda: made.now
    with StandIn({"/oai": made}) as standing:
        made.url = f"{standing.url}/oai"
        yield made


@pytest.fixture
def harvester(server: Server, library: Any) -> Harvester:
    return Harvester(server, library)


@pytest.fixture
def html() -> Answer:
    return HTML


@pytest.fixture
def away() -> type[Exception]:
    return Away
