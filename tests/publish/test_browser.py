"""The site in a real browser: faults of access, the keyboard alone, without scripts, search, the reader."""

from __future__ import annotations

import shutil
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from pypdfium2 import PdfDocument

from rabis_sync.demo.pdf import Document
from rabis_sync.marc.fields import Field
from tests.publish.conftest import make_book, make_library, within
from tests.web.conftest import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

TREES = {"kk": "", "ru": "ru/", "en": "en/"}
BOOK = "items/catalogue-b1/"
#: A page of each kind, by its address at the root.
PLACES = {
    "start": "",
    "new": "new/",
    "search": "search/?q=казак",
    "titles": "titles/",
    "authors": "authors/",
    "kind": "types/book.html",
    "item": BOOK,
    "reader": f"{BOOK}read.html",
    "gone": "items/catalogue-b9/",
    "frame": "embed/",
}
TITLES = {
    "b1": "Қазақ ақындарының жырлары",
    "b2": "Ёлка у шахтёров",
    "b3": "Жезқазған кеніші",
    "b4": "Ескі қала",
    "b5": "Степные ветры",
}
#: What WCAG 2.2 AA asks for, and no advice beyond it.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
#: What may differ between light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs the Debian package chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, vocabulary: Any, dialects: Any, profiles: Any, exchange: Any
) -> Iterator[str]:
    """Five books, of which the first has pages, the fourth is kept back, and a sixth is gone."""
    made = make_library(tmp_path_factory.mktemp("site"), vocabulary, dialects, profiles, exchange)
    made.add(*TITLES, "b9")
    for number, title in TITLES.items():
        record = make_book(number, title)
        language = Field.data("101", "0 ", [("a", "rus" if number in {"b2", "b5"} else "kaz")])
        place = Field.data("607", "  ", [("a", "Қарағанды облысы")])
        others = [one for one in record.fields if one.tag != "101"]
        fields = tuple(sorted([*others, language, place], key=lambda one: one.tag))
        made.store_record(type(record)(record.leader, fields))
    made.scan("b1.pdf", three_pages())
    made.forbid("b4")
    made.publish()
    made.delete("b9")
    made.publish()
    made.store.close()
    with running(made.out) as served:
        yield served


def three_pages() -> bytes:
    document = Document(TITLES["b1"], "С. Абаев", "kk")
    for _ in range(3):
        document.page()
        document.rectangle((20, 20, 100, 300), (40, 90, 99))
    return document.finished()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A telephone's page; a script that fails, or that its policy forbids, fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda told: faults.append(told.text) if "Content Security" in told.text else None)
    yield opened
    context.close()
    assert faults == []


def ready(page: Page, place: str) -> None:
    """Wait for what a script of the page adds."""
    if "search/" in place:
        page.wait_for_selector("#results .card")
    if place.endswith("read.html"):
        page.wait_for_selector(".viewer")


# --- access ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", TREES)
def test_axe_finds_no_fault_on_any_page(page: Page, address: str, language: str) -> None:
    faults = []
    for name, place in PLACES.items():
        page.goto(f"{address}{TREES[language]}{within(TREES[language], place)}")
        ready(page, place)
        for scheme, rules in (("light", RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options=rules).response["violations"]
            faults += [(name, scheme, one["id"], [node["target"] for node in one["nodes"]]) for one in found]
    assert faults == []


@pytest.mark.parametrize("language", TREES)
def test_no_page_is_wider_than_its_window(page: Page, address: str, language: str) -> None:
    for place in PLACES.values():
        page.goto(f"{address}{TREES[language]}{within(TREES[language], place)}")
        ready(page, place)
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)


