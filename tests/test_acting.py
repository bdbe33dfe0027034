"""Acts at the command line: what may be signed comes out exactly, what may not is refused and named."""

from __future__ import annotations

import ast
import re
import sys
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from bench.stocktaking.library import Book, Entry, Item, Library
from rabis_sync import cli
from rabis_sync.reconcile.acts import COLUMNS
from rabis_sync.reports.acts import COLUMNS as LAID_OUT
from rabis_sync.wiring.assembly import HarvestWish
from rabis_sync.wiring.running import Manner, run_step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, str, str]]

#: Of the act that the issue names.
COPIES, AMOUNT = 4_351, Decimal("106206.76")
HERE, THERE = "Филиал № 3", "Филиал № 7"
REASONS = ("ветхость", "устарелость по содержанию", "утрата читателем")


def prices(rng: Random) -> list[Decimal]:
    """Prices of `COPIES` copies that come to `AMOUNT`."""
    drawn = [Decimal(rng.randint(500, 4_000)).scaleb(-2) for _ in range(COPIES)]
    surplus = sum(drawn) - AMOUNT
    step = Decimal("0.01") if surplus > 0 else Decimal("-0.01")
    for at in range(int(abs(surplus) * 100)):
        drawn[at % COPIES] -= step
    assert sum(drawn) == AMOUNT
    assert min(drawn) > 0
    return drawn


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Library]:
    """A library of `COPIES` good copies and some that no act may list, harvested and reconciled."""
    rng = Random(7)
    library = Library()
    for at, price in enumerate(prices(rng), 1):
        book = Book(f"KZ{at // 3:06d}", f"Книга {at // 3}", "Ауэзов, М. О.", 1960 + at // 3 % 60)
        number = f"{10_000 + at}"
        if at % 10:
            library.items.append(Item(book, number, HERE, price=price))
        library.entries.append(Entry(number, book.title, HERE, book.author, book.year, price))
    book = Book("KZ900000", "Особые случаи")
    for number, branch in (
        ("70001", HERE),
        ("70002", THERE),
        ("70003", HERE),
        ("70003", HERE),
        ("70005", HERE),
    ):
        library.items.append(Item(book, number, branch))
    library.entries += [
        Entry(
            "70001", book.title, HERE, price=Decimal(10), act="15", act_date="2024-03-01", reason="ветхость"
        ),
        Entry("70002", book.title, THERE, price=Decimal(10)),
        Entry("70003", book.title, HERE, price=Decimal(10)),
        Entry("70003", book.title, HERE, price=Decimal(10)),
        Entry("70004", "Карточка", HERE, price=Decimal("12.50"), quantity=4),
        Entry("70005", book.title, HERE),
    ]
    config = library.write(tmp_path_factory.mktemp("library"))
    for step in ("harvest", "reconcile"):
        assert run_step(config, step, Manner(), HarvestWish()).exit_code == 0
    return config, library


@pytest.fixture
def told(
    stocked: tuple[Path, Library], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Told:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rabis-sync", "--config", str(stocked[0]), *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return int(ended.value.code or 0), said.out, said.err

    return call


def listed(folder: Path, *lines: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def cells(path: Path, sheet: int) -> list[list[Any]]:
    """What stands in a sheet, formulas as they are."""
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def texts_of(path: Path) -> str:
    return "\n".join(str(cell) for row in cells(path, 0) for cell in row if cell is not None)


def test_every_cell_of_a_real_act_comes_out_exactly(
    told: Told, stocked: tuple[Path, Library], tmp_path: Path
) -> None:
    good = [one for one in stocked[1].entries if one.number < "70000"]
    rows = [f"{one.number};{REASONS[at % 3]}" for at, one in enumerate(good)]
    source = listed(tmp_path, "Инв. №;Причина", *rows)
    act = tmp_path / "act.xlsx"
    wish = ("--date", "2023-11-20", "--number", "5", "--branch", HERE)
    code, out, err = told("act", "writeoff", "--list", source, "-o", act, *wish)
    assert (code, err) == (0, "")
    assert "4,351 copies, 106,206.76 KZT" in out
    said = texts_of(act)
    ru = (
        "4 351 (четыре тысячи триста пятьдесят один) экземпляр на сумму 106 206,76 тенге"
        " (сто шесть тысяч двести шесть тенге 76 тиын)"
    )
    kk = (
        "4 351 (төрт мың үш жүз елу бір) дана есептен шығарылды, жалпы сомасы 106 206,76 теңге"
        " (бір жүз алты мың екі жүз алты теңге 76 тиын)"
    )
    assert ru in said.replace("\N{NO-BREAK SPACE}", " ")
    assert kk in said.replace("\N{NO-BREAK SPACE}", " ")
    assert "№ 374" in said
    assert "№ 5 от 20.11.2023" in said
    _check_list(act, good)
    _check_shares(act, good)


def _check_list(act: Path, good: list[Entry]) -> None:
    table = cells(act, 1)
    head = next(at for at, row in enumerate(table) if row[1] == "Инв. №")
    assert table[head] == [
        *(
            "№ п/п",
            "Инв. №",
            "Автор, заглавие",
            "Год",
            "Цена, тенге",
            "Кол-во экз.",
            "Сумма, тенге",
            "Причина",
        ),
    ]
    body = table[head + 1 : head + 1 + COPIES]
    words = {
        "ветхость": "ветхость (физический износ)",
        "устарелость по содержанию": "устарелость по содержанию",
        "утрата читателем": "утрата читателем",
    }
    for at, (row, one) in enumerate(zip(body, good, strict=True)):
        line = head + 2 + at
        assert row == [
            at + 1, one.number, f"{one.author} {one.title}", one.year,
            pytest.approx(float(one.price or 0), abs=1e-9), 1,
            f"=ROUND(PRODUCT(E{line},F{line}),2)", words[REASONS[at % 3]],
        ]  # fmt: skip
    first, last = head + 2, head + 1 + COPIES
    total = table[head + 1 + COPIES]
    assert (total[0], total[5], total[6]) == ("Итого", f"=SUM(F{first}:F{last})", f"=SUM(G{first}:G{last})")
    worked_out = openpyxl.load_workbook(act, data_only=True).worksheets[1]
    assert worked_out.cell(last + 1, 6).value == COPIES
    assert worked_out.cell(last + 1, 7).value == pytest.approx(float(AMOUNT), abs=1e-9)


def _check_shares(act: Path, good: list[Entry]) -> None:
    """Copies and amount by reason, as their own prices come to."""
    table = cells(act, 0)
    for at, name in enumerate(("ветхость (физический износ)", *REASONS[1:])):
        own = [one.price or Decimal(0) for place, one in enumerate(good) if place % 3 == at]
        row = next(row for row in table if row[0] == name)
        assert [cell for cell in row if cell is not None] == [
            name,
            len(own),
            pytest.approx(float(sum(own)), abs=1e-9),
        ]


def test_an_act_cites_the_instruction_that_was_in_force_on_its_day(told: Told, tmp_path: Path) -> None:
    source = listed(tmp_path, "10001", name="list.txt")
    for day, order, other in (("2025-04-17", "№ 374", "136-НҚ"), ("18.04.2025", "№ 136-НҚ", "№ 374")):
        act = tmp_path / f"{day}.html"
        assert told("act", "writeoff", "--list", source, "-o", act, "--date", day, "--reason", "worn")[0] == 0
        page = act.read_text("utf-8")
        assert order in page
        assert other not in page
    code, _, err = told(
        "act", "writeoff", "--list", source, "-o", act, "--date", "2001-01-01", "--reason", "worn"
    )
    assert (code, "no instruction is known for acts of 2001-01-01" in err) == (2, True)


REFUSED = {
    "99999": "нет ни в каталоге, ни в бухгалтерии",
    "70001": "уже списан: акт 15, 2024-03-01",
    "70002": "числится в другом филиале: Филиал № 7",
    "70003": "стоит на 2 экземплярах",
    "70005": "цена неизвестна",
}


def test_what_may_not_be_signed_is_refused_before_anything_is_written(told: Told, tmp_path: Path) -> None:
    source = listed(tmp_path, "10001", "010001", *REFUSED, name="list.txt")
    act = tmp_path / "act.xlsx"
    command = ("act", "writeoff", "--list", source, "-o", act, "--reason", "worn", "--branch", HERE)
    code, _, err = told(*command)
    assert (code, act.exists()) == (3, False)
    assert "6 of 7 lines may not stand in the act" in err
    assert "list.txt · 2: 010001: стоит в списке второй раз, впервые: list.txt · 1" in err
    for number, why in REFUSED.items():
        assert re.search(rf"list.txt · \d: {number}: .*{re.escape(why)}", err)
    code, out, err = told(*command, "--without-refused")
    assert (code, act.exists()) == (0, True)
    assert "6 lines left out" in out
    assert "70002" not in str(cells(act, 1))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("Инв. №;Цена", "10001;двадцать"), "«двадцать» не читается"),
        (("Инв. №;Причина", "10001;надоела"), "причина не опознана: «надоела»"),
        (("Инв. №;Цена", "10001;5,00"), "причина не указана"),
        (("Инв. №;Причина;Кол-во", "70004;ветхость;5"), "в списке 5 экз., на учёте 4"),
        (("Инв. №;Причина;Цена", "10001;ветхость;1 р. 20 к."), "цена не в тенге (1.20 SUR)"),
        (("Инв. №;Причина", ";ветхость"), "нет инвентарного номера"),
    ],
)  # fmt: skip
def test_a_doubtful_line_is_named_with_its_reason(
    told: Told, tmp_path: Path, lines: tuple[str, ...], said: str
) -> None:
    code, _, err = told("act", "writeoff", "--list", listed(tmp_path, *lines), "-o", tmp_path / "act.xlsx")
    assert (code, said in err) == (3, True), err


