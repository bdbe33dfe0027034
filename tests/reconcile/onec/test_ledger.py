"""The accounting's infobase gives its copies, and what happened to them, as the books would."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.errors import FatalError
from rabis_sync.reconcile.entry import ACQUIRED, COPY, MOVED, WRITTEN_OFF, Entry, Notice, Summary, UnreadRow
from rabis_sync.reconcile.onec.mapping import OneCMapping, Read
from tests.reconcile.onec.infobase import NO_DATE, NO_KEY, OneC, guid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rabis_sync.reconcile.ledgers import Surroundings
    from rabis_sync.reconcile.ledgers.onec_odata import Ledger

    Books = Callable[..., Ledger]

CARDS, LOCATION = "Catalog_ОсновныеСредства", "InformationRegister_МестонахождениеОСБухгалтерскийУчет"
OFF, IN, MOVE = "Document_СписаниеОС", "Document_ПринятиеКУчетуОС", "Document_ПеремещениеОС"
BRANCHES, REASONS, REGISTER = (
    "Catalog_ПодразделенияОрганизаций",
    "Catalog_ПричиныСписанияОС",
    "AccountingRegister_Типовой",
)


def card(number: int, title: str, **more: Any) -> dict[str, Any]:
    """The card of a copy."""
    return {
        "Ref_Key": guid(number), "DataVersion": "AAAA", "DeletionMark": False, "IsFolder": False,
        "Code": f"{number:09d}", "Description": title, "НаименованиеПолное": "",
    } | more  # fmt: skip


def document(number: int, day: str, cards: Sequence[int], **more: Any) -> dict[str, Any]:
    """A posted document about cards."""
    rows = [
        {"Ref_Key": guid(900 + number), "LineNumber": str(at), "ОсновноеСредство_Key": guid(one)}
        | more.get("row", {})
        for at, one in enumerate(cards, 1)
    ]
    own = {name: value for name, value in more.items() if name != "row"}
    return {
        "Ref_Key": guid(900 + number), "Number": f"{number:011d} ", "Date": f"{day}T10:00:00",
        "DeletionMark": False, "Posted": True, "ОС": rows,
    } | own  # fmt: skip


@pytest.fixture
def library(one_c: OneC) -> OneC:
    """Five cards, two branches, an act, a transfer, an acquisition."""
    one_c.sets = {
        CARDS: [card(number, title) for number, title in enumerate("АБВГД", 1)],
        BRANCHES: [{"Ref_Key": guid(100 + at), "Description": f"Филиал № {at}"} for at in (1, 2)],
        REASONS: [{"Ref_Key": guid(200), "Description": "Ветхость"}],
        LOCATION: [{"Period": NO_DATE, "ОсновноеСредство_Key": NO_KEY, "Местонахождение_Key": NO_KEY}],
        IN: [document(1, "2016-03-24", [1, 2], ДокументОснованиеНомер="Н-15")],
        OFF: [
            document(
                2,
                "2023-12-31",
                [2],
                ПричинаСписания_Key=guid(200),
                СтруктурноеПодразделение_Key=NO_KEY,
                Комментарий="",
                row={"СтоимостьБУ": "1250.50"},
            )
        ],
        MOVE: [
            document(
                3,
                "2022-05-01",
                [3],
                row={
                    "ПодразделениеОрганизации_Key": guid(101),
                    "НовыйПодразделениеОрганизации_Key": guid(102),
                    "МОЛОрганизации_Key": NO_KEY,
                    "НовыйМОЛОрганизации_Key": NO_KEY,
                    "СтоимостьБУ": 900,
                },
            )
        ],
    }
    one_c.tables["SliceLast"] = [
        {
            "Period": f"20{10 + at}-01-01T00:00:00",
            "ОсновноеСредство_Key": guid(at),
            "Местонахождение_Key": key,
        }
        for at, key in enumerate((guid(101), guid(101), guid(102), guid(102), NO_KEY), 1)
    ]
    one_c.references = {
        (LOCATION, "Местонахождение"): BRANCHES,
        (OFF, "ПричинаСписания"): REASONS,
        (f"{MOVE}_ОС", "ПодразделениеОрганизации"): BRANCHES,
        (f"{MOVE}_ОС", "НовыйПодразделениеОрганизации"): BRANCHES,
    }
    return one_c


@pytest.fixture
def mapped(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Take this for mappings/onec.toml."""

    def read(*reads: Read) -> None:
        monkeypatch.setattr(
            type(around), "mapping", property(lambda _self: lambda _name, _kind: OneCMapping(list(reads)))
        )

    return read


