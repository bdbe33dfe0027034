from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.marc.folding import BETWEEN, FoldedRecord, fold_record, person_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.record import Record

    Write = Callable[..., Record]

BOOK = """
LDR nam0
001 1
010 $a978-5-9916-1662-1
010 $a5-298-00279-X
010 $a5-298-00279-1
011 $a0868-4871
020 $aKZ$b123
021 $aKZ$b2001-1566п
100 $a20010528d1998    km y0kazy50      ca
101 1 $akaz$arus
200 1 $aАбай жолы$dПуть Абая$eтарихи роман$fМұхтар Әуезов
205 $a2-бас., толықт.
210 $aАлматы$c"Жазушы" баспасы$dcop. 1997
215 $a606, [2] б.
225 2 $aҚазақ әдебиеті
517 1 $aАбай
700 _1$aӘуезов$bМ.О.
702 _1$aНұрқатов$gАхмет
710 02$aҰлттық кітапхана
"""


def test_every_column_of_a_book_is_folded(unimarc: Write) -> None:
    assert fold_record(unimarc(BOOK), items=3) == FoldedRecord(
        level="monograph",
        kind="text",
        language="kaz rus",
        title="абай жоли",
        title_written="абай жолы",
        title_full="абай жоли тарихи роман",
        other_titles=f"путь абая{BETWEEN}абай",
        part="",
        year=1997,
        edition="2",
        contributors=f"ауезов м о{BETWEEN}улттик китапхана{BETWEEN}нуркатов а",
        publisher="жазуши",
        pages=606,
        isbns="9785298002790 9785991616621",
        issns="08684871",
        identifiers="ld:2001-1566П nb:123",
        series="казак адебиети",
        host="",
        items=3,
    )


def test_a_blank_record_folds_to_blanks(unimarc: Write, marc21: Write) -> None:
    for record in (unimarc(), marc21(), unimarc("200 1 $a $e \n700 $a \n210 $c \n205 $a ")):
        folded = fold_record(record)
        said = folded._asdict()
        assert (said.pop("level"), said.pop("kind"), said.pop("items")) == ("monograph", "text", 0)
        assert (said.pop("year"), said.pop("pages")) == (None, None)
        assert set(said.values()) == {""}


def test_every_column_is_text_or_a_number(exports: dict[str, list[Record]]) -> None:
    for records in exports.values():
        for record in records:
            folded = fold_record(record)
            values = list(folded)
            assert all(value is None or isinstance(value, (str, int)) for value in values)
            assert folded.title


def test_a_volume_is_its_set_and_its_number(unimarc: Write) -> None:
    link = "461 _0$12001 $aЗадачи и этюды$vВып. 13"
    folded = fold_record(unimarc(f"LDR nam2\n200 0 $aВып. 13.\n{link}"))
    assert (folded.title, folded.part, folded.host) == ("задачи и етюди", "i13", "задачи и етюди")
    named = fold_record(unimarc("LDR nam2\n200 1 $aРассказы\n461 _0$12001 $aСочинения$vТ. 3"))
    assert (named.title, named.part) == ("сочинения расскази", "v3")


def test_ways_of_describing_one_volume_fold_alike(unimarc: Write, marc21: Write) -> None:
    ways = [
        unimarc("LDR nam2\n200 0 $aКн. 1\n461 _0$12001 $aАбай жолы$vКн. 1"),
        unimarc("LDR nam2\n200 1 $aАбай жолы\n461 _0$tАбай жолы$vКітап 1"),
        unimarc("LDR nam \n200 1 $aАбай жолы$hБірінші кітап"),
        marc21("245 10$aАбай жолы.$n1-кітап /$cМ. Әуезов."),
    ]
    folded = [fold_record(record) for record in ways]
    assert {(one.level, one.title, one.part) for one in folded} == {("volume", "абай жоли", "b1")}


def test_volumes_and_grades_differ_in_their_part(unimarc: Write) -> None:
    def part(text: str) -> str:
        return fold_record(unimarc(f"200 1 {text}")).part

    assert part("$aМатематика$eУчеб. для 5 кл.") == "g5"
    assert part("$aМатематика 6 класс") == "g6"
    assert part("$aҚазақ тілі$e10-11 сынып$hБөлім 2") == "g10 g11 p2"
    assert part("$aКалендарь$h2001") == "y2001"
    assert part("$aСочинения$eВ 4 т.") == ""


def test_names_of_parts_tell_titles_apart_and_their_numbers_do_not(unimarc: Write) -> None:
    folded = fold_record(unimarc("200 1 $aКрасное колесо$hУзел 1$iАвгуст"))
    assert (folded.title, folded.part) == ("красное колесо август", "n1")


