"""The rights registry as libraries keep it: CSV of every kind, XLSX, and mistakes that open nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.publish.registry import COLUMNS, read_registry
from rabis_sync.publish.rights import decide

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.publish.vocabulary import RightsVocabulary

HEADING = "record;holder;contract_no;valid_until;level"
TODAY = date(2026, 11, 22)


def write(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "rights.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_program_saved_it(
    tmp_path: Path, vocabulary: RightsVocabulary, encoding: str, delimiter: str, end: str
) -> None:
    text = f"{HEADING}\nb1;Абаев С.;ДА-1;31.12.2027;открыто\n".replace(";", delimiter).replace("\n", end)
    registry = read_registry(write(tmp_path, text, encoding), vocabulary)
    (row,) = registry.of("b1")
    assert (row.holder, row.level, row.valid_until, row.place) == (
        "Абаев С.",
        "open",
        date(2027, 12, 31),
        "rights.csv, row 2",
    )
    assert registry.unread == ()


def test_a_spreadsheet_is_read_with_its_dates_and_numbers(
    tmp_path: Path, vocabulary: RightsVocabulary
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*COLUMNS])
    sheet.append([1017, "Абаев С.", "", 5, None, None, datetime(2027, 12, 31), "open", None, 1990])  # noqa: DTZ001  as a cell holds it
    book.save(tmp_path / "rights.xlsx")
    registry = read_registry(tmp_path / "rights.xlsx", vocabulary)
    (row,) = registry.of("1017")
    assert (row.contract_no, row.valid_until, row.death_year) == ("5", date(2027, 12, 31), 1990)
    assert decide("1017", [row], TODAY).level == "open"


def test_rows_are_counted_as_the_reader_sees_them(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    text = f'{HEADING}\n\nb1;"Абаев\nС.";1;;open\n;;;;\nb2;Б;1;never;open\n'
    registry = read_registry(write(tmp_path, text), vocabulary)
    assert registry.of("b1")[0].place == "rights.csv, row 3"
    assert [row.place for row in registry.unread] == ["rights.csv, row 6"]


def test_one_row_may_name_several_records(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    registry = read_registry(write(tmp_path, f'{HEADING}\n"b1; b2;b1";А;1;;open\n'), vocabulary)
    assert [len(registry.of(number)) for number in ("b1", "b2", "b3")] == [1, 1, 0]


def test_a_row_that_names_no_record_is_told(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    registry = read_registry(write(tmp_path, f"{HEADING}\n;А;1;;open\n"), vocabulary)
    assert [row.place for row in registry.unread] == ["rights.csv, row 2"]


def test_a_row_whose_cells_slipped_allows_nothing(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    registry = read_registry(write(tmp_path, f"{HEADING}\nb1;А;1;;open;open\n"), vocabulary)
    decision = decide("b1", registry.of("b1"), TODAY)
    assert (decision.level, decision.reason) == ("closed", "broken_row")


def test_a_row_that_is_too_short_leaves_the_rest_empty(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    registry = read_registry(write(tmp_path, f"{HEADING}\nb1;А;1\n"), vocabulary)
    assert decide("b1", registry.of("b1"), TODAY).reason == "level_missing"


def test_a_column_of_the_librarys_own_is_passed_over(tmp_path: Path, vocabulary: RightsVocabulary) -> None:
    registry = read_registry(write(tmp_path, f"{HEADING};шкаф\nb1;А;1;;open;7\n"), vocabulary)
    assert decide("b1", registry.of("b1"), TODAY).level == "open"


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("record;holder;contract_no;valid_untill;level", "did you mean 'valid_until'"),
        ("record;holder;contract_no;level", "no column valid_until"),
        ("holder;contract_no;valid_until;level", "no column record"),
        ("record;record;holder;valid_until;level", "stands twice"),
        ("", "no column record, holder, valid_until, level"),
    ],
)
def test_a_heading_that_would_open_too_much_is_refused(
    tmp_path: Path, vocabulary: RightsVocabulary, heading: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        read_registry(write(tmp_path, f"{heading}\nb1;А;1;;open\n" if heading else ""), vocabulary)


@pytest.mark.parametrize(
    "body",
    [b"PK\x03\x04 no spreadsheet", b"\x98\x00\xff", b'record;holder\n"b1;b2'],
    ids=["zip", "bytes", "quote"],
)
def test_what_is_no_table_is_refused_with_its_name(
    tmp_path: Path, vocabulary: RightsVocabulary, body: bytes
) -> None:
    path = tmp_path / "rights.csv"
    path.write_bytes(body)
    with pytest.raises(ConfigError, match=r"rights\.csv"):
        read_registry(path, vocabulary)