COPIES = Read(CARDS, "copies", {"inventory_number": "Code", "title": "Description"})
LEFT = Read(
    REGISTER,
    "balance",
    {"quantity": "КоличествоBalance", "amount": "СуммаBalance", "branch": "ExtDimension2/Description"},
    table="Balance",
    card="ExtDimension1",
)
GONE = Read(
    OFF, "written_off", {"act_out": "Number", "act_date": "Date"}, rows="ОС", card="ОсновноеСредство",
    row_fields={"quantity": "Количество"},
)  # fmt: skip


def balance(number: int, quantity: int | str, amount: float | str, branch: int = 101) -> dict[str, Any]:
    """What is left of a card in a branch."""
    return {
        "Account_Key": guid(300), "ExtDimension1": guid(number), "ExtDimension2": guid(branch),
        "ExtDimension1_Type": f"StandardODATA.{CARDS}", "ExtDimension2_Type": f"StandardODATA.{BRANCHES}",
        "КоличествоBalance": quantity, "СуммаBalance": amount,
    }  # fmt: skip


def found(told: Sequence[Any]) -> list[tuple[str, str, str]]:
    """Number, what is told and branch of every entry."""
    return [(one.inventory_key, one.movement, one.branch) for one in told if isinstance(one, Entry)]


def test_cards_registers_and_documents_become_entries(library: OneC, books: Books) -> None:
    told = list(books().entries())
    assert found(told) == [
        ("1", COPY, "Филиал № 1"),
        ("2", COPY, "Филиал № 1"),
        ("3", COPY, "Филиал № 2"),
        ("3", MOVED, "Филиал № 2"),
        ("4", COPY, "Филиал № 2"),
        ("5", COPY, ""),
    ]
    first, second, _, moved, *_ = told
    assert (first.title, first.acquired, first.document) == ("А", "2016-03-24", "Н-15")
    assert first.place == f"{CARDS} · 000000001 · {guid(1)}"
    assert not first.written_off
    assert (second.act_out, second.act_date, second.reason_code) == ("00000000002", "2023-12-31", "worn")
    assert (second.amount, second.written_off) == (Decimal("1250.50"), True)
    assert (moved.moved, moved.moved_from, moved.moved_to) == ("2022-05-01", "Филиал № 1", "Филиал № 2")
    assert moved.place == f"{MOVE} · 00000000003 · {guid(903)} · 1"


