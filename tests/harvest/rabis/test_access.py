"""What may be read of Web-RABIS, and what never."""

from __future__ import annotations

import pytest

from rabis_sync.harvest.rabis.access import permitted_column, permitted_table


@pytest.mark.parametrize(
    "name",
    ["ebook", "ebook_inv", "ebook_publishing", "ebook_author", "ebook_author_mark", "directory_state",
     "catalog",
     "directory_lib_depart", "bibliographic_level", "type_description", "block", "block_fields"],
)  # fmt: skip
def test_bibliographic_tables_and_dictionaries_may_be_read(name: str) -> None:
    assert permitted_table(name)


@pytest.mark.parametrize(
    "name",
    ["reader", "readers", "ebook_reader", "eorder", "ebook_orders", "order_state", "borrower",
     "directory_reader",
     "directory_user",
     "ebook_audit", "sso_token", "pg_shadow", "ebook_user_log", "d_reader", "Ebook",
     "ebook; DROP TABLE ebook", 'ebook"', "ebook_" + "a" * 60, "", "public.reader", "ebook_card"],
)  # fmt: skip
def test_readers_orders_staff_and_whatever_is_no_table_of_ours_may_not(name: str) -> None:
    assert not permitted_table(name)


@pytest.mark.parametrize(
    "name", ["author", "title", "key_value", "year_edition", "nerazdel_author", "place_edition"]
)
def test_columns_of_a_description_may_be_read(name: str) -> None:
    assert permitted_column(name)


@pytest.mark.parametrize("name", ["create_user", "create_user_fam", "iin", "reader_id", "PHONE", "email", ""])
def test_columns_that_name_a_person_behind_the_desk_may_not(name: str) -> None:
    assert not permitted_column(name)
