from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.marc.numbering import LETTERS, is_designation, months, numbers, ordinal, without_designations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Т. 2, ч. 1", ["p1", "v2"]),
        ("2 том", ["v2"]),
        ("1-том, 2-бөлім", ["p2", "v1"]),
        ("том 1 2 бөлім", ["p2", "v1"]),
        ("Кн. 5-6", ["b5", "b6"]),
        ("бірінші бөлім", ["p1"]),
        ("екінші кітап", ["b2"]),
        ("Часть вторая", ["p2"]),
        ("Книга первая", ["b1"]),
        ("Вып. XIV", ["i14"]),
        ("Т. I", ["v1"]),
        ("Т. ІV", ["v4"]),
        ("T. 4", ["v4"]),
        ("№ 5", ["i5"]),
        ("N 2/1999", ["i2", "y1999"]),
        ("5-сынып", ["g5"]),
        ("Математика 5 класс", ["g5"]),
        ("Алгебра 7 кл. ч. 1", ["g7", "p1"]),
        ("10-11 классы", ["g10", "g11"]),
        ("Қазақ тілі 5 сыныпқа арналған", ["g5"]),
        ("8-9нчы с-ф укучылары өчен", ["g8", "g9"]),
        ("В круге первом (Гл.1-гл.47)", ["c1", "c47"]),
        ("1984. Том 2", ["v2", "y1984"]),
        ("... в 1994 году", ["y1994"]),
        ("Windows 95", ["n95"]),
        ("Петр II", ["n2"]),
        ("XX век", ["n20"]),
        ("Узел 3", ["n3"]),
        ("Ч. 1. Ч. 1", ["p1"]),
        ("в 5 классе", ["g5"]),
    ],
)
def test_a_number_is_read_with_what_it_numbers(text: str, found: list[str]) -> None:
    assert numbers(text) == found


@pytest.mark.parametrize(
    "text",
    ["", "Абай жолы", "в 4 т.", "[В 2 т.", "2 томдық", "в двух частях", "Часть и целое", "Петр I", "Т. д."],
)
def test_how_many_volumes_there_are_is_no_number_of_a_volume(text: str) -> None:
    assert numbers(text) == []


def test_other_title_information_gives_only_what_it_explains() -> None:
    assert numbers("Учеб. для 5 кл., 3-е изд., 6000 слов, 1998", explained_only=True) == ["g5"]


@pytest.mark.parametrize(
    "text", ["Вып. 13.", "[Т. 2]", "1 том", "Т. 1 (гл. 1-21)", "бірінші бөлім", "Ч.2", "№ 5", "Т. 3, кн. 5"]
)
def test_a_designation_says_which_part_and_nothing_else(text: str) -> None:
    assert is_designation(text)


@pytest.mark.parametrize(
    "text",
    ["", "Рассказы", "1929-1939", "А - К", "Т. 3. Рассказы", "5", "Том", "в 4 т.", "Т. 1 " + "1 " * 40],
)
def test_anything_else_is_no_designation(text: str) -> None:
    assert not is_designation(text)


def test_ordinals_are_known_in_words() -> None:
    assert [ordinal(word) for word in ("Вторая", "екінші", "икенче", "second", "дом")] == [2, 2, 2, 2, 0]


@given(st.text(alphabet="0123456789 ., IVXтомчкнғасырСынып№-", max_size=40))
def test_every_number_has_a_known_letter_and_comes_once(text: str) -> None:
    found = numbers(text)
    assert len(found) == len(set(found))
    assert all(number[0] in LETTERS and number[1:].isdecimal() for number in found)


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Абай жолы. 1 том", "Абай жолы"),
        ("Математика 5 класс", "Математика"),
        ("История. В 2 т.", "История"),
        ("История в 4 томах", "История"),
        ("Часть вторая. Путь", "Путь"),
        ("100 лет Абаю", "100 лет Абаю"),
        ("Первый учитель", "Первый учитель"),
        ("Ақ жол 1984. Том 2", "Ақ жол 1984"),
        ("Т. 2, ч. 1", "Т. 2, ч. 1"),
    ],
)
def test_a_title_is_left_without_what_says_which_part_it_is(title: str, left: str) -> None:
    assert without_designations(title) == left


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2020, январь", ["m1"]),
        ("15 қаңтар", ["m1"]),
        ("янв.-март 2019 г.", ["m1", "m3"]),
        ("2020, № 1 (январь)", []),
        ("Январь в Алматы", []),
        ("2020", []),
    ],
)
def test_months_number_issues_that_nothing_else_numbers(text: str, found: list[str]) -> None:
    assert months(text) == found