def test_a_register_is_read_without_a_virtual_table_and_an_empty_mark_is_none(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    register = "InformationRegister_КодыЛитературы"
    library.sets[register] = [
        {"ОсновноеСредство_Key": guid(1), "Язык": "каз.", "Period": "2020-01-01T00:00:00"},
        {"ОсновноеСредство_Key": guid(2), "Язык": "рус.", "Period": "2020-01-01T00:00:00"},
    ]
    library.sets[CARDS][0]["IsFolder"] = None
    library.obedient = False
    mapped(COPIES, Read(register, "details", {"language": "Язык"}, card="ОсновноеСредство"))
    told = [one for one in books(page_size=1).entries() if isinstance(one, Entry)]
    assert [one.language for one in told] == ["kaz", "rus", "", "", ""]


def test_nothing_but_get_is_ever_asked(library: OneC, books: Books) -> None:
    list(books().entries())
    books().check()
    assert library.methods == {"GET"}


def test_cyrillic_names_and_a_cyrillic_password_are_sent_as_1c_reads_them(
    library: OneC, books: Books
) -> None:
    list(books().entries())
    assert any(one.startswith(f"{CARDS}?$format=json;odata=nometadata") for one in library.asked)
    assert any(one.startswith(f"{LOCATION}/SliceLast()?") for one in library.asked)


def test_marked_for_deletion_folders_and_unposted_documents_are_left_out(library: OneC, books: Books) -> None:
    library.sets[CARDS][3]["DeletionMark"] = True
    library.sets[CARDS][4]["IsFolder"] = True
    library.sets[OFF][0]["Posted"] = False
    told = list(books().entries())
    assert [key for key, movement, _ in found(told) if movement == COPY] == ["1", "2", "3"]
    assert not any(one.act_out for one in told)
    asked = next(one for one in library.asked if one.startswith(f"{OFF}?"))
    assert "DeletionMark eq false and Posted eq true" in asked


def test_a_server_that_ignores_the_condition_does_not_bring_deleted_cards(
    library: OneC, books: Books
) -> None:
    library.sets[CARDS][0]["DeletionMark"] = True
    library.obedient = False
    assert "1" not in [key for key, _, _ in found(list(books().entries()))]


def test_a_document_about_a_card_that_is_marked_for_deletion_is_told_with_its_number(
    library: OneC, books: Books
) -> None:
    library.sets[CARDS][1]["DeletionMark"] = True
    one = next(one for one in books().entries() if isinstance(one, Entry) and one.inventory_key == "2")
    assert (one.title, one.act_date) == ("Б", "2023-12-31")


def test_a_document_about_a_card_that_is_gone_is_a_row_that_is_named(library: OneC, books: Books) -> None:
    del library.sets[CARDS][1]
    (unread, *_) = [one for one in books().entries() if isinstance(one, UnreadRow)]
    assert (unread.reason, unread.place) == ("card_missing", f"{IN} · 00000000001 · {guid(901)} · 2")


def test_a_figure_that_is_none_spoils_its_row_alone(library: OneC, books: Books) -> None:
    library.sets[MOVE][0]["ОС"][0]["СтоимостьБУ"] = "много"
    told = list(books().entries())
    (unread,) = [one for one in told if isinstance(one, UnreadRow)]
    assert (unread.reason, unread.inventory_key) == ("bad_figure", "3")
    assert len(found(told)) == 5


@pytest.mark.parametrize("amount", [1250.5, "1250.50", "1250,50", "1 250.50"])
def test_an_amount_is_a_number_or_text(
    library: OneC, books: Books, mapped: Callable[..., None], amount: float | str
) -> None:
    library.sets[REGISTER] = [balance(1, "1", amount)]
    library.tables["Balance"] = [balance(1, "1", amount)]
    mapped(COPIES, LEFT)
    first = next(iter(books().entries()))
    assert isinstance(first, Entry)
    assert (first.quantity, first.amount, first.price) == (1, Decimal("1250.5"), Decimal("1250.50"))


def test_what_is_left_of_a_card_decides_and_each_branch_has_its_own(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER] = [balance(1, 1, 1)]
    library.sets[OFF][0]["ОС"][0]["Количество"] = 1
    left = [balance(1, 6, 600), balance(1, 4, 400, 102), balance(3, 1, 5), balance(4, 0, 0)]
    library.tables["Balance"] = left
    mapped(COPIES, LEFT, GONE)
    told = list(books().entries())
    assert [(one.inventory_key, one.quantity, one.branch) for one in told if isinstance(one, Entry)] == [
        ("1", 6, "Филиал № 1"), ("1", 4, "Филиал № 2"), ("2", 1, ""), ("3", 1, "Филиал № 1"), ("4", 0, ""),
        ("5", 0, ""),
    ]  # fmt: skip
    assert [one.written_off for one in told] == [False, False, True, False, True, True]


def test_a_part_that_is_written_off_of_a_group_is_a_row_of_its_own(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER] = library.tables["Balance"] = [balance(2, 7, 700)]
    library.sets[OFF][0]["ОС"][0]["Количество"] = "3"
    mapped(COPIES, LEFT, GONE)
    told = [one for one in books().entries() if isinstance(one, Entry) and one.inventory_key == "2"]
    assert [(one.movement, one.quantity, one.act_date) for one in told] == [
        (COPY, 7, ""),
        (WRITTEN_OFF, 3, "2023-12-31"),
    ]


def test_a_balance_without_a_row_does_not_write_the_whole_stock_off(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER], library.tables["Balance"] = [balance(1, 1, 1)], []
    mapped(COPIES, LEFT)
    with pytest.raises(FatalError, match="no balance at all"):
        list(books().entries())


def test_of_a_catalogue_of_all_goods_only_what_is_booked_is_a_copy(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER] = library.tables["Balance"] = [balance(4, 1, 5)]
    library.sets[OFF][0]["ОС"][0]["Количество"] = 1
    mapped(Read(CARDS, "copies", {"inventory_number": "Code"}, booked_only=True), LEFT, GONE)
    assert [key for key, _, _ in found(list(books().entries()))] == ["2", "4"]


def test_the_balance_of_an_account_is_added_up(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER] = [balance(1, 1, 1)]
    library.sets["ChartOfAccounts_Типовой"] = [{"Ref_Key": guid(300), "Code": "2416"}]
    library.references[REGISTER, "Account"] = "ChartOfAccounts_Типовой"
    library.tables["Balance"] = [balance(1, 6, 600.5), balance(2, "4", "400"), balance(3, 1, 5, 102)]
    fields = {"number": "Account/Code", "copies": "КоличествоBalance", "amount": "СуммаBalance"}
    branch = {"branch": "ExtDimension2/Description"}
    mapped(Read(REGISTER, "account", {**fields, **branch}, table="Balance"))
    assert [(one.part, one.number, one.branch, one.copies, one.amount) for one in books().entries()] == [
        ("balance", "2416", "Филиал № 1", 10, Decimal("1000.5")),
        ("balance", "2416", "Филиал № 2", 1, Decimal(5)),
    ]


def test_turnovers_of_a_period_are_asked_for_as_they_stand_in_the_mapping(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    turnover = {"Account_Key": guid(300), "КоличествоTurnoverDr": "12", "СуммаTurnoverDr": "15000.50"}
    library.sets[REGISTER] = library.tables["Turnovers"] = [turnover]
    arguments = "StartPeriod=datetime'2016-01-01T00:00:00',EndPeriod=datetime'2016-12-31T23:59:59'"
    fields = {
        "part": "=acquired",
        "date": "=2016",
        "copies": "КоличествоTurnoverDr",
        "amount": "СуммаTurnoverDr",
    }
    mapped(Read(REGISTER, "account", fields, table="Turnovers", arguments=arguments))
    (one,) = books().entries()
    assert (one.part, one.date, one.copies, one.amount) == ("acquired", "2016", 12, Decimal("15000.50"))
    assert any(asked.startswith(f"{REGISTER}/Turnovers({arguments})?") for asked in library.asked)


def test_the_bundled_mapping_is_valid_with_everything_switched_on(root: Path) -> None:
    text = (root / "mappings" / "onec.toml").read_text("utf-8")
    switched_on = re.sub(r"^# (\[|\w+ = )", r"\1", text, flags=re.MULTILINE)
    mapping = TypeAdapter(OneCMapping).validate_python(tomllib.loads(switched_on))
    assert {"balance", "account"} <= {one.gives for one in mapping.read}


def test_records_of_the_summary_accession_book_are_totals(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets["Document_КСУ"] = [
        {
            "Ref_Key": guid(7),
            "Number": "3",
            "Date": "2016-03-24T00:00:00",
            "Количество": "12",
            "Сумма": 15000,
        },
        {"Ref_Key": guid(8), "Number": "4", "Date": NO_DATE, "Количество": "дюжина", "Сумма": 15000},
    ]
    fields = {
        "part": "=acquired",
        "number": "Number",
        "date": "Date",
        "copies": "Количество",
        "amount": "Сумма",
    }
    mapped(Read("Document_КСУ", "ksu", fields))
    unread, record = books().entries()
    assert isinstance(record, Summary)
    assert (record.number, record.date, record.copies, record.amount) == ("3", "2016-03-24", 12, 15000)
    assert isinstance(unread, UnreadRow)
    assert (unread.reason, unread.place) == ("bad_quantity", f"Document_КСУ · 4 · {guid(8)}")


def test_an_acquisition_alone_is_told_of_a_card_that_came_by_it(library: OneC, books: Books) -> None:
    told = [one for one in books().entries() if isinstance(one, Entry)]
    assert not any(one.movement == ACQUIRED for one in told)
    assert [one.acquired for one in told if one.movement == COPY][:3] == ["2016-03-24", "2016-03-24", ""]


def test_what_1c_refers_to_and_does_not_publish_is_told(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[REGISTER] = library.tables["Balance"] = [balance(1, 1, 5)]
    library.hidden.add(BRANCHES)
    mapped(COPIES, LEFT)
    (notice,) = [one for one in books().entries() if isinstance(one, Notice)]
    assert (notice.code, notice.place) == ("not_published", BRANCHES)


def test_many_references_are_fetched_with_their_whole_set_and_few_by_their_keys(
    library: OneC, books: Books, mapped: Callable[..., None]
) -> None:
    library.sets[CARDS] = [card(number, "А") for number in range(1, 600)]
    library.sets[BRANCHES] = [{"Ref_Key": guid(1000 + at), "Description": f"Ф{at}"} for at in range(1, 600)]
    left = [balance(at, 1, 5, 1000 + at) for at in range(1, 600)]
    library.sets[REGISTER] = library.tables["Balance"] = left
    mapped(COPIES, LEFT)
    assert found(list(books().entries()))[598] == ("599", COPY, "Ф599")
    assert sum(one.startswith(f"{BRANCHES}?") for one in library.asked) < 5
    library.asked.clear()
    library.tables["Balance"] = left[:30]
    list(books().entries())
    keyed = [one for one in library.asked if one.startswith(f"{BRANCHES}?")]
    assert len(keyed) == 2
    assert all("Ref_Key eq guid" in one for one in keyed)
