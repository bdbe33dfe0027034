"""One branch's stock against what was read: the doubtful cases, each by itself."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.reconcile.scanning import BARCODE, EITHER, ScanLine
from rabis_sync.reconcile.series import Numbering, Series
from rabis_sync.reconcile.sides import Booking
from rabis_sync.reconcile.stock import Holding, SameBranch, paired
from rabis_sync.reconcile.stock_ranges import ranges
from rabis_sync.reconcile.stockcheck import Codes, Outcome, Session, StockCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Check = Callable[..., Outcome]

HERE, THERE = "Филиал № 3", "Филиал № 7"


@pytest.fixture
def check(copy: Callable[..., Any], entry: Callable[..., Any]) -> Check:
    """The outcome for copies and entries, each by number and what differs, and codes read in sessions."""

    def run(
        copies: Sequence[tuple[str, dict[str, Any]]],
        entries: Sequence[tuple[str, dict[str, Any]]],
        *sessions: Sequence[str],
        means: str = EITHER,
        numbering: Numbering | None = None,
    ) -> Outcome:
        numbering = numbering or Numbering()
        items = [copy(number, position=at, **more) for at, (number, more) in enumerate(copies, 1)]
        items = [one._replace(key=numbering.key(one.key, one.branch, one.number)) for one in items]
        books = [
            Booking.of("books", at, entry(number, **more)) for at, (number, more) in enumerate(entries, 1)
        ]
        books = [one._replace(key=numbering.key(one.key, one.branch, one.number)) for one in books]
        same = SameBranch({HERE: ["Библиотека на Ермекова"]}, Counter())
        own_series = numbering.given == "branch"
        holdings: list[Holding] = []
        for key in {one.key for one in (*items, *books)}:
            sides = [one for one in items if one.key == key], [one for one in books if one.key == key]
            if key:
                holdings += paired(*sides, same, own_series=own_series)
            else:
                holdings += [Holding(one, None) for one in sides[0]]
        codes = Codes(lambda key, number: numbering.key(key, HERE, number))
        told = [
            Session(
                f"{at}.txt", [ScanLine(line, "", code, code, means, "") for line, code in enumerate(read, 1)]
            )
            for at, read in enumerate(sessions, 1)
        ]
        stock = StockCheck(
            holdings,
            lambda name: same.of(name) == same.of(HERE),
            codes,
            away=["issued"],
            own_series=own_series,
            booked=bool(entries),
        )
        return stock.outcome(told)

    return run


def outcomes(outcome: Outcome) -> list[tuple[str, str, int]]:
    return [(one.outcome, one.number, one.copies) for one in outcome.findings]


def both(*numbers: str, **more: Any) -> tuple[list[Any], list[Any]]:
    """The same numbers on both sides."""
    return [(number, more) for number in numbers], [(number, {}) for number in numbers]


def test_a_number_on_two_copies_is_named_apart_and_counted_as_neither(check: Check) -> None:
    copies = [("7", {}), ("7", {"record_id": 2}), ("8", {})]
    found = check(copies, [("7", {}), ("7", {}), ("8", {})], ["7"])
    assert outcomes(found) == [("missing", "8", 1), ("ambiguous", "7", 2)]
    assert found.expected == 3


def test_a_barcode_says_which_of_two_copies_it_is(check: Check) -> None:
    copies = [("7", {"barcode": "900001"}), ("7", {"record_id": 2, "barcode": "900002"})]
    entries = [("7", {}), ("7", {})]
    assert outcomes(check(copies, entries, ["900001"])) == [("found", "7", 1), ("missing", "7", 1)]
    assert outcomes(check(copies, entries, ["900001", "7"])) == [("found", "7", 1), ("ambiguous", "7", 1)]
    both_read = check(copies, entries, ["900001", "900002", "7"])
    assert outcomes(both_read) == [("found", "7", 1), ("found", "7", 1)]
    assert [(one.number, one.within) for one in both_read.repeats] == [("7", True)]


def test_a_code_that_is_one_copys_number_and_anothers_barcode_is_what_the_file_mostly_holds(
    check: Check,
) -> None:
    numbered = [(f"{at}", {}) for at in range(101, 131)]
    coded = [(f"K-{at}", {"barcode": f"{at}"}) for at in range(101, 111)]
    entries = [(number, {}) for number, _ in (*numbered, *coded)]
    by_number = check([*numbered, *coded], entries, [f"{at}" for at in range(101, 131)])
    assert {one.number for one in by_number.findings if one.outcome == "found"} == {n for n, _ in numbered}
    by_heading = check([*numbered, *coded], entries, [f"{at}" for at in range(101, 111)], means=BARCODE)
    assert {one.number for one in by_heading.findings if one.outcome == "found"} == {n for n, _ in coded}
    unclear = check([*numbered, *coded], entries, [f"{at}" for at in range(101, 111)])
    assert {one.outcome for one in unclear.findings if one.reads} == {"ambiguous"}


@pytest.mark.parametrize("given", ["library", "branch"])
def test_a_number_written_off_here_and_standing_elsewhere_was_passed_on_unless_branches_number_by_themselves(
    check: Check, given: Any
) -> None:
    copies = [("7", {"branch": THERE, "title": "Другая книга"})]
    entries = [("7", {"branch": HERE, "act_out": "5"}), ("7", {"branch": THERE, "title": "Другая книга"})]
    found = check(copies, entries, ["7"], numbering=Numbering(given=given))
    assert [one.outcome for one in found.findings] == ["elsewhere" if given == "library" else "written_off"]


def test_letters_that_the_branch_implies_are_known(check: Check) -> None:
    series = Series("Детские", branches=[HERE], prefix="Д", implied=True)
    found = check(*both("Д12"), ["12", "д-013"], numbering=Numbering(series=[series]))
    assert outcomes(found) == [("found", "Д12", 1), ("unknown", "д-013", 0)]


def test_another_name_of_the_branch_is_the_branch(check: Check) -> None:
    found = check(*both("7", branch="Библиотека на Ермекова"), ["7"])
    assert outcomes(found) == [("found", "7", 1)]
    assert found.findings[0].marks == ()


def test_what_is_lent_is_not_missing_and_is_found_where_it_is_read(check: Check) -> None:
    sides = both("7", "8", status="issued")
    found = check(*sides, ["8"])
    assert outcomes(found) == [("found", "8", 1), ("away", "7", 1)]
    assert found.findings[0].marks == ("away",)


def test_a_withdrawn_copy_that_the_books_hold_is_still_expected(check: Check) -> None:
    sides = both("7", withdrawn=True, status="written_off")
    assert outcomes(check(*sides)) == [("missing", "7", 1)]
    read = check(*sides, ["7"])
    assert (outcomes(read), read.findings[0].marks) == ([("found", "7", 1)], ("withdrawn",))


def test_of_a_group_card_as_many_are_found_as_one_session_reads(check: Check) -> None:
    card = [("7", {})], [("7", {"quantity": 4})]
    found = check(*card, ["7", "7", "7"], ["7"])
    assert outcomes(found) == [("found", "7", 3), ("missing", "7", 1)]
    assert [(one.within, len(one.reads)) for one in found.repeats] == [(False, 2)]
    more = check(*card, ["7"] * 6)
    assert outcomes(more) == [("found", "7", 4)]
    assert [(one.within, len(one.reads)) for one in more.repeats] == [(True, 3)]


def test_copies_of_a_group_card_may_have_barcodes_of_their_own(check: Check) -> None:
    copies = [("7", {"barcode": f"90000{at}"}) for at in range(1, 4)]
    entries = [("7", {"quantity": 3})]
    assert outcomes(check(copies, entries, ["900002"], ["900003"])) == [
        ("found", "7", 2),
        ("missing", "7", 1),
    ]
    assert outcomes(check(copies, entries, ["900001", "900002", "900003"])) == [("found", "7", 3)]


def test_files_that_overlap_are_no_fault_and_a_scanner_pressed_twice_is_told(check: Check) -> None:
    found = check(*both("7", "8"), ["7", "8", "8"], ["8", "7"])
    assert outcomes(found) == [("found", "7", 1), ("found", "8", 1)]
    assert sorted((one.number, one.within, len(one.reads)) for one in found.repeats) == [
        ("7", False, 2), ("8", False, 2), ("8", True, 2),
    ]  # fmt: skip


def test_a_stranger_is_told_once_with_every_line(check: Check) -> None:
    found = check(*both("7"), ["7", "99", "0099"], ["99"])
    assert outcomes(found) == [("found", "7", 1), ("unknown", "99", 0)]
    assert [(read.file, read.line) for read in found.findings[1].reads] == [
        ("1.txt", 2), ("1.txt", 3), ("2.txt", 1),
    ]  # fmt: skip


def test_a_check_digit_that_a_scanner_adds_is_taken_off_for_the_whole_file_alone(check: Check) -> None:
    numbers = [f"{at}" for at in range(20_001, 20_041)]
    checked = [f"{number}{_check_digit(number)}" for number in numbers]
    found = check(*both(*numbers), checked)
    assert {one.outcome for one in found.findings} == {"found"}
    mixed = check(*both(*numbers), [*numbers[:38], checked[39]])
    assert [(one.outcome, one.number) for one in mixed.findings if one.outcome != "found"] == [
        ("missing", "20039"), ("missing", "20040"), ("unknown", checked[39]),
    ]  # fmt: skip


def test_a_code_typed_on_the_wrong_keyboard_is_known(check: Check) -> None:
    found = check(*both("7", barcode="KZ-001"), ["ЛЯ-001"])
    assert (outcomes(found), found.findings[0].marks) == ([("found", "7", 1)], ("restored",))


def test_a_copy_without_number_and_barcode_is_named_apart(check: Check) -> None:
    found = check([("", {}), ("", {"barcode": "900001"})], [], ["900001"])
    assert sorted(outcomes(found)) == [("found", "900001", 1), ("uncheckable", "", 1)]


def test_a_library_without_books_is_not_told_so_of_every_copy(check: Check) -> None:
    found = check([("7", {})], [], ["7"])
    assert (outcomes(found), found.findings[0].marks) == ([("found", "7", 1)], ())


def test_progress_counts_every_copy_in_its_range(check: Check) -> None:
    found = check(*both(*(f"{at}" for at in range(1, 301)), "К-5"), [f"{at}" for at in range(1, 151)])
    told = ranges(found, lambda one: "84 А 10" if one.number != "К-5" else "")
    assert [(one.by, one.label, one.expected, one.read, one.missing) for one in told] == [
        ("shelf", "84", 300, 150, 150),
        ("shelf", "", 1, 0, 1),
        ("number", "1–100", 100, 100, 0),
        ("number", "101–200", 100, 50, 50),
        ("number", "201–300", 100, 0, 100),
        ("number", "К1–К100", 1, 0, 1),
    ]


def _check_digit(number: str) -> str:
    weights = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(number)))
    return str(-weights % 10)
