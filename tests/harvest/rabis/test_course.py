"""Which way a harvest takes, what marks tell, and what is read of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import FatalError
from rabis_sync.harvest.rabis.course import Wish, chart
from rabis_sync.harvest.rabis.layout import Block, Column, Relation, lay_out
from rabis_sync.harvest.rabis.marks import GROUP, GROUPS, marks, packed, unpacked

if TYPE_CHECKING:
    from rabis_sync.harvest.rabis.mapping import BlockMapping

DONE = {"watermark": "2024-02-01 10:00:00", "built": "b", "entries": {}, "marks": {"0": "x"}}


def wish(**changed: Any) -> Wish:
    plain = {"full": False, "sweep": True, "since": "", "built": "b", "entries": {}, "altered": False}
    return Wish(**{**plain, "watermark": "2024-03-01 10:00:00", **changed})


@pytest.mark.parametrize(
    ("reached", "changed", "way"),
    [
        ({}, {}, ("id", True)),
        ({}, {"sweep": False}, ("id", True)),
        (DONE, {}, ("id", False)),
        (DONE, {"sweep": False}, ("change", False)),
        (DONE, {"full": True, "sweep": False}, ("id", True)),
        (DONE, {"built": "other"}, ("id", True)),
        (DONE, {"altered": True, "sweep": False}, ("id", True)),
        (DONE, {"watermark": "", "sweep": False}, ("id", True)),
        (DONE, {"watermark": ""}, ("id", False)),
        (DONE, {"since": "2024-01-15"}, ("change", False)),
        (DONE, {"since": "2024-01-15", "full": True}, ("id", True)),
    ],
)
def test_the_way_follows_from_what_was_done_and_what_is_wanted(
    reached: dict[str, Any], changed: dict[str, Any], way: tuple[str, bool]
) -> None:
    course = chart(reached, {}, wish(**changed))
    assert (course.way, course.everything) == way
    assert not course.resumed


@pytest.mark.parametrize(
    ("reached", "since", "moves"),
    [(DONE, "2024-01-15", True), (DONE, "2024-02-15", False), ({}, "2024-02-15", False)],
)
def test_a_wish_moves_the_watermark_only_where_it_leaves_no_gap(
    reached: dict[str, Any], since: str, *, moves: bool
) -> None:
    goal = chart(reached, {}, wish(since=since)).goal
    assert (goal.get("watermark") == "2024-03-01 10:00:00") == moves
    assert goal.get("marks") == reached.get("marks"), "marks stay those of the last sweep"


@pytest.mark.parametrize(
    ("changed", "resumed"),
    [
        ({}, True),
        ({"sweep": False}, True),
        ({"full": True}, False),
        ({"built": "other"}, False),
        ({"since": "2024-01-01"}, False),
        ({"watermark": "2024-04-01 10:00:00"}, True),
    ],
)
def test_an_unfinished_harvest_is_gone_on_with_unless_it_is_another_one_that_is_wanted(
    changed: dict[str, Any], *, resumed: bool
) -> None:
    begun = chart(DONE, {}, wish())
    course = chart(DONE, begun.checkpoint(77, 5, {"0": "y"}, fresh=True), wish(**changed))
    assert course.resumed == resumed
    if resumed:
        assert (course.after, course.done, course.marks, course.goal) == (77, 5, {"0": "y"}, begun.goal)


def test_a_mark_changes_with_the_number_of_rows_and_with_the_sum_but_not_with_the_order() -> None:
    told = [("ebook", 0, 2, "30"), ("ebook_inv", 0, 3, "77")]
    first = marks(told)
    assert marks(told[::-1]) == first
    for other in (("ebook_inv", 0, 2, "77"), ("ebook_inv", 0, 3, "78"), ("ebook_udk", 0, 3, "77")):
        assert marks([told[0], other]) != first


def test_packed_marks_come_back_whole() -> None:
    found = {GROUPS * 3: b"abcd", GROUPS * 4 - 1: b"wxyz"}
    assert unpacked(3, packed(3, found)) == found
    assert GROUP * GROUPS == 16384


@pytest.mark.parametrize("text", [None, "", "x", "AAAA", 7, "é"])
def test_marks_that_nobody_packed_are_none(text: Any) -> None:
    assert unpacked(0, text) == {}


def relation(name: str, *columns: str) -> Relation:
    return Relation(name, tuple(Column(one, "integer" if one.endswith("id") else "text") for one in columns))


EBOOK = relation("ebook", "id", "state_id", "edit_date", "title", "create_user_fam", "secret")
STATES = relation("directory_state", "id", "code", "name")


def test_columns_that_nobody_asks_for_are_not_read(mapping: BlockMapping) -> None:
    layout = lay_out(mapping, [EBOOK, STATES], None)
    assert layout.ebook.names == {"id", "state_id", "edit_date", "title"}
    formed = lay_out(mapping, [EBOOK, STATES], [Block("Основное", "", 0, ("secret", "create_user_fam"))])
    assert formed.ebook.names == {"id", "state_id", "edit_date", "title", "secret"}


def test_rows_of_a_shared_table_belong_to_the_block_of_their_key(mapping: BlockMapping) -> None:
    authors = relation("ebook_author", "id", "ebook_id", "author", "key_value")
    notes = relation("ebook_notes", "id", "ebook_id", "note")
    layout = lay_out(
        mapping,
        [EBOOK, STATES, authors, notes],
        [
            Block("Авторы", "author", 1, ()),
            Block("Другие", "author", 3, ()),
            Block("Примечания", "notes", 9, ()),
        ],
    )
    assert layout.blocks == {"ebook_author": {1: "Авторы", 3: "Другие"}, "ebook_notes": {0: "Примечания"}}


def test_the_fingerprint_follows_mapping_and_metadata(mapping: BlockMapping) -> None:
    layout = lay_out(mapping, [EBOOK, STATES], None)
    same = lay_out(mapping, [EBOOK, STATES], None)
    other = lay_out(mapping, [EBOOK, STATES, relation("ebook_notes", "id", "ebook_id", "note")], None)
    assert layout.fingerprint(mapping) == same.fingerprint(mapping) != other.fingerprint(mapping)


@pytest.mark.parametrize(
    "relations",
    [
        [],
        [EBOOK],
        [STATES],
        [relation("ebook", "id"), STATES],
        [EBOOK, relation("directory_state", "id", "name")],
    ],
)
def test_nothing_is_read_where_records_or_states_cannot_be_told(
    mapping: BlockMapping, relations: list[Relation]
) -> None:
    with pytest.raises(FatalError, match="there is no table"):
        lay_out(mapping, relations, None)
