"""The pages of the site without a browser: languages, addresses, lists, markup, weight, what changes anew."""

from __future__ import annotations

import json
import posixpath
import re
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import html5lib
import pytest
from lxml import html

from rabis_sync.errors import ConfigError
from rabis_sync.marc.fields import Field
from rabis_sync.publish import wording
from rabis_sync.publish.feeds import shelf_pages
from rabis_sync.publish.look import Look, read_look
from tests.publish.conftest import make_book, within

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord

SITE = "https://library.example/kraeved/"
TREES = {"kk": "", "ru": "ru/", "en": "en/"}
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
#: A page of each kind, by its address at the root.
PLACES = (
    *(
        "",
        "new/",
        "search/",
        "embed/",
        "titles/",
        "authors/",
        "subjects/",
        "decades/1990.html",
        "types/book.html",
    ),
    *("items/catalogue-b1/", "items/catalogue-b1/read.html", "items/catalogue-b4/", "items/catalogue-b5/"),
)


def book(number: str, title: str, *more: Field) -> MarcRecord:
    made = make_book(number, title)
    return type(made)(made.leader, tuple(sorted([*made.fields, *more], key=lambda one: one.tag)))


@pytest.fixture
def published(library: Any) -> Any:
    """An open book with a cover and pages, two without, one that is kept back, one that is gone."""
    library.add("b1", "b2", "b3", "b4", "b5")
    library.store_record(book("b1", "Абай жолы"))
    library.scan("b1.jpg", JPEG)
    library.scan("b1.pdf", two_pages())
    library.store_record(book("b2", "Әлиханның Алаш ордасы"))
    library.forbid("b4")
    library.publish()
    library.delete("b5")
    library.publish()
    return library


def two_pages() -> bytes:
    from rabis_sync.demo.pdf import Document  # noqa: PLC0415  the demo writes true PDFs

    document = Document("Абай жолы", "С. Абаев", "kk")
    for _ in range(2):
        document.page()
        document.rectangle((20, 20, 100, 300), (40, 90, 99))
    return document.finished()


def page(library: Any, place: str = "", tree: str = "ru/") -> html.HtmlElement:
    return html.document_fromstring((library.live / file_of(place, tree)).read_bytes())


def file_of(place: str, tree: str = "") -> str:
    here = within(tree, place)
    return f"{tree}{here}" if here.endswith(".html") else f"{tree}{here}index.html"


def every_page(library: Any) -> list[Path]:
    return sorted(library.live.rglob("*.html"))


# --- languages and addresses -----------------------------------------------------------------------


def test_every_page_is_there_in_every_language_and_says_which(published: Any) -> None:
    for language, tree in TREES.items():
        for place in PLACES:
            found = page(published, place, tree)
            assert found.get("lang") == language
            if place == "embed/":
                continue
            versions = found.xpath("//link[@rel='alternate'][@hreflang]")
            expected = {
                code: f"{SITE}current/{prefix}{within(prefix, place)}" for code, prefix in TREES.items()
            }
            told = {link.get("hreflang"): link.get("href") for link in versions}
            assert told == expected | {"x-default": expected["kk"]}
            assert found.xpath("//link[@rel='canonical']/@href") == [expected[language]]


def test_the_language_switch_leads_to_the_same_page(published: Any) -> None:
    for place in PLACES:
        expected = {file_of(place, prefix) for prefix in TREES.values()}
        for tree in TREES.values():
            ways = page(published, place, tree).xpath("//nav[@class='languages']//a/@href")
            assert place == "embed/" or {led(file_of(place, tree), way) for way in ways} == expected


def led(path: str, way: str) -> str:
    """The file that a link of a file means."""
    met = posixpath.normpath(posixpath.join(posixpath.dirname(path), way))
    return met if met.endswith(".html") else posixpath.normpath(f"{met}/index.html")


def test_pages_of_an_item_are_a_folder_at_the_root_and_files_in_the_other_languages(published: Any) -> None:
    def below(folder: str) -> set[str]:
        found = (published.live / folder).rglob("catalogue-b[15]*/**/*")
        files = (published.live / folder).glob("catalogue-b[15].*")
        return {str(path.relative_to(published.live / folder)) for path in (*found, *files)}

    kept = {"catalogue-b1/index.html", "catalogue-b1/read.html", "catalogue-b5/index.html"}
    made = {"catalogue-b1.html", "catalogue-b1.read.html", "catalogue-b5.html"}
    assert (below("items"), below("ru/items"), below("en/items")) == (kept, made, made)


