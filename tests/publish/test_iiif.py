"""Manifests, their collection and the stream of changes, held to the classes of IIIF and to its rules."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from iiif_prezi3 import Collection, Manifest
from PIL import Image

from rabis_sync.publish.feeds import iiif
from tests.publish.test_pictures import pdf

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

SITE = "https://library.example/kraeved/"
CURRENT = f"{SITE}current/"
MANIFEST = "iiif/catalogue-{}/manifest.json"


def add(library: Any, number: str, pages: int = 3) -> None:
    library.add(number)
    library.scan(f"{number}.pdf", pdf(pages))


def read(library: Any, path: str) -> Any:
    return json.loads((library.live / path).read_bytes())


def local(library: Any, address: str) -> Path:
    assert address.startswith(CURRENT)
    found: Path = library.live / address.removeprefix(CURRENT)
    return found


def activities(library: Any) -> list[tuple[str, str]]:
    """Read as an aggregator does: from the last page back to the first."""
    found: list[tuple[str, str]] = []
    at = read(library, "iiif/changes.json").get("last")
    while at:
        page = json.loads(local(library, at["id"]).read_bytes())
        told = [(one["type"], one["object"]["id"].split("/")[-2]) for one in page["orderedItems"]]
        found = told + found
        at = page.get("prev")
    return found


def test_a_book_with_pages_has_a_manifest_that_its_classes_take(library: Any) -> None:
    add(library, "b1")
    library.publish()
    manifest = read(library, MANIFEST.format("b1"))
    assert (library.live / MANIFEST.format("b1")).read_text("utf-8").startswith('{"@context":')
    model = Manifest(**manifest)
    assert model.id == f"{CURRENT}{MANIFEST.format('b1')}"
    assert manifest["label"] == {"ru": ["Караганда, книга b1"]}
    assert manifest["rights"].startswith("http://rightsstatements.org/")
    assert set(manifest["requiredStatement"]["value"]) == {"kk", "ru", "en"}
    assert [one["format"] for one in manifest["rendering"]] == ["application/pdf"]
    assert manifest["behavior"] == ["paged"]


def test_each_canvas_is_as_large_as_the_image_painted_on_it_and_the_image_is_there(library: Any) -> None:
    add(library, "b1")
    library.publish()
    canvases = read(library, MANIFEST.format("b1"))["items"]
    assert [canvas["label"] for canvas in canvases] == [{"none": [str(number)]} for number in (1, 2, 3)]
    assert len({canvas["id"] for canvas in canvases}) == 3
    for canvas in canvases:
        assert "#" not in canvas["id"]
        [page] = canvas["items"]
        [painting] = page["items"]
        assert (painting["motivation"], painting["target"]) == ("painting", canvas["id"])
        with Image.open(io.BytesIO(local(library, painting["body"]["id"]).read_bytes())) as image:
            assert image.size == (canvas["width"], canvas["height"])
        # Universal Viewer asks an image server for the thumbnail of a canvas that names none.
        assert canvas["thumbnail"] == [painting["body"]]


def test_a_leaflet_is_not_turned_like_a_book(library: Any) -> None:
    add(library, "b1", pages=1)
    library.publish()
    assert read(library, MANIFEST.format("b1"))["behavior"] == ["individuals"]


def test_the_collection_names_every_manifest_and_embeds_none(library: Any) -> None:
    add(library, "b1")
    add(library, "b2")
    library.add("b3")  # its scan is no book: there is nothing to look at
    library.publish()
    collection = read(library, "iiif/collection.json")
    Collection(**collection)
    assert [local(library, one["id"]).is_file() for one in collection["items"]] == [True, True]
    assert all("items" not in one for one in collection["items"])
    # Mirador 3 opens no collection without a statement.
    assert set(collection["requiredStatement"]["value"]) == {"kk", "ru", "en"}


def test_the_manifest_of_an_unchanged_book_is_taken_over(library: Any) -> None:
    add(library, "b1")
    library.publish()
    before = (library.live / MANIFEST.format("b1")).stat().st_ino
    add(library, "b2")
    library.publish()
    assert (library.live / MANIFEST.format("b1")).stat().st_ino == before


def test_a_book_taken_back_loses_its_manifest_and_aggregators_are_told(library: Any) -> None:
    add(library, "b1")
    add(library, "b2")
    library.publish()
    library.forbid("b1")
    library.publish()
    assert not (library.live / MANIFEST.format("b1")).exists()
    created = [("Create", "catalogue-b1"), ("Create", "catalogue-b2")]
    assert activities(library) == [*created, ("Delete", "catalogue-b1")]
    library.allow("b1")
    library.publish()
    assert activities(library) == [*created, ("Delete", "catalogue-b1"), ("Create", "catalogue-b1")]
    assert (library.live / MANIFEST.format("b1")).is_file()


def test_of_a_book_without_pages_the_last_word_is_that_it_is_gone(library: Any) -> None:
    add(library, "b1")
    library.publish()
    library.scan("b1.pdf", b"%PDF-1.4\nnothing to be drawn\n%%EOF\n")
    library.publish()
    assert activities(library) == [("Create", "catalogue-b1"), ("Delete", "catalogue-b1")]


def test_activities_come_in_pages_that_lead_to_one_another(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iiif, "PAGE_SIZE", 2)
    for number in ("b1", "b2", "b3", "b4", "b5"):
        add(library, number, pages=1)
    library.publish()
    top = read(library, "iiif/changes.json")
    assert (top["type"], top["totalItems"], top["totalPages"]) == ("OrderedCollection", 5, 3)
    assert len(activities(library)) == 5
    first = json.loads(local(library, top["first"]["id"]).read_bytes())
    assert first["type"] == "OrderedCollectionPage"
    assert "prev" not in first
    assert first["partOf"] == {"id": top["id"], "type": "OrderedCollection"}
    moments = [one["endTime"] for one in first["orderedItems"]]
    assert moments == sorted(moments)


def test_a_book_that_cannot_be_drawn_is_in_no_collection(library: Any) -> None:
    library.add("b1")
    library.publish()
    assert read(library, "iiif/collection.json")["items"] == []
    assert activities(library) == [("Delete", "catalogue-b1")]
