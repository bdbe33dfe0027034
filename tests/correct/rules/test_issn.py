from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ISSN 0028-792X", "0028-792X"),
        ("0028792X", "0028-792X"),
        ("0028–792х", "0028-792X"),
        ("0028 792Х.", "0028-792X"),
    ],
)
def test_the_form_of_an_issn_is_mended(examine: Callable[..., Any], before: str, after: str) -> None:
    assert examine("issn_form", f"011 $a{before}") == [("fix", "011[1]$a[1]", before, after)]
    assert examine("issn_form", f"225 $aҒылым$x{before}") == [("fix", "225[1]$x[1]", before, after)]


@pytest.mark.parametrize("text", ["0028-792X", "00287921", "№ 5", ""])
def test_a_canonical_or_wrong_issn_keeps_its_form(examine: Callable[..., Any], text: str) -> None:
    assert examine("issn_form", f"011 $a{text}") == []


@pytest.mark.parametrize("number", ["0028-7921", "0028-792", "00028-792X"])
def test_a_wrong_issn_is_proposed_for_its_own_subfield(examine: Callable[..., Any], number: str) -> None:
    assert examine("issn_check_digit", f"011 $a{number}$bpbk") == [
        ("suggest", "011[1]", f"$a{number}$bpbk", f"$z{number}$bpbk")
    ]


def test_an_isbn_in_its_place_is_proposed_for_its_own_field(examine: Callable[..., Any]) -> None:
    assert examine("issn_check_digit", "011 $a978-601-282-114-7") == [
        ("suggest", "011[1]", "$a978-601-282-114-7", "010 ##$a978-601-282-114-7")
    ]


def test_what_is_no_number_is_reported(examine: Callable[..., Any]) -> None:
    assert examine("issn_check_digit", "011 $aіндексі 74123") == [
        ("report", "011[1]$a[1]", "індексі 74123", None)
    ]


@pytest.mark.parametrize("text", ["0028-792X", "ISSN 0028 792х", " "])
def test_a_right_issn_is_left_alone(examine: Callable[..., Any], text: str) -> None:
    assert examine("issn_check_digit", f"011 $a{text}") == []
