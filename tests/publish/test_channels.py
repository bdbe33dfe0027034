"""Atom, sitemap, CSV, item pages and Dublin Core, each held to the rules of its format."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import feedparser
from lxml import etree, html

from tests.formats.rules import faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from rabis_sync.marc.fields import MarcRecord

SITE = "https://library.example/kraeved/"
ATOM = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "fh": "http://purl.org/syndication/history/1.0",
}
DC = "{http://purl.org/dc/elements/1.1/}"


def parsed(path: Path) -> etree._Element:
    return etree.fromstring(path.read_bytes())


# --- Atom -----------------------------------------------------------------------


def entries(library: Any, name: str = "atom.xml") -> tuple[list[str], list[str]]:
    """Records that a document of the feed has entries of, and those it says are deleted."""
    body = (library.live / name).read_bytes()
    assert faults("atom.rnc", body) == []
    feed = etree.fromstring(body)
    assert feed.find("a:author", ATOM) is not None
    shown, gone = feed.findall("a:entry", ATOM), feed.findall("at:deleted-entry", ATOM)
    assert all(entry.find("a:link[@rel='alternate']", ATOM) is not None for entry in shown)
    records = [entry.findtext("a:id", "", ATOM).rsplit("-", 1)[1] for entry in shown]
    return records, [stone.get("ref", "").rsplit("-", 1)[1] for stone in gone]


def test_atom_tells_what_changed_and_what_is_gone(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    assert entries(library) == (["b2", "b1"], [])
    library.delete("b1")
    library.publish()
    assert entries(library) == (["b2"], ["b1"])


def test_a_feed_reader_that_is_not_ours_reads_atom(library: Any, book: Callable[..., MarcRecord]) -> None:
    library.add("b1", "b2")
    library.store_record(book("b1", title="Қарағанды & «Қазыналы өңір»"))
    library.publish()
    library.delete("b2")
    library.publish()
    read = feedparser.parse((library.live / "atom.xml").read_bytes())
    assert (read.bozo, read.version) == (False, "atom10")
    assert read.feed.title == "Оцифрованное краеведение — Библиотека"
    [entry] = read.entries
    assert (entry.title, entry.author) == ("Қарағанды & «Қазыналы өңір»", "Абаев, С.")
    assert entry.link == f"{SITE}current/items/catalogue-b1/"
    assert entry.updated_parsed[:3] == (2026, 11, 22)


def test_an_identifier_of_atom_does_not_hang_on_the_address(library: Any) -> None:
    library.add("b1")
    library.publish()
    found = parsed(library.live / "atom.xml").findtext("a:entry/a:id", "", ATOM)
    assert found == "tag:library.example,2026:catalogue-b1"


def test_an_archive_of_atom_is_linked_from_the_youngest_and_never_changes(
    library: Any, monkeypatch: pytest.MonkeyPatch, book: Callable[..., MarcRecord]
) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.atom.PART", 2)
    library.add("b1", "b2", "b3")
    library.publish()
    archive = library.live / "atom" / "00001.xml"
    assert entries(library) == (["b3"], [])
    assert entries(library, "atom/00001.xml") == (["b2", "b1"], [])
    assert parsed(archive).find("fh:archive", ATOM) is not None
    link = parsed(library.live / "atom.xml").find("a:link[@rel='prev-archive']", ATOM)
    assert link is not None
    assert link.get("href") == f"{SITE}current/atom/00001.xml"
    before = archive.read_bytes()
    library.store_record(book("b1", title="Другое заглавие"))
    library.delete("b2")
    library.publish()
    assert (library.live / "atom" / "00001.xml").read_bytes() == before
    assert entries(library) == ([], ["b2"])
    assert entries(library, "atom/00002.xml") == (["b1", "b3"], [])


# --- sitemap -----------------------------------------------------------------------


def addresses(path: Path) -> list[str]:
    assert faults("sitemap.rnc", path.read_bytes()) == []
    return [one.text or "" for one in parsed(path).iter("{*}loc")]


def test_the_sitemap_names_the_pages_that_are_shown_with_their_day(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.delete("b2")
    library.publish()
    assert addresses(library.live / "sitemap.xml") == [
        f"{SITE}current/",
        f"{SITE}current/items/catalogue-b1/",
    ]
    days = [one.text for one in parsed(library.live / "sitemap.xml").iter("{*}lastmod")]
    assert days == ["2026-11-22T03:01:00Z"]


def test_a_long_sitemap_is_an_index_of_parts(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.sitemap.MOST", 2)
    library.add("b1", "b2")
    library.publish()
    assert parsed(library.live / "sitemap.xml").tag.endswith("sitemapindex")
    assert addresses(library.live / "sitemap.xml") == [
        f"{SITE}current/sitemap/0001.xml",
        f"{SITE}current/sitemap/0002.xml",
    ]
    assert addresses(library.live / "sitemap" / "0002.xml") == [f"{SITE}current/items/catalogue-b2/"]


# --- CSV -----------------------------------------------------------------------


def test_a_row_of_the_csv_stays_when_its_book_is_gone_and_says_so(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.add("b1", "b2")
    library.store_record(book("b1", title='Абай, "жолы"; =1+1'))
    library.publish()
    library.delete("b2")
    library.publish()
    with (library.live / "items.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["record"]: row for row in csv.DictReader(stream)}
    assert rows["b1"]["title"] == 'Абай, "жолы"; =1+1'
    assert rows["b1"]["status"] == "published"
    assert rows["b1"]["url"] == f"{SITE}current/items/catalogue-b1/"
    assert rows["b1"]["file_urls"].startswith(f"{SITE}releases/{library.live.name}/files/")
    assert (rows["b2"]["status"], rows["b2"]["reason"], rows["b2"]["title"]) == (
        "withdrawn",
        "record_deleted",
        "",
    )
    assert rows["b2"]["id"] == "catalogue-b2"


# --- pages of items -----------------------------------------------------------------------


def test_a_page_says_to_machines_what_it_says_to_people(library: Any) -> None:
    library.add("b1")
    library.publish()
    page = html.document_fromstring((library.live / "items/catalogue-b1/index.html").read_bytes())
    [script] = page.xpath("//script[@type='application/ld+json']")
    assert faults("linked-book.json", (script.text or "").encode()) == []
    linked = json.loads(script.text or "")
    assert (linked["@type"], linked["name"], linked["datePublished"]) == (
        "Book",
        "Караганда, книга b1",
        "1998",
    )
    assert linked["author"] == [{"@type": "Person", "name": "Абаев, С."}]
    assert linked["encoding"][0]["contentUrl"] == "../../files/catalogue-b1/b1.pdf"
    assert linked["isAccessibleForFree"] is True
    [heading] = page.findall(".//h1")
    assert heading.text == linked["name"]
    address = "https://library.example/kraeved/current/items/catalogue-b1/"
    assert f"Қол жеткізу режимі: {address}" in page.text_content()
    russian = html.document_fromstring((library.live / "ru/items/catalogue-b1.html").read_bytes())
    assert f"Режим доступа: {address}" in russian.text_content()
    assert page.find(".//link[@rel='canonical']").get("href") == linked["url"]


def test_a_script_in_a_record_stays_text_in_its_page(library: Any, book: Callable[..., MarcRecord]) -> None:
    library.add("b1")
    library.store_record(book("b1", title="</script><script>alert(1)</script>"))
    library.publish()
    page = html.document_fromstring((library.live / "items/catalogue-b1/index.html").read_bytes())
    [script] = page.xpath("//script[@type='application/ld+json']")
    assert json.loads(script.text or "")["name"] == "</script><script>alert(1)</script>"


def test_the_page_of_a_book_that_is_gone_stays_at_its_address_and_says_so(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.delete("b1")
    library.publish()
    page = html.document_fromstring((library.live / "items/catalogue-b1/index.html").read_bytes())
    assert "жинақтан алынды" in page.text_content()
    assert "Караганда, книга" not in page.text_content()


def test_a_page_whose_book_did_not_change_is_taken_over(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.add("b1", "b2")
    library.publish()
    pages = ["items/catalogue-b1/index.html", "oai/catalogue-b1.json", "oai/catalogue-b2.json"]
    before = [(library.live / page).stat().st_ino for page in pages]
    library.store_record(book("b1", title="Другое заглавие"))
    library.publish()
    after = [(library.live / page).stat().st_ino for page in pages]
    assert [was == now for was, now in zip(before, after, strict=True)] == [False, False, True]


# --- Dublin Core -----------------------------------------------------------------------


def test_dublin_core_gives_the_statement_alone_and_the_page_as_identifier(library: Any) -> None:
    library.add("b1")
    library.publish()
    forms = json.loads((library.live / "oai" / "catalogue-b1.json").read_bytes())
    assert faults("oai-dc.rnc", forms["oai_dc"].encode()) == []
    record = etree.fromstring(forms["oai_dc"])
    found: dict[str, list[str]] = {}
    for one in record:
        found.setdefault(one.tag.removeprefix(DC), []).append(one.text or "")
    assert found["rights"][0] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert found["identifier"] == [f"{SITE}current/items/catalogue-b1/"]
    assert (found["title"], found["creator"], found["date"], found["language"]) == (
        ["Караганда, книга b1"],
        ["Абаев, С."],
        ["1998"],
        ["ru"],
    )
    assert "b1-17" not in forms["oai_dc"]
