"""Amounts in words as an act has them, held against a library that is not ours."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from num2words import num2words

from rabis_sync.reports.amounts import LIMIT, grouped, in_words, money_in_words, plural

EVERY_KIND = [*range(2_001), *(1000 * number for number in range(2_001)), 999_999_999_999, 10**6, 21 * 10**9]
EVERY_KIND += [4_351, 106_206, 2_000_001, 1_001_001, 11_012_013, 201_302_403_504, 100_100_100_100]


@pytest.mark.parametrize(
    ("lang", "copies", "amount"),
    [
        ("kk", "төрт мың үш жүз елу бір", "бір жүз алты мың екі жүз алты теңге 76 тиын"),
        ("ru", "четыре тысячи триста пятьдесят один", "сто шесть тысяч двести шесть тенге 76 тиын"),
        (
            "en",
            "four thousand three hundred fifty-one",
            "one hundred six thousand two hundred six tenge 76 tiyn",
        ),
    ],
)
def test_a_real_act_comes_out_exactly(lang: str, copies: str, amount: str) -> None:
    assert in_words(4_351, lang) == copies
    assert money_in_words(Decimal("106206.76"), lang) == amount


def test_russian_is_what_another_library_says() -> None:
    assert [in_words(number, "ru") for number in EVERY_KIND] == [
        num2words(number, lang="ru") for number in EVERY_KIND
    ]


def test_kazakh_is_what_another_library_says_but_for_the_one_before_a_hundred() -> None:
    """num2words leaves «бір» out before «жүз»; documents have it."""

    def without(words: str) -> str:
        return re.sub(r"\bбір жүз\b", "жүз", words)

    assert [without(in_words(number, "kk")) for number in EVERY_KIND] == [
        num2words(number, lang="kz") for number in EVERY_KIND
    ]
    assert in_words(100, "kk") == "бір жүз"
    assert in_words(1_100, "kk") == "бір мың бір жүз"


def test_english_is_what_another_library_says_but_for_its_ands_and_commas() -> None:
    assert [in_words(number, "en") for number in EVERY_KIND] == [
        num2words(number, lang="en").replace(" and ", " ").replace(",", "") for number in EVERY_KIND
    ]


def test_tiyn_are_two_figures_and_half_of_one_is_rounded_up() -> None:
    assert money_in_words(Decimal(0), "kk") == "нөл теңге 00 тиын"
    assert money_in_words(Decimal("1000000.05"), "ru") == "один миллион тенге 05 тиын"
    assert money_in_words(Decimal("0.995"), "ru") == "один тенге 00 тиын"


@pytest.mark.parametrize("number", [-1, LIMIT])
def test_what_has_no_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="not counted in words"):
        in_words(number, "kk")


def test_a_noun_follows_its_number() -> None:
    forms = {number: plural(number, "ru") for number in (0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 111, 4351)}
    assert forms == {
        0: "many", 1: "one", 2: "few", 4: "few", 5: "many", 11: "many", 12: "many", 14: "many",
        21: "one", 22: "few", 111: "many", 4351: "one",
    }  # fmt: skip
    assert (plural(2, "kk"), plural(1, "en"), plural(0, "en")) == ("one", "one", "many")


def test_figures_are_grouped_as_each_language_does() -> None:
    assert grouped(Decimal("106206.76"), "ru") == "106\N{NO-BREAK SPACE}206,76"
    assert (grouped(4351, "kk"), grouped(4351, "en")) == ("4\N{NO-BREAK SPACE}351", "4,351")
