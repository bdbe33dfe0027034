"""The page, the site JSON and the JSON Feed, each held to the rules of its format."""

from __future__ import annotations

import json
import re
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from lxml import html

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


def page_of(library: Any) -> html.HtmlElement:
    return html.document_fromstring((library.live / "index.html").read_bytes())


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


def test_the_site_json_gives_rights_in_three_languages(published: Any) -> None:
    rights = published.page()["b1"]["rights"]
    assert rights["uri"] == "http://rightsstatements.org/vocab/InC/1.0/"
    assert rights["label"]["kk"] == "Авторлық құқықпен қорғалған"
    assert rights["basis"]["ru"] == "договор с правообладателем"


# -------------------------------------------------------------------------------------------- the page


def test_every_identifier_of_the_page_is_its_own_and_every_anchor_leads_somewhere(published: Any) -> None:
    page = page_of(published)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    anchors = {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")}
    assert anchors <= set(ids)
    assert set(page.xpath("//@aria-labelledby")) <= set(ids)


def test_the_page_has_landmarks_one_heading_of_the_first_rank_and_no_rank_left_out(published: Any) -> None:
    page = page_of(published)
    for landmark in ("header", "nav", "main", "footer"):
        assert len(page.xpath(f"//{landmark}")) == 1
    ranks = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert ranks.count(1) == 1
    assert ranks[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(ranks))


def test_the_page_says_its_languages(published: Any) -> None:
    page = page_of(published)
    assert page.get("lang") == "ru"
    title = page.xpath("//h3[contains(., 'Әлиханның')]")[0]
    assert title.get("lang") in {"kk", "ru"}
    ours = [text.kk for text in wording.texts().values() if re.search("[әғқңөұүһі]", text.kk)]
    kazakh = [element for element in page.xpath("//body//*") if (element.text or "").strip() in ours]
    assert len(kazakh) > 4
    assert all(element.xpath("ancestor-or-self::*[@lang='kk']") for element in kazakh)


def test_every_picture_has_words_and_every_link_too(published: Any) -> None:
    page = page_of(published)
    assert [image.get("alt") for image in page.xpath("//img")] == ["Обложка: Абай жолы"]
    assert all(link.text_content().strip() for link in page.xpath("//a"))
    texts = [link.text_content() for link in page.xpath("//a[@class='file']")]
    assert len(set(texts)) == len(texts)


def test_the_page_needs_no_network_and_no_script(published: Any) -> None:
    page = page_of(published)
    assert page.xpath("//script|//iframe|//object|//embed|//form|//base") == []
    loaded = page.xpath("//img/@src|//link[@rel='stylesheet']/@href|//source/@src")
    assert all("//" not in address for address in loaded)
    style = "".join(page.xpath("//style/text()"))
    assert "url(" not in style
    assert "@import" not in style
    assert page.xpath("//@*[starts-with(name(), 'on')]") == []


def test_books_stand_in_the_order_of_the_kazakh_alphabet(published: Any) -> None:
    page = page_of(published)
    titles = [heading.text_content() for heading in page.xpath("//h3")]
    assert titles[:2] == ["Абай жолы", "Әлиханның Алаш ордасы"]
    assert [tab.text_content() for tab in page.xpath("//h2")] == ["А", "Ә", "К"]


def test_a_book_that_is_kept_back_has_its_level_and_no_link(published: Any) -> None:
    card = page_of(published).get_element_by_id("catalogue-b4")
    assert "Только описание" in card.text_content()
    assert card.xpath(".//a[@class='file']") == []


def test_a_picture_beside_the_scan_is_its_cover_and_no_download(library: Any) -> None:
    library.add("b1")
    library.scan("b1.JPG", b"\xff\xd8\xff\xe0\0\x10JFIF\0")
    library.scan("other/b1.png", b"\x89PNG\r\n\x1a\n")
    library.publish()
    page = page_of(library)
    assert page.xpath("//img/@src") == ["files/catalogue-b1/b1.jpg"]
    assert page.xpath("//a[@class='file']/@href") == ["files/catalogue-b1/b1.pdf"]
    assert (library.live / "files" / "catalogue-b1" / "b1.jpg").is_file()
    library.forbid("b1")
    library.add("b2")
    library.publish()
    assert not any("catalogue-b1" in path for path in library.files())


def test_what_a_record_says_is_never_markup(library: Any, book: Callable[..., MarcRecord]) -> None:
    library.add("b1")
    library.store_record(book("b1", '<script>alert("1")</script><b>Книга</b>'))
    library.publish()
    page = page_of(library)
    assert page.xpath("//script|//h3/b") == []
    assert '<script>alert("1")</script>' in page.xpath("//h3")[0].text_content()


def test_an_empty_collection_says_so(library: Any) -> None:
    library.add("b1")
    library.publish()
    library.allow("b1", level="closed")
    library.publish()
    assert "Сейчас в коллекции книг нет." in page_of(library).text_content()


# ----------------------------------------------------------------------------------------------- looks


def palettes() -> list[dict[str, str]]:
    """Colours of the light and the dark dress."""
    style = resources.files("rabis_sync.publish").joinpath("site/page.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("ink", "paper"),
        ("ink", "card"),
        ("soft", "paper"),
        ("soft", "card"),
        ("soft", "spine"),
        ("accent", "paper"),
        ("accent", "card"),
        ("on-accent", "accent"),
        ("open", "open-paper"),
        ("kept", "kept-paper"),
    ],
)
def test_words_stand_out_from_their_ground_as_wcag_aa_asks(
    palette: dict[str, str], ink: str, paper: str
) -> None:
    light, dark = sorted((luminance(palette[ink]), luminance(palette[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


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
    assert wording.size(number, language) == said


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
