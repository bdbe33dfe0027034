"""Both sides come as streams in the order of their numbers, and what came of them is kept as it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.store.comparisons import BOOKING
from rabis_sync.store.ledgers import ENTRY_COLUMNS
from rabis_sync.store.records import ITEM

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store


def entry(key: str, **changed: Any) -> tuple[Any, ...]:
    values = dict.fromkeys(ENTRY_COLUMNS, "") | {"year": None, "price": None, "amount": None, "quantity": 1}
    return tuple((values | {"inventory_number": key, "inventory_key": key, **changed}).values())


def test_both_sides_come_in_the_order_of_code_points(any_store: Store, add: Callable[..., Any]) -> None:
    keys = ["10", "9", "Д1", "A1", "б2", "", "ә", "10"]
    ids = add(any_store, *range(len(keys)))
    with any_store.write() as unit:
        for number, key in zip(ids, keys, strict=True):
            unit.connection.execute(
                sa.update(ITEM).where(ITEM.c.record_id == number).values(inventory_key=key)
            )
        unit.ledgers.replace_entries("fond", [entry(key) for key in keys])
        unit.comparisons.count_rows()
        copies, bookings = list(unit.comparisons.copies()), list(unit.comparisons.bookings())
    assert [row[0] for row in copies if row[0] in keys] == [row[0] for row in bookings] == sorted(keys)
    assert [dict(zip(BOOKING, row, strict=True))["inventory_number"] for row in bookings] == [
        row[0] for row in bookings
    ]


def test_copies_of_some_records_are_asked_for_by_their_ids(any_store: Store, add: Callable[..., Any]) -> None:
    ids = add(any_store, 1, 2, 3)
    with any_store.read() as unit:
        assert {row[1] for row in unit.comparisons.copies([ids[1]])} == {ids[1]}
        assert list(unit.comparisons.copies([])) == []


def test_numbers_of_digits_alone_are_left_out_where_no_rule_changes_them(
    any_store: Store, add: Callable[..., Any]
) -> None:
    first, second = add(any_store, 1, 2)
    with any_store.write() as unit:
        unit.connection.execute(sa.update(ITEM).where(ITEM.c.record_id == first).values(inventory_key="12О4"))
        some = [row.record_id for row in unit.comparisons.keys(digits_alone=False)]
        everything = {row.record_id for row in unit.comparisons.keys(digits_alone=True)}
    assert (set(some), everything) == ({first}, {first, second})


def test_stock_not_catalogued_comes_back_in_the_order_of_the_books(any_store: Store) -> None:
    with any_store.write() as unit:
        unit.ledgers.replace_entries("fond", [entry(str(number)) for number in range(5)])
        unit.comparisons.replace_uncatalogued([("fond", 4), ("fond", 2)])
        assert [row.inventory_number for row in unit.comparisons.uncatalogued()] == ["1", "3"]
        unit.comparisons.replace_uncatalogued([])
        assert list(unit.comparisons.uncatalogued()) == []


def test_coverage_is_kept_whole_and_by_branch(any_store: Store) -> None:
    with any_store.write() as unit:
        unit.comparisons.replace_coverage([("Ұлы дала", "FIC", 3, 1), ("Абай", "", 2, 2)])
        unit.comparisons.replace_coverage([("Ұлы дала", "FIC", 4, 1), ("Абай", "", 2, 2)])
        assert unit.comparisons.coverage() == [
            {"branch": "Абай", "content_class": "", "copies": 2, "catalogued": 2},
            {"branch": "Ұлы дала", "content_class": "FIC", "copies": 4, "catalogued": 1},
        ]
