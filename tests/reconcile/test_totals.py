"""The books' own totals follow from their entries and from each other, or are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rabis_sync.reconcile.entry import Summary

Make = Any


def told(found: Any) -> list[tuple[str, str, Any]]:
    return [
        (one.code, one.params.get("text", ""), one.params.get("measure") or one.params.get("stated"))
        for one in found
    ]


def batch(**changed: Any) -> Summary:
    values = {
        "place": "ksu.xlsx · 5", "part": "acquired", "number": "31", "date": "2016-03-24", "copies": 2,
        "amount": Decimal("2501.00"), "shares": {"content_class": {"FIC": 2}, "language": {"kaz": 2}},
    }  # fmt: skip
    return Summary(**{**values, **changed})


@pytest.fixture
def of_batch(reconciled: Make, copy: Make, entry: Make) -> Make:
    """Discrepancies of two copies of one batch and what the КСУ says of it."""

    def run(*summaries: Summary, **changed: Any) -> Any:
        ours = [copy(number, record=f"KZ{number}", record_id=int(number)) for number in ("1", "2")]
        values = {"ksu": "31/2016", "content_class": "FIC", "language": "kaz", **changed}
        theirs = [entry(number, **values) for number in ("1", "2")]
        return reconciled(ours, theirs, summaries=[("accounting", one) for one in summaries])[0]

    return run


@pytest.mark.parametrize("number", ["31", "№ 31", "31/2016", "31/16", "2016/31"])
def test_a_batch_that_adds_up_is_left_alone_however_its_number_is_written(
    of_batch: Make, number: str
) -> None:
    assert told(of_batch(batch(number=number))) == []
    assert told(of_batch(batch(), ksu=number)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"copies": 3}, "BATCH_TOTAL"),
        ({"amount": Decimal("2501.02")}, "BATCH_TOTAL"),
        ({"shares": {"content_class": {"FIC": 1, "OPL": 1}}}, "CLASS_LANG_MISMATCH"),
        ({"shares": {"language": {"rus": 2}}}, "CLASS_LANG_MISMATCH"),
        ({"copies": 3, "shares": {"language": {"rus": 3}}}, "BATCH_TOTAL"),
    ],
)
def test_a_batch_that_does_not_add_up_is_one_line(of_batch: Make, changed: dict[str, Any], code: str) -> None:
    (found,) = of_batch(batch(**changed))
    assert (found.code, found.params["record"], found.ledger["place"]) == (code, "31", "ksu.xlsx · 5")


@pytest.mark.parametrize(
    "changed",
    [{"copies": None, "amount": None}, {"amount": Decimal("2501.01")}, {"shares": {}}, {"date": "2016"}],
)
def test_what_is_not_told_or_off_by_a_tiyn_is_no_fault(of_batch: Make, changed: dict[str, Any]) -> None:
    assert told(of_batch(batch(**changed))) == []


def test_copies_without_a_class_tell_nothing_of_classes(of_batch: Make) -> None:
    assert told(of_batch(batch(), content_class="")) == []


def test_a_batch_of_another_year_or_branch_with_the_same_number_is_another_batch(of_batch: Make) -> None:
    (found,) = of_batch(
        batch(), batch(date="2017-01-10", copies=0, amount=None, shares={}), batch(branch="ЦГБ")
    )
    assert (found.code, found.branch) == ("BATCH_TOTAL", "ЦГБ")


def test_books_whose_rows_name_no_batches_are_not_held_against_them(of_batch: Make) -> None:
    assert told(of_batch(batch(copies=9), ksu="")) == []


def test_an_act_adds_up_to_what_it_wrote_off(reconciled: Make, copy: Make, entry: Make) -> None:
    gone = copy("1", withdrawn=True, quantity=0)
    rows = [entry("1"), entry("1", movement="written_off", act_out="Акт № 7", act_date="2020-05-05")]
    act = batch(part="written_off", number="", act="7", date="2020-05-05", copies=1, amount=None, shares={})
    assert told(reconciled([gone], rows, summaries=[("accounting", act)])[0]) == []
    wrong = batch(part="written_off", number="", act="7", date="2020-05-05", copies=2, amount=None, shares={})
    assert told(reconciled([gone], rows, summaries=[("accounting", wrong)])[0]) == [("BATCH_TOTAL", "", "2")]


def line(part: str, date: str, copies: int | None, amount: int | None = None, **more: Any) -> Summary:
    money = None if amount is None else Decimal(amount)
    return Summary(f"ksu.xlsx · {date}", part, date=date, copies=copies, amount=money, **more)


YEAR = [
    line("opening", "2016-01-01", 100, 1000),
    line("acquired", "2016-03-24", 20, 300, number="1"),
    line("written_off", "2016-10-01", 5, 50, act="2"),
    line("closing", "2016-12-31", 115, 1250),
]


def of_books(reconciled: Make, *summaries: Summary) -> Any:
    return reconciled([], [], summaries=[("accounting", one) for one in summaries])[0]


def test_a_year_that_balances_and_goes_on_where_it_ended_is_left_alone(reconciled: Make) -> None:
    assert told(of_books(reconciled, *YEAR, line("opening", "2017-01-01", 115, 1250))) == []


@pytest.mark.parametrize(
    ("closing", "measure"), [((116, 1250), "copies"), ((115, 1251), "amount"), ((116, 1251), "copies")]
)
def test_a_year_that_does_not_balance_is_one_line_with_its_figures(
    reconciled: Make, closing: tuple[int, int], measure: str
) -> None:
    (found,) = of_books(reconciled, *YEAR[:3], line("closing", "2016-12-31", *closing))
    assert (found.code, found.params["measure"], found.severity) == ("KSU_BALANCE", measure, "error")
    assert found.params["due"] == ("115" if measure == "copies" else "1250.00")


def test_a_dimension_that_does_not_balance_is_told_by_its_class(reconciled: Make) -> None:
    summaries = [
        line("opening", "2016", 1, shares={"language": {"kaz": 1}}),
        line("acquired", "2016-03-24", 1, number="1", shares={"language": {"rus": 1}}),
        line("closing", "2016", 2, shares={"language": {"kaz": 2}}),
    ]
    (found,) = of_books(reconciled, *summaries)
    assert (found.params["measure"], found.params["of"], found.params["also"]) == (
        "language",
        "kaz",
        ["language"],
    )


def test_a_year_that_begins_otherwise_than_the_last_one_ended_is_told(reconciled: Make) -> None:
    (found,) = of_books(reconciled, *YEAR, line("opening", "2017-01-01", 117, 1250))
    assert (found.code, found.params["text"], found.params["stated"]) == ("KSU_BALANCE", "KSU_CHAIN", "117")


def test_the_account_has_what_the_summary_book_says(reconciled: Make) -> None:
    same = line("balance", "2016-12-31", None, 1250, number="2416")
    assert told(of_books(reconciled, *YEAR, same)) == []
    (found,) = of_books(reconciled, *YEAR, line("balance", "2016-12-31", None, 1300, number="2416"))
    assert (found.params["text"], found.params["account"]) == ("KSU_ACCOUNT", "1300.00")


def test_books_without_their_parts_1_and_2_are_not_balanced(reconciled: Make) -> None:
    assert told(of_books(reconciled, YEAR[0], line("closing", "2016-12-31", 7))) == []
