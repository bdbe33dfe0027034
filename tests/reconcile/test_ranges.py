"""Which numbers the catalogue covers, and which of a registered range are nowhere."""

from __future__ import annotations

import pytest

from rabis_sync.reconcile.ranges import Register, Shelves, placed


def shelves(catalogued: set[int], booked: range, branch: str = "ЦГБ") -> Shelves:
    found = Shelves()
    for number in booked:
        found.add(branch, str(number), catalogued=number in catalogued)
    return found


@pytest.mark.parametrize(
    ("key", "wanted"), [("123", ("", 123)), ("Д123/2", ("Д", 123)), ("12-3", ("", 12)), ("БЕЗ", None)]
)
def test_a_number_stands_by_its_letters_and_first_digits(key: str, wanted: tuple[str, int] | None) -> None:
    assert placed(key) == wanted


def test_a_number_longer_than_any_series_stands_nowhere() -> None:
    assert placed("9" * 30) is None
    found = Shelves()
    found.add("ЦГБ", "9" * 30, catalogued=True)
    assert not found.missing("ЦГБ", "9" * 30)


def test_a_hole_among_catalogued_numbers_is_missing_and_the_edge_of_a_run_is_not() -> None:
    found = shelves(set(range(1, 41)) - {20}, range(1, 200))
    assert found.missing("ЦГБ", "20")
    assert not found.missing("ЦГБ", "41")
    assert not found.missing("ЦГБ", "19")
    assert not found.missing("Филиал", "20")


def test_a_copy_under_a_suffix_covers_its_number() -> None:
    found = shelves(set(range(1, 41)) - {20}, range(1, 41))
    found.add("ЦГБ", "20/1", catalogued=True)
    assert not found.missing("ЦГБ", "20")


def test_numbers_of_a_registered_range_that_nobody_has_are_gaps() -> None:
    register = Register({"Общий": ("", [(1, 10)]), "Детский": ("Д", [(1, 3)]), "Иной": ("", [])})
    keys = [("Общий", key) for key in ("1", "2", "5", "10", "11", "Д7", "БЕЗ")]
    for series, key in (*keys, ("Детский", "Д2"), ("Неизвестный", "4")):
        if (number := register.number(series, key)) is not None:
            register.meet(series, number)
    assert [tuple(gap) for gap in register.gaps()] == [
        ("Детский", 1, 1), ("Детский", 3, 3), ("Общий", 3, 4), ("Общий", 6, 9),
    ]  # fmt: skip


def test_without_ranges_there_is_nothing_to_register() -> None:
    assert not Register({"Общий": ("", [])}).used
