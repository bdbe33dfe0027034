"""Releases of a made-up collection behind a real server on a real socket."""

from __future__ import annotations

import socket
import threading
import time
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from pydantic import TypeAdapter

from rabis_sync.marc.record import Contributor
from rabis_sync.publish import release
from rabis_sync.publish.changes import Log, next_changes
from rabis_sync.publish.collection import Release, Tombstone, digests_of
from rabis_sync.publish.exchange import Exchange
from rabis_sync.publish.feeds import FEEDS
from rabis_sync.publish.item import PublicFile, PublicItem
from rabis_sync.publish.plan import PublicationPlan
from rabis_sync.publish.standing import Standing
from rabis_sync.publish.vocabulary import Labels, RightsVocabulary
from rabis_sync.web.app import Settings, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

KEY = b"only for tests, 32 bytes or more"
PDF = b"%PDF-1.4\n% a small scan of a book about Karaganda, long enough to be asked for in parts\n%%EOF\n"
INC = "http://rightsstatements.org/vocab/InC/1.0/"


def made(number: int, title: str, *, opened: bool, since: datetime) -> PublicItem:
    name, checksum = f"b{number:04}", sha256(PDF).hexdigest()
    return PublicItem(
        id=f"catalogue-{name}",
        source="catalogue",
        record=name,
        titles={"kk" if number % 2 else "ru": title},
        responsibility="С. Абаев",
        contributors=(Contributor("Абаев, С.", "aut", "person", "", primary=True),),
        place="Қарағанды",
        publisher="Арқа",
        date="1998",
        year=1998,
        extent="120 б.",
        pages=120,
        languages=("kk",) if number % 2 else ("ru",),
        subjects=(),
        summary="",
        holdings=(),
        level="open" if opened else "metadata",
        rights_uri=INC,
        basis="contract" if opened else "",
        until="",
        reason="" if opened else "contract_ended",
        files=(PublicFile("scan.pdf", "application/pdf", len(PDF), checksum, 1),) if opened else (),
        since=since,
    )


@dataclass
class Collection:
    """A collection that tests change and publish."""

    out: Path
    scan: Path
    vocabulary: RightsVocabulary
    exchange: Exchange
    titles: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    rights: dict[int, str] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 22, 3, tzinfo=UTC)
    log: Log = field(default_factory=Log)
    releases: list[str] = field(default_factory=list)

    def publish(self) -> str:
        """One more release; its name."""
        self.now += timedelta(minutes=1)
        items = [
            made(number, title, opened=number not in self.closed, since=self.now)._replace(
                rights_uri=self.rights.get(number, INC)
            )
            for number, title in sorted(self.titles.items())
            if number not in self.gone
        ]
        stones = [
            Tombstone(f"catalogue-b{one:04}", "catalogue", f"b{one:04}", "record_deleted", self.now)
            for one in sorted(self.gone)
        ]
        name = f"{self.now:%Y%m%dT%H%M%SZ}-{len(self.releases):012x}"
        library = Labels(kk="Кітапхана", ru="Библиотека", en="Library")
        site = "https://library.example/kraeved/"
        shown = Release(
            *(name, library, site, tuple(items), tuple(stones), self.vocabulary, self.exchange, self.log),
            digests=digests_of(items, self.exchange),
        )
        self.log = Log((*self.log.entries, *next_changes(self.log, shown, self.now)))
        shown = replace(shown, log=self.log)
        plan = PublicationPlan(
            release=shown,
            content_hash=name,
            frame=shown.frame("feeds"),
            changed=True,
            standings=tuple(self._standing(one.id, one.record, one) for one in items)
            + tuple(self._standing(one.id, one.record, None) for one in stones),
            lost=(),
            public_before=0,
            files={item.path(file): (file, self.scan) for item in items for file in item.files},
        )
        before = release.live(self.out)
        feeds = {feed_name: feed() for feed_name, feed in FEEDS.all().items()}
        with release.ahead(self.out) as begun:
            manifest = release.build(self.out, plan, feeds, before, lambda _: True, begun)
        release.go_live(self.out, manifest)
        release.purge(self.out, manifest, None)
        self.releases.append(name)
        return name

    def _standing(self, item_id: str, record: str, item: PublicItem | None) -> Standing:
        level = item.level if item else "closed"
        state = "published" if item and item.files else "withdrawn"
        files = item.files if item else ()
        return Standing("catalogue", record, item_id, state, level, INC, "", "", "", files, "", self.now)


@pytest.fixture
def collection(tmp_path: Path, root: Path) -> Collection:
    """An empty collection."""

    def mapping(name: str, kind: Any) -> Any:
        text = (root / "mappings" / name).read_text("utf-8")
        return TypeAdapter(kind).validate_python(tomllib.loads(text))

    scan = tmp_path / "scan.pdf"
    scan.write_bytes(PDF)
    return Collection(
        tmp_path / "site", scan, mapping("rights.toml", RightsVocabulary), mapping("exchange.toml", Exchange)
    )


@contextmanager
def running(out: Path, **changed: Any) -> Iterator[str]:
    """The application over a site's folder; its address, ending in a slash."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"base_url": f"http://127.0.0.1:{port}/oai", "admin_email": "library@example.kz", "key": KEY}
    settings = Settings(**{"out": out, "rate": 0, **told, **changed})
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[str]]:
    """``with serving(folder, rate=2) as address``."""
    return running
