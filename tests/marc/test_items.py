from __future__ import annotations

import copy
import tomllib
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rabis_sync.marc.items import Item, ItemProfile, items_auto

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rabis_sync.marc.record import Record

    Write = Callable[..., Record]
    Profiles = dict[str, ItemProfile]

NAMES = {
    "irbis_910",
    "koha_952",
    "koha_995",
    "marc21_852",
    "rabis_899",
    "rusmarc_899",
    "tatarstan_090",
    "unimarc_852",
}


@pytest.fixture
def plain(root: Path) -> Callable[[str], dict[str, Any]]:
    """A bundled profile as it stands in its file."""
    return lambda name: copy.deepcopy(
        tomllib.loads((root / f"mappings/items/{name}.toml").read_text("utf-8"))
    )


def test_the_bundled_profiles_are_named_after_their_files(profiles: Profiles) -> None:
    assert {name: one.name for name, one in profiles.items()} == {name: name for name in NAMES}


def test_one_subfield_holds_many_numbers_and_a_sigla_belongs_to_those_before_it(
    unimarc: Write, profiles: Profiles
) -> None:
    record = unimarc(
        "010 $d17-30(20-00)\n090 00$aК 63$xА 43$c63.3(2Рос.Тат)$e1545473; 1569611-нк;1545475;1569613 - кх;7"
    )
    items = record.items(profiles["tatarstan_090"])
    assert [(one.inventory_number, one.branch) for one in items] == [
        ("1545473", "нк"),
        ("1569611", "нк"),
        ("1545475", "кх"),
        ("1569613", "кх"),
        ("7", ""),
    ]
    assert {(one.call_number, one.price, one.currency) for one in items} == {
        ("63.3(2Рос.Тат) А 43", Decimal("17.30"), "RUB")
    }
    assert {(one.status, one.withdrawn, one.quantity) for one in items} == {("available", False, 1)}


@pytest.mark.parametrize(
    ("numbers", "read"),
    [
        ("1-кх2-нк", ["1 кх", "2 нк"]),
        ("1-нк.2;3-кх", ["1 нк", "2 кх", "3 кх"]),
        ("1-фонд Т.Миңнуллина", ["1 фонд Т.Миңнуллина"]),
        ("1-рф(фв);2", ["1 рф(фв)", "2 рф"]),
        ("1-фтм-абнк", ["1 фтм-абнк"]),
        ("", []),
        ("без номера", []),
    ],
)
def test_slips_of_the_pen_in_a_list_of_numbers_lose_no_copy(
    unimarc: Write, profiles: Profiles, numbers: str, read: list[str]
) -> None:
    items = unimarc(f"090 00$e{numbers}$fрф").items(profiles["tatarstan_090"])
    assert [f"{one.inventory_number} {one.branch}" for one in items] == read


def test_a_call_number_takes_the_class_and_the_author_mark(unimarc: Write, profiles: Profiles) -> None:
    def call_number(subfields: str) -> str:
        (item,) = unimarc(f"090 00{subfields}$e1").items(profiles["tatarstan_090"])
        return item.call_number

    assert call_number("$aК$xА 43$c63.3") == "63.3 А 43"
    assert call_number("$aС 2907$xБ 90") == "С 2907 Б 90"
    assert call_number("$c63.3") == "63.3"
    assert call_number("$xА 43") == ""


def test_one_field_899_is_one_copy_with_or_without_a_number(unimarc: Write, profiles: Profiles) -> None:
    record = unimarc("899 $aNLR$bкх$j97-4/119$p141906\n899 $aNLR$j97-4/120\n899 $aФ3$pб/н")
    assert [
        (one.inventory_number, one.inventory_key, one.branch, one.place, one.call_number)
        for one in record.items(profiles["rusmarc_899"])
    ] == [
        ("141906", "141906", "NLR", "кх", "97-4/119"),
        ("", "", "NLR", "", "97-4/120"),
        ("", "", "Ф3", "", ""),
    ]


def test_unimarc_852_knows_that_p_is_the_country(unimarc: Write, profiles: Profiles) -> None:
    (item,) = unimarc("852 $aКЦБС$bФилиал 3$jЯ 43$kА 13$m00123$pKZ").items(profiles["unimarc_852"])
    assert (item.inventory_number, item.inventory_key) == ("00123", "123")
    assert (item.branch, item.call_number) == ("Филиал 3", "Я 43 А 13")


