"""The words of the accounting have one code each, whatever their form; a doubt has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.reconcile.terms import LedgerTerms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any


@pytest.mark.parametrize(
    ("what", "word", "code"),
    [
        ("reason", "Списано по ветхости", "worn"),
        ("reason", "тозған", "worn"),
        ("reason", "устарелость по содержанию", "obsolete"),
        ("reason", "мазмұны ескірген", "obsolete"),
        ("reason", "утрата читателем (замена равноценным)", "lost_reader"),
        ("reason", "оқырман жоғалтқан", "lost_reader"),
        ("reason", "недостача при проверке", "shortage"),
        ("reason", "дефектность", "defect"),
        ("reason", "непрофильность", "off_profile"),
        ("reason", "дублетность (излишняя экземплярность)", "duplicate"),
        ("reason", "передача в другую библиотеку", "transfer"),
        ("reason", "стихийное бедствие, хищение, авария", "disaster"),
        ("reason", "окончание срока хранения", "expired"),
        ("supply", "Бибколлектор", "purchase"),
        ("supply", "в дар", "gift"),
        ("supply", "Взамен утерянных", "replacement"),
        ("kind", "Книги", "book"),
        ("kind", "газета", "newspaper"),
        ("language", "КАЗ.", "kaz"),
        ("language", "қазақ тілі", "kaz"),
        ("language", "русский", "rus"),
        ("content_class", "Худ. лит.", "FIC"),
        ("content_class", "с/х", "AGR"),
        ("content_class", "OPL", "OPL"),
    ],
)
def test_a_word_has_its_code(terms: LedgerTerms, what: str, word: str, code: str) -> None:
    assert terms.code(what, word) == code
    assert terms.code(what, word) == code  # and the second time, when it is remembered


@pytest.mark.parametrize("word", ["ветхость и устарелость", "ТОО «Книжный мир»", "84(5Каз)", ""])
def test_what_means_two_things_or_nothing_has_no_code(terms: LedgerTerms, word: str) -> None:
    assert [terms.code(what, word) for what in ("reason", "kind", "language", "content_class")] == [""] * 4


def test_one_word_for_two_codes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[kind\] 'Книги' means both book and brochure"):
        LedgerTerms(kind={"book": ["книги"], "brochure": ["Книги"]})


def test_a_word_without_a_code_is_told_once_with_its_first_place(
    workbook: Callable[..., Path], told: Callable[..., list[Any]]
) -> None:
    rows = [
        ("1", "А", 5, "съела моль", "7"),
        ("2", "Б", 5, "съела моль", "7"),
        ("3", "В", 5, "ветхость", "7"),
    ]
    workbook([("Инв. №", "Название", "Цена", "Причина списания", "Акт списания"), *rows])
    *entries, notice = told()
    assert [(one.reason, one.reason_code) for one in entries] == [
        ("съела моль", ""), ("съела моль", ""), ("ветхость", "worn"),
    ]  # fmt: skip
    assert (notice.code, notice.place) == ("unknown_word", "fond.xlsx · Sheet1 · 2")
    assert "'съела моль'" in notice.detail
    assert "mappings/ledger_terms.toml" in notice.detail
