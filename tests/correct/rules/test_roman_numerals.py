from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Examine = Callable[..., list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Поэзия ХХ века", "Поэзия XX века"),
        ("Қазақ әдебиеті (ХІХ ғасыр)", "Қазақ әдебиеті (XIX ғасыр)"),
        ("Россия в XVШ в.", "Россия в XVIII в."),
        ("Решения ХХП съезда", "Решения XXII съезда"),
    ],
)
def test_a_numeral_before_what_it_counts_is_proposed_in_latin_letters(
    examine: Examine, text: str, after: str
) -> None:
    assert [(one[0], one[3]) for one in examine("roman_numerals", f"200 $a{text}")] == [("suggest", after)]


@pytest.mark.parametrize(
    "text", ["Поэзия XX века", "ХХ", "М. века", "Пермь в ХХХХХ в.", "ПСС в. 1", "СССР в. 2", "ХVII в."]
)
def test_right_numerals_and_other_words_are_left(examine: Examine, text: str) -> None:
    assert examine("roman_numerals", f"200 $a{text}") == []
