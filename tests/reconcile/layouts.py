"""Sheets as 1C prints them and as libraries keep them: rows, and the cells that are merged in each."""

from __future__ import annotations

from datetime import date
from typing import Any

#: As 1C prints it: titles, a heading of two rows with merged cells, groups, subtotals, a total, signatures.
PRINTED: tuple[tuple[Any, ...], ...] = (
    ("ЦБС г. Караганды",),
    ("Ведомость остатков библиотечного фонда на 31.12.2023 г.",),
    (),
    (
        "№ п/п",
        "Инв. №",
        "Наименование",
        "Цена, тг",
        "Кол-во",
        "Поступление",
        None,
        "Выбытие",
        None,
        None,
        "Примечание",
    ),
    (None, None, None, None, None, "Дата", "№ КСУ", "Акт списания №", "Дата", "Причина", None),
    ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"),
    (None, "Филиал № 3", None, None, 2, None, None, None, None, None, None),
    (None, "Иванова А. С.", None, None, None, None, None, None, None, None, None),
    (1, 123.0, "Абай жолы", "1\u00a0250,50", "1,000", date(2016, 3, 24), "3/2016"),
    (2, "00124", "Менің атым Қожа", 900, 1, "24.03.16", "3/2016", "Акт № 7", "31.12.2023", "ветхость"),
    (None, "Итого по филиалу № 3", None, None, 2, None),
    (None, "Читальный зал", None, None, 1),
    (3, "К-77", "Всего одна ночь", 500, 1, "2019", "1/2019"),
    ("Итого", None, None, None, 3),
    (),
    (None, "Главный бухгалтер", "Рахимова С. Т."),
)
PRINTED_MERGED = ("A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:E5", "F4:G4", "H4:J4", "K4:K5", "B7:D7")

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
TURNOVER_MERGED = ("A12:A13", "B12:B13", "D5:E5", "F5:G5", "H5:I5", "C5:C7")

#: An act with its list.
ACT: tuple[tuple[Any, ...], ...] = (
    ("УТВЕРЖДАЮ",),
    ("Акт на списание № 7 от 31.12.2023 г.",),
    ("Причина списания:", "ветхость"),
    ("Филиал № 3",),
    ("№ п/п", "Инв. №", "Автор, заглавие", "Год издания", "Цена", "Кол-во", "Сумма"),
    (1, "1001", "Абай жолы", 1961, 0.75, 1, 0.75),
    (2, "1002", "Қан мен тер", 1998, 700, 1, 700),
    ("Итого", None, None, None, None, 2, 700.75),
)

#: The first part of the summary accession book.
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
RECEIVED_MERGED = ("E3:G3", "H3:I3", "J3:K3", "L3:M3", "N3:O3")
