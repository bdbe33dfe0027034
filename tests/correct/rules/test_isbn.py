from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("5-7761-0596-Х", "5-7761-0596-X"),
        ("5-900776-31-х", "5-900776-31-X"),
        ("577610596x", "577610596X"),
        ("ISBN 978-601-282-114-7", "978-601-282-114-7"),
        ("978–601–282–114–7", "978-601-282-114-7"),
        ("5 7761 0596 X", "5-7761-0596-X"),
        ("978-601-282-114-7.", "978-601-282-114-7"),
        ("5-7443-00-20-1", "5-7443-0020-1"),
        ("5-85247-004-Х", "5-85247-004-X"),
    ],
)
def test_the_form_of_an_isbn_is_mended(examine: Callable[..., Any], before: str, after: str) -> None:
    assert examine("isbn_form", f"010 $a{before}") == [("fix", "010[1]$a[1]", before, after)]


@pytest.mark.parametrize("number", ["5-7761-0596-X", "577610596X", "98032", "5-77-610596-X", "Т. 1"])
def test_a_form_that_a_cataloguer_may_choose_stays(examine: Callable[..., Any], number: str) -> None:
    assert examine("isbn_form", f"010 $a{number}") == []


@pytest.mark.parametrize(("family", "field", "code"), [("unimarc", "010", "b"), ("marc21", "020", "q")])
def test_what_is_said_about_a_number_is_proposed_for_its_own_subfield(
    examine: Callable[..., Any], family: str, field: str, code: str
) -> None:
    found = examine("isbn_form", f"{field} $a5-94113-003-1(тат.)$c35-00", family=family)
    whole = "$a5-94113-003-1(тат.)$c35-00"
    assert found == [("suggest", f"{field}[1]", whole, f"$a5-94113-003-1${code}тат.$c35-00")]


@pytest.mark.parametrize("number", ["5-93091-006-3", "5-298-009999-9", "55-761-0470-X", "978-601-282-114-8"])
def test_a_wrong_number_is_proposed_for_its_own_subfield_and_never_deleted(
    examine: Callable[..., Any], number: str
) -> None:
    assert examine("isbn_check_digit", f"010 $a{number}$d20-00") == [
        ("suggest", "010[1]", f"$a{number}$d20-00", f"$z{number}$d20-00")
    ]


@pytest.mark.parametrize("text", ["98032", "б/н"])
def test_what_is_no_single_number_is_reported(examine: Callable[..., Any], text: str) -> None:
    assert examine("isbn_check_digit", f"010 $a{text}") == [("report", "010[1]$a[1]", text, None)]


@pytest.mark.parametrize("text", ["5-94113-003-1", "5-94113-003-1; 978-601-282-114-7", "5-7761-0596-Х", " "])
def test_a_right_number_is_left_alone(examine: Callable[..., Any], text: str) -> None:
    assert examine("isbn_check_digit", f"010 $a{text}") == []


ONE, OTHER = "5-7761-0596-X", "978-601-282-114-7"


@pytest.mark.parametrize("between", ["; ", ";", ", ", " ", " / ", "; ISBN "])
def test_several_right_numbers_alone_in_a_field_get_a_field_each(
    examine: Callable[..., Any], between: str
) -> None:
    text = f"{ONE}{between}{OTHER}"
    assert examine("isbn_several", f"010 $a{text}") == [("fix", "010[1]", f"$a{text}", f"$a{ONE}\n$a{OTHER}")]


def test_several_numbers_beside_a_price_or_with_a_wrong_one_among_them_are_proposed(
    examine: Callable[..., Any],
) -> None:
    assert examine("isbn_several", f"010 $a{ONE}; {OTHER}$d45-00") == [
        ("suggest", "010[1]", f"$a{ONE}; {OTHER}$d45-00", f"$a{ONE}$d45-00\n$a{OTHER}")
    ]
    text = f"{ONE}(т.1)(Заман); 5-94113-003-2"
    assert examine("isbn_several", f"010 $a{text}") == [
        ("suggest", "010[1]", f"$a{text}", f"$a{ONE}$bт.1, Заман\n$z5-94113-003-2")
    ]
    assert examine("isbn_check_digit", f"010 $a{text}") == []


@pytest.mark.parametrize(
    "text", [ONE, "5-7761-0596-X (в пер.)", "978 601 282 114 7", f"{ONE} и другие; {OTHER}"]
)
def test_one_number_or_a_sentence_is_not_parted(examine: Callable[..., Any], text: str) -> None:
    assert examine("isbn_several", f"010 $a{text}") == []
