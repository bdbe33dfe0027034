"""From the store to a statement: what the books leave out the catalogue tells, by the copy's own record."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.config import read_toml
from rabis_sync.marc.dialect import Dialect
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.marc.folding import fold_record
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.marc.record import Record
from rabis_sync.reconcile.content import ContentClasses
from rabis_sync.reconcile.entry import Entry, Summary
from rabis_sync.reconcile.fund import Window
from rabis_sync.reconcile.fund_reading import Counted, FundSettings, read
from rabis_sync.reconcile.matching import Policy
from rabis_sync.reconcile.rules import FundRules
from rabis_sync.reconcile.series import Numbering, Series
from rabis_sync.reconcile.statement import statement
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.store.database import Store
    from rabis_sync.store.statements import Statement

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
YEAR = Window("2023", "2023-01-01", "2024-01-01")


@pytest.fixture(scope="module")
def dialects(root: Path) -> dict[str, Dialect]:
    return {"unimarc": read_toml(root / "mappings" / "dialects" / "unimarc.toml", Dialect)}


@pytest.fixture(scope="module")
def settings(root: Path, dialects: dict[str, Dialect]) -> Callable[..., FundSettings]:
    classes = read_toml(root / "mappings" / "content_classes.toml", ContentClasses)
    rules = read_toml(root / "mappings" / "fund.toml", FundRules)
    return lambda **policy: FundSettings(dialects, classes, rules, Policy(**policy))


def book(dialects: dict[str, Dialect], number: str, title: str, *copies: str, **told: Any) -> Incoming:
    """One record with copies under these numbers, at one branch."""
    leader = told.pop("leader", "00000nam0 2200000   450 ")
    branch = told.pop("branch", "ЦГБ")
    fields = [Field("001", number), Field.data("200", "1 ", [("a", title)])]
    fields += [Field.data(tag[1:], "  ", subfields) for tag, subfields in sorted(told.items())]
    marc = MarcRecord(leader, tuple(fields))
    items = [
        (at, one, inventory_key(one), "", branch, "", "", 50000, "KZT", "", "", "", "", "available", False, 1)
        for at, one in enumerate(copies, 1)
    ]
    match = fold_record(Record(marc, dialects["unimarc"]))
    return Incoming(
        number, "unimarc", "", f"{number:>032}", "iso2709", "utf-8", 1.0, b"", marc.canonical(),
        items, tuple(match),
    )  # fmt: skip


def entry(number: str, title: str, **told: Any) -> Entry:
    key = inventory_key(number) if number else ""
    values = {"price": Decimal("500.00"), "branch": "ЦГБ", "acquired": "2023-05-05", "title": title}
    return Entry(f"fond.xlsx · {number}", number, key, **{**values, **told})


@pytest.fixture
def counted(
    any_store: Store, dialects: dict[str, Dialect], settings: Callable[..., FundSettings]
) -> Callable[..., Counted]:
    """What a catalogue and books come to, over the store."""

    def run(
        records: list[Incoming], *entries: Entry, summaries: tuple[Summary, ...] = (), **policy: Any
    ) -> Counted:
        with any_store.write() as unit:
            unit.records.add("catalogue", records, run=1, at=NOW)
            unit.ledgers.replace_entries("accounting", [one.row() for one in entries])
            unit.ledgers.replace_summaries("accounting", [one.row() for one in summaries])
        with any_store.read() as unit:
            return read(unit, settings(**policy))

    return run


@pytest.fixture
def found(counted: Callable[..., Counted], settings: Callable[..., FundSettings]) -> Callable[..., Statement]:
    return lambda *args, **options: statement(
        counted(*args, **options), YEAR, settings().rules, settings().classes.classes
    )


def words(found: Statement) -> list[tuple[str, str, str, int]]:
    return [(row.kind, row.content_class, row.language, row.movement.acquired.copies) for row in found.rows]


def test_class_language_and_kind_come_from_the_catalogue_where_the_books_have_none(
    found: Callable[..., Statement], dialects: dict[str, Dialect]
) -> None:
    history = book(
        dialects, "KZ1", "Қазақ тарихы", "1", _101=[("a", "kaz")], _686=[("a", "63.3"), ("2", "rubbk")]
    )
    novel = book(
        dialects, "KZ2", "Роман века", "2", _101=[("a", "rus")], _675=[("a", "821.161.1-31")],
        _105=[("a", "y   z   00|a|")],
    )  # fmt: skip
    told = found([history, novel], entry("1", "Казак тарихы"), entry("2", "Роман века"))
    assert words(told) == [("book", "FIC", "rus", 1), ("book", "OPL", "kaz", 1)]
    assert not [one for one in told.gaps if not one.what.startswith("no_supply")]


def test_what_the_books_say_counts_before_the_catalogue(
    found: Callable[..., Statement], dialects: dict[str, Dialect]
) -> None:
    record = book(dialects, "KZ1", "Роман", "1", _101=[("a", "rus")], _686=[("a", "84"), ("2", "rubbk")])
    told = found([record], entry("1", "Роман", content_class="26.89(5Каз)", language="kaz", kind="brochure"))
    assert words(told) == [("brochure", "OPL", "kaz", 1)]


def test_a_number_that_leads_to_another_book_tells_nothing_of_this_one(
    found: Callable[..., Statement], dialects: dict[str, Dialect]
) -> None:
    record = book(dialects, "KZ1", "Справочник механика", "1", _101=[("a", "rus")], _675=[("a", "621")])
    told = found([record], entry("1", "Абай жолы"))
    assert words(told) == [("", "", "", 1)]
    assert {(one.what, one.copies) for one in told.gaps} >= {
        ("no_kind.acquired", 1), ("no_content_class.acquired", 1), ("no_language.closing", 1),
    }  # fmt: skip


def test_a_title_is_one_whether_a_copy_of_it_is_catalogued_or_not(
    found: Callable[..., Statement], dialects: dict[str, Dialect]
) -> None:
    record = book(dialects, "KZ1", "Абай жолы", "1")
    told = found([record], entry("1", "Абай жолы"), entry("2", "Әуезов М. АБАЙ ЖОЛЫ", author="Әуезов М."))
    whole = [
        one
        for one in told.checks
        if (one.identity, one.dimension, one.measure) == ("movement", "total", "titles")
    ]
    assert [one.right for one in whole] == [1]


def test_numbers_are_brought_together_by_the_library_s_own_rules(
    found: Callable[..., Statement], dialects: dict[str, Dialect], root: Path
) -> None:
    bundled = read_toml(root / "mappings" / "inventory_numbers.toml", Numbering)
    series = [Series("Дети", ["ЦДБ"], "Д", implied=True)]
    numbering = Numbering("library", bundled.format, bundled.typed_for_digits, series)
    record = book(dialects, "KZ1", "Ертегілер", "17", branch="ЦДБ", _101=[("a", "kaz")])
    booked = entry("Д17", "Ертегилер", branch="ЦДБ")
    told = found([record], booked, numbering=numbering)
    assert [row.language for row in told.rows] == ["kaz"]


def test_a_periodical_without_a_number_is_known_by_its_title(
    found: Callable[..., Statement], dialects: dict[str, Dialect]
) -> None:
    paper = book(
        dialects, "KZ9", "Орталық Қазақстан", leader="00000nas0 2200000   450 ", _110=[("a", "c")],
        _101=[("a", "kaz")], _102=[("a", "KZ")],
    )  # fmt: skip
    told = found([paper], entry("", "Орталық Қазақстан", quantity=2))
    assert words(told) == [("newspaper", "", "kaz", 2)]


def test_the_source_of_supply_and_the_reason_come_from_the_summary_book_where_the_rows_have_none(
    found: Callable[..., Statement],
) -> None:
    came = Summary("ksu", "acquired", "31", "2023-05-05", supply="gift", copies=1)
    went = Summary("ksu", "written_off", "7", "2023-12-01", act="Акт № 9", reason_code="worn", copies=1)
    told = found(
        [], entry("1", "А", ksu="31/2023"), entry("2", "Б", act_out="9", act_date="2023-12-01"),
        summaries=(came, went),
    )  # fmt: skip
    assert [(row.supply_source, row.reason) for row in told.rows] == [("", "worn"), ("gift", "")]


def test_what_the_books_have_as_standing_is_what_all_flows_leave(counted: Callable[..., Counted]) -> None:
    act = {"act_out": "1", "act_date": "2023-06-06"}
    told = counted([], entry("1", "А"), entry("2", "Б", **act), entry("3", "В", quantity=4))
    assert (
        told.standing == sum(one.copies * (1 if one.column == "acquired" else -1) for one in told.flows) == 5
    )
