"""The movement of the fund: every cell comes out as the books have it, and what does not balance is named."""

from __future__ import annotations

import tomllib
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from bench.accounting.annual import ANNUAL_2023, WRITTEN_OFF_2023, year_of_books
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.branches import Branches
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.flows import Streams, names_shown
from rabis_sync.reconcile.fund import Moved, Window
from rabis_sync.reconcile.fund_reading import Counted
from rabis_sync.reconcile.lots import Line, Lots
from rabis_sync.reconcile.periodicals import periodicals
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.stated import Stated
from rabis_sync.reconcile.statement import quarters_of, shifted, statement
from rabis_sync.store.ledgers import LINE
from rabis_sync.store.statements import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rabis_sync.store.statements import Check, Statement

YEAR = Window("2023", "2023-01-01", "2024-01-01")
Count = "Callable[..., Counted]"


def line(number: str = "", **told: Any) -> Line:
    """A row of the books: a copy bought in 2010 for 1,250.50 tenge unless more is told."""
    values: dict[str, Any] = {
        **dict.fromkeys(LINE, ""), "ledger": "accounting", "position": 1,
        "place": f"fond.xlsx · Лист1 · {number}",
        "number": number, "title": f"Книга {number or told.get('title', '')}", "year": 2009, "price": 125050,
        "quantity": 1, "amount": None, "currency": "KZT", "branch": "Филиал № 1", "acquired": "2010-05-01",
        "supply": "purchase", "content_class": "FIC", "language": "rus", "kind": "book", "movement": "copy",
    }  # fmt: skip
    values = {**values, "inventory_key": inventory_key(number) if number else "", "inventory_number": number}
    del values["number"]
    values.update(told)
    return Line(*(values[name] for name in LINE))


def total(part: str, date: str, copies: int | None, amount: int | None = None, **told: Any) -> dict[str, Any]:
    """A total of the КСУ."""
    return {
        "ledger": "accounting", "place": f"ksu.xlsx · {part} · {date}", "part": part, "number": "",
        "date": date, "branch": "", "supply": "", "document": "", "act": "", "reason": "", "reason_code": "",
        "titles": None, "copies": copies, "amount": amount, "currency": "KZT", "shares": {}, **told,
    }  # fmt: skip


@pytest.fixture(scope="session")
def rules(root: Path) -> FundRules:
    content = tomllib.loads((root / "mappings" / "fund.toml").read_text("utf-8"))
    return TypeAdapter(FundRules).validate_python(content)


@pytest.fixture(scope="session")
def classes(root: Path) -> ContentClasses:
    content = tomllib.loads((root / "mappings" / "content_classes.toml").read_text("utf-8"))
    return TypeAdapter(ContentClasses).validate_python(content)


@pytest.fixture
def count(rules: FundRules, classes: ContentClasses) -> Callable[..., Counted]:
    """What rows of the books come to, the catalogue knowing none of them."""

    def run(lines: Iterable[Line], totals: Iterable[dict[str, Any]] = ()) -> Counted:
        branches = Branches({})
        lots = Lots(branches, rules.inside)
        by_key: dict[str, list[Line]] = {}
        for one in lines:
            by_key.setdefault(one.key, []).append(one)
        held = [one for key, of in sorted(by_key.items()) for one in lots.under(key, of)]
        shown, ours = names_shown(held, branches, ())
        streams = Streams(branches=branches, shown=shown, ours=ours, classes=classes, rules=rules, records={})
        flows = tuple(sorted(streams.of(held), key=attrgetter("day")))
        stated = tuple(Stated.of(row, branches, shown) for row in totals)
        standing = sum(one.copies for one in held if not one.gone)
        return Counted(flows, stated, standing, Counter(lots.assumed) + streams.assumed, branches, shown)

    return run


@pytest.fixture
def fund(
    count: Callable[..., Counted], rules: FundRules, classes: ContentClasses
) -> Callable[..., Statement]:
    def run(
        lines: Iterable[Line],
        totals: Iterable[dict[str, Any]] = (),
        *,
        window: Window = YEAR,
        branch: str = "",
    ) -> Statement:
        return statement(count(lines, totals), window, rules, classes.classes, branch)

    return run


def failing(found: Statement) -> list[Check]:
    return [one for one in found.checks if not one.holds]


def columns(found: Statement, of: str = "copies") -> dict[str, int]:
    """Sums of the statement's columns."""
    names = found.rows[0].movement._fields if found.rows else ()
    return {name: sum(getattr(getattr(row.movement, name), of) for row in found.rows) for name in names}


