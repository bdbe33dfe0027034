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


def judged_cases() -> Iterator[Any]:
    """All of them; one marked pending has to fail, so that the mark goes as soon as it is met."""
    for param in cases():
        reason = param.values[0].get("pending")
        marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
        yield pytest.param(*param.values, id=param.id, marks=marks)


def rows_of(case: dict[str, Any], read_row: Callable[[str, int], Row]) -> tuple[Row, Row]:
    first, second = (
        read_row(f"{case['shared']}\n{case[side]}", number) for number, side in enumerate("ab", 1)
    )
    return first, second


@pytest.mark.parametrize("case", list(judged_cases()))
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


def meeting() -> list[Any]:
    """Cases that somebody should look at, without those that are not met yet."""
    told = (param for param in cases() if "pending" not in param.values[0])
    return [param for param in told if param.values[0]["verdict"] != "none"]


@pytest.mark.parametrize("case", meeting())
def test_a_pair_worth_a_look_shares_a_key(case: dict[str, Any], read_row: Callable[[str, int], Row]) -> None:
    first, second = rows_of(case, read_row)
    assert keys(first).keys() & keys(second).keys()


def test_there_are_cases_of_every_confusion_and_each_has_its_name() -> None:
    names = [param.id for param in cases()]
    assert len(names) >= 150
    assert len(set(names)) == len(names)
