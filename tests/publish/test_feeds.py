"""The site JSON and the JSON Feed, each held to the rules of its format, and the words of all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from rabis_sync.publish import wording
from rabis_sync.publish.feeds import site_json
from rabis_sync.publish.vocabulary import Labels
from tests.formats.rules import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.fields import MarcRecord

SITE = "https://library.example/kraeved/"


@pytest.fixture
def published(library: Any, book: Callable[..., MarcRecord]) -> Any:
    """Three open books of which one has a cover, and one that is kept back."""
    library.add("b1", "b2", "b3", "b4")
    library.store_record(
        book("b1", "Абай жолы", ("http://scans.example/b1.pdf", "http://scans.example/b1.jpg"))
    )
    library.scan("b1.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0")
    library.store_record(book("b2", "Әлиханның Алаш ордасы"))
    library.forbid("b4")
    library.publish()
    return library


def test_the_json_feed_keeps_the_rules_of_its_format(published: Any) -> None:
    body = (published.live / "feed.json").read_bytes()
    assert faults("json-feed.json", body) == []
    feed = json.loads(body)
    assert len({item["id"] for item in feed["items"]}) == 3
    assert feed["feed_url"] == f"{SITE}current/feed.json"


def test_the_json_feed_begins_with_what_was_opened_last(published: Any) -> None:
    published.add("b9")
    published.publish()
    feed = json.loads((published.live / "feed.json").read_bytes())
    assert feed["items"][0]["id"] == "catalogue-b9"


def test_the_json_feed_shows_no_book_that_cannot_be_opened(published: Any) -> None:
    feed = json.loads((published.live / "feed.json").read_bytes())
    assert "catalogue-b4" not in {item["id"] for item in feed["items"]}


def test_the_site_json_is_cut_into_pages_pinned_to_the_release(
    published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_json, "PAGE_SIZE", 3)
    published.add("b5")
    published.publish()
    contents = json.loads((published.live / "collection.json").read_bytes())
    assert contents["schema"] == "rabis-sync/collection/1"
    assert contents["counts"] == {"items": 5, "withdrawn": 0}
    base = f"{SITE}releases/{published.live.name}/collection/"
    assert contents["pages"] == [f"{base}0001.json", f"{base}0002.json"]
    assert sorted(published.page()) == ["b1", "b2", "b3", "b4", "b5"]


def test_the_site_json_says_how_to_cite(published: Any) -> None:
    citation = published.page()["b1"]["citation"]
    url = f"{SITE}current/items/catalogue-b1/"
    assert citation["ru"].endswith(f"Караганда : Арқа, 1998. — 120 с. — Режим доступа: {url}")
    assert citation["kk"].startswith("Абаев, С. Абай жолы [Электрондық ресурс]")


def test_the_site_json_gives_rights_in_three_languages(published: Any) -> None:
    rights = published.page()["b1"]["rights"]
    assert rights["uri"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert rights["label"]["kk"] == "Авторлық құқықпен қорғалған"
    assert rights["basis"]["ru"] == "договор с правообладателем"


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (0, "ru", "0 Б"),
        (999, "ru", "999 Б"),
        (1_000, "ru", "1,0 КБ"),
        (999_499, "kk", "999 КБ"),
        (999_500, "kk", "1,0 МБ"),
        (1_234_567, "ru", "1,2 МБ"),
        (12_345_678, "en", "12 MB"),
        (5_000_000_000_000, "en", "5000 GB"),
    ],
)
def test_sizes_are_said_as_people_read_them(number: int, language: str, said: str) -> None:
    assert wording.size(number, language) == said.replace(" ", "\N{NO-BREAK SPACE}")


def test_every_text_of_the_pages_is_there_in_three_languages() -> None:
    for code, text in wording.texts().items():
        assert isinstance(text, Labels)
        assert all(text.of(language).strip() for language in ("kk", "ru", "en")), code


def test_the_site_json_keeps_the_schema_that_is_published_beside_it(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.add("b1", "b2", "b3", valid_until="2027-12-31")
    library.store_record(book("b1", title="Қарағанды", links=("http://scans.example/b1.pdf",)))
    library.forbid("b2")
    library.publish()
    library.delete("b3")
    library.publish()
    schema = json.loads((library.live / "schemas" / "collection-1.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for document in ("collection.json", "collection/0001.json"):
        found = json.loads((library.live / document).read_bytes())
        assert [error.message for error in validator.iter_errors(found)] == []
    broken = json.loads((library.live / "collection/0001.json").read_bytes())
    broken["items"][0]["level"] = "closed"
    assert list(validator.iter_errors(broken))
