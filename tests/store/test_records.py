"""Records: numbered once, whole in all their parts, streamed in order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rabis_sync.errors import RecordError
from rabis_sync.store import bulk
from rabis_sync.store.records import Known

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rabis_sync.store.database import Store
    from rabis_sync.store.records import Incoming, Records

    Add = Callable[..., list[int]]
    Make = Callable[..., Incoming]


def numbers(records: Records, **chosen: object) -> list[str]:
    """Control numbers in the order of the stream."""
    return [one.control_number for batch in records.stream(**chosen) for one in batch]  # type: ignore[arg-type]  # tests choose


def test_ids_are_given_in_the_order_of_the_page_and_go_on_where_the_last_page_ended(
    any_store: Store, add: Add
) -> None:
    assert add(any_store, 30, 10, 20) == [1, 2, 3]
    assert add(any_store, 5, source="other") == [4]
    with any_store.read() as unit:
        assert numbers(unit.records) == ["KZ30", "KZ10", "KZ20", "KZ5"]


def test_an_empty_page_is_no_fault(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        assert unit.records.add("catalogue", [], run=1, at=noon) == []
        unit.records.change([], run=1, at=noon)
        unit.records.delete([], run=1, at=noon)
        assert unit.records.known("catalogue", []) == {}
        assert list(unit.records.stream()) == []


def test_writers_at_the_same_time_never_give_one_number_twice(any_store: Store, add: Add) -> None:
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda at: add(any_store, at), range(20)))
    assert sorted(number for (number,) in given) == list(range(1, 21))


def test_a_number_of_a_rolled_back_page_is_given_again(
    any_store: Store, add: Add, incoming: Make, noon: datetime
) -> None:
    with any_store.read() as unit:
        assert unit.records.add("catalogue", [incoming(1)], run=1, at=noon) == [1]
    assert add(any_store, 2) == [1]


def test_a_control_number_is_stored_once_in_a_source(any_store: Store, add: Add) -> None:
    add(any_store, 1)
    with pytest.raises(sa.exc.IntegrityError):
        add(any_store, 1)
    assert add(any_store, 1, source="other") == [2]


def test_what_is_known_is_found_in_lists_longer_than_one_statement_takes(any_store: Store, add: Add) -> None:
    many = bulk.IN_LIMIT * 2 + 7
    ids = add(any_store, *range(many))
    with any_store.read() as unit:
        found = unit.records.known("catalogue", (f"KZ{at}" for at in range(many + 50)))
        assert sorted(known.id for known in found.values()) == ids
        assert len(found) == many
        assert found["KZ7"] == Known(ids[7], f"{7:032x}", "active")
        assert unit.records.known("other", ["KZ7"]) == {}
        assert len(unit.records.get(ids)) == len(unit.records.control_numbers(ids)) == many


def test_a_record_holding_the_zero_character_is_refused_alike_on_both_databases(
    any_store: Store, incoming: Make, noon: datetime
) -> None:
    with pytest.raises(RecordError, match="'KZ2' holds U\\+0000"), any_store.write() as unit:
        unit.records.add("catalogue", [incoming(1), incoming(2, canonical="a\0b")], run=1, at=noon)
    with any_store.read() as unit:
        assert unit.records.counts("catalogue") == {}


def test_items_come_with_their_record_and_every_column(
    any_store: Store, incoming: Make, noon: datetime, item_columns: list[str]
) -> None:
    new = [incoming(2, items=2), incoming(1, items=0), incoming(3, items=1)]
    with any_store.write() as unit:
        unit.records.add("catalogue", new, run=1, at=noon)
        items = list(unit.records.items())
    assert [(item["record_id"], item["position"]) for item in items] == [(1, 1), (1, 2), (3, 1)]
    assert {(item["source"], item["control_number"]) for item in items} == {
        ("catalogue", "KZ2"),
        ("catalogue", "KZ3"),
    }
    assert tuple(items[1][name] for name in item_columns) == new[0].items[1]
    assert items[0]["withdrawn"] is False


def test_match_rows_come_with_every_column(
    any_store: Store, incoming: Make, noon: datetime, match_columns: list[str]
) -> None:
    new = incoming(1)
    with any_store.write() as unit:
        unit.records.add("catalogue", [new], run=1, at=noon)
        (row,) = unit.records.match_rows()
    assert row["record_id"] == 1
    assert tuple(row[name] for name in match_columns) == new.match


def test_a_changed_record_keeps_its_number_and_nothing_of_its_former_parts(
    any_store: Store, incoming: Make, add: Add, noon: datetime
) -> None:
    one, other = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.records.mark_checked([one, other], "rules")
        unit.corrections.set_views([(one, "old", "corrected view of the former content")])
        new = incoming(9, items=3, control_number="KZ1", family="marc21", profile="koha_952")
        unit.records.change([(one, new)], run=2, at=noon)
    with any_store.read() as unit:
        stored = unit.records.get([one])[one]
        assert (stored.control_number, stored.canonical, stored.content_hash) == (
            "KZ1",
            new.canonical,
            new.content_hash,
        )
        assert (stored.family, stored.profile) == ("marc21", "koha_952")
        assert unit.records.raw(one) == (b"raw 9", "iso2709", "utf-8")
        assert [item["inventory_number"] for item in unit.records.items()] == ["9-1", "9-2", "9-3", "2-1"]
        assert [row["title"] for row in unit.records.match_rows()] == ["қалқаман 9", "қалқаман 2"]
        assert numbers(unit.records, not_checked_with="rules") == ["KZ1"]


def test_a_deleted_record_leaves_the_work_and_keeps_its_content(
    any_store: Store, incoming: Make, add: Add, noon: datetime
) -> None:
    gone, stays = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.corrections.set_views([(gone, "x", "corrected")])
        unit.records.delete([gone], run=2, at=noon)
        assert unit.records.counts("catalogue") == {"active": 1, "deleted": 1}
        assert numbers(unit.records) == ["KZ2"]
        assert [item["record_id"] for item in unit.records.items()] == [stays]
        assert [row["record_id"] for row in unit.records.match_rows()] == [stays]
        assert unit.records.raw(gone)[0] == b"raw 1"
        assert unit.records.get([gone])[gone].canonical == incoming(1).canonical
        assert unit.records.known("catalogue", ["KZ1"])["KZ1"].state == "deleted"


def test_a_deleted_record_that_comes_back_is_whole_again(
    any_store: Store, incoming: Make, add: Add, noon: datetime
) -> None:
    (number,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.records.delete([number], run=2, at=noon)
        unit.records.change([(number, incoming(1))], run=3, at=noon)
        assert unit.records.counts("catalogue") == {"active": 1}
        assert len(list(unit.records.items())) == len(list(unit.records.match_rows())) == 1


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_a_stream_gives_every_active_record_once_whatever_the_batch(
    any_store: Store, add: Add, noon: datetime, batch: int
) -> None:
    ids = add(any_store, *range(7))
    add(any_store, 7, 8, source="other")
    with any_store.write() as unit:
        unit.records.delete(ids[2:4], run=2, at=noon)
    with any_store.read() as unit:
        assert numbers(unit.records, batch=batch) == ["KZ0", "KZ1", "KZ4", "KZ5", "KZ6", "KZ7", "KZ8"]
        assert numbers(unit.records, batch=batch, source="other") == ["KZ7", "KZ8"]
        assert all(len(cut) <= batch for cut in unit.records.stream(batch=batch))


def test_a_stream_may_be_marked_as_it_goes(any_store: Store, add: Add) -> None:
    add(any_store, *range(10))
    met: list[int] = []
    with any_store.write() as unit:
        for batch in unit.records.stream(not_checked_with="rules", batch=3):
            met += [one.id for one in batch]
            unit.records.mark_checked([one.id for one in batch], "rules")
        assert met == list(range(1, 11))
        assert numbers(unit.records, not_checked_with="rules") == []
        assert len(numbers(unit.records, not_checked_with="newer rules")) == 10


def test_the_corrected_view_is_read_unless_the_harvested_one_is_asked_for(
    any_store: Store, incoming: Make, add: Add
) -> None:
    (number,) = add(any_store, 1)
    with any_store.write() as unit:
        unit.corrections.set_views([(number, f"{1:032x}", "corrected")])
    with any_store.read() as unit:
        assert unit.records.get([number])[number].canonical == "corrected"
        assert unit.records.find("KZ1")[0].canonical == "corrected"
        assert unit.records.get([number], harvested=True)[number].canonical == incoming(1).canonical
        assert [one.canonical for batch in unit.records.stream(harvested=True) for one in batch] == [
            incoming(1).canonical
        ]


def test_a_control_number_is_found_in_one_source_or_in_all(any_store: Store, add: Add) -> None:
    add(any_store, 1, 2)
    add(any_store, 1, source="archive")
    with any_store.read() as unit:
        assert [one.source for one in unit.records.find("KZ1")] == ["archive", "catalogue"]
        assert [one.id for one in unit.records.find("KZ1", "catalogue")] == [1]
        assert unit.records.find("KZ9") == []
        assert unit.records.sources() == ["archive", "catalogue"]


def test_the_bytes_of_no_record_are_an_error(any_store: Store) -> None:
    with pytest.raises(sa.exc.NoResultFound), any_store.read() as unit:
        unit.records.raw(404)


def test_finding_by_control_number_reads_an_index(store: Store) -> None:
    with store.read() as unit:
        plan = unit.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM record WHERE control_number = 'KZ1'"
        ).all()
    assert "SEARCH record USING COVERING INDEX" in str(plan)


def test_a_changed_record_keeps_its_earlier_contents_the_newest_ones(
    any_store: Store, add: Add, incoming: Make, noon: datetime
) -> None:
    (number,) = add(any_store, 1)
    for run in range(2, 7):
        changed = incoming(1)._replace(content_hash=f"hash {run}", raw=b"\x00\xff" + bytes([run]))
        with any_store.write() as unit:
            unit.records.change([(number, changed)], run=run, at=noon, keep=3)
    with any_store.read() as unit:
        versions = unit.records.versions(number)
    assert [one["content_hash"] for one in versions] == ["hash 5", "hash 4", "hash 3"]
    assert [one["raw"][-1] for one in versions] == [5, 4, 3]
    assert {one["replaced_at"] for one in versions} == {noon}


def test_no_earlier_contents_are_kept_where_none_are_wanted(
    any_store: Store, add: Add, incoming: Make, noon: datetime
) -> None:
    (number,) = add(any_store, 1)
    for keep in (2, 0):
        with any_store.write() as unit:
            unit.records.change([(number, incoming(1))], run=2 + keep, at=noon, keep=keep)
    with any_store.read() as unit:
        assert unit.records.versions(number) == []
