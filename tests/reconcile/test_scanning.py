"""Scan files as scanners, phones and spreadsheets leave them: the code of every line, and no line lost."""

from __future__ import annotations

import tempfile
import tomllib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.reconcile import scanning
from rabis_sync.reconcile.readings import affix, barcode_key, checks, readings, variants
from rabis_sync.reconcile.scanning import PROBLEMS, ScanFile, ScanRules

if TYPE_CHECKING:
    from collections.abc import Callable

    Scan = Callable[..., ScanFile]

#: «12345», «67890» and «К-12» as the Kazakh keyboard types them.
KAZAKH_KEYBOARD = ('"әіңғ', ",.үұқ", 'Rө"ә')


@pytest.fixture(scope="session")
def rules(root: Path) -> ScanRules:
    content = tomllib.loads((root / "mappings" / "stockcheck.toml").read_text("utf-8"))
    return TypeAdapter(ScanRules).validate_python(content)


@pytest.fixture
def scan(tmp_path: Path, rules: ScanRules) -> Scan:
    def read(body: bytes | str, name: str = "scan.txt") -> ScanFile:
        path = tmp_path / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return scanning.read(path, rules)

    return read


def codes(file: ScanFile) -> list[str]:
    """The plainest reading of every line that is a scan."""
    return [next(readings(line.cell)).text for line in file.lines if not line.problem]


@pytest.mark.parametrize(
    "body",
    [
        "\ufeff10001\r\n\r\n10002\r\n",
        "10001\r10002\r",
        "]C110001\n]E010002\n",
        "*10001*\n*10002*",
        "10001;27.11.2026;10:15:33\n10002;27.11.2026;10:15:34\n",
        "2026-11-27 10:15:33,CODE_128,10001\n2026-11-27 10:15:34,EAN_13,10002\n",
        "10001 27.11.2026 10:15\n10002 27.11.2026 10:16\n",
        "1\t10001\t1\n2\t10002\t1\n3\tК\t1\n",
        '"10001"\n"10002\n',
        "Инв. №;Кол-во\n10001;1\n10002;1\nИтого;2\n",
        "Сканы за 27.11.2026\n10001\n10002\n",
        "\x0210001\x03\n\x0210002\x03\n",
        "10001\u200b\n\u00a010002\u00a0\n",
    ],
    ids=[
        *("mark and blank lines", "old Mac", "AIM identifiers", "frame of Code 39", "moment behind"),
        *("moment and kind before", "moment in one cell", "counter and quantity", "lost quotation mark"),
        *("heading and totals", "title", "control characters", "invisible letters"),
    ],
)  # fmt: skip
def test_the_code_is_found_beside_whatever_stands_there(scan: Scan, body: str) -> None:
    assert codes(scan(body)) == ["10001", "10002"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251"])
def test_any_usual_encoding_is_read(scan: Scan, encoding: str) -> None:
    assert codes(scan("Номер;Время\nК-101;10:01\nК-102;10:02\n".encode(encoding))) == ["К-101", "К-102"]


def test_every_line_is_kept_with_its_number_and_text(scan: Scan) -> None:
    file = scan("Инв. №\n10001\n\nошибка\n1,23E+05\n" + "7" * 80 + "\n")
    assert file.blank == 1
    assert [(line.line, line.problem) for line in file.lines] == [
        (1, "heading"), (2, ""), (4, "no_number"), (5, "rounded"), (6, "too_long"),
    ]  # fmt: skip
    assert [line.raw for line in file.lines] == ["Инв. №", "10001", "ошибка", "1,23E+05", "7" * 80]
    assert {line.problem for line in file.lines} - {""} <= set(PROBLEMS)


def test_a_phones_workbook_is_read_by_what_stands_in_its_columns(tmp_path: Path, rules: ScanRules) -> None:
    path = tmp_path / "phone.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy hh:mm"}) as book:
        sheet = book.add_worksheet()
        rows: list[list[Any]] = [
            [1, "CODE_128", 10001, datetime(2026, 11, 27, 15, 2)],  # noqa: DTZ001  a cell has no zone
            [2, "QR_CODE", "К-17", datetime(2026, 11, 27, 15, 3)],  # noqa: DTZ001
            [3, "EAN_13", 4600051000057, datetime(2026, 11, 27, 15, 4)],  # noqa: DTZ001
            [4, "EAN_13", 1.5e16, datetime(2026, 11, 27, 15, 5)],  # noqa: DTZ001
        ]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    file = scanning.read(path, rules)
    assert codes(file) == ["10001", "К-17", "4600051000057"]
    assert [line.problem for line in file.lines] == ["", "", "", "rounded"]


def test_a_heading_says_whether_codes_are_barcodes(scan: Scan) -> None:
    file = scan("Инв. №;Штрихкод\n17;2900017\n18;\n")
    assert codes(file) == ["2900017", "18"]
    assert [line.means for line in file.lines] == ["code", "barcode", "number"]


