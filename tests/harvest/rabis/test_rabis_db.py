"""Web-RABIS's database is harvested whole, gently, and without a look at its readers."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.errors import ConfigError, FatalError, GuardStop, SourceAway
from rabis_sync.harvest.rabis import connection as reached
from rabis_sync.harvest.rabis.marks import GROUP
from rabis_sync.marc.fields import SUBFIELD
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord

pytestmark = pytest.mark.postgresql


def lines(record: MarcRecord, *tags: str) -> list[str]:
    """Fields as «tag indicators$a…»."""
    return [f"{tag} {text.replace(SUBFIELD, '$')}" for tag, text in record.fields if not tags or tag in tags]


def titles(rabis: Any) -> dict[str, str]:
    return {
        number: next(field.first("a") for field in record.fields if field.tag == "200")
        for number, record in rabis.records().items()
    }


def truth(rabis: Any) -> dict[str, str]:
    """Title by id of every record that is not deleted."""
    with rabis.engine.connect() as connection:
        return {
            str(row[0]): row[1]
            for row in connection.execute(sa.text("SELECT id, title FROM ebook WHERE state_id <> 2"))
        }


class Breaking:
    """A source that breaks off after so many pages."""

    def __init__(self, source: Any, after: int, between: Callable[[int], None] = lambda _page: None) -> None:
        self.source, self.after, self.between = source, after, between

    def pages(self, *args: Any, **named: Any) -> Iterator[Any]:
        for number, page in enumerate(self.source.pages(*args, **named)):
            if number == self.after:
                raise FatalError("pulled out")
            yield page
            self.between(number)


# --- what arrives ---------------------------------------------------------------------------------


def test_every_record_arrives_once_and_an_unchanged_catalogue_brings_nothing(rabis: Any) -> None:
    rabis.shelf(25)
    assert rabis.harvest() == {"received": 25, "new": 25}
    assert titles(rabis) == truth(rabis)
    assert rabis.harvest() == {}
    assert rabis.harvest(full=True) == {"received": 25, "unchanged": 25}


def test_a_record_of_many_blocks_becomes_a_whole_unimarc_record(rabis: Any) -> None:
    book = rabis.book("Абай жолы", author="Әуезов М. О.", krv=True, edit_date="2024-05-17 09:30:01.5")
    rabis.add("ebook_author", ebook_id=book, author="Редакторов Р. Р.", role_author="ред.", key_value=3)
    rabis.add("ebook_author", ebook_id=book, author="Әуезов, М. О.", life_dates="1897-1961", key_value=1)
    rabis.add("ebook_author", ebook_id=book, author="Жазушылар одағы", key_value=2)
    rabis.add(
        "ebook_titles",
        ebook_id=book,
        title="Абай жолы",
        information="роман-эпопея",
        responsibility="М. Әуезов",
    )
    rabis.add("ebook_publishing", ebook_id=book, place_edition=1, publishing_id=1, year_edition="[1985]")
    rabis.add("ebook_volume", ebook_id=book, volume="608", type_unit="б.", size="21", size_unit="см")
    rabis.add("ebook_rubrics", ebook_id=book, rubric="Қазақ әдебиеті", key_value=1)
    rabis.add("ebook_rubrics", ebook_id=book, rubric="Қарағанды облысы", key_value=2)
    rabis.add("ebook_keywords", ebook_id=book, keywords="роман; өлкетану")
    rabis.add("ebook_udk", ebook_id=book, udk="821.512.122-31")
    rabis.add("ebook_bbk_m", ebook_id=book, index="Ш5(2Каз)7-4")
    rabis.add("ebook_bbk_n", ebook_id=book, index="84(5Каз)7-44")
    rabis.add("ebook_language", ebook_id=book, language=1)
    rabis.add("ebook_country", ebook_id=book, country=1)
    rabis.add("ebook_summary", ebook_id=book, summary="Абай\nтуралы")
    rabis.add("ebook_texts", ebook_id=book, text="Толық мәтін", url="https://example.kz/abai.pdf")
    rabis.copy(book, "12345", state=11, department=2)
    rabis.harvest()
    record = rabis.records()[str(book)]
    assert record.leader == "00000nam0 2200000   450 "
    assert lines(record) == [
        f"001 {book}",
        "005 20240517093001.0",
        "100   $a20240101d1985    m  y0rusy50      ca",
        "101 0 $akaz",
        "102   $aKZ",
        "200 1 $aАбай жолы$eроман-эпопея$fМ. Әуезов",
        "210   $aАлматы$cЖазушы$d[1985]",
        "215   $a608 б.$d21 см",
        "330   $aАбай туралы",
        "606 0 $aҚазақ әдебиеті",
        "607   $aҚарағанды облысы",
        "610 0 $aроман$aөлкетану",
        "675   $a821.512.122-31",
        "686   $aШ5(2Каз)7-4$vLBC/SL$2rubbk",
        "686   $a84(5Каз)7-44$vLBC/PL$2rubbk",
        "700  1$aӘуезов$bМ. О.$f1897-1961",
        "702  1$aРедакторов$bР. Р.$4340",
        "710 02$aЖазушылар одағы",
        "801  0$aKZ$bWeb-RABIS$c20240101",
        "856 4 $uhttps://example.kz/abai.pdf$2Толық мәтін",
        "899   $aФилиал № 5$bФ5$p12345$9B12345$xInv.WrittenOff$2rabis",
        "979   $aКниги$k1",
    ]
    assert rabis.items() == [(str(book), "12345", "written_off")]


YEARS = {
    "1985": "d1985    ",
    "[1985]": "d1985    ",
    "1997-1999": "g19971999",
    "1998-": "g1998    ",
    "19--": "f19001999",
    "198-?": "f19801989",
    "б.г.": "u        ",
}


def test_an_odd_year_is_kept_as_written_and_coded_as_far_as_it_is_known(rabis: Any) -> None:
    books = {year: rabis.book(f"Книга {number}") for number, year in enumerate(YEARS)}
    for year, book in books.items():
        rabis.add("ebook_publishing", ebook_id=book, year_edition=year)
    rabis.harvest()
    records = rabis.records()
    for year, book in books.items():
        assert lines(records[str(book)], "210") == [f"210   $d{year}"]
        assert lines(records[str(book)], "100")[0][len("100   $a20240101") :].startswith(YEARS[year])


def test_a_volume_carries_its_set(rabis: Any) -> None:
    whole = rabis.book("Шығармалар жинағы", b_level_id=2)
    volume = rabis.book("2-том", b_level_id=3, parent_id=whole, volume_number=2)
    rabis.harvest()
    records = rabis.records()
    assert records[str(whole)].leader[7:9] == "m1"
    assert records[str(volume)].leader[7:9] == "m2"
    assert lines(records[str(volume)], "461") == [f"461  0$1001{whole}$12001 $aШығармалар жинағы$v2"]


def test_an_article_carries_its_journal_and_pages(rabis: Any) -> None:
    article = rabis.book("Қарағанды тарихы", b_level_id=4, catalog_id=2)
    rabis.add(
        "ebook_source",
        ebook_id=article,
        title="Сарыарқа",
        data_edition="№ 3",
        year="2019",
        pages="4-9 б.",
        issn="1029-2411",
    )
    rabis.harvest()
    record = rabis.records()[str(article)]
    assert record.leader[7] == "a"
    assert lines(record, "461", "463") == [
        "461  0$1011  $a1029-2411$12001 $aСарыарқа",
        "463  0$12001 $a№ 3$v4-9 б.$1210  $d2019",
    ]


def test_a_block_that_nobody_knows_is_told_and_kept_with_the_record(rabis: Any) -> None:
    book = rabis.book("Книга")
    rabis.add("ebook_smell", ebook_id=book, smell="пыль")
    rabis.harvest()
    with rabis.library.store.read() as unit:
        raw, syntax, _ = unit.records.raw(unit.records.known("cat", [str(book)])[str(book)].id)
    assert syntax == "rabis"
    assert {"table": "smell", "name": "Запах", "rows": [{"id": 1, "smell": "пыль"}]} in json.loads(raw)[
        "blocks"
    ]
    told = rabis.source().check()
    assert told.count("'Запах' (table ebook_smell) has no rule in the mapping") == 1
    assert "table ebook_titles has no column missing_column" in told
    assert "there is no table ebook_nowhere" in told


def test_a_state_of_copies_that_the_profile_does_not_know_is_told(rabis: Any) -> None:
    rabis.copy(rabis.book("Книга"), "1", state=12)
    assert "does not know: Inv.Exhibition (На выставке)" in rabis.source().check()


def test_a_record_without_anything_is_kept_in_quarantine_with_its_rows(rabis: Any, builder: Any) -> None:
    rabis.book("Книга")
    empty = rabis.book("", author="")
    assert rabis.harvest() == {"received": 2, "new": 1, "quarantined": 1, "newly_quarantined": 1}
    with rabis.library.store.read() as unit:
        (entry,) = unit.harvests.quarantined()
        kept = unit.harvests.quarantined_one(entry["id"])
    assert (kept["reason"], kept["syntax"], kept["identifier"]) == ("rabis_empty", "rabis", str(empty))
    assert json.loads(kept["raw"])["ebook"]["id"] == empty
    assert builder.decode(kept["raw"]).reason == "rabis_empty"


def test_a_configuration_reaches_the_catalogue(rabis: Any, tmp_path: Path) -> None:
    rabis.shelf(2)
    path = tmp_path / "config.toml"
    path.write_text(
        '[library]\nname = { kk = "a", ru = "b", en = "c" }\n[publish]\n'
        f'[sources.db]\nkind = "rabis_db"\nurl = "{rabis.url}"\n',
        encoding="utf-8",
    )
    assert (
        Assembly.of(path)
        .source("db", rabis.library.store)
        .check()
        .startswith("2 records in ebook and 17 tables of blocks; ")
    )


# --- what changes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sweep", [True, False])
def test_an_edited_record_is_read_again(rabis: Any, *, sweep: bool) -> None:
    rabis.options["sweep"] = sweep
    ids = rabis.shelf(12)
    rabis.harvest()
    rabis.edit(ids[3], "Иначе", "2024-02-01 12:00:00")
    assert rabis.harvest()["changed"] == 1
    assert titles(rabis) == truth(rabis)


def test_records_edited_in_the_same_second_do_not_get_lost_at_the_border_of_a_page(rabis: Any) -> None:
    rabis.options["sweep"] = False
    rabis.page_size = 4
    for number in range(11):
        rabis.book(f"Книга {number}", at="2024-01-01 10:00:00")
    rabis.harvest()
    rabis.sql("UPDATE ebook SET title = title || '!', edit_date = '2024-02-01 12:00:00'")
    assert rabis.harvest() == {"received": 11, "changed": 11}
    assert titles(rabis) == truth(rabis)


def test_a_long_list_of_changes_is_listed_in_pieces(rabis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rabis_sync.harvest.sources.rabis_db.LISTED", 5)
    rabis.options["sweep"] = False
    rabis.page_size = 3
    rabis.shelf(17)
    rabis.harvest()
    rabis.sql("UPDATE ebook SET title = title || '!', edit_date = '2024-02-01 12:00:00'")
    assert rabis.harvest() == {"received": 17, "changed": 17}


def test_a_record_edited_while_the_list_is_read_comes_once_and_then_again(rabis: Any) -> None:
    rabis.options["sweep"] = False
    rabis.page_size = 5
    ids = rabis.shelf(15)
    rabis.harvest()
    rabis.sql("UPDATE ebook SET title = title || '!', edit_date = '2024-02-01 12:00:00'")

    def between(page: int) -> None:
        rabis.edit(ids[0], f"Снова {page}", "2024-02-01 12:00:01")

    counts = rabis.library.harvest_from(Breaking(rabis.source(), 99, between), complete=False).counts
    assert (counts["changed"], counts["repeated"], counts["quarantined"]) == (15, 0, 0)
    assert rabis.harvest()["changed"] == 1
    assert titles(rabis) == truth(rabis)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_is_off_loses_no_change(rabis: Any, hours: int) -> None:
    """The program that edits may be hours away from the server's clock, as with another time zone."""
    rabis.options["sweep"] = False
    stamp = "to_char(localtimestamp + make_interval(hours => :hours, mins => :mins), 'YYYY-MM-DD HH24:MI:SS')"

    def moment(minutes: int) -> str:
        found: str = rabis.sql(f"SELECT {stamp}", hours=hours, mins=minutes)[0]
        return found

    book = rabis.book("Книга", at=moment(-60))
    rabis.book("Из будущего", at="2099-01-01 00:00:00")
    rabis.harvest()
    for minutes in (0, 20, 40):
        rabis.edit(book, f"После {minutes}", moment(minutes))
        assert rabis.harvest()["changed"] == 1
    assert titles(rabis) == truth(rabis)


