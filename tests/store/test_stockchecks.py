"""Stock checks in the store: lines as written, an outcome frozen and let go again, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.store.database import Store

LINES = [
    (1, "", "Инв. №\t\x00", "", "number", "heading"),
    (3, "Лист1", "10001\t15:02", "10001", "number", ""),
]


def test_a_file_is_kept_line_by_line_and_taken_out_again(any_store: Store, noon: datetime) -> None:
    with any_store.write() as unit:
        number = unit.stockchecks.open("Филиал № 3", at=noon)
        file = unit.stockchecks.add_file(number, "scan.txt", "ab" * 32, 1, LINES, at=noon)
    with any_store.read() as unit:
        assert unit.stockchecks.lines(file) == [
            (1, "", "Инв. №\t\N{REPLACEMENT CHARACTER}", "", "number", "heading"), LINES[1],
        ]  # fmt: skip
        [told] = unit.stockchecks.files(number)
        assert (told["name"], told["lines"], told["blank"], told["at"]) == ("scan.txt", 2, 1, noon)
    with any_store.write() as unit:
        unit.stockchecks.drop_file(file)
        assert (unit.stockchecks.files(number), unit.stockchecks.lines(file)) == ([], [])
        unit.stockchecks.forget(number)
        assert unit.stockchecks.get(number) is None


def test_an_outcome_is_frozen_and_let_go_again(any_store: Store, noon: datetime) -> None:
    found = [("found", {"number": "1"}), ("missing", {"number": "2", "title": "Абай жолы"})]
    with any_store.write() as unit:
        number = unit.stockchecks.open("Филиал № 3", at=noon)
        unit.stockchecks.close(number, {"totals": {"found": 1}}, found, at=noon)
    with any_store.read() as unit:
        check = unit.stockchecks.get(number)
        assert check is not None
        assert (check["state"], check["closed_at"], check["outcome"]) == (
            "closed",
            noon,
            {"totals": {"found": 1}},
        )
        assert list(unit.stockchecks.findings(number)) == [detail for _, detail in found]
        assert [one["state"] for one in unit.stockchecks.all()] == ["closed"]
    with any_store.write() as unit:
        unit.stockchecks.reopen(number)
        check = unit.stockchecks.get(number)
        assert check is not None
        assert (check["state"], check["outcome"], list(unit.stockchecks.findings(number))) == (
            "open",
            None,
            [],
        )