@pytest.mark.parametrize("heading", ["№;Инв. №;Время", "Номер;Код;Дата"])
def test_a_counter_under_a_heading_of_its_own_is_no_code(scan: Scan, heading: str) -> None:
    file = scan(f"{heading}\n1;10001;9:01\n2;10002;9:02\n3;10003;9:03\n")
    assert codes(file) == ["10001", "10002", "10003"]
    turned = ";".join(reversed(heading.split(";")))
    file = scan(f"{turned}\n9:01;10001;1\n9:02;10002;2\n9:03;10003;3\n")
    assert codes(file) == ["10001", "10002", "10003"]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("ЛЯ-00123", "KZ-00123"),
        ("ъС112345", "12345"),
        (KAZAKH_KEYBOARD[0], "12345"),
        (KAZAKH_KEYBOARD[1], "67890"),
        ("https://kitap.kz/inv?n=12345", "12345"),
        ("01.фев", "1-2"),
        ("12345.0", "12345"),
        ("12 345", "12345"),
        ("1.23456E+05", "123456"),
        ("Инв. № 123", "Инв. № 123"),
    ],
)
def test_what_a_keyboard_or_a_spreadsheet_made_of_a_code_is_undone(cell: str, meant: str) -> None:
    assert meant in [one.text for one in readings(cell)]


def test_a_line_of_the_kazakh_keyboard_is_not_parted_at_its_digits(scan: Scan) -> None:
    file = scan("\n".join(KAZAKH_KEYBOARD[:2]))
    assert [[one.text for one in readings(line.cell)][-1] for line in file.lines] == ["12345", "67890"]


@pytest.mark.parametrize("cell", ["1,23E+05", "1E+05", "1.23457E+11"])
def test_a_number_with_lost_digits_is_never_guessed(scan: Scan, cell: str) -> None:
    assert [line.problem for line in scan(f"{cell}\n").lines] == ["rounded"]


def test_the_plain_reading_comes_first() -> None:
    assert next(readings("К-17")).text == "К-17"
    assert next(readings("К-17")).how == ""


@pytest.mark.parametrize(
    ("made", "check"),
    [
        (lambda number: f"INV{number}", False),
        (lambda number: f"{number}A", False),
        (lambda number: f"77{number}", False),
        (lambda number: f"A{number}B", False),
        (lambda number: number + _weighted(number), True),
    ],
)
def test_what_a_scanner_adds_to_every_code_is_taken_off(made: Callable[[str], str], check: bool) -> None:  # noqa: FBT001
    numbers = {f"{10_000 + 7 * at}" for at in range(50)}
    found = affix([made(number) for number in sorted(numbers)], numbers.__contains__)
    assert found is not None
    assert found.check == check
    assert [found.off(made(number)) for number in sorted(numbers)] == sorted(numbers)


def test_a_few_numbers_that_hold_others_are_no_rule_of_the_file() -> None:
    numbers = {f"{at}" for at in range(1, 10_000)}
    strangers = [f"5{at:04d}" for at in range(1_000, 1_006)]
    assert affix([*(f"{at}" for at in range(1, 60)), *strangers], numbers.__contains__) is None
    assert affix(["512", "513"], {"12", "13"}.__contains__) is None


@given(st.text(alphabet="0123456789К-", min_size=1, max_size=12))
def test_every_part_that_a_rule_may_ask_for_is_looked_up(text: str) -> None:
    parts = set(variants(text))
    assert text in parts
    assert all(
        text[at : len(text) - end] in parts for at in range(3) for end in range(3) if at + end < len(text)
    )


def test_check_characters_are_those_of_the_usual_codes() -> None:
    assert checks("4600051000057")  # EAN-13
    assert checks("96385074")  # EAN-8
    assert checks("79927398713")  # Luhn
    assert checks("CODE39W")  # modulo 43
    assert not checks("4600051000058")


def test_barcodes_are_compared_without_noughts_that_excel_loses() -> None:
    assert barcode_key("000123") == barcode_key("123")
    assert barcode_key("kz 12") == barcode_key("KZ12")


def test_what_is_no_scan_file_says_what_it_is(scan: Scan, tmp_path: Path, rules: ScanRules) -> None:
    with pytest.raises(FatalError, match="is a PDF document"):
        scan(b"%PDF-1.7 ...")
    with pytest.raises(FatalError, match=r"old Excel workbook \(\.xls\)"):
        scan(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....")
    with pytest.raises(SourceAway, match="cannot be read"):
        scanning.read(tmp_path / "absent.txt", rules)


@given(st.binary(max_size=300).filter(lambda body: not body.startswith((b"PK\x03\x04", b"%PDF", b"{\\rtf"))))
def test_no_text_stops_the_reading_and_none_of_its_lines_is_lost(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.txt"
        path.write_bytes(body)
        try:
            file = scanning.read(path, ScanRules(away=[]))
        except FatalError:
            return
    numbers = [line.line for line in file.lines]
    assert numbers == sorted(set(numbers))
    assert all(line.raw for line in file.lines)
    assert len(numbers) + file.blank >= max(numbers, default=0)


def _weighted(number: str) -> str:
    """Check digit of Interleaved 2 of 5."""
    weights = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(number)))
    return str(-weights % 10)