def test_a_book_and_its_reader_lead_to_each_other_in_every_language(published: Any) -> None:
    book, reader = "items/catalogue-b1/", "items/catalogue-b1/read.html"
    for tree in TREES.values():
        [way] = page(published, book, tree).xpath("//a[@class='button first']/@href")
        assert led(file_of(book, tree), way) == file_of(reader, tree)
        [back] = page(published, reader, tree).xpath("//p[@class='trail']/a/@href")
        assert led(file_of(reader, tree), back) == file_of(book, tree)
        [linked] = page(published, book, tree).xpath("//script[@type='application/ld+json']")
        content = json.loads(linked.text)["encoding"][0]["contentUrl"]
        assert posixpath.normpath(posixpath.join(posixpath.dirname(file_of(book, tree)), content)) == (
            "files/catalogue-b1/b1.pdf"
        )


def test_the_library_chooses_the_language_of_the_root(published: Any) -> None:
    published.change(look=Look(language="ru"))
    published.publish()
    assert page(published, "", "").get("lang") == "ru"
    assert page(published, "", "kk/").get("lang") == "kk"
    assert page(published, "items/catalogue-b1/", "").get("lang") == "ru"
    assert page(published, "items/catalogue-b1/read.html", "kk/").get("lang") == "kk"
    assert not (published.live / "ru").exists()


def test_words_of_other_languages_are_marked_as_such(published: Any) -> None:
    [heading] = page(published, "items/catalogue-b2/").xpath("//h1")
    assert (heading.text, heading.get("lang")) == ("Әлиханның Алаш ордасы", "kk")


# --- markup ----------------------------------------------------------------------------------------


def test_every_page_keeps_the_grammar_of_html(published: Any) -> None:
    faults = []
    for path in every_page(published):
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(path.read_bytes().decode("utf-8"))
        faults += [(str(path), *error) for error in parser.errors]
    assert faults == []


def test_a_page_has_landmarks_one_first_heading_and_no_rank_left_out(published: Any) -> None:
    for place in PLACES:
        found = page(published, place)
        for landmark in ("main",) if place == "embed/" else ("header", "main", "footer"):
            assert len(found.xpath(f"//{landmark}")) == 1
        ranks = [int(heading.tag[1]) for heading in found.xpath("//h1|//h2|//h3|//h4")]
        assert (ranks[0], ranks.count(1)) == (1, 1)
        assert all(after <= before + 1 for before, after in pairwise(ranks))
        ids = found.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert set(found.xpath("//@aria-labelledby")) | set(found.xpath("//label/@for")) <= set(ids)


def test_a_page_runs_no_script_of_its_own_and_asks_nobody_else(published: Any) -> None:
    for place in PLACES:
        found = page(published, place)
        inline = [script for script in found.xpath("//script") if not script.get("src")]
        assert all(script.get("type") == "application/ld+json" for script in inline)
        assert found.xpath("//iframe|//object|//embed|//base|//style|//@style") == []
        assert found.xpath("//@*[starts-with(name(), 'on')]") == []
        loaded = found.xpath("//img/@src|//script/@src|//link[@rel='stylesheet']/@href|//form/@action")
        assert all("//" not in address for address in loaded)


def test_every_picture_keeps_its_place_and_every_link_has_words(published: Any) -> None:
    for path in every_page(published):
        found = html.document_fromstring(path.read_bytes())
        assert all(image.get("width") and image.get("height") for image in found.xpath("//img"))
        assert all(image.get("alt") is not None for image in found.xpath("//img"))
        assert all(link.text_content().strip() for link in found.xpath("//a"))


def test_what_a_record_says_is_never_markup(library: Any) -> None:
    library.add("b1")
    title = '<script>alert("1")</script><b>Книга</b> <%skip<% {{ t["skip"] }}'
    library.store_record(book("b1", title))
    library.publish()
    for place in ("", "items/catalogue-b1/", "types/book.html"):
        found = page(library, place)
        assert found.xpath("//b") == []
        assert 'alert("1")' not in "".join(found.xpath("//script[@src or not(@type)]/text()"))
        assert title in found.text_content()


def test_an_empty_collection_says_so(library: Any) -> None:
    library.add("b1")
    library.publish()
    library.allow("b1", level="closed")
    library.publish()
    assert "Сейчас в коллекции изданий нет." in page(library).text_content()
    assert "Қазір жинақта басылым жоқ." in page(library, tree="").text_content()


# --- the page of an item ---------------------------------------------------------------------------