def test_a_date_beyond_all_dates_stops_nothing(rabis: Any) -> None:
    rabis.book("Вечная", at="infinity")
    rabis.book("Давняя", at="-infinity")
    rabis.book("Без даты", create_date=None)
    for sweep in (True, False):
        rabis.options["sweep"] = sweep
        rabis.harvest(full=True)
    assert len(rabis.records()) == 3
    assert "1 records have no date of change" in rabis.source().check()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ebook_inv (ebook_id, inv_number, state_id) VALUES (:id, '777', 10)",
        "UPDATE ebook_inv SET state_id = 11 WHERE ebook_id = :id",
        "DELETE FROM ebook_inv WHERE ebook_id = :id",
        "INSERT INTO ebook_keywords (ebook_id, keywords) VALUES (:id, 'шахтёры')",
        "UPDATE ebook SET title = 'Молча' WHERE id = :id",
    ],
)
def test_a_sweep_notices_what_no_date_tells(rabis: Any, statement: str) -> None:
    rabis.options["overlap_minutes"] = 0
    ids = rabis.shelf(12)
    rabis.harvest()
    rabis.sql(statement, id=ids[5])
    rabis.options["sweep"] = False
    assert rabis.harvest().get("changed", 0) == 0, "by dates alone it is not seen"
    rabis.options["sweep"] = True
    assert rabis.harvest()["changed"] == 1
    assert rabis.harvest() == {}


