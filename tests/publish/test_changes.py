"""The log of what the public saw change: one entry a change, none rewritten, none lost to a killed run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.publish import step
from rabis_sync.publish.changes import KINDS, Change, Log

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.fields import MarcRecord


def told(library: Any) -> list[tuple[int, str, str, str]]:
    """The log as consumers read it: number, record, kind, reason."""
    index = json.loads((library.live / "changes" / "index.json").read_bytes())
    pages = [library.live / "changes" / page["url"].rsplit("/", 1)[1] for page in index["pages"]]
    entries = [entry for page in pages for entry in json.loads(page.read_bytes())["changes"]]
    assert index["head"] == (entries[-1]["seq"] if entries else 0)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    return [
        (one["seq"], one["item_id"].removeprefix("catalogue-"), one["kind"], one["reason"]) for one in entries
    ]


def test_every_fate_of_a_book_is_told_once(library: Any, book: Callable[..., MarcRecord]) -> None:
    library.add("b1", "b2")
    library.publish()
    library.store_record(book("b1", title="Караганда, исправленное заглавие"))
    library.publish()
    library.allow("b2", valid_until="2020-12-31")
    library.publish()
    library.publish()
    library.allow("b2")
    library.publish()
    library.delete("b1")
    library.publish()
    library.store_record(book("b1"))
    library.publish()
    assert told(library) == [
        (1, "b1", "create", ""),
        (2, "b2", "create", ""),
        (3, "b1", "update", ""),
        (4, "b2", "withdraw", "contract_ended"),
        (5, "b2", "restore", ""),
        (6, "b1", "delete", "record_deleted"),
        (7, "b1", "restore", ""),
    ]


def test_the_store_keeps_what_the_release_tells(library: Any) -> None:
    library.add("b1", "b2")
    library.publish()
    library.delete("b2")
    library.publish()
    with library.store.read() as unit:
        rows = unit.publications.changes()
    assert [(row["seq"], row["kind"]) for row in rows] == [(1, "create"), (2, "create"), (3, "delete")]
    assert {row["release"] for row in rows} <= set(library.releases())


def test_a_run_killed_before_it_saved_loses_no_entry_and_gives_no_number_twice(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("b1")
    library.publish()
    library.add("b2")
    with monkeypatch.context() as killed:
        killed.setattr(step, "_save", lambda *_: pytest.fail("killed"))
        with pytest.raises(pytest.fail.Exception):
            library.publish()
    library.add("b3")
    library.publish()
    assert [(seq, record) for seq, record, *_ in told(library)] == [(1, "b1"), (2, "b2"), (3, "b3")]
    with library.store.read() as unit:
        assert [row["seq"] for row in unit.publications.changes()] == [1, 2, 3]


def test_a_new_face_of_the_site_is_no_change_of_a_book(library: Any) -> None:
    library.add("b1")
    library.publish()
    library.change(site_url="https://other.example/kraeved/")
    assert library.publish().counts["changed"] == 1
    assert told(library) == [(1, "b1", "create", "")]


def test_an_edited_crosswalk_is_a_change_of_every_record(library: Any) -> None:
    library.add("b1")
    library.publish()
    families = dict(library.settings.exchange.families)
    library.change(exchange=type(library.settings.exchange)({"unimarc": families["unimarc"]}))
    library.publish()
    assert [kind for _, _, kind, _ in told(library)] == ["create", "update"]


def entry(seq: int, item: str, kind: str) -> Change:
    assert kind in KINDS
    return Change(seq, item, kind, None, "", "", "", given=False, release="")  # type: ignore[arg-type]


def test_logs_of_several_keepings_are_one() -> None:
    first, second, third = (entry(seq, "a", "update") for seq in (1, 2, 3))
    assert Log.joined([first, second], [second, third]).entries == (first, second, third)
    assert Log.joined().head == 0


def test_what_was_taken_back_is_known_whatever_was_edited_since() -> None:
    kinds = ["create", "withdraw", "update"]
    log = Log(tuple(entry(seq, "a", kind) for seq, kind in enumerate(kinds, 1)))
    assert log.taken_back() == {"a"}
    assert Log((*log.entries, entry(4, "a", "restore"))).taken_back() == set()


def test_a_full_page_of_the_log_is_never_written_again(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.changes.PAGE_SIZE", 2)
    library.add("b1", "b2")
    library.publish()
    page = library.live / "changes" / "00001.json"
    before = page.stat().st_ino
    library.add("b3")
    library.publish()
    assert (library.live / "changes" / "00001.json").stat().st_ino == before
    assert len(told(library)) == 3
