"""A small Web-RABIS on a real PostgreSQL: its schema, a catalogue to fill, a role that only reads."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync import config
from rabis_sync.harvest.rabis.building import Builder
from rabis_sync.harvest.rabis.mapping import BlockMapping
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.rabis_db import Options, Source
from rabis_sync.http import Client
from rabis_sync.marc.fields import MarcRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.harvest.sources import Page

SCHEMA = """
CREATE TABLE catalog (id serial PRIMARY KEY, code text, name text, visible boolean, priority int);
CREATE TABLE directory_state (id bigserial PRIMARY KEY, code text, name text);
CREATE TABLE directory_lib_depart (id serial PRIMARY KEY, code text, name text, type text);
CREATE TABLE bibliographic_level (id serial PRIMARY KEY, code text, name text, type_ebooks text);
CREATE TABLE type_description (id serial PRIMARY KEY, code text, name text, name_kz text);
CREATE TABLE directory_city (id serial PRIMARY KEY, code text, name text);
CREATE TABLE directory_publishing (id serial PRIMARY KEY, code text, name text);
CREATE TABLE directory_language (id serial PRIMARY KEY, code text, name text);
CREATE TABLE directory_country (id serial PRIMARY KEY, code text, name text);
CREATE TABLE block (id int PRIMARY KEY, name text, is_repeat boolean, priority int, external_table text,
    key_value int);
CREATE TABLE block_fields (id serial PRIMARY KEY, block_id int, name text, field_name text, field_type text,
    field_length int, priority int, dir_id int, required boolean, search boolean);
CREATE TABLE ebook (id serial PRIMARY KEY, catalog_id int, create_date timestamp, edit_date timestamp,
    state_id bigint, krv boolean, digest boolean, b_level_id int, type_descr_id int, volume_number int,
    parent_id int, create_user int, create_user_fam text, author text, title text);
CREATE TABLE ebook_author (id serial PRIMARY KEY, ebook_id int, author text, din_number text,
    title_author text, life_dates text, role_author text, nerazdel_author int, key_value int);
CREATE TABLE ebook_titles (id serial PRIMARY KEY, ebook_id int, title text, information text,
    responsibility text);
CREATE TABLE ebook_publishing (id serial PRIMARY KEY, ebook_id int, place_edition int, publishing_id int,
    year_edition text);
CREATE TABLE ebook_volume (id serial PRIMARY KEY, ebook_id int, volume text, type_unit text, size text,
    size_unit text);
CREATE TABLE ebook_source (id serial PRIMARY KEY, ebook_id int, title text, data text, responsibility text,
    authors text, data_edition text, data_out text, series text, isbn text, issn text, parallel_name text,
    year text, pages text);
CREATE TABLE ebook_rubrics (id serial PRIMARY KEY, ebook_id int, rubric text, key_value int);
CREATE TABLE ebook_keywords (id serial PRIMARY KEY, ebook_id int, keywords text);
CREATE TABLE ebook_udk (id serial PRIMARY KEY, ebook_id int, udk text);
CREATE TABLE ebook_bbk_m (id serial PRIMARY KEY, ebook_id int, index text);
CREATE TABLE ebook_bbk_n (id serial PRIMARY KEY, ebook_id int, index text, source text);
CREATE TABLE ebook_language (id serial PRIMARY KEY, ebook_id int, language int, source_rewrite text);
CREATE TABLE ebook_country (id serial PRIMARY KEY, ebook_id int, country int);
CREATE TABLE ebook_summary (id serial PRIMARY KEY, ebook_id int, summary text);
CREATE TABLE ebook_notes (id serial PRIMARY KEY, ebook_id int, note text);
CREATE TABLE ebook_texts (id serial PRIMARY KEY, ebook_id int, text text, note text, url text);
CREATE TABLE ebook_inv (id serial PRIMARY KEY, ebook_id int, inv_number text, barcode text, department_id int,
    state_id bigint);
