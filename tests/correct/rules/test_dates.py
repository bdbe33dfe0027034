"""Dates, extent and edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Examine = Callable[..., Any]


def with_date(coded: str, printed: str, kind: str = "d") -> str:
    return f"100 $a19980716{kind}{coded}    m  y0rusy50      ca\n210 $aАлматы$d{printed}"


@pytest.mark.parametrize(
    ("printed", "coded", "action", "mended"),
    [
        ("199О", "    ", "suggest", "1990"),
        ("l99З", "    ", "suggest", "1993"),
        ("19Оо", "    ", "suggest", "1900"),
        ("[199О]", "    ", "suggest", "[1990]"),
        ("19987", "1998", "suggest", "1998"),
        ("19987", "1987", "suggest", "1987"),
        ("19987", "    ", "report", None),
        ("98", "1998", "suggest", "1998"),
        ("98", "    ", "report", None),
        ("2019", "    ", "report", None),
        ("1989", "    ", None, None),
        ("9189", "1989", "suggest", "1989"),
        ("1097", "1997", "suggest", "1997"),
    ],
)
def test_a_date_that_is_no_year_is_found(
    examine: Examine, printed: str, coded: str, action: str | None, mended: str | None
) -> None:
    found = examine("publication_date", with_date(coded, printed))
    assert found == ([(action, "210[1]$d[1]", printed, mended)] if action else [])


@pytest.mark.parametrize(
    "printed",
    [
        "1997",
        "[1997]",
        "[1997?]",
        "cop. 1997",
        "1995-1997",
        "19--",
        "1327/1909",
        "Б.г.",
        "2000",
        "",
        "т. 1, 1997",
    ],
)
def test_dates_as_cataloguers_write_them_are_left(examine: Examine, printed: str) -> None:
    assert examine("publication_date", with_date("    ", printed)) == []


def test_the_coded_date_is_proposed_from_the_printed_one(examine: Examine) -> None:
    assert examine("coded_date", with_date("1989", "1998")) == [
        ("suggest", "100[1]$a[1]/9-12", "1989", "1998")
    ]
    assert examine("coded_date", with_date("    ", "1998")) == [
        ("suggest", "100[1]$a[1]/9-12", "    ", "1998")
    ]


@pytest.mark.parametrize(
    "text",
    [
        with_date("1998", "1998"),
        with_date("1989", "1998-1999"),
        with_date("1989", "[1998]"),
        with_date("1989", "1998", kind="e"),
        with_date("1989", "2031"),
        with_date("1989", "1998") + "\n210 $d1990",
    ],
)
def test_a_coded_date_that_may_be_right_is_left(examine: Examine, text: str) -> None:
    assert examine("coded_date", text) == []


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("rus", "424", "424 с."),
        ("kaz", "424", "424 б."),
        ("rus", "121, [3]", "121, [3] с."),
        ("rus", "536 c.", "536 с."),
        ("rus", "343 с", "343 с."),
        ("rus", "243,[1] c.", "243,[1] с."),
    ],
)
def test_an_extent_gets_its_unit(examine: Examine, language: str, before: str, after: str) -> None:
    assert examine("extent_unit", f"101 $a{language}\n215 $a{before}") == [
        ("fix", "215[1]$a[1]", before, after)
    ]


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("106 $as\n101 $arus", "424", "424 с."),
        ("200 $aАбай", "424", "424 с."),
        ("101 $akaz", "64b.", "64б."),
        ("101 $arus", "45с.", "45 с."),
    ],
)
def test_an_extent_is_proposed_where_it_is_less_certain(
    examine: Examine, text: str, before: str, after: str
) -> None:
    expected = [("suggest", "215[1]$a[1]", before, after)]
    found = examine("extent_unit", f"{text}\n215 $a{before}")
    assert found == expected or (before == "64b." and found[0][3] == "64 б.")


def test_where_the_house_sets_no_spaces_an_extent_gets_none(examine: Examine) -> None:
    assert examine("extent_unit", "101 $arus\n200 $aСказки$fСост.:Е.М.Мишина\n215 $a45с.") == []


def test_an_extent_of_nothing_is_reported_and_a_size_goes_to_its_subfield(examine: Examine) -> None:
    assert examine("extent_unit", "215 $a0 с.") == [("report", "215[1]$a[1]", "0 с.", None)]
    assert examine("extent_unit", "215 $a80 с. ; 20 см$cил.") == [
        ("suggest", "215[1]", "$a80 с. ; 20 см$cил.", "$a80 с.$d20 см$cил.")
    ]


@pytest.mark.parametrize(
    "text",
    ["80 с.", "121, [3] с.", "120 с., [4] л. ил.", "1 электрон. опт. диск", "3 т.", "XVI, 120 б.", "[12] с."],
)
def test_an_extent_in_full_is_left(examine: Examine, text: str) -> None:
    assert examine("extent_unit", f"101 $arus\n215 $a{text}") == []


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("rus", "2 изд.", "2-е изд."),
        ("rus", "2-е изд, доп", "2-е изд., доп."),
        ("rus", "3", "3-е изд."),
        ("rus", "2ое издание, испр.", "2-е изд., испр."),
        ("kaz", "2 бас.", "2-бас."),
        ("kaz", "2-ші басылым", "2-бас."),
    ],
)
def test_the_usual_form_of_an_edition_is_proposed(
    examine: Examine, language: str, before: str, after: str
) -> None:
    assert examine("edition_form", f"101 $a{language}\n205 $a{before}") == [
        ("suggest", "205[1]$a[1]", before, after)
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("rus", "2-е изд."),
        ("rus", "2-е издание"),
        ("rus", "[Репр. изд.]"),
        ("rus", "Изд. 2-е, испр."),
        ("kaz", "2-басылым"),
        ("tat", "2нче басма"),
        ("rus", "Версия 2.0"),
    ],
)
def test_an_edition_as_it_stands_in_the_book_is_left(examine: Examine, language: str, text: str) -> None:
    assert examine("edition_form", f"101 $a{language}\n205 $a{text}") == []
