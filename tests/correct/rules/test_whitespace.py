from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.correct.rules.whitespace import clean

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Затяжное  ненастье", "Затяжное ненастье"),
        (" Абай жолы ", "Абай жолы"),
        ("А. Солженицын\t", "А. Солженицын"),
        ("2\u00a0том", "2 том"),
        ("соци\u00adальный", "социальный"),
        ("Қара\u200bғанды", "Қарағанды"),
        ("Қара\u0007ғанды", "Қарағанды"),
        ("\ufeffАбай", "Абай"),
    ],
)
def test_what_no_reader_sees_is_taken_out(examine: Callable[..., Any], before: str, after: str) -> None:
    assert examine("whitespace", f"200 $a{before}") == [("fix", "200[1]$a[1]", before, after)]


@pytest.mark.parametrize(
    "record",
    [
        "100 $a19980716d1997    u  y0rusy0189    ca",
        "105 $aac  |||||||||",
        "461 $12001 $aАбай жолы",
        "899 $aЦГБ$jК  016:9(С)",
        "090 $aК  016:9(С)",
        "200 $aThe\u0089 book",
        "200 $aسال\u200cها",
        "200 $aАбай жолы",
        "200 $a   ",
    ],
)
def test_blanks_with_a_meaning_stay(examine: Callable[..., Any], record: str) -> None:
    assert examine("whitespace", record) == []


def test_a_soft_hyphen_outside_a_word_is_only_proposed(examine: Callable[..., Any]) -> None:
    assert examine("whitespace", "215 $aС. 12\u00ad15") == [
        ("suggest", "215[1]$a[1]", "С. 12\u00ad15", "С. 12-15")
    ]


@given(text=st.text(alphabet="аb \t\xa0\xad\u200b\x07\u2003.", max_size=12))
def test_every_value_that_cleaning_would_change_is_found(examine: Callable[..., Any], text: str) -> None:
    found = examine("whitespace", f"200 $a{text}")
    assert bool(found) == (clean(text) not in {text, ""})


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