CREATE TABLE ebook_smell (id serial PRIMARY KEY, ebook_id int, smell text);
CREATE TABLE reader (id serial PRIMARY KEY, iin text, fam text);
CREATE TABLE eorder (id serial PRIMARY KEY, ebook_id int, reader_id int);
CREATE TABLE ebook_orders (id serial PRIMARY KEY, ebook_id int, reader_id int);
CREATE TABLE ebook_audit (id serial PRIMARY KEY, ebook_id int, user_id int);
INSERT INTO catalog VALUES (1, 'K', 'Книги'), (2, 'S', 'Статьи');
INSERT INTO directory_state VALUES (1, 'Ebook.Work', 'В работе'), (2, 'Ebook.Deleted', 'Удалён'),
    (10, 'Inv.InStorage', 'В фонде'), (11, 'Inv.WrittenOff', 'Списан'), (12, 'Inv.Exhibition', 'На выставке');
INSERT INTO directory_lib_depart VALUES (1, 'ЦГБ', 'Центральная городская библиотека', 'lib'),
    (2, 'Ф5', 'Филиал № 5', 'lib');
INSERT INTO bibliographic_level VALUES (1, 'М', 'Монографический'),
    (2, 'СО', 'Общая часть многотомного издания'), (3, 'Т', 'Том'), (4, 'А', 'Аналитический');
INSERT INTO type_description VALUES (1, 'a', 'Текст', 'Мәтін'),
    (2, 'l', 'Электронный ресурс', 'Электрондық ресурс');
INSERT INTO directory_city VALUES (1, 'alm', 'Алматы'), (2, 'kar', 'Қарағанды');
INSERT INTO directory_publishing VALUES (1, '', 'Жазушы'), (2, '', 'Арка');
INSERT INTO directory_language VALUES (1, 'каз', 'Казахский'), (2, 'рус', 'Русский');
INSERT INTO directory_country VALUES (1, 'KZ', 'Казахстан');
INSERT INTO block VALUES
    (1, 'Индивидуальный автор', true, 1, 'author', 1), (2, 'Коллективный автор', true, 2, 'author', 2),
    (3, 'Другие авторы', true, 3, 'author', 3), (4, 'Заглавие', false, 4, 'titles', 0),
    (5, 'Выходные данные', true, 5, 'publishing', 0), (6, 'Рубрика', true, 6, 'rubrics', 1),
    (7, 'Географическая рубрика', true, 7, 'rubrics', 2), (8, 'Язык', false, 8, 'language', 0),
    (9, 'Основные сведения', false, 0, '', 0), (10, 'Запах', false, 99, 'smell', 0),
    (11, 'Заказы читателей', true, 98, 'orders', 0), (12, 'Нет такой', true, 97, 'nowhere', 0),
    (13, 'Злой', true, 96, 'inv"; DROP TABLE ebook; --', 0);
INSERT INTO block_fields (block_id, name, field_name) VALUES (9, 'Краеведение', 'KRV'),
    (9, 'Том', 'VOLUME_NUMBER'), (9, 'Кто создал', 'CREATE_USER_FAM'),
    (10, 'Запах', 'SMELL'), (5, 'Год', 'YEAR_EDITION'),
    (4, 'Нет', 'MISSING_COLUMN'), (11, 'Читатель', 'READER_ID');
