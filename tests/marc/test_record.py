from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.marc.record import Contributor, Place, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.record import Record

    Write = Callable[..., Record]

FULL = """
LDR nam0
001 KZ/KRG/17
005 20250102030405.0
010 $a978-601-01-1234-6$bв пер.$d1380.00
010 $a5-7761-0562-5
011 $a0868-4871
020 $aKZ$b123
021 $aKZ$b2001-1566п
100 $a20010528d1998    km y0kazy50      ca
101 1 $akaz$arus$crus
102 $aKZ
200 1 $aАбай жолы$dПуть Абая$eроман-эпопея$eекі кітап$fМұхтар Әуезов$gауд. А. Нұрқатов$zrus
205 $a2-бас.$bтолықт.
210 $aАлматы$aАстана$cЖазушы$cФолиант$d[1997]
215 $a606, [2] б.$cсур.$d21 см
225 2 $aҚазақ әдебиеті$v5-кітап
300 $aМұқабасында: Абай
320 $aБиблиогр.: с. 600
327 $aМазмұны: 1. Қайтқанда
330 $aРоман Абайдың өмірі туралы.
330 $aВторой абзац.
510 1 $aПуть Абая$zrus
517 1 $aАбай
541 1 $aThe path of Abai
600 _1$aАбай$f1845-1904$xӨмірбаяны
606 0 $aӘдебиет$yҚазақстан$xТарихы
607 $aСемей
610 0 $aроман; эпопея$aабайтану
610 0 $aроман
675 $a821.512.122
686 $a84(5Каз)7$2rubbk
686 $a17.07$2rugasnti
700 _1$aӘуезов$bМ.О.$gМұхтар Омарханұлы$f1897-1961$4070
701 _1$aСоавтор$gАлия
702 _1$aНұрқатов$bА.$4730
702 _1$aСуретші$bЕ.$4безгін
710 02$aҚазақстан Республикасы$bБілім министрлігі$bҒылым комитеті
712 12$aКонференция$f2001
801 _0$aKZ$bKRG
856 4 $uhttp://example.kz/1.pdf
856 4 $uhttp://example.kz/1.pdf
979 $kиә
"""

FULL_21 = """
LDR nam a
001 21-17
008 990101s1997    kz a          000 1 kaz d
020 $a9786010112346 (қатты мұқаба)
022 $a0868-4871
041 1 $akaz$arus$hrus
080 $a821.512.122
084 $a84(5Каз)7$2rubbk
100 1 $aӘуезов, Мұхтар,$d1897-1961,$eauthor.
245 10$aАбай жолы.$n1-кітап /$cМұхтар Әуезов.
246 31$aПуть Абая
246 3 $aАбай
250 $a2-бас.
260 $aАлматы ;$aАстана :$bЖазушы,$c1997.
300 $a606 б. :$bсур. ;$c21 см.
490 1 $aҚазақ әдебиеті ;$v5
500 $aМұқабасында: Абай.
520 $aРоман Абайдың өмірі туралы.
600 10$aАбай,$d1845-1904$xӨмірбаяны.
650 _4$aӘдебиет$zҚазақстан.
653 $aроман$aэпопея
700 1 $aНұрқатов, А.,$eаударған.
710 2 $aҚазақстан Республикасы.$bБілім министрлігі.
856 40$uhttp://example.kz/1.pdf
979 $k1
"""


def test_a_full_unimarc_record_is_read_whole(unimarc: Write) -> None:
    record = unimarc(FULL)
    assert record.control_number == "KZ/KRG/17"
    assert not record.status_deleted
    assert (record.level(), record.kind()) == ("monograph", "text")
    assert record.title() == record.title_proper() == "Абай жолы"
    assert record.other_title() == "роман-эпопея : екі кітап"
    assert record.parallel_titles() == ["Путь Абая"]
    assert record.variant_titles() == ["Абай", "The path of Abai"]
    assert record.responsibility() == "Мұхтар Әуезов ; ауд. А. Нұрқатов"
    assert record.part() == ""
    assert [(one.canonical, one.problem) for one in record.isbns()] == [
        ("9786010112346", ""),
        ("9785776105623", ""),
    ]
    assert [one.canonical for one in record.issns()] == ["08684871"]
    assert record.languages() == ["kaz", "rus"]
    assert record.original_languages() == ["rus"]
    assert record.country() == "KZ"
    assert (record.date(), record.year()) == ("[1997]", 1997)
    assert (record.place(), record.publisher()) == ("Алматы ; Астана", "Жазушы ; Фолиант")
    assert (record.edition(), record.extent(), record.pages()) == ("2-бас., толықт.", "606, [2] б.", 606)
    assert record.series() == ["Қазақ әдебиеті"]
    assert record.keywords() == ["роман", "эпопея", "абайтану"]
    assert (record.udc(), record.bbk()) == (["821.512.122"], ["84(5Каз)7"])
    assert record.summary() == "Роман Абайдың өмірі туралы.\nВторой абзац."
    assert record.notes() == ["Мұқабасында: Абай", "Библиогр.: с. 600"]
    assert record.urls() == ["http://example.kz/1.pdf"]
    assert record.local_history()


