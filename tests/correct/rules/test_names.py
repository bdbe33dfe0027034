"""Headings of persons, their roles, author marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Examine = Callable[..., Any]


@pytest.mark.parametrize(
    "written", ["М. О. Әуезов", "М.О. Әуезов", "М.О.Әуезов", "Әуезов, М. О.", "Әуезов М.О.", "Әуезов М. О."]
)
def test_a_name_with_initials_is_parted(examine: Examine, written: str) -> None:
    assert examine("author_heading", f"700 $a{written}$4070") == [
        ("fix", "700[1]", f"$a{written}$4070", "$aӘуезов$bМ. О.$4070")
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$aБудагов Лазарь Захарович", "$aБудагов$bЛ. З.$gЛазарь Захарович"),
        ("$aЛазарь Захарович Будагов", "$aБудагов$bЛ. З.$gЛазарь Захарович"),
        ("$aӘуезов, Мұхтар", "$aӘуезов$bМ.$gМұхтар"),
        ("$aКозлов$bАлександр Григорьевич", "$aКозлов$bА. Г.$gАлександр Григорьевич"),
        ("$aДумави$gН", "$aДумави$bН."),
    ],
)
def test_a_name_in_full_is_proposed_with_its_initials(examine: Examine, before: str, after: str) -> None:
    assert examine("author_heading", f"700 {before}") == [("suggest", "700[1]", before, after)]


@pytest.mark.parametrize(
    ("before", "after"), [("М О", "М. О."), ("МО", "М. О."), ("М.О", "М. О."), ("М", "М.")]
)
def test_initials_get_their_full_stops(examine: Examine, before: str, after: str) -> None:
    assert examine("author_heading", f"701 $aӘуезов$b{before}") == [("fix", "701[1]$b[1]", before, after)]


def test_a_space_between_initials_is_proposed_but_not_where_the_house_sets_none(examine: Examine) -> None:
    assert examine("author_heading", "700 $aӘуезов$bМ.О.") == [("suggest", "700[1]$b[1]", "М.О.", "М. О.")]
    assert examine("author_heading", "200 $fСост.:Мишина\n700 $aӘуезов$bМ.О.") == []


def test_a_surname_in_capitals_is_proposed_in_small_letters(examine: Examine) -> None:
    assert examine("author_heading", "700 $aӘУЕЗОВ$bМ. О.") == [
        ("suggest", "700[1]$a[1]", "ӘУЕЗОВ", "Әуезов")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "$aӘуезов$bМ. О.$gМұхтар Омарханұлы",
        "$aСинугыл Әдхәт",
        "$aГазали$cимам$gМухаммед",
        "$aСалихжан$cхазрат",
        "$aКөпеев$bМ.-Ж.",
        "$aРасин$bЖ.-Б.",
        "$aСолженицын$bА. И.$f1918-$4070",
        "$aАль-Фараби",
        "$aПетр I.",
        "",
    ],
)
def test_a_heading_in_order_is_left(examine: Examine, line: str) -> None:
    assert examine("author_heading", f"700 {line or '$a'}") == []


def test_a_heading_under_the_forename_is_not_parted(examine: Examine) -> None:
    assert examine("author_heading", "700  0$aФеофан З.") == []
    assert examine("author_heading", "700  1$aФеофан З.") != []


def test_marc21_keeps_the_whole_name_in_one_subfield(examine: Examine) -> None:
    assert examine("author_heading", "100 1 $aМ. О. Әуезов", family="marc21") == [
        ("fix", "100[1]$a[1]", "М. О. Әуезов", "Әуезов, М. О.")
    ]
    assert examine("author_heading", "100 1 $aӘуезов, М. О.", family="marc21") == []


def heads(found: list[Any]) -> list[str]:
    return [one[3] for one in found]


def test_everybody_named_gets_a_heading_and_the_first_is_the_main_one(examine: Examine) -> None:
    found = examine("author_missing", "200 $aПесни$fА. Б. Иванов, Вера Петрова; сост. В. Г. Ким")
    assert heads(found) == [
        "700 #1$aИванов$bА. Б.",
        "701 #1$aПетрова$bВ.$gВера",
        "702 #1$aКим$bВ. Г.$4220",
    ]
    assert {one[:3] for one in found} == {("suggest", one[1], "") for one in found}


def test_an_author_is_proposed_beside_a_translator(examine: Examine) -> None:
    record = "200 $aФиеста$fЭ. Хемингуэй$gпер. В. Н. Мельников\n702 $aМельников$bВ. Н.$4730"
    assert heads(examine("author_missing", record)) == ["700 #1$aХемингуэй$bЭ."]


@pytest.mark.parametrize(
    "record",
    [
        "200 $aПесни$fА. Б. Иванов\n700 $aИванов$bА. Б.",
        "200 $aПесни$fА. Б. Иванов\n702 $aИванов$bА. Б.$4220",
        "200 $aПесни$fПод ред. А. Б. Иванова",
        "200 $aПесни$fРоссийская Федерация",
        "200 $aПесни$fКазан. гос. пед. ин-т",
        "200 $aПесни$fИнститут истории\n710 $aИнститут истории",
        "200 $aПесни",
    ],
)
def test_nobody_is_proposed_who_is_there_or_is_no_person(examine: Examine, record: str) -> None:
    assert examine("author_missing", record) == []


@pytest.mark.parametrize(
    ("word", "code"),
    [("авт.", "070"), ("пер.", "730"), ("редактор", "340"), ("құраст.", "220"), ("(худож.)", "440")],
)
def test_a_word_for_a_role_becomes_its_code(examine: Examine, word: str, code: str) -> None:
    assert examine("role_code", f"702 $aИванов$4{word}") == [("fix", "702[1]$4[1]", word, code)]


@pytest.mark.parametrize(("role", "found"), [("070", 0), ("", 0), ("999", 1), ("друг автора", 1)])
def test_a_role_nobody_knows_is_reported(examine: Examine, role: str, found: int) -> None:
    assert examine("role_code", f"702 $aИванов$4{role}") == [("report", "702[1]$4[1]", role, None)] * found


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [("908 $a", "A 93", "А 93"), ("899 $j", "84(5Каз) A 93", "84(5Каз) А 93"), ("090 $x", "A93", "А93")],
)
def test_a_latin_letter_in_an_author_mark_is_mended(
    examine: Examine, field: str, before: str, after: str
) -> None:
    found = examine("author_mark", f"700 $aАуэзов$bМ. О.\n{field}{before}")
    assert [(one[0], one[2], one[3]) for one in found] == [("fix", before, after)]


@pytest.mark.parametrize(
    ("mark", "found"),
    [("А 93", 0), ("П 42", 0), ("Ф 42", 1), ("84 Ф 42", 1), ("97-4/119", 0), ("", 0)],
)
def test_an_author_mark_of_another_letter_is_reported(examine: Examine, mark: str, found: int) -> None:
    record = f"200 $aПуть Абая\n700 $aАуэзов$bМ. О.\n908 $a{mark}"
    assert examine("author_mark", record) == [("report", "908[1]$a[1]", mark, None)] * found


def test_kazakh_letters_may_stand_as_those_of_the_tables(examine: Examine) -> None:
    assert examine("author_mark", "700 $aӘуезов$bМ. О.\n908 $aА 93") == []
    assert examine("author_mark", "700 $aӘуезов$bМ. О.\n908 $aӘ 93") == []
