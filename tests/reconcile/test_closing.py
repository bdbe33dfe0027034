"""A closed period does not change silently; what comes late is a correction of the open one, named."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.config import read_toml
from rabis_sync.errors import ConfigError
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile import closing
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.entry import Entry
from rabis_sync.reconcile.fund import Window
from rabis_sync.reconcile.fund_reading import FundSettings, read
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.statement import statement
from rabis_sync.store.periods import FLOW

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.reconcile.closing import ClosingPlan
    from rabis_sync.store.database import Store
    from rabis_sync.store.statements import Statement

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
Q3, Q4 = Window("2023-Q3", "2023-07-01", "2023-10-01"), Window("2023-Q4", "2023-10-01", "2024-01-01")
YEAR, NEXT = Window("2023", "2023-01-01", "2024-01-01"), Window("2024", "2024-01-01", "2025-01-01")


def entry(number: str, acquired: str = "2023-11-11", **told: Any) -> Entry:
    values: dict[str, Any] = {
        "title": f"Книга {number}", "price": Decimal("500.00"), "branch": "ЦГБ", "acquired": acquired,
        "ksu": "31", "kind": "book", "content_class": "FIC", "language": "rus", "supply": "purchase",
    }  # fmt: skip
    key = inventory_key(number) if number else ""
    return Entry(f"fond.xlsx · {number}", number, key, **{**values, **told})


class Library:
    """Books that change, and periods that are closed over them."""

    def __init__(self, store: Store, settings: FundSettings) -> None:
        self.store, self.settings = store, settings
        self.entries: dict[str, Entry] = {}

    def book(self, *entries: Entry) -> None:
        self.entries |= {one.inventory_number or one.title: one for one in entries}
        self._write()

    def remove(self, number: str) -> None:
        del self.entries[number]
        self._write()

    def _write(self) -> None:
        with self.store.write() as unit:
            unit.ledgers.replace_entries("accounting", [one.row() for one in self.entries.values()])

    def plan(self, window: Window) -> ClosingPlan:
        with self.store.read() as unit:
            return closing.plan(read(unit, self.settings).flows, closing.posted(unit), window)

    def close(self, window: Window) -> None:
        planned = self.plan(window)
        with self.store.write() as unit:
            unit.decisions.add(closing.keep(unit, planned, NOW), at=NOW)

    def fund(self, window: Window) -> Statement:
        with self.store.read() as unit:
            counted, closed = read(unit, self.settings), closing.posted(unit)
        classes = self.settings.classes.classes
        return statement(counted, window, self.settings.rules, classes, "", closed)


@pytest.fixture
def library(any_store: Store, root: Path) -> Library:
    mappings = root / "mappings"
    classes = read_toml(mappings / "content_classes.toml", ContentClasses)
    rules = read_toml(mappings / "fund.toml", FundRules)
    return Library(any_store, FundSettings({}, classes, rules, Policy()))


def figures(found: Statement) -> dict[str, tuple[int, int]]:
    names = ("opening", "acquired", "written_off", "closing")
    return {
        name: (
            sum(getattr(row.movement, name).copies for row in found.rows),
            sum(getattr(row.movement, name).amount for row in found.rows),
        )
        for name in names
    }


def broken(found: Statement) -> list[str]:
    return [one.identity for one in found.checks if not one.holds]


def test_a_late_document_leaves_the_closed_period_and_shows_as_a_correction_of_the_open_one(
    library: Library,
) -> None:
    library.book(entry("1"), entry("2", "2010-01-01"))
    library.close(YEAR)
    before = library.fund(YEAR)
    library.book(entry("3", "2023-12-12", ksu="77"), entry("4", "2024-02-02"))
    after, following = library.fund(YEAR), library.fund(NEXT)
    assert (after.rows, after.digest, after.closed) == (before.rows, before.digest, "2023")
    assert figures(after)["acquired"] == (1, 50000)
    assert figures(following) == {
        "opening": (2, 100000), "acquired": (2, 100000), "written_off": (0, 0), "closing": (4, 200000),
    }  # fmt: skip
    (one,) = following.corrections
    assert (one.what, one.dated, one.column, one.document) == ("late", "2023-12-12", "acquired", "77")
    assert (one.numbers, one.figure.copies, one.figure.amount) == (("3",), 1, 50000)
    assert broken(after) == broken(following) == []
    assert "follows" in {one.identity for one in following.checks}


def test_a_late_act_a_changed_price_and_a_vanished_copy_are_corrections_too(library: Library) -> None:
    library.book(entry("1"), entry("2"), entry("3"), entry("4"))
    library.close(YEAR)
    library.book(
        entry("1", act_out="Акт № 9", act_date="2023-12-20", reason_code="worn"),
        entry("2", price=Decimal("700.00")),
    )
    library.remove("3")
    found = library.fund(NEXT)
    told = {(one.what, one.column, one.document): one.figure[1:] for one in found.corrections}
    assert told == {
        ("late", "written_off", "Акт № 9"): (1, 50000), ("changed", "acquired", "31"): (-1, -30000),
    }  # fmt: skip
    assert figures(found)["closing"] == (2, 120000)
    assert figures(library.fund(YEAR))["closing"] == (4, 200000)
    assert broken(found) == []
    assert all(row.movement.balanced() == row.movement.closing for row in found.rows)


def test_a_copy_of_another_class_moves_between_cells_and_changes_no_total(library: Library) -> None:
    library.book(entry("1"))
    library.close(YEAR)
    library.book(entry("1", content_class="OPL"))
    found = library.fund(NEXT)
    assert {row.content_class: row.movement.acquired.copies for row in found.rows} == {"FIC": -1, "OPL": 1}
    assert [(one.what, one.figure.copies) for one in found.corrections] == [("changed", 0)]
    assert figures(found)["closing"] == (1, 50000)


def test_a_correction_is_posted_with_the_next_closing_and_stays_there(library: Library) -> None:
    library.book(entry("1", "2023-08-08"))
    library.close(Q3)
    library.book(entry("2", "2023-08-09", ksu="late"), entry("3", "2023-11-01"))
    library.close(Q4)
    quarter, earlier = library.fund(Q4), library.fund(Q3)
    assert (figures(earlier)["acquired"], figures(quarter)["acquired"]) == ((1, 50000), (2, 100000))
    assert [(one.what, one.document) for one in quarter.corrections] == [("late", "late")]
    assert library.fund(NEXT).corrections == ()
    library.remove("2")
    (again,) = library.fund(NEXT).corrections
    assert (again.what, again.dated, again.figure.copies) == ("withdrawn", "2023-08-09", -1)


def test_the_year_of_closed_quarters_is_their_sum(library: Library) -> None:
    library.book(entry("1", "2023-08-08"), entry("2", "2023-11-01"), entry("3", "2019-01-01"))
    library.close(Q3)
    library.close(YEAR)
    library.book(entry("9", "2023-08-10"))
    assert figures(library.fund(YEAR)) == {
        "opening": (1, 50000), "acquired": (2, 100000), "written_off": (0, 0), "closing": (3, 150000),
    }  # fmt: skip
    assert library.fund(YEAR).closed == "2023"
    assert library.fund(Q3).closed == "2023-Q3"
    assert broken(library.fund(YEAR)) == []


def test_cataloguing_a_title_later_changes_neither_figures_nor_corrections(library: Library) -> None:
    library.book(entry("1"), entry("", title="Газета", kind="newspaper", quantity=2))
    library.close(YEAR)
    assert library.fund(NEXT).corrections == ()
    assert library.plan(NEXT).flows == ()


def test_a_transfer_and_a_copy_without_a_date_are_posted_once(library: Library) -> None:
    moved = {"moved": "2023-05-05", "moved_from": "Филиал № 2", "moved_to": "ЦГБ"}
    library.book(entry("1", "2020-01-01", **moved), entry("2", ""))
    library.close(YEAR)
    found = library.fund(NEXT)
    assert (found.corrections, figures(found)["opening"]) == ((), (2, 100000))
    library.book(entry("3", ""))
    (late,) = library.fund(NEXT).corrections
    assert (late.dated, late.figure.copies) == ("", 1)


def test_periods_are_closed_one_after_another_without_a_gap(library: Library) -> None:
    library.book(entry("1"))
    library.close(Q3)
    with pytest.raises(ConfigError, match="the days from 2023-10-01 on are still open"):
        library.close(NEXT)
    with pytest.raises(ConfigError, match="closed already"):
        library.close(Q3)
    library.close(Q4)


def test_only_the_last_period_is_opened_again_and_then_it_is_as_before(library: Library) -> None:
    library.book(entry("1", "2023-08-08"))
    library.close(Q3)
    library.close(Q4)
    library.book(entry("2", "2023-08-09"))
    with library.store.write() as unit:
        first, last = unit.decisions.all(kinds=(closing.KIND,))
        with pytest.raises(ConfigError, match="cannot be opened again while 2023-Q4 is closed"):
            closing.reopen(unit, first)
        closing.reopen(unit, last)
    assert [one.what for one in library.fund(Q4).corrections] == ["late"]
    with library.store.write() as unit:
        closing.reopen(unit, first)
    assert library.fund(Q4).corrections == ()
    assert figures(library.fund(Q3))["acquired"] == (2, 100000)


def test_figures_that_were_altered_in_the_database_are_told(library: Library) -> None:
    library.book(entry("1"), entry("2"))
    library.close(YEAR)
    assert broken(library.fund(YEAR)) == []
    with library.store.write() as unit:
        unit.connection.execute(sa.update(FLOW).where(FLOW.c.position == 1).values(copies=5))
    assert broken(library.fund(YEAR)) == ["closed"]
    assert "closed" in broken(library.fund(NEXT))


def test_the_plan_that_is_shown_is_the_one_that_is_kept(library: Library) -> None:
    library.book(entry("1"))
    planned = library.plan(YEAR)
    assert str(planned).startswith("close 2023: 1 flows (0 corrections), 1 copies stand at its end")
    library.close(YEAR)
    with library.store.read() as unit:
        (kept,) = unit.periods.closed()
    assert (kept.digest, kept.copies, kept.amount) == (planned.digest, planned.copies, planned.amount)