# --- what stands, comes and goes --------------------------------------------------------------------


def test_a_copy_is_counted_where_it_stands_comes_and_goes(fund: Callable[..., Statement]) -> None:
    found = fund([
        line("1"),
        line("2", acquired="2023-02-03"),
        line("3", act_out="Акт № 7", act_date="2023-12-30", reason_code="worn"),
        line("4", acquired="2023-02-03", act_out="Акт № 7", act_date="2023-12-30", reason_code="worn"),
        line("5", act_out="Акт № 1", act_date="2022-12-31", reason_code="worn"),
        line("6", acquired="2024-01-01"),
    ])  # fmt: skip
    assert columns(found) == {
        "opening": 2, "acquired": 2, "received": 0, "written_off": 2, "passed_on": 0, "closing": 2,
    }  # fmt: skip
    assert columns(found, "amount")["closing"] == 250100
    assert failing(found) == []


def test_every_row_balances_and_a_reason_stands_with_what_it_took(fund: Callable[..., Statement]) -> None:
    found = fund([line("1"), line("2", act_out="Акт № 7", act_date="2023-12-30", reason_code="worn")])
    stays, leaves = found.rows
    assert (stays.reason, stays.movement.opening.copies, stays.movement.closing.copies) == ("", 1, 1)
    assert (leaves.reason, leaves.movement.opening.copies, leaves.movement.written_off.copies) == (
        "worn",
        1,
        1,
    )
    assert all(row.movement.balanced() == row.movement.closing for row in found.rows)


def test_a_title_comes_with_its_first_copy_and_goes_with_its_last(fund: Callable[..., Statement]) -> None:
    act = {"act_out": "Акт № 7", "act_date": "2023-12-30", "reason_code": "worn"}
    found = fund([
        line("1", title="Абай жолы"), line("2", title="Абай жолы", acquired="2023-02-01"),
        line("3", title="Көшпенділер"), line("4", title="Көшпенділер", **act),
        line("5", title="Ұшқан ұя", **act), line("6", title="Қан мен тер", acquired="2023-02-01"),
    ])  # fmt: skip
    whole = {
        one.left
        for one in found.checks
        if (one.identity, one.dimension, one.measure) == ("movement", "total", "titles")
    }
    assert whole == {3}
    (check,) = [
        one
        for one in found.checks
        if (one.identity, one.dimension, one.measure) == ("movement", "total", "titles")
    ]
    assert dict(check.terms) == {"opening": 3, "acquired": 1, "received": 0, "written_off": 1, "passed_on": 0}


def test_titles_of_branches_do_not_add_up_and_are_not_tested_to(fund: Callable[..., Statement]) -> None:
    found = fund([line("1", title="Абай"), line("2", title="Абай", branch="Филиал № 2")])
    titles = [one for one in found.checks if one.identity == "movement" and one.measure == "titles"]
    assert {(one.dimension, one.of): one.right for one in titles if one.dimension in {"total", "branch"}} == {
        ("total", ""): 1, ("branch", "Филиал № 1"): 1, ("branch", "Филиал № 2"): 1,
    }  # fmt: skip
    assert not [one for one in found.checks if one.identity == "parts" and one.measure == "titles"]
    assert failing(found) == []


def test_a_transfer_is_neither_acquired_nor_lost_for_the_system(fund: Callable[..., Statement]) -> None:
    moved = {"moved": "2023-06-01", "moved_from": "Филиал № 2", "moved_to": "Филиал № 1"}
    rows = [line("1"), line("1", movement="moved", **moved), line("2", branch="Филиал № 2")]
    found = fund(rows)
    assert columns(found)["acquired"] == columns(found)["written_off"] == 0
    assert (columns(found)["received"], columns(found)["passed_on"]) == (1, 1)
    assert failing(found) == []
    (one,) = fund(rows, branch="Филиал № 1").rows
    assert (one.movement.opening.copies, one.movement.received.copies, one.movement.closing.copies) == (
        0,
        1,
        1,
    )
    before = fund(rows, window=Window("2022", "2022-01-01", "2023-01-01"), branch="филиал №2")
    assert columns(before)["closing"] == 2


