"""Readers who crawl while releases are published: each of them sees one release, whole, and never a 404."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Callable

BOOKS = 12
READERS = 4
EDITION = re.compile(r"(\d+)-шығарылым")
OAI = "{http://www.openarchives.org/OAI/2.0/}"


class Crawler:
    """A reader of the whole site, by one way after the other, until it is told to stop."""

    def __init__(self, address: str, site_url: str) -> None:
        self.address, self.site_url = address, site_url
        self.session = requests.Session()
        self.seen: set[str] = set()
        self.crawls = 0

    def get(self, place: str) -> requests.Response:
        found = self.session.get(f"{self.address}{place}", timeout=20)
        assert found.status_code == 200, f"{place}: {found.status_code}"
        return found

    def json_of(self, url: str) -> Any:
        return self.get(url.removeprefix(self.site_url)).json()

    def as_a_website(self) -> set[str]:
        """From `latest.json` through the pages of the release to every file."""
        release = self.get("latest.json").json()["release"]
        contents = self.json_of(f"{self.site_url}releases/{release}/collection.json")
        assert contents["release"] == release
        items = [item for page in contents["pages"] for item in self.json_of(page)["items"]]
        assert len(items) == contents["counts"]["items"] == BOOKS
        for item in items:
            for file in item["files"]:
                body = self.get(file["url"].removeprefix(self.site_url)).content
                assert len(body) == file["bytes"]
        self.seen.add(release)
        return {title for item in items for title in item["titles"].values()}

    def as_a_person(self) -> set[str]:
        """From the page of a release to the page of each of its books, as they link to one another."""
        release = self.get("latest.json").json()["release"]
        page = html.document_fromstring(self.get(f"releases/{release}/index.html").content)
        links = page.xpath("//a/@href")
        for link in {link for link in links if link.startswith("files/")}:
            self.get(f"releases/{release}/{link}")
        titles = set()
        for number in range(1, BOOKS + 1):
            text = self.get(f"releases/{release}/items/catalogue-b{number:04}/").text
            titles.add(html.document_fromstring(text).findtext(".//h1"))
        for address in self.get("current/sitemap.xml").text.split("<loc>")[1:]:
            self.get(address.partition("<")[0].removeprefix(self.site_url))
        return titles

    def as_a_harvester(self) -> set[str]:
        """A whole walk of OAI-PMH."""
        titles: set[str] = set()
        asked, records = "verb=ListRecords&metadataPrefix=oai_dc", 0
        while asked:
            root = etree.fromstring(self.get(f"oai?{asked}").content)
            assert root.find(f"{OAI}error") is None
            records += len(root.findall(f".//{OAI}record"))
            titles |= {one.text for one in root.iter("{http://purl.org/dc/elements/1.1/}title")}
            token = root.findtext(f".//{OAI}resumptionToken") or ""
            asked = f"verb=ListRecords&resumptionToken={token}" if token else ""
        assert records == BOOKS
        return titles

    def crawl(self, done: threading.Event, faults: list[str]) -> None:
        ways = (self.as_a_website, self.as_a_person, self.as_a_harvester)
        try:
            while not done.is_set():
                titles = ways[self.crawls % len(ways)]()
                assert len({EDITION.findall(title)[0] for title in titles}) == 1, f"torn: {sorted(titles)}"
                self.crawls += 1
        except (AssertionError, OSError, ValueError, etree.LxmlError) as fault:
            faults.append(f"{type(fault).__name__}: {fault}")
            done.set()


@pytest.mark.parametrize(
    ("releases", "seconds"),
    [(6, 3.0), pytest.param(40, 60.0, marks=pytest.mark.soak)],
    ids=["six", "forty"],
)
def test_four_readers_never_see_a_torn_view_while_releases_are_published(
    collection: Any,
    serving: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    releases: int,
    seconds: float,
) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.site_json.PAGE_SIZE", 5)
    site_url = "https://library.example/kraeved/"

    def publish(edition: int) -> None:
        collection.titles = {number: f"{number}-кітап, {edition}-шығарылым" for number in range(1, BOOKS + 1)}
        collection.publish()

    publish(0)
    done, faults = threading.Event(), list[str]()
    with serving(collection.out, page_size=5) as address:
        crawlers = [Crawler(address, site_url) for _ in range(READERS)]
        threads = [threading.Thread(target=one.crawl, args=(done, faults)) for one in crawlers]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        for edition in range(1, releases + 1):
            done.wait(max(0.0, begun + edition * seconds / releases - time.monotonic()))
            publish(edition)
        done.set()
        for thread in threads:
            thread.join()
    assert faults == []
    assert all(one.crawls for one in crawlers)
    assert len(set().union(*(one.seen for one in crawlers))) > 1
