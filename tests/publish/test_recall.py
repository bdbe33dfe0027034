"""A night on which little changed: what is known is not made again, what is taken over says its new name."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.headings import Contributor, Subject
from rabis_sync.publish import item as item_module
from rabis_sync.publish import plan, release
from rabis_sync.publish.encoding import from_json, to_json
from rabis_sync.publish.item import Description
from rabis_sync.publish.recall import Items
from tests.contracts.test_feed_contract import BARE, FULL

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.publish.item import PublicItem


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Records of the items that were made."""
    found: list[str] = []
    make = plan.make_item

    def told(identity: Any, *rest: Any, **related: Any) -> Any:
        found.append(identity.record)
        return make(identity, *rest, **related)

    monkeypatch.setattr(plan, "make_item", told)
    return found


def test_on_a_night_without_a_change_no_item_is_made(library: Any, made: list[str]) -> None:
    library.add("b1", "b2")
    library.publish()
    assert sorted(made) == ["b1", "b2"]
    made.clear()
    assert library.publish().counts["changed"] == 0
    assert made == []


def test_what_nobody_is_shown_is_no_change_although_the_item_is_made_again(
    library: Any, made: list[str], book: Callable[..., MarcRecord]
) -> None:
    library.add("b1", "b2")
    library.publish()
    made.clear()
    record = book("b1")
    copy = Field.data("899", "  ", [("a", "ЦГБ"), ("j", "К63.3"), ("p", "another number")])
    fields = [copy if one.tag == "899" else one for one in record.fields]
    library.store_record(MarcRecord(record.leader, tuple(fields)))
    assert library.publish().counts["changed"] == 0
    assert made == ["b1"]


@pytest.mark.parametrize("changed", ["title", "rights", "scan", "shelf"])
def test_whatever_is_shown_makes_the_item_anew(
    library: Any, book: Callable[..., MarcRecord], changed: str
) -> None:
    library.add("b1", "b2")
    library.publish()
    if changed == "title":
        library.store_record(book("b1", "Другое заглавие"))
    elif changed == "rights":
        library.allow("b1", valid_until="2030-01-01")
    elif changed == "scan":
        library.scan("b1.pdf", b"%PDF-1.4 another scan")
    else:
        library.change(profiles={})
    assert library.publish().counts["changed"] == 1


def test_a_page_that_is_taken_over_names_the_release_it_is_in(
    library: Any, book: Callable[..., MarcRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.site_json.PAGE_SIZE", 1)
    library.add("b1", "b2")
    library.publish()
    first = library.live
    library.store_record(book("b1", "Другое заглавие"))
    library.publish()
    before, after = (
        json.loads((folder / "collection" / "0002.json").read_bytes()) for folder in (first, library.live)
    )
    assert after["release"] == library.live.name != before["release"]
    renamed = json.dumps(before).replace(first.name, library.live.name)
    assert first.name in json.dumps(before["items"])
    assert json.loads(renamed) == after
    told = {file["path"] for file in json.loads((library.out / "latest.json").read_bytes())["files"]}
    assert {"collection.json", "collection/0001.json", "collection/0002.json"} <= told


def test_items_are_made_one_by_one_and_once() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number

    items: Any = Items([partial(make, number) for number in range(4)])  # type: ignore[misc]
    assert (len(items), items[2], list(items[1:3])) == (4, 2, [1, 2])
    assert made == [2, 1]
    assert list(items) == [0, 1, 2, 3]
    assert made == [2, 1, 0, 3]


@pytest.mark.parametrize("item", [FULL, BARE], ids=["full", "bare"])
def test_what_a_record_says_is_recalled_as_it_was_told(item: PublicItem) -> None:
    told = from_json(to_json(item.described.told()))
    again = Description.of_told(told)
    assert again == item.described
    assert list(again.titles) == list(item.titles)
    assert {type(one) for one in again.contributors} <= {Contributor}
    assert {type(one) for one in again.subjects} <= {Subject}


def test_no_record_is_described_again_that_stayed_as_it_was(
    library: Any, book: Callable[..., MarcRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[str] = []
    describe = item_module.describe

    def told(record: Any, profiles: Any) -> Any:
        described.append(record.control_number)
        return describe(record, profiles)

    monkeypatch.setattr(item_module, "describe", told)
    library.add("b1", "b2", "b3")
    library.publish()
    described.clear()
    library.store_record(book("b2", "Другое заглавие"))
    assert library.publish().counts["changed"] == 1
    assert described == ["b2"]


def test_a_page_that_rotted_on_disk_is_made_anew_and_not_taken_over(
    library: Any, book: Callable[..., MarcRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rabis_sync.publish.feeds.site_json.PAGE_SIZE", 1)
    library.add("b1", "b2")
    library.publish()
    page = library.live / "collection" / "0002.json"
    sound = page.read_bytes()
    name = library.live.name
    page.write_bytes(sound.replace(b'"level":"open"', b'"level":"opem"'))
    library.store_record(book("b1", "Другое заглавие"))
    library.publish()
    after = (library.live / "collection" / "0002.json").read_bytes()
    assert after == sound.replace(name.encode(), library.live.name.encode())


def test_an_item_is_described_anew_by_a_program_that_reads_records_otherwise(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"marc/headings.py", "publish/item.py", "publish/site/item.html.j2"} <= {
        name for name, _ in release._own_files()
    }
    library.add("b1")
    library.publish()
    titles = item_module.titles
    monkeypatch.setattr(
        item_module, "titles", lambda *read: {code: f"{text}!" for code, text in titles(*read).items()}
    )
    assert library.publish().counts["changed"] == 0
    monkeypatch.setattr(release, "_own_files", lambda: iter([("marc/headings.py", b"other")]))
    assert library.publish().counts["changed"] == 1
    assert "!</h1>" in (library.live / "items" / "catalogue-b1" / "index.html").read_text("utf-8")
