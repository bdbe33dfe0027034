"""A workbook that LibreOffice has opened and saved again says the same, and so does the CSV it exports."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.reconcile.layouts import (
    ACT,
    PRINTED,
    PRINTED_MERGED,
    RECEIVED,
    RECEIVED_MERGED,
    TURNOVER,
    TURNOVER_MERGED,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="needs the Debian package libreoffice-calc"
)

LAYOUTS = {
    "a": (PRINTED, PRINTED_MERGED),
    "b": (TURNOVER, TURNOVER_MERGED),
    "c": (ACT, ()),
    "d": (RECEIVED, RECEIVED_MERGED),
}


def saved(paths: list[Path], into: str, folder: Path) -> None:
    """The files as LibreOffice saves them, in a folder."""
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", into, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def test_a_workbook_saved_by_libreoffice_is_read_the_same(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], tmp_path: Path
) -> None:
    paths = [
        workbook(rows, name=f"{name}.xlsx", merge=merged, names=["Лист"])
        for name, (rows, merged) in LAYOUTS.items()
    ]
    by_one = told("*.xlsx")
    (tmp_path / "saved").mkdir()
    saved(paths, "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved")
    assert told("saved/*.xlsx") == by_one
    assert len(by_one) > 10


@pytest.mark.soak
def test_the_csv_that_libreoffice_exports_is_read_the_same(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], tmp_path: Path
) -> None:
    path = workbook(PRINTED)
    by_one = told()
    # Semicolon, quotation mark, Windows-1251 (which has no Kazakh letters: UTF-8), from the first row on.
    saved([path], "csv:Text - txt - csv (StarCalc):59,34,76,1", tmp_path)
    by_csv = told("fond.csv")

    def plain(one: Any) -> tuple[Any, ...]:
        return (
            one.inventory_number,
            one.title,
            one.price,
            one.branch,
            one.acquired,
            one.act_out,
            one.reason_code,
        )

    assert [plain(one) for one in by_csv] == [plain(one) for one in by_one]
