"""The eye finds what changed: addresses are short, long texts are cut around their difference."""

from __future__ import annotations

import pytest

from rabis_sync.reports.contrast import contrast, shown

LONG = (
    "Автор көшпелілердің тұрмыс-тіршілігін, киім-кешегін, ұлттық тағамдарын жан-жақты сипаттайды және айтады"
)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("200[1]$a[1]", "200$a"),
        ("610[2]$a[1]", "610$a (2)"),
        ("200[1]$e[2]", "200$e (1.2)"),
        ("675[1]", "675"),
        ("101$a", "101$a"),
        ("100[1]$a[1]/22-24", "100$a/22-24"),
        ("461[1]>200[1]$a[1]", "461>200[1]$a[1]"),
        ("leader/05", "leader/05"),
    ],
)
def test_an_address_has_ordinals_only_where_they_are_needed(path: str, told: str) -> None:
    assert shown(path) == told


def test_a_short_text_is_shown_whole() -> None:
    assert contrast("Абай  жолы", "Абай жолы") == ("Абай  жолы", "Абай жолы")


def test_a_long_text_is_cut_at_words_around_what_differs() -> None:
    before = LONG.replace("ұлттық", "ұлттык")
    assert contrast(before, LONG) == (
        "… тұрмыс-тіршілігін, киім-кешегін, ұлттык тағамдарын жан-жақты сипаттайды …",
        "… тұрмыс-тіршілігін, киім-кешегін, ұлттық тағамдарын жан-жақты сипаттайды …",
    )


@pytest.mark.parametrize("place", [0, len(LONG)])
def test_a_difference_at_an_end_is_shown(place: int) -> None:
    before = f"{LONG[:place]}Х{LONG[place:]}"
    cut = contrast(before, LONG)
    assert "Х" in cut.before
    assert "Х" not in cut.after


def test_texts_without_anything_in_common_are_shown_whole() -> None:
    other = "Zyx " * 30
    assert contrast(LONG, other.strip()) == (LONG, other.strip())
