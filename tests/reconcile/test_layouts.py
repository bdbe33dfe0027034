"""1C's own reports, acts, transfers and the summary accession book are read as what they are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.reconcile.entry import COPY, MOVED, WRITTEN_OFF, Entry, Notice, Summary, UnreadRow
from rabis_sync.reconcile.ledgers.spreadsheet import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Book = Callable[..., Path]
    Told = Callable[..., list[Any]]

#: «Оборотно-сальдовая ведомость по счету» with indicators: two rows a thing, account and branch above.
TURNOVER: tuple[tuple[Any, ...], ...] = (
    ("КГУ «ЦБС г. Караганды»",),
    ("Оборотно-сальдовая ведомость по счету 2416 за 2023 г.",),
    ("Выводимые данные:", "БУ (данные бухгалтерского учета), Количество"),
    (),
    ("Счет", "Инв. номер", "Показатели", "Сальдо на начало периода", None, "Обороты за период", None,
     "Сальдо на конец периода", None),
    ("Подразделение", None, None, "Дебет", "Кредит", "Дебет", "Кредит", "Дебет", "Кредит"),
    ("Основные средства", None, None, None, None, None, None, None, None),
    ("2416", None, "БУ", 2300, None, 500, 900, 1900, None),
    (None, None, "Кол.", 3, None, 1, 1, 3, None),
    ("Филиал № 3", None, "БУ", 1400, None, 500, None, 1900, None),
    (None, None, "Кол.", 2, None, 1, None, 3, None),
    ("Абай жолы", "000001001", "БУ", 1400, None, None, None, 1400, None),
    (None, None, "Кол.", 2, None, None, None, 2, None),
    ("Көшпенділер", "000001002", "БУ", None, None, 500, None, "500,00", None),
    (None, None, "Кол.", None, None, 1, None, "1,000", None),
    ("Филиал № 5", None, "БУ", 900, None, None, 900, None, None),
    (None, None, "Кол.", 1, None, None, 1, None, None),
    ("Қан мен тер", "000001003", "БУ", 900, None, None, 900, None, None),
    (None, None, "Кол.", 1, None, None, 1, None, None),
    ("Итого", None, "БУ", 2300, None, 500, 900, 1900, None),
    (None, None, "Кол.", 3, None, 1, 1, 3, None),
)  # fmt: skip


def test_a_turnover_sheet_of_1c_gives_what_is_left_of_each_thing(workbook: Book, told: Told) -> None:
    workbook(TURNOVER, merge=["A12:A13", "B12:B13", "D5:E5", "F5:G5", "H5:I5", "C5:C7"], names=["TDSheet"])
    assert [
        (one.place, one.inventory_number, one.title, one.quantity, one.amount, one.branch, one.account)
        for one in told()
    ] == [
        ("fond.xlsx · TDSheet · 12", "000001001", "Абай жолы", 2, Decimal(1400), "Филиал № 3", "2416"),
        ("fond.xlsx · TDSheet · 14", "000001002", "Көшпенділер", 1, Decimal("500.00"), "Филиал № 3", "2416"),
        ("fond.xlsx · TDSheet · 18", "000001003", "Қан мен тер", 0, None, "Филиал № 5", "2416"),
    ]
    assert [one.written_off for one in told()] == [False, False, True]


def test_a_total_that_the_rows_do_not_come_to_is_told_with_both(workbook: Book, told: Told) -> None:
    rows = [list(row) for row in TURNOVER]
    rows[19][7] = 2400
    workbook(rows, names=["TDSheet"])
    (notice,) = [one for one in told() if isinstance(one, Notice)]
    assert (notice.code, notice.place) == ("total_differs", "fond.xlsx · TDSheet · 20")
    assert notice.detail == "amount 2400 is stated, the rows read come to 1900"


def test_an_inventory_list_takes_what_the_books_say_and_not_what_was_counted(
    workbook: Book, told: Told
) -> None:
    workbook(
        [
            ("Инвентаризационная опись (сличительная ведомость) № 4",),
            ("Материально ответственное лицо: Иванова А. С.",),
            ("№ п/п", "Наименование и краткая характеристика объекта", "Номер", None, "Цена",
             "Фактическое наличие", None, "Числится по данным бухгалтерского учета", None,
             "Результаты инвентаризации", None),
            (None, None, "инвентарный", "паспорта", None, "количество", "сумма", "количество", "сумма",
             "недостача", "излишки"),
            ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
            (1, "Абай жолы", "1001", None, 500, 1, 500, 2, 1000, 1, None),
            (2, "Қан мен тер", "1002", None, 700, 1, 700, 1, 700, None, None),
            (None, "Итого", None, None, None, 2, 1200, 3, 1700, 1, None),
        ],
        merge=["C3:D3", "F3:G3", "H3:I3", "J3:K3"],
    )  # fmt: skip
    assert [(one.inventory_number, one.quantity, one.amount, one.branch) for one in told()] == [
        ("1001", 2, Decimal(1000), "Иванова А. С."),
        ("1002", 1, Decimal(700), "Иванова А. С."),
    ]


ACT = (
    ("УТВЕРЖДАЮ",),
    ("Акт на списание № 7 от 31.12.2023 г.",),
    ("Причина списания:", "ветхость"),
    ("Филиал № 3",),
    ("№ п/п", "Инв. №", "Автор, заглавие", "Год издания", "Цена", "Кол-во", "Сумма"),
    (1, "1001", "Абай жолы", 1961, 0.75, 1, 0.75),
    (2, "1002", "Қан мен тер", 1998, 700, 1, 700),
    ("Итого", None, None, None, None, 2, 700.75),
)


def test_an_act_of_write_off_gives_its_number_day_and_reason_to_every_row(workbook: Book, told: Told) -> None:
    workbook(ACT)
    assert [
        (one.movement, one.act_out, one.act_date, one.reason, one.reason_code, one.written_off)
        for one in told()
    ] == [(WRITTEN_OFF, "7", "2023-12-31", "ветхость", "worn", True)] * 2


@pytest.mark.parametrize(
    ("title", "number", "day"),
    [
        ("АКТ О СПИСАНИИ №12/3 от «5» марта 2024 г.", "12/3", "2024-03-05"),
        ("Есептен шығару актісі № 5, 12.03.2024 ж.", "5", "2024-03-12"),
        ("Список на списание", "Список на списание", ""),
        ("Выбытие литературы за 2023 год", "Выбытие литературы за 2023 год", ""),
    ],
)
def test_an_act_is_known_by_its_title(workbook: Book, told: Told, title: str, number: str, day: str) -> None:
    workbook([(title,), *ACT[4:6]])
    (one,) = told()
    assert (one.movement, one.act_out, one.act_date) == (WRITTEN_OFF, number, day)
    assert one.written_off


def test_a_sheet_named_so_is_a_list_of_write_offs_and_its_own_columns_count_more(
    workbook: Book, told: Told
) -> None:
    heading = ("Инв. №", "Наименование", "Цена", "Акт списания №", "Дата акта")
    workbook([heading, ("1", "Абай", 5, "8", "01.02.2024"), ("2", "Қан мен тер", 6)], names=["Списание 2024"])
    assert [(one.movement, one.act_out, one.act_date) for one in told()] == [
        (WRITTEN_OFF, "8", "2024-02-01"),
        (WRITTEN_OFF, "Списание 2024", ""),
    ]


def test_a_transfer_tells_from_where_and_to_where(workbook: Book, told: Told) -> None:
    workbook([
        ("Накладная на внутреннее перемещение № 00014 от 05.02.2024",),
        ("Отправитель:", "Филиал № 3"),
        ("Получатель:", "Филиал № 7"),
        ("Инв. №", "Наименование", "Цена", "Кол-во"),
        ("1001", "Абай жолы", 500, 1),
    ])  # fmt: skip
    (one,) = told()
    assert (one.movement, one.moved, one.moved_document) == (MOVED, "2024-02-05", "00014")
    assert (one.moved_from, one.moved_to) == ("Филиал № 3", "Филиал № 7")


def test_an_invoice_gives_document_day_and_source(workbook: Book, told: Told) -> None:
    workbook([
        ("Реестр поступлений",),
        ("Накладная № 31 от 24.03.2016", None, "Источник поступления: ТОО «Бибколлектор»"),
        ("Источник поступления:", "в дар"),
        ("Инв. №", "Наименование", "Цена"),
        ("1001", "Абай жолы", 500),
    ])  # fmt: skip
    (one,) = told()
    assert (one.movement, one.document, one.acquired, one.supply) == ("acquired", "31", "2016-03-24", "gift")
    assert not one.written_off


def test_what_a_list_is_can_be_said_in_the_configuration(workbook: Book, told: Told) -> None:
    workbook([*ACT[4:6]])
    assert told()[0].movement == COPY
    (one,) = told(content="written_off")
    assert (one.movement, one.act_out) == (WRITTEN_OFF, "Sheet1")
    with pytest.raises(UnknownName, match="'writeoff'"):
        Options("fond.xlsx", content="writeoff")


RECEIVED: tuple[tuple[Any, ...], ...] = (
    ("Книга суммарного учета библиотечного фонда",),
    ("Часть 1. Поступление в фонд за 2016 год",),
    ("Дата записи", "№ записи", "Источник поступления", "№ и дата сопроводительного документа", "Всего", None,
     None, "По видам", None, "По содержанию", None, "По языкам", None, "Принято на баланс", None),
    (None, None, None, None, "названий", "экз.", "сумма", "книг", "брошюр", "ОПЛ", "худ. лит.", "каз.",
     "рус.", "кол-во", "сумма"),
    tuple(str(number) for number in range(1, 16)),
    ("24.03.2016", 31, "Бибколлектор", "Накл. 5 от 20.03.2016", 10, 12, "15 000,50", 10, 2, 5, 7, 8, 4, 12,
     15000.5),
    ("30.05.2016", 32, "в дар", None, 3, 3, 900, 3, None, None, 3, 3, None, None, None),
    ("01.06.2016", 33, "в дар", None, 3, "три", 900, 3, None, None, 3, 3, None, None, None),
    ("02.06.2016", 34, "в дар", None, 3, 3, 900, "трое", None, None, 3, 3, None, None, None),
    ("Итого за год", None, None, None, 13, 15, 15900.5, 13, 2, 5, 10, 11, 4, 12, 15000.5),
)  # fmt: skip


def test_the_first_part_of_the_summary_accession_book_is_batches_with_their_shares(
    workbook: Book, told: Told
) -> None:
    workbook(RECEIVED, merge=["E3:G3", "H3:I3", "J3:K3", "L3:M3", "N3:O3"], names=["КСУ"])
    first, second, bad, worse = told()
    assert first == Summary(
        "fond.xlsx · КСУ · 6", "acquired", "31", "2016-03-24", supply="purchase",
        document="Накл. 5 от 20.03.2016", titles=10, copies=12, amount=Decimal("15000.50"),
        shares={
            "kind": {"book": 10, "brochure": 2}, "content_class": {"OPL": 5, "FIC": 7},
            "language": {"kaz": 8, "rus": 4}, "on_balance": {"on": 12},
        },
    )  # fmt: skip
    assert (second.number, second.supply, second.shares["language"]) == ("32", "gift", {"kaz": 3})
    assert isinstance(bad, UnreadRow)
    assert isinstance(worse, UnreadRow)
    assert (bad.reason, bad.place, worse.reason) == ("bad_quantity", "fond.xlsx · КСУ · 8", "bad_quantity")


def test_the_second_part_has_acts_and_reasons(workbook: Book, told: Told) -> None:
    workbook(
        [
            ("КСУ. Часть 2. Выбытие",),
            ("Дата", "№ п/п", "№ и дата акта", "Всего экз.", "Сумма", "По причинам", None),
            (None, None, None, None, None, "ветхость", "утеря читателями"),
            ("31.12.2023", 7, "№ 7 от 30.12.2023", 40, 1200, 38, 2),
            ("Всего за год", None, None, 40, 1200, 38, 2),
        ],
        merge=["F2:G2"],
    )  # fmt: skip
    (one,) = told()
    assert (one.part, one.number, one.act, one.copies) == ("written_off", "7", "№ 7 от 30.12.2023", 40)
    assert one.shares == {"reason": {"worn": 38, "lost_reader": 2}}


def test_the_third_part_is_what_stood_before_and_after(workbook: Book, told: Told) -> None:
    workbook([
        ("Книга суммарного учета. Часть 3. Итоги движения фонда",),
        ("Движение фонда", "Всего экз.", "Сумма", "По языкам", None),
        (None, None, None, "каз.", "рус."),
        ("Состояло на 01.01.2023", 1000, 50000, 700, 300),
        ("Поступило за 2023 год", 120, 9000, 100, 20),
        ("Выбыло за 2023 год", 45, 300, 5, 40),
        ("Состоит на 31.12.2023", 1075, 58700, 795, 280),
    ])  # fmt: skip
    assert [(one.part, one.date, one.copies, one.amount, one.shares["language"]) for one in told()] == [
        ("opening", "2023-01-01", 1000, 50000, {"kaz": 700, "rus": 300}),
        ("closing", "2023-12-31", 1075, 58700, {"kaz": 795, "rus": 280}),
    ]


def test_a_summary_accession_book_without_copies_and_amounts_is_an_error(workbook: Book, told: Told) -> None:
    rows = [
        ("КСУ",),
        ("Дата записи", "№ записи", "Источник поступления", "Филиал"),
        ("24.03.2016", 1, "дар", "ЦГБ"),
    ]
    workbook(rows)
    with pytest.raises(ConfigError, match="number of copies or the amount"):
        told()


def test_an_unknown_heading_of_the_summary_accession_book_is_named(workbook: Book, told: Told) -> None:
    workbook([("КСУ",), ("Дата записи", "№ записи", "Всего экз.", "Полка"), ("24.03.2016", 1, 5, "А")])
    notice, record = told()
    assert isinstance(record, Summary)
    assert "'Полка'" in notice.detail
    assert "[summary_shares]" in notice.detail


def test_copies_and_the_summary_accession_book_in_one_workbook_are_both_read(
    workbook: Book, told: Told
) -> None:
    workbook([("Инв. №", "Название", "Цена"), ("1", "Абай", 5)], RECEIVED, names=["Инвентарная книга", "КСУ"])
    assert {type(one) for one in told()} == {Entry, Summary, UnreadRow}