"""

#: What the role of a library's administrator would be given, and nothing else.
GRANTED = (
    "catalog, directory_state, directory_lib_depart, bibliographic_level, type_description, directory_city,"
    " directory_publishing, directory_language, directory_country, block, block_fields, ebook, ebook_author,"
    " ebook_titles, ebook_publishing, ebook_volume, ebook_source, ebook_rubrics, ebook_keywords, ebook_udk,"
    " ebook_bbk_m, ebook_bbk_n, ebook_language, ebook_country, ebook_summary, ebook_notes, ebook_texts,"
    " ebook_inv, ebook_smell"
)

_roles = itertools.count(1)


@dataclass
class Rabis:
    """A Web-RABIS that cataloguers work in, and the harvest of it."""

    engine: sa.Engine
    url: str
    library: Any
    page_size: int = 10
    since: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    def sql(self, statement: str, **values: Any) -> Any:
        """Do something as the server's superuser."""
        with self.engine.begin() as connection:
            result = connection.execute(sa.text(statement), values)
            return result.scalars().all() if result.returns_rows else None

    def book(self, title: str = "", *, at: str = "2024-01-01 10:00:00", **columns: Any) -> int:
        """Catalogue a record; `at` is the moment of creation by the clock of the program that writes it."""
        row = {
            "title": title,
            "create_date": at,
            "state_id": 1,
            "catalog_id": 1,
            "b_level_id": 1,
            "type_descr_id": 1,
        }
        return self.add("ebook", **{**row, **columns})

    def add(self, table: str, **columns: Any) -> int:
        """Insert a row and give its id."""
        names = ", ".join(columns)
        marks = ", ".join(f":{name}" for name in columns)
        number: int = self.sql(f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id", **columns)[0]
        return number

    def shelf(self, count: int) -> list[int]:
        """So many books, one a minute, each with a copy."""
        found = []
        for number in range(count):
            found.append(self.book(f"Книга {number}", at=f"2024-01-01 10:{number:02d}:00"))
            self.copy(found[-1], f"{1000 + number}")
        return found

    def copy(self, ebook: int, number: str, *, state: int = 10, department: int = 1) -> int:
        """Give a record a copy, as the acquisitions module does: the record's edit_date stays."""
        columns = {
            "inv_number": number,
            "barcode": f"B{number}",
            "department_id": department,
            "state_id": state,
        }
        return self.add("ebook_inv", ebook_id=ebook, **columns)

    def edit(self, ebook: int, title: str, at: str) -> None:
        """Edit a record in the form."""
        self.sql(
            "UPDATE ebook SET title = :title, edit_date = :at WHERE id = :id", title=title, at=at, id=ebook
        )

    @cached_property
    def mapping(self) -> BlockMapping:
        return make_mapping()

    def source(self) -> Source:
        def mapping(name: str, kind: type[Any]) -> Any:
            return self.mapping if kind is BlockMapping else bundled(name, kind)

        around = Surroundings(
            self.library.folder, Client(), page_size=self.page_size, since=self.since, mapping=mapping
        )
        return Source(Options(url=self.url, **self.options), around)

    def harvest(self, **settings: Any) -> dict[str, int]:
        """The counts of a harvest that are not zero."""
        chosen = {"complete": False, "max_deleted_number": 3, **settings}
        report = self.library.harvest_from(self.source(), **chosen)
        return {name: number for name, number in report.counts.items() if number}

    def pages(
        self, reached: dict[str, Any] | None = None, checkpoint: dict[str, Any] | None = None
    ) -> list[Page]:
        """The pages alone, without a store."""
        return list(self.source().pages(reached or {}, checkpoint or {}, full=False))

    def records(self) -> dict[str, MarcRecord]:
        """What is stored, by control number."""
        with self.library.store.read() as unit:
            stored = [one for batch in unit.records.stream() for one in batch]
        return {one.control_number: MarcRecord.from_canonical(one.canonical) for one in stored}

    def items(self) -> list[tuple[str, str, str]]:
        """Control number, inventory number and status of every stored copy."""
        with self.library.store.read() as unit:
            return [
                (row["control_number"], row["inventory_number"], row["status"])
                for row in unit.records.items()
            ]

    def reached(self) -> dict[str, Any]:
        """The stored watermark."""
        with self.library.store.read() as unit:
            found: dict[str, Any] = unit.harvests.progress("cat").reached
            return found


@cache
def bundled(name: str, kind: type[Any]) -> Any:
    return config.read_toml(config.bundled("mappings") / name, kind)


def make_mapping() -> BlockMapping:
    found: BlockMapping = bundled("rabis_blocks.toml", BlockMapping)
    return found


@pytest.fixture(scope="session")
def mapping() -> BlockMapping:
    return make_mapping()


@pytest.fixture(scope="session")
def builder(mapping: BlockMapping) -> Builder:
    return Builder(mapping)


@pytest.fixture
def rabis(bare_postgresql_url: str, library: Any) -> Iterator[Rabis]:
    """An empty catalogue with its dictionaries, seen by a role that may read bibliographic tables alone."""
    engine = sa.create_engine(bare_postgresql_url)
    role = f"rabis_reader_{os.getpid()}_{next(_roles)}"
    with engine.begin() as connection:
        connection.exec_driver_sql(SCHEMA)
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'only for tests'")
        connection.exec_driver_sql(f"GRANT SELECT ON {GRANTED} TO {role}")
    url = sa.make_url(bare_postgresql_url).set(
        drivername="postgresql", username=role, password="only for tests"
    )
    yield Rabis(engine, url.render_as_string(hide_password=False), library)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
    engine.dispose()