def test_an_article_has_its_host(unimarc: Write) -> None:
    folded = fold_record(
        unimarc("LDR naa0\n200 1 $aЖаңалық\n461 _0$12001 $aҚазақ әдебиеті\n463 _0$12001 $aN 3$vБ. 4-9")
    )
    assert (folded.level, folded.host, folded.pages) == ("analytic", "казак адебиети", 6)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Мишина, Е. М.", "мишина е м"),
        ("Мишина, Елена Михайловна", "мишина е м"),
        ("Мишина Елена Михайловна", "мишина е м"),
        ("Е. М. Мишина", "мишина е м"),
        ("МИШИНА Е.М.", "мишина е м"),
        ("Әуезов, М. О.", "ауезов м о"),
        ("Ауэзов, Мухтар Омарханович", "ауезов м о"),
        ("Сент-Экзюпери, Антуан де", "сент екзюпери а"),
        ("Абай", "абай"),
        ("Walter, J.", "walter j"),
        ("", ""),
    ],
)
def test_a_person_is_surname_and_initials(name: str, key: str) -> None:
    assert person_key(name) == key


@pytest.mark.parametrize(
    ("stated", "keys"),
    [
        ("Маралов В.Г., Ситаров В.А.", "маралов в г|ситаров в а"),
        ("В.З. Стрыгин", "стригин в з"),
        ("[сост. Г. Ризванов и др.]", "ризванов г"),
        ("Журн.сатиры и юмора", ""),
        ("Фёдор Титов", ""),
        ("Казан. гос. ун-т", ""),
    ],
)
def test_where_no_heading_names_anyone_the_first_statement_does(
    unimarc: Write, stated: str, keys: str
) -> None:
    assert fold_record(unimarc(f"200 1 $aТитул$f{stated}$gпер. А. Другой")).contributors == keys.replace(
        "|", BETWEEN
    )


@pytest.mark.parametrize(
    ("statement", "edition"),
    [
        ("2-е изд., доп. и перераб.", "2"),
        ("Изд. 2-е, стер.", "2"),
        ("[3-е изд.]", "3"),
        ("2-нче басма,тулыл.", "2"),
        ("7нче басма", "7"),
        ("5-басылым", "5"),
        ("Екінші басылым", "2"),
        ("Второе издание", "2"),
        ("2nd ed.", "2"),
        ("Версия 7.5", "версия 7 5"),
        ("[Репр. изд.]", "репр изд"),
        ("Репр. изд. 1913 г.", "репр изд 1913 г"),
    ],
)
def test_an_edition_is_its_number(unimarc: Write, statement: str, edition: str) -> None:
    assert fold_record(unimarc(f"205 $a{statement}")).edition == edition


@pytest.mark.parametrize(
    ("name", "publisher"),
    [
        ("Издательство Юрайт", "юрайт"),
        ('Изд. фирма "Вост. лит."', "вост лит"),
        ("«Атамұра» баспа үйі", "атамура"),
        ("ТОО «Фолиант»", "фолиант"),
        ("Б. и.", ""),
        ("[б.и.]", ""),
        ("Дом", "дом"),
    ],
)
def test_a_publisher_loses_the_words_for_a_publishing_house(
    unimarc: Write, name: str, publisher: str
) -> None:
    assert fold_record(unimarc(f"210 $c{name}")).publisher == publisher


def test_spellings_of_one_book_fold_alike(unimarc: Write) -> None:
    kazakh = fold_record(unimarc("101 $akaz\n200 1 $aҚазақ тілі\n700 _1$aӘуезов$bМ.О."))
    typed = fold_record(unimarc("101 $akz\n200 1 $aКазак тiлi.\n700 _1$aАуезов$gМухтар Омарханович"))
    assert (kazakh.title_written, typed.title_written) == ("қазақ тілі", "казак тiлi")
    assert kazakh == typed._replace(title_written=kazakh.title_written)


def test_the_real_volumes_of_a_set_differ_in_nothing_but_number(exports: dict[str, list[Record]]) -> None:
    folded = [fold_record(one) for one in exports["rnb"]]
    issues = [one for one in folded if one.host == "задачи и етюди"]
    assert len(issues) == 15
    assert len({one.part for one in issues}) == 15


@pytest.mark.parametrize(
    "fields_",
    [
        "200 $aАбай жолы. 1 том",
        "200 $aАбай жолы$hТ. 1",
        "200 $aАбай жолы. Бірінші том",
        "200 $aАбай жолы$h1-том",
    ],
)
def test_a_volume_has_the_title_of_its_set_wherever_its_number_stands(unimarc: Write, fields_: str) -> None:
    found = fold_record(unimarc(fields_))
    assert (found.title, found.title_written, found.part) == ("абай жоли", "абай жолы", "v1")
