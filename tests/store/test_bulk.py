"""Many rows at once: every value arrives as it was given, and a fault is SQLAlchemy's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.store import bulk, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.store.database import Store
    from rabis_sync.store.records import Incoming

ENTRY = tables.table(tables.LedgerEntry)
TOMBSTONE = tables.table(tables.Tombstone)
CONTENT = tables.table(tables.Content)
PAIR = tables.table(tables.Pair)

#: What an export format for rows could stumble over.
AWKWARD = [
    "",
    " ",
    "\t",
    "\n",
    "\r\n",
    "\\",
    "\\N",
    "\\.",
    "\\t",
    "'",
    '"',
    "''\"\"",
    ",;|",
    "\x1d\x1e\x1f",
    "\x01\x0b\x7f\x85",
    "NULL",
    "null",
    "қазақ ӘҒҚҢӨҰҮҺІ",
    "e\u0301",
    "\u2028\ufeff",
    "𐍈😀",
    "%s %(x)s ? :x",
]


def test_every_byte_value_arrives_as_it_was_given(
    any_store: Store, incoming: Callable[..., Incoming], noon: datetime
) -> None:
    every = bytes(range(256)) * 3
    blobs = [every, every[::-1], b"", b"\\x41", b"\\N\t\n", *(bytes([value]) for value in range(256))]
    with any_store.write() as unit:
        ids = unit.records.add(
            "catalogue", [incoming(at, raw=raw) for at, raw in enumerate(blobs)], run=1, at=noon
        )
    with any_store.read() as unit:
        assert [unit.records.raw(number)[0] for number in ids] == blobs


def test_awkward_text_arrives_as_it_was_given(
    any_store: Store, incoming: Callable[..., Incoming], noon: datetime
) -> None:
    with any_store.write() as unit:
        new = [incoming(at, canonical=text) for at, text in enumerate(AWKWARD)]
        ids = unit.records.add("catalogue", new, run=1, at=noon)
    with any_store.read() as unit:
        stored = unit.records.get(ids)
        assert [stored[number].canonical for number in ids] == AWKWARD


def test_empty_and_absent_stay_two_things(any_store: Store) -> None:
    columns = [
        "fingerprint",
        "record_id",
        "code",
        "severity",
        "inventory_number",
        "branch",
        "params",
        "state",
    ]
    columns += ["first_seen", "note", "catalogue"]
    table = tables.table(tables.Discrepancy)
    rows: list[tuple[Any, ...]] = [
        ("a", None, "", "", "", "", {}, "open", datetime.now(UTC), "", None),
        ("b", 0, "", "", "", "", {}, "open", datetime.now(UTC), "", {}),
    ]
    with any_store.write() as unit:
        bulk.insert(unit.connection, table, columns, rows)
    with any_store.read() as unit:
        read = sa.select(table.c.record_id, table.c.inventory_number, table.c.catalogue, table.c.params)
        found = unit.connection.execute(read.order_by(table.c.fingerprint)).all()
        assert [tuple(row) for row in found] == [(None, "", None, {}), (0, "", {}, {})]
        absent = sa.select(table.c.fingerprint).where(table.c.catalogue.is_(None))
        assert unit.connection.execute(absent).scalars().all() == ["a"]


@pytest.mark.parametrize("number", [0, -1, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)])
def test_whole_numbers_up_to_64_bits_arrive_as_they_were_given(any_store: Store, number: int) -> None:
    numbers = dict.fromkeys(("price", "amount", "quantity", "year"), number)
    row = dict.fromkeys((column.name for column in ENTRY.c), "") | numbers | {"position": 1}
    with any_store.write() as unit:
        bulk.insert(unit.connection, ENTRY, list(row), [tuple(row.values())])
    with any_store.read() as unit:
        (entry,) = unit.ledgers.entries()
        assert [entry[name] for name in ("price", "amount", "quantity", "year")] == [number] * 4


@pytest.mark.parametrize("number", [0.0, 0.1, 1 / 3, 1e-300, 123456789.987654321])
def test_scores_arrive_to_the_last_bit(
    any_store: Store, add: Callable[..., list[int]], number: float
) -> None:
    a, b = add(any_store, 1, 2)
    pair = {"record_a": a, "record_b": b, "verdict": "review", "score": number, "evidence": []}
    with any_store.write() as unit:
        unit.duplicates.replace([pair], [], run=1)
    with any_store.read() as unit:
        assert unit.duplicates.pairs()[0]["score"] == number


def test_moments_come_back_in_utc_whatever_zone_they_had(any_store: Store) -> None:
    almaty = timezone(timedelta(hours=5))
    moments = [
        datetime(2024, 3, 1, 0, 0, 0, 1, tzinfo=almaty),
        datetime(1899, 12, 31, 23, 59, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
    ]
    columns = ["source", "control_number", "reason", "successor", "run_id", "at"]
    rows = [("catalogue", str(at), "absent", "", 1, moment) for at, moment in enumerate(moments)]
    with any_store.write() as unit:
        bulk.insert(unit.connection, TOMBSTONE, columns, rows)
    with any_store.read() as unit:
        found = [row["at"] for row in unit.harvests.tombstones("catalogue")]
    assert found == moments
    assert all(moment.utcoffset() == timedelta(0) for moment in found)


def test_a_moment_without_a_zone_is_refused(any_store: Store) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  it is what is refused
    with (
        pytest.raises((ValueError, sa.exc.StatementError), match="without a time zone"),
        any_store.write() as unit,
    ):
        bulk.insert(unit.connection, TOMBSTONE, ["source", "control_number", "at"], [("a", "b", naive)])


def test_rows_are_taken_one_by_one_and_never_held_all_at_once(any_store: Store) -> None:
    taken = 0
    waiting: list[int] = []

    class Row(tuple[Any, ...]):
        __slots__ = ()

        def __del__(self) -> None:
            waiting.append(1)

    def rows() -> Iterator[tuple[Any, ...]]:
        nonlocal taken
        for taken in range(1, 2001):
            assert taken - len(waiting) < 50
            yield Row(("catalogue", taken))

    with any_store.write() as unit:
        bulk.insert(unit.connection, tables.table(tables.Seen), ["source", "record_id"], rows())
    assert taken == 2000


def test_no_rows_are_no_fault(any_store: Store) -> None:
    with any_store.write() as unit:
        bulk.insert(unit.connection, CONTENT, ["record_id"], [])
        bulk.upsert(unit.connection, CONTENT, [], ["record_id"])


def test_a_key_that_is_there_already_is_the_same_error_on_both_databases(any_store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), any_store.write() as unit:
        unit.harvests.mark_seen("catalogue", [1, 2, 1])


def test_a_reference_to_nothing_is_refused(any_store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError), any_store.write() as unit:
        unit.corrections.set_views([(404, "hash", "text")])


def test_an_error_does_not_spill_what_was_to_be_stored(any_store: Store) -> None:
    row = {"source": None, "control_number": "x", "reason": "Сырқатнама", "run_id": 1}
    with pytest.raises(sa.exc.StatementError) as caught, any_store.write() as unit:
        unit.connection.execute(sa.insert(TOMBSTONE), [row])
    assert "Сырқатнама" not in str(caught.value).split("DETAIL")[0]


def test_of_two_rows_with_one_key_the_later_one_stays(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        unit.harvests.bury("catalogue", ["1"], "absent", run=1, at=noon)
        unit.harvests.bury("catalogue", ["1", "2", "1"], "deleted_by_source", run=2, at=noon)
        found = unit.harvests.tombstones("catalogue")
    assert [(row["control_number"], row["reason"], row["run_id"]) for row in found] == [
        ("1", "deleted_by_source", 2),
        ("2", "deleted_by_source", 2),
    ]


def test_an_upsert_of_keys_alone_leaves_the_rows_as_they_are(any_store: Store) -> None:
    with any_store.write() as unit:
        for _ in range(2):
            rows = [{"source": "catalogue", "record_id": 1}]
            bulk.upsert(unit.connection, tables.table(tables.Seen), rows, ["source", "record_id"])
        assert unit.harvests.seen("catalogue", [1, 2]) == {1}


def test_chunks_lose_nothing_and_keep_the_order() -> None:
    cut = list(bulk.chunks(range(2001), 900))
    assert [len(chunk) for chunk in cut] == [900, 900, 201]
    assert [value for chunk in cut for value in chunk] == list(range(2001))
    assert list(bulk.chunks([])) == []


def test_text_of_others_that_no_database_can_hold_is_kept_as_far_as_can_be(any_store: Store) -> None:
    name = b"caf\xe9.xlsx".decode("utf-8", "surrogateescape")
    row = dict.fromkeys((column.name for column in ENTRY.c), "") | {
        "ledger": "book", "position": 1, "place": name, "title": "a\0b\0", "year": None, "price": None,
        "quantity": 1, "amount": None,
    }  # fmt: skip
    with any_store.write() as unit:
        bulk.insert(unit.connection, ENTRY, list(row), [tuple(row.values())])
        unit.harvests.save_progress("catalogue", {"file": name, "nul": "\0"}, {})
    with any_store.read() as unit:
        (entry,) = unit.ledgers.entries()
        assert (entry["place"], entry["title"]) == ("caf\ufffd.xlsx", "a\ufffdb\ufffd")
        assert unit.harvests.progress("catalogue").reached == {"file": "caf\ufffd.xlsx", "nul": "\0"}
