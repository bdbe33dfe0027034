"""A fresher source tells of some copies; the others stay."""

from __future__ import annotations

from typing import Any

from rabis_sync.harvest.copies import refreshed
from rabis_sync.harvest.reading import item_rows
from rabis_sync.marc.items import Item


def copy(number: str = "", barcode: str = "", status: str = "available", **told: Any) -> Item:
    plain = Item(
        number, number, barcode, "", "", "", None, "", "", "", "", "", status, status == "written_off", 1
    )
    return plain._replace(**told)


def after(stored: list[Item], *fresh: Item) -> list[tuple[object, ...]]:
    return refreshed(item_rows(stored), item_rows(fresh))


def test_what_is_not_told_stays_and_what_is_told_counts() -> None:
    stored = [copy("1", branch="ЦГБ", call_number="84", act_in="17"), copy("2")]
    assert after(stored, copy("1", "B1", "lost", branch="Ф5")) == item_rows(
        [copy("1", "B1", "lost", branch="Ф5", call_number="84", act_in="17"), copy("2")]
    )


def test_a_copy_is_known_by_its_barcode_where_it_has_no_number() -> None:
    assert after([copy("", "B1")], copy("7", "B1")) == item_rows([copy("7", "B1")])


def test_new_copies_are_added_in_their_order_and_nothing_is_taken_for_two() -> None:
    assert after([copy("1")], copy("2"), copy("3")) == item_rows([copy("1"), copy("2"), copy("3")])
    assert len(after([copy("1")], copy("1"), copy("1"))) == 2
    assert len(after([copy()], copy())) == 2


def test_a_group_keeps_its_number_until_it_is_written_off() -> None:
    stored = [copy("1", quantity=5)]
    assert after(stored, copy("1")) == item_rows(stored)
    written_off = copy("1", status="written_off", quantity=0)
    assert after(stored, written_off) == item_rows([written_off])
    assert after([written_off], copy("1")) == item_rows([copy("1")])


def test_the_same_told_twice_changes_nothing() -> None:
    fresh = [copy("1", "B1", "lost"), copy("9", "B9")]
    once = after([copy("1"), copy("2")], *fresh)
    assert refreshed(once, item_rows(fresh)) == once