def test_a_sweep_reads_only_the_neighbours_of_what_changed(rabis: Any) -> None:
    rabis.sql("SELECT setval('ebook_id_seq', :last)", last=GROUP * 10 - 1)
    near = rabis.shelf(6)
    rabis.sql("SELECT setval('ebook_id_seq', :last)", last=GROUP * 5000 - 1)
    rabis.shelf(4)
    rabis.harvest()
    rabis.copy(near[2], "777")
    assert rabis.harvest() == {"received": 6, "changed": 1, "unchanged": 5}


def test_a_volume_is_read_again_when_its_set_is_called_otherwise(rabis: Any) -> None:
    whole = rabis.book("Жинақ", b_level_id=2)
    rabis.sql("SELECT setval('ebook_id_seq', :last)", last=GROUP * 7)
    volume = rabis.book("1-том", b_level_id=3, parent_id=whole, volume_number=1)
    rabis.harvest()
    rabis.edit(whole, "Толық жинақ", "2024-02-01 12:00:00")
    rabis.harvest()
    assert lines(rabis.records()[str(volume)], "461")[0].endswith("$aТолық жинақ$v1")


def test_a_record_becomes_a_set_when_it_gets_its_first_part(rabis: Any) -> None:
    whole = rabis.book("Жинақ")
    rabis.harvest()
    assert rabis.records()[str(whole)].leader[7:9] == "m0"
    rabis.sql("SELECT setval('ebook_id_seq', :last)", last=GROUP * 7)
    rabis.book("1-том", parent_id=whole)
    rabis.harvest()
    assert rabis.records()[str(whole)].leader[7:9] == "m1"


