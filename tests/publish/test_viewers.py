"""Manifests and their collection in viewers that others made, Mirador and Universal Viewer, in Chromium.

The viewers come from the registry of npm packages, so this is a long trial; what they were found to ask for
is held by the tests of the manifests.
"""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.publish.conftest import SITE
from tests.publish.test_browser import three_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Route

pytestmark = pytest.mark.soak

TITLE = "Караганда, книга b1"
OTHERS = "https://viewers.example/"
MANIFEST = f"{SITE}current/iiif/catalogue-b1/manifest.json"
COLLECTION = f"{SITE}current/iiif/collection.json"
MIRADOR = """<!doctype html><meta charset="utf-8"><div id="v" style="position: absolute; inset: 0"></div>
<script src="mirador/dist/mirador.min.js"></script>
<script>Mirador.viewer({id: "v", windows: [{manifestId: "%s"}], window: {sideBarOpen: true}})</script>"""
UNIVERSAL = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="universalviewer/dist/uv.css">
<div id="v" class="uv" style="width: 1200px; height: 700px"></div>
<script src="universalviewer/dist/umd/UV.js"></script><script>UV.init("v", {manifest: "%s"})</script>"""


@pytest.fixture(scope="module")
def viewers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the unpacked packages, by name."""
    folder = tmp_path_factory.mktemp("viewers")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs the Debian package npm")
    for name in ("mirador@4.0.0", "universalviewer@4.4.0"):
        packed = subprocess.run(
            [npm, "pack", "--silent", name], cwd=folder, capture_output=True, text=True, check=True
        )
        with tarfile.open(folder / packed.stdout.strip()) as archive:
            archive.extractall(folder, filter="data")
        (folder / "package").rename(folder / name.partition("@")[0])
    return folder


@pytest.fixture
def page(viewers: Path, library: Any) -> Iterator[Page]:
    """A page to which the collection, of one book of three pages, and the viewers are the whole web."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs the Debian package chromium")
    library.add("b1")
    library.scan("b1.pdf", three_pages())
    library.publish()
    missing: list[str] = []
    roots = {SITE: library.out, OTHERS: viewers}

    def answer(route: Route) -> None:
        root = next(one for one in roots if route.request.url.startswith(one))
        file = roots[root] / route.request.url.removeprefix(root).partition("?")[0]
        if file.is_file():
            route.fulfill(path=file, headers={"Access-Control-Allow-Origin": "*"})
        else:
            missing.extend([route.request.url] if root == SITE else [])
            route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 1280, "height": 800})
        for root in roots:
            opened.route(f"{root}**", answer)
        yield opened
        browser.close()
    assert missing == []


def shown(page: Page, viewer: str, address: str) -> None:
    page.route(
        f"{OTHERS}index.html", lambda route: route.fulfill(content_type="text/html", body=viewer % address)
    )
    page.goto(f"{OTHERS}index.html")


def test_mirador_shows_a_book(page: Page) -> None:
    with page.expect_response("**/page-0001.jpg") as image:
        shown(page, MIRADOR, MANIFEST)
    assert image.value.ok
    expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()
    expect(page.get_by_text("1 of 3").first).to_be_visible()


def test_mirador_lists_the_books_of_the_collection(page: Page) -> None:
    shown(page, MIRADOR, COLLECTION)
    page.get_by_role("button", name="Show collection").last.click()
    page.get_by_role("menuitem", name=TITLE).click()
    expect(page.get_by_text("1 of 3").first).to_be_visible()


def test_universal_viewer_shows_a_book_with_its_thumbnails(page: Page) -> None:
    shown(page, UNIVERSAL, MANIFEST)
    thumbnails = page.locator(".thumb img")
    expect(thumbnails).to_have_count(3)
    for at in range(3):
        assert thumbnails.nth(at).evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
