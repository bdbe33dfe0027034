"""Local history by the cataloguers' mark, else by rules that say why."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.publish.selection import Rule, Selection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def bundled(root: Path) -> Selection:
    text = (root / "mappings" / "collection.toml").read_text("utf-8")
    return TypeAdapter(Selection).validate_python(tomllib.loads(text))


@pytest.mark.parametrize(
    ("tag", "subfields", "why"),
    [
        ("675", [("a", "908(574.3)")], "udc: 908(574.3)"),
        ("675", [("a", "94 (574.3)")], "udc: 94 (574.3)"),
        ("675", [("a", "1908")], ""),
        ("675", [("a", "821.512.122")], ""),
        ("686", [("a", "26.89(5Каз)"), ("2", "rubbk")], "bbk: 26.89(5Каз)"),
        ("686", [("a", "63.3(5Каз-2Қар)"), ("2", "rubbk")], "bbk: 63.3(5Каз-2Қар)"),
        ("686", [("a", "63.3(5Каз)"), ("2", "rubbk")], ""),
        ("607", [("a", "Карагандинская область")], "place: Карагандинская область"),
        ("607", [("a", "Қараганды қаласы")], "place: Қараганды қаласы"),
        ("607", [("a", "Алматы")], ""),
        ("610", [("a", "өлкетану")], "keyword: өлкетану"),
        ("606", [("a", "Караганда")], ""),
    ],
)
def test_the_bundled_rules_know_the_region(
    bundled: Selection, dialects: Any, tag: str, subfields: list[tuple[str, str]], why: str
) -> None:
    marc = MarcRecord("00000nam0 2200000   450 ", (Field("001", "b1"), Field.data(tag, "  ", subfields)))
    assert bundled.why(Record(marc, dialects["unimarc"])) == why


def test_a_rule_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="starts"):
        Rule("udc")


def with_udc(record: MarcRecord) -> MarcRecord:
    fields = sorted((*record.fields, Field.data("675", "  ", [("a", "908")])), key=lambda one: one.tag)
    return MarcRecord(record.leader, tuple(fields))


def test_where_nobody_marks_the_rules_choose_and_the_reason_is_kept(
    library: Any, book: Callable[..., MarcRecord]
) -> None:
    library.change(selection=Selection((Rule("udc", ("908",)),)))
    library.add("b1", "b2")
    library.store_record(with_udc(book("b1", local=False)))
    library.store_record(book("b2", local=False))
    assert library.publish().counts["published"] == 1
    assert library.rows_saved()["b1"]["chosen"] == "udc: 908"
    assert "b2" not in library.rows_saved()


def test_where_cataloguers_mark_the_rules_stay_away(library: Any, book: Callable[..., MarcRecord]) -> None:
    library.change(selection=Selection((Rule("udc", ("908",)),)))
    library.add("b1", "b2")
    library.store_record(with_udc(book("b1", local=False)))
    library.publish()
    assert set(library.rows_saved()) == {"b2"}
    assert library.rows_saved()["b2"]["chosen"] == "mark"
