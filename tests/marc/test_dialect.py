from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rabis_sync.marc.dialect import ELEMENTS, Dialect
from rabis_sync.marc.family import detect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.record import Record

UNIMARC = "001 1\n100 $a19980716d1997    u  y0rusy0189    ca\n200 1 $aАбай жолы\n801 _0$aKZ$bKRG"
MARC21 = f"001 1\n008 {'990101s1997    kz ' + ' ' * 17 + 'kaz'}  \n040 $aKZ-KRG\n245 10$aАбай жолы /"


@pytest.fixture
def plain(root: Path) -> dict[str, Any]:
    """The bundled UNIMARC dialect as it stands in its file."""
    return copy.deepcopy(tomllib.loads((root / "mappings/dialects/unimarc.toml").read_text("utf-8")))


def test_every_bundled_dialect_is_named_after_its_file(dialects: dict[str, Dialect]) -> None:
    assert {name: dialect.name for name, dialect in dialects.items()} == {
        "unimarc": "unimarc",
        "marc21": "marc21",
    }


def test_an_element_that_nobody_describes_is_named(plain: dict[str, Any]) -> None:
    del plain["elements"]["title"]
    with pytest.raises(ValidationError, match="does not describe \\['title'\\]"):
        TypeAdapter(Dialect).validate_python(plain)


def test_a_bad_path_names_its_element(plain: dict[str, Any]) -> None:
    plain["elements"]["isbn"] = ["010$a", "073a"]
    with pytest.raises(ValidationError, match="element 'isbn': '073a': 'a' is no list of subfields"):
        TypeAdapter(Dialect).validate_python(plain)


def test_a_mandatory_element_must_be_described(plain: dict[str, Any]) -> None:
    plain["mandatory"].append({"element": "colour"})
    with pytest.raises(ValidationError, match="colour"):
        TypeAdapter(Dialect).validate_python(plain)


@pytest.mark.parametrize("where", ["", "names", "subjects", "mandatory", "evidence", "level"])
def test_an_unknown_key_is_an_error_with_its_place(plain: dict[str, Any], where: str) -> None:
    target = plain[where] if where else plain
    (target[0] if isinstance(target, list) else target)["colour"] = "red"
    with pytest.raises(ValidationError, match="colour"):
        TypeAdapter(Dialect).validate_python(plain)


def test_a_library_may_add_elements_of_its_own(plain: dict[str, Any]) -> None:
    plain["elements"]["faculty"] = ["910$a"]
    dialect = TypeAdapter(Dialect).validate_python(plain)
    assert [path.text for path in dialect.paths["faculty"]] == ["910$a"]


def test_every_element_is_explained_by_a_sentence() -> None:
    assert all(len(sentence) > 3 for sentence in ELEMENTS.values())


@pytest.mark.parametrize("leader_end", ["450 ", "4500", "    ", "450#"])
def test_unimarc_is_known_by_its_content_whatever_the_leader_says(
    written: Callable[[str, str], MarcRecord], dialects: dict[str, Dialect], leader_end: str
) -> None:
    assert detect(written(UNIMARC, leader_end), dialects) is dialects["unimarc"]


@pytest.mark.parametrize("leader_end", ["450 ", "4500", "    "])
def test_marc_21_is_known_by_its_content_whatever_the_leader_says(
    written: Callable[[str, str], MarcRecord], dialects: dict[str, Dialect], leader_end: str
) -> None:
    assert detect(written(MARC21, leader_end), dialects) is dialects["marc21"]


@pytest.mark.parametrize(
    "text",
    ["", "001 1", "920 $aPAZK\n910 $b123", "200 1 $aТитул", f"{UNIMARC}\n{MARC21}"],
    ids=["empty", "number", "irbis", "title alone", "both"],
)
def test_a_record_of_neither_family_or_of_both_has_no_dialect(
    written: Callable[[str, str], MarcRecord], dialects: dict[str, Dialect], text: str
) -> None:
    assert detect(written(text, "    "), dialects) is None


def test_a_leader_alone_is_no_evidence(
    written: Callable[[str, str], MarcRecord], dialects: dict[str, Dialect]
) -> None:
    assert detect(written("001 1", "450 "), dialects) is None
    assert detect(written("001 1", "4500"), dialects) is None


def test_no_dialect_is_found_among_none(written: Callable[[str, str], MarcRecord]) -> None:
    assert detect(written(UNIMARC, "450 "), {}) is None


def test_a_library_s_own_dialect_of_a_family_is_no_rival_of_the_family(
    written: Callable[[str, str], MarcRecord], dialects: dict[str, Dialect], plain: dict[str, Any]
) -> None:
    own = TypeAdapter(Dialect).validate_python(plain | {"name": "karaganda"})
    assert detect(written(UNIMARC, "450 "), {**dialects, "karaganda": own}) is own


def test_what_is_mandatory_depends_on_level_and_kind(dialects: dict[str, Dialect]) -> None:
    asked = {rule.element: rule.severity for rule in dialects["unimarc"].mandatory_for("monograph", "text")}
    assert asked["title"] == "error"
    assert asked["extent"] == "warning"
    article = {rule.element for rule in dialects["unimarc"].mandatory_for("analytic", "text")}
    assert "host_title" in article
    assert {"extent", "location"}.isdisjoint(article)
    assert "language" not in {
        rule.element for rule in dialects["unimarc"].mandatory_for("monograph", "image")
    }


def test_every_real_record_is_unimarc(exports: dict[str, list[Record]], dialects: dict[str, Dialect]) -> None:
    found = {name: {detect(one.marc, dialects) for one in records} for name, records in exports.items()}
    assert all(families == {dialects["unimarc"]} for families in found.values())
    assert {name: len(records) for name, records in exports.items()} == {
        "tatarstan": 500,
        "rnb": 81,
        "zebra": 72,
        "urait": 1,
    }