def test_an_irbis_copy_is_read_whole(unimarc: Write, profiles: Profiles) -> None:
    field = "910 $a0$b666468$c20160324$dКХ$e1000.00$h6642906664685$q7$u2016/31$y2016/Акт 31$rсклад"
    assert unimarc(field).items(profiles["irbis_910"]) == (
        Item(
            inventory_number="666468",
            inventory_key="666468",
            barcode="6642906664685",
            branch="КХ",
            place="склад",
            call_number="",
            price=Decimal("1000.00"),
            currency="KZT",
            acquired="2016-03-24",
            ksu="2016/31",
            act_in="2016/Акт 31",
            act_out="",
            status="available",
            withdrawn=False,
            quantity=1,
        ),
    )


@pytest.mark.parametrize(
    ("field", "status", "withdrawn", "quantity"),
    [
        ("$a0$b1", "available", False, 1),
        ("$a1$b1", "issued", False, 1),
        ("$a4$b1", "lost", False, 1),
        ("$a6$b1$v12", "written_off", True, 0),
        ("$aU$b1$15", "available", False, 5),
        ("$aU$b1$15$x2", "available", False, 3),
        ("$aU$b1$15$x5", "written_off", True, 0),
        ("$b1", "available", False, 1),
        ("$a $b1$1много", "available", False, 1),
    ],
)
def test_an_irbis_status_and_its_quantities_say_what_is_left(
    unimarc: Write, profiles: Profiles, field: str, status: str, withdrawn: object, quantity: int
) -> None:
    items = unimarc(f"910 {field}").items(profiles["irbis_910"])
    assert [(one.status, one.withdrawn, one.quantity) for one in items] == [(status, withdrawn, quantity)]


def test_a_910_of_another_system_is_no_copy(unimarc: Write, profiles: Profiles) -> None:
    profile = profiles["irbis_910"]
    assert unimarc("910 $aФилологический факультет$bКафедра языка$cИнформатика$d2").items(profile) == ()
    assert unimarc("910 $a0$bКафедра языка").items(profile) == ()
    assert unimarc("910 $au$b1").items(profile) == ()


def test_an_irbis_copy_without_a_number_is_kept(unimarc: Write, profiles: Profiles) -> None:
    items = unimarc("910 $aU$bб/н$15").items(profiles["irbis_910"])
    assert [(one.inventory_number, one.quantity) for one in items] == [("", 5)]


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ("", "available"),
        ("$00$20$10$30$o0", "available"),
        ("$01", "written_off"),
        ("$22", "lost"),
        ("$n2025-03-01", "issued"),
        ("$n0000-00-00", "available"),
        ("$11", "damaged"),
        ("$31", "restricted"),
        ("$o1", "restricted"),
        ("$01$21", "written_off"),
    ],
)
def test_koha_995_flags_are_tried_in_order(
    unimarc: Write, profiles: Profiles, flags: str, status: str
) -> None:
    record = unimarc(f"995 $bФ3$fKZ0001$jК-00123$kЯ 43$p1380.00$52016-03-24{flags}")
    (item,) = record.items(profiles["koha_995"])
    assert (item.status, item.withdrawn) == (status, status == "written_off")
    assert (item.inventory_number, item.inventory_key, item.barcode) == ("К-00123", "К123", "KZ0001")
    assert (item.branch, item.call_number, item.price, item.acquired) == (
        "Ф3",
        "Я 43",
        Decimal("1380.00"),
        "2016-03-24",
    )


def test_koha_952_and_marc_21_852_are_read(marc21: Write, profiles: Profiles) -> None:
    (item,) = marc21("952 $00$bФ3$cЗал$i123$oЯ 43$pKZ0001$g1 500,00 тг$d2016-03-24$q2025-01-01").items(
        profiles["koha_952"]
    )
    assert (item.inventory_number, item.barcode, item.branch, item.place) == ("123", "KZ0001", "Ф3", "Зал")
    assert (item.price, item.currency, item.status) == (Decimal("1500.00"), "KZT", "issued")
    (other,) = marc21("852 $aКЦБС$bФ3$cЗал$h63.3$iА 13$p00123").items(profiles["marc21_852"])
    assert (other.inventory_number, other.barcode, other.call_number) == ("00123", "00123", "63.3 А 13")


def test_blank_and_doubled_subfields_harm_no_copy(unimarc: Write, profiles: Profiles) -> None:
    items = unimarc("899 $\n899 $a $p 12 $p13").items(profiles["rusmarc_899"])
    assert [(one.inventory_number, one.branch) for one in items] == [("", ""), ("12", "")]


