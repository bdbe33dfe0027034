from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.gathering import Gathering
from rabis_sync.marc.path import FieldIndex
from rabis_sync.marc.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.dialect import Dialect


def one_by_one(marc: MarcRecord, dialect: Dialect) -> dict[str, list[str]]:
    record = Record(marc, dialect)
    return {name: record.values(name) for name in dialect.elements}


@pytest.mark.parametrize("family", ["unimarc", "marc21"])
def test_together_the_elements_of_real_records_have_the_values_that_each_has_alone(
    exports: dict[str, list[Record]], dialects: dict[str, Dialect], family: str
) -> None:
    dialect = dialects[family]
    gathering = Gathering(dialect, list(dialect.elements))
    for marc in [one.marc for records in exports.values() for one in records]:
        assert gathering.read(FieldIndex(marc)) == one_by_one(marc, dialect)


FIELDS = st.builds(
    lambda tag, subfields: Field.data(tag, "1 ", subfields),
    st.sampled_from(["200", "510", "210", "214", "517", "500", "700", "461", "225", "410"]),
    st.lists(st.tuples(st.sampled_from("1acdehiv"), st.sampled_from(["", " ", "200 1", "б", "в\u0088"]))),
)


@settings(max_examples=150)
@given(fields=st.lists(FIELDS, max_size=12))
def test_whatever_the_order_of_the_fields_no_value_comes_in_another(
    dialects: dict[str, Dialect], fields: list[Field]
) -> None:
    marc = MarcRecord("00000nam0 2200000   450 ", tuple(fields))
    gathering = Gathering(dialects["unimarc"], list(dialects["unimarc"].elements))
    assert gathering.read(FieldIndex(marc)) == one_by_one(marc, dialects["unimarc"])


def test_values_read_together_are_the_readers_own(unimarc: Callable[..., Record]) -> None:
    record = unimarc("200 1 $aАбай")
    record.gather(("title", "part"))
    for name in ("title", "part"):
        record.values(name).append("чужое")
    assert (record.values("title"), record.values("part")) == (["Абай"], [])
