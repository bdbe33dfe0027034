"""OAI-PMH walked whole, as a harvester does: nothing twice, nothing missing, deletions for ever."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import requests
from lxml import etree
from sickle import Sickle

from rabis_sync.web import oai
from rabis_sync.web.repository import Snapshots
from rabis_sync.web.tokens import kept_key, opened, seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NS = {"o": "http://www.openarchives.org/OAI/2.0/"}
PREFIXES = ["oai_dc", "marc21", "unimarc"]
SETS = ["", "kraeved", "open", "lang", "lang:kk", "lang:ru"]


@pytest.fixture
def stocked(collection: Any) -> Any:
    """Twenty-three books, one of them gone, one without its file."""
    collection.titles = {number: f"Қарағанды, {number}-кітап" for number in range(1, 25)}
    collection.publish()
    collection.gone = {7}
    collection.closed = {8}
    collection.publish()
    return collection


def ask(address: str, **arguments: str) -> etree._Element:
    """One answer, held to what every answer promises."""
    told = {name.rstrip("_"): value for name, value in arguments.items()}
    response = requests.get(f"{address}oai", params=told, timeout=20)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/xml")
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root = etree.fromstring(response.content)
    assert root.tag == f"{{{NS['o']}}}OAI-PMH"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", root[0].text or "")
    assert [child.tag.split("}")[1] for child in root[:2]] == ["responseDate", "request"]
    error = root.find("o:error", NS)
    bad = error is not None and error.get("code") in {"badVerb", "badArgument"}
    assert dict(root[1].attrib) == ({} if bad else told)
    return root


def code(root: etree._Element) -> str:
    error = root.find("o:error", NS)
    return "" if error is None else error.get("code", "")


def walk(address: str, verb: str, **arguments: str) -> Iterator[etree._Element]:
    """Headers of a whole list, with what pages promise held at each."""
    root = ask(address, verb=verb, **arguments)
    if code(root) == "noRecordsMatch":
        return
    seen = 0
    while True:
        assert code(root) == ""
        headers = root.findall(".//o:header", NS)
        assert headers
        yield from headers
        token = root.find(".//o:resumptionToken", NS)
        if token is None:
            assert not seen
            return
        assert token.get("cursor") == str(seen)
        seen += len(headers)
        size = int(token.get("completeListSize", ""))
        if not token.text:
            assert seen == size
            return
        again = ask(address, verb=verb, resumptionToken=token.text)
        root = ask(address, verb=verb, resumptionToken=token.text)
        strip = b"".join(etree.tostring(one) for one in again[2:])
        assert strip == b"".join(etree.tostring(one) for one in root[2:])


def names(headers: Iterator[etree._Element]) -> list[str]:
    return [(one.findtext("o:identifier", "", NS)).rsplit(":", 1)[1] for one in headers]


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_whole_walk_of_every_set_gives_each_record_once(
    stocked: Any, serving: Any, verb: str, prefix: str
) -> None:
    with serving(stocked.out, page_size=5) as address:
        earliest = ask(address, verb="Identify").findtext(".//o:earliestDatestamp", "", NS)
        whole: list[str] = []
        for named in SETS:
            chosen = {"set": named} if named else {}
            headers = list(walk(address, verb, metadataPrefix=prefix, **chosen))
            found = names(iter(headers))
            assert len(set(found)) == len(found)
            whole = whole or found
            assert set(found) <= set(whole)
            for header in headers:
                sets = [one.text for one in header.findall("o:setSpec", NS)]
                assert not named or named in sets
                assert (header.findtext("o:datestamp", "", NS)) >= earliest
                deleted = header.get("status") == "deleted"
                assert (header.findtext("o:identifier", "", NS)).endswith("b0007") == deleted
                metadata = header.find("../o:metadata", NS) if verb == "ListRecords" else None
                assert (metadata is not None) == (verb == "ListRecords" and not deleted)
        assert len(whole) == 24


def test_a_range_of_days_includes_both_its_ends(stocked: Any, serving: Any) -> None:
    with serving(stocked.out) as address:
        stamps = sorted(
            one.findtext("o:datestamp", "", NS)
            for one in walk(address, "ListIdentifiers", metadataPrefix="oai_dc")
        )
        first, last = stamps[0], stamps[-1]
        chosen = list(walk(address, "ListIdentifiers", metadataPrefix="oai_dc", from_=first, until=first))
        assert len(chosen) == stamps.count(first)
        day = first[:10]
        assert (
            len(list(walk(address, "ListIdentifiers", metadataPrefix="oai_dc", from_=day, until=last[:10])))
            == 24
        )
        early = ask(address, verb="ListRecords", metadataPrefix="oai_dc", until="1999-12-31")
        assert code(early) == "noRecordsMatch"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=open", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-13-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01&until=2026-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-02-01T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
        (
            "verb=GetRecord&metadataPrefix=mods&identifier=oai:rabis-sync.local:catalogue-b0001",
            "cannotDisseminateFormat",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=nothing", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other:1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListMetadataFormats&identifier=%0b", "idDoesNotExist"),
    ],
)
def test_every_mistake_has_the_code_of_the_protocol(collection: Any, asked: str, wanted: str) -> None:
    collection.titles = {1: "Қарағанды"}
    collection.publish()
    provider = oai.Provider(
        Snapshots(collection.out), "https://library.example/oai", "a@library.example", b"k"
    )
    answer = provider.answer(parse_qsl(asked, keep_blank_values=True), datetime(2026, 11, 22, tzinfo=UTC))
    assert code(etree.fromstring(answer)) == wanted


@pytest.mark.parametrize("asked", ["verb=Identify", "verb=ListRecords&metadataPrefix=marc21", "verb=Nothing"])
def test_a_form_is_answered_as_an_address_is(stocked: Any, serving: Any, asked: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    with serving(stocked.out) as address:
        got = requests.get(f"{address}oai?{asked}", timeout=20).content
        posted = requests.post(f"{address}oai", data=asked, headers=form, timeout=20).content
    dated = re.compile(rb"<responseDate>.*?</responseDate>")
    assert dated.sub(b"", got) == dated.sub(b"", posted)


def test_a_deletion_is_shown_in_every_verb_and_in_every_later_release(stocked: Any, serving: Any) -> None:
    identifier = "oai:rabis-sync.local:catalogue-b0007"
    stocked.titles[1] = "Басқа атау"
    stocked.publish()
    with serving(stocked.out) as address:
        record = ask(address, verb="GetRecord", metadataPrefix="marc21", identifier=identifier)
        assert record.find(".//o:header", NS).get("status") == "deleted"
        assert record.find(".//o:metadata", NS) is None
        formats = ask(address, verb="ListMetadataFormats", identifier=identifier)
        assert [one.text for one in formats.iter(f"{{{NS['o']}}}metadataPrefix")] == PREFIXES


def test_a_walk_goes_on_through_a_publication_and_a_restart(stocked: Any, serving: Any) -> None:
    with serving(stocked.out, page_size=5) as address:
        first = ask(address, verb="ListRecords", metadataPrefix="unimarc")
        token = first.findtext(".//o:resumptionToken", "", NS)
        found = names(iter(first.findall(".//o:header", NS)))
    stocked.titles[20] = "Басқа атау"
    stocked.titles[30] = "Жаңа кітап"
    stocked.publish()
    with serving(stocked.out, page_size=5) as address:
        while token:
            page = ask(address, verb="ListRecords", resumptionToken=token)
            found += names(iter(page.findall(".//o:header", NS)))
            token = page.findtext(".//o:resumptionToken", "", NS)
        assert len(found) == len(set(found)) == 24
        assert len(list(walk(address, "ListRecords", metadataPrefix="unimarc"))) == 25


def test_a_walk_whose_release_was_cleared_away_still_meets_every_record(stocked: Any, serving: Any) -> None:
    with serving(stocked.out, page_size=5) as address:
        first = ask(address, verb="ListIdentifiers", metadataPrefix="oai_dc")
        token = first.findtext(".//o:resumptionToken", "", NS)
        found = names(iter(first.findall(".//o:header", NS)))
    stocked.titles[20] = "Басқа атау"
    stocked.publish()
    for release in stocked.releases[:-1]:
        shutil.rmtree(stocked.out / "releases" / release)
    with serving(stocked.out, page_size=5) as address:
        while token:
            page = ask(address, verb="ListIdentifiers", resumptionToken=token)
            found += names(iter(page.findall(".//o:header", NS)))
            token = page.findtext(".//o:resumptionToken", "", NS)
    assert len(set(found)) == 24


def test_a_change_is_met_by_who_asks_from_his_last_answer(stocked: Any, serving: Any) -> None:
    with serving(stocked.out) as address:
        last = ask(address, verb="Identify").findtext("o:responseDate", "", NS)
        stocked.titles[3] = "Басқа атау"
        stocked.publish()
        found = names(walk(address, "ListIdentifiers", metadataPrefix="oai_dc", from_=last))
    assert "catalogue-b0003" in found


def test_a_harvester_that_is_not_ours_takes_everything(stocked: Any, serving: Any) -> None:
    with serving(stocked.out, page_size=5) as address:
        client = Sickle(f"{address}oai")
        assert client.Identify().deletedRecord == "persistent"
        for prefix in PREFIXES:
            records = list(client.ListRecords(metadataPrefix=prefix))
            assert (len(records), sum(one.deleted for one in records)) == (24, 1)


def test_an_empty_site_is_a_repository_too(collection: Any, serving: Any) -> None:
    collection.out.mkdir()
    with serving(collection.out) as address:
        assert code(ask(address, verb="Identify")) == ""
        assert code(ask(address, verb="ListRecords", metadataPrefix="oai_dc")) == "noRecordsMatch"
        assert code(ask(address, verb="ListSets")) == "noSetHierarchy"


def test_a_token_of_another_key_or_altered_is_none() -> None:
    token = seal({"a": "ә"}, b"one")
    assert opened(token, b"one") == {"a": "ә"}
    assert opened(token, b"two") is None
    assert opened(token[:-2] + "xx", b"one") is None
    assert opened("é", b"one") is None
    assert opened("", b"one") is None


def test_the_key_is_made_once_and_is_for_one_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = kept_key(path)
    assert (len(key), kept_key(path)) == (32, key)
    assert path.stat().st_mode & 0o077 == 0
