"""Every code has its cases, one fault gives one finding, and the order of input changes nothing."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.reconcile.discrepancy import SEVERITY
from rabis_sync.reconcile.series import Numbering

Make = Any


Codes = Any


@pytest.fixture
def codes(reconciled: Make) -> Codes:
    """Code and number of every discrepancy of two sides."""

    def run(*sides: Any, **options: Any) -> list[tuple[str, str]]:
        return [(one.code, one.inventory_number) for one in reconciled(*sides, **options)[0]]

    return run


@pytest.mark.parametrize(
    ("number", "booked", "changed_copy", "changed_entry"),
    [
        ("00123", "123", {}, {}),
        ("K-123", "К 123", {}, {}),
        ("123", "123", {}, {"title": "Әуезов М. Абай жолы: роман"}),
        ("123", "123", {}, {"title": "Абаи жолы"}),
        ("123", "123", {}, {"title": "Абай жо"}),
        ("123", "123", {}, {"title": ""}),
        ("123", "123", {}, {"branch": "филиал №3"}),
        ("123", "123", {}, {"branch": ""}),
        ("123", "123", {}, {"price": Decimal("1250.51")}),
        ("123", "123", {}, {"price": None}),
        ("123", "123", {"currency": "SUR"}, {"price": Decimal(7)}),
        ("123", "123", {"withdrawn": True, "quantity": 0}, {"act_out": "Акт 7"}),
        ("123", "123", {"quantity": 5}, {"quantity": 5}),
        ("123", "123", {"year": None}, {"acquired": "1900"}),
    ],
)
def test_what_agrees_is_left_alone(  # noqa: PLR0917  a case and the fixtures
    codes: Make,
    copy: Make,
    entry: Make,
    number: str,
    booked: str,
    changed_copy: dict[str, Any],
    changed_entry: dict[str, Any],
) -> None:
    assert codes([copy(number, **changed_copy)], [entry(booked, **changed_entry)]) == []


@pytest.mark.parametrize(
    ("code", "changed_copy", "changed_entry"),
    [
        ("WRITTEN_OFF_ACTIVE", {}, {"act_out": "Акт 7"}),
        ("WRITTEN_OFF_ACTIVE", {}, {"act_date": "2020-01-01"}),
        ("WRITTEN_OFF_ACTIVE", {}, {"quantity": 0}),
        ("ACTIVE_WRITTEN_OFF", {"withdrawn": True, "quantity": 0}, {}),
        ("ACTIVE_WRITTEN_OFF", {"withdrawn": True, "quantity": 0, "act_out": "Акт 9"}, {}),
        ("PRICE_MISMATCH", {}, {"price": Decimal("1250.52")}),
        ("BRANCH_MISMATCH", {}, {"branch": "ЦГБ"}),
        ("TITLE_MISMATCH", {}, {"title": "Қан мен тер"}),
        ("QTY_MISMATCH", {"quantity": 4}, {"quantity": 5}),
        ("DATE_BEFORE_PUB", {"acquired": "2014-12-31"}, {}),
        ("DATE_BEFORE_PUB", {}, {"acquired": "2014-12-31"}),
        ("DATE_BEFORE_PUB", {}, {"acquired": "2016", "year": 2017}),
    ],
)
def test_one_fault_in_a_copy_gives_one_finding(
    codes: Make,
    copy: Make,
    entry: Make,
    code: str,
    changed_copy: dict[str, Any],
    changed_entry: dict[str, Any],
) -> None:
    assert codes([copy("123", **changed_copy)], [entry("123", **changed_entry)]) == [(code, "123")]


def test_two_faults_in_one_copy_give_two_findings(codes: Make, copy: Make, entry: Make) -> None:
    wrong = entry("123", title="Қан мен тер", price=Decimal(5), branch="ЦГБ")
    assert codes([copy("123")], [wrong]) == [
        ("BRANCH_MISMATCH", "123"),
        ("PRICE_MISMATCH", "123"),
        ("TITLE_MISMATCH", "123"),
    ]


def test_another_book_s_year_is_not_held_against_a_date(codes: Make, copy: Make, entry: Make) -> None:
    wrong = entry("123", title="Қан мен тер", acquired="2001-01-01")
    assert codes([copy("123")], [wrong]) == [("TITLE_MISMATCH", "123")]


def test_a_parallel_title_is_a_title(codes: Make, copy: Make, entry: Make) -> None:
    assert codes([copy("123", other="Путь Абая : роман-эпопея")], [entry("123", title="Путь Абая")]) == []


@pytest.mark.parametrize(
    ("catalogue", "books", "cause"),
    [
        (125050, "12.51", ""),
        (125000, "12.50", "tiyn"),
        (100000, "1", "thousand"),
        (50000, "1", "currency_1993"),
        (5, "0", ""),
    ],
)
def test_the_cause_of_a_price_is_told_where_it_can_be(
    reconciled: Make, copy: Make, entry: Make, catalogue: int, books: str, cause: str
) -> None:
    booked = entry("123", price=Decimal(books))
    (one,) = reconciled([copy("123", price=catalogue)], [booked])[0]
    assert one.params["cause"] == cause


def test_a_copy_without_a_number_is_told_unless_sets_are_counted(codes: Make, copy: Make) -> None:
    copies = [
        copy("", record="KZ1"),
        copy("", record="KZ2", level="serial"),
        copy("", record="KZ3", quantity=5),
        copy("", record="KZ4", withdrawn=True, quantity=0),
    ]
    assert codes(copies, []) == [("INV_MISSING", "")]


def test_two_copies_of_a_record_without_numbers_are_two_findings(codes: Make, copy: Make) -> None:
    assert codes([copy("", position=1), copy("", position=2)], []) == [("INV_MISSING", "")] * 2


def test_a_number_given_twice_is_one_finding_and_nobody_is_only_in_the_catalogue(
    codes: Make, copy: Make, entry: Make
) -> None:
    twins = [copy("123"), copy("123", "Қан мен тер", record="KZ2", record_id=2)]
    assert codes(twins, [entry("123")]) == [("INV_DUP", "123")]
    assert codes(twins, []) == [("INV_DUP", "123")]
    assert codes(twins, [entry("123"), entry("123", "Қан мен тер")]) == [("INV_DUP", "123")]


def test_of_two_copies_with_one_number_the_likelier_is_the_one_on_the_books(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    twins = [copy("123", "Қан мен тер", record="KZ2", record_id=2), copy("123")]
    (one,) = reconciled(twins, [entry("123")])[0]
    assert one.catalogue is not None
    assert (one.catalogue["record"], one.params) == ("KZ2", {"copies": 2, "records": ["KZ1", "KZ2"]})


def test_the_same_number_at_two_branches_booked_at_both_is_two_series(
    codes: Make, copy: Make, entry: Make
) -> None:
    copies = [copy("123"), copy("123", branch="ЦГБ", record="KZ2", record_id=2)]
    assert codes(copies, [entry("123"), entry("123", branch="ЦГБ")]) == []


def test_with_a_series_a_branch_the_same_number_elsewhere_is_another_one(
    codes: Make, copy: Make, entry: Make
) -> None:
    copies = [copy("123"), copy("123", "Қан мен тер", branch="ЦГБ", record="KZ2", record_id=2)]
    assert codes(copies, [entry("123")], numbering=Numbering(given="branch")) == [("ONLY_CATALOG", "123")]
    assert codes(copies[1:], [entry("123")], numbering=Numbering(given="branch")) == [("ONLY_CATALOG", "123")]
    moved = copy("123", branch="ЦГБ")
    assert codes([moved], [entry("123")], numbering=Numbering(given="branch")) == [("BRANCH_MISMATCH", "123")]


def test_copies_of_a_group_card_count_together(codes: Make, copy: Make, entry: Make) -> None:
    three = [copy("123", position=at) for at in (1, 2, 3)]
    assert codes(three, [entry("123", quantity=3)]) == []
    assert codes(three, [entry("123", quantity=5)]) == [("QTY_MISMATCH", "123")]


def test_a_row_entered_twice_in_the_books_is_told_once(codes: Make, copy: Make, entry: Make) -> None:
    assert codes([copy("123")], [entry("123"), entry("123", place="fond.xlsx · Лист1 · 9")]) == [
        ("INV_DUP", "123")
    ]


def test_an_act_in_a_row_of_its_own_writes_off_its_copy(codes: Make, copy: Make, entry: Make) -> None:
    rows = [entry("123"), entry("123", act_out="Акт 7", place="fond.xlsx · Лист1 · 900")]
    assert codes([copy("123")], rows) == [("WRITTEN_OFF_ACTIVE", "123")]
    assert codes([copy("123", withdrawn=True, quantity=0)], rows) == []


def test_a_number_given_again_after_a_write_off_is_no_fault(codes: Make, copy: Make, entry: Make) -> None:
    rows = [entry("123", "Қан мен тер", act_out="Акт 7", acquired="1990"), entry("123")]
    assert codes([copy("123")], rows) == []


def test_what_the_books_hold_in_an_unreadable_row_is_not_missing_there(codes: Make, copy: Make) -> None:
    assert codes([copy("123")], [], unread={"123"}) == []
    assert codes([copy("123")], [], unread={"124"}) == [("ONLY_CATALOG", "123")]


def test_a_withdrawn_copy_that_the_books_do_not_have_is_no_fault(codes: Make, copy: Make) -> None:
    assert codes([copy("123", withdrawn=True, quantity=0)], []) == []


def test_a_hole_among_catalogued_numbers_is_a_fault_and_uncatalogued_stock_is_not(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy(str(number), record=f"KZ{number}") for number in range(1, 41) if number != 20]
    entries = [entry(str(number)) for number in range(1, 301)]
    found, counts, _ = reconciled(copies, entries)
    assert [(one.code, one.inventory_number) for one in found] == [("ONLY_ACCOUNTING", "20")]
    assert (counts["copies"], counts["catalogued"], counts["uncatalogued"]) == (
        300,
        39,
        261,
    )


def test_a_third_of_the_stock_catalogued_at_random_brings_no_errors(
    codes: Make, copy: Make, entry: Make
) -> None:
    chosen = random.Random(7).sample(range(1, 3001), 1000)
    entries = [entry(str(number)) for number in range(1, 3001)]
    assert codes([copy(str(number), record=f"KZ{number}") for number in chosen], entries) == []


def test_a_branch_is_one_under_its_aliases(codes: Make, copy: Make, entry: Make) -> None:
    branches = {"Филиал № 3": ["Иванова А. С.", "ф3"]}
    assert codes([copy("1", branch="Ф3")], [entry("1", branch="Иванова А.С.")], branches=branches) == []


def test_names_that_nearly_all_copies_share_are_told_once_and_strays_one_by_one(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy(str(number), branch="АБ-1", record=f"KZ{number}") for number in range(20)]
    entries = [entry(str(number), branch="ЦГБ" if number == 5 else "Иванова А. С.") for number in range(20)]
    found = reconciled(copies, entries)[0]
    assert [(one.code, one.severity, one.inventory_number) for one in found] == [
        ("BRANCH_MISMATCH", "info", ""),
        ("BRANCH_MISMATCH", "warning", "5"),
    ]
    assert found[0].params == {
        "text": "BRANCH_NAMES", "catalogue": "АБ-1", "ledger": "Иванова А. С.", "copies": 19,
    }  # fmt: skip


def test_prices_missing_in_a_catalogue_are_information_once_a_source(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    copies = [copy(str(number), price=None, currency="", record=f"KZ{number}") for number in range(9)]
    (one,) = reconciled(copies, [entry(str(number)) for number in range(9)])[0]
    assert (one.code, one.severity) == ("PRICE_MISMATCH", "info")
    assert one.params == {"text": "PRICES_ABSENT", "source": "catalogue", "copies": 9}


def test_a_number_typed_for_everything_does_not_take_all_night(codes: Make, copy: Make, entry: Make) -> None:
    copies = [copy("1", record=f"KZ{number}", record_id=number) for number in range(3000)]
    assert codes(copies, [entry("1", f"Том {number}") for number in range(3000)])


def test_both_sides_are_plain_json_with_money_as_decimal_strings(
    reconciled: Make, copy: Make, entry: Make
) -> None:
    (one,) = reconciled([copy("00123")], [entry("123", price=Decimal(900))])[0]
    row = json.loads(json.dumps(one.row(), ensure_ascii=False))
    assert (row["catalogue"]["price"], row["ledger"]["price"]) == ("1250.50", "900.00")
    assert (row["catalogue"]["number"], row["ledger"]["number"]) == ("00123", "123")
    assert row["ledger"]["place"] == "fond.xlsx · Лист1 · 123"
    assert row["severity"] == "warning"
    assert {"fingerprint", "code", "inventory_number", "branch", "record_id", "params"} <= row.keys()


@pytest.mark.parametrize("code", sorted(SEVERITY))
def test_severity_is_one_of_three(code: str) -> None:
    assert SEVERITY[code] in {"error", "warning", "info"}


# One hundred copies, all in order on both sides; each drawn fault spoils another one of them.
FAULTS: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None]] = {
    "ONLY_CATALOG": ({}, None),
    "ONLY_ACCOUNTING": (None, {}),
    "WRITTEN_OFF_ACTIVE": ({}, {"act_out": "Акт 7"}),
    "ACTIVE_WRITTEN_OFF": ({"withdrawn": True, "quantity": 0}, {}),
    "PRICE_MISMATCH": ({}, {"price": Decimal(7)}),
    "BRANCH_MISMATCH": ({}, {"branch": "ЦГБ"}),
    "TITLE_MISMATCH": ({}, {"title": "Қан мен тер"}),
    "QTY_MISMATCH": ({}, {"quantity": 2}),
    "DATE_BEFORE_PUB": ({"acquired": "2001-01-01"}, {}),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    planted=st.dictionaries(
        st.integers(20, 80).map(lambda n: n * 2), st.sampled_from(sorted(FAULTS)), max_size=5
    ),
    seed=st.integers(0, 1000),
)
def test_every_planted_fault_is_found_and_none_is_invented(
    reconciled: Make, copy: Make, entry: Make, planted: dict[int, str], seed: int
) -> None:
    copies, entries = [], []
    for number in range(1, 201):
        of_copy, of_entry = FAULTS.get(planted.get(number, ""), ({}, {}))
        if of_copy is not None:
            of_record = {"part": f"v{number}", "record": f"KZ{number}", "record_id": number}
            copies.append(copy(str(number), **of_record, **of_copy))
        if of_entry is not None:
            entries.append(entry(str(number), **{"title": f"Абай жолы. {number}-том", **of_entry}))
    wanted = sorted((code, str(number)) for number, code in planted.items())
    ordered = reconciled(copies, entries)[0]
    assert sorted((one.code, one.inventory_number) for one in ordered) == wanted
    random.Random(seed).shuffle(copies)
    random.Random(seed).shuffle(entries)
    assert reconciled(copies, entries)[0] == ordered
