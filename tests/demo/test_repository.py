"""The stand-in's repository keeps OAI-PMH to the letter: harvesters are tried on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from lxml import etree

from rabis_sync.demo.repository import Repository
from rabis_sync.demo.standin import Asked

if TYPE_CHECKING:
    from pathlib import Path

OAI = "{http://www.openarchives.org/OAI/2.0/}"
RECORD = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000   4500</leader></record>'
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def named(element: etree._Element, name: str) -> etree._Element:
    return next(element.iterchildren(f"{OAI}{name}"))


class Catalogue:
    """A repository with a clock that the test moves."""

    def __init__(self, count: int = 7) -> None:
        self.now = BEGAN
        self.repository = Repository(
            sets={"kraeved": "Өлкетану", "kraeved:maps": "Карталар"}, page_size=3, clock=lambda: self.now
        )
        for number in range(count):
            self.now = BEGAN + timedelta(hours=number)
            self.repository.hold(f"b{number}", RECORD, ("kraeved:maps",) if number % 2 else ())

    def ask(self, query: str) -> etree._Element:
        answer = self.repository(Asked("GET", "/oai", parse_qs(query), Message()))
        assert answer.status == 200
        return etree.fromstring(answer.body)

    def error(self, query: str) -> str:
        return str(named(self.ask(query), "error").get("code"))

    def walk(self, query: str) -> list[str]:
        """Identifiers of a whole list."""
        found: list[str] = []
        while True:
            root = self.ask(query)
            page = [str(one.text).rpartition(":")[2] for one in root.iter(f"{OAI}identifier")]
            token = next(root.iter(f"{OAI}resumptionToken"), None)
            if token is not None:
                assert token.get("cursor") == str(len(found))
            found += page
            if token is None or not token.text:
                assert token is None or token.get("completeListSize") == str(len(found))
                return found
            query = f"verb={parse_qs(query)['verb'][0]}&resumptionToken={token.text}"


@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ("", range(7)),
        ("&set=kraeved", (1, 3, 5)),
        ("&from=2024-01-01T02:00:00Z&until=2024-01-01T04:00:00Z", (2, 3, 4)),
        ("&from=2024-01-01&until=2024-01-01", range(7)),
    ],
)
def test_a_list_is_walked_to_its_end(verb: str, arguments: str, numbers: range) -> None:
    found = Catalogue().walk(f"verb={verb}&metadataPrefix=marcxml{arguments}")
    assert found == [f"b{number}" for number in numbers]


def test_a_token_gives_the_same_page_again() -> None:
    catalogue = Catalogue()
    token = next(catalogue.ask("verb=ListRecords&metadataPrefix=marcxml").iter(f"{OAI}resumptionToken")).text
    query = f"verb=ListRecords&resumptionToken={token}"
    assert etree.tostring(catalogue.ask(query)) == etree.tostring(catalogue.ask(query))


def test_a_list_is_frozen_at_its_first_page() -> None:
    catalogue = Catalogue()
    first = catalogue.ask("verb=ListIdentifiers&metadataPrefix=marcxml")
    token = next(first.iter(f"{OAI}resumptionToken")).text
    catalogue.now += timedelta(hours=1)
    catalogue.repository.hold("b9", RECORD)
    assert catalogue.walk("verb=ListIdentifiers&metadataPrefix=marcxml")[-1] == "b9"
    later = catalogue.ask(f"verb=ListIdentifiers&resumptionToken={token}")
    assert next(later.iter(f"{OAI}resumptionToken")).get("completeListSize") == "7"


def test_a_deleted_record_stays_as_a_header() -> None:
    catalogue = Catalogue()
    catalogue.now += timedelta(hours=1)
    catalogue.repository.delete("b3")
    (deleted,) = catalogue.ask(
        "verb=GetRecord&metadataPrefix=marcxml&identifier=oai:rabis.example.kz:b3"
    ).iter(f"{OAI}record")
    assert named(deleted, "header").get("status") == "deleted"
    assert deleted.find(f"{OAI}metadata") is None
    assert catalogue.walk("verb=ListRecords&metadataPrefix=marcxml")[-1] == "b3"


def test_what_did_not_change_keeps_its_datestamp() -> None:
    catalogue = Catalogue()
    before = dict(catalogue.repository.held)
    catalogue.now += timedelta(days=1)
    catalogue.repository.hold("b0", RECORD)
    assert catalogue.repository.held == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Sing", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=a", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marcxml&set=a&set=b", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marcxml&from=yesterday", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marcxml&from=2024-01-02&until=2024-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marcxml&from=2024-01-02&until=2024-01-03T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marcxml&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=marcxml&from=2030-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=marcxml&set=maps", "noRecordsMatch"),
        ("verb=GetRecord&identifier=x", "badArgument"),
        ("verb=GetRecord&identifier=x&metadataPrefix=marcxml", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist"),
    ],
)
def test_every_error_has_its_code(query: str, code: str) -> None:
    root = Catalogue().ask(query)
    assert named(root, "error").get("code") == code
    assert bool(named(root, "request").attrib) == (code not in {"badVerb", "badArgument"})


def test_a_repository_without_sets_says_so() -> None:
    catalogue = Catalogue()
    catalogue.repository.sets = {}
    for query in ("verb=ListSets", "verb=ListRecords&metadataPrefix=marcxml&set=kraeved"):
        assert catalogue.error(query) == "noSetHierarchy"


def test_it_tells_who_it_is_and_what_it_has() -> None:
    catalogue = Catalogue()
    identity = {one.tag.removeprefix(OAI): one.text for one in catalogue.ask("verb=Identify").iter()}
    assert (identity["protocolVersion"], identity["deletedRecord"]) == ("2.0", "persistent")
    assert identity["earliestDatestamp"] == "2024-01-01T00:00:00Z"
    assert identity["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    sets = [one.text for one in catalogue.ask("verb=ListSets").iter(f"{OAI}setSpec")]
    assert sets == ["kraeved", "kraeved:maps"]


def test_an_export_is_held_as_it_is_now(shared_data: Path, tmp_path: Path) -> None:
    export = tmp_path / "catalogue.mrc"
    whole = (shared_data / "tatarstan-500.mrc").read_bytes()
    export.write_bytes(whole)
    catalogue = Catalogue(0)
    catalogue.repository.fill(export)
    first = dict(catalogue.repository.held)
    catalogue.now += timedelta(days=1)
    export.write_bytes(whole[whole.index(b"\x1d") + 1 :])
    catalogue.repository.fill(export)
    changed = {
        one.identifier: bool(one.xml)
        for one in catalogue.repository.held.values()
        if one not in first.values()
    }
    assert (len(first), list(changed.values())) == (500, [False])
