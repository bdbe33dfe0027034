"""A cataloguer's word on a pair outlives every night, and «different» falls when a compared field changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rabis_sync.dedup import memory
from rabis_sync.dedup.step import Settings, run
from rabis_sync.errors import ConfigError
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.dedup.memory import Word
    from rabis_sync.dedup.verdict import Matching
    from rabis_sync.store.database import Store

BOOK = "101 $akaz\n200 $aАлтын бесік$fС. Мұратбеков\n210 $aАлматы$cЖазушы$d1986\n215 $a256 б."
OTHER = "101 $arus\n200 $aПтицы Казахстана$fЭ. Гаврилов\n210 $aАлматы$cГылым$d1999\n215 $a198 с."
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def night(matching: Matching) -> Callable[[Store], list[tuple[str, str, str]]]:
    """Search, and the pairs found."""

    def search(store: Store) -> list[tuple[str, str, str]]:
        run(store, Settings(matching), StepContext(run=7, now=NOW))
        with store.read() as unit:
            return [(pair["a"], pair["b"], pair["verdict"]) for pair in unit.duplicates.pairs()]

    return search


def say(store: Store, a: str, b: str, word: Word) -> int:
    with store.write() as unit:
        [one], [other] = unit.records.find(a), unit.records.find(b)
        return unit.decisions.add(memory.decide(unit, one, other, word), at=NOW)


def test_two_editions_are_not_asked_about_again(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, BOOK])
    assert night(store) == [("1", "2", "duplicate")]
    say(store, "2", "1", "different")
    with store.read() as unit:
        assert (unit.duplicates.pairs(), unit.duplicates.clusters()) == ([], [])
    assert night(store) == []


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("\n010 $a9965-34-003-X", True),  # a number that was not there to be compared
        ("\n606 $aПовестер", False),
        ("\n899 $p00017", False),
    ],
)
def test_the_question_comes_back_only_when_what_was_compared_changes(
    stored: Callable[[list[str]], Store],
    changed: Callable[[Store, int, str], None],
    night: Callable[[Store], list[tuple[str, str, str]]],
    change: str,
    asked: bool,  # noqa: FBT001  a case of the table
) -> None:
    store = stored([BOOK, BOOK])
    say(store, "1", "2", "different")
    changed(store, 2, BOOK + change)
    assert bool(night(store)) == asked


def test_a_program_that_reads_the_same_records_otherwise_asks_nobody_again(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, BOOK])
    say(store, "1", "2", "different")
    with store.write() as unit:
        unit.connection.exec_driver_sql("UPDATE match_row SET series = 'мирас#2-85'")
        unit.matches.mark_due([1, 2])
    assert night(store) == []


def test_one_edition_is_one_although_no_field_agrees(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, OTHER])
    assert night(store) == []
    number = say(store, "1", "2", "same")
    assert night(store) == [("1", "2", "duplicate")]
    with store.read() as unit:
        [pair] = unit.duplicates.pairs()
        assert [one["outcome"] for one in pair["evidence"] if one["field"] == "decision"] == ["equal"]
        assert [cluster["verdict"] for cluster in unit.duplicates.clusters()] == ["duplicate"]
    with store.write() as unit:
        decision = unit.decisions.get(number)
        assert decision is not None
        memory.undo(unit, decision)
        unit.decisions.mark_undone(number, at=NOW)
    assert night(store) == []


def test_different_keeps_two_records_out_of_one_cluster_even_by_a_third(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, BOOK, BOOK])
    say(store, "1", "3", "different")
    assert night(store) == [("1", "2", "duplicate"), ("2", "3", "duplicate")]
    with store.read() as unit:
        [cluster] = unit.duplicates.clusters()
    assert not {1, 3} <= set(cluster["records"])


def test_taking_it_back_brings_pair_and_cluster_back_at_once(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, BOOK])
    night(store)
    with store.read() as unit:
        before = unit.duplicates.pairs(), unit.duplicates.clusters()
    number = say(store, "1", "2", "different")
    with store.write() as unit:
        decision = unit.decisions.get(number)
        assert decision is not None
        memory.undo(unit, decision)
        unit.decisions.mark_undone(number, at=NOW)
        assert (unit.duplicates.pairs(), unit.duplicates.clusters()) == before
    assert night(store) == [("1", "2", "duplicate")]


def test_the_later_word_counts(
    stored: Callable[[list[str]], Store], night: Callable[[Store], list[tuple[str, str, str]]]
) -> None:
    store = stored([BOOK, BOOK])
    say(store, "1", "2", "different")
    say(store, "1", "2", "same")
    assert night(store) == [("1", "2", "duplicate")]


def test_a_record_is_not_compared_with_itself_nor_with_one_that_is_gone(
    stored: Callable[[list[str]], Store],
) -> None:
    store = stored([BOOK, BOOK])
    with pytest.raises(ConfigError, match="one record, not two"):
        say(store, "1", "1", "same")
    with store.write() as unit:
        unit.records.delete([2], run=8, at=NOW)
    with pytest.raises(ConfigError, match="is deleted or merged"):
        say(store, "1", "2", "different")
