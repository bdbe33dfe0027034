"""What a book has to do with others: its set, its volumes, the print it was made of; links to pages alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree, html

from rabis_sync.marc.fields import Field, MarcRecord
from tests.formats.rules import faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = "https://library.example/kraeved/current/items"


def linked(record: MarcRecord, *fields: Field) -> MarcRecord:
    """The record with linking fields."""
    return MarcRecord(record.leader, tuple(sorted((*record.fields, *fields), key=lambda one: one.tag)))


def to_set(number: str, part: str = "") -> Field:
    inside = [("1", f"001{number}"), ("1", "2001 "), ("a", "Собрание сочинений"), ("v", part)]
    return Field.data("461", " 0", [(code, value) for code, value in inside if value])


@pytest.fixture
def shelf(library: Any, book: Callable[..., MarcRecord]) -> Any:
    """A set of which volumes 2 and 10 are open, volume 3 is closed, with the print that 2 was made of."""
    for number in ("set", "v10", "v2", "v3"):
        library.add(number)
    library.store_record(book("set", "Собрание сочинений"))
    library.store_record(linked(book("v10", "Том 10"), to_set("set", "Т. 10")))
    original = Field.data("455", " 0", [("1", "001paper"), ("1", "2001 "), ("a", "Том 2 (бумага)")])
    library.store_record(linked(book("v2", "Том 2"), to_set("set", "Т. 2"), original))
    library.store_record(linked(book("v3", "Том 3"), to_set("set", "Т. 3")))
    library.allow("v3", level="closed")
    library.publish()
    return library


def related(library: Any, number: str) -> list[tuple[str, str, str, str]]:
    found = library.page()[number]["related"]
    return [(one["kind"], one["title"], one["part"], one["item"]) for one in found]


def page(library: Any, number: str) -> html.HtmlElement:
    path: Path = library.live / "items" / f"catalogue-{number}" / "index.html"
    return html.document_fromstring(path.read_bytes())


def test_a_volume_names_its_set_and_a_set_its_volumes_in_their_order(shelf: Any) -> None:
    assert related(shelf, "v10") == [("set", "Собрание сочинений", "Т. 10", "catalogue-set")]
    assert [(kind, item) for kind, _, _, item in related(shelf, "set")] == [
        ("volume", "catalogue-v2"),
        ("volume", "catalogue-v10"),
    ]


def test_a_book_that_is_not_shown_is_no_link_and_is_named_by_nobody_but_who_names_it(shelf: Any) -> None:
    assert related(shelf, "v2")[1] == ("original", "Том 2 (бумага)", "", "")
    assert "catalogue-v3" not in json.dumps(shelf.page())
    links = page(shelf, "v2").xpath("//dd//a/@href")
    assert "../../items/catalogue-set/" in links
    assert not any("paper" in link for link in links)


def test_a_page_says_what_it_has_to_do_with_others_to_people_and_machines(shelf: Any) -> None:
    shown = page(shelf, "set")
    assert "Томдары" in shown.text_content() or "Тома" in shown.text_content()
    assert [a.get("href") for a in shown.xpath("//dd//a[starts-with(@href, '../../items/')]")] == [
        "../../items/catalogue-v2/",
        "../../items/catalogue-v10/",
    ]
    assert faults("linked-book.json", shown.xpath("//script")[0].text.encode()) == []
    described = json.loads(shown.xpath("//script")[0].text)
    assert [one["url"] for one in described["hasPart"]] == [f"{SITE}/catalogue-v2/", f"{SITE}/catalogue-v10/"]
    assert faults("linked-book.json", page(shelf, "v2").xpath("//script")[0].text.encode()) == []
    volume = json.loads(page(shelf, "v2").xpath("//script")[0].text)
    assert volume["isPartOf"][1]["url"] == f"{SITE}/catalogue-set/"
    assert volume["isBasedOn"] == [{"@type": "Book", "name": "Том 2 (бумага)"}]


def test_harvesters_are_told_too(shelf: Any) -> None:
    forms = json.loads((shelf.live / "oai" / "catalogue-v2.json").read_bytes())
    core = etree.fromstring(forms["oai_dc"])
    assert [one.text for one in core.iter("{*}relation")] == [f"{SITE}/catalogue-set/", "Том 2 (бумага)"]
    slim = etree.fromstring(forms["marc21"])
    found = {
        tag: [
            "".join(f"${one.get('code')}{one.text}" for one in field)
            for field in slim.iterfind(f"{{*}}datafield[@tag='{tag}']")
        ]
        for tag in ("773", "776")
    }
    assert found == {"773": ["$tСобрание сочинений$gТ. 2$wcatalogue-set"], "776": ["$tТом 2 (бумага)"]}


def test_who_is_opened_or_withdrawn_changes_the_page_of_who_names_him(shelf: Any) -> None:
    shelf.allow("v3")
    shelf.publish()
    assert [item for *_, item in related(shelf, "set")] == ["catalogue-v2", "catalogue-v3", "catalogue-v10"]
    shelf.delete("set")
    shelf.publish()
    assert related(shelf, "v10") == [("set", "Собрание сочинений", "Т. 10", "")]
    assert page(shelf, "v10").xpath("//dd//a[starts-with(@href, '../../items/')]") == []


def test_a_record_that_names_itself_or_nothing_has_to_do_with_nobody(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.add("b1")
    library.store_record(linked(book("b1"), to_set("b1"), Field.data("463", " 0", [("1", "001gone")])))
    library.publish()
    assert related(library, "b1") == []