def test_a_page_of_an_item_links_its_people_subjects_decade_language_and_kind(published: Any) -> None:
    ways = page(published, "items/catalogue-b1/").xpath("//dl[@class='facts']//a/@href")
    rooms = {way.removeprefix("../").partition("/")[0] for way in ways if way.startswith("../")}
    assert rooms == {"authors", "decades", "languages", "subjects", "types"}


def test_an_open_book_is_read_and_taken_and_one_kept_back_is_neither(published: Any) -> None:
    opened = page(published, "items/catalogue-b1/")
    assert len(opened.xpath("//a[@class='button first']")) == 1
    assert opened.xpath("//a[contains(@class, 'file')]/@href") == ["../../files/catalogue-b1/b1.pdf"]
    assert "ЦГБ" in opened.xpath("//table")[0].text_content()
    kept = page(published, "items/catalogue-b4/")
    assert kept.xpath("//a[contains(@class, 'button')]") == []
    assert "Только описание" in kept.text_content()


def test_a_reader_shows_the_pages_in_their_order_without_a_script(published: Any) -> None:
    found = page(published, "items/catalogue-b1/read.html")
    images = found.xpath("//ol[@class='pages']//img")
    assert [image.get("src").rsplit("/", 1)[1] for image in images] == ["page-0001.jpg", "page-0002.jpg"]
    assert [image.get("loading") for image in images] == [None, "lazy"]
    assert images[0].get("alt") == "Страница 1"
    for tree in TREES.values():
        assert not (published.live / file_of("items/catalogue-b2/read.html", tree)).exists()


def test_books_by_the_same_people_stand_beside_one_another(published: Any) -> None:
    near = page(published, "items/catalogue-b1/").xpath("//section//li/a/@href")
    assert set(near) == {f"../items/catalogue-{number}.html" for number in ("b2", "b3", "b4")}


# --- lists -----------------------------------------------------------------------------------------


def test_lists_stand_in_the_order_of_the_kazakh_alphabet(library: Any) -> None:
    library.add("b1", "b2", "b3")
    for number, title in (("b1", "Қарағанды"), ("b2", "Кен"), ("b3", "Әлия")):
        library.store_record(book(number, title))
    library.publish()
    for tree in TREES.values():
        letters = page(library, "titles/", tree).xpath("//ul[@class='values tiles']//a")
        assert [one.text for one in letters] == ["Ә", "К", "Қ"]
        titles = [one.text_content() for one in page(library, "types/book.html", tree).xpath("//h2/a")]
        assert titles == ["Әлия", "Кен", "Қарағанды"]


def test_long_lists_are_cut_into_pages_that_lead_to_one_another(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_pages, "ITEMS", 2)
    monkeypatch.setattr(shelf_pages, "SHELVES", 1)
    library.add("b1", "b2", "b3", "b4", "b5")
    other = Field.data("606", "0 ", [("a", "Өлкетану")])
    library.store_record(book("b5", "Ескі қала", other))
    library.publish()
    middle = page(library, "decades/1990-page-2.html")
    assert middle.xpath("//nav[@class='paging']/a/@href") == ["1990.html", "1990-page-3.html"]
    assert len(middle.xpath("//li[@class='card']")) == 2
    assert page(library, "decades/1990-page-3.html").xpath("//nav[@class='paging']/a/@href") == [
        "1990-page-2.html"
    ]
    first, second = page(library, "subjects/"), page(library, "subjects/page-2.html")
    assert first.xpath("//nav[@class='letters']//a/@href") == ["#u0418", "page-2.html#u04e8"]
    assert second.xpath("//nav[@class='letters']//a/@href") == ["./#u0418", "#u04e8"]
    assert second.xpath("//h2/@id") == ["u04e8"]


def test_one_changed_book_makes_only_the_pages_anew_that_show_it(library: Any) -> None:
    library.change(feeds={name: feed for name, feed in library.settings.feeds.items() if name != "oai"})
    library.add(*(f"b{number}" for number in range(10, 30)))
    for number in range(10, 30):
        author = Field.data("702", " 1", [("a", f"Редактор{number}"), ("b", "А."), ("4", "340")])
        library.store_record(book(f"b{number}", f"Книга {number}", author))
    library.publish()
    before = {path: path.stat().st_ino for path in every_page(library)}
    names = {path.relative_to(library.live): inode for path, inode in before.items()}
    library.store_record(book("b15", "Книга 15, исправленная"))
    library.publish()
    anew = {
        str(path.relative_to(library.live))
        for path in every_page(library)
        if names.get(path.relative_to(library.live)) != path.stat().st_ino
    }
    root = {one for one in anew if not one.startswith(("ru", "en"))}
    assert "items/catalogue-b15/index.html" in root
    assert "items/catalogue-b25/index.html" not in root
    assert not any(one.startswith("authors/redaktor2") for one in root)
    items = {one for one in root if one.startswith("items/")}
    assert len(items) <= 8  # the book, the six that show it beside them, and the one that follows it now


