"""Decisions at the command line: numbers as the reports show them, all or none, journalled, taken back."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync import cli
from rabis_sync.demo import library
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
def told(
    after_the_night: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    def call(*arguments: object) -> tuple[int, str, str]:
        command = ["rabis-sync", "--config", str(after_the_night), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


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
