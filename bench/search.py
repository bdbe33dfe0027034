"""How fast the search of the site answers in a real browser, and what its index weighs.

    python bench/search.py [--items 5000]

Pages and index of a made-up collection are written to a temporary folder and opened in Chromium. The time is
that of comparing, weighing and sorting (`search.js` tells it); the index is folded before, once a visit.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import tempfile
import threading
import tomllib
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from pydantic import TypeAdapter

from rabis_sync.marc.record import Contributor, Subject
from rabis_sync.publish.changes import Log
from rabis_sync.publish.collection import Release
from rabis_sync.publish.exchange import Exchange
from rabis_sync.publish.feeds import FEEDS
from rabis_sync.publish.item import PublicItem
from rabis_sync.publish.vocabulary import Labels, RightsVocabulary

WORDS = (
    *("Қарағанды", "тарихы", "шежіре", "дала", "көмір", "ақын", "жыл", "город"),
    *("степь", "шахта", "люди", "песни", "Ёлка", "өлең", "күй", "батыр"),
)
ASKED = (
    "караганды",
    "тарих дала",
    "qaragandy",
    "елка",
    "город степь",
    "с",
    "aqyn dala",
    "1990",
    "нетакогослова",
)
MAPPINGS = Path(__file__).parents[1] / "mappings"


def item(number: int, items: int) -> PublicItem:
    """One book with a title of five words, an author of two or three, three subjects and a place."""
    title = " ".join(WORDS[(number * step + number // 16) % 16] for step in (1, 3, 5, 7, 11))
    author = Contributor(
        f"{WORDS[number % 16]}ов{number % (items * 2 // 5)}, С.", "aut", "person", "", primary=True
    )
    topics = [Subject("topic", f"{WORDS[number * step % 16]} {number * step % 900}") for step in (3, 5, 7)]
    return PublicItem(
        id=f"catalogue-b{number}", source="catalogue", record=f"b{number}", responsibility="",
        titles={"kk": f"{title} {number}"}, contributors=(author,), place="", publisher="", date="",
        year=1930 + number % 90, extent="", pages=None, languages=("kk",) if number % 2 else ("ru",),
        subjects=(*topics, Subject("place", f"{WORDS[number % 16]} {number % 80}")), summary="", holdings=(),
        level="open", rights_uri="http://rightsstatements.org/vocab/InC/1.0/", basis="", until="", reason="",
        files=(), since=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip


def write(folder: Path, items: int) -> Path:
    """The pages that search; where the index lies."""

    def mapping(name: str, kind: Any) -> Any:
        return TypeAdapter(kind).validate_python(tomllib.loads((MAPPINGS / name).read_text("utf-8")))

    release = Release(
        *("20261122T030000Z-1", Labels("К", "Б", "L"), "http://127.0.0.1/"),
        *(
            tuple(item(number, items) for number in range(items)),
            (),
            mapping("rights.toml", RightsVocabulary),
        ),
        *(mapping("exchange.toml", Exchange), Log(()), {}),
    )
    for name in ("start_pages", "site_files", "search_index"):
        for document in FEEDS.get(name)().documents(release):
            path = folder / document.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(document.body)
    return folder / "search" / "index.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        index = write(Path(name), told.items).read_bytes()
        packed = len(gzip.compress(index))
        print(f"index of {told.items} items: {len(index) / 1000:.0f} kB, packed {packed / 1000:.0f} kB")
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=name))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            program = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/search/?q=1930")
            page.wait_for_selector("#results .card")
            for asked in ASKED:
                taken = []
                for _ in range(5):
                    page.fill("#q", asked)
                    page.press("#q", "Enter")
                    page.wait_for_timeout(150)
                    taken.append(float(page.get_attribute("#search", "data-milliseconds") or "nan"))
                found = page.text_content("#told")
                middle = statistics.median(taken)
                print(f"{asked:<16} median {middle:5.1f} ms, worst {max(taken):5.1f} ms  {found}")
        server.shutdown()


if __name__ == "__main__":
    main()
