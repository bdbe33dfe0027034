"""Watermarks, seen records, quarantine, tombstones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rabis_sync.store import bulk
from rabis_sync.store.harvests import Progress, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store

    Add = Callable[..., list[int]]


def refused(raw: bytes = b"\x00\xff junk", *, reason: str = "cut_tail", offset: int = 7) -> Refused:
    """Bytes that could not be read."""
    return Refused(raw, "iso2709", reason, "the record ends early", "fond.mrc", offset)


def test_a_source_begins_without_progress_and_keeps_what_was_saved_last(any_store: Store) -> None:
    with any_store.write() as unit:
        assert unit.harvests.progress("catalogue") == Progress({}, {})
        unit.harvests.save_progress("catalogue", {"until": "2026-03-01"}, {"offset": 2**40, "имя": "қор"})
        unit.harvests.save_progress("catalogue", {"until": "2026-03-02"}, {})
        unit.harvests.save_progress("archive", {}, {"offset": 1})
    with any_store.read() as unit:
        assert unit.harvests.progress("catalogue") == Progress({"until": "2026-03-02"}, {})
        rows = unit.harvests.all_progress()
        assert [row["source"] for row in rows] == ["archive", "catalogue"]
        assert abs(rows[0]["updated_at"] - datetime.now(UTC)) < timedelta(minutes=5)


def test_seen_records_are_remembered_by_source_until_a_new_harvest_begins(any_store: Store) -> None:
    many = bulk.IN_LIMIT + 100
    with any_store.write() as unit:
        unit.harvests.mark_seen("catalogue", range(many))
        unit.harvests.mark_seen("archive", [1])
        assert unit.harvests.seen("catalogue", range(5, many + 50)) == set(range(5, many))
        unit.harvests.forget_seen("catalogue")
        assert unit.harvests.seen("catalogue", [1]) == set()
        assert unit.harvests.seen("archive", [1]) == {1}


def test_unseen_are_the_active_records_of_the_source_that_the_harvest_did_not_meet(
    any_store: Store, add: Add, noon: datetime
) -> None:
    met, absent, deleted = add(any_store, 1, 2, 3)
    (elsewhere,) = add(any_store, 4, source="archive")
    with any_store.write() as unit:
        unit.records.delete([deleted], run=1, at=noon)
        unit.harvests.mark_seen("catalogue", [met])
        unit.harvests.mark_seen("archive", [absent])
        assert unit.harvests.unseen("catalogue") == [(absent, "KZ2")]
        assert unit.harvests.unseen("archive") == [(elsewhere, "KZ4")]


def test_quarantine_keeps_the_bytes_the_place_and_the_reason(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        assert unit.harvests.quarantine("catalogue", [refused(offset=2**33)], run=5, at=noon) == 1
    with any_store.read() as unit:
        (row,) = unit.harvests.quarantined()
        assert (row["source"], row["reason"], row["offset"], row["bytes"], row["run_id"], row["at"]) == (
            "catalogue", "cut_tail", 2**33, 7, 5, noon,
        )  # fmt: skip
        assert "raw" not in row
        one = unit.harvests.quarantined_one(row["id"])
        assert one is not None
        assert one["raw"] == b"\x00\xff junk"
        assert unit.harvests.quarantined_one(404) is None


def test_the_same_bytes_are_one_entry_with_its_first_run_and_its_last_place(
    any_store: Store, noon: datetime
) -> None:
    later = noon + timedelta(days=1)
    with any_store.write() as unit:
        assert unit.harvests.quarantine("catalogue", [refused(), refused()], run=1, at=noon) == 1
        again = [refused(reason="junk", offset=99), refused(b"other")]
        assert unit.harvests.quarantine("catalogue", again, run=2, at=later) == 1
        assert unit.harvests.quarantine("archive", [refused()], run=3, at=later) == 1
        rows = unit.harvests.quarantined()
    assert [(row["source"], row["run_id"], row["reason"], row["offset"]) for row in rows] == [
        ("catalogue", 1, "junk", 99), ("catalogue", 2, "cut_tail", 7), ("archive", 3, "cut_tail", 7),
    ]  # fmt: skip
    assert [row["at"] for row in rows] == [noon, later, later]


def test_what_a_retry_took_leaves_quarantine_and_is_new_when_it_is_refused_again(
    any_store: Store, noon: datetime
) -> None:
    later = noon + timedelta(days=1)
    with any_store.write() as unit:
        unit.harvests.quarantine("catalogue", [refused()], run=1, at=noon)
        (row,) = unit.harvests.quarantined()
        unit.harvests.release(row["id"])
        assert unit.harvests.quarantined() == []
        assert [one["state"] for one in unit.harvests.quarantined(state=None)] == ["taken"]
        assert unit.harvests.quarantine("catalogue", [refused()], run=2, at=later) == 1
        (back,) = unit.harvests.quarantined()
    assert (back["id"], back["run_id"], back["at"]) == (row["id"], 2, later)


def test_places_and_details_that_no_database_can_hold_are_kept_as_far_as_can_be(
    any_store: Store, noon: datetime
) -> None:
    odd = Refused(
        b"x", "iso2709", "junk", "found '\0' here", b"\xe4\xf6.mrc".decode("utf-8", "surrogateescape"), 0
    )
    with any_store.write() as unit:
        unit.harvests.quarantine("catalogue", [odd], run=1, at=noon)
        (row,) = unit.harvests.quarantined()
    assert (row["detail"], row["file"]) == ("found '\ufffd' here", "\ufffd\ufffd.mrc")


def test_tombstones_stand_until_the_record_comes_back(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        unit.harvests.bury("catalogue", ["KZ2", "KZ1"], "absent", run=1, at=noon)
        unit.harvests.bury("archive", ["KZ1"], "absent", run=1, at=noon)
        unit.harvests.unbury("catalogue", ["KZ2", "KZ9"])
        assert [row["control_number"] for row in unit.harvests.tombstones("catalogue")] == ["KZ1"]
        assert [row["control_number"] for row in unit.harvests.tombstones("archive")] == ["KZ1"]