def test_unimarc_contributors_have_names_roles_and_dates(unimarc: Write) -> None:
    assert unimarc(FULL).contributors() == (
        Contributor("Әуезов, М. О.", "aut", "person", "1897-1961", primary=True),
        Contributor("Соавтор, Алия", "aut", "person", "", primary=False),
        Contributor(
            "Қазақстан Республикасы. Білім министрлігі. Ғылым комитеті", "", "body", "", primary=True
        ),
        Contributor("Нұрқатов, А.", "trl", "person", "", primary=False),
        Contributor("Суретші, Е.", "", "person", "", primary=False),
        Contributor("Конференция", "", "meeting", "2001", primary=False),
    )


def test_unimarc_subjects_have_kinds_and_subdivisions(unimarc: Write) -> None:
    assert unimarc(FULL).subjects() == (
        Subject("person", "Абай, 1845-1904 -- Өмірбаяны"),
        Subject("topic", "Әдебиет -- Қазақстан -- Тарихы"),
        Subject("place", "Семей"),
    )


def test_a_full_marc_21_record_gives_the_same_without_isbd_marks(marc21: Write) -> None:
    record = marc21(FULL_21)
    assert (record.level(), record.kind()) == ("volume", "text")
    assert record.title() == "Абай жолы. 1-кітап"
    assert record.part() == "1-кітап"
    assert record.parallel_titles() == ["Путь Абая"]
    assert record.variant_titles() == ["Абай"]
    assert record.responsibility() == "Мұхтар Әуезов"
    assert [one.canonical for one in record.isbns()] == ["9786010112346"]
    assert [one.canonical for one in record.issns()] == ["08684871"]
    assert (record.languages(), record.original_languages()) == (["kaz", "rus"], ["rus"])
    assert record.country() == "KZ"
    assert (record.date(), record.year()) == ("1997", 1997)
    assert (record.place(), record.publisher()) == ("Алматы ; Астана", "Жазушы")
    assert (record.edition(), record.extent(), record.pages()) == ("2-бас.", "606 б.", 606)
    assert record.series() == ["Қазақ әдебиеті"]
    assert record.keywords() == ["роман", "эпопея"]
    assert (record.udc(), record.bbk()) == (["821.512.122"], ["84(5Каз)7"])
    assert record.local_history()
    assert record.contributors() == (
        Contributor("Әуезов, Мұхтар", "aut", "person", "1897-1961", primary=True),
        Contributor("Нұрқатов, А.", "trl", "person", "", primary=False),
        Contributor("Қазақстан Республикасы. Білім министрлігі", "", "body", "", primary=False),
    )
    assert record.subjects() == (
        Subject("person", "Абай, 1845-1904 -- Өмірбаяны"),
        Subject("topic", "Әдебиет -- Қазақстан"),
    )


def test_an_empty_record_answers_every_question(unimarc: Write, marc21: Write) -> None:
    for record in (unimarc(), marc21()):
        texts = (
            "title title_proper other_title part responsibility country date place publisher edition extent"
        )
        assert {getattr(record, name)() for name in texts.split()} == {""}
        lists = "parallel_titles variant_titles languages series keywords udc bbk notes urls part_numbers"
        assert all(getattr(record, name)() == [] for name in lists.split())
        assert [*record.contributors(), *record.subjects(), *record.isbns(), *record.issns()] == []
        assert record.year() is record.pages() is None
        assert record.control_number == record.set_title() == record.host_title() == ""
        assert not record.local_history()
        assert (record.level(), record.kind()) == ("monograph", "text")