def test_the_keyboard_alone_reaches_everything(page: Page, address: str) -> None:
    for place in PLACES.values():
        page.goto(f"{address}ru/{within('ru/', place)}")
        ready(page, place)
        wanted = page.evaluate(
            """[...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
            .filter(one => one.checkVisibility({visibilityProperty: true}) && one.tabIndex >= 0).length"""
        )
        reached = set()
        for _ in range(wanted + 2):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate(
                    """(() => { const all = [...document.querySelectorAll('*')];
                    return all.indexOf(document.activeElement); })()"""
                )
            )
            outlined = page.evaluate(
                """document.activeElement === document.body
                || getComputedStyle(document.activeElement).outlineStyle != 'none'"""
            )
            assert outlined, place
        assert len(reached) >= wanted, place


def test_the_first_key_offers_to_skip_to_what_the_page_is_about(page: Page, address: str) -> None:
    page.goto(f"{address}ru/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_pages_are_read_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}{BOOK}")
    page.click("a.button.first")
    images = page.locator(".pages img")
    expect(images).to_have_count(3)
    expect(images.first).to_be_visible()
    page.goto(f"{address}ru/search/?q=казак")
    expect(page.get_by_text("Для поиска нужен JavaScript")).to_be_visible()
    page.click("nav.rooms a >> nth=0")
    expect(page.locator(".tiles a").first).to_be_visible()
    context.close()


@pytest.mark.parametrize(("place", "sheets"), [(BOOK, 1), (f"{BOOK}read.html", 1), ("search/?q=казак", 1)])
def test_what_is_printed_is_the_book_and_not_the_way_around_the_site(
    page: Page, address: str, place: str, sheets: int
) -> None:
    page.goto(f"{address}{place}")
    ready(page, place)
    page.emulate_media(media="print")
    for around in ("nav", ".actions", ".tools", "[data-copy]", "#neighbours", "footer a"):
        for one in page.locator(around).all():
            expect(one).to_be_hidden()
    assert len(PdfDocument(page.pdf(format="A4"))) == sheets


# --- search ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("казак", "Қазақ ақындарының жырлары"),
        ("қазақ акындар", "Қазақ ақындарының жырлары"),
        ("kazaq aqyn", "Қазақ ақындарының жырлары"),
        ("елка", "Ёлка у шахтёров"),
        ("ШАХТЕРОВ ёлка", "Ёлка у шахтёров"),
        ("жезказган", "Жезқазған кеніші"),
        ("Jezkazgan", "Жезқазған кеніші"),
        ("жезказгане", "Жезқазған кеніші"),
    ],
)
def test_a_title_is_found_however_its_letters_are_typed(
    page: Page, address: str, asked: str, title: str
) -> None:
    page.goto(f"{address}ru/")
    page.fill("#q", asked)
    page.press("#q", "Enter")
    page.wait_for_selector("#results .card")
    assert page.locator("#results h2").all_text_contents() == [title]


def test_an_author_a_subject_and_a_year_are_searched_too_and_a_title_comes_first(
    page: Page, address: str
) -> None:
    for asked in ("абаев", "караганды", "история", "1998"):
        page.goto(f"{address}search/?q={asked}")
        expect(page.locator("#results .card")).to_have_count(5)
    page.goto(f"{address}search/?q=абаев+степные")
    expect(page.locator("#results h2")).to_have_text("Степные ветры")


def test_results_are_narrowed_by_facets_and_the_address_remembers(page: Page, address: str) -> None:
    page.goto(f"{address}ru/search/?q=абаев")
    page.click("summary:has-text('Языки')")
    page.click("#facets a:has-text('Казахский')")
    expect(page.locator("#results .card")).to_have_count(3)
    assert "language=kk" in page.url
    page.reload()
    expect(page.locator("#results .card")).to_have_count(3)
    page.click("#facets a[aria-current]")
    expect(page.locator("#results .card")).to_have_count(5)
    page.go_back()
    expect(page.locator("#results .card")).to_have_count(3)


def test_nothing_found_is_said(page: Page, address: str) -> None:
    page.goto(f"{address}ru/search/?q=жираф")
    expect(page.locator("#told")).to_contain_text("Ничего не найдено")


