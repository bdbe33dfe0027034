"""Sections that are recalled from the last comparison tell what a whole comparison tells."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.config import read_toml
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile import again, matching
from rabis_sync.reconcile.books import Books
from rabis_sync.reconcile.entry import Entry, Summary, UnreadRow
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.sections import Section
from rabis_sync.reconcile.series import Numbering, Series
from rabis_sync.reconcile.step import Settings, decide
from rabis_sync.store import due
from rabis_sync.store.rereading import Made
from rabis_sync.store.runs import StepContext
from tests.reconcile.test_step import NOW, Fixed, Library, booked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.records import Incoming

    Change = Callable[[Unit, int], object]

RULES = Numbering(series=[Series("Детский", ["Детский"], prefix="Д", implied=True, ranges=[(1, 30)])])
BRANCHES = ("ЦГБ", "Детский", "Филиал № 3")
BATCHES = [
    Summary("k · 1", "acquired", "7", copies=9),
    Summary("k · 2", "written_off", "2", act="2", copies=1),
]


@dataclass
class Town:
    """A catalogue and its books, which change by the dice."""

    library: Library
    dice: random.Random
    all_numbered: bool = False
    policy: Policy = field(default_factory=lambda: Policy(numbering=RULES))
    recalled: Counter[str] = field(default_factory=Counter)

    def number(self) -> str:
        return str(self.dice.randrange(1, 60))

    def copy(self, position: int = 1) -> tuple[Any, ...]:
        number = self.dice.choice([self.number(), self.number(), f"{self.number()}А", self.none()])
        key = inventory_key(number) if number else ""
        plain = self.library._incoming(number).items[0]
        return (position, number, key, "", self.branch(), *plain[5:-2], self.dice.random() < 0.1, 1)

    def none(self) -> str:
        """No number, in a town that has such copies."""
        return self.number() if self.all_numbered else ""

    def branch(self) -> str:
        return self.dice.choice(BRANCHES)

    def incoming(self, name: str) -> Incoming:
        copies = [self.copy(at) for at in range(1, self.dice.randrange(1, 4))]
        return self.library._incoming(name)._replace(items=copies, content_hash=f"{self.dice.random()}")

    def entry(self, at: int) -> Entry:
        number = self.dice.choice([self.number(), self.number(), self.none()])
        return Entry(
            f"fond.xlsx · {at}",
            number,
            inventory_key(number) if number else "",
            f"Абай жолы. {number}-том",
            price=self.dice.choice([Decimal(500), Decimal(700), None]),
            branch=self.branch(),
            ksu=self.dice.choice(["", "7"]),
            act_out="2" if self.dice.random() < 0.1 else "",
            acquired=self.dice.choice(["", "2016-03-24", "2019"]),
        )

    def found(self) -> list[int]:
        with self.library.store.read() as unit:
            return [one.id for batch in unit.records.stream() for one in batch]

    def day(self) -> None:
        """A thing or two on either side are otherwise."""
        changes: list[Change] = [
            lambda unit, _: unit.records.add(
                "catalogue", [self.incoming(f"N{self.dice.random()}")], run=1, at=NOW
            ),
            lambda unit, one: unit.records.change([(one, self.incoming("changed"))], run=2, at=NOW),
            lambda unit, one: unit.records.delete([one], run=2, at=NOW),
            lambda unit, one: unit.records.replace_items({one: [self.copy()]}),
            lambda unit, one: unit.rereading.exchange({one: self.made()}),
            self.merge,
            lambda unit, _: unit.merges.lift(one.id for one in unit.merges.all("standing")),
        ]
        for _ in range(self.dice.randrange(3)):
            one = self.dice.choice(self.found())
            with self.library.store.write() as unit:
                self.dice.choice(changes)(unit, one)
        told = self.library.books.told
        for _ in range(self.dice.randrange(3)):
            at = self.dice.randrange(len(told))
            told[at] = self.entry(at)
        if self.dice.random() < 0.2:
            told[-1:] = [self.entry(len(told) + more) for more in range(self.dice.randrange(3))]

    def made(self) -> Made:
        incoming = self.incoming("anew")
        return Made(incoming.family, incoming.profile, tuple(incoming.items), incoming.match)

    def merge(self, unit: Unit, one: int) -> None:
        free = {stored.id for batch in unit.records.stream() for stored in batch} - {one}
        unit.merges.lift_touching(free | {one})
        other = self.dice.choice(sorted(free))
        canonical = unit.records.get([one])[one].canonical
        unit.merges.lay(unit.merges.new(one, [other], at=NOW), canonical, run=1, at=NOW)

    def night(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """What is told now: by recalling what stands, and by comparing everything."""
        settings = Settings({"accounting": self.library.books}, self.library.dialects, self.policy)
        with Books("accounting") as books:
            books.read(self.library.books, self.policy.numbering, StepContext(1, NOW))
            with self.library.store.read() as unit:
                now = decide(unit, [books], settings), list(unit.comparisons.uncatalogued())
            with self.library.store.read() as unit:
                unit.comparisons.exchange_sections((), ())
                whole = decide(unit, [books], settings), list(unit.comparisons.uncatalogued())
        self.library.reconcile(policy=self.policy, max_changed_number=1000, max_lost_number=1000)
        return now, whole


@pytest.fixture
def opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Town]:
    monkeypatch.setattr(matching, "NUMBERS", 3)
    monkeypatch.setattr(again, "MOST", 1)
    monkeypatch.setattr(again, "RANGES", 2)
    monkeypatch.setattr(again, "CROWDED", 5)
    dialects = [read_toml(path, Dialect) for path in (root / "mappings" / "dialects").glob("*.toml")]

    def town(store: Store, seed: int, *, records: int = 12, all_numbered: bool = False) -> Town:
        library = Library(store, {one.family: one for one in dialects}, Fixed())
        found = Town(library, random.Random(seed), all_numbered)
        read = Section.read

        def counted(text: str) -> Section:
            found.recalled["sections"] += 1
            return read(text)

        monkeypatch.setattr(Section, "read", staticmethod(counted))
        with store.write() as unit:
            new = [found.incoming(f"R{at}") for at in range(records)]
            unit.records.add("catalogue", new, run=1, at=NOW)
        library.books.told = [*BATCHES, *map(found.entry, range(25))]
        return found

    return town


@pytest.fixture
def town(store: Store, opened: Callable[..., Town]) -> Town:
    return opened(store, 3)


@pytest.mark.parametrize("all_numbered", [True, False])
def test_day_after_day_the_comparison_is_that_of_both_sides_whole(
    any_store: Store,
    opened: Callable[..., Town],
    all_numbered: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    town = opened(any_store, 1, all_numbered=all_numbered)
    for _ in range(6):
        now, whole = town.night()
        assert now == whole
        town.day()
    assert town.recalled["sections"] > 25


@pytest.mark.parametrize(
    ("way", "alone"),
    [
        ("comes", ["10"]),
        ("is another", ["10", "62"]),
        ("is brought", ["10"]),
        ("is read otherwise", ["10", "62"]),
        ("goes", ["62"]),
    ],
)
def test_a_copy_is_compared_under_the_number_it_had_and_the_one_it_has(
    store: Store, opened: Callable[..., Town], way: str, alone: list[str]
) -> None:
    town = opened(store, 1, records=0)
    town.library.catalogue(*map(str, range(50, 70)))
    town.library.books.told = booked(*range(50, 70))
    town.night()
    new, one = town.library._incoming("10"), town.found()[12]
    made = Made(new.family, new.profile, tuple(new.items), new.match)
    with store.write() as unit:
        match way:
            case "comes":
                unit.records.add("catalogue", [new], run=2, at=NOW)
            case "is another":
                unit.records.change([(one, new)], run=2, at=NOW)
            case "is brought":
                unit.records.replace_items({one: new.items})
            case "is read otherwise":
                unit.rereading.exchange({one: made})
            case "goes":
                unit.records.delete([one], run=2, at=NOW)
    now, whole = town.night()
    assert now == whole
    assert sorted(number for code, number in town.library.standing() if code.startswith("ONLY")) == alone
    assert town.recalled


def test_where_nothing_changed_nothing_is_compared(town: Town) -> None:
    town.night()
    assert not town.recalled
    town.night()
    with town.library.store.read() as unit:
        sections = len(unit.connection.exec_driver_sql("SELECT id FROM compared_section").fetchall())
    assert town.recalled["sections"] == 2 * sections > 10


def test_a_full_run_compares_everything(town: Town) -> None:
    town.night()
    report, _ = town.library.reconcile(policy=town.policy, full=True)
    assert report.counts["standing"] == report.counts["discrepancies"] > 0
    assert not town.recalled


def test_other_rules_compare_everything(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.night()
    own = replace(RULES, given="branch")
    for policy in (Policy(numbering=own), Policy({"ЦГБ": ["Филиал № 3"]}, own)):
        town.policy = policy
        now, whole = town.night()
        assert now == whole
    before = town.recalled["sections"]
    monkeypatch.setattr(matching, "digest", lambda told: f"the next version {told}")
    town.night()
    assert town.recalled["sections"] == before


def test_a_new_branch_and_a_row_that_cannot_be_read_count_wherever_they_were_asked_for(
    store: Store, opened: Callable[..., Town]
) -> None:
    town = opened(store, 1, records=0)
    town.library.catalogue(*map(str, range(50, 70)))
    told: list[Any] = booked(*range(50, 70))
    told[5] = replace(told[5], act_out="1", reason_code="transfer", moved_to="Филиал № 9")
    gone = told.pop(12)
    town.library.books.told = told
    seen = []
    for change in range(4):
        if change == 1:
            told[-1] = replace(told[-1], branch="Филиал № 9")
        elif change == 2:
            told.append(UnreadRow("fond.xlsx · 99", "bad_figure", "price 'x'", gone.inventory_key))
        elif change == 3:
            told.pop()
        now, whole = town.night()
        assert now == whole
        seen.append({code for code, number in town.library.standing() if number in {"55", "62"}})
    assert seen == [
        {"WRITTEN_OFF_ACTIVE", "ONLY_CATALOG"},
        {"TRANSFER_LOOP", "ONLY_CATALOG"},
        {"TRANSFER_LOOP"},
        {"TRANSFER_LOOP", "ONLY_CATALOG"},
    ]
    assert town.recalled["sections"] > 20


def test_more_numbers_than_it_pays_to_remember_compare_everything(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.night()
    monkeypatch.setattr(due, "MOST", 2)
    with town.library.store.write() as unit:
        unit.records.add("catalogue", [town.incoming(f"N{at}") for at in range(4)], run=1, at=NOW)
    now, whole = town.night()
    assert now == whole
    assert not town.recalled


def test_a_section_with_very_many_findings_is_compared_every_time(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(again, "CROWDED", -1)
    for _ in range(2):
        now, whole = town.night()
        assert now == whole
    assert not town.recalled