def test_views_instead_of_tables_are_swept_as_well(rabis: Any) -> None:
    ids = rabis.shelf(5)
    for table in ("ebook", "ebook_inv"):
        rabis.sql(f"ALTER TABLE {table} RENAME TO {table.replace('ebook', 'base')}")
        rabis.sql(f"CREATE VIEW {table} AS SELECT * FROM {table.replace('ebook', 'base')}")
        rabis.sql(f"GRANT SELECT ON {table} TO {sa.make_url(rabis.url).username}")
    assert rabis.harvest() == {"received": 5, "new": 5}
    assert rabis.harvest() == {}
    rabis.copy(ids[1], "777")
    assert rabis.harvest()["changed"] == 1


def test_moments_with_a_zone_are_understood(rabis: Any) -> None:
    rabis.options["sweep"] = False
    rabis.sql("ALTER TABLE ebook ALTER edit_date TYPE timestamptz, ALTER create_date TYPE timestamptz")
    book = rabis.book("Книга", at="2024-01-01 03:00:00+05")
    rabis.harvest()
    assert lines(rabis.records()[str(book)], "005", "100")[0] == "005 20231231220000.0"
    rabis.edit(book, "Иначе", "2024-01-01 03:00:01+05")
    assert rabis.harvest()["changed"] == 1


