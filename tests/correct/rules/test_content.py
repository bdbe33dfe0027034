"""Classifications, keywords, titles, notes, punctuation, empty and repeated parts, type and level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.correct.plan import Examiner
from rabis_sync.marc.fields import Field, MarcRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    Examine = Callable[..., Any]


@pytest.mark.parametrize(
    ("field", "numbers", "after"),
    [
        ("675", "94(574); 37.016", "$a94(574)\n$a37.016"),
        ("675", "821.512.122-3, 37", "$a821.512.122-3\n$a37"),
        ("686", "82.3(2)+85.36", "$a82.3(2)\n$a85.36"),
        ("686", "63.3(5Каз); 84(5Каз)7", "$a63.3(5Каз)\n$a84(5Каз)7"),
    ],
)
def test_several_numbers_are_proposed_for_a_field_each(
    examine: Examine, field: str, numbers: str, after: str
) -> None:
    assert examine("classification_several", f"{field} $a{numbers}") == [
        ("suggest", f"{field}[1]", f"$a{numbers}", after)
    ]


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("675", "37+15"),
        ("675", "821. 512.122"),
        ("675", "94(574)"),
        ("686", "Ч51,0"),
        ("686", "84(2Рос-Рус)6-44"),
    ],
)
def test_one_number_is_not_parted(examine: Examine, field: str, number: str) -> None:
    assert examine("classification_several", f"{field} $a{number}") == []


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("675 $aЧ3$v3", "675[1]", "686 ##$aЧ3$2rubbk"),
        ("675 $aЗ973", "675[1]", "686 ##$aЗ973$2rubbk"),
        ("675 $a84(5Каз)7", "675[1]", "686 ##$a84(5Каз)7$2rubbk"),
        ("675 $a63.3(5Каз)я73", "675[1]", "686 ##$a63.3(5Каз)я73$2rubbk"),
        ("686 $a821.512.122-3$2rubbk", "686[1]", "675 ##$a821.512.122-3"),
    ],
)
def test_a_number_in_the_field_of_the_other_classification_is_proposed_for_its_own(
    examine: Examine, before: str, path: str, after: str
) -> None:
    assert examine("classification_place", before) == [("suggest", path, before[4:], after)]


@pytest.mark.parametrize(
    "line",
    [
        "675 $a94(574)",
        "675 $a8(С)Тат",
        "675 $a37.016:51",
        "675 $a821.161.1Бабель",
        "686 $a63.3(5Каз)$2rubbk",
        "686 $a821.512.122$2rugasnti",
        "686 $a14.25$2rugasnti",
    ],
)
def test_a_number_that_may_be_where_it_belongs_is_left(examine: Examine, line: str) -> None:
    assert examine("classification_place", line) == []


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("821,512.122", "suggest", "821.512.122"),
        ("821. 512.122-3", "suggest", "821.512.122-3"),
        ("94 (574)", "suggest", "94(574)"),
        ("94(574", "report", None),
        ("94?", "report", None),
    ],
)
def test_the_form_of_a_number_is_mended(
    examine: Examine, before: str, action: str, after: str | None
) -> None:
    assert examine("classification_form", f"675 $a{before}") == [(action, "675[1]$a[1]", before, after)]


@pytest.mark.parametrize(
    ("field", "number"),
    [("675", "94(574)"), ("675", "792(092)Камал III"), ("686", "Ч51,0"), ("686", "Т3(2)462,013.13")],
)
def test_a_number_in_its_form_is_left(examine: Examine, field: str, number: str) -> None:
    assert examine("classification_form", f"{field} $a{number}") == []


def test_keywords_are_parted_at_semicolons_and_proposed_at_commas(examine: Examine) -> None:
    assert examine("glued_keywords", "610 $aроман; поэзия$aөнер") == [
        ("fix", "610[1]", "$aроман; поэзия$aөнер", "$aроман$aпоэзия$aөнер")
    ]
    assert examine("glued_keywords", "610 $aроман, поэзия") == [
        ("suggest", "610[1]", "$aроман, поэзия", "$aроман$aпоэзия")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "роман",
        "Тихий океан, юж. часть",
        "Әуезов, Мұхтар",
        "Римская империя, 1 в. (х. л.)",
        "Войны (1812; 1941), история",
        "Johnson &amp; Johnson",
        "в сельской местности, на юге и на севере",
    ],
)
def test_one_keyword_is_left(examine: Examine, text: str) -> None:
    assert examine("glued_keywords", f"610 $a{text}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ПЕДАГОГИКА И ПСИХОЛОГИЯ В РК", "Педагогика и психология в РК"),
        ("ХХ ҒАСЫР", "ХХ ғасыр"),
        ("«АБАЙ ЖОЛЫ»: РОМАН", "«Абай жолы»: роман"),
        ("абай жолы", "Абай жолы"),
    ],
)
def test_a_title_in_capitals_or_small_letters_is_proposed(examine: Examine, before: str, after: str) -> None:
    assert examine("capitals", f"200 $a{before}") == [("suggest", "200[1]$a[1]", before, after)]


@pytest.mark.parametrize(
    "title", ["Абай жолы", "... в 1994 году", "СССР", "LINUX", "iPhone", "1-кітап", "'Унваны 1"]
)
def test_a_title_as_titles_are_is_left(examine: Examine, title: str) -> None:
    assert examine("capitals", f"200 $a{title}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("Nш 35", "№ 35"), ("No 35", "№ 35"), ("Nº35", "№ 35"), ("Инструкция N 6", "Инструкция № 6")],
)
def test_the_sign_of_a_number_is_proposed(examine: Examine, before: str, after: str) -> None:
    assert examine("number_sign", f"225 $aПрепринт$v{before}") == [("suggest", "225[1]$v[1]", before, after)]


@pytest.mark.parametrize("text", ["№ 35", "Windows N 10", "N", "Наполеон No"])
def test_other_letters_are_left(examine: Examine, text: str) -> None:
    assert examine("number_sign", f"225 $a{text}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("$aАбай жолы. 1-кітап", "$aАбай жолы$h1-кітап"),
        ("$aВойна и мир. Т. 2", "$aВойна и мир$hТ. 2"),
        ("$aВойна и мир, том 2", "$aВойна и мир$hтом 2"),
        ("$aВойна и мир. 2-е изд., испр.", "$aВойна и мир\n205 ##$a2-е изд., испр."),
        ("$aВойна и мир$e3-бас., толықт.", "$aВойна и мир\n205 ##$a3-бас., толықт."),
    ],
)
def test_a_volume_or_an_edition_in_the_title_is_proposed_for_its_place(
    examine: Examine, before: str, after: str
) -> None:
    assert examine("volume_in_title", f"200 {before}") == [("suggest", "200[1]", before, after)]


@pytest.mark.parametrize(
    "record",
    [
        "200 $aТ. 2",
        "200 $aВойна и мир$hТ. 2",
        "200 $aВойна и мир. Т. 2\n461 $12001 $aСочинения",
        "200 $a1941. Т-34",
        "200 $aАбай",
    ],
)
def test_a_title_without_them_is_left(examine: Examine, record: str) -> None:
    assert examine("volume_in_title", record) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("200 $aАбай$e(Серия «Қазақ кітапханасы»)", "$aАбай\n225 1#$aҚазақ кітапханасы"),
        ("200 $aАбай (Сер. Классика ; вып. 3)", "$aАбай\n225 1#$aКлассика$vвып. 3"),
        ("300 $aСерия: Классика", "225 1#$aКлассика"),
    ],
)
def test_a_series_is_proposed_for_its_field(examine: Examine, before: str, after: str) -> None:
    assert [one[3] for one in examine("series_in_title", before)] == [after]


@pytest.mark.parametrize(
    "line", ["200 $aСерия задач по физике", "300 $aСерия указана на обл.", "200 $aСерый волк"]
)
def test_a_word_that_only_sounds_like_a_series_is_left(examine: Examine, line: str) -> None:
    assert examine("series_in_title", line) == []


def test_a_price_or_print_run_in_a_note_is_proposed_for_the_field_of_the_isbn(examine: Examine) -> None:
    with_isbn = "010 $a5-7761-0596-X\n300 $aЦена: 45 р."
    assert examine("price_in_note", with_isbn) == [
        ("suggest", "300[1]", "$aЦена: 45 р.", "010[1] ##$a5-7761-0596-X$d45 р.")
    ]
    assert examine("price_in_note", "300 $aТираж 3000 экз.") == [
        ("suggest", "300[1]", "$aТираж 3000 экз.", "010 ##$93000")
    ]


def test_copies_in_a_note_are_reported_and_other_notes_left(examine: Examine) -> None:
    assert [one[0] for one in examine("price_in_note", "300 $aсбо-1, ч.з.-1")] == ["report"]
    for note in ("Загл. обл.: Аттила", "Рез. на англ. яз.", "На 4-й с. авт.: Харли Хан", "Цена победы"):
        assert examine("price_in_note", f"300 $a{note}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Абай жолы /", "Абай жолы"),
        ("Абай жолы :", "Абай жолы"),
        ("Абай жолы. –", "Абай жолы"),
        ("/ Абай жолы", "Абай жолы"),
        ("Абай,, жолы", "Абай, жолы"),
        ("Абай жолы.", "Абай жолы"),
    ],
)
def test_punctuation_of_the_display_goes(examine: Examine, before: str, after: str) -> None:
    assert examine("stored_punctuation", f"200 $a{before}") == [("fix", "200[1]$a[1]", before, after)]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("200 $a", "Вып. 13."),
        ("200 $a", "Сәлам сиңа,тормыш!.."),
        ("200 $a", "... в 1994 году"),
        ("200 $a", "Служба занятости..."),
        ("200 $e", "учеб. пособие для вузов"),
        ("200 $e", "Сб. произв."),
        ("210 $a", "М."),
        ("210 $c", "Высш. шк."),
        ("215 $c", "ил., портр."),
        ("200 $a", "1929-1939"),
        ("200 $a", "/"),
    ],
)
def test_punctuation_of_the_text_stays(examine: Examine, field: str, text: str) -> None:
    assert examine("stored_punctuation", f"{field}{text}") == []


def test_marc21_stores_its_punctuation(examine: Examine) -> None:
    assert examine("stored_punctuation", "245 $aАбай жолы /$cМ. Әуезов.", family="marc21") == []


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("$aАбай жолы [Текст]", "fix", "$aАбай жолы$bТекст"),
        ("$aАбай жолы [Мәтін]$eроман", "fix", "$aАбай жолы$bМәтін$eроман"),
        ("$aАбай жолы$b[Текст]", "fix", "$aАбай жолы$bТекст"),
        ("$aАбай жолы [Текст] : роман", "suggest", "$aАбай жолы: роман$bТекст"),
    ],
)
def test_a_material_designation_goes_to_its_subfield(
    examine: Examine, before: str, action: str, after: str
) -> None:
    assert examine("material_designation", f"200 {before}") == [(action, "200[1]", before, after)]


@pytest.mark.parametrize("line", ["$aАбай жолы$bТекст", "$a[Л. Исаев. 1928]", "$aТекст[ология]"])
def test_other_brackets_are_left(examine: Examine, line: str) -> None:
    assert examine("material_designation", f"200 {line}") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("700 $aӘуезов$b$4070", "$aӘуезов$4070"),
        ("610 $a", ""),
        ("610 $a $a\u00a0", ""),
        ("010 $a$d45-00", "$d45-00"),
    ],
)
def test_empty_parts_go(examine: Examine, before: str, after: str) -> None:
    assert examine("empty_parts", before) == [("fix", f"{before[:3]}[1]", before[4:], after)]


def test_a_field_that_lost_the_mark_of_its_subfield_is_not_taken_for_empty(
    ruleset: Any, dialects: Any
) -> None:
    record = MarcRecord(
        "00000nam0 2200000   450 ", (Field("300", "  Загл. обл.: Аттила"), Field("300", "  "))
    )
    plan = Examiner(ruleset, {}, dialects).plan("catalogue", record, "unimarc")
    assert [(edit.path, edit.after) for edit in plan.edits if edit.rule == "empty_parts"] == [("300[2]", "")]


def test_a_heading_without_its_name_is_reported(examine: Examine) -> None:
    assert examine("empty_parts", "700 $a$bМ.Г.") == [("report", "700[1]", "$a$bМ.Г.", None)]


@pytest.mark.parametrize("line", ["100 $a                                    ", "105 $a ", "610 $aөнер"])
def test_blanks_of_coded_fields_stay(examine: Examine, line: str) -> None:
    assert examine("empty_parts", line) == []


def test_the_second_of_two_equal_fields_goes_but_not_that_of_a_copy(examine: Examine) -> None:
    assert examine("repeated_field", "610 $aөнер\n610 $aроман\n610 $aөнер\n610 $aөнер") == [
        ("fix", "610[4]", "$aөнер", ""),
        ("fix", "610[3]", "$aөнер", ""),
    ]
    assert examine("repeated_field", "899 $aКОУНБ\n899 $aКОУНБ\n999 $a42017092\n999 $a42017092") == []


def test_a_volume_that_calls_itself_a_single_book_or_a_serial_is_proposed_as_a_volume(
    examine: Examine,
) -> None:
    record = "200 $aВып. 13\n461 $12001 $aЗадачи и этюды$vВып. 13"
    assert examine("record_level", record) == [("suggest", "leader/8", "0", "2")]
    assert examine("record_level", "200 $aВойна и мир") == []
