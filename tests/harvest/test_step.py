"""A harvest loses nothing, doubles nothing, and stops before it destroys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.errors import EmptySource, FatalError, GuardStop, NotMarc, SourceAway
from rabis_sync.harvest.retry import retry
from rabis_sync.harvest.step import FATES
from rabis_sync.marc.codec import encode_iso2709
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.store.harvests import Refused
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.runs import StepReport

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def told(report: StepReport) -> dict[str, int]:
    """The counts that are not zero."""
    return {name: number for name, number in report.counts.items() if number}


def test_every_record_is_stored_once(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(25)))
    report = library.harvest()
    assert told(report) == {"received": 25, "new": 25}
    assert library.titles() == {f"b{n}": f"Книга {n}" for n in range(25)}


def test_what_was_received_is_what_was_dealt_with(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(20)))
    library.harvest()
    library.export(
        *(book(n) for n in range(15)),
        book(15, "Иначе"),
        book(16, status="d"),
        book(17),
        book(17),
        b"junk\x1d",
        book(18),
        book(19),
        book(30),
    )
    counts = library.harvest().counts
    assert counts["received"] == sum(counts[fate] for fate in FATES)
    assert {fate: counts[fate] for fate in FATES} == {
        "new": 1, "changed": 1, "unchanged": 18, "deleted": 1, "repeated": 1, "quarantined": 1,
    }  # fmt: skip


def test_an_unchanged_file_is_not_read_again(library: Any, book: Callable[..., bytes]) -> None:
    library.export(book(1))
    library.harvest()
    assert told(library.harvest()) == {}
    assert told(library.harvest(full=True)) == {"received": 1, "unchanged": 1}


def test_a_deleted_record_leaves_a_tombstone_and_can_come_back(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(book(1), book(2))
    library.harvest()
    library.export(book(1), book(2, status="d"))
    library.harvest()
    assert set(library.titles()) == {"b1"}
    with library.store.read() as unit:
        assert [(one["control_number"], one["reason"]) for one in unit.harvests.tombstones("cat")] == [
            ("b2", "deleted_by_source")
        ]
        assert [item["control_number"] for item in unit.records.items()] == ["b1"]
    library.export(book(1), book(2))
    library.harvest()
    assert set(library.titles()) == {"b1", "b2"}
    with library.store.read() as unit:
        assert unit.harvests.tombstones("cat") == []


def test_what_is_absent_from_a_complete_source_was_deleted(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    library.export(*(book(n) for n in range(28)))
    assert told(library.harvest()) == {"received": 28, "unchanged": 28, "absent": 2}
    assert len(library.titles()) == 28


def test_what_is_absent_from_a_partial_source_stays(library: Any, book: Callable[..., bytes]) -> None:
    library.export(book(1), book(2))
    library.harvest()
    library.export(book(2))
    library.harvest(complete=False)
    assert set(library.titles()) == {"b1", "b2"}


def test_too_many_absent_records_stop_the_run_before_one_is_deleted(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(*(book(n) for n in range(100)))
    library.harvest()
    library.export(*(book(n) for n in range(50)), book(200))
    with pytest.raises(GuardStop, match="50 of 101") as stopped:
        library.harvest()
    assert stopped.value.exit_code == 3
    assert len(library.titles()) == 101, "the new record was taken, none deleted"
    with pytest.raises(GuardStop, match="50 of 101"):
        library.harvest()
    assert told(library.harvest(max_deleted_share=0.5))["absent"] == 50


def test_an_export_that_cannot_be_read_stops_the_run_before_its_page_is_taken(
    library: Any, book: Callable[..., bytes]
) -> None:
    nameless = encode_iso2709(
        MarcRecord("00000nam0 2200000   450 ", (Field.data("200", "1 ", [("a", "Без номера")]),))
    )
    spoilt = [nameless.replace("номера".encode(), f"номер{n}".encode()) for n in range(8)]
    library.export(*(book(n) for n in range(20)), *spoilt)
    with pytest.raises(GuardStop, match="8 of 28 records received so far cannot be read") as stopped:
        library.harvest(max_rejected_share=0.2, max_rejected_number=5)
    assert "max_rejected" in stopped.value.hint
    assert len(library.titles()) == 20, "the pages before it are kept"
    with library.store.read() as unit:
        assert unit.harvests.quarantined() == []
    assert library.harvest(max_rejected_share=0.3, max_rejected_number=5).outcome == "quarantined"
    assert library.harvest(max_rejected_share=0, max_rejected_number=0).outcome == "done", "none of it is new"


@pytest.mark.parametrize("complete", [True, False])
def test_an_empty_source_that_had_records_is_a_guard_stop(
    library: Any, book: Callable[..., bytes], *, complete: bool
) -> None:
    library.export(book(1))
    library.harvest()
    library.export()
    with pytest.raises(GuardStop, match="is empty but had 1"):
        library.harvest(complete=complete)
    assert set(library.titles()) == {"b1"}


def test_an_empty_first_harvest_is_a_failure(library: Any) -> None:
    library.export()
    with pytest.raises(EmptySource) as caught:
        library.harvest()
    assert caught.value.exit_code == 1


def test_a_missing_export_is_a_matter_of_trying_later(library: Any) -> None:
    with pytest.raises(SourceAway) as caught:
        library.harvest("nothing.mrc")
    assert caught.value.exit_code == 75


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\n%\xe2\xe3", b"<!DOCTYPE html><html><body>404</body></html>", b"PK\x03\x04" + b"\0" * 50],
)
def test_a_file_that_is_no_marc_changes_nothing(
    library: Any, book: Callable[..., bytes], content: bytes
) -> None:
    library.export(book(1))
    library.harvest()
    library.export(content)
    with pytest.raises(NotMarc) as caught:
        library.harvest()
    assert caught.value.exit_code == 1
    assert set(library.titles()) == {"b1"}


def test_the_second_record_of_a_repeated_number_is_kept_but_not_taken(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(book(1, "Первая"), *(book(n) for n in range(2, 15)), book(1, "Вторая"))
    report = library.harvest()
    assert library.titles()["b1"] == "Первая"
    assert report.counts["repeated"] == 1
    assert report.outcome == "quarantined"
    with library.store.read() as unit:
        kept = unit.harvests.quarantined()
    assert [one["reason"] for one in kept] == ["repeated_control_number"]


def test_the_same_junk_is_new_to_quarantine_only_once(library: Any, book: Callable[..., bytes]) -> None:
    library.export(book(1), b"00100 broken \x1d")
    assert library.harvest().outcome == "quarantined"
    assert library.harvest(full=True).outcome == "done"


def test_a_record_without_identity_goes_to_quarantine_and_is_taken_when_it_can_be(
    library: Any, book: Callable[..., bytes], reader: Any
) -> None:
    whole = book(7)
    with library.store.write() as unit:
        unit.harvests.quarantine("cat", [Refused(whole, "iso2709", "directory", "", "f", 0)], run=1, at=NOW)
    assert retry(library.store, {"cat": reader}, StepContext(1, NOW)) == (1, 0)
    assert set(library.titles()) == {"b7"}


def test_an_interrupted_harvest_goes_on_where_it_stopped(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(35)), name="a.mrc")
    library.export(*(book(n) for n in range(35, 50)), name="b.mrc")
    whole = library.source()

    class Breaking:
        def pages(self, *args: Any, **named: Any) -> Any:
            for number, page in enumerate(whole.pages(*args, **named)):
                if number == 2:
                    raise FatalError("pulled out")
                yield page

    with pytest.raises(FatalError):
        library.harvest_from(Breaking())
    assert len(library.titles()) == 20
    assert told(library.harvest()) == {"received": 30, "new": 30}
    assert len(library.titles()) == 50


def test_a_file_that_changed_meanwhile_is_read_from_its_beginning(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(*(book(n) for n in range(35)))
    library.harvest(limit=10)
    library.export(*(book(n, "Новое") for n in range(35)))
    assert library.harvest().counts["received"] == 35
    assert set(library.titles().values()) == {"Новое"}


def test_a_limited_harvest_finishes_nothing(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(35)))
    assert library.harvest(limit=10).counts["received"] == 10
    assert library.harvest().counts["received"] == 35
    assert len(library.titles()) == 35


def test_a_record_that_can_no_longer_be_read_is_not_taken_for_absent(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(*(book(n) for n in range(30)))
    library.harvest()
    damaged = book(7)[:-20] + b"\0" * 19 + b"\x1d"
    library.export(*(book(n) for n in range(29) if n != 7), damaged)
    assert told(library.harvest())["absent"] == 1
    assert set(library.titles()) == {f"b{n}" for n in range(29)}


def test_the_pace_of_a_harvest_is_told_page_by_page(library: Any, book: Callable[..., bytes]) -> None:
    library.export(*(book(n) for n in range(25)))
    library.harvest()
    assert [text.rpartition(", ")[0] for text in library.paces] == [
        "10 records, 1 pages",
        "20 records, 2 pages",
        "25 records, 3 pages",
    ]


def indexes_of_items(library: Any) -> set[str]:
    with library.store.read() as unit:
        return {one["name"] for one in sa.inspect(unit.connection).get_indexes("item")}


def test_a_first_harvest_fills_its_tables_without_the_index_of_copies_and_leaves_it_there(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(*(book(number) for number in range(30)))
    met: list[set[str]] = []

    class Watched:
        def pages(self, *args: Any, **named: Any) -> Any:
            for page in library.source().pages(*args, **named):
                met.append(indexes_of_items(library))
                yield page

    library.harvest_from(Watched())
    assert met == [{"ix_item_inventory_key"}, set(), set()]
    assert indexes_of_items(library) == {"ix_item_inventory_key"}
    library.export(*(book(number, "Другая") for number in range(30)))
    library.harvest_from(Watched())
    assert met[3:] == [{"ix_item_inventory_key"}] * 3


def test_the_index_of_copies_that_a_stopped_harvest_left_out_comes_with_the_next_one(
    library: Any, book: Callable[..., bytes]
) -> None:
    library.export(*(book(number) for number in range(30)))

    class Broken:
        def pages(self, *args: Any, **named: Any) -> Any:
            yield next(iter(library.source().pages(*args, **named)))
            raise OSError("the disk went away")

    with pytest.raises(OSError, match="went away"):
        library.harvest_from(Broken())
    assert indexes_of_items(library) == set()
    library.harvest()
    assert indexes_of_items(library) == {"ix_item_inventory_key"}
