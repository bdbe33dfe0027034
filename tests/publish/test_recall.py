"""A night on which little changed: what is known is not made again, what is taken over says its new name."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.publish import plan
from rabis_sync.publish.recall import Items

if TYPE_CHECKING:
    from collections.abc import Callable


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
