from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$a45-00", "$d45-00"),
        ("$a1 р. 10 к.", "$d1 р. 10 к."),
        ("$a1200 тг.", "$d1200 тг."),
        ("$aб/ц", "$dб/ц"),
        ("$bБ.ц.", "$dБ.ц."),
        ("$a5-7761-0596-X : 45 р.", "$a5-7761-0596-X$d45 р."),
        ("$a5-7761-0596-Х (в пер.) : 1200 тг", "$a5-7761-0596-Х (в пер.)$d1200 тг"),
        ("$a5-7761-0596-X, 3000 экз.", "$a5-7761-0596-X$93000"),
        ("$a5-7761-0596-X$d3000 экз.", "$a5-7761-0596-X$93000"),
        ("$a5-7761-0596-X$bтираж 500$d45-00", ""),
        ("$a5-7761-0596-X$b45-00$dТираж 500 экз.", "$a5-7761-0596-X$d45-00$9500"),
        ("$a5-7761-0596-X$945 р.", "$a5-7761-0596-X$d45 р."),
    ],
)
def test_price_and_print_run_are_proposed_for_their_subfields(
    examine: Callable[..., Any], before: str, after: str
) -> None:
    expected = [("suggest", "010[1]", before, after)] if after else []
    assert examine("price_and_print_run", f"010 {before}") == expected


@pytest.mark.parametrize(
    "line",
    [
        "$a5-7761-0596-X$d45-00(30-00)$93000",
        "$a5-7761-0596-X$bв пер.$d1 р. 10 к.",
        "$a978-601-282-114-7",
        "$d45-00",
        "$93000",
        "$a98032",
        "$a5-7443-00-20-1",
    ],
)
def test_what_stands_in_its_place_stays(examine: Callable[..., Any], line: str) -> None:
    assert examine("price_and_print_run", f"010 {line}") == []


def test_a_format_without_print_runs_keeps_them_where_they_are(examine: Callable[..., Any]) -> None:
    assert examine("price_and_print_run", "020 $a3000 экз.", family="marc21") == []
    assert examine("price_and_print_run", "020 $a5-7761-0596-X$q45-00", family="marc21") == [
        ("suggest", "020[1]", "$a5-7761-0596-X$q45-00", "$a5-7761-0596-X$c45-00")
    ]
