"""1C's own reports, acts, transfers and the summary accession book are read as what they are."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.reconcile.entry import COPY, MOVED, WRITTEN_OFF, Entry, Notice, Summary, UnreadRow
from rabis_sync.reconcile.ledgers.spreadsheet import Options
from tests.reconcile.layouts import ACT, RECEIVED, RECEIVED_MERGED, TURNOVER, TURNOVER_MERGED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Book = Callable[..., Path]
    Told = Callable[..., list[Any]]


def test_a_turnover_sheet_of_1c_gives_what_is_left_of_each_thing(workbook: Book, told: Told) -> None:
    workbook(TURNOVER, merge=TURNOVER_MERGED, names=["TDSheet"])
    assert [
        (one.place, one.inventory_number, one.title, one.quantity, one.amount, one.branch, one.account)
        for one in told()
    ] == [
        ("fond.xlsx · TDSheet · 12", "000001001", "Абай жолы", 2, Decimal(1400), "Филиал № 3", "2416"),
        ("fond.xlsx · TDSheet · 14", "000001002", "Көшпенділер", 1, Decimal("500.00"), "Филиал № 3", "2416"),
        ("fond.xlsx · TDSheet · 18", "000001003", "Қан мен тер", 0, None, "Филиал № 5", "2416"),
    ]
    assert [one.written_off for one in told()] == [False, False, True]


def test_rows_of_the_tax_accounts_are_left_out_and_a_quantity_alone_is_one(
    workbook: Book, told: Told
) -> None:
    heading = ("Инв. №", "Наименование", "Показатели", "Сальдо на конец периода", None)
    rows = [
        ("1", "Абай жолы", "БУ", 500), ("1", "Абай жолы", "НУ", 400), ("1", "Абай жолы", "Кол.", 2),
        ("2", "Қан мен тер", "Кол.", 3), ("3", "Тұғыр", "БУ", 700),
    ]  # fmt: skip
    workbook([heading, (None, None, None, "Дебет", "Кредит"), *rows])
    assert [(one.inventory_number, one.quantity, one.amount) for one in told()] == [
        ("1", 2, 500), ("2", 3, None), ("3", 1, 700),
    ]  # fmt: skip


def test_copies_listed_under_the_name_of_the_summary_book_are_copies(workbook: Book, told: Told) -> None:
    rows = [("Запись КСУ № 31",), ("Инв. №", "Наименование", "Цена", "Кол-во"), ("1", "Абай", 5, 1)]
    workbook(rows, names=["КСУ 31"])
    assert [(one.inventory_number, one.movement) for one in told()] == [("1", COPY)]


def test_a_sum_in_the_titles_is_that_of_the_whole_list_and_a_day_that_is_none_spoils_nothing(
    workbook: Book, told: Told
) -> None:
    titles = [("Сумма: 15000 тенге",), ("Количество:", 40), ("Дата акта: уточнить",), ("Язык: казахский",)]
    workbook([*titles, ("Инв. №", "Наименование", "Цена", "Кол-во"), ("1", "Абай", 5, None)])
    (one,) = told()
    assert (one.quantity, one.amount, one.act_date, one.language) == (1, None, "", "kaz")


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
        ("Акт на списание по филиалу № 3", "Акт на списание по филиалу № 3", ""),
        ("Акт на списание № 8 по филиалу № 3 за период с 01.01.2024 по 31.03.2024", "8", ""),
        ("12.03.2024 ж. № 5 есептен шығару актісі", "5", "2024-03-12"),
        ("Списание за 01.01.2024 – 31.03.2024", "Списание за 01.01.2024 – 31.03.2024", ""),
        ("Выбытие литературы за 2023 год", "Выбытие литературы за 2023 год", ""),
    ],
)
def test_an_act_is_known_by_its_title(workbook: Book, told: Told, title: str, number: str, day: str) -> None:
    workbook([(title,), *ACT[4:6]])
    (one,) = told()
    assert (one.movement, one.act_out, one.act_date) == (WRITTEN_OFF, number, day)
    assert one.written_off


def test_number_and_day_may_stand_below_the_title_and_those_of_a_branch_are_not_meant(
    workbook: Book, told: Told
) -> None:
    workbook([("АКТ НА СПИСАНИЕ",), ("№ 14 от 02.03.2024",), ("Филиал № 3",), *ACT[4:6]])
    assert [(one.act_out, one.act_date) for one in told()] == [("14", "2024-03-02")]
    workbook([("АКТ НА СПИСАНИЕ",), ("Филиал № 3",), ("по состоянию на 31.12.2023",), *ACT[4:6]])
    assert [(one.act_out, one.act_date) for one in told()] == [("АКТ НА СПИСАНИЕ", "")]


def test_a_csv_is_known_by_the_name_of_its_file(tmp_path: Path, told: Told) -> None:
    (tmp_path / "Акт списания № 9.csv").write_text("Инв. №;Наименование;Цена\n1;Абай;5\n", "utf-8")
    (one,) = told("*.csv")
    assert (one.movement, one.act_out) == (WRITTEN_OFF, "9")


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


def test_the_first_part_of_the_summary_accession_book_is_batches_with_their_shares(
    workbook: Book, told: Told
) -> None:
    workbook(RECEIVED, merge=RECEIVED_MERGED, names=["КСУ"])
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
        ("all_acquired", "2023-01-01/2023-12-31", 120, 9000, {"kaz": 100, "rus": 20}),
        ("all_written_off", "2023-01-01/2023-12-31", 45, 300, {"kaz": 5, "rus": 40}),
        ("closing", "2023-12-31", 1075, 58700, {"kaz": 795, "rus": 280}),
    ]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (
            ["Состоит на 01.01.2023", "Поступило за I квартал", "Состоит на 01.04.2023", "Түскені",
             "Шығарылғаны", "Состоит на 01.07.2023"],
            [("all_acquired", "2023-01-01/2023-03-31"), ("all_acquired", "2023-04-01/2023-06-30"),
             ("all_written_off", "2023-04-01/2023-06-30")],
        ),
        (
            ["Состояло на 31.12.2022", "Поступило", "Выбыло за 4 квартал", "Состоит на 31.12.2023"],
            [("all_acquired", "2023-01-01/2023-12-31"), ("all_written_off", "2023-10-01/2023-12-31")],
        ),
        (["Поступило за 2023 год", "Прочее"], [("all_acquired", "2023-01-01/2023-12-31")]),
        (["Поступило за I тоқсан 2024"], [("all_acquired", "2024-01-01/2024-03-31")]),
        (["Поступило"], []),
    ],
)  # fmt: skip
def test_what_came_and_went_holds_between_the_balances_around_it(
    workbook: Book, told: Told, lines: list[str], wanted: list[tuple[str, str]]
) -> None:
    heading = ("Движение фонда", "Всего экз.", "Сумма", "Количество названий")
    workbook([("КСУ. Часть 3. Итоги движения",), heading, *((line, 5, 700, 4) for line in lines)])
    flows = [
        (one.part, one.date) for one in told() if isinstance(one, Summary) and one.part.startswith("all_")
    ]
    assert flows == wanted


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