def test_an_act_that_passes_on_inside_the_system_is_no_disposal(fund: Callable[..., Statement]) -> None:
    act = {
        "act_out": "Акт № 3",
        "act_date": "2023-03-03",
        "reason_code": "transfer",
        "moved_to": "Филиал № 2",
    }
    taken_over = {"branch": "Филиал № 2", "acquired": "2023-03-03", "supply": "transfer"}
    found = fund([line("1", **act), line("2", title="Книга 1", **taken_over), line("9", branch="Филиал № 2")])
    assert columns(found)["written_off"] == columns(found)["acquired"] == 0
    assert failing(found) == []
    lost = fund([line("1", **act), line("9", branch="Филиал № 2")])
    assert [(one.identity, one.measure, one.difference) for one in failing(lost)] == [
        ("inside", "copies", -1), ("inside", "amount", -125050),
    ]  # fmt: skip


def test_an_act_of_transfer_names_what_stands_at_another_branch_now(fund: Callable[..., Statement]) -> None:
    act = {
        "act_out": "Акт № 3",
        "act_date": "2023-03-03",
        "reason_code": "transfer",
        "movement": "written_off",
    }
    here, there = line("1", acquired="", **act), line("1", branch="Филиал № 2")
    for booked in (there, there._replace(supply="transfer", acquired="2023-03-03")):
        found = fund([here, booked])
        assert failing(found) == []
        (one,) = fund([here, booked], branch="Филиал № 2").rows
        assert (one.movement.received.copies, one.movement.closing.copies) == (1, 1)
        assert columns(found)["opening"] == columns(found)["closing"] == 1


def test_what_goes_to_another_library_is_written_off(fund: Callable[..., Statement]) -> None:
    act = {"act_out": "Акт № 3", "act_date": "2023-03-03", "reason_code": "transfer"}
    found = fund(
        [line("1", **act, moved_to="Областная библиотека"), line("2", **act, reason="передача в школу")]
    )
    assert (columns(found)["written_off"], columns(found)["passed_on"]) == (2, 0)


def test_what_several_rows_tell_of_one_copy_is_told_once(fund: Callable[..., Statement]) -> None:
    act = {"act_out": "Акт № 7", "act_date": "2023-12-30", "reason_code": "worn"}
    found = fund([
        line("1", movement="acquired", acquired="2023-01-15", ksu="4"), line("1", acquired=""),
        line("2", act_out="№ 7", act_date="2023-12-30"),
        line("2", movement="written_off", acquired="", **act),
        line("3", ledger="accounting"), line("3", ledger="infobase", language="rus"),
        line("4"), line("4", movement="written_off", acquired="", **act),
        line("5", quantity=3), line("5", movement="written_off", quantity=2, acquired="", **act),
        line("6", movement="written_off", acquired="", **act),
    ])  # fmt: skip
    assert columns(found) == {
        "opening": 1 + 1 + 1 + 5 + 1, "acquired": 1, "received": 0,
        "written_off": 1 + 1 + 2 + 1, "passed_on": 0, "closing": 1 + 1 + 3,
    }  # fmt: skip
    told = {one.what: one.copies for one in found.gaps if one.what.startswith("assumed.")}
    assert told == {"assumed.act_of_standing": 1, "assumed.in_two_ledgers": 1, "assumed.no_date": 1}


def test_roubles_and_copies_without_a_price_count_in_copies_and_are_told(
    fund: Callable[..., Statement],
) -> None:
    found = fund([line("1", price=110, currency="SUR"), line("2", price=None), line("3")])
    assert columns(found)["closing"] == 3
    assert columns(found, "amount")["closing"] == 125050
    assert ("no_price.closing", 2, 3) in found.gaps
    assert ("assumed.other_currency", 1, 3) in found.gaps


def test_a_date_of_a_year_alone_is_its_first_day_and_told(fund: Callable[..., Statement]) -> None:
    found = fund([line("1", acquired="2023")], window=Window("2023-Q1", "2023-01-01", "2023-04-01"))
    assert columns(found)["acquired"] == 1
    assert ("vague_date", 1, 1) in found.gaps


def test_what_went_before_it_came_is_told(fund: Callable[..., Statement]) -> None:
    found = fund(
        [line("1", acquired="2023-05-05", act_out="Акт 1", act_date="2023-04-04", reason_code="worn")]
    )
    assert (columns(found)["opening"], columns(found)["acquired"], columns(found)["written_off"]) == (1, 0, 1)
    assert ("assumed.out_before_in", 1, 1) in found.gaps


