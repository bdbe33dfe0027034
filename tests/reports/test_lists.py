"""A cataloguer understands every line, in an order that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.reports.table import Table, Value
    from rabis_sync.store.database import Store


def column(table: Table, key: str) -> list[Value]:
    """All cells of one column."""
    at = [one.key for one in table.columns].index(key)
    return [row.cells[at] for row in table.rows]


def test_duplicates_stand_side_by_side_with_the_evidence_in_words(
    filled: Store, show: Callable[..., Table]
) -> None:
    table = show(filled, "duplicates", "kk")
    verdict, title_a, title_b, why = table.rows[0].cells[:4]
    assert (verdict, title_a, title_b) == ("қайталанған", "Абай жолы", "Әйгілі адамдар")
    assert str(why).splitlines() == [
        "Атауы: ұқсас («Абай жолы» және «Әйгілі адамдар»)",
        "Томы немесе бөлімі: бір жазбада көбірек айтылған («5-сынып, 1-бөлім» және «5-сынып»)",
        "Бірдей: шыққан жылы (2019)",
    ]
    assert column(table, "record_a") == ["KZ1", "KZ4"]
    assert column(table, "cluster") == [1, None]


def test_the_faults_of_one_record_stay_together_the_gravest_record_first(
    filled: Store, show: Callable[..., Table]
) -> None:
    table = show(filled, "corrections")
    assert column(table, "record") == ["KZ5", "KZ1", "KZ1", "KZ2"]
    assert column(table, "severity") == ["ошибка", "внимание", "к сведению", "к сведению"]
    assert [row.severity for row in table.rows] == ["error", "warning", "info", "info"]


def test_a_missing_element_is_named_in_the_readers_language(
    filled: Store, show: Callable[..., Table]
) -> None:
    assert "основное заглавие" in str(column(show(filled, "corrections", "ru"), "why")[0])
    assert "негізгі атауы" in str(column(show(filled, "corrections", "kk"), "why")[0])


def test_blanks_that_nobody_would_see_are_marked(filled: Store, show: Callable[..., Table]) -> None:
    assert column(show(filled, "corrections"), "before")[3] == "Сtихи␣␣"


def test_letters_of_another_script_are_marked_where_they_stand(
    filled: Store, show: Callable[..., Table]
) -> None:
    assert column(show(filled, "corrections"), "before")[1] == "С‹t›ихи␣␣"


def test_titles_are_filed_by_the_kazakh_alphabet(filled: Store, show: Callable[..., Table]) -> None:
    published = [
        title
        for title, state in zip(
            column(show(filled, "publication", "kk"), "title"),
            column(show(filled, "publication", "kk"), "standing"),
            strict=True,
        )
        if state == "жарияланған"
    ]
    assert published == ["Абай жолы", "Әйгілі адамдар"]


def test_what_was_taken_back_comes_first_with_the_day_and_the_reason(
    filled: Store, show: Callable[..., Table]
) -> None:
    first = show(filled, "publication", "ru").rows[0]
    assert first.severity == "warning"
    assert "Срок договора истёк (20.03.2026)" in str(first.cells)


def test_both_sides_of_a_discrepancy_can_be_read(filled: Store, show: Callable[..., Table]) -> None:
    table = show(filled, "reconciliation", "ru")
    assert column(table, "branch")[:3] == ["Абай", "Абай", "Гоголь"]
    books = str(column(table, "ledger")[2])
    assert "где: fond.xlsx · Лист1 · 17" in books
    assert "цена: 1250,50 KZT" in books
    assert "принято к учёту: 01.03.2019" in books
    assert "количество" not in books, "one copy goes without saying"
    assert column(table, "record")[:3] == ["KZ2", "KZ1", ""]


def test_what_could_not_be_read_in_the_books_stands_at_the_end(
    filled: Store, show: Callable[..., Table]
) -> None:
    unread, odd = show(filled, "reconciliation", "ru").rows[3:]
    assert (unread.severity, odd.severity) == ("warning", "info")
    assert "в столбце «цена» стоит не число" in str(unread.cells)
    assert "fond.xlsx · Лист1 · 20" in str(unread.cells)


def test_the_books_notices_belong_to_no_branch(filled: Store, show: Callable[..., Table]) -> None:
    assert column(show(filled, "reconciliation", branch="Гоголь"), "inventory_number") == ["00009"]


def test_a_run_tells_its_steps_in_words(filled: Store, show: Callable[..., Table]) -> None:
    [steps] = column(show(filled, "runs", "ru"), "steps")
    assert "Сбор «catalogue»: выполнено, в карантине есть новое (получено: 6, не прочитано: 1)" in str(steps)
    assert "3 books would vanish" in str(steps)


def test_moments_are_shown_in_the_zone_of_the_library(filled: Store, show: Callable[..., Table]) -> None:
    assert column(show(filled, "quarantine", "ru"), "at")[0] == "22.03.2026 01:30"
    assert column(show(filled, "quarantine", "en"), "at")[0] == "2026-03-22 01:30"


def test_the_remarks_say_when_which_part_and_how_much(filled: Store, show: Callable[..., Table]) -> None:
    made, counted, use = show(filled, "reconciliation", "ru", branch="Абай").remarks
    assert made == "Составлено: 22.03.2026 10:30. Филиал: Абай."
    assert counted == "Строк: 2 (ошибка — 1, внимание — 1)."
    assert "инвентарной книге" in use


def test_a_period_is_said_with_both_its_days(filled: Store, show: Callable[..., Table]) -> None:
    assert "Период: 01.01.2026 – 31.03.2026." in show(filled, "runs", "ru", period="2026-Q1").remarks[0]


def test_what_belongs_to_no_branch_comes_last(
    empty: Store, show: Callable[..., Table], fill_discrepancies: Callable[..., None]
) -> None:
    fill_discrepancies(empty, "ONLY_CATALOG", branches=("", "Ясень", "Әуезов", "Абай"))
    assert column(show(empty, "reconciliation", "kk"), "branch") == ["Абай", "Әуезов", "Ясень", ""]


def test_a_likely_partner_is_shown_where_the_books_say_nothing_and_money_has_its_comma(
    empty: Store, show: Callable[..., Table], fill_discrepancies: Callable[..., None]
) -> None:
    proposal = {"ledger": "accounting", "place": "fond.xlsx · 7", "number": "124", "title": "Абай жолы"}
    params = {"text": "ONLY_CATALOG_LIKELY", "partner": "124", "partner_title": "Абай жолы", "slip": "digit"}
    fill_discrepancies(empty, "ONLY_CATALOG", params={**params, "proposal": proposal}, ledger=None)
    table = show(empty, "reconciliation", "ru")
    assert column(table, "ledger") == ["вероятно, это:\nгде: fond.xlsx · 7\nномер: 124\nзаглавие: Абай жолы"]
    prices = {"catalogue": "1250.50", "ledger": "12.51", "currency": "KZT", "cause": "tiyn"}
    fill_discrepancies(empty, "PRICE_MISMATCH", params=prices)
    assert "в каталоге 1250,50, в бухгалтерии 12,51 KZT" in str(
        column(show(empty, "reconciliation", "ru"), "what")
    )
    assert "1250.50 in the catalogue" in str(column(show(empty, "reconciliation", "en"), "what"))


def test_totals_coverage_and_the_worklist_belong_to_the_list(
    filled: Store, show: Callable[..., Table]
) -> None:
    table = show(filled, "reconciliation", "ru")
    named = {part.sheet: part for part in table.parts}
    assert list(named) == ["Итоги", "По филиалам", "Охват каталогом", "Внести в каталог", "Абай", "Гоголь"]
    total = named["Итоги"].rows[-1]
    assert (total.total, total.cells[0], total.cells[2]) == (True, "Всего", 3)
    assert named["Итоги"].closing
    assert [row.cells[2:] for row in named["Охват каталогом"].rows] == [(2, 1, 50.0)]
    assert [row.cells[5] for row in named["Внести в каталог"].rows] == [1]
    assert [one.sheet for one in table.in_order()] == [
        "Итоги",
        "Расхождения",
        "По филиалам",
        "Охват каталогом",
    ]
    assert len(named["Абай"].rows) == 2
