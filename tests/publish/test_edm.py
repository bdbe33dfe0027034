"""Records for Europeana: which statements it takes, and what a record must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from rabis_sync.marc.fields import MarcRecord
from rabis_sync.publish import edm
from rabis_sync.publish.related import Related
from tests.contracts.test_feed_contract import BARE, FULL, make_release
from tests.formats.rules import faults

if TYPE_CHECKING:
    from rabis_sync.publish.item import PublicItem
    from rabis_sync.publish.vocabulary import RightsVocabulary

RIGHTS = "http://rightsstatements.org/vocab/{}/1.0/"
NS = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
}
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


@pytest.fixture
def made(vocabulary: RightsVocabulary) -> Any:
    def make(item: PublicItem) -> etree._Element:
        text = edm.record(make_release(vocabulary, item), item)
        assert text is not None
        assert faults("edm.rnc", text.encode()) == []
        return etree.fromstring(text)

    return make


@pytest.mark.parametrize("name", ["NoC-NC", "NoC-OKLR", "InC", "InC-EDU", "InC-OW-EU", "CNE"])
def test_a_statement_that_europeana_takes_is_given_as_it_is(name: str) -> None:
    item = FULL._replace(rights_uri=RIGHTS.format(name))
    assert (edm.statement(item), edm.withheld(item)) == (RIGHTS.format(name), {})


@pytest.mark.parametrize("name", ["InC-NC", "InC-RUU", "NoC-CR", "NoC-US", "NKC"])
def test_of_any_other_statement_it_is_told_why_the_item_is_not_given(
    name: str, vocabulary: RightsVocabulary
) -> None:
    item = FULL._replace(rights_uri=RIGHTS.format(name))
    assert edm.withheld(item) == {"edm": "rights_statement"}
    assert edm.record(make_release(vocabulary, item), item) is None


def test_undetermined_is_not_evaluated_to_europeana() -> None:
    assert edm.statement(FULL._replace(rights_uri=RIGHTS.format("UND"))) == RIGHTS.format("CNE")


@pytest.mark.parametrize("form", ["publicdomain/mark/1.0/", "licenses/by-sa/4.0/", "licenses/by/3.0/kz/"])
def test_a_licence_is_taken_in_its_exact_form(form: str) -> None:
    assert edm.statement(FULL._replace(rights_uri=f"http://creativecommons.org/{form}"))


@pytest.mark.parametrize(
    "uri",
    [
        "https://creativecommons.org/licenses/by/4.0/",
        "http://creativecommons.org/licenses/by/4.0",
        "http://creativecommons.org/licenses/sa/1.0/",
        "",
    ],
)
def test_in_any_other_form_it_is_not(uri: str) -> None:
    assert edm.statement(FULL._replace(rights_uri=uri)) is None


def test_a_record_tells_where_the_book_is_shown_and_by_which_right(made: Any) -> None:
    record = made(FULL)
    whole = record.find("ore:Aggregation", NS)
    shown = {etree.QName(one).localname: one.get(RESOURCE) for one in whole}
    assert shown["isShownAt"] == "https://library.example/kraeved/current/items/catalogue-b1/"
    assert shown["isShownBy"].endswith("/current/files/catalogue-b1/kniga.pdf")
    assert shown["object"].endswith("/cover.jpg")
    assert shown["rights"] == FULL.rights_uri
    assert "page-" not in etree.tostring(record).decode()
    thing = record.find("edm:ProvidedCHO", NS)
    assert [one.text for one in thing.iterfind("dcterms:alternative", NS)] == ["История Караганды"]
    assert thing.findtext("dc:title", "", NS) == FULL.title


def test_a_description_without_a_file_is_shown_at_its_page_alone(made: Any) -> None:
    whole = made(BARE).find("ore:Aggregation", NS)
    assert {etree.QName(one).localname for one in whole} == {
        *("aggregatedCHO", "dataProvider", "isShownAt", "provider", "rights")
    }


def test_a_map_is_an_image_and_a_volume_a_part_of_its_set(made: Any) -> None:
    marc = MarcRecord("00000nem".ljust(24), ())
    record = made(FULL._replace(marc=marc, related=(Related("set", "Тарих", item="catalogue-b2"),)))
    assert record.findtext("edm:ProvidedCHO/edm:type", "", NS) == "IMAGE"
    part = record.find("edm:ProvidedCHO/dcterms:isPartOf", NS)
    assert part.get(RESOURCE) == "https://library.example/kraeved/current/items/catalogue-b2/"
