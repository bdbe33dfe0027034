"""Decisions at the command line: numbers as the reports show them, all or none, journalled, taken back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rabis_sync.demo import library
from rabis_sync.marc import codec
from rabis_sync.wiring.running import Manner, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def after_the_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Configuration of the demo library after a night."""
    folder = tmp_path_factory.mktemp("library")
    library.build(folder)
    run_job(folder / "config.toml", "nightly", Manner())
    return folder / "config.toml"


@pytest.fixture
def config_path(after_the_night: Path) -> Path:
    return after_the_night


def listed(told: Told, report: str, what: str) -> list[dict[str, Any]]:
    return json.loads(told("report", report, "--format", "json")[1])[what]


def journal(told: Told) -> list[dict[str, Any]]:
    return json.loads(told("decisions", "--json")[1])["decisions"]


def test_a_finding_is_rejected_and_comes_back_when_that_is_undone(told: Told) -> None:
    [first, *others] = [one["id"] for one in listed(told, "corrections", "corrections")]
    code, out, _ = told("reject", first, "--note", "так на титульном листе", "--lang", "en")
    assert (code, "the finding was rejected" in out) == (0, True)
    assert [one["id"] for one in listed(told, "corrections", "corrections")] == others
    number = journal(told)[-1]["id"]
    assert journal(told)[-1]["note"] == "так на титульном листе"
    assert "так на титульном листе" in told("decisions")[1]
    code, out, _ = told("undo", number)
    assert (code, f"решение {number} отменено" in out) == (0, True)
    assert first in [one["id"] for one in listed(told, "corrections", "corrections")]
    code, _, err = told("undo", number)
    assert (code, "taken back already" in err) == (2, True)


def test_a_discrepancy_may_stand_and_is_open_again_when_that_is_undone(told: Told) -> None:
    first = listed(told, "reconciliation", "discrepancies")[0]["id"]
    assert told("accept", first, "--note", "акт утерян")[0] == 0
    assert first not in [one["id"] for one in listed(told, "reconciliation", "discrepancies")]
    assert told("undo", journal(told)[-1]["id"])[0] == 0
    assert first in [one["id"] for one in listed(told, "reconciliation", "discrepancies")]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("accept", "999999"), "there is no finding 999999"),
        (("accept", "d999999"), "there is no open discrepancy d999999"),
        (("reject", "d1"), "cannot be rejected"),
        (("accept", "abc"), "is no number of a finding"),
        (("undo", "999999"), "there is no decision 999999"),
    ],
)
def test_a_decision_on_nothing_is_one_clear_message(
    told: Told, arguments: tuple[str, ...], word: str
) -> None:
    code, _, err = told(*arguments)
    assert (code, word in err) == (2, True), err


def test_all_of_a_command_is_decided_or_nothing(told: Told) -> None:
    first = listed(told, "corrections", "corrections")[0]["id"]
    before = journal(told)
    assert told("reject", first, "999999")[0] == 2
    assert journal(told) == before
    assert first in [one["id"] for one in listed(told, "corrections", "corrections")]


def test_two_records_are_said_to_be_two_editions_and_the_pair_is_gone_until_that_is_undone(
    told: Told,
) -> None:
    pairs = listed(told, "duplicates", "pairs")
    a, b = pairs[0]["a"], pairs[0]["b"]
    code, out, _ = told(
        "decide", f"{pairs[0]['source_a']}:{a}", b, "--different", "--note", "держал обе в руках"
    )
    assert (code, f"записи {min(a, b)} и {max(a, b)}: разные издания" in out) == (0, True)
    assert [one["id"] for one in listed(told, "duplicates", "pairs")] == [one["id"] for one in pairs[1:]]
    assert told("dedup")[0] == 0
    assert [one["id"] for one in listed(told, "duplicates", "pairs")] == [one["id"] for one in pairs[1:]]
    assert told("undo", journal(told)[-1]["id"])[0] == 0
    assert listed(told, "duplicates", "pairs") == pairs


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("decide", "нет-такой", "нет-такой", "--same"), "there is no record 'нет-такой'"),
        (("decide", "a:1", "a:2", "--different"), "Sources: "),
        (("decide", "1", "2"), "Add --same"),
    ],
)
def test_a_pair_that_cannot_be_decided_is_one_clear_message(
    told: Told, arguments: tuple[str, ...], word: str
) -> None:
    code, _, err = told(*arguments)
    assert (code, word in err) == (2, True), err


def found(told: Told) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(told("report", "duplicates", "--format", "json")[1])
    return document


def sheet(file: Path) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(file).active.iter_rows()]


def test_a_merge_is_looked_at_approved_exported_and_taken_back(told: Told, tmp_path: Path) -> None:
    before = found(told)
    first, second = before["clusters"][:2]
    gone = [one for one in first["records"] if one != first["survivor"]]

    assert f"{first['id']}" in told("merges", "list")[1]
    code, preview, _ = told("merges", "show", first["id"], "--lang", "en")
    assert (code, f"Record {first['survivor']} stays" in preview) == (0, True)
    assert all(one in preview for one in gone)
    assert found(told)["clusters"] == before["clusters"]

    code, out, _ = told("merges", "approve", first["id"], second["id"], "--note", "сверено", "--lang", "ru")
    assert (code, out.count("объединены с записью")) == (0, 2)
    ids = [one["id"] for one in found(told)["clusters"]]
    assert ids == [one["id"] for one in before["clusters"] if one not in (first, second)]

    batch = tmp_path / "merges.mrc"
    code, out, _ = told("export", "merges", "-o", batch)
    assert (code, "2 merged records to import, 2 records to delete" in out) == (0, True)
    with batch.open("rb") as stream:
        numbers = [one.record.control_number for one in codec.read(stream)]  # type: ignore[union-attr]
    assert numbers == [first["survivor"], second["survivor"]]
    assert any(gone[0] in row for row in sheet(tmp_path / "merges-delete.xlsx"))
    assert any(gone[0] in row for row in sheet(tmp_path / "merges.xlsx"))

    for decision in journal(told)[-2:]:
        assert told("undo", decision["id"])[0] == 0
    assert found(told) | {"generated_at": ""} == before | {"generated_at": ""}


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("merges", "show", "999999"), 2, "there is no cluster 999999 waiting"),
        (("merges", "approve", "999999"), 2, "there is no cluster 999999 waiting"),
        (("export", "merges", "-o", "x.mrc"), 2, "no approved merge waits for the library"),
        (("export", "merges", "-o", "x.mrc", "--format", "pdf"), 2, "pdf"),
    ],
)
def test_what_cannot_be_done_is_one_clear_message(
    told: Told, arguments: tuple[str, ...], code: int, word: str
) -> None:
    got, _, err = told(*arguments)
    assert (got, word in err) == (code, True), err


def test_all_that_are_named_are_merged_or_none(told: Told) -> None:
    first = found(told)["clusters"][0]
    assert told("merges", "approve", first["id"], "999999")[0] == 2
    assert found(told)["clusters"][0] == first