def test_blank_subfields_are_no_values(unimarc: Write) -> None:
    record = unimarc("200 1 $a $e$f\t\n700 _1$a $bА.\n606 0 $a $xТема\n010 $a \n210 $a$c $d")
    assert record.title() == record.other_title() == record.responsibility() == ""
    assert [*record.contributors(), *record.subjects(), *record.isbns()] == []
    assert record.year() is None
    assert not record.has("publisher")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("LDR nam2\n200 0 $aВып. 13.\n461 _0$12001 $aЗадачи и этюды$vВып. 13", "Задачи и этюды. Вып. 13"),
        ("LDR nam2\n200 0 $aВып. 13\n461 _0$tЗадачи и этюды$vВып. 13", "Задачи и этюды. Вып. 13"),
        ("LDR nam2\n200 0 $a[Т. 2$fПер.]\n461 _0$12001 $aСочинения$vТ. 2", "Сочинения. Т. 2"),
        (
            "LDR nam2\n200 1 $aРассказы\n461 _0$12001 $aСобрание сочинений$vТ. 3",
            "Собрание сочинений. Т. 3. Рассказы",
        ),
        (
            "LDR nam2\n200 1 $aЗадачи и этюды. Вып. 5\n461 _0$12001 $aЗадачи и этюды$vВып. 5",
            "Задачи и этюды. Вып. 5",
        ),
        (
            "LDR nam2\n200 0 $a... в 1994 году\n461 _0$12001 $aСлужба занятости...$v... в 1994 году",
            "Служба занятости... в 1994 году",
        ),
        (
            "LDR nam2\n200 0 $aТ. 2$hкн. 4$iТуризм\n461 _0$12001 $aТуризм: история$vТ. 2",
            "Туризм: история. Т. 2. кн. 4, Туризм",
        ),
        (
            "LDR nam2\n200 0 $aЧ. 1\n461 _0$12001 $aТарих$vТ. 2\n462 _0$12001 $aОрта ғасыр$vЧ. 1",
            "Тарих. Орта ғасыр. Т. 2. Ч. 1",
        ),
        ("LDR nam2\n461 _0$12001 $aЗадачи$vВып. 3", "Задачи. Вып. 3"),
        ("LDR nam2\n200 1 $aСочинения\n461 _0$12001 $aСочинения$vТ. 3", "Сочинения. Т. 3"),
        ("LDR nam2\n200 1 $aСочинения. Т. 13\n461 _0$tСочинения$vТ. 1", "Сочинения. Т. 13. Т. 1"),
        ("LDR nam2\n200 0 $aВып. 3", "Вып. 3"),
        ("LDR nam \n200 0 $aТ.1\n461 _1$12001 $aСловарь$vТ.1", "Словарь. Т.1"),
        ("LDR nam \n200 0 $a1 том\n461 _1$12001 $aАбай жолы", "Абай жолы. 1 том"),
        ("LDR nam0\n200 1 $aУездное\n461 _0$12001 $aШкола классики", "Уездное"),
        ("LDR nam \n200 1 $aУездное\n461 _0$12001 $aШкола классики", "Уездное"),
        ("LDR nam0\n200 1 $aУездное$aМы$e[Романы]", "Уездное ; Мы"),
        ("LDR nam0\n200 1 $aЛетопись печати$hN 2/1999", "Летопись печати. N 2/1999"),
        ("LDR nam0\n200 1 $aФокусы$hКн. 3$iВода", "Фокусы. Кн. 3, Вода"),
        ("LDR nam0\n200 1 $aПервое\n200 1 $aВторое", "Первое"),
        ("LDR nam0\n200 1 $a\x98The \x9cpath", "The path"),
        ("LDR nam0\n200 1 $a\x88The \x89path\u00a0of\u00adAbai", "The path ofAbai"),
        ("LDR nam0\n200 1 $aБакалавр и магистр. Модуль.", "Бакалавр и магистр. Модуль."),
    ],
)
def test_a_title_is_what_people_read(unimarc: Write, text: str, title: str) -> None:
    assert unimarc(text).title() == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("245 10$aАбай жолы :$bроман /$cМ. Әуезов.", "Абай жолы"),
        ("245 10$aАбай жолы.$n2-кітап,$pБірінші бөлім /$cМ. Әуезов.", "Абай жолы. 2-кітап. Бірінші бөлім"),
        ("245 10$aТруды и др.", "Труды и др."),
        ("245 10$aСлово...", "Слово..."),
        ("LDR nam  \n245 00$aТ. 3\n773 0 $tСобрание сочинений$gТ. 3", "Собрание сочинений. Т. 3"),
    ],
)
def test_a_marc_21_title_loses_isbd_marks_but_no_abbreviation(marc21: Write, text: str, title: str) -> None:
    assert marc21(text).title() == title