def test_children_s_branches_are_a_group_of_their_own(fund: Callable[..., Statement]) -> None:
    found = fund(
        [line("1"), line("2", branch="Детская библиотека № 2"), line("3", branch="Балалар кітапханасы")]
    )
    assert {row.branch: row.branch_group for row in found.rows} == {
        "Филиал № 1": "general", "Детская библиотека № 2": "children", "Балалар кітапханасы": "children",
    }  # fmt: skip


def test_what_is_taken_on_the_balance_sheet_is_told_apart(fund: Callable[..., Statement]) -> None:
    found = fund([line("1", acquired="2023-02-02"), line("2", acquired="2023-02-02", kind="newspaper")])
    assert {row.kind: row.taken for row in found.rows} == {
        "book": Figure(1, 1, 125050),
        "newspaper": Figure(),
    }


# --- the books' own totals --------------------------------------------------------------------------


def test_the_real_imbalance_of_an_annual_report_is_named_with_its_difference(
    fund: Callable[..., Statement],
) -> None:
    found = fund([], [
        total("opening", "2023-01-01", 22727), total("all_acquired", "2023-01-01/2023-12-31", 46),
        total("closing", "2023-12-31", 22745),
    ])  # fmt: skip
    (check,) = [one for one in found.checks if one.identity == "ksu_balance"]
    assert (check.left, check.right, check.difference, check.holds) == (22773, 22745, -28, False)
    assert dict(check.terms) == {"opening": 22727, "acquired": 46, "written_off": 0}
    assert check.place == "ksu.xlsx · closing · 2023-12-31"


def test_the_balance_of_the_recipe_holds_and_its_deliberate_break_is_named(
    fund: Callable[..., Statement],
) -> None:
    lines = [
        total(part, date, copies, amount, shares={"language": {"kaz": kazakh, "rus": copies - kazakh}})
        for part, date, copies, amount, kazakh in (
            ("opening", "2023-01-01", 1000, 5000000, 700),
            ("all_acquired", "2023-01-01/2023-12-31", 120, 900000, 100),
            ("all_written_off", "2023-01-01/2023-12-31", 45, 30000, 5),
            ("closing", "2023-12-31", 1075, 5870000, 795),
        )
    ]
    assert not [one for one in failing(fund([], lines)) if one.identity == "ksu_balance"]
    lines[3]["shares"] = {"language": {"kaz": 794, "rus": 281}}
    broken = [one for one in failing(fund([], lines)) if one.identity == "ksu_balance"]
    assert [(one.dimension, one.of, one.difference) for one in broken] == [
        ("language", "kaz", -1), ("language", "rus", 1),
    ]  # fmt: skip


def test_the_summary_book_is_held_against_what_is_counted(fund: Callable[..., Statement]) -> None:
    rows = [line("1"), line("2", acquired="2023-02-03")]
    right = [
        total("opening", "2023-01-01", 1, 125050), total("acquired", "2023-02-03", 1, 125050, number="1"),
        total("all_acquired", "2023-01-01/2023-12-31", 1, 125050), total("closing", "2023-12-31", 2, 250100),
        total("opening", "2024-01-01", 2, 250100), total("balance", "2023-12-31", None, 250100),
    ]  # fmt: skip
    found = fund(rows, right)
    assert failing(found) == []
    assert {one.identity for one in found.checks} == {
        "movement", "parts", "inside", "quarters", "ksu_balance", "ksu_parts", "ksu_counted", "ksu_chain",
        "account", "books",
    }  # fmt: skip
    right[1]["copies"], right[4]["copies"], right[5]["amount"] = 3, 5, 250000
    assert {(one.identity, one.difference) for one in failing(fund(rows, right))} == {
        ("ksu_parts", -2), ("ksu_chain", 3), ("account", -100),
    }  # fmt: skip


def test_totals_of_branches_are_added_up_where_the_library_has_none(fund: Callable[..., Statement]) -> None:
    rows = [line("1"), line("2", branch="Филиал № 2")]
    told = [
        total("closing", "2024-01-01", 1, branch="Филиал №1"),
        total("closing", "2024-01-01", 2, branch="Филиал № 2"),
    ]
    assert [(one.dimension, one.of, one.difference) for one in failing(fund(rows, told))] == [
        ("branch", "Филиал № 2", 1), ("total", "", 1),
    ]  # fmt: skip


# --- periods ----------------------------------------------------------------------------------------


