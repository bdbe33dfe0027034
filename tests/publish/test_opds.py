"""The catalogue for reading apps, walked as an app walks it, and held to the rules of both its forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lxml import etree

from rabis_sync.publish import catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pytest

CURRENT = "https://library.example/kraeved/current/"
A = {"a": "http://www.w3.org/2005/Atom"}
TAKE = "http://opds-spec.org/acquisition/open-access"
KIND = "application/atom+xml;profile=opds-catalog;kind="


def local(library: Any, address: str) -> Path:
    assert address.startswith(CURRENT)
    found: Path = library.live / address.removeprefix(CURRENT)
    return found


def walk(library: Any) -> Iterator[tuple[str, etree._Element]]:
    """Every feed that can be reached from the top one, with its address."""
    waiting, met = [f"{CURRENT}opds/catalog.xml"], set()
    while waiting:
        address = waiting.pop()
        if address in met:
            continue
        met.add(address)
        feed = etree.fromstring(local(library, address).read_bytes())
        yield address, feed
        waiting += [
            link.get("href", "")
            for link in feed.iterfind(".//a:link", A)
            if link.get("type", "").startswith(KIND[:20])
        ]


def titles(library: Any, name: str) -> list[str]:
    feed = etree.fromstring((library.live / "opds" / f"{name}.xml").read_bytes())
    return [entry.findtext("a:title", "", A) for entry in feed.iterfind("a:entry", A)]


def test_an_app_reaches_every_open_book_in_every_way(library: Any, book: Callable[..., Any]) -> None:
    library.add("b1", "b2")
    library.publish()
    shown = {address.removeprefix(f"{CURRENT}opds/").partition(".")[0] for address, _ in walk(library)}
    assert {"catalog", "all", "new", "language", "decade", "author", "subject"} <= shown
    assert {name.partition("/")[0] for name in shown if "/" in name} == set(catalog.OFFERED)
    assert titles(library, "all") == ["Караганда, книга b1", "Караганда, книга b2"]
    assert titles(library, "decade") == ["1990-жылдар / 1990-е годы"]
    assert titles(library, "author") == ["Абаев, С."]


def test_every_feed_has_what_atom_and_opds_ask_for(library: Any) -> None:
    library.add("b1")
    library.publish()
    for address, feed in walk(library):
        for needed in ("id", "title", "updated"):
            assert len(feed.findall(f"a:{needed}", A)) == 1
        links = {link.get("rel"): link for link in feed.iterfind("a:link", A)}
        assert links["self"].get("href") == address
        assert links["start"].get("href") == f"{CURRENT}opds/catalog.xml"
        kind = links["self"].get("type", "").removeprefix(KIND)
        for entry in feed.iterfind("a:entry", A):
            for needed in ("id", "title", "updated"):
                assert len(entry.findall(f"a:{needed}", A)) == 1
            taken = [link for link in entry.iterfind("a:link", A) if link.get("rel") == TAKE]
            assert bool(taken) == (kind == "acquisition")
            for link in taken:
                assert link.get("type") == "application/pdf"
                assert local(library, link.get("href", "")).is_file()


def test_both_forms_say_the_same(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    for address, feed in walk(library):
        twin = json.loads(local(library, address.replace(".xml", ".json")).read_bytes())
        assert twin["metadata"]["title"] == feed.findtext("a:title", "", A)
        assert [link["rel"] for link in twin["links"]][:2] == ["self", "start"]
        shown = twin.get("publications") or twin["navigation"]
        named = [one.get("title") or one["metadata"]["title"] for one in shown]
        assert named == [entry.findtext("a:title", "", A) for entry in feed.iterfind("a:entry", A)]
        for one in twin.get("publications", ()):
            assert any(link["rel"] == TAKE for link in one["links"])


def test_a_book_that_one_may_not_take_is_not_offered(library: Any) -> None:
    library.add("b1", "b2")
    library.allow("b2", level="metadata")
    library.publish()
    assert titles(library, "all") == ["Караганда, книга b1"]
    library.forbid("b1")
    library.allow("b2", level="open")
    library.publish()
    assert titles(library, "all") == ["Караганда, книга b2"]


def test_a_long_list_comes_in_pages(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "PAGE_SIZE", 2)
    library.add("b1", "b2", "b3", "b4", "b5")
    library.publish()
    found, name = [], "all"
    while name:
        found += titles(library, name)
        page = json.loads((library.live / "opds" / f"{name}.json").read_bytes())
        assert page["metadata"]["numberOfItems"] == 5
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        name = following[0].rpartition("/")[2].removesuffix(".json") if following else ""
    assert found == [f"Караганда, книга b{number}" for number in range(1, 6)]


def test_pages_of_unchanged_books_are_taken_over(library: Any, book: Callable[..., Any]) -> None:
    library.add("b1")
    library.publish()
    before = [(library.live / "opds" / name).stat().st_ino for name in ("all.xml", "all.json")]
    library.add("b2")
    library.allow("b2", level="metadata")
    library.publish()
    assert [(library.live / "opds" / name).stat().st_ino for name in ("all.xml", "all.json")] == before


def test_an_empty_catalogue_is_one_that_can_be_read(library: Any) -> None:
    library.add("b1")
    library.allow("b1", level="metadata")
    library.publish()
    [(_, feed)] = walk(library)
    assert not feed.findall("a:entry", A)
    page = json.loads((library.live / "opds" / "catalog.json").read_bytes())
    assert page["navigation"]
