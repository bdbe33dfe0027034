"""OAI-PMH walked whole, as a harvester does: nothing twice, nothing missing, deletions for ever."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest
import requests
from oaipmh_scythe import Scythe
from sickle import Sickle

from rabis_sync.web import oai
from rabis_sync.web.repository import Snapshots
from rabis_sync.web.tokens import kept_key, opened, seal
from tests.web.harvester import NS, ask, code, headers, held, names, rest, walk

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = ["oai_dc", "edm", "marc21", "unimarc"]
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


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords"])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_whole_walk_of_every_set_gives_each_record_once(
    stocked: Any, serving: Any, verb: str, prefix: str
) -> None:
    with serving(stocked.out, page_size=5) as address:
        earliest = ask(address, verb="Identify").findtext(".//o:earliestDatestamp", "", NS)
        whole = names(walk(address, verb, metadataPrefix=prefix))
        assert len(whole) == 24
        for named in SETS:
            chosen = {"set": named} if named else {}
            found = walk(address, verb, metadataPrefix=prefix, **chosen)
            assert found
            assert len(set(names(found))) == len(found)
            assert set(names(found)) <= set(whole)
            for header in found:
                sets = [one.text for one in header.findall("o:setSpec", NS)]
                assert not named or named in sets
                assert header.findtext("o:datestamp", "", NS) >= earliest
                deleted = header.get("status") == "deleted"
                assert (names([header]) == ["catalogue-b0007"]) == deleted


def test_every_set_that_is_named_is_walked_here(stocked: Any, serving: Any) -> None:
    with serving(stocked.out) as address:
        named = ask(address, verb="ListSets").findall(".//o:setSpec", NS)
        formats = ask(address, verb="ListMetadataFormats").findall(".//o:metadataPrefix", NS)
    assert sorted(one.text or "" for one in named) == sorted(SETS[1:])
    assert sorted(one.text or "" for one in formats) == sorted(PREFIXES)


@pytest.mark.parametrize("verb", ["ListIdentifiers", "ListRecords"])
def test_walks_of_every_format_and_set_go_on_through_a_publication_and_a_restart(
    stocked: Any, serving: Any, verb: str
) -> None:
    combined = [
        {"metadataPrefix": prefix, **({"set": named} if named else {})}
        for prefix in PREFIXES
        for named in SETS
    ]
    with serving(stocked.out, page_size=5) as address:
        wanted = [names(walk(address, verb, **asked)) for asked in combined]
        begun = [ask(address, verb=verb, **asked) for asked in combined]
    stocked.titles[20] = "Басқа атау"
    stocked.titles[30] = "Жаңа кітап"
    stocked.gone = {7, 9}
    stocked.publish()
    with serving(stocked.out, page_size=5) as address:
        ended = [names([*headers(first), *rest(address, verb, first)]) for first in begun]
        assert ended == wanted
        after = walk(address, verb, metadataPrefix="oai_dc")
    assert len(after) == 25
    deleted = [header for header in after if header.get("status") == "deleted"]
    assert sorted(names(deleted)) == ["catalogue-b0007", "catalogue-b0009"]


def test_letters_come_whole_and_what_xml_cannot_hold_is_left_out(collection: Any, serving: Any) -> None:
    collection.titles = {1: "Әуезов & «Қаңлы»: ұлы\x0b дала\ufffe <өлкесі>"}
    collection.publish()
    with serving(collection.out) as address:
        for prefix in PREFIXES:
            record = ask(address, verb="ListRecords", metadataPrefix=prefix).find(".//o:metadata", NS)
            assert "Әуезов & «Қаңлы»: ұлы дала <өлкесі>" in "".join(record.itertext())


def test_a_range_of_days_includes_both_its_ends(stocked: Any, serving: Any) -> None:
    with serving(stocked.out) as address:
        stamps = sorted(
            one.findtext("o:datestamp", "", NS)
            for one in walk(address, "ListIdentifiers", metadataPrefix="oai_dc")
        )
        first, last = stamps[0], stamps[-1]
        chosen = walk(address, "ListIdentifiers", metadataPrefix="oai_dc", from_=first, until=first)
        assert len(chosen) == stamps.count(first)
        assert {one.findtext("o:datestamp", "", NS) for one in chosen} == {first}
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
        ("verb=ListRecords&metadataPrefix=oai%20dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=lang:", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=%D3%99", "badArgument"),
    ],
)
def test_every_mistake_has_the_code_of_the_protocol(collection: Any, asked: str, wanted: str) -> None:
    collection.titles = {1: "Қарағанды"}
    collection.publish()
    provider = oai.Provider(
        Snapshots(collection.out), "https://library.example/oai", "a@library.example", b"k"
    )
    answer = provider.answer(parse_qsl(asked, keep_blank_values=True), datetime(2026, 11, 22, tzinfo=UTC))
    assert code(held(answer)) == wanted


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


def test_sickle_takes_everything(stocked: Any, serving: Any) -> None:
    with serving(stocked.out, page_size=5) as address:
        client = Sickle(f"{address}oai")
        assert client.Identify().deletedRecord == "persistent"
        for prefix in PREFIXES:
            records = list(client.ListRecords(metadataPrefix=prefix))
            assert (len(records), sum(one.deleted for one in records)) == (24, 1)


def test_scythe_takes_everything(stocked: Any, serving: Any) -> None:
    with serving(stocked.out, page_size=5) as address, Scythe(f"{address}oai") as client:
        assert client.identify().deletedRecord == "persistent"
        assert sorted(one.setSpec for one in client.list_sets()) == sorted(SETS[1:])
        for prefix in PREFIXES:
            records = list(client.list_records(metadata_prefix=prefix))
            assert (len(records), sum(one.deleted for one in records)) == (24, 1)
            identifiers = {one.header.identifier for one in records}
            assert {one.identifier for one in client.list_identifiers(metadata_prefix=prefix)} == identifiers


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


def test_an_item_that_europeana_does_not_take_is_deleted_there_and_whole_elsewhere(
    collection: Any, serving: Any
) -> None:
    collection.titles = {1: "Абай", 2: "Қан мен тер"}
    collection.rights = {2: "http://rightsstatements.org/vocab/NKC/1.0/"}
    collection.publish()
    with serving(collection.out) as address:
        for prefix, gone in (("edm", ["catalogue-b0002"]), ("oai_dc", [])):
            found = walk(address, "ListRecords", metadataPrefix=prefix)
            assert len(found) == 2
            assert names([one for one in found if one.get("status") == "deleted"]) == gone
        identifier = "oai:rabis-sync.local:catalogue-b0002"
        formats = ask(address, verb="ListMetadataFormats", identifier=identifier)
        given = [one.text for one in formats.iterfind(".//o:metadataPrefix", NS)]
        assert given == ["oai_dc", "marc21", "unimarc"]
