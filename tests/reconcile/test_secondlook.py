"""Where a number led nowhere the likely entry is named, once, and only if no other is as likely."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rabis_sync.reconcile.secondlook import slipped

Make = Any

OTHER = "Қан мен тер"


def proposals(found: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one.code, one.inventory_number, one.params.get("partner", ""), one.params.get("slip", ""))
        for one in found
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "slip"),
    [
        ("12345", "12375", "digit"),
        ("12345", "12354", "swapped_digits"),
        ("1235", "12345", "lost_digit"),
        ("123345", "12345", "extra_digit"),
        ("123", "Д123", "prefix"),
        ("12", "12000", "zeros"),
        ("12345", "54321", ""),
        ("12345", "12543", ""),
        ("", "123", ""),
    ],
)
def test_how_one_number_may_have_become_the_other(ours: str, theirs: str, slip: str) -> None:
    assert slipped(ours, theirs) == slip


def test_a_number_mistyped_into_nothing_leads_to_its_entry_and_is_one_line(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy(str(number), f"Книга {number}", part=f"v{number}") for number in range(1000, 1040)]
    entries = [entry(str(number), f"Книга {number}") for number in range(1000, 1040)]
    copies[20] = copies[20]._replace(key="9020", number="9020")
    found = reconciled(copies, entries)[0]
    assert proposals(found) == [("ONLY_CATALOG", "9020", "1020", "digit")]
    assert found[0].params["proposal"]["place"] == "fond.xlsx · Лист1 · 1020"
    assert found[0].ledger is None


def test_a_number_mistyped_into_another_book_tells_neither_its_price_nor_its_branch(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    entries = [entry("124", OTHER, price=Decimal(7), branch="ЦГБ"), entry("123")]
    assert proposals(reconciled([copy("124")], entries)[0]) == [("TITLE_MISMATCH", "124", "123", "digit")]


def test_a_number_mistyped_into_one_that_is_taken_leads_to_its_own(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    twins = [copy("124", OTHER, record="KZ2", record_id=2), copy("124")]
    found = reconciled(twins, [entry("124", OTHER), entry("123")])[0]
    assert proposals(found) == [("INV_DUP", "124", "123", "digit")]


def test_a_copy_without_a_number_is_led_to_its_entry(reconciled: Make, copy: Make, entry: Make) -> None:
    found = reconciled([copy("")], [entry("123", year=2015)])[0]
    assert proposals(found) == [("INV_MISSING", "", "123", "")]


def test_two_books_under_each_other_s_numbers_are_named_together(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy("1"), copy("2", OTHER, record="KZ2", record_id=2)]
    entries = [entry("1", OTHER, price=Decimal(7)), entry("2", price=Decimal(9))]
    found = reconciled(copies, entries)[0]
    assert proposals(found) == [("TITLE_MISMATCH", "1", "2", ""), ("TITLE_MISMATCH", "2", "1", "")]
    assert {one.params["cause"] for one in found} == {"swapped_pair"}
    assert found[0].params["proposal"]["record"] == "KZ2"


def test_of_two_entries_equally_likely_none_is_proposed(reconciled: Make, copy: Make, entry: Make) -> None:
    entries = [entry("124", year=2015), entry("126", year=2015)]
    assert proposals(reconciled([copy("125")], entries)[0]) == [("ONLY_CATALOG", "125", "", "")]


def test_an_entry_is_proposed_to_one_copy_only(reconciled: Make, copy: Make, entry: Make) -> None:
    copies = [copy("125", record="KZ1"), copy("126", record="KZ2", record_id=2)]
    found = reconciled(copies, [entry("124", year=2015)])[0]
    assert [partner for _, _, partner, _ in proposals(found)].count("124") <= 1


@pytest.mark.parametrize(
    ("changed_copy", "changed_entry"),
    [
        ({}, {"title": OTHER}),
        ({"part": "v1"}, {"title": "Абай жолы. 2-том"}),
        ({"price": 5, "year": 1990, "acquired": ""}, {"year": 2015, "branch": "ЦГБ"}),
    ],
)
def test_another_book_or_volume_is_not_proposed(
    reconciled: Make, copy: Make, entry: Make, changed_copy: dict[str, Any], changed_entry: dict[str, Any]
) -> None:
    found = reconciled([copy("125", **changed_copy)], [entry("124", **changed_entry)])[0]
    assert proposals(found) == [("ONLY_CATALOG", "125", "", "")]


def test_books_that_name_no_titles_are_compared_by_all_the_rest(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    found = reconciled([copy("125")], [entry("152", "", year=2015)])[0]
    assert proposals(found) == [("ONLY_CATALOG", "125", "152", "swapped_digits")]


def test_a_copy_newer_than_the_books_is_told_as_perhaps_not_booked_yet(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy("1"), copy("2", OTHER, record="KZ2", record_id=2, acquired="2026-01-01")]
    (found,) = reconciled(copies, [entry("1")])[0]
    assert (found.code, found.params["cause"]) == ("ONLY_CATALOG", "after_the_books")
