from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.correct.places import address, field_place, new_field, slot, subfields, value_at, with_value
from rabis_sync.marc.fields import Field, MarcRecord

TEXT = st.lists(
    st.sampled_from(["а", "b", "Қ", " ", "$", "1", "-", "\n", "{", "}", "{dollar}", "{line}"]), max_size=6
).map("".join)
RECORD = st.lists(
    st.builds(
        lambda tag, parts: Field.data(tag, "1 ", parts),
        st.sampled_from(["010", "200", "606"]),
        st.lists(st.tuples(st.sampled_from("ab9$"), TEXT), min_size=1, max_size=4),
    ),
    max_size=5,
).map(lambda fields: MarcRecord("0" * 24, (Field("001", "1"), *fields)))


@given(RECORD)
def test_every_address_leads_to_its_text(record: MarcRecord) -> None:
    for place in subfields(record):
        assert value_at(record, place.path) == place.value


@given(RECORD, TEXT)
def test_only_the_text_at_the_address_changes(record: MarcRecord, text: str) -> None:
    for place in subfields(record):
        changed = {other.path: other.value for other in subfields(with_value(record, place.path, text))}
        assert changed == {other.path: other.value for other in subfields(record)} | {place.path: text}


@given(RECORD)
def test_a_field_written_as_a_line_is_read_back(record: MarcRecord) -> None:
    for place in subfields(record):
        whole = field_place(record, place.path)
        assert with_value(record, whole.path, whole.value) == record


ABAI = MarcRecord(
    "00000nam0 2200000   450 ",
    (
        Field("001", "1"),
        Field("008", "980716s1997"),
        Field.data("100", "  ", [("a", "19980716d1997    u  y0rusy")]),
        Field.data("200", "1 ", [("a", "Абай")]),
        Field.data("675", "  ", [("a", "Ч3"), ("v", "2")]),
        Field.data("700", " 1", [("a", "Әуезов")]),
    ),
)


@pytest.mark.parametrize(
    "path",
    [
        "200[3]",
        "200[1]$c[1]",
        "200[1]$a[2]",
        "300[1]$a[1]",
        "200",
        "200$a",
        "300[1]/ind1",
        "leader",
        "008[2]/0",
    ],
)
def test_an_address_where_nothing_stands_is_refused(path: str) -> None:
    with pytest.raises(KeyError):
        with_value(ABAI, path, "$aҚұнанбаев")


@pytest.mark.parametrize(
    ("path", "before", "text", "line"),
    [
        ("leader/7", "m", "s", "00000nas0 2200000   450 "),
        ("leader/5-7", "nam", "cas", "00000cas0 2200000   450 "),
        ("008[1]/7-10", "1997", "1998", "980716s1998"),
        ("100[1]$a[1]/22-24", "rus", "kaz", "  \x1fa19980716d1997    u  y0kazy"),
        ("100[1]$a[1]/30-31", "", "ca", "  \x1fa19980716d1997    u  y0rusy    ca"),
        ("200[1]/ind1", "1", "0", "0 \x1faАбай"),
        ("200[1]/ind2", " ", "1", "11\x1faАбай"),
    ],
)
def test_indicators_and_characters_of_codes_have_addresses(
    path: str, before: str, text: str, line: str
) -> None:
    changed = with_value(ABAI, path, text)
    assert value_at(ABAI, path) == before
    assert value_at(changed, path) == text
    assert line in {changed.leader, *(field.text for field in changed.fields)}
    assert with_value(changed, path, before.ljust(len(text))) in {ABAI, with_value(ABAI, path, "  ")}


@pytest.mark.parametrize(
    ("path", "text", "tags"),
    [
        ("675[1]", "", "001 008 100 200 700"),
        ("675[1]", "$a1\n$a2", "001 008 100 200 675 675 700"),
        ("675[1]", "686 ##$aЧ3$2rubbk", "001 008 100 200 686 700"),
        ("675[1]", "$a37\n010 ##$d50-00", "001 008 010 100 200 675 700"),
        ("701[1]", "701 #1$aЗатаевич", "001 008 100 200 675 700 701"),
        ("700[2]", "$aЗатаевич", "001 008 100 200 675 700 700"),
    ],
)
def test_a_field_may_become_none_another_or_several(path: str, text: str, tags: str) -> None:
    changed = with_value(ABAI, path, text)
    assert [field.tag for field in changed.fields] == tags.split()
    untouched = [field for field in ABAI.fields if field.tag != path[:3]]
    assert all(any(field is kept for kept in changed.fields) for field in untouched)


def test_a_field_given_by_a_line_has_its_indicators_or_those_of_the_field_it_replaces() -> None:
    assert with_value(ABAI, "700[1]", "702 0#$aАбай$4070").fields[-1] == Field.data(
        "702", "0 ", [("a", "Абай"), ("4", "070")]
    )
    assert with_value(ABAI, "700[1]", "$aАбай").fields[-1] == Field.data("700", " 1", [("a", "Абай")])


def test_a_line_that_is_no_field_is_refused() -> None:
    with pytest.raises(ValueError, match="is no field like"):
        with_value(ABAI, "200[1]", "Құнанбаев")


def test_the_place_of_a_new_field_is_empty_and_becomes_it() -> None:
    place = new_field(ABAI, "700")
    assert (place.path, value_at(ABAI, place.path)) == ("700[2]", "")
    changed = with_value(ABAI, place.path, "700 #1$aЗатаевич")
    assert with_value(changed, place.path, "") == ABAI


@pytest.mark.parametrize(
    "path", ["leader/7", "leader/5-7", "008[1]/35-37", "100[1]$a[1]/9", "606[2]/ind1", "606[2]"]
)
def test_an_address_is_written_as_it_was_read(path: str) -> None:
    assert str(address(path)) == path


def test_a_slot_is_an_address_without_ordinals() -> None:
    assert slot("606[12]$a[3]") == "606$a"


@pytest.mark.parametrize("path", ["200[1]$a[1]", "200[1]"])
def test_what_an_exporter_left_before_the_first_subfield_stays(path: str) -> None:
    record = MarcRecord("0" * 24, (Field("200", "1 Абай\x1faжолы"),))
    value = "кітап" if "$" in path else "$aкітап"
    assert with_value(record, path, value).fields[0].text == "1 Абай\x1faкітап"
