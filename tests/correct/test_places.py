from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.correct.places import field_place, slot, subfields, value_at, with_value
from rabis_sync.marc.fields import Field, MarcRecord

TEXT = st.text(alphabet="аbҚ $1-", max_size=8)
RECORD = st.lists(
    st.builds(
        lambda tag, parts: Field.data(tag, "1 ", parts),
        st.sampled_from(["010", "200", "606"]),
        st.lists(st.tuples(st.sampled_from("ab9"), TEXT), min_size=1, max_size=4),
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


@pytest.mark.parametrize("path", ["200[2]", "200[1]$c[1]", "200[1]$a[2]", "300[1]$a[1]", "200", "200$a"])
def test_an_address_where_nothing_stands_is_refused(path: str) -> None:
    record = MarcRecord("0" * 24, (Field.data("200", "  ", [("a", "Абай")]),))
    with pytest.raises(KeyError):
        with_value(record, path, "Құнанбаев")


def test_a_slot_is_an_address_without_ordinals() -> None:
    assert slot("606[12]$a[3]") == "606$a"
