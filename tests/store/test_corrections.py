"""Findings: the same fault is one finding for ever, and what a person decided stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store import bulk, tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rabis_sync.store.database import Store, Unit

    Add = Callable[..., list[int]]

FINDING = tables.table(tables.Finding)


def finding(record: int, mark: str = "a", **changed: Any) -> dict[str, Any]:
    """What a rule found."""
    return {
        "fingerprint": f"{record}-{mark}", "record_id": record, "rule": "isbn", "path": "010[1]$a[1]",
        "before": "5-9900", "after": None, "action": "report", "severity": "error", "params": {"isbn": "5"},
        "first_run": 1,
    } | changed  # fmt: skip


def decide(unit: Unit, mark: str, state: str) -> None:
    """A person's decision."""
    unit.connection.execute(sa.update(FINDING).where(FINDING.c.fingerprint == mark).values(state=state))


def states(unit: Unit) -> dict[str, str]:
    """State by fingerprint."""
    return {one["fingerprint"]: one["state"] for one in unit.corrections.findings(state=None)}


def test_findings_come_with_their_record(any_store: Store, add: Add) -> None:
    one, two = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.corrections.replace([one, two], [finding(two), finding(one, after="5-9901", action="fix")])
        found = unit.corrections.findings()
    assert [(row["control_number"], row["source"], row["after"]) for row in found] == [
        ("KZ1", "catalogue", "5-9901"),
        ("KZ2", "catalogue", None),
    ]
    assert found[0]["params"] == {"isbn": "5"}


def test_a_finding_that_is_gone_is_closed_and_one_that_is_back_is_open_with_its_first_run(
    any_store: Store, add: Add
) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.replace([one], [finding(one, "a"), finding(one, "b")])
        first = unit.corrections.findings()
        unit.corrections.replace([one], [finding(one, "b", first_run=2)])
        assert states(unit) == {"1-a": "closed", "1-b": "open"}
        unit.corrections.replace([one], [finding(one, "a", first_run=3, severity="info"), finding(one, "b")])
        back = unit.corrections.findings()
    assert [(row["id"], row["first_run"]) for row in back] == [(row["id"], 1) for row in first]
    assert back[0]["severity"] == "info"


def test_replacing_twice_changes_nothing(any_store: Store, add: Add) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.replace([one], [finding(one), finding(one)])
        before = unit.corrections.findings(state=None)
        unit.corrections.replace([one], [finding(one), finding(one)])
        assert unit.corrections.findings(state=None) == before
        assert len(before) == 1


def test_what_a_person_decided_stands_while_it_is_found(any_store: Store, add: Add) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.replace([one], [finding(one, "a"), finding(one, "b")])
        decide(unit, f"{one}-a", "rejected")
        decide(unit, f"{one}-b", "accepted")
        found = [finding(one, "a", path="010[2]$a[1]"), finding(one, "b", path="010[2]$a[1]")]
        assert unit.corrections.replace([one], found) == []
        assert states(unit) == {f"{one}-a": "rejected", f"{one}-b": "accepted"}
        assert {row["path"] for row in unit.corrections.findings(state=None)} == {"010[2]$a[1]"}


def test_what_was_accepted_is_closed_when_it_is_found_no_more_and_what_was_rejected_stays(
    any_store: Store, add: Add
) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.replace([one], [finding(one, mark) for mark in "abc"])
        decide(unit, f"{one}-a", "rejected")
        decide(unit, f"{one}-b", "accepted")
        gone = unit.corrections.replace([one], [])
        assert sorted(row["fingerprint"] for row in gone) == [f"{one}-b", f"{one}-c"]
        assert states(unit) == {f"{one}-a": "rejected", f"{one}-b": "closed", f"{one}-c": "closed"}
        unit.corrections.replace([one], [finding(one, "b")])
        assert states(unit)[f"{one}-b"] == "open"


def test_other_records_are_left_alone(any_store: Store, add: Add) -> None:
    one, two = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.corrections.replace([one, two], [finding(one), finding(two)])
        unit.corrections.replace([one], [])
        assert states(unit) == {"1-a": "closed", "2-a": "open"}


def test_many_records_are_replaced_at_once(any_store: Store, add: Add) -> None:
    ids = add(any_store, *range(bulk.IN_LIMIT + 50))
    with any_store.write() as unit:
        for _ in range(2):
            unit.corrections.replace(ids, [finding(number) for number in ids])
        assert len(unit.corrections.findings()) == len(ids)
        unit.corrections.replace(ids, [])
        assert unit.corrections.findings() == []


def test_findings_of_deleted_records_are_not_shown(any_store: Store, add: Add, noon: datetime) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.replace([one], [finding(one)])
        unit.records.delete([one], run=2, at=noon)
        assert unit.corrections.findings(state=None) == []


def test_a_view_is_set_overwritten_and_taken_away(any_store: Store, add: Add) -> None:
    one, two = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.corrections.set_views([(one, "hash", "first"), (two, "hash", "other")])
        unit.corrections.set_views([(one, "hash", "second")])
        assert unit.records.get([one])[one].canonical == "second"
        unit.corrections.set_views([(one, "hash", None)])
        assert unit.records.get([one])[one].canonical.startswith("leader")
        assert unit.records.get([two])[two].canonical == "other"
        unit.corrections.set_views([])
