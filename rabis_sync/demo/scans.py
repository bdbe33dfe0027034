"""Scans of the digitised books: a small PDF each, with a title page, and a cover as JPEG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from rabis_sync.demo import lettering, vocabulary
from rabis_sync.demo.pdf import HEIGHT, MARGIN, WIDTH, Colour, Document

if TYPE_CHECKING:
    from rabis_sync.demo.book import Book

#: Binding and lettering of the covers.
BINDINGS: tuple[tuple[Colour, Colour], ...] = (
    ((120, 40, 34), (238, 214, 160)),
    ((26, 68, 92), (236, 224, 196)),
    ((40, 78, 52), (240, 222, 158)),
    ((92, 62, 34), (244, 226, 188)),
    ((62, 44, 84), (226, 204, 168)),
    ((20, 92, 98), (246, 230, 190)),
)
PAPER: Colour = (250, 246, 236)
INK: Colour = (40, 34, 30)
COVER = (300, 426)
#: Covers are drawn larger and made small, which smooths the pen.
FINER = 3

OWNED = {
    "rus": "Из фондов библиотек города Комирсая. Оцифровано для краеведческой коллекции.",
    "kaz": "Көмірсай қаласы кітапханаларының қорынан. Өлкетану топтамасы үшін цифрландырылды.",
}
CONTENTS = {
    "rus": ("Предисловие", "Начало", "Люди и годы", "Наш край сегодня", "Примечания"),
    "kaz": ("Алғысөз", "Бастауы", "Адамдар мен жылдар", "Өлкеміз бүгін", "Ескертулер"),
}
HEADING = {"rus": "Содержание", "kaz": "Мазмұны"}


def binding(book: Book) -> tuple[Colour, Colour]:
    """The colours of a book, told by its number."""
    return BINDINGS[int(book.number[-6:]) % len(BINDINGS)]


def pdf(book: Book) -> bytes:
    """The scan: title page, imprint and, for every other book, a page of contents."""
    language = vocabulary.SHORT[book.language]
    document = Document(book.full_title, book.heading, language)
    _title_page(document, book)
    _imprint(document, book)
    if book.pages % 8:
        _contents(document, book)
    return document.finished()


def _title_page(document: Document, book: Book) -> None:
    cloth, gold = binding(book)
    document.page()
    document.rectangle((0, 0, WIDTH, HEIGHT), PAPER)
    document.rectangle((0, HEIGHT - 58, WIDTH, 58), cloth)
    document.diamonds(HEIGHT - 46, 28, gold)
    document.rectangle((0, 0, WIDTH, 58), cloth)
    document.diamonds(18, 28, gold)
    author = book.authors[0].name[book.language]
    document.paragraph(f"{author.given} {author.surname}", 470, 1.5, INK, middle=True)
    below = document.paragraph(book.title, 390, 3.0, cloth, middle=True)
    document.paragraph(book.other, below - 6, 1.4, INK, middle=True)
    place = book.publisher.place[book.language]
    document.paragraph(book.publisher.name, 104, 1.2, INK, middle=True)
    document.paragraph(f"{place}, {book.year}", 84, 1.2, INK, middle=True)


def _imprint(document: Document, book: Book) -> None:
    document.page()
    document.rectangle((0, 0, WIDTH, HEIGHT), PAPER)
    top = document.paragraph(f"{book.heading} {book.title}", 500, 1.3, INK)
    if book.summary:
        top = document.paragraph(book.summary, top - 14, 1.3, INK)
    document.paragraph(OWNED[book.language], top - 14, 1.3, INK)
    if book.isbn:
        document.line(f"ISBN {book.isbn}", 80, 1.3, INK, MARGIN)
    document.line("2", 40, 1.2, INK)


def _contents(document: Document, book: Book) -> None:
    document.page()
    document.rectangle((0, 0, WIDTH, HEIGHT), PAPER)
    document.line(HEADING[book.language], 500, 1.8, binding(book)[0])
    chapters = CONTENTS[book.language]
    for place, chapter in enumerate(chapters):
        page = str(3 + place * (book.pages - 8) // len(chapters))
        baseline = 450 - place * 26
        document.line(chapter, baseline, 1.3, INK, MARGIN)
        document.line(page, baseline, 1.3, INK, WIDTH - MARGIN - lettering.measure(page) * 1.3)
    document.line("3", 40, 1.2, INK)


def cover(book: Book) -> bytes:
    """The cover as JPEG, `COVER` pixels."""
    cloth, gold = binding(book)
    width, height = COVER[0] * FINER, COVER[1] * FINER
    image = Image.new("RGB", (width, height), cloth)
    pen = ImageDraw.Draw(image)
    edge = 14 * FINER
    pen.rectangle((edge, edge, width - edge, height - edge), outline=gold, width=FINER)
    _ornament(pen, width // 2, height * 7 // 10, gold)
    author = book.authors[0].name[book.language]
    _write(pen, author.direct, 64 * FINER, 1.5 * FINER, gold)
    _write(pen, book.title, 124 * FINER, 2.3 * FINER, gold)
    _write(pen, str(book.year), height - 34 * FINER, 1.3 * FINER, gold)
    out = BytesIO()
    image.resize(COVER, Image.Resampling.LANCZOS).save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _ornament(pen: ImageDraw.ImageDraw, x: int, y: int, ink: Colour) -> None:
    """Four pairs of ram's horns around a diamond, the oldest pattern of the steppe."""
    for radius in (54, 40):
        box = radius * FINER
        pen.polygon([(x, y - box), (x + box, y), (x, y + box), (x - box, y)], outline=ink, width=FINER)
    reach, curl = 24 * FINER, 9 * FINER
    for sign_x, sign_y in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        end_x, end_y = x + sign_x * reach // 2, y + sign_y * reach // 2
        pen.line((x, y, end_x, end_y), fill=ink, width=2 * FINER)
        for turn_x, turn_y in ((sign_x * curl, 0), (0, sign_y * curl)):
            middle_x, middle_y = end_x + turn_x, end_y + turn_y
            circle = (middle_x - curl, middle_y - curl, middle_x + curl, middle_y + curl)
            pen.arc(circle, 0, 360, fill=ink, width=2 * FINER)


def _write(pen: ImageDraw.ImageDraw, text: str, top: int, size: float, ink: Colour) -> None:
    """Lines in the middle of the cover; `top` is the height of the first capital, `size` pixels a unit."""
    width = COVER[0] * FINER
    for line in lettering.wrap(text, int((width - 60 * FINER) / size)):
        left = (width - lettering.measure(line) * size) / 2
        for letter in line:
            for stroke in lettering.strokes(letter):
                _stroke(
                    pen,
                    [(left + x * size, top + (lettering.CAPITAL - y) * size) for x, y in stroke],
                    size,
                    ink,
                )
            left += lettering.advance(letter) * size
        top += int(12 * size)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], size: float, ink: Colour) -> None:
    half = size * 0.45
    pen.line(points, fill=ink, width=round(2 * half), joint="curve")
    for x, y in points:
        pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)
