"""Shelves of the collection: what stands on each, in which order, and at which address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Contributor, Subject
from rabis_sync.publish.facets import FACETS, language_name, shelves, type_of
from tests.contracts.test_feed_contract import FULL

if TYPE_CHECKING:
    from rabis_sync.publish.item import PublicItem


def named(*items: PublicItem, facet: str) -> list[tuple[str, int]]:
    return [(shelf.label.ru, len(shelf.items)) for shelf in shelves(items, facet)]


def another(number: int, **changes: Any) -> PublicItem:
    return FULL._replace(id=f"catalogue-{number}", **changes)


def by(name: str) -> tuple[Contributor, ...]:
    return (Contributor(name, "aut", "person", "", primary=True),)


def test_every_facet_has_its_name_and_its_values() -> None:
    found = {facet: [shelf.label.en for shelf in shelves([FULL], facet)] for facet in FACETS}
    assert found == {
        "language": ["Kazakh", "Russian"],
        "decade": ["1990s"],
        "author": ["Абаев, С."],
        "place": ["Караганда"],
        "subject": [],
        "type": ["Books"],
    }


def test_a_name_spelt_in_two_ways_is_one_shelf_under_the_more_frequent_form() -> None:
    items = [another(1, contributors=by("Әуезов М.")), another(2, contributors=by("Ауезов М."))]
    items.append(another(3, contributors=by("Әуезов М.")))
    assert named(*items, facet="author") == [("Әуезов М.", 3)]


def test_shelves_stand_in_the_order_of_the_kazakh_alphabet_and_decades_from_the_youngest() -> None:
    names = ["Қасым", "Кенжебек", "Баян", "Әлия"]
    items = [another(n, contributors=by(name), year=1950 + 10 * n) for n, name in enumerate(names)]
    assert [name for name, _ in named(*items, facet="author")] == ["Әлия", "Баян", "Кенжебек", "Қасым"]
    assert [name for name, _ in named(*items, facet="decade")][:2] == ["1980-е годы", "1970-е годы"]


def test_an_item_stands_on_a_shelf_once() -> None:
    twice = another(1, subjects=(Subject("place", "Караганда"), Subject("place", "Караганда.")))
    assert [len(shelf.items) for shelf in shelves([twice], "place")] == [1]


def test_an_address_is_plain_and_does_not_hang_on_the_other_items() -> None:
    one, two = another(1, contributors=by("Әуезов М.")), another(2, contributors=by("Абаев С."))
    alone = shelves([one], "author")[0].slug
    assert alone == next(
        shelf.slug for shelf in shelves([two, one], "author") if shelf.label.kk == "Әуезов М."
    )
    assert alone.startswith("auezov-m_")
    assert alone.isascii()
    assert shelves([another(3, contributors=by("鄭"))], "author")[0].slug


@pytest.mark.parametrize(
    ("leader", "code"),
    [
        ("00000nam", "book"),
        ("00000nas", "periodical"),
        ("00000naa", "article"),
        ("00000nem", "map"),
        ("00000nkm", "picture"),
        ("", "book"),
    ],
)
def test_the_kind_is_read_from_the_leader(leader: str, code: str) -> None:
    marc = MarcRecord(leader.ljust(24), ()) if leader else None
    assert type_of(FULL._replace(marc=marc)) == code


def test_languages_are_called_by_their_names_and_an_unknown_one_by_its_code() -> None:
    assert language_name("kk").kk == "Қазақ тілі"
    assert language_name("ru").ru == "Русский"
    assert language_name("zzz").ru == "zzz"