def test_other_title_is_kept_apart_from_a_parallel_title(marc21: Write) -> None:
    record = marc21("245 10$aАбай жолы =$bПуть Абая /$cМ. Әуезов.\n246 31$aПуть Абая")
    assert record.other_title() == ""
    assert record.parallel_titles() == ["Путь Абая"]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("LDR nam1", "set"),
        ("LDR nam2", "volume"),
        ("LDR nam0\n461 _0$12001 $aСерия$vТ. 1", "monograph"),
        ("LDR nam0\n200 1 $aФокусы$hКн. 3", "monograph"),
        ("LDR nam \n200 1 $aФокусы$hКн. 3", "volume"),
        ("LDR nam#\n461 _0$12001 $aНабор$vТ. 1", "volume"),
        ("LDR nam \n461 _0$12001 $aСерия", "monograph"),
        ("LDR naa0", "analytic"),
        ("LDR nas1", "serial"),
        ("LDR nas2", "issue"),
        ("LDR nac0", "collection"),
        ("LDR nai0", "integrating"),
        ("LDR na?0", "monograph"),
    ],
)
def test_the_level_comes_from_codes_and_where_they_are_silent_from_evidence(
    unimarc: Write, text: str, level: str
) -> None:
    assert unimarc(text).level() == level


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("a", "text"),
        ("b", "manuscript"),
        ("c", "notated_music"),
        ("e", "map"),
        ("g", "video"),
        ("i", "sound"),
        ("j", "music"),
        ("k", "image"),
        ("l", "electronic"),
        ("m", "multimedia"),
        ("r", "object"),
        ("?", "text"),
    ],
)
def test_the_kind_comes_from_the_type_of_record(unimarc: Write, code: str, kind: str) -> None:
    assert unimarc(f"LDR n{code}m0").kind() == kind


def test_a_text_on_a_screen_is_electronic(unimarc: Write, marc21: Write) -> None:
    assert unimarc("LDR nam0\n106 $as").kind() == "electronic"
    assert unimarc("LDR nam0\n106 $ar").kind() == "text"
    assert marc21(f"LDR nam a\n008 {' ' * 23}o{' ' * 16}").kind() == "electronic"
    assert marc21("LDR ntm a").kind() == "manuscript"
    assert marc21("LDR nmm a").kind() == "electronic"


def test_an_article_knows_its_host_and_its_pages_there(unimarc: Write, marc21: Write) -> None:
    article = unimarc(
        "LDR naa0\n200 1 $aЖаңалық\n461 _0$12001 $aИндустриальная Караганда\n"
        "463 _0$12001 $aN 3$vС. 4-9$1210 $d2005"
    )
    assert article.title() == "Жаңалық"
    assert article.host_title() == "Индустриальная Караганда"
    assert article.set_title() == ""
    assert article.pages() == 6
    other = marc21("LDR naa a\n245 10$aЖаңалық\n773 0 $tИндустриальная Караганда$gБ. 4-9")
    assert (other.host_title(), other.pages()) == ("Индустриальная Караганда", 6)


