"""Numbers of the made-up publishers are valid and never given twice."""

from __future__ import annotations

import pytest
from stdnum import isbn as standard
from stdnum import issn as standard_issn

from rabis_sync.demo import isbn


@pytest.mark.parametrize("prefix", ["9965-31", "978-601-243", "5-7443", "978-5-7443"])
def test_numbers_are_valid_and_different(prefix: str) -> None:
    numbers = isbn.Numbers()
    given = [numbers.next(prefix) for _ in range(50)]
    assert len(set(given)) == 50
    assert all(standard.is_valid(number) for number in given)


def test_an_old_and_a_new_number_of_one_publisher_are_of_different_books() -> None:
    numbers = isbn.Numbers()
    old = [numbers.next("5-7443") for _ in range(5)]
    new = [numbers.next("978-5-7443") for _ in range(5)]
    assert not {isbn.other_form(one) for one in old} & set(new)


def test_a_number_that_ends_in_x_can_be_asked_for() -> None:
    number = isbn.Numbers().next("9965-31", check="X")
    assert number.endswith("-X")
    assert standard.is_valid(number)


@pytest.mark.parametrize(
    ("short", "long"), [("5-7443-0043-0", "978-5-7443-0043-2"), ("9965-31-000-9", "978-9965-31-000-3")]
)
def test_both_forms_name_the_same_book(short: str, long: str) -> None:
    assert standard.to_isbn13(isbn.digits(short)) == isbn.digits(long)
    assert (isbn.other_form(short), isbn.other_form(long)) == (long, short)


def test_serial_numbers_are_valid() -> None:
    assert all(standard_issn.is_valid(isbn.issn(place)) for place in range(1, 20))