def test_a_coefficient_and_a_price_of_the_list_count_and_a_difference_is_told(
    told: Told, tmp_path: Path
) -> None:
    source = listed(
        tmp_path, "Инв. №;Причина;Цена;Коэффициент;Кол-во", "70004;ветхость;10,05;1,5;3", "10001;ветхость;;;"
    )
    act = tmp_path / "act.xlsx"
    code, _, err = told("act", "writeoff", "--list", source, "-o", act)
    assert code == 0
    assert "цена в списке 10.05, в бухгалтерии 12.50" in err
    table = cells(act, 1)
    head = next(at for at, row in enumerate(table) if row[1] == "Инв. №")
    assert table[head][5] == "Коэф. пере-оценки"
    values = openpyxl.load_workbook(act, data_only=True).worksheets[1]
    assert values.cell(head + 2, 8).value == pytest.approx(45.23)  # 10.05 × 1.5 × 3 = 45.225


def test_an_acceptance_takes_what_only_the_list_knows(told: Told, tmp_path: Path) -> None:
    heading = "Инв. №;Автор;Наименование;Год;Цена"
    rows = ("80001;Кекілбаев, Ә.;Үркер;2024;3500,50", "80002;;;;100", "Итого;;;;3600,50")
    source = listed(tmp_path, heading, *rows)
    act = tmp_path / "act.html"
    command = ("act", "acceptance", "--list", source, "-o", act, "--lang", "kk", "--from", "Кітап қолдаушы")
    code, _, err = told(*command)
    assert (code, "нөмір белгісіз, ал тізімде атауы жоқ" in err) == (3, True)
    assert told(*command, "--without-refused")[0] == 0
    page = act.read_text("utf-8").replace("\N{NO-BREAK SPACE}", " ")
    assert "Кекілбаев, Ә. Үркер" in page
    assert "1 (бір) дана қабылданды, жалпы сомасы 3 500,50 теңге (үш мың бес жүз теңге 50 тиын)" in page
    assert "Кімнен алынды: Кітап қолдаушы." in page
    assert "№ 136-НҚ" in page


