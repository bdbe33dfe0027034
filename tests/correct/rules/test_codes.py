"""Codes of languages, countries and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Examine = Callable[..., Any]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("рус", "rus"),
        ("kz", "kaz"),
        ("kk", "kaz"),
        ("RUS", "rus"),
        ("қаз.", "kaz"),
        ("deu", "ger"),
        ("русский", "rus"),
    ],
)
def test_a_word_for_a_language_becomes_its_code(examine: Examine, before: str, after: str) -> None:
    assert examine("language_code", f"101 $a{before}") == [("fix", "101[1]$a[1]", before, after)]


@pytest.mark.parametrize("text", ["ruskaz", "rus, kaz", "rus;kaz", "рус/каз", "rus kaz"])
def test_codes_written_together_are_parted(examine: Examine, text: str) -> None:
    assert examine("language_code", f"101 $a{text}$deng") == [
        ("fix", "101[1]", f"$a{text}$deng", "$arus$akaz$deng")
    ]


def test_two_glued_subfields_of_a_field_are_one_finding(examine: Examine) -> None:
    assert examine("language_code", "101 $atar$dtarrus$etarrus") == [
        ("fix", "101[1]", "$atar$dtarrus$etarrus", "$atar$dtar$drus$etar$erus")
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("9est", "est"), ("rua", "rus"), ("kzz", "kaz"), ("eg", "eng"), ("russ", "rus")]
)
def test_a_code_that_shows_through_is_proposed(examine: Examine, text: str, code: str) -> None:
    assert examine("language_code", f"101 $a{text}") == [("suggest", "101[1]$a[1]", text, code)]


def test_a_language_that_stands_there_already_is_not_put_there_twice_unasked(examine: Examine) -> None:
    assert examine("language_code", "101 $atar$aтат") == [("suggest", "101[1]$a[2]", "тат", "tat")]


@pytest.mark.parametrize("text", ["9klm", "суахили", "1997"])
def test_what_is_no_code_at_all_is_reported(examine: Examine, text: str) -> None:
    assert examine("language_code", f"101 $a{text}") == [("report", "101[1]$a[1]", text, None)]


@pytest.mark.parametrize("text", ["rus", "tar", "mul", "zxx", "", " "])
def test_a_code_is_left(examine: Examine, text: str) -> None:
    assert examine("language_code", f"101 $a{text}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("РК", "KZ"),
        ("KAZ", "KZ"),
        ("kz", "KZ"),
        ("USA", "US"),
        ("Казахстан", "KZ"),
        ("DDR", "DD"),
        ("РФ", "RU"),
    ],
)
def test_a_word_for_a_country_becomes_its_code(examine: Examine, before: str, after: str) -> None:
    assert examine("country_code", f"102 $a{before}") == [("fix", "102[1]$a[1]", before, after)]


@pytest.mark.parametrize("code", ["KZ", "RU", "SU", "XX", ""])
def test_a_code_of_a_country_is_left(examine: Examine, code: str) -> None:
    assert examine("country_code", f"102 $a{code}") == []


def test_an_unknown_country_is_reported(examine: Examine) -> None:
    assert examine("country_code", "102 $aQQ") == [("report", "102[1]$a[1]", "QQ", None)]


@pytest.mark.parametrize(
    ("declared", "title", "code"),
    [
        ("rus", "Қазақстан Республикасының тарихы", "kaz"),
        ("rus", "Жұмабай мен Ұлжан", "kaz"),
        ("rus", "Җиһан тарихы, җырлар", "tat"),
        ("rus", "Історія України та її міст: єдність", "ukr"),
        ("eng", "Английский язык для начинающих", "rus"),
        ("kaz", "История Казахстана с древнейших времен", "rus"),
        ("tar", "Учебник татарского языка для русских школ", "rus"),
    ],
)
def test_a_title_in_another_language_than_the_record_says_is_proposed(
    examine: Examine, declared: str, title: str, code: str
) -> None:
    assert examine("language_conflict", f"101 $a{declared}\n200 $a{title}") == [
        ("suggest", "101[1]$a[1]", declared, code)
    ]


def test_of_several_languages_with_these_letters_the_most_usual_is_proposed(examine: Examine) -> None:
    found = examine("language_conflict", "101 $arus\n200 $aӨмір мен өлең кітабы")
    assert found == [("suggest", "101[1]$a[1]", "rus", "kaz")]


def test_letters_of_no_language_of_the_catalogue_are_reported(examine: Examine) -> None:
    found = examine("language_conflict", "101 $arus\n200 $aҚазақ пен ҕаҥ тілі")
    assert [one[0] for one in found] == ["suggest"]
    found = examine("language_conflict", "101 $arus\n200 $aСахалыы суруйуу ҕаҥ")
    assert [one[0] for one in found] == ["report"]


@pytest.mark.parametrize(("text", "code"), [("ruс", "rus"), ("гus", "rus"), ("kаz", None)])
def test_a_code_typed_with_other_letters_that_sound_alike_is_mended(
    examine: Examine, text: str, code: str | None
) -> None:
    expected = [("fix", "101[1]$a[1]", text, code)] if code else []
    assert examine("language_code", f"101 $a{text}") == expected


def test_the_language_of_cataloguing_is_looked_at_too(examine: Examine) -> None:
    text = "20250217d2024    m  y0русy50      ca"
    assert examine("language_code", f"100 $a{text}") == [("fix", "100[1]$a[1]/22-24", "рус", "rus")]
    assert examine("language_code", f"100 $a{text.replace('рус', 'kz ')}") == [
        ("fix", "100[1]$a[1]/22-24", "kz ", "kaz")
    ]


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        ("kaz", "Қазақстан тарихы"),
        ("rus$akaz", "Қазақстан тарихы"),
        ("rus$ckaz", "Қазақ ертегілері"),
        ("tar", "Җиһан тарихы, җырлар"),
        ("rus", "Стихи Ұлжан и о ней"),
        ("rus", "Абай жолы"),
        ("kaz", "Абай жолы туралы роман"),
        ("eng", "English for Kazakh schools"),
        ("eng", "Алматы"),
        ("kaz", "Математика"),
    ],
)
def test_a_title_that_may_be_in_the_language_is_left(examine: Examine, declared: str, title: str) -> None:
    assert examine("language_conflict", f"101 $a{declared}\n200 $a{title}") == []


CODED = "20010419d2001    u  y0rusy50      "


@pytest.mark.parametrize(
    ("title", "code", "script"),
    [("Затяжное ненастье", "ba", "ca"), ("Abai zholy", "ca", "ba"), ("Қазақ тілі", "fa", "ca")],
)
def test_the_script_of_the_title_is_proposed(examine: Examine, title: str, code: str, script: str) -> None:
    assert examine("script_code", f"100 $a{CODED}{code}\n200 $a{title}") == [
        ("suggest", "100[1]$a[1]/34-35", code, script)
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"100 $a{CODED}ca\n200 $aЗатяжное ненастье",
        f"100 $a{CODED}ba\n200 $a1917",
        f"100 $a{CODED}\n200 $aЗатяжное ненастье",
        f"100 $a{CODED}ba\n200 $aJava для начинающих",
        "200 $aЗатяжное ненастье",
    ],
)
def test_a_script_that_fits_or_is_not_coded_is_left(examine: Examine, text: str) -> None:
    assert examine("script_code", text) == []
