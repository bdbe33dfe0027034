"""A reconciliation over a real store: kept whole, repeated without a change, stopped before any damage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.config import read_toml
from rabis_sync.errors import EmptySource, GuardStop, SourceAway
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.marc.record import Record
from rabis_sync.reconcile import books, step
from rabis_sync.reconcile.entry import Entry, Notice, UnreadRow
from rabis_sync.reconcile.step import Settings
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext, StepReport
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rabis_sync.reconcile.entry import Told
    from rabis_sync.store.database import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@dataclass
class Fixed:
    """A ledger in memory; `away` breaks it after so many entries."""

    told: list[Told] = field(default_factory=list)
    away: int | None = None

    def entries(self, recall: object = None) -> Iterator[Told]:  # noqa: ARG002  nothing is recalled
        for at, one in enumerate(self.told):
            if at == self.away:
                raise SourceAway("the share with the books is not there")
            yield one

    def check(self) -> str:
        return "in memory"


@dataclass
class Library:
    store: Store
    dialects: dict[str, Dialect]
    books: Fixed

    def catalogue(self, *numbers: str) -> None:
        """One record with one copy for each number; records that are there already are left."""
        with self.store.write() as unit:
            known = unit.records.known("catalogue", [f"KZ{number}" for number in numbers])
            new = [self._incoming(number) for number in numbers if f"KZ{number}" not in known]
            unit.records.add("catalogue", new, run=1, at=NOW)

    def reconcile(
        self, *, day: int = 0, dry_run: bool = False, **options: Any
    ) -> tuple[StepReport, list[object]]:
        shown: list[object] = []
        context = StepContext(1, NOW + timedelta(days=day), dry_run, shown.append)
        settings = Settings({"accounting": self.books}, self.dialects, **options)
        return step.run(self.store, settings, context), shown

    def snapshot(self) -> tuple[Any, ...]:
        with self.store.read() as unit:
            ledgers = unit.ledgers
            states = ("open", "closed", "accepted")
            return list(ledgers.entries()), ledgers.discrepancies(states=states), ledgers.notices()

    def standing(self) -> list[tuple[str, str]]:
        with self.store.read() as unit:
            return [(row["code"], row["inventory_number"]) for row in unit.ledgers.discrepancies()]

    def _incoming(self, number: str) -> Incoming:
        fields = (Field("001", f"KZ{number}"), Field.data("200", "1 ", [("a", f"Абай жолы. {number}-том")]))
        marc = MarcRecord("00000nam0 2200000   450 ", fields)
        match = fold_record(Record(marc, self.dialects["unimarc"]))
        item = (
            1,
            number,
            inventory_key(number),
            "",
            "ЦГБ",
            "",
            "",
            50000,
            "KZT",
            "",
            "",
            "",
            "",
            "",
            False,
            1,
        )
        return Incoming(
            f"KZ{number}",
            "unimarc",
            "",
            f"{number:>032}",
            "iso2709",
            "utf-8",
            1.0,
            b"",
            marc.canonical(),
            [item],
            tuple(match),
        )


def booked(*numbers: int, **changed: Any) -> list[Told]:
    return [
        Entry(
            f"fond.xlsx · {n}",
            str(n),
            str(n),
            f"Абай жолы. {n}-том",
            price=Decimal(500),
            branch="ЦГБ",
            **changed,
        )
        for n in numbers
    ]


@pytest.fixture
def library(root: Path, tmp_path: Path) -> Iterator[Library]:
    dialects = [read_toml(path, Dialect) for path in (root / "mappings" / "dialects").glob("*.toml")]
    store = new_store(tmp_path / "library.db")
    library = Library(store, {one.family: one for one in dialects}, Fixed(booked(*range(1, 21))))
    library.catalogue(*map(str, range(1, 21)))
    yield library
    store.close()


def test_sides_that_agree_leave_entries_and_no_discrepancy(library: Library) -> None:
    report, _ = library.reconcile()
    assert report.outcome == "done"
    assert report.counts["items"] == report.counts["entries"] == report.counts["matched"] == 20
    assert report.counts["discrepancies"] == report.counts["new"] == 0
    entries, _, _ = library.snapshot()
    assert (entries[0]["ledger"], entries[0]["place"], entries[0]["price"]) == (
        "accounting",
        "fond.xlsx · 1",
        50000,
    )


def test_a_discrepancy_has_the_title_that_people_read_and_its_record(library: Library) -> None:
    library.books.told[4] = booked(5, act_out="Акт 7")[0]
    report, _ = library.reconcile()
    assert report.counts["new"] == 1
    with library.store.read() as unit:
        (row,) = unit.ledgers.discrepancies()
    assert (row["code"], row["control_number"], row["catalogue"]["title"]) == (
        "WRITTEN_OFF_ACTIVE", "KZ5", "Абай жолы. 5-том",
    )  # fmt: skip


def test_a_second_run_changes_nothing(library: Library) -> None:
    library.books.told[4:6] = [
        *booked(5, act_out="Акт 7"),
        UnreadRow("fond.xlsx · 6", "bad_figure", "price 'x'", "6"),
    ]
    assert library.reconcile()[0].outcome == "quarantined"
    before = library.snapshot()
    report, _ = library.reconcile(day=1)
    assert library.snapshot() == before
    assert (report.outcome, report.counts["new"], report.counts["standing"], report.counts["closed"]) == (
        "done",
        0,
        1,
        0,
    )


def test_a_discrepancy_that_is_gone_is_closed_and_keeps_its_first_day(library: Library) -> None:
    library.books.told.pop(9)
    library.reconcile()
    assert library.standing() == [("ONLY_CATALOG", "10")]
    library.books.told.insert(9, *booked(10))
    report, _ = library.reconcile(day=3)
    assert (report.counts["closed"], library.standing()) == (1, [])
    _, ((row), *_), _ = library.snapshot()
    assert (row["first_seen"], row["closed_at"]) == (NOW, NOW + timedelta(days=3))


def test_a_dry_run_shows_the_plan_and_writes_nothing(library: Library) -> None:
    before = library.snapshot()
    library.books.told.pop(9)
    report, (plan,) = library.reconcile(dry_run=True)
    assert (report.outcome, library.snapshot()) == ("planned", before)
    assert "1 ONLY_CATALOG" in str(plan)
    assert "  ONLY_CATALOG 10 ЦГБ" in str(plan)


def test_a_ledger_that_is_away_leaves_what_was_found_before(library: Library) -> None:
    library.books.told.pop(9)
    library.reconcile()
    before = library.snapshot()
    library.books.away = 7
    with pytest.raises(SourceAway):
        library.reconcile(day=1)
    assert library.snapshot() == before


def test_an_empty_ledger_that_had_entries_stops_the_run(library: Library) -> None:
    library.reconcile()
    before = library.snapshot()
    library.books.told.clear()
    with pytest.raises(GuardStop, match="is empty but had 20 entries"):
        library.reconcile(day=1)
    assert library.snapshot() == before


def test_a_ledger_cut_short_stops_the_run(library: Library) -> None:
    library.reconcile()
    del library.books.told[10:]
    with pytest.raises(GuardStop, match="has 10 entries and had 20"):
        library.reconcile(max_lost_number=5, max_lost_share=0.3)
    assert library.reconcile(max_lost_number=10)[0].outcome == "done"


def test_a_ledger_empty_at_its_first_reading_is_an_error(library: Library) -> None:
    library.books.told.clear()
    with pytest.raises(EmptySource):
        library.reconcile()


def test_a_row_that_cannot_be_read_is_counted_named_and_not_missing(library: Library) -> None:
    library.books.told[4] = UnreadRow("fond.xlsx · 5", "bad_figure", "price 'сто'", "5")
    library.books.told.append(Notice("fond.xlsx", "unknown_heading", "column 9 'Полка' is not known"))
    report, _ = library.reconcile()
    assert (report.outcome, report.counts["unread"], report.counts["notices"]) == ("quarantined", 1, 1)
    assert report.message == "fond.xlsx · 5: price 'сто'"
    assert library.standing() == []
    _, _, notices = library.snapshot()
    assert [(row["place"], row["code"], row["unread"]) for row in notices] == [
        ("fond.xlsx · 5", "bad_figure", True),
        ("fond.xlsx", "unknown_heading", False),
    ]


def test_a_ledger_no_longer_configured_leaves_with_its_entries(library: Library) -> None:
    library.reconcile()
    with library.store.write() as unit:
        unit.ledgers.replace_entries("old", [one.row() for one in booked(900) if isinstance(one, Entry)])
    library.reconcile(day=1)
    with library.store.read() as unit:
        assert unit.ledgers.entry_counts() == {"accounting": 20}


def test_without_books_the_catalogue_is_held_against_itself_alone(library: Library) -> None:
    library.catalogue(*map(str, range(1, 601)), "007")
    step.run(library.store, Settings({}, library.dialects), StepContext(1, NOW))
    assert library.standing() == [("INV_DUP", "007")]


def test_the_coverage_that_the_report_shows_is_the_one_that_was_counted(library: Library) -> None:
    library.books.told += booked(*range(500, 530), content_class="FIC")
    report, _ = library.reconcile()
    with library.store.read() as unit:
        rows = unit.comparisons.coverage()
    assert [(row["branch"], row["content_class"], row["copies"], row["catalogued"]) for row in rows] == [
        ("ЦГБ", "", 20, 20),
        ("ЦГБ", "FIC", 30, 0),
    ]
    counts = report.counts
    assert (counts["copies"], counts["catalogued"], counts["uncatalogued"]) == (50, 20, 30)
    assert library.standing() == []


def test_a_crash_while_writing_leaves_the_books_as_they_were(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.reconcile()
    before = library.snapshot()
    library.books.told.pop(9)

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rabis_sync.store.ledgers.Ledgers.replace_discrepancies", crash)
        with pytest.raises(KeyboardInterrupt):
            library.reconcile(day=1)
    assert library.snapshot() == before
    library.reconcile(day=1)
    assert library.standing() == [("ONLY_CATALOG", "10")]


def test_progress_is_told_while_a_long_ledger_is_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "OFTEN", 5)
    told: list[tuple[str, int, int | None]] = []
    context = StepContext(1, NOW, progress=lambda *what: told.append(what))
    step.run(library.store, Settings({"accounting": library.books}, library.dialects), context)
    assert told == [("ledger accounting", number, None) for number in (5, 10, 15, 20)]


def test_a_list_that_would_grow_at_a_stroke_stops_the_run_and_a_first_run_may_find_anything(
    library: Library,
) -> None:
    limits = {"max_changed_number": 3, "max_changed_share": 0.0}
    library.books.told = booked(*range(101, 121))
    assert library.reconcile(**limits)[0].counts["new"] == 20
    before = library.snapshot()
    library.books.told = booked(*range(1, 21))
    with pytest.raises(GuardStop, match="would close 20 discrepancies, 3 may be in one run"):
        library.reconcile(day=1, **limits)
    assert library.snapshot() == before
    assert library.reconcile(day=1, max_changed_number=20)[0].counts["closed"] == 20
    del library.books.told[4:9]
    with pytest.raises(GuardStop, match="would open 5 discrepancies"):
        library.reconcile(day=2, **limits)
    assert library.reconcile(day=2, dry_run=True, **limits)[0].counts["discrepancies"] == 5


def test_a_ledger_named_for_the_first_time_may_open_any_number(library: Library) -> None:
    library.reconcile()
    others = Fixed(booked(*range(301, 310), act_out="Акт 1"))
    library.catalogue(*map(str, range(301, 310)))
    settings = Settings(
        {"accounting": library.books, "second": others},
        library.dialects,
        max_changed_number=1,
        max_changed_share=0.0,
    )
    report = step.run(library.store, settings, StepContext(1, NOW))
    assert report.counts["new"] == 9
