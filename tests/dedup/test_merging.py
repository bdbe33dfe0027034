"""Merges keep the fund whole, outlive harvests and corrections, and are undone to the last row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.dedup import merging
from rabis_sync.dedup.step import Settings, run
from rabis_sync.errors import BalanceError, ConfigError
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.store.database import Store
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.dedup.merging import Merger
    from rabis_sync.dedup.verdict import Matching
    from rabis_sync.store.records import Incoming

BOOK = """
100 $a19860101d1986    |||y0kazy50      ca
101 $akaz
200 $aАлтын бесік$fС. Мұратбеков
210 $aАлматы$cЖазушы$d1986
215 $a256 б.
801 $aKZ$bKARCBS
"""
FULL = f"{BOOK}606 $aПовестер\n899 $aФ1$p00001\n899 $aФ2$p00002"
THIN = f"{BOOK}606 $aБалалар әдебиеті\n899 $aФ3$p00003"
THIRD = f"{BOOK}899 $aФ4$p00004"
NOW = datetime(2026, 1, 2, tzinfo=UTC)

#: Tables in which a merge may change anything, without the journal of the merges themselves.
TOUCHED = (
    "record",
    "content",
    "corrected",
    "item",
    "match_row",
    "tombstone",
    "pair",
    "cluster",
    "cluster_member",
)


@pytest.fixture
def library(any_url: str, brought: Callable[[str, int], Incoming]) -> Iterator[Callable[..., Store]]:
    """A store with these records, once on each database."""
    store = Store.open(any_url)

    def fill(*texts: str) -> Store:
        with store.write() as unit:
            made = [brought(text, number) for number, text in enumerate(texts, 1)]
            unit.records.add("catalogue", made, run=1, at=NOW)
        return store

    yield fill
    store.close()


@pytest.fixture
def night(matching: Matching, merger: Merger) -> Callable[..., dict[str, int]]:
    def search(store: Store, *, auto: bool = False) -> dict[str, int]:
        return run(store, Settings(matching, merger=merger, auto_approve=auto), StepContext(7, NOW)).counts

    return search


@pytest.fixture
def approve(merger: Merger) -> Callable[..., int]:
    """Approve a cluster; the number of the decision."""

    def decide(store: Store, cluster: int = 1) -> int:
        with store.write() as unit:
            [choice] = merger.approve(unit, [cluster], at=NOW)
            return unit.decisions.add(choice, at=NOW)

    return decide


def take_back(store: Store, number: int) -> None:
    with store.write() as unit:
        decision = unit.decisions.get(number)
        assert decision is not None
        merging.undo(unit, decision)
        unit.decisions.mark_undone(number, at=NOW)


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as unit:
        return {
            name: sorted(map(tuple, unit.connection.execute(sa.text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in TOUCHED
        }


def fund(store: Store) -> dict[str, list[str]]:
    """Inventory numbers by control number."""
    with store.read() as unit:
        found: dict[str, list[str]] = {}
        for item in unit.records.items():
            found.setdefault(item["control_number"], []).append(item["inventory_number"])
        return found


def view(store: Store, number: int = 1) -> MarcRecord:
    with store.read() as unit:
        return MarcRecord.from_canonical(unit.records.get([number])[number].canonical)


def states(store: Store) -> list[str]:
    with store.read() as unit:
        return [one.state for one in unit.merges.all()]


def active(store: Store) -> list[str]:
    with store.read() as unit:
        return [one.control_number for batch in unit.records.stream() for one in batch]


def harvested(
    store: Store, brought: Callable[[str, int], Incoming], change: dict[int, str], gone: tuple[int, ...] = ()
) -> None:
    with store.write() as unit:
        unit.records.change(
            [(number, brought(text, number)) for number, text in change.items()], run=8, at=NOW
        )
        unit.records.delete(list(gone), run=8, at=NOW)
        unit.harvests.bury("catalogue", [str(number) for number in gone], "absent", run=8, at=NOW)


def test_an_approved_merge_moves_the_copies_and_leaves_a_tombstone_with_its_successor(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    night(store)
    approve(store)
    assert fund(store) == {"1": ["00001", "00002", "00003"]}
    assert active(store) == ["1"]
    texts = [one.text for one in view(store).fields if one.tag in {"606", "035", "899"}]
    assert len(texts) == 6
    with store.read() as unit:
        [stone] = unit.harvests.tombstones("catalogue")
        assert (stone["control_number"], stone["reason"], stone["successor"]) == ("2", "merged", "1")
        assert (unit.duplicates.pairs(), unit.duplicates.clusters()) == ([], [])
    assert night(store)["duplicates"] == 0


def test_undoing_it_restores_every_row(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    with store.write() as unit:
        unit.corrections.set_views(
            [(1, unit.records.get([1])[1].content_hash, view(store).canonical() + "x")]
        )
    night(store)
    before = rows(store)
    number = approve(store)
    assert rows(store) != before
    take_back(store, number)
    assert rows(store) == before
    assert states(store) == ["undone"]


def test_one_of_many_merges_is_undone_alone(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], merger: Merger
) -> None:
    other = BOOK.replace("Алтын бесік", "Жабайы алма")
    store = library(FULL, THIN, f"{other}899 $p00005\n606 $aПовестер", f"{other}899 $p00006")
    night(store)
    with store.write() as unit:
        numbers = [unit.decisions.add(one, at=NOW) for one in merger.approve(unit, [1, 3], at=NOW)]
    assert fund(store) == {"1": ["00001", "00002", "00003"], "3": ["00005", "00006"]}
    take_back(store, numbers[0])
    assert fund(store) == {"1": ["00001", "00002"], "2": ["00003"], "3": ["00005", "00006"]}


def test_nothing_happens_where_a_copy_would_be_lost(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = library(FULL, THIN)
    night(store)
    before = rows(store)

    def careless(self: Any, record: int, to: int, places: Any) -> None:
        self._connection.execute(sa.text(f"DELETE FROM item WHERE record_id = {record}"))

    monkeypatch.setattr("rabis_sync.store.merges.Merges._replace", careless)
    with pytest.raises(
        BalanceError, match=r"would not be the same afterwards \(00003\); nothing was changed"
    ):
        approve(store)
    assert rows(store) == before
    assert states(store) == []


def test_a_merge_outlives_a_harvest_that_changes_one_of_its_records(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    brought: Callable[[str, int], Incoming],
) -> None:
    store = library(FULL, THIN)
    night(store)
    approve(store)
    harvested(store, brought, {2: f"{THIN}\n899 $aФ5$p00009\n606 $aТарих"})
    assert fund(store) == {"1": ["00001", "00002"], "2": ["00003", "00009"]}
    assert states(store) == ["lifted"]
    assert night(store)["merges_laid"] == 1
    assert fund(store) == {"1": ["00001", "00002", "00003", "00009"]}
    assert "  \x1faТарих" in [one.text for one in view(store).fields]


def test_undoing_keeps_what_harvests_brought_since(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    brought: Callable[[str, int], Incoming],
) -> None:
    store = library(FULL, THIN)
    night(store)
    number = approve(store)
    changes = {1: f"{FULL}\n899 $aФ5$p00008", 2: f"{THIN}\n899 $aФ5$p00009"}
    harvested(store, brought, changes)
    night(store)
    take_back(store, number)
    assert fund(store) == {"1": ["00001", "00002", "00008"], "2": ["00003", "00009"]}
    assert view(store).canonical() == brought(changes[1], 1).canonical


def test_a_correction_made_later_stands_in_the_merged_record_and_after_undoing(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    night(store)
    number = approve(store)
    with store.write() as unit:
        stored = unit.records.get([1], harvested=True)[1]
        mended = stored.canonical.replace("256 б.", "256 бет")
        unit.corrections.set_views([(1, stored.content_hash, mended)])
    night(store)
    texts = [one.text for one in view(store).fields]
    assert "  \x1fa256 бет" in texts
    assert "  \x1faБалалар әдебиеті" in texts
    take_back(store, number)
    assert view(store).canonical() == mended


def test_the_harvest_sees_a_merged_record_as_it_left_it(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    with store.read() as unit:
        before = unit.records.known("catalogue", ["1", "2"])
    night(store)
    approve(store)
    with store.read() as unit:
        assert unit.records.known("catalogue", ["1", "2"]) == before
        assert unit.records.active_numbers("catalogue") == ["1", "2"]
        assert [number for number, _ in unit.harvests.unseen("catalogue")] == [1, 2]


def test_when_the_library_has_done_it_the_next_night_closes_the_merge(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    brought: Callable[[str, int], Incoming],
) -> None:
    store = library(FULL, THIN)
    night(store)
    number = approve(store)
    harvested(store, brought, {1: f"{FULL}\n899 $aФ3$p00003"}, gone=(2,))
    assert night(store)["merges_closed"] == 1
    assert (fund(store), states(store)) == ({"1": ["00001", "00002", "00003"]}, ["closed"])
    with store.read() as unit:
        [stone] = unit.harvests.tombstones("catalogue")
        assert (stone["reason"], stone["successor"]) == ("merged", "1")
    with pytest.raises(ConfigError, match="was carried out in the catalogue itself: 2 is no longer there"):
        take_back(store, number)


def test_records_that_read_as_two_editions_now_are_no_longer_merged(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    brought: Callable[[str, int], Incoming],
) -> None:
    store = library(FULL, THIN)
    night(store)
    approve(store)
    harvested(store, brought, {2: THIN.replace("$d1986", "$d1999").replace("d1986 ", "d1999 ")})
    assert night(store)["merges_parted"] == 1
    assert active(store) == ["1", "2"]
    assert states(store) == ["parted"]


def test_three_records_become_one_and_a_fourth_found_later_is_reported_anew(
    library: Callable[..., Store],
    night: Callable[..., dict[str, int]],
    approve: Callable[..., int],
    brought: Callable[[str, int], Incoming],
) -> None:
    store = library(FULL, THIN, THIRD)
    night(store)
    approve(store)
    assert fund(store) == {"1": ["00001", "00002", "00003", "00004"]}
    with store.write() as unit:
        unit.records.add("catalogue", [brought(f"{BOOK}899 $p00010", 4)], run=9, at=NOW)
    assert night(store)["duplicates"] == 1
    approve(store)
    assert sorted(fund(store)) == ["1"]
    assert len(fund(store)["1"]) == 5


def test_sure_duplicates_are_merged_unasked_only_where_the_library_wants_it(
    library: Callable[..., Store], night: Callable[..., dict[str, int]]
) -> None:
    store = library(FULL, THIN)
    night(store)
    assert states(store) == []
    assert night(store, auto=True)["merges_approved"] == 1
    assert fund(store) == {"1": ["00001", "00002", "00003"]}
    with store.read() as unit:
        [decision] = unit.decisions.all()
    take_back(store, decision.id)
    assert night(store, auto=True)["merges_approved"] == 0


def test_a_cluster_to_be_looked_at_is_never_merged_unasked(
    library: Callable[..., Store], night: Callable[..., dict[str, int]]
) -> None:
    store = library(f"{BOOK}010 $a9965-34-003-X", f"{BOOK}010 $a978-601-7568-17-7")
    counts = night(store, auto=True)
    assert (counts["review"], counts["merges_approved"]) == (1, 0)


def test_a_cluster_that_does_not_wait_cannot_be_approved(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    night(store)
    approve(store)
    with pytest.raises(ConfigError, match="there is no cluster 1 waiting"):
        approve(store)


def test_a_second_night_changes_nothing(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    store = library(FULL, THIN)
    night(store)
    approve(store)
    night(store)
    before = rows(store)
    night(store)
    assert rows(store) == before


def test_a_merged_record_does_not_leave_among_the_corrections(
    library: Callable[..., Store], night: Callable[..., dict[str, int]], approve: Callable[..., int]
) -> None:
    """Imported alone it would bring copies that the other record still has."""
    store = library(FULL, THIN)
    night(store)
    number = approve(store)
    with store.read() as unit:
        assert list(unit.corrections.views("catalogue")) == []
    take_back(store, number)
    with store.write() as unit:
        stored = unit.records.get([1])[1]
        unit.corrections.set_views([(1, stored.content_hash, stored.canonical.replace("256", "255"))])
        assert [view.id for [view] in unit.corrections.views("catalogue")] == [1]
