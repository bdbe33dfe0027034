"""Figures, dates and inventory numbers as they are found in real spreadsheets."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.reconcile import numbers
from rabis_sync.reconcile.numbers import UnreadableError


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1 250,50", "1250.50"),
        ("1\u00a0250,50", "1250.50"),
        ("1\u202f250\u2009000,5 тг", "1250000.5"),
        ("(350,00)", "-350.00"),
        ("-5", "-5"),
        ("−5,5", "-5.5"),
        ("1.234.567", "1234567"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("1'250.50", "1250.50"),
        ("1,000", "1.000"),
        ("500₸", "500"),
        (438.18, "438.18"),
        (0.0, "0.0"),
        (7, "7"),
    ],
)
def test_a_figure_is_read_however_it_is_typed(cell: Any, wanted: str) -> None:
    assert numbers.figure(cell) == Decimal(wanted)


@pytest.mark.parametrize("cell", ["", None, "-", "—", "х", "x", "  "])
def test_a_mark_for_nothing_is_no_figure(cell: Any) -> None:
    assert numbers.figure(cell) is None


@pytest.mark.parametrize("cell", ["сто", "1-2", "12.5.1", "5 шт", True, date(2024, 2, 1), "1,2,3"])
def test_what_is_no_figure_is_refused_and_not_guessed(cell: Any) -> None:
    with pytest.raises(UnreadableError) as refused:
        numbers.figure(cell)
    assert refused.value.reason == "bad_figure"


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False),
    st.sampled_from([" ", "\u00a0", "\u202f", ""]),
    st.sampled_from([",", "."]),
)
def test_a_figure_printed_by_anyone_comes_back(value: Decimal, thousands: str, point: str) -> None:
    printed = f"{value:,.2f}".replace(".", "P").replace(",", thousands).replace("P", point)
    assert numbers.figure(printed) == value


@pytest.mark.parametrize(
    ("cell", "amount", "currency"),
    [
        ("1 р. 10 к.", "1.10", "SUR"),
        ("45 к.", "0.45", "SUR"),
        ("3 руб.", "3", "SUR"),
        ("1250,5", "1250.5", "KZT"),
        ("1250 тенге", "1250", "KZT"),
    ],
)
def test_old_prices_keep_their_currency(cell: str, amount: str, currency: str) -> None:
    assert numbers.money(cell, "KZT") == (Decimal(amount), currency)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("24.03.2016", "2016-03-24"),
        ("24.03.16", "2016-03-24"),
        ("24.03.85", "1985-03-24"),
        ("24.03.2016 0:00:00", "2016-03-24"),
        ("24.03.2016 г.", "2016-03-24"),
        ("2016-03-24", "2016-03-24"),
        ("2016-03-24T00:00:00", "2016-03-24"),
        ("20160324", "2016-03-24"),
        (20160324.0, "2016-03-24"),
        (42453.0, "2016-03-24"),
        ("42453", "2016-03-24"),
        (datetime(2016, 3, 24, 10, 5), "2016-03-24"),  # noqa: DTZ001 - a cell has no zone
        (date(2016, 3, 24), "2016-03-24"),
        ("24 марта 2016 г.", "2016-03-24"),
        ("9 мая 2016", "2016-05-09"),
        ("9 мамыр 2016 ж.", "2016-05-09"),
        ("1 маусым 2016", "2016-06-01"),
        ("03.2016", "2016-03"),
        ("2016", "2016"),
        (2016.0, "2016"),
        ("2016 г.", "2016"),
        ("", ""),
        ("?", ""),
        ("—", ""),
    ],
)
def test_a_date_is_read_however_it_is_typed(cell: Any, wanted: str) -> None:
    assert numbers.day(cell) == wanted


@pytest.mark.parametrize("cell", ["31.02.2016", "вчера", "24.13.2016", "7", 12.0])
def test_what_is_no_date_is_refused(cell: Any) -> None:
    with pytest.raises(UnreadableError) as refused:
        numbers.day(cell)
    assert refused.value.reason == "bad_date"


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (123.0, ("123", False)),
        ("123.0", ("123", False)),
        ("00123", ("00123", False)),
        ("'00123", ("00123", False)),
        (100000.0, ("100000", False)),
        ("1E5", ("100000", True)),
        ("1E+05", ("100000", True)),
        ("6,66468E+5", ("666468", True)),
        ("666 468", ("666468", True)),
        ("666,468", ("666468", True)),
        (date(2024, 2, 1), ("1-2", True)),
        (datetime(2024, 12, 31), ("31-12", True)),  # noqa: DTZ001 - a cell has no zone
        (date(1995, 1, 1), ("1-95", True)),
        ("01.02.2024", ("1-2", True)),
        ("2024-02-01", ("1-2", True)),
        ("01.фев", ("1-2", True)),
        ("12.май", ("12-5", True)),
        ("фев.95", ("2-95", True)),
        ("er-0006", ("er-0006", False)),
        ("К 123/1", ("К 123/1", False)),
        ("dsk-2014-1", ("dsk-2014-1", False)),
    ],
)
def test_an_inventory_number_that_excel_ate_is_restored(cell: Any, wanted: tuple[str, bool]) -> None:
    assert numbers.inventory_number(cell) == wanted


@pytest.mark.parametrize("cell", ["1,23457E+11", "6.6E+5", 12345678901234567890.0])
def test_a_number_that_lost_digits_in_rounding_is_refused(cell: Any) -> None:
    with pytest.raises(UnreadableError) as refused:
        numbers.inventory_number(cell)
    assert refused.value.reason == "number_rounded"


@pytest.mark.parametrize(("cell", "wanted"), [("1,000", 1), (5.0, 5), ("5", 5), ("", None), ("(2)", -2)])
def test_copies_are_counted_in_whole_numbers(cell: Any, wanted: int | None) -> None:
    assert numbers.whole(cell) == wanted


@pytest.mark.parametrize("cell", ["1,5", 1.5, "пять"])
def test_a_part_of_a_copy_is_refused(cell: Any) -> None:
    with pytest.raises(UnreadableError) as refused:
        numbers.whole(cell)
    assert refused.value.reason == "bad_quantity"


@given(
    st.one_of(
        st.text(), st.floats(allow_nan=False, allow_infinity=False), st.dates(), st.booleans(), st.none()
    )
)
def test_any_cell_is_read_or_refused_and_nothing_else(cell: Any) -> None:
    for reader in (numbers.figure, numbers.whole, numbers.day, numbers.inventory_number, numbers.text):
        with suppress(UnreadableError):
            reader(cell)
