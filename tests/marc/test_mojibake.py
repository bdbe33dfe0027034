from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.marc.cyrillic import mojibake_encoding, repair_mojibake
from rabis_sync.marc.mojibake import repaired_as

if TYPE_CHECKING:
    from rabis_sync.marc.record import Record

KAZAKH = "Қазақ халқының ғұмыры мен өнері, әңгімелер және үлгілер; Һәм ЖҮРЕК ҰЛЫ ӨМІР ІҢКӘР Ғ"


@pytest.mark.parametrize("encoding", ["kz1048", "ptcp154"])
def test_kazakh_read_as_windows_1251_is_put_right(encoding: str) -> None:
    seen = KAZAKH.encode(encoding).decode("cp1251")
    assert seen != KAZAKH
    assert repair_mojibake(seen, {"kaz"}) == (KAZAKH, encoding)


def test_utf_8_read_as_windows_1251_is_put_right() -> None:
    text = "Повести и рассказы"
    seen = "".join(bytes([byte]).decode("cp1251") if byte != 0x98 else "\x98" for byte in text.encode())
    assert repair_mojibake(seen, set()) == (text, "utf-8")
    assert repair_mojibake("Р°Р±Р°Р№", {"kaz"}) == ("абай", "utf-8")


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Повести и рассказы", {"rus"}),
        (KAZAKH, {"kaz"}),
        ("Контакт їжака, Європа", {"ukr"}),
        ("Ќе дојде Љубов", {"mac"}),
        ("Ђорђе Ћопић њива", {"srp"}),
        ("погрешность ±5 µm, 10 ‰", {"kaz"}),
        ("Linux", set()),
        ("", set()),
    ],
)
def test_text_that_is_right_is_left_alone(text: str, languages: set[str]) -> None:
    assert repair_mojibake(text, languages) == (text, None)


def test_a_record_without_a_language_needs_kazakh_words() -> None:
    seen = "ќазаќ жјне".replace("ќ", "ќ")
    assert repair_mojibake(seen, set()) == ("қазақ және", "kz1048")
    assert repair_mojibake("јљ", set()) == ("јљ", None)


def test_letters_of_both_families_alone_are_ambiguous_and_half_repaired() -> None:
    assert repair_mojibake("Ќала, єалам", {"kaz"}) == ("Қала, єалам", "ambiguous")


def test_letters_that_are_right_already_stay() -> None:
    assert repair_mojibake("қазаќ жјне тіл", {"kaz"}) == ("қазақ және тіл", "kz1048")


def test_the_decision_on_the_record_repairs_its_fields_one_by_one() -> None:
    fields = ["јлем", "єылым", "ќала"]
    encoding = mojibake_encoding(" ".join(fields), {"kaz"})
    assert encoding == "kz1048"
    assert [repaired_as(field, encoding) for field in fields] == ["әлем", "ғылым", "қала"]
    assert repaired_as("єылым", "ptcp154") == "әылым"


def test_a_sign_is_a_letter_only_where_it_touches_one() -> None:
    assert repaired_as("±шы 5 ± 1, к‰н 10 ‰", "ptcp154") == "ұшы 5 ± 1, күн 10 ‰"


def test_no_real_record_is_taken_for_mojibake(exports: dict[str, list[Record]]) -> None:
    for records in exports.values():
        for record in records:
            text = " ".join(field.text for field in record.marc.fields)
            assert mojibake_encoding(text, set(record.languages())) is None
