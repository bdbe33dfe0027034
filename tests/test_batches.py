"""The import batch: the source's own encoding, nothing but the corrections, and a sheet that tells them."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rabis_sync.marc import codec
from rabis_sync.marc.fields import SUBFIELD, Field, MarcRecord
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, str, str]]

GENERAL = "100 $a20200315d2019    m  y0kazy50      ca"
REST = "101 $akaz\n102 $aKZ\n210 $aАлматы$cАтамұра$d2019\n215 $a120 б.\n686 $a84(5Каз)$2rubbk\n801 $aKZ$bЦБС"
GOOD = f"{GENERAL}\n200 $aҚұлагер$fІ. Жансүгіров\n700 $aЖансүгіров$bІ.\n899 $aЦБС$p1\n{REST}"
SPACED = f"{GENERAL}\n200 $aАбай  жолы$eроман-эпопея \n700 $aӘуезов$bМ. О.\n899 $aЦБС$p2\n{REST}"
ISBN = f"010 $a9965-05-123-х\n{GENERAL}\n200 $aКөксерек\n700 $aӘуезов$bМ. О.\n899 $aЦБС$p3\n{REST}"


def parsed(number: int, text: str) -> MarcRecord:
    """A record out of lines such as ``200 $aАбай жолы``."""
    fields = [Field("001", str(number))]
    for line in sorted(text.split("\n")):
        tag, _, rest = line.partition(" ")
        fields.append(Field(tag, "  " + rest.replace("$", SUBFIELD)))
    return MarcRecord("00000nam0 2200000   450 ", tuple(fields))


Make = "Callable[..., Path]"


@pytest.fixture
def make(configured: Callable[[str], Path], told: Told) -> Callable[..., Path]:
    """A library with these records, harvested and corrected, on a database."""

    def build(url: str, *texts: str, encoding: str = "utf-8") -> Path:
        folder = configured(url)
        with (folder / "catalogue.mrc").open("wb") as stream:
            records = (parsed(number, text) for number, text in enumerate(texts, 1))
            codec.write(stream, records, syntax="iso2709", encoding=encoding)
        assert told("harvest")[0] == 0
        assert told("correct")[0] == 0
        return folder

    return build


@pytest.fixture
def library(make: Callable[..., Path], sqlite_url: str) -> Callable[..., Path]:
    """The same on SQLite."""
    return partial(make, sqlite_url)


def read(file: Path, encoding: str = "auto") -> list[MarcRecord]:
    outcomes = list(codec.read(io.BytesIO(file.read_bytes()), encoding=encoding))
    assert all(isinstance(one, codec.Decoded) for one in outcomes)
    return [one.record for one in outcomes if isinstance(one, codec.Decoded)]


def views(folder: Path) -> dict[str, str]:
    with opened(folder / "config.toml") as (_, store), store.read() as unit:
        return {
            view.control_number: view.corrected
            for page in unit.corrections.views("catalogue")
            for view in page
        }


def sheet(file: Path) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(file)
    return [row for row in book.active.iter_rows(values_only=True) if any(row)]


@pytest.mark.parametrize("encoding", ["utf-8", "kz1048"])
def test_the_batch_reads_back_as_the_corrected_view_and_differs_in_corrected_fields_alone(
    make: Callable[..., Path], any_url: str, told: Told, encoding: str
) -> None:
    folder = make(any_url, GOOD, SPACED, ISBN, encoding=encoding)
    code, out, _ = told("export", "corrections", "-o", folder / "out.mrc")
    assert code == 0, out
    assert encoding in out
    batch = read(folder / "out.mrc", encoding)
    assert {one.control_number: one.canonical() for one in batch} == views(folder)
    harvested = {one.control_number: one for one in read(folder / "catalogue.mrc")}
    changed = {
        one.control_number: [
            (was.tag, now.text.replace(SUBFIELD, "$"))
            for was, now in zip(harvested[one.control_number].fields, one.fields, strict=True)
            if was != now
        ]
        for one in batch
    }
    assert changed == {
        "2": [("200", "  $aАбай жолы$eроман-эпопея")],
        "3": [("010", "  $a9965-05-123-X")],
    }


def test_the_sheet_tells_record_title_field_before_after_and_why(
    library: Callable[..., Path], told: Told
) -> None:
    folder = library(GOOD, SPACED, ISBN)
    told("export", "corrections", "-o", folder / "out.mrc", "--lang", "ru")
    rows = sheet(folder / "out.xlsx")
    heading = next(at for at, row in enumerate(rows) if row[0] == "№ записи")
    assert [row[:5] for row in rows[heading + 1 :]] == [
        ("2", "Абай жолы", "200$a", "Абай␣␣жолы", "Абай жолы"),
        ("2", "Абай жолы", "200$e", "роман-эпопея␣", "роман-эпопея"),
        ("3", "Көксерек", "010$a", "9965-05-123-х", "9965-05-123-X"),
    ]
    assert all(row[5] for row in rows[heading:])
    book = openpyxl.load_workbook(folder / "out.xlsx")
    [row] = [cell.row for cell in book.active["A"] if cell.value == "№ записи"]
    assert book.active.freeze_panes == f"A{row + 1}"
    assert book.active.auto_filter.ref == f"A{row}:F{row + 3}"


def test_what_an_encoding_cannot_hold_is_named_and_left_out(library: Callable[..., Path], told: Told) -> None:
    folder = library(SPACED, f"{GENERAL}\n200 $aПесни  гор\n899 $aЦБС$p4".replace("kaz", "rus"))
    code, out, err = told("export", "corrections", "-o", folder / "out.mrc", "--encoding", "cp1251")
    assert (code, "1 records written" in out) == (4, True)
    assert "record 1" in err
    assert "'ғ'" in err or "U+04" in err
    assert [one.control_number for one in read(folder / "out.mrc", "cp1251")] == ["2"]
    assert any("1" in str(row[0]) and "UTF-8" in str(row[0]) for row in sheet(folder / "out.xlsx"))


def test_every_encoding_of_the_trade_is_known_by_its_name(library: Callable[..., Path], told: Told) -> None:
    russian = f"{GENERAL}\n200 $aПесни  гор\n899 $aЦБС$p4".replace("kaz", "rus")
    folder = library(russian)
    for name in ("UTF-8", "cp1251", "KZ-1048", "PT154", "cp866", "KOI8-R"):
        assert told("export", "corrections", "-o", folder / "out.mrc", "--encoding", name)[0] == 0
        [record] = read(folder / "out.mrc", name)
        assert record.canonical() == views(folder)["1"], name
    code, _, err = told("export", "corrections", "-o", folder / "out.mrc", "--encoding", "EBCDIC-KZ")
    assert (code, "EBCDIC-KZ" in err) == (2, True)


def test_marcxml_holds_the_same_records(library: Callable[..., Path], told: Told) -> None:
    folder = library(GOOD, SPACED)
    assert told("export", "corrections", "-o", folder / "out.xml", "--format", "marcxml")[0] == 0
    assert {one.control_number: one.canonical() for one in read(folder / "out.xml")} == views(folder)
    code, _, err = told(
        "export", "corrections", "-o", folder / "out.xml", "--format", "marcxml", "--encoding", "cp1251"
    )
    assert (code, "MARCXML is written in UTF-8" in err) == (2, True)


def test_a_record_that_changed_since_its_correction_is_not_in_the_batch(
    library: Callable[..., Path], told: Told
) -> None:
    folder = library(SPACED, ISBN)
    with (folder / "catalogue.mrc").open("wb") as stream:
        codec.write(stream, [parsed(1, SPACED.replace("роман", "кітап")), parsed(2, ISBN)], syntax="iso2709")
    assert told("harvest")[0] == 0
    told("export", "corrections", "-o", folder / "out.mrc")
    assert [one.control_number for one in read(folder / "out.mrc")] == ["2"]


def test_where_nothing_was_corrected_no_file_is_written(library: Callable[..., Path], told: Told) -> None:
    folder = library(GOOD)
    code, out, _ = told("export", "corrections", "-o", folder / "out.mrc")
    assert (code, "nothing was written" in out) == (0, True)
    assert not (folder / "out.mrc").exists()


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(
    library: Callable[..., Path], told: Told
) -> None:
    folder = library(SPACED)
    code, _, err = told("export", "corrections", "-o", folder / "nowhere" / "out.mrc")
    assert (code, "cannot be written" in err) == (2, True)
    code, _, err = told("export", "corrections", "-o", folder / "out.xlsx")
    assert (code, "overwritten by the change sheet" in err) == (2, True)
    assert not list(folder.glob(".*.part"))