def test_a_renamed_entry_of_a_dictionary_reaches_every_record_and_a_new_one_none(rabis: Any) -> None:
    ids = rabis.shelf(3)
    rabis.add("ebook_publishing", ebook_id=ids[0], place_edition=2, year_edition="2019")
    rabis.harvest()
    rabis.sql("INSERT INTO directory_city VALUES (3, 'tem', 'Теміртау')")
    assert rabis.harvest() == {}
    rabis.sql("UPDATE directory_city SET name = 'Қарағанды қ.' WHERE id = 2")
    assert rabis.harvest() == {"received": 3, "changed": 1, "unchanged": 2}


def test_an_entry_younger_than_the_harvest_is_found_and_one_that_is_nowhere_stops_nothing(rabis: Any) -> None:
    rabis.page_size = 1
    first, second = rabis.shelf(2)
    rabis.add("ebook_publishing", ebook_id=first, place_edition=999, year_edition="2019")

    def between(page: int) -> None:
        if page == 0:
            rabis.sql("INSERT INTO directory_city VALUES (50, 'tem', 'Теміртау')")
            rabis.add("ebook_publishing", ebook_id=second, place_edition=50, year_edition="2020")

    rabis.library.harvest_from(Breaking(rabis.source(), 99, between), complete=False)
    assert lines(rabis.records()[str(first)], "210") == ["210   $d2019"]
    assert lines(rabis.records()[str(second)], "210") == ["210   $aТеміртау$d2020"]


def test_a_changed_mapping_reads_everything_again(rabis: Any) -> None:
    rabis.shelf(4)
    rabis.harvest()
    rabis.__dict__["mapping"] = replace(rabis.mapping, leader="00000c{kind:<1.1}{level:<2.2} 2200000   450 ")
    assert rabis.harvest() == {"received": 4, "changed": 4}


def test_a_wish_for_changes_since_a_day_is_served_and_leaves_no_gap(rabis: Any) -> None:
    rabis.options["sweep"] = False
    ids = rabis.shelf(3)
    rabis.harvest()
    before = rabis.reached()
    rabis.edit(ids[0], "Февраль", "2024-02-01 12:00:00")
    rabis.edit(ids[1], "Март", "2024-03-01 12:00:00")
    rabis.since = "2024-02-15"
    assert rabis.harvest() == {"received": 1, "changed": 1}
    assert rabis.reached() == before, "what changed in February is still to come"
    rabis.since = ""
    assert rabis.harvest()["changed"] == 1
    assert titles(rabis) == truth(rabis)


# --- what is gone ---------------------------------------------------------------------------------


@pytest.mark.parametrize("sweep", [True, False])
def test_a_record_in_the_state_deleted_leaves_a_tombstone_and_can_come_back(
    rabis: Any, *, sweep: bool
) -> None:
    rabis.options["sweep"] = sweep
    ids = rabis.shelf(3)
    rabis.harvest()
    rabis.sql("UPDATE ebook SET state_id = 2, edit_date = '2024-02-01 12:00:00' WHERE id = :id", id=ids[1])
    assert rabis.harvest()["deleted"] == 1
    assert titles(rabis) == truth(rabis)
    with rabis.library.store.read() as unit:
        assert [one["reason"] for one in unit.harvests.tombstones("cat")] == ["deleted_by_source"]
    rabis.sql("UPDATE ebook SET state_id = 1, edit_date = '2024-02-02 12:00:00' WHERE id = :id", id=ids[1])
    assert rabis.harvest()["changed"] == 1
    assert titles(rabis) == truth(rabis)


def test_a_row_that_is_gone_is_noticed_by_the_sweep(rabis: Any) -> None:
    ids = rabis.shelf(12)
    rabis.harvest()
    rabis.sql("DELETE FROM ebook WHERE id = ANY(:ids)", ids=ids[4:6])
    rabis.options["sweep"] = False
    assert "absent" not in rabis.harvest()
    rabis.options["sweep"] = True
    assert rabis.harvest()["absent"] == 2
    assert titles(rabis) == truth(rabis)


