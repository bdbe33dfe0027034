from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.marc.path import FieldIndex, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.record import Record

TEXT = """
LDR nam2
001 RU/1
008 990101s1997    kz
100 $a19980716d1997||||u  y0rusy0189    ca
200 1 $aУездное$aМы$e[Романы]$fЕ. Замятин
200 1 $aВторое поле
461 _0$1001RU/5996$12001 $aЗадачи и этюды$vВып. 13
461 _0$tПростое$vТ. 2
686 $aЧ515$2rubbk
686 $a06.75$2rugasnti
686 $a84
801 _0$bNLR
801 _1$bURAIT
"""


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("001", ["RU/1"]),
        ("leader/07", ["m"]),
        ("leader/07-08", ["m2"]),
        ("008/15-16", ["kz"]),
        ("100$a/9-12", ["1997"]),
        ("100$a/13-16", []),
        ("200$a", ["Уездное", "Мы", "Второе поле"]),
        ("200[1]$a", ["Уездное", "Мы"]),
        ("200[2]$a", ["Второе поле"]),
        ("200$e,f", ["[Романы]", "Е. Замятин"]),
        ("461>001", ["RU/5996"]),
        ("461>200$a", ["Задачи и этюды"]),
        ("461[1]>200$v", ["Вып. 13"]),
        ("461[2]>200$v", []),
        ("461[$1=]$t,v", ["Простое", "Т. 2"]),
        ("461>999$a", []),
        ("686[$2=rubbk]$a", ["Ч515"]),
        ("686[$2=RUBBK|rugasnti]$a", ["Ч515", "06.75"]),
        ("686[$2!=rubbk]$a", ["06.75", "84"]),
        ("686[$2=]$a", ["84"]),
        ("801[ind2=0]$b", ["NLR"]),
        ("801[ind1=_][ind2=1]$b", ["URAIT"]),
        ("999$a", []),
    ],
)
def test_a_path_reads_what_it_names(unimarc: Callable[..., Record], path: str, values: list[str]) -> None:
    index = FieldIndex(unimarc(TEXT).marc)
    parsed = parse(path)
    assert parsed.read(index) == values
    assert [spot.value for spot in parsed.spots(index.parts(parsed.tag))] == values


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("200$a", ["200[1]$a[1]", "200[1]$a[2]", "200[2]$a[1]"]),
        ("461>200$v", ["461[1]>200[1]$v[1]"]),
        ("008/15-16", ["008[1]/15-16"]),
        ("leader/07", ["leader/7"]),
        ("686[$2=rugasnti]$a", ["686[2]$a[1]"]),
    ],
)
def test_a_spot_says_where_a_value_stands(
    unimarc: Callable[..., Record], path: str, places: list[str]
) -> None:
    index = FieldIndex(unimarc(TEXT).marc)
    parsed = parse(path)
    assert [spot.path for spot in parsed.spots(index.parts(parsed.tag))] == places


@pytest.mark.parametrize(
    ("path", "blamed"),
    [
        ("20$a", "does not begin with a tag"),
        ("", "does not begin with a tag"),
        ("200", "names no subfield"),
        ("200a", "'a' is no list of subfields"),
        ("200$a,", "no list of subfields"),
        ("200$ab", "no list of subfields"),
        ("100$a/12-9", "no positions"),
        ("100$a/x", "no positions"),
        ("leader07", "no positions"),
        ("686[2=rubbk]$a", "is no condition"),
        ("801[ind3=0]$a", "is no condition"),
        ("461>20$a", "does not begin with a tag"),
    ],
)
def test_a_bad_path_is_refused_with_the_part_that_is_wrong(path: str, blamed: str) -> None:
    with pytest.raises(ValueError, match=blamed.replace("$", r"\$").replace("[", r"\[")):
        parse(path)


def test_indicators_and_empty_subfields_are_never_taken_for_values(unimarc: Callable[..., Record]) -> None:
    index = FieldIndex(unimarc("200 a1$$$aТитул$").marc)
    assert parse("200$a").read(FieldIndex(unimarc("200 a1$aТитул$").marc)) == ["Титул"]
    assert parse("200$1").read(index) == []


def test_indicators_that_an_exporter_trimmed_are_padded(unimarc: Callable[..., Record]) -> None:
    index = FieldIndex(unimarc("461 $1200$aНабор$12001$aВторой").marc)
    assert index.parts("461>200") == [["  ", "aНабор"], ["1 ", "aВторой"]]