# --- search, embedding, look -----------------------------------------------------------------------


def test_the_index_has_every_item_and_points_at_values_by_number(published: Any) -> None:
    index = json.loads((published.live / "search/index.json").read_bytes())
    assert [row[0] for row in index["items"]][:2] == ["catalogue-b1", "catalogue-b2"]
    row = index["items"][0]
    assert row[1] == [["Абай жолы", "ru"]]
    facets = dict(zip(("language", "type", "decade", "author", "subject", "place"), row[5:], strict=True))
    named = {name: [index["values"][name][at] for at in numbers] for name, numbers in facets.items()}
    assert named["language"] == [["ru"]]
    assert named["decade"] == [["1990"]]
    assert named["author"][0][1] == "Абаев, С."
    assert all((published.live / f"authors/{slug}.html").is_file() for slug, _ in named["author"])


def test_a_start_page_weighs_less_than_100_kb_with_all_it_loads_but_covers(published: Any) -> None:
    for tree in TREES.values():
        found = page(published, "", tree)
        loaded = {
            name.replace("../", "") for name in found.xpath("//script/@src|//link[@rel='stylesheet']/@href")
        }
        assert loaded == {"site.js", "site.css", "theme.css"}
        whole = [published.live / tree / "index.html", *(published.live / name for name in loaded)]
        assert sum(path.stat().st_size for path in whole) < 100_000


def test_a_library_gives_its_site_its_own_colours_and_emblem(published: Any) -> None:
    published.change(look=Look(theme=b":root { --accent: #004488; }", logo=b"<svg/>"))
    published.publish()
    style = (published.live / "theme.css").read_text("utf-8")
    assert style.index("--accent: #9c3b17") < style.index("--accent: #004488")
    assert page(published, "items/catalogue-b1/").xpath("//img[@class='logo']/@src") == ["../../logo.svg"]
    assert (published.live / "logo.svg").read_bytes() == b"<svg/>"


def test_a_theme_or_emblem_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(b"GIF89a")
    with pytest.raises(ConfigError, match=r"logo.*neither SVG nor PNG"):
        read_look("kk", None, tmp_path / "logo.svg")
    with pytest.raises(ConfigError, match=r"theme.*cannot be read"):
        read_look("kk", tmp_path / "theme.css", None)
    (tmp_path / "theme.css").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match=r"theme.*not UTF-8"):
        read_look("kk", tmp_path / "theme.css", None)
    (tmp_path / "logo.svg").write_bytes(b"<svg>" + b" " * 100_000)
    with pytest.raises(ConfigError, match=r"logo.*larger"):
        read_look("kk", None, tmp_path / "logo.svg")
    assert read_look("ru", None, None) == Look("ru")


def palettes() -> list[dict[str, str]]:
    """Colours of the light and the dark dress."""
    style = resources.files("rabis_sync.publish").joinpath("site/theme.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
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
    ("ink", "paper", "least"),
    [
        *((ink, paper, 4.5) for ink in ("ink", "soft", "accent") for paper in ("paper", "card", "tint")),
        ("on-accent", "accent", 4.5),
        ("open", "open-paper", 4.5),
        ("kept", "kept-paper", 4.5),
        *(("edge", paper, 3.0) for paper in ("paper", "card", "tint")),  # edges of fields (1.4.11)
    ],
)
def test_words_and_edges_stand_out_from_their_ground_as_wcag_aa_asks(
    palette: dict[str, str], ink: str, paper: str, least: float
) -> None:
    light, dark = sorted((luminance(palette[ink]), luminance(palette[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_every_text_of_a_template_is_there_and_none_is_left_over() -> None:
    package = resources.files("rabis_sync.publish")
    sources = [path for room in ("", "feeds", "site") for path in package.joinpath(room).iterdir()]
    sources = [path for path in sources if path.name.endswith((".j2", ".py"))]
    said = "".join(path.read_text("utf-8") for path in sources)
    codes = [code for code in wording.texts() if "." not in code]
    assert [code for code in codes if f'"{code}"' not in said] == []
