from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as isbn_library
from stdnum import issn as issn_library

from rabis_sync.marc.identifiers import PROBLEMS, hyphenated, inventory_key, isbn, isbns, issn

if TYPE_CHECKING:
    from rabis_sync.marc.record import Record


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("978-5-9916-1662-1", "9785991616621"),
        ("9785991616621", "9785991616621"),
        ("5-298-00279-X", "9785298002790"),
        ("5-298-00279-x", "9785298002790"),
        ("5-298-00279-Х", "9785298002790"),
        ("5-298-00279-х", "9785298002790"),
        ("5-298-ОО279-Х", "9785298002790"),
        ("ISBN 5-298-00279-X", "9785298002790"),
        ("ISBN-13: 978-5-9916-1662-1", "9785991616621"),
        ("978–5–9916–1662–1", "9785991616621"),
        ("978 5 9916 1662 1", "9785991616621"),
        (" 978-5-9916-1662-1 (в пер.)", "9785991616621"),
        ("978-5-9916-1662-1 : 1380.00", "9785991616621"),
        ("978-5-9916-1662-1.", "9785991616621"),
        ("979-10-90636-07-1", "9791090636071"),
    ],
)
def test_an_isbn_is_known_in_any_spelling(text: str, canonical: str) -> None:
    found = isbn(text)
    assert (found.kind, found.raw, found.canonical, found.problem) == ("isbn", text, canonical, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("(в пер.)", "empty"),
        ("5-298-00279-1", "check_digit"),
        ("978-5-9916-1662-2", "check_digit"),
        ("5-298-009999-9", "length"),
        ("99036", "length"),
        ("977-5-9916-1662-1", "prefix"),
        ("б/п", "form"),
        ("X-298-00279-5", "form"),
        ("978-5-9916-1662-X", "length"),
        ("45 р. 00 к.", "form"),
    ],
)
def test_what_is_wrong_with_an_isbn_has_a_code(text: str, problem: str) -> None:
    found = isbn(text)
    assert (found.canonical, found.problem) == (None, problem)
    assert problem in PROBLEMS


@given(
    st.sampled_from(["", "978", "979", "977"]),
    st.text(alphabet="0123456789", min_size=9, max_size=9),
    st.sampled_from("0123456789X"),
)
def test_the_isbn_library_agrees_on_what_is_valid(prefix: str, number: str, check: str) -> None:
    text = prefix + number + check
    found = isbn(text)
    assert (found.canonical is not None) == isbn_library.is_valid(text)
    if found.canonical:
        assert found.canonical == isbn_library.to_isbn13(text)


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    for found in (isbn(text), issn(text), *isbns(text)):
        assert (found.canonical is None) == bool(found.problem)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("5-298-00279-X", ["9785298002790"]),
        ("5-298-00279-X; 978-5-9916-1662-1", ["9785298002790", "9785991616621"]),
        ("5-298-00279-X, 5-298-01042-3", ["9785298002790", "9785298010429"]),
        ("978-5-298-00279-0 978-5-9916-1662-1", ["9785298002790", "9785991616621"]),
        ("ISBN 5-298-00279-X ISBN 5-298-01042-3", ["9785298002790", "9785298010429"]),
        ("5-298-00279-X (в пер.); 5-298-01042-4 (обл.)", ["9785298002790", None]),
        ("б/п", [None]),
    ],
)
def test_several_isbns_in_one_subfield_are_all_read(text: str, canonical: list[str | None]) -> None:
    assert [one.canonical for one in isbns(text)] == canonical


@pytest.mark.parametrize(
    ("text", "canonical", "problem"),
    [
        ("0868-4871", "08684871", ""),
        ("ISSN 0868-4871", "08684871", ""),
        ("0868 4871", "08684871", ""),
        ("2049-3630", "20493630", ""),
        ("0000-006Х", "0000006X", ""),
        ("0868-4872", None, "check_digit"),
        ("0868-487", None, "length"),
        ("журнал", None, "form"),
        ("", None, "empty"),
    ],
)
def test_an_issn_is_read_and_checked(text: str, canonical: str | None, problem: str) -> None:
    found = issn(text)
    assert (found.canonical, found.problem) == (canonical, problem)


@given(st.text(alphabet="0123456789", min_size=7, max_size=7), st.sampled_from("0123456789X"))
def test_the_issn_library_agrees_on_what_is_valid(number: str, check: str) -> None:
    text = number + check
    assert (issn(text).canonical is not None) == issn_library.is_valid(text)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("9785991616621", "978-5-9916-1662-1"),
        ("5298002 79х", "5-298-00279-X"),
        ("ISBN 978-601-01-1234-6 (в пер.)", "978-601-01-1234-6"),
        ("5-298-00279-1", "5-298-00279-1"),
    ],
)
def test_an_isbn_is_printed_with_its_hyphens(text: str, printed: str) -> None:
    assert hyphenated(isbn(text)) == printed


def test_where_no_range_is_known_the_hyphens_of_the_record_stand() -> None:
    assert hyphenated(isbn("5-7667-2980-6")).replace("-", "") == "5766729806"
    unknown = isbn("978-9999-9999-3-8")
    assert hyphenated(unknown) == "978-9999-9999-3-8"


def test_an_issn_is_printed_with_one_hyphen() -> None:
    assert hyphenated(issn("08684871")) == "0868-4871"


@pytest.mark.parametrize(
    "spellings",
    [
        ["123", "00123", "123.0", "123,00", " 123 ", "№ 123", "Инв. № 123", "инв.№123", "N 123", "1 23"],
        ["К123", "к-00123", "K 123", "К–123", "k00123", "К123.0", "K-123"],
        ["123/1", "00123/1", "123 / 01"],
        ["12-3", "12–3", "012-03"],
        ["123А", "123-а", "123a"],
        ["Бр45", "бр. 45", "БР-45"],
        ["0", "000"],
    ],
)
def test_spellings_of_one_inventory_number_have_one_key(spellings: list[str]) -> None:
    assert len({inventory_key(text) for text in spellings}) == 1


def test_different_inventory_numbers_keep_different_keys() -> None:
    numbers = ["123", "1230", "12-3", "123/1", "К123", "Д123", "123А", "КН123"]
    assert len({inventory_key(number) for number in numbers}) == len(numbers)


def test_nothing_has_the_empty_key() -> None:
    assert inventory_key("") == inventory_key("  ") == inventory_key("№") == ""


@given(st.text(max_size=20))
def test_an_inventory_key_is_its_own_key(text: str) -> None:
    key = inventory_key(text)
    assert inventory_key(key) == key


def test_most_real_isbns_are_valid(exports: dict[str, list[Record]]) -> None:
    found = [one for records in exports.values() for record in records for one in record.isbns()]
    wrong = [one for one in found if one.problem]
    assert len(found) >= 300
    assert len(wrong) <= 0.1 * len(found)
    assert {one.problem for one in wrong} <= {"check_digit", "length", "form"}
