"""What can be configured of a ledger is named where people read of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.reconcile.listing import LISTS
from rabis_sync.reconcile.onec.mapping import ACCOUNT, COPIES, DETAILS, DOCUMENTS, KSU, LEFT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", [ACCOUNT, COPIES, DETAILS, *DOCUMENTS, KSU, LEFT])
def test_everything_an_object_of_1c_may_give_is_explained(root: Path, name: str) -> None:
    assert f"`{name}`" in (root / "docs" / "ledgers.md").read_text("utf-8")


@pytest.mark.parametrize("name", LISTS)
def test_every_list_a_sheet_may_be_stands_in_the_example_and_has_words(root: Path, name: str) -> None:
    assert (
        name
        in (root / "config.example.toml").read_text("utf-8").partition("# What the files are lists of")[2]
    )
    assert f"\n{name} = [" in (root / "mappings" / "ledger_columns.toml").read_text("utf-8")


@pytest.mark.parametrize("page", ["docs/ledgers.md", "docs/ru/ledgers.md"])
def test_a_page_of_the_ledgers_can_be_found(root: Path, page: str) -> None:
    assert page in (root / "README.md").read_text("utf-8")