def test_too_many_rows_gone_stop_the_harvest_before_one_is_deleted(rabis: Any) -> None:
    ids = rabis.shelf(12)
    rabis.harvest()
    rabis.sql("DELETE FROM ebook WHERE id = ANY(:ids)", ids=ids[:6])
    for _ in range(2):
        with pytest.raises(GuardStop, match="6 of 12"):
            rabis.harvest()
    assert len(rabis.records()) == 12
    assert rabis.harvest(max_deleted_number=6)["absent"] == 6
    assert titles(rabis) == truth(rabis)


def test_an_emptied_catalogue_empties_nothing(rabis: Any) -> None:
    rabis.shelf(3)
    rabis.harvest()
    rabis.sql("DELETE FROM ebook")
    with pytest.raises(GuardStop, match="is empty but had 3"):
        rabis.harvest()
    assert len(rabis.records()) == 3


# --- what breaks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("after", "sweep"), [(1, True), (2, False), (4, True), (6, False)])
def test_a_harvest_killed_between_pages_loses_nothing(rabis: Any, after: int, *, sweep: bool) -> None:
    rabis.options["sweep"] = sweep
    rabis.page_size = 3
    ids = rabis.shelf(9)
    rabis.sql("SELECT setval('ebook_id_seq', :last)", last=GROUP * 400)
    ids += rabis.shelf(8)
    for round_ in range(2):  # the first harvest, then one of changes
        with pytest.raises(FatalError, match="pulled out"):
            rabis.library.harvest_from(Breaking(rabis.source(), after), complete=False)
        rabis.edit(ids[0], f"После обрыва {round_}", f"2024-0{2 + round_}-01 12:00:01")
        rabis.copy(ids[-1], f"77{round_}")
        new = rabis.book(f"Новая {round_}", at=f"2024-0{2 + round_}-01 12:00:02")
        rabis.harvest()
        rabis.harvest()
        assert titles(rabis) == truth(rabis)
        assert str(new) in titles(rabis)
        if sweep:
            assert {number for _, number, _ in rabis.items()} == set(
                rabis.sql("SELECT inv_number FROM ebook_inv")
            )
        rabis.sql(
            "UPDATE ebook SET title = title || '!', edit_date = :at", at=f"2024-0{2 + round_}-02 12:00:00"
        )


def test_a_question_that_takes_too_long_is_given_up(rabis: Any) -> None:
    rabis.shelf(1)
    rabis.options["statement_timeout"] = 1
    rabis.sql("DROP TABLE ebook_notes")
    rabis.sql("CREATE VIEW ebook_notes AS SELECT id, id AS ebook_id, pg_sleep(5)::text AS note FROM ebook")
    rabis.sql(f"GRANT SELECT ON ebook_notes TO {sa.make_url(rabis.url).username}")
    with pytest.raises(SourceAway, match="statement_timeout") as caught:
        rabis.harvest()
    assert caught.value.exit_code == 75


def test_a_locked_table_is_waited_for_a_short_while_only(rabis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reached, "LOCK_WAIT", 1)
    rabis.shelf(1)
    with rabis.engine.begin() as busy:
        busy.exec_driver_sql("LOCK TABLE ebook_inv IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(SourceAway, match="lock timeout"):
            rabis.harvest()


def test_a_wrong_password_is_told_without_the_password(rabis: Any) -> None:
    rabis.url = (
        rabis.url.replace("only%20for%20tests", "secret")
        .replace("only for tests", "secret")
        .replace("only+for+tests", "secret")
    )
    assert "secret" in rabis.url
    with pytest.raises(FatalError, match="refuses us") as caught:
        rabis.harvest()
    assert "secret" not in f"{caught.value} {caught.value.hint}"
    assert "password" in caught.value.hint


def test_a_server_that_is_not_there_is_a_matter_of_trying_later(rabis: Any) -> None:
    rabis.url = re.sub(r":\d+/", ":1/", rabis.url)
    with pytest.raises(SourceAway, match="does not answer"):
        rabis.harvest()


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "postgresql://reader@host", "no address"])
def test_an_address_of_something_else_is_a_mistake_in_the_configuration(rabis: Any, url: str) -> None:
    rabis.url = url
    with pytest.raises(ConfigError, match="url"):
        rabis.harvest()


