"""Covers and page images drawn from scans: made once for each content, side by side, kept by its checksum.

A scan that cannot be drawn (encrypted, damaged) is published all the same, without pictures, and is named.
"""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.crew import end_with_parent
from rabis_sync.publish.item import PICTURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Raised when pictures are drawn otherwise: all are drawn anew.
VERSION = 1
#: Longest side of a cover and of a page, in pixels: a card on a telephone, a page that can be read.
COVER, PAGE = 480, 1600
#: Pages drawn of one scan at most; a longer one is published with its first pages.
MOST_PAGES = 1500
#: Points of a page at most, whatever its size is said to be (a decompression bomb is no page).
_MOST_PIXELS = 60_000_000
_QUALITY = 80
_LIST = "pictures.json"


class Picture(NamedTuple):
    """One drawn picture.

    Attributes:
        file: its name in the folder of its scan.
        page: number of the page from 1; 0 for the cover.
        width, height: in pixels.
        bytes: size.
        sha256: checksum.
    """

    file: str
    page: int
    width: int
    height: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn of one scan.

    Attributes:
        folder: where the pictures lie.
        pictures: the cover, then the pages.
        pages: pages that the scan has, drawn or not; 0 where nobody knows.
        fault: why there is none; empty when there are.
    """

    folder: Path
    pictures: tuple[Picture, ...] = ()
    pages: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Studio:
    """Draws what is not drawn yet.

    Attributes:
        folder: where pictures are kept, by the checksum of their scan.
        workers: scans drawn at the same time.
    """

    folder: Path
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))

    def known(self, checksum: str) -> Drawn | None:
        """What was drawn of a content before; None where nothing was tried."""
        place = self._place(checksum)
        try:
            kept = json.loads((place / _LIST).read_bytes())
            pictures = tuple(Picture(**one) for one in kept["pictures"])
            whole = {one.file for one in pictures}.issubset(os.listdir(place))  # noqa: PTH208  names alone
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if not whole or kept["version"] != VERSION:
            return None
        pages = kept.get("pages", max((one.page for one in pictures), default=0))
        return Drawn(place, pictures, pages, kept["fault"])

    def draw(self, scans: Iterable[tuple[str, str, str]]) -> dict[str, Drawn]:
        """Pictures of every scan, by checksum.

        Args:
            scans: checksum, place and media type of each.
        """
        wanted = {checksum: (path, mime) for checksum, path, mime in scans}
        found = {checksum: self.known(checksum) for checksum in wanted}
        missing = [(checksum, *wanted[checksum]) for checksum, drawn in found.items() if drawn is None]
        tasks = [(str(self._place(checksum)), path, mime) for checksum, path, mime in missing]
        for (checksum, *_), fault in zip(missing, self._side_by_side(tasks), strict=True):
            found[checksum] = self.known(checksum) or Drawn(self._place(checksum), fault=fault or "not drawn")
        return {checksum: drawn for checksum, drawn in found.items() if drawn is not None}

    def _place(self, checksum: str) -> Path:
        return self.folder / checksum[:2] / checksum

    def _side_by_side(self, tasks: list[tuple[str, str, str]]) -> Iterator[str]:
        """Faults of the tasks in their order; a scan that brings its worker down is a fault of that scan.

        Which one it was the broken pool does not say: the first that is not done is drawn again, alone.
        """
        if len(tasks) < 2 or self.workers < 2:
            yield from map(_draw, tasks)
            return
        waiting = list(tasks)
        while waiting:
            done = 0
            with ProcessPoolExecutor(self.workers, get_context("spawn"), end_with_parent) as pool:
                try:
                    for fault in pool.map(_draw, waiting):
                        done += 1
                        yield fault
                except BrokenProcessPool:
                    yield _alone(waiting[done])
                    done += 1
            waiting = waiting[done:]


def _alone(task: tuple[str, str, str]) -> str:
    """Draw one scan in a process of its own; why it could not be, or an empty text."""
    with ProcessPoolExecutor(1, get_context("spawn"), end_with_parent) as pool:
        try:
            return next(iter(pool.map(_draw, [task])))
        except BrokenProcessPool:
            return "the renderer broke down"


def _draw(task: tuple[str, str, str]) -> str:
    """Draw one scan into its folder; why it could not be, or an empty text."""
    place, path, mime = Path(task[0]), Path(task[1]), task[2]
    unfinished = place.with_name(f".{place.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        pictures, pages, fault = list(_pictures(unfinished, path, mime)), _pages(path, mime), ""
    except Exception as error:  # noqa: BLE001  a renderer may fail in any way: the book goes out without pictures
        pictures, pages, fault = [], 0, f"{type(error).__name__}: {error}"
    drawn = [one._asdict() for one in pictures]
    kept = {"version": VERSION, "fault": fault, "pages": pages, "pictures": drawn}
    (unfinished / _LIST).write_text(json.dumps(kept), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    unfinished.rename(place)
    return fault


def _pictures(folder: Path, path: Path, mime: str) -> Iterator[Picture]:
    """The cover, and the pages of a scan that has pages."""
    for number, image in _images(path, mime):
        if number == 1:
            yield _saved(folder, "cover.jpg", 0, image, COVER)
        if mime not in PICTURES:
            yield _saved(folder, f"page-{number:04}.jpg", number, image, PAGE)


def _pages(path: Path, mime: str) -> int:
    """Pages of a scan; 0 of a kind that is not drawn."""
    if mime == "application/pdf":
        import pypdfium2  # noqa: PLC0415  only a worker that draws pays for it

        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    if mime in PICTURES or mime == "image/tiff":
        from PIL import Image  # noqa: PLC0415  only a worker that draws pays for it

        with Image.open(path) as image:
            return int(getattr(image, "n_frames", 1))
    return 0


def _images(path: Path, mime: str) -> Iterator[tuple[int, Any]]:
    """Numbered images of a scan; none of a kind that is not drawn (DjVu, EPUB)."""
    if mime == "application/pdf":
        yield from _of_pdf(path)
    elif mime in PICTURES or mime == "image/tiff":
        yield from _of_picture(path)


def _of_pdf(path: Path) -> Iterator[tuple[int, Any]]:
    import pypdfium2  # noqa: PLC0415  only a worker that draws pays for it

    with pypdfium2.PdfDocument(path) as document:
        for number in range(1, min(len(document), MOST_PAGES) + 1):
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(PAGE / max(width, height, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
            bitmap = page.render(scale=scale)
            yield number, bitmap.to_pil()
            bitmap.close()
            page.close()


def _of_picture(path: Path) -> Iterator[tuple[int, Any]]:
    from PIL import Image, ImageOps  # noqa: PLC0415  only a worker that draws pays for it

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with Image.open(path) as image:
        for number in range(1, min(getattr(image, "n_frames", 1), MOST_PAGES) + 1):
            image.seek(number - 1)
            yield number, ImageOps.exif_transpose(image)


def _saved(folder: Path, name: str, page: int, image: Any, longest: int) -> Picture:
    smaller = image.convert("RGB")
    smaller.thumbnail((longest, longest))
    path = folder / name
    smaller.save(path, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    body = path.read_bytes()
    return Picture(name, page, smaller.width, smaller.height, len(body), sha256(body).hexdigest())
