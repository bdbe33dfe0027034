"""Ledger entries as they were last read, and the discrepancies that stand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.store import bulk, ledgers, tables
from rabis_sync.store.ledgers import ENTRY_COLUMNS, Stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store, Unit

    Add = Callable[..., list[int]]

DISCREPANCY = tables.table(tables.Discrepancy)


def entry(number: str, **changed: Any) -> tuple[Any, ...]:
    """A row of the books."""
    row: dict[str, Any] = dict.fromkeys(ENTRY_COLUMNS, "") | {
        "inventory_number": number, "inventory_key": number, "year": None, "price": 10**12, "quantity": 1,
        "amount": None, "currency": "KZT", "branch": "Абай", "movement": "copy",
    } | changed  # fmt: skip
    return tuple(row[name] for name in ENTRY_COLUMNS)


def discrepancy(mark: str, **changed: Any) -> dict[str, Any]:
    """Where catalogue and books disagree."""
    return {
        "fingerprint": mark, "code": "MISSING_IN_LEDGER", "severity": "error",
        "inventory_number": f"№ {mark}", "branch": "Абай", "record_id": None,
        "catalogue": {"price": "12.50"}, "ledger": None, "params": {},
    } | changed  # fmt: skip


def states(unit: Unit) -> dict[str, str]:
    """State by fingerprint."""
    found = unit.ledgers.discrepancies(states=("open", "closed", "accepted"))
    return {one["fingerprint"]: one["state"] for one in found}


def test_the_entries_of_a_ledger_are_replaced_and_those_of_another_stay(any_store: Store) -> None:
    with any_store.write() as unit:
        unit.ledgers.replace_entries("fond", [entry("1"), entry("2")])
        unit.ledgers.replace_entries("gifts", (entry(str(at)) for at in range(3)))
        unit.ledgers.replace_entries("fond", [entry("9", title="Тау\0", price=None)])
    with any_store.read() as unit:
        found = list(unit.ledgers.entries(batch=2))
    assert [(row["ledger"], row["position"], row["inventory_number"]) for row in found] == [
        ("fond", 1, "9"), ("gifts", 1, "0"), ("gifts", 2, "1"), ("gifts", 3, "2"),
    ]  # fmt: skip
    assert (found[0]["title"], found[0]["price"], found[1]["price"]) == ("Тау\ufffd", None, 10**12)


@pytest.mark.parametrize(("few", "written_last"), [(1, 5), (5000, 2)])
def test_entries_that_stay_are_not_written_and_a_ledger_grows_shrinks_and_moves(
    any_store: Store, monkeypatch: pytest.MonkeyPatch, few: int, written_last: int
) -> None:
    written: list[int] = []

    def insert(connection: Any, table: Any, columns: Any, rows: Any) -> None:
        rows = list(rows)
        written[-1] += len(rows)
        bulk_insert(connection, table, columns, rows)

    bulk_insert = bulk.insert
    monkeypatch.setattr(bulk, "insert", insert)
    monkeypatch.setattr(ledgers, "FEW", few)
    monkeypatch.setattr(ledgers, "BATCH", 2)
    for state in ("1234", "1294", "12", "12", "", "0123", "01239", "98239"):
        written.append(0)
        with any_store.write() as unit:
            unit.ledgers.replace_entries("fond", map(entry, state))
        with any_store.read() as unit:
            found = [(row["position"], row["inventory_number"]) for row in unit.ledgers.entries()]
        assert found == list(enumerate(state, 1))
    assert written == [4, 1, 0, 0, 0, 4, 1, written_last]


def test_rows_that_a_number_stands_for_are_left_as_they_are_wherever_they_stand(any_store: Store) -> None:
    known = [Stretch(2, "d2", {"words": []}), Stretch(5, "d5", {})]
    with any_store.write() as unit:
        unit.ledgers.replace_entries("fond", map(entry, "123456"), known)
        unit.ledgers.replace_entries("gifts", [entry("9")], known[:1])
        unit.ledgers.replace_entries("fond", [2, entry("7"), 1, entry("8"), entry("6"), entry("9")], known)
    with any_store.read() as unit:
        assert "".join(row["inventory_number"] for row in unit.ledgers.entries()) == "12748699"
        assert (unit.ledgers.stretches("fond"), unit.ledgers.stretches("gifts")) == (known, known[:1])
    with any_store.write() as unit:
        unit.ledgers.replace_entries("fond", [entry("1"), 2])
    with any_store.read() as unit:
        assert "".join(row["inventory_number"] for row in unit.ledgers.entries()) == "1279"
        assert unit.ledgers.stretches("fond") == []


def test_the_totals_of_a_ledger_are_replaced_and_come_back_as_they_were(any_store: Store) -> None:
    texts = ("book", "", "", "", "", "", "worn")
    total = ("a.xlsx · 3", "written_off", "7", *texts, None, 12, 10**12, "KZT", {"language": {"kaz": 12}})
    with any_store.write() as unit:
        unit.ledgers.replace_summaries("fond", [total, total])
        unit.ledgers.replace_summaries("fond", [total])
    with any_store.read() as unit:
        (found,) = unit.ledgers.summaries()
    assert tuple(found.values()) == ("fond", 1, *total)


def test_a_discrepancy_is_new_then_stands_then_is_closed_then_new_again(
    any_store: Store, noon: datetime
) -> None:
    days = [noon + timedelta(days=at) for at in range(4)]
    a, b = discrepancy("a"), discrepancy("b")
    with any_store.write() as unit:
        replace = unit.ledgers.replace_discrepancies
        assert replace([a, b], at=days[0]) == {"new": 2, "standing": 0, "closed": 0}
        assert replace([b, a], at=days[1]) == {"new": 0, "standing": 2, "closed": 0}
        assert replace([a], at=days[2]) == {"new": 0, "standing": 1, "closed": 1}
        assert replace([a], at=days[2]) == {"new": 0, "standing": 1, "closed": 0}
        assert states(unit) == {"a": "open", "b": "closed"}
        (closed,) = unit.ledgers.discrepancies(states=("closed",))
        assert closed["closed_at"] == days[2]
        assert replace([a, b], at=days[3]) == {"new": 1, "standing": 1, "closed": 0}
        found = unit.ledgers.discrepancies()
    assert [(row["first_seen"], row["closed_at"]) for row in found] == [(days[0], None)] * 2


def test_one_that_stands_shows_what_both_sides_say_today_and_keeps_a_persons_word(
    any_store: Store, noon: datetime
) -> None:
    with any_store.write() as unit:
        unit.ledgers.replace_discrepancies([discrepancy("a")], at=noon)
        unit.connection.execute(sa.update(DISCREPANCY).values(state="accepted", note="келісілді"))
        changed = discrepancy("a", severity="info", catalogue=None, ledger={"price": "13.00"})
        assert unit.ledgers.replace_discrepancies([changed], at=noon)["standing"] == 1
        (row,) = unit.ledgers.discrepancies(states=("accepted",))
    assert (row["severity"], row["catalogue"], row["ledger"], row["note"]) == (
        "info", None, {"price": "13.00"}, "келісілді",
    )  # fmt: skip


def test_discrepancies_come_with_their_record_where_there_is_one(any_store: Store, add: Add) -> None:
    (one,) = add(any_store, 1)
    with any_store.write() as unit:
        found = [discrepancy("b"), discrepancy("a", record_id=one)]
        unit.ledgers.replace_discrepancies(found)
        rows = unit.ledgers.discrepancies()
    assert [(row["fingerprint"], row["source"], row["control_number"]) for row in rows] == [
        ("a", "catalogue", "KZ1"),
        ("b", None, None),
    ]


def test_more_discrepancies_than_one_statement_takes_are_closed_at_once(any_store: Store) -> None:
    many = [discrepancy(str(at)) for at in range(bulk.IN_LIMIT + 100)]
    with any_store.write() as unit:
        unit.ledgers.replace_discrepancies(many)
        assert unit.ledgers.replace_discrepancies([])["closed"] == len(many)
        assert unit.ledgers.replace_discrepancies(many)["new"] == len(many)


def test_one_that_was_accepted_and_says_something_else_is_open_again(
    any_store: Store, noon: datetime
) -> None:
    with any_store.write() as unit:
        unit.ledgers.replace_discrepancies([discrepancy("a", params={"ledger": "12.00"})], at=noon)
        unit.connection.execute(sa.update(DISCREPANCY).values(state="accepted", note="келісілді"))
        unit.ledgers.replace_discrepancies([discrepancy("a", params={"ledger": "12.00"})], at=noon)
        assert unit.ledgers.discrepancies() == []
        unit.ledgers.replace_discrepancies([discrepancy("a", params={"ledger": "13.00"})], at=noon)
        (row,) = unit.ledgers.discrepancies()
    assert (row["first_seen"], row["note"], row["params"]) == (noon, "келісілді", {"ledger": "13.00"})
