from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rabis_sync.marc.cyrillic import (
    fold,
    fold_words,
    is_kazakh_letter,
    roman,
    single_script,
    sort_key,
    words,
)

if TYPE_CHECKING:
    from rabis_sync.marc.record import Record


@pytest.mark.parametrize(
    "spellings",
    [
        ["Қазақстан тарихы", "Казакстан тарихы", "қазақстан  ТАРИХЫ.", "Қазақстан тарихi"],
        ["Ёлка и звёзды", "Елка и звезды", "«Елка» и звезды"],
        ["Мұхтар Әуезов", "Мухтар Ауэзов", "Мүхтар Ауезов"],
        ["Әдебиет кітабы", "Адебиет китабы", "Əдебиет кiтабы", "Әдебиет кітабі"],
        ["Абай жолы. 1 том", "Абай жолы 1том", "Абай жолы, 1-том"],
        ["Пoвести и рaccкaзы", "Повести и рассказы"],  # Latin o, a, c
        ["Повести o жизни", "Повести о жизни"],  # Latin o as a word
        ["Детективы CM", "Детективы СМ"],  # Latin, then Cyrillic
        ["XX век", "ХХ век"],
        ["XIX ғасыр", "ХІХ ғасыр", "ХIХ гасыр"],
        ["Абай\u0306", "Абай\u0306"],
        ["Маарифъ", "Маариф"],
        ["Өнер", "Онер", "Ɵнер"],
        ["№ 5 газет", "5 газет"],
        ["Ұлт—Үміт", "Улт - Умит"],
        ["Café", "Cafe", "CAFE\u0301"],
        ["Straße", "STRASSE"],
        ["O’zbek тілі", "Oʼzbek тілі"],
    ],
)
def test_spellings_of_one_title_fold_to_one_form(spellings: list[str]) -> None:
    assert len({fold(text) for text in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Абай жолы 1 том", "Абай жолы 2 том"),
        ("Математика 5 класс", "Математика 6 класс"),
        ("кон", "конь"),
        ("Мой дом", "Мои дом"),
        ("Петр II", "Петр III"),
        ("LINUX", "Линукс"),
    ],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        (" .,;— ", ""),
        ("Қазақ тілі: 5-сынып", "казак тили 5 синип"),
        ("LINUX для всех", "linux для всех"),
        ("1С: Предприятие", "1 с предприятие"),
        ("Contra ideologica", "contra ideologica"),
        ("50 X 50", "50 x 50"),
        ("ﬁle ² Ⅻ", "file 2 xii"),
        ("\x98The \x9cpath", "the path"),
        ("Җиһан Ңа", "жихан на"),
    ],
)
def test_the_folded_form_is_small_letters_and_single_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@example("Ù`A")
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    folded = fold(text)
    assert "  " not in folded
    assert folded == folded.strip()
    assert fold(unicodedata.normalize("NFD", text)) == folded


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюяәғқңөұүһіАБВГЁ 0123456789-", max_size=40))
def test_letters_of_our_languages_fold_once_and_for_all(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    if not any(roman(word.upper()) for word in fold_words(text.upper())):
        assert fold(text.upper()) == fold(text)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("XIX", 19),
        ("ХІХ", 19),
        ("ХVIII", 18),
        ("IV", 4),
        ("MCMXCVII", 1997),
        ("I", 0),
        ("IIII", 0),
        ("VX", 0),
        ("xix", 0),
        ("ДОМ", 0),
        ("", 0),
    ],
)
def test_a_roman_number_has_a_value_in_either_script(word: str, value: int) -> None:
    assert roman(word) == value


def test_words_keep_their_hyphens_and_letters() -> None:
    assert words("Бөтендөнья, 2-е изд. — қыз-келіншек О’Генри 10%") == [
        "Бөтендөнья",
        "2-е",
        "изд",
        "қыз-келіншек",
        "О’Генри",
        "10",
    ]


def test_the_kazakh_letters_are_nine() -> None:
    assert sum(map(is_kazakh_letter, "ӘҒҚҢӨҰҮҺІ" + "әғқңөұүһі")) == 18
    assert not any(map(is_kazakh_letter, "абвйёяəiq"))


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("Пoвести", "Повести"),
        ("Mосква", "Москва"),
        ("Kазахстан", "Казахстан"),
        ("Бiлiм", "Білім"),
        ("əдебиет", "әдебиет"),
        ("шahар", "шаһар"),
        ("Microsоft", "Microsoft"),
        ("Windоws", "Windows"),
        ("CРСР", None),
        ("COP", None),
        ("дом", None),
        ("house", None),
        ("SMSка", None),
        ("XIXв", None),
        ("ХVI", None),
        ("Iй", None),
        ("Iздеу", "Іздеу"),
        ("5км", None),
        ("", None),
    ],
)
def test_a_word_of_two_scripts_is_mended_only_where_one_is_certain(word: str, mended: str | None) -> None:
    assert single_script(word) == mended


def test_the_filing_order_is_that_of_the_kazakh_alphabet() -> None:
    alphabet = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
    for letters in (alphabet, alphabet.lower()):
        assert sorted(set(letters), key=lambda letter: sort_key(letter, "kk")) == list(letters)


def test_russian_files_yo_with_ye() -> None:
    titles = ["Ежевика", "Ёлка", "Енот", "Жук"]
    assert sorted(titles, key=lambda title: sort_key(title, "ru")) == ["Ежевика", "Ёлка", "Енот", "Жук"]
    assert sorted(titles, key=lambda title: sort_key(title, "kk")) == ["Ежевика", "Енот", "Ёлка", "Жук"]


def test_numbers_file_by_value_before_letters_and_marks_count_for_nothing() -> None:
    titles = ["«Абай»", "Linux", "10 дней", "9 дней", "Абай жолы", "Абайтану", "\x98The \x9cBook"]
    assert sorted(titles, key=lambda title: sort_key(title, "kk")) == [
        "9 дней",
        "10 дней",
        "\x98The \x9cBook",
        "Linux",
        "«Абай»",
        "Абай жолы",
        "Абайтану",
    ]


def test_every_real_title_folds_to_something(exports: dict[str, list[Record]]) -> None:
    titles = [record.title() for records in exports.values() for record in records]
    assert all(fold(title) for title in titles)
    assert all(fold(fold(title)) == fold(title) for title in titles)