def test_a_set_title_belongs_to_volumes_alone(unimarc: Write) -> None:
    link = "461 _0$12001 $aСобрание сочинений$vТ. 1"
    assert unimarc(f"LDR nam2\n{link}").set_title() == "Собрание сочинений"
    assert unimarc(f"LDR nam0\n{link}").set_title() == ""
    assert unimarc(f"LDR nam2\n{link}").host_title() == ""


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("LDR nam2\n200 0 $aВып. 13.\n461 _0$12001 $aЗадачи$vВып. 13", "Вып. 13"),
        ("LDR nam2\n200 1 $aРассказы\n461 _0$12001 $aСочинения$vТ. 3", "Т. 3"),
        ("LDR nam2\n200 0 $aТ. 3", "Т. 3"),
        ("LDR nam0\n200 1 $aФокусы$hКн. 3$iВода", "Кн. 3, Вода"),
        ("LDR nam0\n200 1 $aФокусы", ""),
    ],
)
def test_a_part_is_given_as_written(unimarc: Write, text: str, part: str) -> None:
    assert unimarc(text).part() == part


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("210 $d1997", 1997),
        ("210 $d[1997]", 1997),
        ("210 $dcop. 2001", 2001),
        ("210 $d1997-1999", 1997),
        ("210 $d1998 ж.", 1998),
        ("214 _0$d2020", 2020),
        ("210 $d19--", None),
        ("210 $d19--\n100 $a20010528d1985    ", 1985),
        ("210 $dБ. г.\n100 $a20110914d    2004", 2004),
        ("210 $d19987", None),
        ("100 $a20010528g19  9999u", None),
        ("100 $a20010528d1997####", 1997),
    ],
)
def test_the_year_is_the_first_plausible_one(unimarc: Write, text: str, year: int | None) -> None:
    assert unimarc(text).year() == year


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("101 0 $akaz$arus", ["kaz", "rus"]),
        ("101 0 $akz", ["kaz"]),
        ("101 0 $aРус.", ["rus"]),
        ("101 0 $atarrus", ["tat", "rus"]),
        ("101 0 $akaz$akaz", ["kaz"]),
        ("101 0 $a9est$akaz", ["kaz"]),
        ("101 0 $aказах", []),
        ("101 0 $akazru", []),
    ],
)
def test_languages_are_codes_and_usual_slips_are_put_right(
    unimarc: Write, text: str, languages: list[str]
) -> None:
    assert unimarc(text).languages() == languages


def test_languages_of_marc_21_come_from_either_field(marc21: Write) -> None:
    assert marc21(f"008 {' ' * 35}kaz d").languages() == ["kaz"]
    assert marc21(f"008 {' ' * 35}kaz d\n041 0 $arus$akaz").languages() == ["rus", "kaz"]
    assert marc21(f"008 {' ' * 35}||| d").languages() == []


@pytest.mark.parametrize(
    ("text", "country"),
    [("102 $aKZ", "KZ"), ("102 $akz", "KZ"), ("102 $aРК", "KZ"), ("102 $aKAZ", "KZ"), ("102 $aXYZ", "")],
)
def test_a_country_is_two_letters(unimarc: Write, text: str, country: str) -> None:
    assert unimarc(text).country() == country


def test_a_marc_21_country_code_becomes_the_common_one(marc21: Write) -> None:
    assert marc21(f"008 {' ' * 15}kz  ").country() == "KZ"
    assert marc21(f"008 {' ' * 15}xxu ").country() == "US"
    assert marc21(f"008 {' ' * 15}ko  ").country() == "KR"


@pytest.mark.parametrize(
    ("field", "contributor"),
    [
        ("700 _1$aМишина$bЕ.М.", ("Мишина, Е. М.", "aut")),
        ("700 _1$aЗив$gБорис Германович", ("Зив, Борис Германович", "aut")),
        ("700 _1$aБудагов Лазарь Захарович", ("Будагов Лазарь Захарович", "aut")),
        ("700 _0$aПетр$dI$cимп.", ("Петр I", "aut")),
        ("702 _1$aИванов$bИ.$4340", ("Иванов, И.", "edt")),
        ("702 _1$aИванов$bИ.$4сост.", ("Иванов, И.", "com")),
        ("702 _1$aИванов$bИ.$4Ред.", ("Иванов, И.", "edt")),
        ("702 _1$aИванов$bИ.$4(құраст.)", ("Иванов, И.", "com")),
        ("702 _1$aИванов", ("Иванов", "")),
        ("701 _1$aИванов$4999", ("Иванов", "aut")),
    ],
)
def test_a_name_is_surname_and_initials_with_a_relator_code(
    unimarc: Write, field: str, contributor: tuple[str, str]
) -> None:
    (found,) = unimarc(field).contributors()
    assert (found.name, found.role) == contributor


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("700 1 $aА$4ill", "ill"),
        ("700 1 $aА$eeditor.", "edt"),
        ("700 1 $aА$eкөркем$4trl", "trl"),
        ("700 1 $aА$eсоставитель", "com"),
        ("700 1 $aА", ""),
        ("100 1 $aА", "aut"),
        ("711 2 $aА$jorganizer", ""),
    ],
)
def test_a_marc_21_role_is_a_code_or_a_word(marc21: Write, field: str, role: str) -> None:
    assert [one.role for one in marc21(field).contributors()] == [role]


