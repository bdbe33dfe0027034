from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.wiring.assembly import Assembly
from rabis_sync.wiring.setup import init

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("215 $a271 с.$k20", "215[1]$k[1]"),
        ("200 $aАбай$t1", "200[1]$t[1]"),
        ("039 $aАбай жолы", None),
        ("238 $aАбай жолы", "238[1]"),
        ("200 5 $aАбай жолы", "200[1]/ind1"),
        ("700 13$aӘуезов", "700[1]/ind1 700[1]/ind2"),
        ("675 $a94$a37", "675[1]$a[2]"),
        ("899 $aКОУНБ$b1$b2", None),
        ("010 $a5-02-013850-9$9700", None),
        ("990 35$xместное", None),
    ],
)
def test_what_the_format_does_not_define_is_reported(
    examine: Callable[..., Any], line: str, path: str | None
) -> None:
    found = examine("structure", line)
    assert " ".join(one[1] for one in found) == (path or "")
    assert {one[0] for one in found} <= {"report"}


def test_a_field_that_may_stand_once_and_stands_twice_is_reported(examine: Callable[..., Any]) -> None:
    found = examine("structure", "200 $aАбай жолы\n200 $aАбай\n215 $a1 с.\n215 $a2 с.")
    assert [one[1] for one in found] == ["200[2]"]


def test_subfields_of_embedded_fields_are_not_those_of_the_link(examine: Callable[..., Any]) -> None:
    assert examine("structure", "461 $12001 $aЗадачи и этюды$vВып. 13$1210 $d1997$d1998") == []


def test_marc21_has_its_own_schema(examine: Callable[..., Any]) -> None:
    found = examine("structure", "245 10$aАбай жолы$d1\n260 $aАлматы$z1", family="marc21")
    assert [one[1] for one in found] == ["245[1]$d[1]", "260[1]$z[1]"]


@pytest.mark.parametrize("family", ["unimarc", "marc21"])
def test_the_schemas_are_of_the_form_of_avram(root: Path, family: str) -> None:
    schema = json.loads((root / f"mappings/schemas/{family}.json").read_text("utf-8"))
    for tag, field in schema["fields"].items():
        assert field["tag"] == tag
        assert field["label"]
        assert isinstance(field["repeatable"], bool)
        assert all(len(code) == 1 for code in field.get("subfields", {}))
        spans = [*field.get("positions", {}).values()]
        spans += [
            one for sub in field.get("subfields", {}).values() for one in sub.get("positions", {}).values()
        ]
        assert all(span["codes"] for span in spans)


GOOD = "20010419d2001    u  y0rusy50      ca"


@pytest.mark.parametrize(
    ("place", "value", "action", "after"),
    [
        ((8, 9), "q", "suggest", "d"),
        ((17, 18), "е", "fix", "e"),
        ((17, 18), "x", "report", None),
        ((34, 36), "са", "fix", "ca"),
        ((26, 28), "77", "report", None),
        ((25, 26), "q", "report", None),
    ],
)
def test_a_code_that_is_none_is_found_at_its_place(
    examine: Callable[..., Any], place: tuple[int, int], value: str, action: str, after: str | None
) -> None:
    first, end = place
    path = f"100[1]$a[1]/{first}" + (f"-{end - 1}" if end - first > 1 else "")
    text = GOOD[:first] + value + GOOD[end:]
    assert examine("coded_positions", f"100 $a{text}") == [(action, path, value, after)]


@pytest.mark.parametrize(
    "text",
    [GOOD, GOOD.replace("u  ", "u# "), GOOD.replace("u  ", "|||"), GOOD.replace("50      ", "0189    "), " "],
)
def test_codes_blanks_and_fill_characters_are_left(examine: Callable[..., Any], text: str) -> None:
    assert examine("coded_positions", f"100 $a{text}") == []


def test_general_data_that_lost_their_blanks_are_restored(examine: Callable[..., Any]) -> None:
    short = "20010419d2001    u  y0rusy50  ca"
    assert examine("coded_positions", f"100 $a{short}") == [("suggest", "100[1]$a[1]", short, GOOD)]
    assert examine("coded_positions", f"100 $a{GOOD[:34]}") == [
        ("suggest", "100[1]$a[1]", GOOD[:34], GOOD[:34] + "  ")
    ]
    assert examine("coded_positions", "100 $a20010419d2001 rus") == [
        ("report", "100[1]$a[1]", "20010419d2001 rus", None)
    ]


def test_a_date_of_entry_that_is_no_day_is_taken_from_the_source(examine: Callable[..., Any]) -> None:
    text = f"2001528 {GOOD[8:]}"
    assert examine("coded_positions", f"100 $a{text}") == [("report", "100[1]$a[1]/0-7", "2001528 ", None)]
    assert examine("coded_positions", f"100 $a{text}\n801 $aKZ$c20010528") == [
        ("suggest", "100[1]$a[1]/0-7", "2001528 ", "20010528")
    ]
    assert [one[0] for one in examine("coded_positions", f"100 $a20010229{GOOD[8:]}")] == ["report"]


@pytest.mark.parametrize("text", ["no schema", "{}", '{"fields": {"200": 1}}', "[]"])
def test_a_schema_of_the_library_that_is_none_is_told_with_its_path(tmp_path: Path, text: str) -> None:
    init(tmp_path / "library")
    own = tmp_path / "library/mappings/schemas/unimarc.json"
    own.parent.mkdir(exist_ok=True)
    own.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"unimarc\.json is no Avram schema"):
        Assembly.of(tmp_path / "library/config.toml").correct_settings()
