"""Ledgers as 1C, Excel, LibreOffice and people make them are read the same; a bad one says what it is."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from rabis_sync.errors import ConfigError, FatalError, SourceAway, UnknownName
from rabis_sync.reconcile.entry import Entry, Notice, UnreadRow
from rabis_sync.reconcile.ledgers.spreadsheet import Options
from tests.reconcile.layouts import PRINTED, PRINTED_MERGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADINGS = ("Инв. №", "Наименование", "Автор", "Год издания", "Цена", "Кол-во", "Сумма", "Подразделение")
ABAI = ("1001", "Абай жолы", "Әуезов М.", 2015, 1250.5, 1, 1250.5, "Филиал № 3")
KOZY = ("1002", "Қозы Көрпеш – Баян Сұлу", "", 2018, 900, 1, 900, "Филиал № 3")


def test_1c_s_own_layout_is_read_row_by_row(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook(
        PRINTED,
        merge=PRINTED_MERGED,
        names=["Ведомость"],
    )
    assert told() == [
        Entry(
            "fond.xlsx · Ведомость · 9", "123", "123", "Абай жолы", price=Decimal("1250.50"),
            branch="Филиал № 3", acquired="2016-03-24", ksu="3/2016",
        ),
        Entry(
            "fond.xlsx · Ведомость · 10", "00124", "124", "Менің атым Қожа", price=Decimal("900.0"),
            branch="Филиал № 3", acquired="2016-03-24", ksu="3/2016", act_out="Акт № 7",
            act_date="2023-12-31", reason="ветхость", reason_code="worn",
        ),
        Entry(
            "fond.xlsx · Ведомость · 13", "К-77", "К77", "Всего одна ночь",
            price=Decimal("500.0"), branch="Читальный зал", acquired="2019", ksu="1/2019",
        ),
    ]  # fmt: skip


def test_a_workbook_saved_by_another_program_is_read_the_same(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], tmp_path: Path
) -> None:
    workbook(PRINTED, names=["Ведомость"])
    by_one = told()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Ведомость"
    for row in PRINTED:
        sheet.append(row)
    book.save(tmp_path / "fond.xlsx")
    assert told() == by_one


def test_columns_in_any_order_without_a_branch_column_take_the_branch_of_the_group(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook([
        ("Название", "Цена", "Инвентарный номер"),
        ("Отдел абонемента", None, None),
        ("Абай жолы", 500, "1"),
        ("Иванова А. С.", None, None),
        ("Көшпенділер", 700, "2"),
        ("Филиал № 7", 1200, None),
        ("Қан мен тер", 800, "3"),
    ])  # fmt: skip
    assert [one.branch for one in entries()] == ["Отдел абонемента", "Отдел абонемента", "Филиал № 7"]


def test_a_person_heads_the_rows_where_no_branch_is_named(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook([("Название", "Цена", "Инв. №"), ("Иванова А. С.",), ("Абай жолы", 500, "1")])
    assert entries()[0].branch == "Иванова А. С."


@pytest.mark.parametrize(
    "above", [("Подразделение: Филиал № 9",), ("МОЛ:", "Филиал № 9"), ("Бөлімше:", None, "Филиал № 9")]
)
def test_the_branch_above_the_heading_holds_for_the_whole_sheet(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]], above: tuple[str, ...]
) -> None:
    workbook([above, ("Название", "Цена", "Инв. №"), ("Абай жолы", 500, "1")])
    assert entries()[0].branch == "Филиал № 9"


def test_a_sheet_a_branch_gives_its_name(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    rows = [("Название", "Цена", "Инв. №"), ("Абай жолы", 500, "1")]
    workbook(rows, rows, names=["Филиал 1", "Филиал 2"])
    assert [(one.branch, one.place) for one in entries()] == [
        ("Филиал 1", "fond.xlsx · Филиал 1 · 2"),
        ("Филиал 2", "fond.xlsx · Филиал 2 · 2"),
    ]


def test_a_cell_merged_downwards_holds_for_every_row_it_covers(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook(
        [HEADINGS, ABAI, (*KOZY[:7], None), ("1003", "Қан мен тер", "", 2001, 5, 1, 5, "ЦГБ")],
        merge=["H2:H3"],
    )
    assert [one.branch for one in entries()] == ["Филиал № 3", "Филиал № 3", "ЦГБ"]


def test_a_heading_repeated_on_every_printed_page_is_no_row(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([HEADINGS, ABAI, HEADINGS, KOZY])
    assert [one.inventory_number for one in told()] == ["1001", "1002"]


@pytest.mark.parametrize("word", ["Итого", "ИТОГО:", "Всего по отделу", "Барлығы", "Жиыны", "Total"])
def test_a_line_of_totals_is_no_copy(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], word: str
) -> None:
    workbook(
        [
            HEADINGS,
            ABAI,
            (None, word, None, None, 5, 1, 1250.5),
            (word, None, None, None, None, 1, "1 250,50"),
        ]
    )
    assert [one.inventory_number for one in told()] == ["1001"]


@pytest.mark.parametrize("place", [0, 1])
def test_a_group_with_its_subtotals_is_no_copy(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], place: int
) -> None:
    group: list[Any] = [None] * 8
    group[place], group[5], group[6] = "Филиал № 5", 10, 12500
    workbook([HEADINGS, group, (*ABAI[:7], None)])
    assert [(one.inventory_number, one.branch) for one in told()] == [("1001", "Филиал № 5")]


def test_a_copy_without_a_number_is_an_entry_without_a_key(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook([HEADINGS, ("б/н", *ABAI[1:]), (None, *KOZY[1:])])
    assert [(one.inventory_number, one.inventory_key, one.title) for one in entries()] == [
        ("", "", ABAI[1]),
        ("", "", KOZY[1]),
    ]


def test_kazakh_headings_and_headings_typed_on_a_russian_keyboard_are_known(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook([
        ("Түгендеу  №", "Кiтаптын атауы", "Бағасы, теңге", "САНЫ", "Түсу\nкүні", "Шығару актісі", "Тілі"),
        ("1001", "Абай жолы", "500,00", 1, "24.03.2016", "№ 5", "қазақ"),
    ])  # fmt: skip
    (one,) = entries()
    assert (one.inventory_number, one.title, one.price) == ("1001", "Абай жолы", Decimal("500.00"))
    assert (one.acquired, one.act_out, one.language) == ("2016-03-24", "№ 5", "kaz")


def test_the_price_of_one_copy_comes_of_the_amount_where_it_is_even(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    workbook([("Инв. №", "Название", "Кол-во", "Сумма"), ("1", "А", 4, 1000), ("2", "Б", 3, 1000)])
    assert [one.price for one in entries()] == [Decimal("250.00"), None]


def test_an_unreadable_row_is_named_and_the_rest_goes_on(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    bad = list(ABAI)
    bad[4] = "сто тенге"
    workbook([HEADINGS, bad, ("1,23457E+11", *KOZY[1:]), KOZY])
    first, second, third = told()
    assert (first.place, first.reason, first.inventory_key) == (
        "fond.xlsx · Sheet1 · 2",
        "bad_figure",
        "1001",
    )
    assert "price 'сто тенге'" in first.detail
    assert (second.reason, second.inventory_key) == ("number_rounded", "")
    assert third.inventory_number == "1002"


def test_a_row_whose_amount_is_not_price_times_quantity_is_taken_and_told(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([HEADINGS, (*ABAI[:5], 2, 1250.5, ABAI[7])])
    entry, notice = told()
    assert (entry.quantity, entry.amount) == (2, Decimal("1250.5"))
    assert (notice.code, notice.place) == ("amount_differs", entry.place)


def test_an_unknown_heading_is_named_with_what_to_do(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([(*HEADINGS, "Наименованние 2"), (*ABAI, "x")])
    notice, entry = told()
    assert isinstance(entry, Entry)
    assert (notice.code, notice.place) == ("unknown_heading", "fond.xlsx · Sheet1")
    assert "'Наименованние 2'" in notice.detail
    assert "looks like title" in notice.detail
    assert "mappings/ledger_columns.toml" in notice.detail


def test_prices_of_before_the_tenge_are_roubles_where_the_configuration_says_so(
    workbook: Callable[..., Path], entries: Callable[..., list[Entry]]
) -> None:
    rows = [
        ("1", "А", 0.75, "12.04.1961"),
        ("2", "Б", 5, "16.11.1993"),
        ("3", "В", 5, None),
        ("4", "Г", 2, "1961"),
    ]
    workbook([("Инв. №", "Название", "Цена", "Дата поступления"), *rows])
    assert {one.currency for one in entries()} == {"KZT"}
    found = entries(roubles_before="1993-11-15")
    assert [one.currency for one in found] == ["SUR", "KZT", "KZT", "SUR"]
    with pytest.raises(ValueError, match="no day: 1993-11-15"):
        Options("fond.xlsx", roubles_before="15.11.1993")


def test_a_fault_of_very_many_rows_is_told_of_the_first_and_counted(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([HEADINGS, *(("1", "А", "", 2000, 5, 2, 5, "ЦГБ") for _ in range(130))])
    notices = [one for one in told() if isinstance(one, Notice)]
    assert len(notices) == 101
    assert (notices[-1].code, notices[-1].params["rows"]) == ("more_alike", 30)


def test_files_of_one_name_are_told_apart_by_their_folders(
    workbook: Callable[..., Path], tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    for folder, row in (("2022", ABAI), ("2023", KOZY)):
        (tmp_path / folder).mkdir()
        workbook([HEADINGS, row], name=f"{folder}/fond.xlsx")
    assert [one.place for one in told("**/*.xlsx")] == [
        "2022/fond.xlsx · Sheet1 · 2",
        "2023/fond.xlsx · Sheet1 · 2",
    ]


def test_a_restored_number_is_told(workbook: Callable[..., Path], told: Callable[..., list[Any]]) -> None:
    workbook([HEADINGS, (date(2024, 2, 1), *ABAI[1:])])
    notice, entry = told()
    assert (notice.code, entry.inventory_number) == ("number_restored", "1-2")


def test_no_inventory_number_among_the_headings_is_an_error_that_names_them(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([("Карточка", *HEADINGS[1:]), ABAI])
    with pytest.raises(ConfigError, match=r"no column holds the inventory number.*'Карточка'") as error:
        told()
    assert "'Инв. №'" in error.value.hint


def test_a_workbook_without_headings_is_an_error_that_shows_the_likeliest_row(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([("Отчёт",), ("Столбец А", "Столбец Б"), ("1", "2")])
    with pytest.raises(ConfigError, match="'Столбец А', 'Столбец Б'"):
        told()


def test_two_columns_for_one_meaning_are_an_error_that_names_both(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([(*HEADINGS, "Цена за единицу"), (*ABAI, 5)])
    with pytest.raises(ConfigError, match="'Цена' and 'Цена за единицу' both mean price"):
        told()


def test_a_hidden_sheet_and_one_of_another_kind_are_passed_over_and_told(
    tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADINGS, ABAI):
        sheet.append(row)
    book.create_sheet("старое").append(HEADINGS)
    book["старое"].sheet_state = "hidden"
    book.create_sheet("заметки").append(["позвонить в бухгалтерию"])
    book.create_sheet("пусто")
    book.save(tmp_path / "fond.xlsx")
    assert [(one.place, getattr(one, "code", "")) for one in told()] == [
        ("fond.xlsx · Sheet · 2", ""),
        ("fond.xlsx · старое", "sheet_passed_over"),
        ("fond.xlsx · заметки", "sheet_passed_over"),
    ]


def test_only_the_sheet_that_is_named_is_read(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook([HEADINGS, ABAI], [HEADINGS, KOZY], names=["2022", "2023"])
    assert [one.inventory_number for one in told(sheet="2023")] == ["1002"]
    with pytest.raises(ConfigError, match="no sheet '2024'; it has '2022', '2023'"):
        told(sheet="2024")


TEXT = "Инв. №;Наименование;Цена;Кол-во\r\n00123;{title};1 250,50;1\r\n"


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("utf-8", "Қозы Көрпеш – Баян Сұлу"),
        ("utf-8-sig", "Қозы Көрпеш – Баян Сұлу"),
        ("kz1048", "Қозы Көрпеш – Баян Сұлу"),
        ("cp1251", "Тайны подземелья"),
        ("kz1048", "Тайны подземелья"),
        ("utf-16", "Қозы Көрпеш – Баян Сұлу"),
    ],
)
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_csv_is_read_in_any_encoding_and_with_any_separator(
    tmp_path: Path, entries: Callable[..., list[Entry]], encoding: str, title: str, separator: str
) -> None:
    content = TEXT.replace("1 250,50", '"1 250,50"').replace(";", separator).format(title=title)
    (tmp_path / "fond.csv").write_bytes(content.encode(encoding))
    (one,) = entries("fond.csv")
    assert (one.place, one.inventory_number, one.inventory_key) == ("fond.csv · 2", "00123", "123")
    assert (one.title, one.price) == (title, Decimal("1250.50"))


def test_a_kazakh_letter_far_down_decides_the_encoding_of_the_whole_file(
    tmp_path: Path, entries: Callable[..., list[Entry]]
) -> None:
    rows = [f"{number};Тайны подземелья, том первый;5;1" for number in range(12_000)]
    rows.append("99999;Қозы Көрпеш – Баян Сұлу;5;1")
    (tmp_path / "fond.csv").write_bytes(
        "\n".join(["Инв. №;Наименование;Цена;Кол-во", *rows]).encode("kz1048")
    )
    assert entries("fond.csv")[-1].title == "Қозы Көрпеш – Баян Сұлу"


def test_the_encoding_that_is_given_is_taken(tmp_path: Path, entries: Callable[..., list[Entry]]) -> None:
    (tmp_path / "fond.csv").write_bytes(TEXT.format(title="Тайны").encode("cp866"))
    assert entries("fond.csv", encoding="cp866")[0].title == "Тайны"


def test_a_separator_too_many_is_told_and_no_cell_is_taken_for_another(
    tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    (tmp_path / "fond.csv").write_text("Инв. №;Название;Цена\n1;Война; мир;5\n2;Абай;6;;\n", "utf-8")
    broken, entry = told("fond.csv")
    assert (broken.reason, broken.place) == ("broken_row", "fond.csv · 2")
    assert entry.price == Decimal(6)


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(
    tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    (tmp_path / "fond.csv").write_text(
        'Инв. №;Название;Цена\n1;"Абай;5\n2;Қан мен тер;6\n3;Көшпенділер;7\n', "utf-8"
    )
    with pytest.raises(FatalError, match="line 2: a quotation mark"):
        told("fond.csv")


def test_the_english_csv_of_a_real_catalogue_is_read_whole(
    shared_data: Path, ledger: Callable[..., Any]
) -> None:
    told = list(ledger(str(shared_data / "irbis-inventory-591.csv")).entries())
    assert {type(one) for one in told} == {Entry}
    assert len(told) == 591
    assert sum(not one.inventory_key for one in told) == 42
    assert told[0].price == Decimal("1000.00")


def test_a_folder_and_a_glob_give_their_files_by_name_and_no_lock_files(
    workbook: Callable[..., Path], tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    workbook([HEADINGS, KOZY], name="b.xlsx")
    workbook([HEADINGS, ABAI], name="a.xlsx")
    for name in ("~$a.xlsx", ".~lock.b.xlsx#", "old.xls", "readme.md"):
        (tmp_path / name).write_bytes(b"?")
    assert [one.place for one in told(".")] == ["old.xls", "a.xlsx · Sheet1 · 2", "b.xlsx · Sheet1 · 2"]
    assert [one.place for one in told("*.xlsx")] == ["a.xlsx · Sheet1 · 2", "b.xlsx · Sheet1 · 2"]


@pytest.mark.parametrize("path", ["fond.xlsx", "*.xlsx", "."])
def test_a_missing_file_is_tried_again_later(told: Callable[..., list[Any]], path: str) -> None:
    with pytest.raises(SourceAway):
        told(path)


def test_what_cannot_be_opened_is_tried_again_later(
    workbook: Callable[..., Path], told: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    workbook([HEADINGS, ABAI])
    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(SourceAway, match="Permission denied"):
        told()


_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_OLE2 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (_OLE2, r"old Excel workbook \(\.xls\)"),
        (b"MOXCEL\0\x08\0\x01", r"1C table \(\.mxl\)"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"<!DOCTYPE html><html><body>", "an HTML page"),
        (b"\xef\xbb\xbf\n<HTML><table>", "an HTML page"),
        (b"<?xml version='1.0'?><Workbook/>", "an XML document"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"abc\0\x01\x02\xff", "neither XLSX nor CSV"),
    ],
)
def test_a_file_of_another_kind_says_what_it_is(
    tmp_path: Path, told: Callable[..., list[Any]], content: bytes, message: str
) -> None:
    (tmp_path / "fond.xlsx").write_bytes(content)
    with pytest.raises(FatalError, match=message) as error:
        told()
    assert error.value.hint


def test_a_word_document_and_a_cut_workbook_say_what_they_are(
    workbook: Callable[..., Path], tmp_path: Path, told: Callable[..., list[Any]]
) -> None:
    path = workbook([HEADINGS, ABAI])
    whole = path.read_bytes()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(FatalError, match="a Word document"):
        told()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FatalError, match="damaged"):
        told()


def test_damaged_sheets_end_in_an_error_of_ours(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    path = workbook([HEADINGS, ABAI])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-120]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(FatalError, match="damaged"):
        told()


def test_an_empty_csv_gives_nothing(tmp_path: Path, told: Callable[..., list[Any]]) -> None:
    (tmp_path / "fond.csv").write_bytes(b"")
    assert told("fond.csv") == []


def test_check_tells_how_much_there_is(workbook: Callable[..., Path], ledger: Callable[..., Any]) -> None:
    size = workbook([HEADINGS, ABAI]).stat().st_size
    assert ledger().check() == f"1 file(s), {size:,} bytes"


@pytest.mark.parametrize(("key", "value"), [("currency", "tenge"), ("currency", "кзт")])
def test_a_currency_that_is_none_is_refused(key: str, value: str) -> None:
    with pytest.raises(ValueError, match="no currency"):
        Options("fond.xlsx", **{key: value})


def test_an_encoding_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownName):
        Options("fond.csv", encoding="cp-9999")


def test_every_unread_row_and_notice_has_a_place(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    workbook(
        [(*HEADINGS, "?!"), ("1", "А", "", "", "x1", "1", "2", ""), ("2", "Б", "", "", "5", "3", "2", "")]
    )
    found = [one for one in told() if isinstance(one, (UnreadRow, Notice))]
    assert len(found) >= 2
    assert all(one.place.startswith("fond.xlsx · Sheet1") for one in found)
