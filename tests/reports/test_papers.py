"""A paper to sign in LibreOffice and as a page: A4, headings on every page, formulas that hold."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import openpyxl
import pypdfium2
import pytest

from rabis_sync.errors import ConfigError
from rabis_sync.reports import acts
from rabis_sync.reports.forms import paper_page, paper_sheet
from rabis_sync.reports.paper import form_of

if TYPE_CHECKING:
    from rabis_sync.reports.paper import Paper
    from rabis_sync.reports.texts import Texts

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
#: A4 in points, either side.
A4 = {595, 842}
LINES = 90
CENT = Decimal("0.01")


@pytest.fixture
def act() -> acts.Act:
    lines = []
    for at in range(LINES):
        price, coefficient, quantity = Decimal("12.35"), Decimal("1.5") if at % 2 else None, 1 + at % 3
        amount = (price * (coefficient or 1) * quantity).quantize(CENT, ROUND_HALF_UP)
        title = f"Абай жолы. {at}-кітап"
        money = (price, coefficient, quantity, amount)
        said = ("worn", "kaz", "FIC", "Филиал № 3")
        lines.append(acts.Line(f"{1000 + at}", "Әуезов, М. О.", title, 1960 + at % 60, *money, *said))
    names = {"kk": "ОКЖ", "ru": "ЦБС", "en": "CLS"}
    columns = ["row", "inventory_number", "document", "year", "price", "coefficient", "quantity", "amount"]
    return acts.Act("writeoff", names, names, columns, lines, date(2026, 11, 27), number="5")


@pytest.fixture
def paper(act: acts.Act, texts: Texts) -> Paper:
    return acts.paper(act, texts, "ru")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs the Debian package libreoffice-calc")
def test_it_opens_in_libreoffice_and_prints_on_a4_with_headings_on_every_page(
    paper: Paper, tmp_path: Path
) -> None:
    (tmp_path / "act.xlsx").write_bytes(paper_sheet.write(paper, NOW))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "act.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pypdfium2.PdfDocument(tmp_path / "act.pdf") as pdf:
        pages = [page.get_textpage().get_text_range() for page in pdf]
        assert all({round(side) for side in page.get_size()} == A4 for page in pdf)
    assert "УТВЕРЖДАЮ" in pages[0]
    assert pages[0].count("(подпись)") == 7  # who approves and six who sign
    assert len(pages) > 2
    assert all("Автор, заглавие" in page for page in pages[1:])
    assert any("Итого" in page for page in pages[-2:])


def test_formulas_come_to_the_figures_that_stand_beside_them(
    act: acts.Act, paper: Paper, tmp_path: Path
) -> None:
    """Worked out here from the cells that each formula names, half a tiyn rounded up."""
    (tmp_path / "act.xlsx").write_bytes(paper_sheet.write(paper, NOW))
    formulas = openpyxl.load_workbook(tmp_path / "act.xlsx").worksheets[1]
    values = openpyxl.load_workbook(tmp_path / "act.xlsx", data_only=True).worksheets[1]
    head = next(cell.row for cell in formulas["B"] if cell.value == "Инв. №")
    for at, line in enumerate(act.lines):
        row = head + 1 + at
        assert formulas.cell(row, 8).value == f"=ROUND(PRODUCT(E{row},F{row},G{row}),2)"
        factors = [Decimal(str(values.cell(row, column).value or 1)) for column in (5, 6, 7)]
        product = (factors[0] * factors[1] * factors[2]).quantize(CENT, ROUND_HALF_UP)
        assert Decimal(str(values.cell(row, 8).value)) == product == line.amount
    last = head + LINES
    assert formulas.cell(last + 1, 8).value == f"=SUM(H{head + 1}:H{last})"
    assert Decimal(str(values.cell(last + 1, 8).value)) == act.amount
    assert values.cell(last + 1, 7).value == act.copies


def test_a_text_that_looks_like_a_formula_or_a_page_is_text(
    act: acts.Act, texts: Texts, tmp_path: Path
) -> None:
    strange = act.lines[0]._replace(number="=1+1", title="<script>alert(1)</script>\x07")
    changed = acts.Act(act.kind, act.library, act.instruction, act.columns, [strange], act.day)
    paper = acts.paper(changed, texts, "kk")
    (tmp_path / "act.xlsx").write_bytes(paper_sheet.write(paper, NOW))
    cells = [
        cell
        for row in openpyxl.load_workbook(tmp_path / "act.xlsx").worksheets[1].iter_rows()
        for cell in row
    ]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]
    page = paper_page.write(paper, NOW).decode()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;‹U+0007›" in page


def test_a_table_that_no_line_fills_and_a_column_that_is_empty_are_left_out(
    act: acts.Act, texts: Texts
) -> None:
    bare = act.lines[0]._replace(coefficient=None, content_class="", language="")
    paper = acts.paper(
        acts.Act(act.kind, act.library, act.instruction, act.columns, [bare], act.day), texts, "en"
    )
    [only] = paper.grids
    assert "coefficient" not in [column.key for column in only.columns]


def test_the_ending_of_a_file_says_its_form() -> None:
    forms = {".xlsx": paper_sheet.write}
    assert form_of(PurePath("Акт.XLSX"), forms) is paper_sheet.write
    with pytest.raises(ConfigError, match=r"act\.doc: a paper is written as \.xlsx"):
        form_of(PurePath("act.doc"), forms)
