"""Scans are small valid documents whose every letter is drawn and can be copied."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from rabis_sync.demo import lettering, vocabulary

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def pdfs(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "scans").glob("*.pdf"))]


def streams(document: bytes) -> list[str]:
    packed = re.findall(rb"FlateDecode>>stream\n(.*?)\nendstream", document, re.DOTALL)
    return [zlib.decompress(one).decode("ascii") for one in packed]


def test_every_object_stands_where_the_table_says(pdfs: list[bytes]) -> None:
    for document in pdfs:
        start = int(re.findall(rb"startxref\n(\d+)\n%%EOF", document)[0])
        table = re.findall(rb"(\d{10}) 00000 n ", document[start:])
        for number, place in enumerate(table, 1):
            assert document[int(place) :].startswith(b"%d 0 obj\n" % number)
        assert b"/Size %d" % (len(table) + 1) in document


def test_a_scan_has_two_or_three_pages_and_is_small(pdfs: list[bytes]) -> None:
    pages = [len(re.findall(rb"/Type/Page/", document)) for document in pdfs]
    assert set(pages) == {2, 3}
    assert all(b"/Count %d" % count in document for count, document in zip(pages, pdfs, strict=True))
    assert max(map(len, pdfs)) < 20_000


def test_the_text_of_a_page_can_be_copied(pdfs: list[bytes]) -> None:
    texts = []
    for document in pdfs:
        parts = streams(document)
        (table,) = [part for part in parts if "begincmap" in part]
        letters = {
            int(code, 16): chr(int(letter, 16))
            for code, letter in re.findall(r"<(..)> <(....)>", table.partition("beginbfchar")[2])
        }
        shown = re.findall(r"<([0-9A-F]+)> Tj", "\n".join(parts))
        texts.append(" ".join("".join(letters[code] for code in bytes.fromhex(line)) for line in shown))
    assert any("КӨМІРСАЙ ҚАЛАСЫ КІТАПХАНАЛАРЫНЫҢ" in text for text in texts)
    assert any("ИЗ ФОНДОВ БИБЛИОТЕК ГОРОДА КОМИРСАЯ" in text for text in texts)


def test_every_letter_of_titles_and_names_can_be_drawn() -> None:
    words = vocabulary.names()
    text = "".join(title for work in vocabulary.works("local") for title in work.title.values())
    text += "".join(str(words[key]) for key in words if not key.endswith("fathers"))
    letters = {letter for letter in text if letter.isalnum()} | set("әғқңөұүһіёъ0123456789:-–«»№.,")
    assert [letter for letter in sorted(letters) if not lettering.strokes(letter)] == []


def test_a_line_is_never_wider_than_asked_but_for_one_long_word() -> None:
    lines = lettering.wrap("Комирсай на старых фотографиях", 80)
    assert " ".join(lines) == "Комирсай на старых фотографиях"
    assert all(lettering.measure(line) <= 80 or " " not in line for line in lines)
    assert len(lines) > 1


def test_a_cover_is_a_small_picture_with_lettering_on_cloth(folder: Path) -> None:
    covers = sorted((folder / "scans").glob("*.jpg"))
    assert len(covers) == 40
    for path in covers:
        with Image.open(BytesIO(path.read_bytes())) as image:
            assert image.size == (300, 426)
            assert len(image.getcolors(300 * 426) or []) > 100
        assert path.stat().st_size < 25_000
