"""What every ledger promises, whoever wrote it."""

from __future__ import annotations

import inspect
import re
import tomllib
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import UnknownName
from rabis_sync.reconcile.entry import NOTICES, UNREAD, Entry, Summary
from rabis_sync.reconcile.ledgers import LEDGERS, OPTIONS
from rabis_sync.store.ledgers import ENTRY_COLUMNS, SUMMARY_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", LEDGERS.names())
def test_a_ledger_has_frozen_options_each_with_a_sentence(name: str) -> None:
    options = OPTIONS.get(name)
    assert is_dataclass(options)
    assert options.__dataclass_params__.frozen  # type: ignore[attr-defined]  # dataclass sets it
    assert all(one.metadata.get("doc", "").endswith(".") for one in fields(options))


@pytest.mark.parametrize("name", LEDGERS.names())
def test_a_ledger_is_built_of_options_and_its_surroundings(name: str) -> None:
    assert list(inspect.signature(LEDGERS.get(name)).parameters) == ["options", "around"]


@pytest.mark.parametrize("name", LEDGERS.names())
def test_a_ledger_streams_its_entries_and_can_be_checked(name: str) -> None:
    ledger = LEDGERS.get(name)
    assert inspect.isgeneratorfunction(ledger.entries)
    assert callable(ledger.check)


def test_an_entry_fills_the_columns_of_the_store_in_their_order() -> None:
    row = dict(zip(ENTRY_COLUMNS, Entry("fond.xlsx · 2", "00123", "123", quantity=4).row(), strict=True))
    assert (row["place"], row["inventory_number"], row["inventory_key"]) == ("fond.xlsx · 2", "00123", "123")
    assert (row["price"], row["quantity"], row["currency"]) == (None, 4, "KZT")


def test_a_record_of_the_summary_book_fills_the_columns_of_the_store_in_their_order() -> None:
    told = Summary("ksu.xlsx · 2", "acquired", "3/2016", copies=12, amount=Decimal("1250.50"))
    row = dict(zip(SUMMARY_COLUMNS, told.row(), strict=True))
    assert (row["place"], row["part"], row["number"]) == ("ksu.xlsx · 2", "acquired", "3/2016")
    assert (row["copies"], row["titles"], row["amount"], row["shares"]) == (12, None, 125050, {})


@pytest.mark.parametrize(("code", "values"), [*UNREAD.items(), *NOTICES.items()])
def test_whatever_is_told_of_a_row_has_a_text_that_asks_for_all_its_values(
    root: Path, code: str, values: tuple[str, ...]
) -> None:
    texts = tomllib.loads((root / "mappings" / "issues.toml").read_text("utf-8"))["notice"][code]
    for language in ("kk", "ru", "en"):
        assert set(re.findall(r"\{(\w+)", texts[language])) == set(values)


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="ledger kind 'spredsheet'") as error:
        LEDGERS.get("spredsheet")
    assert "'spreadsheet'" in error.value.hint