def test_a_list_with_columns_and_no_heading_is_asked_for_one(told: Told, tmp_path: Path) -> None:
    source = listed(tmp_path, "10001;ветхость")
    code, _, err = told("act", "writeoff", "--list", source, "-o", tmp_path / "act.xlsx")
    assert (code, "no heading says which is which" in err) == (2, True)
    code, _, err = told("act", "writeoff", "--list", source, "-o", tmp_path / "act.docx")
    assert (code, "a paper is written as .htm or .html or .xlsx" in err) == (2, True)
    code, _, err = told("act", "writeoff", "--list", source, "-o", tmp_path / "act.xlsx", "--reason", "wron")
    assert (code, "Did you mean 'worn'?" in err) == (2, True)


def test_everybody_of_the_commission_has_a_line(
    stocked: tuple[Path, Library], told: Told, tmp_path: Path
) -> None:
    config = stocked[0]
    before = config.read_text("utf-8")
    names = '\n[commission]\nchairman = "Ким В. Н."\nmembers = ["Омарова Г. Т.", "Петрова Е. И."]\n'
    config.write_text(before + names, "utf-8")
    try:
        act = tmp_path / "act.xlsx"
        source = listed(tmp_path, "10001", name="list.txt")
        assert told("act", "writeoff", "--list", source, "-o", act, "--reason", "worn")[0] == 0
    finally:
        config.write_text(before, "utf-8")
    said = texts_of(act)
    assert "председатель — Ким В. Н.; члены комиссии — Омарова Г. Т.; Петрова Е. И." in said
    assert said.count("Член комиссии") == 2
    assert "УТВЕРЖДАЮ" in said


def test_every_column_of_an_act_can_be_laid_out() -> None:
    assert set(LAID_OUT) == set(COLUMNS)


def test_the_generator_takes_nothing_from_the_program(root: Path) -> None:
    for module in (root / "bench" / "stocktaking").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith("rabis_sync") for name in names)
