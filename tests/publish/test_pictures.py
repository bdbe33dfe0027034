"""Covers and pages are drawn once for each content; a scan that cannot be drawn is published without."""

from __future__ import annotations

import io
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Self

import pytest
from PIL import Image

from rabis_sync.demo.pdf import Document
from rabis_sync.publish import pictures
from rabis_sync.publish.pictures import Studio

if TYPE_CHECKING:
    from pathlib import Path


def pdf(pages: int = 3) -> bytes:
    document = Document("Қарағанды", "С. Абаев", "kk")
    for _ in range(pages):
        document.page()
        document.rectangle((20, 20, 200, 300), (40, 90, 99))
    return document.finished()


def jpeg(width: int = 900, height: int = 1200) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (200, 180, 150)).save(stream, "JPEG")
    return stream.getvalue()


def published(library: Any, body: bytes, name: str = "b1.pdf") -> dict[str, Any]:
    library.add("b1")
    library.scan(name, body)
    library.publish()
    found: dict[str, Any] = library.page()["b1"]
    return found


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_a_pdf_gets_a_cover_and_a_picture_of_each_page(library: Any) -> None:
    item = published(library, pdf(3))
    assert item["page_images"] == 3
    assert item["first_page_image"].endswith("/files/catalogue-b1/page-0001.jpg")
    assert [file["pages"] for file in item["files"]] == [3, None]
    assert [(file["name"], file["cover"]) for file in item["files"]] == [
        ("b1.pdf", False),
        ("cover-drawn.jpg", True),
    ]
    folder = library.live / "files" / item["id"]
    assert sorted(path.name for path in folder.glob("page-*")) == [f"page-{one:04}.jpg" for one in (1, 2, 3)]
    assert max(size(folder / "cover-drawn.jpg")) == pictures.COVER
    assert max(size(folder / "page-0001.jpg")) == pictures.PAGE
    assert item["cover"].endswith("cover-drawn.jpg")


def test_a_cover_that_lies_beside_the_scan_is_preferred(library: Any) -> None:
    library.scan("b1.jpg", jpeg())
    item = published(library, pdf(2))
    assert [file["name"] for file in item["files"]] == ["b1.pdf", "b1.jpg"]
    assert item["page_images"] == 2


def test_a_scan_that_is_a_picture_gets_a_small_cover_and_no_second_copy(library: Any, book: Any) -> None:
    library.add("b1")
    library.store_record(book("b1", links=("http://scans.example/b1.jpg",)))
    library.scan("b1.jpg", jpeg())
    library.publish()
    item = library.page()["b1"]
    assert [file["name"] for file in item["files"]] == ["b1.jpg", "cover-drawn.jpg"]
    assert item["page_images"] == 0
    assert item["first_page_image"] is None
    assert item["files"][0]["pages"] == 1


@pytest.mark.parametrize(
    "body", [b"%PDF-1.4\n% a very small scan\n%%EOF\n", pdf(1)[:400]], ids=["empty", "cut"]
)
def test_a_scan_that_cannot_be_drawn_is_published_without_pictures_and_named(
    library: Any, body: bytes
) -> None:
    library.add("b1")
    library.scan("b1.pdf", body)
    report = library.publish()
    assert [file["name"] for file in library.page()["b1"]["files"]] == ["b1.pdf"]
    assert "scans that could not be drawn: b1.pdf" in report.message


def test_the_same_content_is_drawn_once_and_not_again_the_next_night(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1", "b2")
    for name in ("b1.pdf", "b2.pdf"):
        library.scan(name, pdf(1))
    library.publish()
    assert len(list(library.settings.pictures.glob("*/*/pictures.json"))) == 1
    monkeypatch.setattr(pictures, "_draw", lambda _: pytest.fail("drawn again"))
    assert library.publish().counts["changed"] == 0


def test_emptied_pictures_are_drawn_again_where_the_live_release_has_none(library: Any) -> None:
    published(library, pdf(1))
    [kept] = library.settings.pictures.glob("*/*/page-0001.jpg")
    shown = library.live / "files" / "catalogue-b1" / "page-0001.jpg"
    body = kept.read_bytes()
    kept.unlink()
    assert library.publish().counts["changed"] == 0
    assert not kept.exists()
    shown.unlink()
    assert library.publish().counts["changed"] == 1
    assert (library.live / "files" / "catalogue-b1" / "page-0001.jpg").read_bytes() == body
    assert kept.is_file()


def test_a_dry_run_draws_nothing(library: Any) -> None:
    library.add("b1")
    library.scan("b1.pdf", pdf(1))
    library.publish(dry_run=True)
    assert not library.settings.pictures.exists()


def test_pictures_go_when_the_book_is_withdrawn(library: Any) -> None:
    library.add("b2")
    item = published(library, pdf(2))
    assert list(library.out.rglob(f"{item['id']}/*.jpg"))
    library.forbid("b1")
    library.publish()
    assert not list(library.out.rglob(f"{item['id']}/*.jpg"))


@pytest.fixture
def three(tmp_path: Path) -> list[tuple[str, str, str]]:
    """Three scans to draw."""
    scans = []
    for number in range(3):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf(1))
        scans.append((f"{number:064}", str(path), "application/pdf"))
    return scans


def test_scans_are_drawn_side_by_side(tmp_path: Path, three: list[tuple[str, str, str]]) -> None:
    drawn = Studio(tmp_path / "pictures", workers=2).draw(three)
    assert [len(drawn[checksum].pictures) for checksum, *_ in three] == [2, 2, 2]


def test_a_scan_that_brings_its_worker_down_is_a_fault_of_its_own(
    tmp_path: Path, three: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pool:
        def __init__(self, *_: Any) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def map(self, draw: Any, tasks: Any) -> Any:
            if any(task[1].endswith("1.pdf") for task in tasks):
                raise BrokenProcessPool
            yield from map(draw, tasks)

    monkeypatch.setattr(pictures, "ProcessPoolExecutor", Pool)
    drawn = Studio(tmp_path / "pictures", workers=2).draw(three)
    assert [(len(drawn[one].pictures), drawn[one].fault) for one, *_ in three] == [
        (2, ""),
        (0, "the renderer broke down"),
        (2, ""),
    ]
