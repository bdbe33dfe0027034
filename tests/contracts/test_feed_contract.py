"""What every feed promises, whoever wrote it."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html
from pydantic import TypeAdapter

from rabis_sync.marc.record import Contributor, Subject
from rabis_sync.publish.changes import Change, Log, next_changes
from rabis_sync.publish.collection import Release, Tombstone, digests_of
from rabis_sync.publish.exchange import Exchange
from rabis_sync.publish.feeds import FEEDS, Document, documents_of
from rabis_sync.publish.item import Holding, PublicFile, PublicItem
from rabis_sync.publish.related import Related
from rabis_sync.publish.vocabulary import Labels, RightsVocabulary
from tests.formats.rules import faults

if TYPE_CHECKING:
    from collections.abc import Callable

SITE = "https://library.example/kraeved/"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
FULL = PublicItem(
    id="catalogue-b1",
    source="catalogue",
    record="b1",
    titles={"kk": "Қарағанды <тарихы> & «шежіресі»", "ru": "История Караганды"},
    responsibility="С. Абаев",
    contributors=(Contributor("Абаев, С.", "aut", "person", "1932-2004", primary=True),),
    place="Қарағанды",
    publisher="Арқа",
    date="1998",
    year=1998,
    extent="120 с.",
    pages=120,
    languages=("kk", "ru"),
    subjects=(Subject("place", "Караганда"),),
    summary='Об "угле" и людях </script><script>alert(1)</script>',
    holdings=(Holding("ЦГБ", "63.3"),),
    related=(
        Related("set", "Собрание <сочинений>", "Т. 2", "catalogue-b2"),
        Related("original", "Печать & бумага"),
    ),
    level="open",
    rights_uri="http://rightsstatements.org/vocab/InC/1.0/",
    basis="contract",
    until="2027-12-31",
    reason="",
    files=(
        PublicFile("kniga.pdf", "application/pdf", 1_234_567, "0" * 64, 1),
        PublicFile("cover.jpg", "image/jpeg", 4_567, "1" * 64, 1, cover=True),
        PublicFile("page-0001.jpg", "image/jpeg", 9_876, "2" * 64, 0, page=1, width=1100, height=1600),
    ),
    since=NOW,
)
BARE = FULL._replace(
    id="catalogue-b2",
    record="b2",
    titles={"und": "b2"},
    responsibility="",
    contributors=(),
    place="",
    publisher="",
    date="",
    year=None,
    extent="",
    pages=None,
    languages=(),
    subjects=(),
    summary="",
    holdings=(),
    related=(),
    level="metadata",
    rights_uri="http://rightsstatements.org/vocab/CNE/1.0/",
    basis="",
    until="",
    reason="not_in_registry",
    files=(),
)
EXCHANGE = Path(__file__).parents[2] / "mappings" / "exchange.toml"
LOG = Log(
    (Change(1, "catalogue-b3", "create", NOW, "", "", "c0ffee", given=False, release="20261121T030000Z-0"),)
)
STONE = Tombstone("catalogue-b3", "catalogue", "b3", "record_deleted", NOW)


#: Feeds that name items by identifier or address alone.
WITHOUT_DESCRIPTIONS = {"changes", "sitemap", "site_files"}
#: Feeds that show what the items are called and lead to the pages with their rights.
TITLES_ALONE = {"search_index", "shelf_pages", "start_pages"}
#: Feeds whose documents others keep and quote: what they name stays at its address from release to release.
STAYING = {"iiif", "item_pages", "oai", "opds"}


def records_of(document: Document) -> list[tuple[str, bytes]]:
    """Records of an item with the rules of each."""
    rules = {"oai_dc": "oai-dc.rnc", "edm": "edm.rnc", "marc21": "marcxml.rnc", "unimarc": "marcxchange.rnc"}
    told = json.loads(document.body)
    return [(rules[prefix], told[prefix].encode()) for prefix in rules if prefix in told]


def linked_data_of(document: Document) -> list[tuple[str, bytes]]:
    """What a page says to machines."""
    scripts = html.document_fromstring(document.body).xpath("//script[@type='application/ld+json']")
    return [("linked-book.json", (one.text or "").encode()) for one in scripts]


#: Feed -> what of a document is held to which rules (`tests/formats/`).
RULED: dict[str, Callable[[Document], list[tuple[str, bytes]]]] = {
    "atom": lambda one: [("atom.rnc", one.body)],
    "sitemap": lambda one: [("sitemap.rnc", one.body)],
    "json_feed": lambda one: [("json-feed.json", one.body)],
    "oai": records_of,
    "item_pages": linked_data_of,
}


@pytest.fixture(scope="module")
def vocabulary(root: Path) -> RightsVocabulary:
    text = (root / "mappings" / "rights.toml").read_text("utf-8")
    return TypeAdapter(RightsVocabulary).validate_python(tomllib.loads(text))


def make_release(
    vocabulary: RightsVocabulary, *items: PublicItem, name: str = "20261122T030000Z-1"
) -> Release:
    library = Labels(kk="Кітапхана", ru="Библиотека", en="Library")
    exchange = TypeAdapter(Exchange).validate_python(tomllib.loads(EXCHANGE.read_text("utf-8")))
    unnamed = Release(
        name, library, SITE, items, (STONE,), vocabulary, exchange, LOG, digests_of(items, exchange)
    )
    return replace(unnamed, log=Log((*LOG.entries, *next_changes(LOG, unnamed, NOW))))


@pytest.mark.parametrize("name", FEEDS.names())
def test_equal_releases_give_equal_documents(name: str, vocabulary: RightsVocabulary) -> None:
    feed = FEEDS.get(name)()
    first, second = (
        [
            (one.path, one.body, one.mime, one.key)
            for one in documents_of([feed], make_release(vocabulary, FULL, BARE))
        ]
        for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("name", FEEDS.names())
@pytest.mark.parametrize("items", [(FULL, BARE), (FULL,), (BARE,), ()], ids=["both", "full", "bare", "none"])
def test_whatever_is_missing_every_document_can_be_read(
    name: str, items: tuple[PublicItem, ...], vocabulary: RightsVocabulary
) -> None:
    documents = list(documents_of([FEEDS.get(name)()], make_release(vocabulary, *items)))
    assert documents
    for document in documents:
        if document.path.endswith(".json"):
            json.loads(document.body)
        elif document.path.endswith(".html"):
            html.document_fromstring(document.body)
        elif document.path.endswith((".css", ".js")):
            assert b"{" in document.body
        elif document.path.endswith(".csv"):
            assert len(list(csv.reader(document.body.decode().splitlines()))) > len(items)
        else:
            etree.fromstring(document.body)


@pytest.mark.parametrize("name", sorted(RULED))
@pytest.mark.parametrize("items", [(FULL, BARE), (FULL,), (BARE,), ()], ids=["both", "full", "bare", "none"])
def test_whatever_is_missing_every_document_keeps_the_rules_of_its_format(
    name: str, items: tuple[PublicItem, ...], vocabulary: RightsVocabulary
) -> None:
    for document in documents_of([FEEDS.get(name)()], make_release(vocabulary, *items)):
        found = RULED[name](document)
        assert [fault for rules, part in found for fault in faults(rules, part)] == []


@pytest.mark.parametrize("name", FEEDS.names())
def test_documents_have_safe_places_of_their_own_and_a_media_type(
    name: str, vocabulary: RightsVocabulary
) -> None:
    documents = list(documents_of([FEEDS.get(name)()], make_release(vocabulary, FULL, BARE)))
    paths = [document.path for document in documents]
    assert len(set(paths)) == len(paths)
    for document in documents:
        assert not document.path.startswith(("/", "files/", "manifest.json"))
        assert ".." not in document.path
        assert "/" in document.mime


@pytest.mark.parametrize("name", FEEDS.names())
def test_an_address_of_a_file_is_relative_or_pinned_or_in_a_document_that_stays(
    name: str, vocabulary: RightsVocabulary
) -> None:
    release = make_release(vocabulary, FULL)
    for document in documents_of([FEEDS.get(name)()], release):
        text = document.body.decode("utf-8")
        staying = [release.current_url()] if name in STAYING else []
        known = (release.url(), '="', '="../', "../../", *staying)
        for piece in text.split("files/catalogue-b1/")[:-1]:
            assert piece.endswith(known)


@pytest.mark.parametrize("name", FEEDS.names())
def test_an_item_without_files_gives_no_address_of_a_file(name: str, vocabulary: RightsVocabulary) -> None:
    for document in documents_of([FEEDS.get(name)()], make_release(vocabulary, BARE)):
        assert b"files/catalogue-" not in document.body


@pytest.mark.parametrize("name", FEEDS.names())
def test_the_title_and_the_rights_of_an_open_item_are_in_the_feed(
    name: str, vocabulary: RightsVocabulary
) -> None:
    documents = documents_of([FEEDS.get(name)()], make_release(vocabulary, FULL))
    text = b"".join(document.body for document in documents).decode("utf-8")
    assert "шежіресі" in text or name in WITHOUT_DESCRIPTIONS
    assert FULL.rights_uri in text or name in WITHOUT_DESCRIPTIONS | TITLES_ALONE


@pytest.mark.parametrize("name", FEEDS.names())
def test_a_feed_says_in_its_first_sentence_what_it_is_for(name: str) -> None:
    doc = FEEDS.get(name).__doc__
    assert doc
    assert doc.split("\n", 1)[0].endswith(".")
