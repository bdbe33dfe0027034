"""A real server's catalogue arrives whole by Z39.50 and by SRU, letter for letter as in its export."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import FatalError, GuardStop
from rabis_sync.harvest.sources import Surroundings, sru, z3950
from rabis_sync.http import Client

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVERYTHING = '@attr 1=_ALLRECORDS @attr 2=103 ""'

#: The same catalogue, one way after another.
WAYS: dict[str, dict[str, Any]] = {
    "sru 1.1 xml": {"version": "1.1"},
    "sru 1.1 string": {"version": "1.1", "packing": "string"},
    "sru 1.2 xml": {"version": "1.2"},
    "sru 2.0 xml": {"version": "2.0"},
    "sru 2.0 string": {"version": "2.0", "packing": "string"},
    "z3950 rusmarc": {"syntax": "rusmarc"},
    "z3950 unimarc": {"syntax": "unimarc"},
    "z3950 xml": {"syntax": "xml"},
}


@pytest.fixture
def source(zebra: Any, tmp_path: Path) -> Callable[..., Any]:
    def make(way: str, *, since: str = "", **options: Any) -> Any:
        around = Surroundings(tmp_path, Client("test"), since=since)
        chosen: dict[str, Any] = {"page_size": 20, **WAYS[way], **options}
        if way.startswith("sru"):
            return sru.Source(sru.Options(url=f"http://127.0.0.1:{zebra.port}/Default", **chosen), around)
        if shutil.which("yaz-client") is None:
            pytest.skip("needs the Debian package yaz")
        asked = {"host": "127.0.0.1", "port": zebra.port, "query": EVERYTHING, **chosen}
        return z3950.Source(z3950.Options(**asked), around)

    return make


def told(report: Any) -> dict[str, int]:
    return {name: number for name, number in report.counts.items() if number}


def stored(library: Any) -> dict[str, str]:
    with library.store.read() as unit:
        return {one.control_number: one.canonical for batch in unit.records.stream() for one in batch}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("size", [7, 100])
def test_all_records_are_stored_letter_for_letter_as_in_the_export(
    library: Any, zebra: Any, source: Callable[..., Any], way: str, size: int
) -> None:
    assert told(library.harvest_from(source(way, page_size=size))) == {"received": 72, "new": 72}
    assert stored(library) == {one.record.control_number: one.canonical for one in zebra.records()}
    titles = library.titles()
    assert titles["RU\\NLR\\bibl\\1980"] == "Уездное"
    assert told(library.harvest_from(source(way, page_size=size))) == {"received": 72, "unchanged": 72}


def test_it_is_the_same_catalogue_whichever_way_it_came(
    library: Any, zebra: Any, source: Callable[..., Any]
) -> None:
    library.export(zebra.export)
    library.harvest()
    for way in WAYS:
        assert told(library.harvest_from(source(way), full=True)) == {"received": 72, "unchanged": 72}


def test_z3950_brings_the_very_bytes_of_the_export(zebra: Any, source: Callable[..., Any]) -> None:
    pages = source("z3950 rusmarc").pages({}, {}, full=False)
    assert b"".join(one.raw for page in pages for one in page.results) == zebra.export


@pytest.mark.parametrize("way", ["sru 1.2 xml", "z3950 rusmarc"])
def test_what_the_catalogue_deletes_and_changes_is_followed(
    library: Any, zebra: Any, source: Callable[..., Any], way: str
) -> None:
    library.harvest_from(source(way))
    first, second, third, *_ = zebra.records()
    zebra.delete(first.raw + second.raw)
    zebra.update(third.raw.replace(b"PSBO", b"BBBB"))
    assert told(library.harvest_from(source(way))) == {
        "received": 70, "changed": 1, "unchanged": 69, "absent": 2,
    }  # fmt: skip
    assert "BBBB" in stored(library)[third.record.control_number]
    zebra.update(first.raw)
    assert told(library.harvest_from(source(way))) == {"received": 71, "changed": 1, "unchanged": 70}
    assert set(stored(library)) == {one.record.control_number for one in zebra.records()} - {
        second.record.control_number
    }


@pytest.mark.parametrize("way", ["sru 1.2 xml", "z3950 rusmarc"])
def test_an_emptied_server_is_a_guard_stop(
    library: Any, zebra: Any, source: Callable[..., Any], way: str
) -> None:
    library.harvest_from(source(way))
    zebra.delete(zebra.export)
    with pytest.raises(GuardStop, match="is empty but had 72"):
        library.harvest_from(source(way))
    zebra.update(zebra.export)
    assert told(library.harvest_from(source(way))) == {"received": 72, "unchanged": 72}


@pytest.mark.parametrize(
    ("way", "since_query"),
    [
        ("sru 1.2 xml", "rec.lastModificationDate >= {since:%Y%m%d}"),
        ("z3950 rusmarc", "@attr 1=1012 @attr 2=4 @attr 4=109 {since:%Y%m%d}"),
    ],
)
def test_only_what_changed_since_a_day_is_asked_for(
    library: Any, zebra: Any, source: Callable[..., Any], way: str, since_query: str
) -> None:
    changed = [one for one in zebra.records() if one.canonical.split("\x1e")[2] >= "00519990709"]
    report = library.harvest_from(source(way, since="1999-07-09", since_query=since_query))
    assert 0 < len(changed) < 72
    assert told(report) == {"received": len(changed), "new": len(changed)}
    assert told(library.harvest_from(source(way, since_query=since_query)))["received"] == 72
    assert told(library.harvest_from(source(way, since_query=since_query))) == {}


@pytest.mark.parametrize("way", WAYS)
def test_a_harvest_goes_on_where_it_stopped(library: Any, source: Callable[..., Any], way: str) -> None:
    whole = source(way)

    class Breaking:
        def pages(self, *args: Any, **named: Any) -> Any:
            for number, page in enumerate(whole.pages(*args, **named)):
                if number == 2:
                    raise FatalError("pulled out")
                yield page

    with pytest.raises(FatalError, match="pulled out"):
        library.harvest_from(Breaking())
    assert told(library.harvest_from(whole)) == {"received": 32, "new": 32}


@pytest.mark.parametrize("way", ["sru 1.1 xml", "sru 2.0 string", "z3950 unimarc"])
def test_a_check_counts_the_records(source: Callable[..., Any], way: str) -> None:
    assert source(way).check().endswith(": 72 records")


@pytest.mark.parametrize(
    ("way", "options", "said"),
    [
        ("sru 1.2 xml", {"query": "nosuch.index=1"}, "context set that the server does not have"),
        ("sru 1.2 xml", {"query": "rec.nosuch=1"}, "index that the server does not have"),
        ("sru 1.2 xml", {"query": "((("}, "not written as the server reads it"),
        ("sru 1.2 xml", {"schema": "dc"}, "does not know the record schema|not available in this schema"),
        ("z3950 rusmarc", {"query": "@attr 1=99999 x"}, "index that the server does not have"),
        ("z3950 rusmarc", {"query": "@and x"}, "no PQF"),
        ("z3950 rusmarc", {"syntax": "usmarc"}, "change `syntax`"),
        ("z3950 rusmarc", {"syntax": "nosuch"}, "no record syntax"),
        ("z3950 rusmarc", {"element_set": "X"}, "change `element_set`"),
        ("z3950 rusmarc", {"database": "nosuch"}, "change `database`"),
    ],
)
def test_what_the_server_refuses_is_explained(
    source: Callable[..., Any], way: str, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(FatalError, match=said):
        list(source(way, **options).pages({}, {}, full=False))


def test_a_cyrillic_query_finds_what_it_names(zebra: Any, source: Callable[..., Any]) -> None:
    for made in (
        source("sru 1.2 xml", query="dc.title=Уездное"),
        source("z3950 unimarc", query="@attr 1=4 Уездное", charset="UTF-8"),
    ):
        found = [one for page in made.pages({}, {}, full=False) for one in page.results]
        assert [one.record.control_number for one in found] == ["RU\\NLR\\bibl\\1980"]
