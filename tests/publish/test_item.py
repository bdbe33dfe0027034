"""Names that last, files known by their content, and what a record says of itself to the public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.errors import ConfigError, SourceAway
from rabis_sync.publish.item import language_of, titles
from rabis_sync.publish.naming import file_names, identify, item_page, item_reader, slug
from rabis_sync.publish.scans import Scans, Spot, examine, last_part, sniff
from rabis_sync.publish.vocabulary import Labels, Level, RightsVocabulary, Statement

if TYPE_CHECKING:
    from pathlib import Path


class Told:
    """A record that says no more of its titles than it is told to."""

    control_number = "b1"

    def __init__(self, title: str, other: str = "", parallel: tuple[str, ...] = ()) -> None:
        self._said = {"title": title, "other_title": other, "parallel_titles": parallel}

    def __getattr__(self, name: str) -> Any:
        return lambda: self._said[name]


def test_a_plain_control_number_stands_in_the_identifier_as_it_is() -> None:
    assert identify("catalogue", "b1017") == "catalogue-b1017"


def test_a_difficult_control_number_is_made_readable_and_stays_apart() -> None:
    assert re.fullmatch(r"catalogue-ru-nlr-bibl-17_[0-9a-f]{10}", identify("catalogue", "RU\\NLR\\bibl\\17"))
    assert identify("catalogue", "B1") != identify("catalogue", "b1")


def test_an_identifier_never_changes() -> None:
    """These addresses are in the world: whoever changes the rule breaks them."""
    assert identify("catalogue", "КЗ-17/а") == "catalogue-kz-17-a_7bb71632b4"


@given(
    st.tuples(st.text(min_size=1), st.text(min_size=1)), st.tuples(st.text(min_size=1), st.text(min_size=1))
)
def test_two_records_never_share_an_identifier(one: tuple[str, str], other: tuple[str, str]) -> None:
    first, second = identify(*one), identify(*other)
    assert re.fullmatch(r"[a-z0-9_-]+", first)
    assert (first == second) == (one == other)


def test_an_item_has_the_addresses_that_are_cited_and_never_those_of_another() -> None:
    """Those at the root are in the world: whoever changes the rule breaks them."""
    assert item_page("catalogue-b1") == ("items/catalogue-b1/", "items/catalogue-b1.html")
    assert item_reader("catalogue-b1") == ("items/catalogue-b1/read.html", "items/catalogue-b1.read.html")
    like_a_reader = identify("catalogue-b1", "read")
    assert item_page(like_a_reader).below == "items/catalogue-b1-read.html"


def test_file_names_are_ascii_and_apart() -> None:
    assert file_names(["Книга 1", "книга-1", "№"], ["pdf", "pdf", "jpg"]) == [
        "kniga-1.pdf",
        "kniga-1-2.pdf",
        "no.jpg",
    ]
    assert file_names(["…"], ["pdf"]) == ["file.pdf"]


@given(st.lists(st.sampled_from(["x", "x-2", "x-3", "Х", ""]), max_size=8))
def test_file_names_of_one_item_never_meet(stems: list[str]) -> None:
    names = file_names(stems, ["pdf"] * len(stems))
    assert len(set(names)) == len(stems)


def test_kazakh_letters_stay_readable_in_addresses() -> None:
    assert slug("Қарағанды тарихы: Өңір, Ұлытау, Ғасыр, ІІ") == "qaragandy-tarikhy-ongir-ulytau-gasyr-ii"


@pytest.mark.parametrize(
    ("link", "name"),
    [
        ("http://host/files/b1.pdf", "b1.pdf"),
        ("http://host/files/b1.pdf?page=1#2", "b1.pdf"),
        ("\\\\server\\scans\\b1.pdf", "b1.pdf"),
        ("scans/2020/b1.pdf ", "b1.pdf"),
        ("http://host/", ""),
        ("http://host", ""),
        ("http://[host/files/b1.pdf", "b1.pdf"),
        ("files/b1.pdf#http://host/", "b1.pdf"),
        ("", ""),
    ],
)
def test_the_last_part_of_a_link_names_the_file(link: str, name: str) -> None:
    assert last_part(link) == name


def test_a_file_is_found_whatever_letter_case_and_escapes_the_link_has(tmp_path: Path) -> None:
    path = tmp_path / "2020" / "Книга 1.PDF"
    path.parent.mkdir()
    path.write_bytes(b"%PDF-")
    scans = Scans.index(tmp_path)
    assert scans.find("http://host/%D0%9A%D0%BD%D0%B8%D0%B3%D0%B0%201.pdf") == Spot(
        str(path.parent), path.name
    )
    assert scans.find("http://host/..") == "file_missing"
    assert scans.find("http://host/") == "file_missing"


def test_the_exact_name_is_preferred_to_one_of_another_letter_case(tmp_path: Path) -> None:
    for name in ("A.pdf", "a.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-")
    assert Scans.index(tmp_path).find("a.pdf") == Spot(str(tmp_path), "a.pdf")
    assert Scans.index(tmp_path).find("A.PDF") == "file_ambiguous"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\r\n%PDF-1.7", ("application/pdf", "pdf")),
        (b"\xff\xd8\xff\xdb", ("image/jpeg", "jpg")),
        (b"\x89PNG\r\n\x1a\n\0", ("image/png", "png")),
        (b"AT&TFORM\0\0\0\0DJVM", ("image/vnd.djvu", "djvu")),
        (b"PK\x03\x04".ljust(30, b"\0") + b"mimetypeapplication/epub+zip", ("application/epub+zip", "epub")),
        (b"MZ\x90\0", None),
        (b"<!doctype html>", None),
        (b"PK\x03\x04 some archive", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, kind: tuple[str, str] | None) -> None:
    assert sniff(head) == kind


def test_the_name_of_a_file_never_decides(tmp_path: Path) -> None:
    (tmp_path / "virus.pdf").write_bytes(b"MZ\x90\0")
    assert examine(Spot(str(tmp_path), "virus.pdf")) == "file_unrecognised"


def test_a_file_that_cannot_be_read_is_away(tmp_path: Path) -> None:
    with pytest.raises(SourceAway, match=r"gone\.pdf"):
        examine(Spot(str(tmp_path), "gone.pdf"))


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        ("Қарағанды тарихы", ["kk", "ru"], "kk"),
        ("История", ["kk", "ru"], "kk"),
        ("История", ["ru", "kk"], "ru"),
        ("Қарағанды тарихы", ["ru"], "kk"),
        ("Абай жолы", ["kk"], "kk"),
        ("Татар әдәбияты", ["tt"], "tt"),
        ("History", ["ru"], "und"),
        ("History", ["ru", "en"], "en"),
        ("1984", ["ru"], "ru"),
        ("1984", [], "und"),
    ],
)
def test_the_language_of_a_title_is_told_by_its_letters(
    text: str, languages: list[str], language: str
) -> None:
    assert language_of(text, languages) == language


def test_parallel_titles_stand_under_their_languages() -> None:
    record: Any = Told("История края", "очерки", ("Өлке тарихы", "Прошлое края"))
    assert titles(record, ["ru", "kk"]) == {"ru": "История края: очерки", "kk": "Өлке тарихы"}


def test_a_record_without_a_title_is_called_by_its_number() -> None:
    record: Any = Told("")
    assert titles(record, ["ru"]) == {"und": "b1"}


def test_a_vocabulary_with_a_level_too_few_or_a_careless_address_is_refused(
    vocabulary: RightsVocabulary,
) -> None:
    label = Labels("a", "b", "c")
    with pytest.raises(ConfigError, match="levels"):
        RightsVocabulary({"open": Level(label)}, {}, {})
    careless = Statement("https://rightsstatements.org/vocab/InC/1.0/", label)
    with pytest.raises(ConfigError, match="exact form"):
        RightsVocabulary(vocabulary.levels, {"x": careless}, {})