def test_an_index_that_does_not_come_is_said(page: Page, address: str) -> None:
    page.route("**/index.json", lambda route: route.abort())
    page.goto(f"{address}ru/search/?q=казак")
    expect(page.locator("#told")).to_contain_text("Указатель не загрузился")


# --- an item and its reader --------------------------------------------------------------------------


def test_a_citation_is_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}ru/items/catalogue-b1.html")
    page.click("[data-copy]:has-text('Скопировать:')")
    expect(page.get_by_role("button", name="Скопировано")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.text_content("#citation")
    context.close()


def test_a_reader_turns_pages_by_button_key_and_address(page: Page, address: str) -> None:
    page.goto(f"{address}ru/items/catalogue-b1.read.html#page=2")
    shown = page.locator(".sheet img")
    expect(shown).to_have_attribute("alt", "Страница 2")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "Страница 3")
    assert page.url.endswith("#page=3")
    page.keyboard.press("ArrowRight")
    expect(shown).to_have_attribute("alt", "Страница 3")
    page.keyboard.press("Home")
    page.get_by_role("button", name="Следующая страница").click()
    expect(shown).to_have_attribute("alt", "Страница 2")
    page.get_by_label("Номер страницы").fill("1")
    page.keyboard.press("Enter")
    expect(shown).to_have_attribute("alt", "Страница 1")
    assert page.evaluate("document.querySelector('.sheet img').naturalWidth") > 500


@pytest.mark.parametrize("language", TREES)
def test_a_book_is_found_read_and_switched_between_languages(page: Page, address: str, language: str) -> None:
    def at(code: str, place: str) -> str:
        return f"{address}{TREES[code]}{within(TREES[code], place)}"

    reader = f"{BOOK}read.html"
    page.goto(f"{address}{TREES[language]}search/?q=казак")
    page.click("#results h2 a")
    page.wait_for_url(at(language, BOOK))
    for place, onward in ((BOOK, "a.button.first"), (reader, ".trail a")):
        for other in TREES:
            page.click(f".languages [hreflang={other}]")
            page.wait_for_url(at(other, place))
            page.click(f".languages [hreflang={language}]")
            page.wait_for_url(at(language, place))
        page.click(onward)
    page.wait_for_url(at(language, BOOK))


def test_a_reader_zooms_and_shows_thumbnails(page: Page, address: str) -> None:
    page.goto(f"{address}ru/items/catalogue-b1.read.html")
    page.wait_for_selector(".viewer")
    width = "document.querySelector('.sheet img').clientWidth"
    before = page.evaluate(width)
    page.keyboard.press("+")
    assert page.evaluate(width) > before
    page.keyboard.press("0")
    assert page.evaluate(width) == before
    page.get_by_role("button", name="Миниатюры страниц").click()
    expect(page.locator(".thumbs button")).to_have_count(3)
    page.get_by_role("button", name="Страница 3", exact=True).click()
    expect(page.locator(".sheet img")).to_have_attribute("alt", "Страница 3")


def test_a_reader_takes_its_pages_from_the_manifest_and_does_without_it(page: Page, address: str) -> None:
    with page.expect_response("**/iiif/catalogue-b1/manifest.json") as answer:
        page.goto(f"{address}{BOOK}read.html")
    assert answer.value.ok
    page.route("**/manifest.json", lambda route: route.abort())
    page.goto(f"{address}en/items/catalogue-b1.read.html#page=3")
    expect(page.locator(".sheet img")).to_have_attribute("alt", "Page 3")


def test_another_site_may_show_what_is_new_in_a_frame(page: Page, address: str) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f'<iframe src="{address}ru/embed/"></iframe>'.encode())

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    other = HTTPServer(("127.0.0.1", 0), Other)
    Thread(target=other.serve_forever, daemon=True).start()
    page.goto(f"http://localhost:{other.server_port}/")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Новые поступления")).to_be_visible()
    expect(frame.locator("li").first).to_be_visible()
    other.shutdown()
    other.server_close()
