"""The table of cases holds, from the cell a librarian types to the decision, in any order of the rows."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.publish import rights
from rabis_sync.publish.registry import COLUMNS, read_registry
from rabis_sync.publish.rights import LEVELS, REASONS, Decision, RightsRow, Terms, decide, exact_uri

if TYPE_CHECKING:
    from rabis_sync.publish.vocabulary import RightsVocabulary

CASES = tomllib.loads((Path(__file__).parent / "cases" / "rights.toml").read_text("utf-8"))["case"]
STATEMENTS = {
    "PDM": rights.PUBLIC_DOMAIN,
    "InC": rights.IN_COPYRIGHT,
    "UND": rights.UNDETERMINED,
    "CNE": rights.NOT_EVALUATED,
}
TODAY = date(2026, 11, 22)


def write_registry(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows({"record": "b1", "holder": "Автор", **row} for row in rows)
    return path


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_case_of_the_table_is_decided_as_written(
    case: dict[str, Any], tmp_path: Path, vocabulary: RightsVocabulary
) -> None:
    registry = read_registry(write_registry(tmp_path / "rights.csv", case["rows"]), vocabulary)
    expect = case["expect"]
    wanted = Decision(
        level=expect["level"],
        rights_uri=STATEMENTS.get(expect["uri"], expect["uri"]),
        basis=expect.get("basis", ""),
        until=expect.get("until"),
        reason=expect.get("reason", ""),
    )

    for rows in permutations(registry.of("b1")):
        on, published = case.get("on", TODAY), case.get("published")
        assert decide("b1", rows, on, vocabulary.terms, published) == wanted


def test_the_table_is_large_and_its_names_are_sentences_of_their_own() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


def test_the_table_meets_every_reason_a_cell_can_give() -> None:
    met = {case["expect"].get("reason", "") for case in CASES}
    assert met >= set(REASONS) - {"no_registry", "broken_row"}


def test_the_table_meets_every_level() -> None:
    assert {case["expect"]["level"] for case in CASES} == set(LEVELS)


def test_one_more_holder_never_widens_what_may_be_shown() -> None:
    kinds = [
        RightsRow("x", ("b1",), "A", contract_no="1", level=level, death_year=year, valid_until=until)
        for level in LEVELS
        for year in (None, 1900, 1990)
        for until in (None, date(2020, 1, 1), date(2030, 1, 1))
    ]
    for first in kinds:
        alone = LEVELS.index(decide("b1", [first], TODAY).level)
        for second in kinds:
            both = decide("b1", [first, replace(second, holder="B")], TODAY)
            assert LEVELS.index(both.level) >= alone


def test_every_reason_has_its_text_in_three_languages(root: Path) -> None:
    texts = tomllib.loads((root / "mappings" / "issues.toml").read_text("utf-8"))["rights"]
    files = {"file_missing", "file_ambiguous", "file_empty", "file_unrecognised"}
    records = {"record_deleted", "not_local_history", "link_removed"}
    for code in {*REASONS, *files, *records}:
        assert all(texts[code][language] for language in ("kk", "ru", "en")), code


def test_years_of_the_law_are_data() -> None:
    row = RightsRow("x", ("b1",), "Автор", death_year=1970)
    assert decide("b1", [row], TODAY, Terms(life=50)).level == "open"
    assert decide("b1", [row], TODAY, Terms(life=70)).level == "metadata"


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("http://rightsstatements.org/vocab/InC/1.0/", "http://rightsstatements.org/vocab/InC/1.0/"),
        ("https://rightsstatements.org/vocab/InC/1.0", "http://rightsstatements.org/vocab/InC/1.0/"),
        (
            "https://www.rightsstatements.org/page/noc-cr/1.0/",
            "http://rightsstatements.org/vocab/NoC-CR/1.0/",
        ),
        (
            "https://creativecommons.org/licenses/BY-SA/4.0/deed.kk",
            "http://creativecommons.org/licenses/by-sa/4.0/",
        ),
        (
            "http://creativecommons.org/publicdomain/zero/1.0/",
            "http://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("http://rightsstatements.org/vocab/InC/2.0/", ""),
        ("http://rightsstatements.org/vocab/XXX/1.0/", ""),
        ("http://rightsstatements.org.evil.kz/vocab/InC/1.0/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_statement_gets_its_exact_form_or_none(written: str, exact: str) -> None:
    assert exact_uri(written) == exact


@pytest.mark.parametrize(
    ("until", "notice"),
    [
        (None, None),
        (date(2026, 11, 21), None),
        (TODAY, 7),
        (date(2026, 11, 29), 7),
        (date(2026, 11, 30), 30),
        (date(2026, 12, 22), 30),
        (date(2026, 12, 23), 90),
        (date(2027, 2, 20), 90),
        (date(2027, 2, 21), None),
    ],
)
def test_people_are_warned_ninety_thirty_and_seven_days_before(
    until: date | None, notice: int | None
) -> None:
    assert rights.ends_soon(until, TODAY) == notice
