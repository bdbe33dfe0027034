"""The made-up catalogue is what the figures say it is, and knows nothing of how duplicates are found."""

from __future__ import annotations

import ast
import io
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from bench.catalogue import stream
from bench.catalogue.book import Book
from bench.catalogue.dirt import DIRT, transliterated
from bench.catalogue.families import KINDS
from bench.catalogue.language import designation, genitive, possessive
from bench.catalogue.numbers import Register
from bench.catalogue.stream import Related, catalogue
from rabis_sync.marc.codec import Decoded, read

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord

RECORDS = 6000


@pytest.fixture(scope="module")
def made() -> list[bytes | Related]:
    return list(catalogue(RECORDS, seed=1))


@pytest.fixture(scope="module")
def relations(made: list[bytes | Related]) -> list[Related]:
    return [one for one in made if isinstance(one, Related)]


@pytest.fixture(scope="module")
def records(made: list[bytes | Related]) -> dict[str, MarcRecord]:
    found = {}
    for outcome in read(io.BytesIO(b"".join(one for one in made if isinstance(one, bytes)))):
        assert isinstance(outcome, Decoded)
        found[outcome.record.control_number] = outcome.record
    return found


def values(record: MarcRecord, tag: str, code: str) -> list[str]:
    return [value for field in record.fields if field.tag == tag for value in field.values(code)]


def test_every_record_is_read_and_has_a_number_of_its_own(records: dict[str, MarcRecord]) -> None:
    assert len(records) == RECORDS


def test_the_truth_names_records_that_are_there(
    records: dict[str, MarcRecord], relations: list[Related]
) -> None:
    assert {one.a for one in relations} | {one.b for one in relations} <= set(records)
    assert all(one.a != one.b for one in relations)


def test_it_is_composed_like_a_city_library_of_kazakhstan(records: dict[str, MarcRecord]) -> None:
    kazakh = sum(values(record, "101", "a") == ["kaz"] for record in records.values())
    with_isbn = sum(bool(values(record, "010", "a")) for record in records.values())
    copies = sum(len(values(record, "899", "p")) for record in records.values())
    assert 0.38 < kazakh / RECORDS < 0.44
    assert 0.55 < with_isbn / RECORDS < 0.61
    assert 2.4 < copies / RECORDS < 2.8


def test_inventory_numbers_are_given_once(records: dict[str, MarcRecord]) -> None:
    numbers = [number for record in records.values() for number in values(record, "899", "p")]
    assert len(numbers) == len(set(numbers))


def test_an_isbn_is_of_one_book_or_family(records: dict[str, MarcRecord], relations: list[Related]) -> None:
    """Slips apart: where a number is mistaken, it may be that of any book."""
    families: dict[str, str] = {}
    for one in relations:
        families[one.b] = families.setdefault(one.a, one.a)
    slipped = {number for one in relations if "wrong_isbn" in one.kind for number in (one.a, one.b)}
    holders: dict[str, set[str]] = {}
    for number, record in records.items():
        for isbn in values(record, "010", "a") if number not in slipped else ():
            holders.setdefault(isbn.replace("-", ""), set()).add(families.get(number, number))
    assert not [isbn for isbn, held in holders.items() if len(held) > 1]


def test_a_book_that_is_there_already_is_not_made_again() -> None:
    register, book = (
        Register(),
        Book("ru", "Бюджет города Сарани на 1985 год", 1986, publisher="Онер", pages=60),
    )
    assert register.takes([book])
    assert not register.takes([Book("ru", book.title, 1986, publisher="Онер", pages=72)])
    assert register.takes([Book("ru", book.title, 1986, publisher="Наука", pages=60)])


def test_a_house_that_has_used_up_its_numbers_gets_others() -> None:
    register = Register()
    books = [Book("ru", "", 2000, isbns=[f"978-5-89840-{number:03d}-0"]) for number in range(1000)]
    more = [Book("ru", "", 2000, isbns=["978-5-89840-000-0"])]
    register.give(books)
    register.give(more)
    assert len({book.isbns[0] for book in books}) == 1000
    assert all(book.isbns[0].startswith("978-5-89840-") for book in books)
    assert more[0].isbns[0].startswith("978-5-90000-")


def test_six_records_in_a_hundred_describe_again_what_another_describes(relations: list[Related]) -> None:
    groups = {one.a for one in relations if one.relation != "different"}
    pairs = [one for one in relations if one.relation == "duplicate"]
    assert 0.045 < len(groups) / RECORDS < 0.075
    assert 0.2 < sum(one.kind == "clean" for one in pairs) / len(pairs) < 0.35


def test_every_kind_of_dirt_and_of_hard_negative_is_there(relations: list[Related]) -> None:
    dirt = Counter(name for one in relations if one.relation == "duplicate" for name in one.kind.split("+"))
    assert set(DIRT) <= set(dirt)
    kinds = {one.kind for one in relations if one.relation == "different"}
    assert kinds == set(KINDS) - {"single"} | {"set_volume", "article_host"}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, again, other = (list(catalogue(300, seed)) for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_records_come_before_all_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SHELF", 50)
    assert any(isinstance(one, bytes) for one in islice(catalogue(10**9, seed=1), 500))


def test_seeds_for_trying_are_never_those_of_figures() -> None:
    assert set(stream.TUNING_SEEDS).isdisjoint(stream.FIGURE_SEEDS)


@pytest.mark.parametrize("folder", ["catalogue", "peers"])
def test_neither_the_catalogue_nor_the_peers_know_how_duplicates_are_found(root: Path, folder: str) -> None:
    files = sorted((root / "bench" / folder).glob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                named = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                named = [node.module or ""]
            else:
                continue
            assert not [name for name in named if name.startswith("rabis_sync")], file


def test_kazakh_words_take_the_endings_of_their_vowels() -> None:
    assert [genitive(word) for word in ("мектеп", "тарих", "қала")] == ["мектептің", "тарихтың", "қаланың"]
    assert [possessive(word) for word in ("мектеп", "тарих", "негіз")] == ["мектебі", "тарихы", "негізі"]


def test_parts_are_written_as_cataloguers_write_them() -> None:
    assert designation("volume", 2, "word", "ru") == "Том второй"
    assert designation("book", 3, "word", "ru") == "Книга третья"
    assert designation("part", 2, "word", "kk") == "Екінші бөлім"
    assert designation("volume", 4, "roman", "ru") == "Т. IV"


def test_titles_are_turned_into_latin_after_several_systems() -> None:
    assert transliterated("Абай жолы", 1, "kk") == "Abai joly"
    assert transliterated("Щука", 1, "ru") == "Shchuka"