def test_a_year_has_four_quarters_and_an_odd_stretch_none() -> None:
    assert [one.label for one in quarters_of(YEAR)] == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]
    assert quarters_of(Window("2023-Q4", "2023-10-01", "2024-01-01")) == []
    assert quarters_of(Window("x", "2023-01-02", "2024-01-01")) == []


def test_the_same_period_of_an_earlier_year() -> None:
    assert shifted(YEAR, 2) == Window("2021", "2021-01-01", "2022-01-01")
    assert shifted(Window("2024-Q1", "2024-01-01", "2024-04-01"), 1).label == "2023-Q1"
    leap = Window("2024-02-29..2024-02-29", "2024-02-29", "2024-03-01")
    assert shifted(leap, 1).first == "2023-03-01"


# --- the year of a real report ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def year() -> list[Line]:
    return [line(**row) for row in year_of_books()]


def by_class(found: Statement, rules: FundRules, column: str = "acquired") -> dict[str, tuple[int, int]]:
    """Copies, and Kazakh ones among them, by the rows of the annual table."""
    counted: dict[str, list[int]] = {}
    for row in found.rows:
        cell = counted.setdefault(rules.row_of_class(row.content_class), [0, 0])
        copies = getattr(row.movement, column).copies
        cell[0] += copies
        cell[1] += copies if row.language == "kaz" else 0
    return {name: (all_, kazakh) for name, (all_, kazakh) in counted.items() if all_}


def test_every_cell_of_the_real_acquisition_table_comes_out(
    fund: Callable[..., Statement], rules: FundRules, year: list[Line]
) -> None:
    found = fund(year)
    assert by_class(found, rules) == ANNUAL_2023
    assert columns(found)["acquired"] == 1906
    assert sum(kazakh for _, kazakh in by_class(found, rules).values()) == 1425
    assert {row.branch_group for row in found.rows} == {"children", "general"}
    assert failing(found) == []


def test_the_real_act_of_write_off_comes_out_to_the_tiyn(
    fund: Callable[..., Statement], year: list[Line]
) -> None:
    found = fund(year)
    copies, amount = WRITTEN_OFF_2023
    assert (
        (columns(found)["written_off"], columns(found, "amount")["written_off"])
        == (copies, amount)
        == (4351, 10620676)
    )


def test_one_copy_moved_between_classes_changes_exactly_two_cells(
    fund: Callable[..., Statement], rules: FundRules, year: list[Line]
) -> None:
    at = next(
        at for at, one in enumerate(year)
        if one.acquired > "2023" and (one.language, one.content_class, one.quantity) == ("rus", "FIC", 1)
    )  # fmt: skip
    other = [*year[:at], year[at]._replace(content_class="ART"), *year[at + 1 :]]
    before, after = by_class(fund(year), rules), by_class(fund(other), rules)
    changed = {
        (name, cell): (before[name][cell], after[name][cell])
        for name in before for cell in (0, 1) if before[name][cell] != after[name][cell]
    }  # fmt: skip
    assert changed == {("fiction", 0): (1202, 1201), ("art", 0): (48, 49)}


def test_a_movement_of_nothing_is_nothing(fund: Callable[..., Statement]) -> None:
    found = fund([])
    assert found.rows == ()
    assert failing(found) == []
    assert Moved([], YEAR).whole().closing == Figure()


# --- tables -------------------------------------------------------------------------------------------


def test_every_total_of_every_table_is_what_it_says_it_adds_up(
    fund: Callable[..., Statement], year: list[Line]
) -> None:
    moved = {"moved": "2023-06-01", "moved_from": "Филиал № 2", "moved_to": "Филиал № 1"}
    rare = [
        line("1", kind="", language="", content_class="", branch="", supply="", acquired="2023-05-05"),
        line("2", kind="newspaper", acquired="2023-05-05"), line("3", language="uzb", acquired="2021-05-05"),
        line("4", **moved), line("5", kind="ноты редкие", content_class="жыр", supply="ярмарка"),
    ]  # fmt: skip
    found = fund([*year, *rare])
    added = 0
    for table in found.tables:
        for one in table.lines:
            for at, head in enumerate(table.heads):
                cell = one.cells[at]
                if cell is None or head.kind not in {"count", "money"}:
                    continue
                if head.terms:
                    added += 1
                    assert cell == sum(sign * (one.cells[other] or 0) for other, sign in head.terms), (
                        table.name
                    )
                elif one.sums:
                    added += 1
                    parts = [(table.lines[other].cells[at] or 0, sign) for other, sign in one.sums]
                    assert cell == sum(sign * part for part, sign in parts), (table.name, head)
    assert added > 300