def test_an_ean_stands_in_for_a_missing_isbn_only(unimarc: Write) -> None:
    ean = "073 _1$a9785991616621"
    assert [one.canonical for one in unimarc(ean).isbns()] == ["9785991616621"]
    assert [one.canonical for one in unimarc(f"{ean}\n010 $a5-7761-0562-5").isbns()] == ["9785776105623"]
    wrong = unimarc(f"{ean}\n010 $a5-7761-0562-6").isbns()
    assert [(one.canonical, one.problem) for one in wrong] == [(None, "check_digit"), ("9785991616621", "")]
    assert unimarc("073 _1$a4600000000000").isbns() == ()


@pytest.mark.parametrize("value", ["1", "true", "Да", "ИӘ", " иә "])
def test_local_history_is_a_yes_in_any_of_the_languages(unimarc: Write, value: str) -> None:
    assert unimarc(f"979 $k{value}").local_history()


@pytest.mark.parametrize("value", ["0", "нет", "жоқ", ""])
def test_anything_else_is_no_local_history(unimarc: Write, value: str) -> None:
    assert not unimarc(f"979 $k{value}").local_history()


def test_a_deleted_record_says_so(unimarc: Write, marc21: Write) -> None:
    assert unimarc("LDR dam0").status_deleted
    assert marc21("LDR dam a").status_deleted


def test_places_give_values_exactly_as_they_stand(unimarc: Write) -> None:
    record = unimarc("001 1\n200 1 $a Абай $a$eроман\n010 $a1\n010 $a2\n461 _0$12001 $aНабор")
    assert record.places("title") == [Place(1, "200[1]$a[1]", " Абай "), Place(1, "200[1]$a[2]", "")]
    assert record.places("isbn") == [Place(2, "010[1]$a[1]", "1"), Place(3, "010[2]$a[1]", "2")]
    assert record.places("set_title") == [Place(4, "461[1]>200[1]$a[1]", "Набор")]
    assert record.places("control_number") == [Place(0, "001[1]", "1")]
    assert record.places("status") == [Place(-1, "leader/5", "n")]
    assert record.places("publisher") == []


def test_an_element_that_the_dialect_does_not_know_is_an_error(unimarc: Write) -> None:
    with pytest.raises(KeyError, match="colour"):
        unimarc().values("colour")
    with pytest.raises(KeyError, match="colour"):
        unimarc().places("colour")


def test_every_element_of_both_dialects_can_be_read(
    unimarc: Write, marc21: Write, dialects: dict[str, Dialect]
) -> None:
    for record in (unimarc(FULL), marc21(FULL_21)):
        for element in dialects[record.dialect.name].elements:
            shown = record.values(element)
            assert all(value.strip() == value and value for value in shown)
            assert len(shown) <= len(record.places(element))


def test_every_title_of_the_real_exports_can_be_read(exports: dict[str, list[Record]]) -> None:
    titles = [record.title() for records in exports.values() for record in records]
    assert len(titles) == 654
    assert all(any(letter.isalnum() for letter in title) and title.isprintable() for title in titles)
    assert not any("\ufffd" in title for title in titles)


def test_every_real_volume_has_the_title_of_its_set(exports: dict[str, list[Record]]) -> None:
    volumes = [one for one in exports["rnb"] + exports["zebra"] if one.level() == "volume"]
    assert len(volumes) == 72
    assert all(
        one.title().startswith(one.set_title()) and len(one.title()) > len(one.set_title()) for one in volumes
    )
    assert "Задачи и этюды. Вып. 13" in {one.title() for one in volumes}


def test_nearly_every_real_book_has_its_pages_and_year(exports: dict[str, list[Record]]) -> None:
    books = [one for records in exports.values() for one in records if one.level() != "set"]
    assert sum(one.year() is not None for one in books) >= 0.97 * len(books)
    counted = [one for one in books if any(letter.isdigit() for letter in one.extent())]
    assert [one.extent() for one in counted if one.pages() is None] == [
        "16 отд.л.в обл.",
        *["1 ак.,стерео"] * 7,
    ]


@pytest.mark.parametrize("level", ["s2", "s0"])
@pytest.mark.parametrize("own", ["№ 1", "2019, № 3"])
def test_an_issue_that_has_only_a_number_takes_the_title_of_its_journal(
    unimarc: Write, level: str, own: str
) -> None:
    record = unimarc(f"LDR na{level}\n200 1 $a{own}\n461 _0$12001 $aҚазақ тілі мен әдебиеті")
    assert record.title() == f"Қазақ тілі мен әдебиеті. {own}"