def test_a_record_without_the_field_has_no_copies(unimarc: Write, profiles: Profiles) -> None:
    assert all(unimarc("200 1 $aТитул").items(profile) == () for profile in profiles.values())


def test_the_profile_is_chosen_by_what_the_record_holds(
    unimarc: Write, marc21: Write, profiles: Profiles
) -> None:
    def chosen(record: Record) -> tuple[str, int]:
        name, items = items_auto(record, profiles)
        return name, len(items)

    assert chosen(unimarc("090 $e1;2-кх\n899 $aNLR")) == ("tatarstan_090", 2)
    assert chosen(unimarc("090 $e1;2-кх\n899 $aNLR$p1")) == ("rusmarc_899", 1)
    assert chosen(unimarc("899 $aNLR\n899 $aNLR")) == ("rusmarc_899", 2)
    assert chosen(unimarc("090 $a12$912")) == ("", 0)
    assert chosen(unimarc("910 $a0$b12\n899 $p1")) == ("irbis_910", 1)
    assert chosen(marc21("852 $aКЦБС$p12")) == ("marc21_852", 1)
    assert chosen(unimarc("852 $aКЦБС$pKZ")) == ("unimarc_852", 1)
    assert items_auto(unimarc("899 $p1"), {}) == ("", ())


def test_a_bad_pattern_or_path_names_the_profile(plain: Callable[[str], dict[str, Any]]) -> None:
    adapter = TypeAdapter(ItemProfile)
    bad = plain("tatarstan_090")
    bad["copies"]["pattern"] = "(?P<inventory_number>"
    with pytest.raises(ValidationError, match="item profile 'tatarstan_090'"):
        adapter.validate_python(bad)
    bad["copies"]["pattern"] = r"(?P<colour>\d+)"
    with pytest.raises(ValidationError, match="none of"):
        adapter.validate_python(bad)
    bad["copies"]["pattern"] = r"(\d+)"
    with pytest.raises(ValidationError, match="none of"):
        adapter.validate_python(bad)
    bad = plain("tatarstan_090") | {"price_from": ["10$d"]}
    with pytest.raises(ValidationError, match="does not begin with a tag"):
        adapter.validate_python(bad)
    bad = plain("irbis_910")
    bad["only"]["a"] = "["
    with pytest.raises(ValidationError, match="item profile 'irbis_910'"):
        adapter.validate_python(bad)


@pytest.mark.parametrize("where", ["", "fields", "copies"])
def test_an_unknown_key_is_an_error(plain: Callable[[str], dict[str, Any]], where: str) -> None:
    bad = plain("tatarstan_090")
    (bad[where] if where else bad)["colour"] = ["a"]
    with pytest.raises(ValidationError, match="colour"):
        TypeAdapter(ItemProfile).validate_python(bad)


def test_a_pattern_with_one_group_lists_copies_too(
    unimarc: Write, plain: Callable[[str], dict[str, Any]]
) -> None:
    own = plain("tatarstan_090")
    own["copies"] = {"subfield": "e", "pattern": r"(?P<inventory_number>\d+)"}
    profile = TypeAdapter(ItemProfile).validate_python(own)
    items = unimarc("090 $fрф$e1;2").items(profile)
    assert [(one.inventory_number, one.branch) for one in items] == [("1", "рф"), ("2", "рф")]


def test_the_real_exports_give_every_copy_by_the_right_profile(
    exports: dict[str, list[Record]], profiles: Profiles
) -> None:
    found = {name: [items_auto(one, profiles) for one in records] for name, records in exports.items()}
    by_profile = {name: Counter(profile for profile, _ in results) for name, results in found.items()}
    assert by_profile == {
        "tatarstan": {"tatarstan_090": 466, "": 34},
        "rnb": {"rusmarc_899": 81},
        "zebra": {"rusmarc_899": 72},
        "urait": {"": 1},
    }
    items = {name: [item for _, items in results for item in items] for name, results in found.items()}
    assert {name: len(listed) for name, listed in items.items()} == {
        "tatarstan": 2039,
        "rnb": 121,
        "zebra": 72,
        "urait": 0,
    }
    numbered = {name: sum(bool(one.inventory_number) for one in listed) for name, listed in items.items()}
    assert numbered == {"tatarstan": 2039, "rnb": 92, "zebra": 0, "urait": 0}
    assert sum(not one.branch for one in items["tatarstan"]) <= 5
