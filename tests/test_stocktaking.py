"""A stock check at the command line: every outcome planted is found, none is invented, every line is kept."""

from __future__ import annotations

import json
import sys
from importlib.resources import files as resources
from typing import TYPE_CHECKING, Any

import jsonschema
import openpyxl
import pytest

from bench.stocktaking import shelves
from bench.stocktaking.shelves import CARD, CARD_READ, HERE, NUMBERLESS
from rabis_sync import cli, wiring
from rabis_sync.wiring.assembly import HarvestWish
from rabis_sync.wiring.running import Manner, run_step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bench.stocktaking.shelves import World

    Told = Callable[..., tuple[int, str, str]]

COPIES = 3_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return shelves.build(tmp_path_factory.mktemp("scans"), COPIES)


@pytest.fixture(scope="module")
def config(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = world.library.write(tmp_path_factory.mktemp("library"))
    for step in ("harvest", "reconcile"):
        assert run_step(path, step, Manner(), HarvestWish()).exit_code == 0
    return path


@pytest.fixture
def told(config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rabis-sync", "--config", str(config), *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


@pytest.fixture(scope="module")
def checked(config: Path, world: World) -> int:
    """An open check with the three files in it."""
    wiring.open_stockcheck(config, HERE, note="", lang="ru")
    wiring.scan(config, 1, world.files, lang="ru")
    return 1


@pytest.fixture(scope="module")
def document(config: Path, checked: int) -> dict[str, Any]:
    """What it has found."""
    return json.loads(wiring.stockcheck_paper(config, checked, form="json", lang="ru"))


def shown(told: Told, number: int) -> dict[str, Any]:
    return json.loads(told("stockcheck", "show", number, "--format", "json")[1])


def test_every_outcome_planted_is_found_and_none_is_invented(world: World, document: dict[str, Any]) -> None:
    found: dict[str, set[str]] = {}
    for one in document["findings"]:
        if one["number"] not in {"", shelves.CARD_NUMBER}:
            found.setdefault(one["outcome"], set()).add(one["number"].lstrip("0"))
    assert found == world.truth
    card = {
        one["outcome"]: one["copies"] for one in document["findings"] if one["number"] == shelves.CARD_NUMBER
    }
    assert card == {"found": CARD_READ, "missing": CARD - CARD_READ}
    marks: dict[str, set[str]] = {}
    for one in document["findings"]:
        for mark in set(one["marks"]) - {"restored"}:
            if one["number"] and one["outcome"] != "elsewhere":
                marks.setdefault(mark, set()).add(one["number"])
    withdrawn = {f"{shelves.WITHDRAWN_AFTER + at}" for at in range(shelves.WITHDRAWN)}
    assert marks.pop("not_booked") - withdrawn == world.marks["not_booked"]
    assert {mark: numbers - withdrawn for mark, numbers in marks.items()} == {
        mark: numbers for mark, numbers in world.marks.items() if mark != "not_booked"
    }


def test_copies_and_lines_add_up(world: World, document: dict[str, Any]) -> None:
    totals = document["totals"]
    assert totals["expected"] == COPIES == world.expected
    assert totals["balanced"]
    own = ("found", "missing", "away", "ambiguous", "uncheckable")
    assert sum(totals[name] for name in own) == COPIES
    assert totals["uncheckable"] == NUMBERLESS
    assert totals["ambiguous"] == 2 * shelves.QUOTA["ambiguous"]
    assert totals["lines"] == totals["scans"] + totals["headings"] + totals["unread"]
    assert {(one["file"], one["line"]) for one in document["unread"]} == world.unread
    places = [(read["file"], read["line"]) for one in document["findings"] for read in one["reads"]]
    assert len(places) == len(set(places)) == totals["scans"]


def test_a_second_reading_is_told_apart_within_a_file_and_across_files(
    world: World, document: dict[str, Any]
) -> None:
    repeats = document["repeats"]
    assert {one["number"] for one in repeats if one["within"]} == world.within
    assert {one["number"] for one in repeats if not one["within"]} == world.across


def test_progress_is_told_by_shelf_and_by_number_and_adds_up(document: dict[str, Any]) -> None:
    ranges = document["ranges"]
    for by in ("shelf", "number"):
        own = [one for one in ranges if one["by"] == by]
        assert sum(one["expected"] for one in own) == COPIES
    assert {one["label"] for one in ranges if one["by"] == "shelf"} >= set(shelves.CLASSES)
    [first] = [one for one in ranges if one["label"] == "10001–10100"]
    assert (first["expected"], first["read"] + first["away"] + first["missing"]) == (100, 100)


def test_the_same_file_is_taken_once_whatever_its_name(
    told: Told, world: World, checked: int, document: dict[str, Any], tmp_path: Path
) -> None:
    again = tmp_path / "copy.txt"
    again.write_bytes(world.files[0].read_bytes())
    code, out, _ = told("stockcheck", "scan", checked, again)
    assert (code, "уже принят (scan1.txt)" in out) == (0, True)
    after = shown(told, checked)
    assert (after["files"], after["totals"]) == (document["files"], document["totals"])


def test_a_closed_check_keeps_its_outcome_and_takes_no_scans_until_that_is_undone(
    told: Told, checked: int, document: dict[str, Any], config: Path, world: World, tmp_path: Path
) -> None:
    missing = document["totals"]["missing"]
    code, out, _ = told("stockcheck", "close", checked, "--note", "акт подписан")
    assert (code, f"закрыта: найдено — {document['totals']['found']}" in out) == (0, True)
    closing = out.split(":")[0]
    late = tmp_path / "late.txt"
    late.write_text(f"{min(world.truth['missing'])}\n", "utf-8")
    code, _, err = told("stockcheck", "scan", checked, late)
    assert (code, "is closed and takes no scans" in err) == (2, True)
    assert told("stockcheck", "close", checked)[0] == 2
    booked(config, "99999")
    frozen = shown(told, checked)
    assert frozen["check"]["closed_at"]
    promised(frozen)
    assert {**frozen, "check": 0, "generated_at": 0} == {**document, "check": 0, "generated_at": 0}
    assert told("undo", closing)[0] == 0
    assert shown(told, checked)["totals"]["missing"] == missing + 1
    out = told("stockcheck", "scan", checked, late)[1]
    assert shown(told, checked)["totals"]["missing"] == missing
    assert told("undo", out.splitlines()[-1].split(":")[0])[0] == 0
    booked(config)
    assert shown(told, checked)["totals"] == document["totals"]


def booked(config: Path, *numbers: str) -> None:
    """The books with these numbers more, and no others."""
    ledger = config.parent / "ledger" / "fond.csv"
    lines = [line for line in ledger.read_text("utf-8").splitlines() if ";Новая;" not in line]
    lines += [f"{number};;Новая;2020;10;1;{HERE};;;;" for number in numbers]
    ledger.write_text("\n".join(lines) + "\n", "utf-8")
    assert run_step(config, "reconcile", Manner(), HarvestWish()).exit_code == 0


def promised(document: dict[str, Any]) -> None:
    """It has the shape of its schema."""
    text = resources("rabis_sync.reports").joinpath("schemas", "stockcheck.json").read_text("utf-8")
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.validate(document, json.loads(text), format_checker=checker)


def test_the_document_is_what_its_schema_promises(document: dict[str, Any]) -> None:
    promised(document)


def test_the_act_has_its_lists_and_room_to_sign(
    told: Told, checked: int, document: dict[str, Any], tmp_path: Path
) -> None:
    act = tmp_path / "act.xlsx"
    assert told("stockcheck", "show", checked, "--lang", "kk", "--format", "xlsx", "-o", act)[0] == 0
    book = openpyxl.load_workbook(act)
    missing = book.worksheets[2]
    rows = [[cell.value for cell in row] for row in missing.iter_rows()]
    head = next(at for at, row in enumerate(rows) if row[0] == "Р/с №")
    listed = [row for row in rows[head + 1 :] if isinstance(row[0], int)]
    assert sum(row[6] for row in listed) == document["totals"]["missing"]
    assert len(book.worksheets) == 12
    assert missing.print_title_rows == f"${head + 1}:${head + 1}"
    assert all(sheet.page_setup.paperSize == 9 for sheet in book.worksheets)
    table = told("stockcheck", "show", checked, "--format", "csv")[1].splitlines()
    assert len([line for line in table if line]) == 1 + len(document["findings"])


@pytest.mark.parametrize(("lang", "form"), [("kk", "html"), ("ru", "table"), ("en", "html")])
def test_the_lists_are_shown_on_a_page_and_a_terminal(told: Told, checked: int, lang: str, form: str) -> None:
    said = told("stockcheck", "show", checked, "--lang", lang, "--format", form)[1]
    assert "10001–10100" in said
    assert said.count("<table") == (12 if form == "html" else 0)


def test_what_cannot_be_done_is_said_with_what_can(told: Told, checked: int, tmp_path: Path) -> None:
    assert "is open" in told("stockcheck", "open", "филиал №3")[2]
    assert "Did you mean" in told("stockcheck", "open", "Филиал № 33")[2]
    assert "there is no stock check 99" in told("stockcheck", "show", 99)[2]
    assert told("stockcheck", "scan", checked, tmp_path / "absent.txt")[0] == 75
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\n")
    code, _, err = told("stockcheck", "scan", checked, tmp_path / "scan.pdf")
    assert (code, "is a PDF document" in err) == (1, True)


def test_a_file_of_another_branch_is_told_and_can_be_taken_out(
    told: Told, checked: int, document: dict[str, Any], tmp_path: Path
) -> None:
    strange = tmp_path / "strange.txt"
    strange.write_text(
        "".join(f"{number}\n" for number in range(shelves.THERE_AFTER + 100, shelves.THERE_AFTER + 130)),
        "utf-8",
    )
    code, out, _ = told("stockcheck", "scan", checked, strange)
    assert code == 0
    assert "из 30 кодов 30 не относятся к проверяемому подразделению (Филиал № 3)" in out
    assert f"На учёте 3000: найдено — {document['totals']['found']}" in out
    assert told("undo", out.splitlines()[-1].split(":")[0])[0] == 0
    assert shown(told, checked)["totals"] == document["totals"]


@pytest.mark.postgresql
def test_the_same_is_found_and_kept_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    small = shelves.build(tmp_path / "scans", 300, there=40)
    config = small.library.write(tmp_path / "library", f'\n[store]\nurl = "{postgresql_url}"\n')
    for step in ("harvest", "reconcile"):
        assert run_step(config, step, Manner(), HarvestWish()).exit_code == 0
    wiring.open_stockcheck(config, HERE, note="", lang="en")
    wiring.scan(config, 1, small.files, lang="en")
    wiring.close_stockcheck(config, 1, note="", lang="en")
    frozen = json.loads(wiring.stockcheck_paper(config, 1, form="json", lang="en"))
    promised(frozen)
    assert (frozen["totals"]["expected"], frozen["totals"]["balanced"]) == (300, True)
    found = {one["number"] for one in frozen["findings"] if one["outcome"] == "missing"}
    assert found - {shelves.CARD_NUMBER} == small.truth["missing"]