@pytest.mark.parametrize(
    "table", ["ebook_texts", "ebook_keywords", "directory_city", "block_fields", "catalog"]
)
def test_a_table_that_is_missing_or_forbidden_costs_only_itself(rabis: Any, table: str) -> None:
    rabis.shelf(3)
    rabis.sql(f"REVOKE ALL ON {table} FROM {sa.make_url(rabis.url).username}")
    assert rabis.harvest() == {"received": 3, "new": 3}


def test_missing_copies_and_dictionaries_are_told(rabis: Any) -> None:
    rabis.shelf(2)
    rabis.sql("DROP TABLE ebook_inv, directory_city, block, block_fields")
    told = rabis.source().check()
    assert "there is no table ebook_inv that we may read: records come without copies" in told
    assert "dictionary city: there is no table directory_city" in told
    assert "there is no block metadata" in told
    assert rabis.harvest() == {"received": 2, "new": 2}


@pytest.mark.parametrize("table", ["ebook", "directory_state"])
def test_without_records_or_their_states_nothing_is_harvested(rabis: Any, table: str) -> None:
    rabis.sql(f"DROP TABLE {table}")
    with pytest.raises(FatalError, match=f"no table {table}"):
        rabis.harvest()


# --- what is never touched ------------------------------------------------------------------------


def test_no_table_but_the_bibliographic_ones_is_read_even_by_one_who_may(rabis: Any) -> None:
    """As the server's superuser, and although the form's metadata names a table of readers."""
    rabis.shelf(3)
    rabis.add("ebook_orders", ebook_id=1, reader_id=1)
    rabis.url = rabis.engine.url.render_as_string(hide_password=False)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        pages = rabis.pages()
        told = rabis.source().check()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    read = {table for statement in asked for table in re.findall(r'"public"\."(\w+)"', statement)}
    assert {"ebook", "ebook_inv", "ebook_smell", "directory_city"} <= read
    assert not {table for table in read if re.search("order|reader|audit|user", table)}
    assert not [statement for statement in asked if re.search("create_user|iin|reader_id", statement)]
    assert all(re.match(r"\s*SELECT ", statement) for statement in asked)
    assert "'Заказы читателей' (table 'ebook_orders') is never read" in told
    assert "create_user" not in str(pages)
    last = pages[-1]
    assert "block 'Заказы читателей' (table 'ebook_orders') is never read" in last.notices


def test_names_out_of_the_metadata_are_never_sql(rabis: Any) -> None:
    rabis.shelf(2)
    rabis.sql("INSERT INTO block_fields (block_id, field_name) VALUES (10, 'smell\"; DROP TABLE ebook; --')")
    rabis.sql("UPDATE block SET external_table = 'inv; SELECT pg_sleep(9)' WHERE id = 10")
    assert rabis.harvest()["new"] == 2


def test_nothing_can_be_written_over_our_connection(rabis: Any) -> None:
    engine = reached.engine_of(rabis.engine.url.render_as_string(hide_password=False), statement_timeout=5)
    with engine.connect() as connection:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "transaction_read_only",
                "transaction_isolation",
                "statement_timeout",
                "lock_timeout",
            )
        ]
        assert shown == ["on", "repeatable read", "5s", "5s"]
        with pytest.raises(sa.exc.InternalError, match="read-only transaction"):
            connection.exec_driver_sql("DELETE FROM public.ebook")
    engine.dispose()


def test_no_transaction_stays_open_between_pages_and_no_connection_at_the_end(rabis: Any) -> None:
    rabis.page_size = 2
    rabis.shelf(6)
    ours = (
        "SELECT count(*) FILTER (WHERE xact_start IS NOT NULL) || ' of ' || count(*) FROM pg_stat_activity"
        " WHERE application_name = 'rabis-sync' AND datname = current_database()"
    )
    seen = [rabis.sql(ours)[0] for _page in rabis.source().pages({}, {}, full=False)]
    assert seen == ["0 of 1"] * 4
    assert rabis.sql(ours) == ["0 of 0"]
