"""Assertions as data: two records, the verdict a cataloguer would give, and why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.dedup.keys import keys
from rabis_sync.dedup.verdict import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rabis_sync.dedup.row import Row
    from rabis_sync.dedup.verdict import Matching


def cases() -> Iterator[Any]:
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml")):
        contents = tomllib.loads(path.read_text("utf-8"))
        for case in contents["case"]:
            yield pytest.param({"shared": contents["shared"], **case}, id=f"{path.stem}: {case['name']}")


def rows_of(case: dict[str, Any], read_row: Callable[[str, int], Row]) -> tuple[Row, Row]:
    first, second = (
        read_row(f"{case['shared']}\n{case[side]}", number) for number, side in enumerate("ab", 1)
    )
    return first, second


@pytest.mark.parametrize("case", list(cases()))
def test_two_records_get_the_verdict_of_a_cataloguer(
    case: dict[str, Any], read_row: Callable[[str, int], Row], matching: Matching
) -> None:
    first, second = rows_of(case, read_row)
    found = judge(first, second, matching)
    outcomes = {line.field: line.outcome for line in found.evidence}
    assert {field: outcomes.get(field) for field in case["evidence"]} == case["evidence"]
    assert found.verdict == case["verdict"], (found.score, outcomes)


@pytest.mark.parametrize("case", list(cases()))
def test_it_does_not_matter_which_record_comes_first(
    case: dict[str, Any], read_row: Callable[[str, int], Row], matching: Matching
) -> None:
    first, second = rows_of(case, read_row)
    there, back = judge(first, second, matching), judge(second, first, matching)
    assert (there.verdict, there.score) == (back.verdict, back.score)
    assert [(line.field, line.outcome) for line in there.evidence] == [
        (line.field, line.outcome) for line in back.evidence
    ]


@pytest.mark.parametrize("case", [case for case in cases() if case.values[0]["verdict"] != "none"])
def test_a_pair_worth_a_look_shares_a_key(case: dict[str, Any], read_row: Callable[[str, int], Row]) -> None:
    first, second = rows_of(case, read_row)
    assert keys(first).keys() & keys(second).keys()