def test_no_line_of_a_table_stands_twice(fund: Callable[..., Statement]) -> None:
    found = fund([line("1", kind=""), line("2"), line("3", acquired="2023-02-02")])
    for table in found.tables:
        labels = [one.labels for one in table.lines if one.labels[0][0] != "fund_line"]
        assert len(labels) == len(set(labels)), table.name


def test_three_years_stand_side_by_side(fund: Callable[..., Statement]) -> None:
    found = fund(
        [line("1", acquired="2021-03-03"), line("2", acquired="2022-03-03"), line("3", acquired="2023-03-03")]
    )
    (table,) = [one for one in found.tables if one.name == "years"]
    assert [head.over[0][1] for head in table.heads] == [
        "2021",
        "2021",
        "2022",
        "2022",
        "2023",
        "2023",
        "change",
        "change",
    ]
    closing = next(one for one in table.lines if one.labels == (("movement", "closing"),))
    assert closing.cells == (1, 125050, 2, 250100, 3, 375150, 1, 125050)


def test_what_is_clean_and_what_was_redistributed_stand_apart(fund: Callable[..., Statement]) -> None:
    moved = {"moved": "2023-06-01", "moved_from": "Филиал № 2", "moved_to": "Филиал № 1"}
    found = fund([line("1", **moved), line("2", acquired="2023-02-02", supply="gift")])
    (table,) = [one for one in found.tables if one.name == "acquired_supply"]
    told = {one.labels[0][1]: one.cells[1] for one in table.lines}
    assert told == {"gift": 1, "clean": 1, "redistributed": 1, "with_redistributed": 2}


def test_the_summary_book_sums_up_quarter_by_quarter(fund: Callable[..., Statement]) -> None:
    act = {"act_out": "7", "act_date": "2023-12-30", "reason_code": "worn"}
    found = fund(
        [line("1"), line("2", acquired="2023-02-02"), line("3", acquired="2023-11-02"), line("4", **act)]
    )
    (table,) = [one for one in found.tables if one.name == "ksu_totals"]
    copies = [(one.labels[0][1], one.labels[1][1], one.cells[1]) for one in table.lines]
    assert copies == [
        ("stood", "2023-01-01", 2), ("acquired", "2023-Q1", 1), ("acquired", "2023-Q2", 0),
        ("acquired", "2023-Q3", 0), ("acquired", "2023-Q4", 1), ("all_acquired", "2023", 2),
        ("written_off", "2023-Q1", 0), ("written_off", "2023-Q2", 0), ("written_off", "2023-Q3", 0),
        ("written_off", "2023-Q4", 1), ("all_written_off", "2023", 1), ("stands", "2024-01-01", 3),
    ]  # fmt: skip


def test_periodicals_are_counted_by_sets_and_leave_at_the_end_of_their_term(
    count: Callable[..., Counted], rules: FundRules
) -> None:
    paper = {"kind": "newspaper", "title": "Орталық Қазақстан", "language": "kaz"}
    monthly = {
        "kind": "magazine",
        "title": "Простор",
        "branch": "ЦГБ",
        "acquired": "2023-03-03",
        "year": 2023,
    }
    act = {"act_out": "5", "act_date": "2023-12-01", "reason_code": "expired"}
    counted = count([
        line("", acquired="2023-01-10", year=2023, quantity=2, **paper),
        line("", **monthly), line("", **{**monthly, "acquired": "2023-04-04"}),
        line("", **{**paper, "year": 2017, "acquired": "2017-01-10"}),
        line("", **{**paper, "year": 2016, "acquired": "2016-01-10"}, **act),
        line("", **{**paper, "year": 2019, "acquired": "2019-01-10"}, **act),
    ])  # fmt: skip
    flows = [flow._replace(country="KZ" if flow.kind == "newspaper" else "RU") for flow in counted.flows]
    subscribed, kept = periodicals(rules, flows, YEAR)
    papers, magazines, total = (one.cells for one in subscribed.lines)
    assert papers[:4] == (1, 2, 2, 250100)
    assert magazines[:4] == (1, 1, 2, 250100)
    assert (total[1], total[5], total[8]) == (3, 2, 2)
    kazakhstan = kept.lines[0].cells
    assert kazakhstan[:6] == (5, 2, 250100, 1, 1, 125050)
