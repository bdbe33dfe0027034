"""Numbers of the UDC and the BBK become the classes that statements count by."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter

from rabis_sync.reconcile.content import ContentClasses, Marks

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def classes(root: Path) -> ContentClasses:
    content = tomllib.loads((root / "mappings" / "content_classes.toml").read_text("utf-8"))
    return TypeAdapter(ContentClasses).validate_python(content)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("004.9", "TECH"), ("01", "OPL"), ("025.1", "OPL"), ("030", "OTHER"), ("159.9", "OPL"),
        ("27-1", "OPL"), ("339", "OPL"), ("398.21(574)", "FIC"), ("398", "OPL"), ("4", "PHIL"),
        ("51", "ENL"), ("616.1", "ENL"), ("621.3", "TECH"), ("630*2", "AGR"), ("657.1", "OPL"),
        ("654", "TECH"), ("72.03", "TECH"), ("796.8", "ART"), ("811.512.122", "PHIL"), ("82.09", "PHIL"),
        ("821.512.122.09", "PHIL"), ("821.512.122(09)", "PHIL"), ("821.512.122-3", "FIC"), ("82-93", "FIC"),
        ("821.512.122", "FIC"), ("821.161.1-31", "FIC"), ("821.512.122(574)-1", "FIC"), ("82.0", "PHIL"),
        ("908(574.3)", "OPL"), ("94(574)", "OPL"), ("929", "OPL"), ("910.1", "ENL"), ("911.3", "OPL"),
        ("911.2", "ENL"), ("913(574)", "OPL"), ("З973", "TECH"), ("84(5Каз)", "FIC"), ("", ""), ("(574)", ""),
    ],
)  # fmt: skip
def test_a_udc_number_has_its_class(classes: ContentClasses, number: str, wanted: str) -> None:
    assert classes.of_udc(number) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("22.1", "ENL"), ("26.89(5Каз)", "OPL"), ("26.8", "ENL"), ("32.97", "TECH"), ("42.3", "AGR"),
        ("51.2", "ENL"), ("63.3(5Каз-2Қар)", "OPL"), ("74.26", "OPL"), ("75.5", "ART"), ("81.2Каз", "PHIL"),
        ("82.3(5Каз)", "FIC"), ("82", "PHIL"), ("83.3(5Каз)", "PHIL"), ("84(5Каз)7", "FIC"), ("85.14", "ART"),
        ("88.8", "OPL"), ("92", "OTHER"), ("Д", "CHILD"), ("Ч515.815я43", "ART"), ("У052.9(2)", "OPL"),
        ("Ц4,6", "OPL"), ("Э372.24", "OPL"), ("А7,0я44", "OPL"), ("Ш141.2", "PHIL"), ("Ш6(2)", "FIC"),
        ("Щ143", "ART"), ("П213", "AGR"), ("84 (5 Каз) 6-4", "FIC"), ("63.3; 84", "OPL"), ("x", ""),
    ],
)  # fmt: skip
def test_a_bbk_number_has_its_class(classes: ContentClasses, number: str, wanted: str) -> None:
    assert classes.of_bbk(number) == wanted


def test_the_letter_of_two_tables_is_told_by_the_udc(classes: ContentClasses) -> None:
    assert classes.of_record(Marks(["Д84(5Каз)"], ["82-93"])) == "CHILD"
    assert classes.of_record(Marks(["Д823(5)"], ["911.2"])) == "ENL"


def test_the_bbk_counts_before_the_udc_and_both_before_the_code_of_literature(
    classes: ContentClasses,
) -> None:
    assert classes.of_record(Marks(["63.3"], ["821.512.122-3"], literature=True)) == "OPL"
    assert classes.of_record(Marks([], ["51"], literature=True)) == "ENL"
    assert classes.of_record(Marks([], [], literature=True)) == "FIC"
    assert classes.of_record(Marks()) == ""


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("FIC", "FIC"),
        ("63.3(5Каз)", "OPL"),
        ("63", "OPL"),
        ("821.161.1-3", "FIC"),
        ("Ш6", "FIC"),
        ("жыр", ""),
    ],
)
def test_what_the_books_have_as_content_is_a_class_or_a_number(
    classes: ContentClasses, written: str, wanted: str
) -> None:
    assert classes.of_books(written) == wanted


def test_the_library_says_what_a_number_without_a_sign_is_of(root: Path) -> None:
    content = tomllib.loads((root / "mappings" / "content_classes.toml").read_text("utf-8"))
    by_udc = TypeAdapter(ContentClasses).validate_python({**content, "books": "udc"})
    assert by_udc.of_books("63") == "AGR"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"udc": {"NEW": ["1"]}}, "is none of the classes"),
        ({"bbk": {"OPL": ["2"], "ENL": ["2"]}}, "stands under OPL and ENL"),
        ({"udc_forms": [{"pattern": "(", "class": "OPL"}]}, "no regular expression"),
        ({"udc_forms": [{"pattern": "8"}]}, "pattern and class"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(changed: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ContentClasses(["OPL", "ENL"], **changed)  # type: ignore[arg-type]
