"""The package for the national electronic library, taken out of a library and checked as a bag."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import bagit
import openpyxl
import pytest
from lxml import etree

from rabis_sync import cli
from rabis_sync.wiring.running import Manner, run_job

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, str, str]]

MARC21 = "{http://www.loc.gov/MARC21/slim}"


@pytest.fixture(scope="module")
def kept(library_copy: Callable[[], Path]) -> Path:
    """A library after its night."""
    path = library_copy()
    assert run_job(path, "nightly", Manner()).exit_code == 0
    return path.parent


@pytest.fixture
def told(kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    def call(*arguments: object) -> tuple[int, str, str]:
        command = ["rabis-sync", "--config", str(kept / "config.toml"), *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", command)
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return int(stop.value.code or 0), said.out, said.err

    return call


def published(kept: Path) -> list[dict[str, Any]]:
    live = (kept / "site" / "current").resolve()
    pages = sorted((live / "collection").glob("*.json"))
    return [item for page in pages for item in json.loads(page.read_bytes())["items"]]


def test_the_bag_holds_every_open_book_and_proves_it(kept: Path, told: Told, tmp_path: Path) -> None:
    code, said, _ = told("export", "handover", "-o", tmp_path / "bag")
    opened = [item for item in published(kept) if item["level"] == "open" and item["files"]]
    assert code == 0
    assert said.startswith(f"{len(opened)} books with ")
    bag = bagit.Bag(str(tmp_path / "bag"))
    assert bag.is_valid()
    assert set(bag.entries) >= {
        f"data/books/{item['id']}/{file['name']}" for item in opened for file in item["files"]
    }
    assert not [name for name in bag.entries if "page-" in name]


def test_its_records_are_marcxml_of_both_families_and_bring_the_books_in_order(
    kept: Path, told: Told, tmp_path: Path
) -> None:
    told("export", "handover", "-o", tmp_path / "bag")
    opened = [item for item in published(kept) if item["level"] == "open" and item["files"]]
    found = etree.parse(tmp_path / "bag" / "data" / "marc21.xml").getroot()
    assert found.tag == f"{MARC21}collection"
    assert len(found.findall(f"{MARC21}record")) == len(opened)
    assert len(etree.parse(tmp_path / "bag" / "data" / "unimarc.xml").getroot()) == len(opened)


def test_its_sheet_tells_the_contract_and_the_folder(kept: Path, told: Told, tmp_path: Path) -> None:
    item = next(one for one in published(kept) if one["basis"] == "contract" and one["files"])
    code, said, _ = told("export", "handover", item["record"], "-o", tmp_path / "bag", "--lang", "ru")
    assert (code, said.split(" with ")[0]) == (0, "1 books")
    sheet = openpyxl.load_workbook(tmp_path / "bag" / "data" / "books.xlsx").active
    rows = [["" if value is None else value for value in row] for row in sheet.iter_rows(values_only=True)]
    head = next(row for row in rows if "№ записи" in row)
    [line] = [dict(zip(head, row, strict=True)) for row in rows if item["id"] in row]
    assert line["№ записи"] == item["record"]
    assert line["Договор"].startswith("№ ")
    assert line["Папка в пакете"] == f"books/{item['id']}"
    assert line["Основание публикации"] == "Есть договор с правообладателем."


def test_a_book_that_is_not_open_is_not_given(kept: Path, told: Told, tmp_path: Path) -> None:
    code, _, problem = told("export", "handover", "b-unknown", "-o", tmp_path / "bag")
    assert code == 2
    assert "b-unknown" in problem
    assert not (tmp_path / "bag").exists()


def test_a_folder_that_is_there_is_left_alone(told: Told, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()
    code, _, problem = told("export", "handover", "-o", tmp_path / "bag")
    assert code == 2
    assert "is there already" in problem
    shutil.rmtree(tmp_path / "bag")


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(told: Told, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    code, _, problem = told("export", "handover", "-o", tmp_path / "file" / "bag")
    assert code == 2
    assert "cannot be written" in problem
