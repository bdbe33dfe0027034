from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.correct.lexicon import Lexicon


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("rus", "Cтихотворения", "Стихотворения"),
        ("tat", "KДПУ", "КДПУ"),
        ("ukr", "Клiнiко-лабораторнi", "Клініко-лабораторні"),
        ("kaz", "Қарағанды тарихы мен мәдениетi", "Қарағанды тарихы мен мәдениеті"),
        ("kaz", "Қазақ әдəбиеті", "Қазақ әдәбиеті"),
        ("kaz", "Гауhартас", "Гауһартас"),
        ("eng", "Сomputer science", "Computer science"),
        ("rus", "Bажнейшие события", "Важнейшие события"),
        ("tat", "Тatizdat", "Tatizdat"),
    ],
)
def test_a_word_that_reads_in_one_script_only_is_mended(
    examine: Callable[..., Any], knowing: Callable[..., Lexicon], language: str, before: str, after: str
) -> None:
    found = examine("look_alikes", f"101 $a{language}\n200 $a{before}", lexicon=knowing({}))
    assert {action for action, *_ in found} == {"fix"}
    assert found[-1][3] == after


@pytest.mark.parametrize(
    "text",
    [
        "Latin grafikasi nigezendә әlifba",
        "Xikәjәlәr,nәsrlәr",
        "Nш 35",
        "История XIXв. и XXIғ.",
        "Xг",
        "ПетрI",
        "Витамин B12а",
        "http://www.kitap.ru/Pоман",
        "mail@сайт.kz",
        "Читаем Agatha Christie",
        "DVD-диск",
    ],
)
def test_what_is_right_as_it_is_stays(examine: Callable[..., Any], text: str) -> None:
    assert examine("look_alikes", f"101 $atar\n200 $a{text}") == []


@pytest.mark.parametrize(
    ("record", "after"),
    [
        ("101 $arus\n210 $cАтамyра", "Атамұра"),
        ("101 $akaz\n200 $aБyгін", "Бүгін"),
        ("101 $arus\n200 $aисторiя", "исторія"),
        ("101 $arus\n215 $aХVII с.", "XVII с."),
        ("101 $arus\n200 $aвитаминC", "витаминС"),
        ("101 $arus\n210 $cКазгyнпром", "Казгунпром"),
        ("101 $arus\n200 $aО Гульсaры", "О Гульсары"),
        ("101 $arus\n210 $cМicrosoft", "Microsoft"),
        ("101 $akaz\n210 $aYлытау", "Ұлытау"),
        (
            "101 $arus\n200 $aCборн. статей Agatha Christie Hercule Poirot",
            "Сборн. статей Agatha Christie Hercule Poirot",
        ),
    ],
)
def test_a_word_that_may_be_another_is_only_proposed(
    examine: Callable[..., Any], knowing: Callable[..., Lexicon], record: str, after: str
) -> None:
    found = examine("look_alikes", record, lexicon=knowing({}))
    assert [(action, mended) for action, _path, _before, mended in found] == [("suggest", after)]


def test_latin_y_in_a_word_that_cannot_be_kazakh_is_mended(
    examine: Callable[..., Any], knowing: Callable[..., Lexicon]
) -> None:
    lexicon = knowing({"литература": 5})
    for word in ("Вyлканы", "Литератyра", "кyрс"):
        assert [one[0] for one in examine("look_alikes", f"101 $arus\n200 $a{word}", lexicon=lexicon)] == [
            "fix"
        ]
        found = examine("look_alikes", f"101 $akaz\n200 $a{word}", lexicon=lexicon)
        assert [one[0] for one in found] == ["suggest"]


def test_a_form_that_the_catalogue_has_is_right_in_any_language(examine: Callable[..., Any]) -> None:
    record = "101 $arus\n225 $aСайланма әcәрләр"
    assert [one[0] for one in examine("look_alikes", record)] == ["suggest"]
    assert [one[0] for one in examine("look_alikes", record, vocabulary={"әсәрләр": 3})] == ["fix"]


def test_a_roman_numeral_is_no_latin_neighbour(examine: Callable[..., Any]) -> None:
    record = "101 $arus\n200 $aЛюдoвик XIV"
    assert [one[0] for one in examine("look_alikes", record, vocabulary={"людовик": 3})] == ["fix"]


def test_a_short_word_is_mended_where_the_catalogue_has_the_form(examine: Callable[..., Any]) -> None:
    record = "101 $arus\n200 $aCб. статей"
    assert [one[0] for one in examine("look_alikes", record)] == ["suggest"]
    assert [one[0] for one in examine("look_alikes", record, vocabulary={"сб": 40})] == ["fix"]


def test_a_code_of_latin_letters_is_mended(examine: Callable[..., Any]) -> None:
    assert examine("look_alikes", "101 $atаr") == [("fix", "101[1]$a[1]", "tаr", "tar")]


def test_numbers_notations_and_addresses_are_never_looked_at(examine: Callable[..., Any]) -> None:
    record = "010 $a5-7761-0596-Х(Xрест)\n686 $aХолдеманII\n899 $jPоман\n856 $uhttp://сайtт"
    assert examine("look_alikes", record) == []


def test_each_word_of_a_value_is_a_finding_of_its_own(examine: Callable[..., Any]) -> None:
    found = examine("look_alikes", "101 $akaz\n200 $aТyған жер, тyған eлiм")
    assert [(one[0], one[3]) for one in found] == [
        ("suggest", "Туған жер, тyған eлiм"),
        ("suggest", "Тyған жер, туған eлiм"),
        ("suggest", "Тyған жер, тyған елім"),
    ]
