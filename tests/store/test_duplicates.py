"""Pairs and clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store

    Add = Callable[..., list[int]]


def pair(a: int, b: int, score: float = 0.9) -> dict[str, Any]:
    """Two records that describe one edition."""
    evidence = [{"field": "title", "outcome": "equal", "a": "Абай\\t", "b": "Абай", "weight": 0.5}]
    return {"record_a": a, "record_b": b, "verdict": "duplicate", "score": score, "evidence": evidence}


def test_pairs_come_with_their_records_surest_first(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2)
    add(any_store, 3, source="archive")
    with any_store.write() as unit:
        unit.duplicates.replace([pair(1, 2, 0.8), pair(2, 3, 0.95), pair(1, 3, 0.8)], [], run=1)
    with any_store.read() as unit:
        found = unit.duplicates.pairs()
    assert [(row["a"], row["b"], row["source_b"]) for row in found] == [
        ("KZ2", "KZ3", "archive"), ("KZ1", "KZ2", "catalogue"), ("KZ1", "KZ3", "archive"),
    ]  # fmt: skip
    assert found[0]["evidence"] == pair(1, 2)["evidence"]


def test_a_pair_known_before_keeps_its_first_run_and_one_that_is_gone_goes(
    any_store: Store, add: Add
) -> None:
    add(any_store, 1, 2, 3)
    with any_store.write() as unit:
        unit.duplicates.replace([pair(1, 2), pair(1, 3)], [], run=1)
        unit.duplicates.replace([pair(2, 3), pair(1, 2, 0.7)], [], run=2)
        found = unit.duplicates.pairs()
    assert [(row["record_a"], row["record_b"], row["first_run"], row["score"]) for row in found] == [
        (2, 3, 2, 0.9),
        (1, 2, 1, 0.7),
    ]


def test_clusters_come_with_their_members_and_replace_the_former_ones(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2, 3, 4)
    first = [{"id": 1, "survivor": 2, "verdict": "duplicate", "why": ["items", 2, 1], "records": [3, 1, 2]}]
    second = [
        {"id": 3, "survivor": 4, "verdict": "review", "why": ["name", 0, 0], "records": [4, 3]},
        {"id": 1, "survivor": 1, "verdict": "duplicate", "why": ["name", 0, 0], "records": [1, 2]},
    ]
    with any_store.write() as unit:
        unit.duplicates.replace([], first, run=1)
        assert unit.duplicates.clusters() == [{**first[0], "records": [1, 2, 3]}]
        unit.duplicates.replace([], second, run=2)
        assert unit.duplicates.clusters() == [second[1], {**second[0], "records": [3, 4]}]
        unit.duplicates.replace([], [], run=3)
        assert unit.duplicates.clusters() == unit.duplicates.pairs() == []
