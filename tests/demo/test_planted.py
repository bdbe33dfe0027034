"""The comparison counts what was planted and found, and names what was missed or never planted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.demo.planted import Found, Planted, compare

if TYPE_CHECKING:
    from pathlib import Path


def everything(planted: Planted) -> Found:
    return Found(
        duplicates=frozenset((pair.b, pair.a) for pair in planted.duplicates),
        errors=frozenset((fault.record, fault.family) for fault in planted.errors),
        discrepancies=frozenset((one.code, one.subject) for one in planted.discrepancies),
        published=frozenset(planted.publishable),
    )


def test_a_run_that_finds_all_has_nothing_missed_or_unplanned(planted: Planted) -> None:
    rows = compare(planted, everything(planted))
    assert [(row.what, row.planted, row.found) for row in rows] == [
        ("duplicates", 30, 30),
        ("errors", 60, 60),
        ("discrepancies", 40, 40),
        ("published", 34, 34),
    ]
    assert not any(row.missed or row.unplanned for row in rows)


def test_a_run_that_finds_nothing_missed_everything(planted: Planted) -> None:
    rows = compare(planted, Found())
    assert [row.found for row in rows] == [0, 0, 0, 0]
    assert [len(row.missed) for row in rows] == [30, 60, 40, 34]


def test_what_was_never_planted_is_named_and_does_not_count_as_found(planted: Planted) -> None:
    found = Found(
        duplicates=frozenset({("KMS000002", "KMS000001")}), published=frozenset({planted.withheld[0].record})
    )
    duplicates, _, _, published = compare(planted, found)
    assert (duplicates.found, duplicates.unplanned) == (0, (("KMS000001", "KMS000002"),))
    assert published.unplanned == (planted.withheld[0].record,)


def test_a_pair_named_both_ways_round_counts_once(planted: Planted) -> None:
    pair = planted.duplicates[0]
    found = Found(duplicates=frozenset({(pair.a, pair.b), (pair.b, pair.a)}))
    assert compare(planted, found)[0].found == 1


def test_the_list_read_back_is_the_list_saved(planted: Planted, tmp_path: Path) -> None:
    planted.save(tmp_path / "planted.json")
    assert Planted.load(tmp_path / "planted.json") == planted


def test_a_file_that_is_no_such_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "planted.json").write_text("{}", "utf-8")
    with pytest.raises(ValueError, match="planted/1"):
        Planted.load(tmp_path / "planted.json")
