"""Records to store: small, complete, and told apart by a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.store import match_tables, tables
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)

#: The columns of an item after record_id.
ITEM = [column.name for column in tables.table(tables.ItemRow).c][1:]

#: The columns of a match row after record_id.
MATCH = [column.name for column in tables.table(match_tables.MatchRow).c][1:]


def _incoming(number: int, *, items: int = 1, text: str = "", **changed: Any) -> Incoming:
    copies = [
        (at, f"{number}-{at}", f"{number:06d}{at}", "", "Абай", "", "84(5Қаз)", 150_000, "KZT",
         "2019-03-01", "12/19", "", "", "", False, 1)
        for at in range(1, items + 1)
    ]  # fmt: skip
    title = text or f"қалқаман {number}"
    match = (
        "monograph",
        "text",
        "kaz",
        title,
        title,
        title,
        "",
        "",
        2019,
        "",
        "",
        "",
        120,
        "",
        "",
        "",
        "",
        "",
        items,
    )
    record = Incoming(
        control_number=f"KZ{number}",
        family="unimarc",
        profile="rusmarc_899",
        content_hash=f"{number:032x}",
        syntax="iso2709",
        encoding="utf-8",
        confidence=1.0,
        raw=f"raw {number}".encode(),
        canonical=f"leader\x1e001KZ{number}\x1e200  \x1fa{title}",
        items=copies,
        match=match,
    )
    return record._replace(**changed)


@pytest.fixture
def noon() -> datetime:
    """A moment, UTC."""
    return NOON


@pytest.fixture
def incoming() -> Callable[..., Incoming]:
    """A record by its number: ``incoming(7, items=2, canonical=…)``."""
    return _incoming


@pytest.fixture
def add(incoming: Callable[..., Incoming]) -> Callable[..., list[int]]:
    """Store records of these numbers, one commit: ``add(store, 1, 2, 3, source="catalogue")``."""

    def added(store: Store, *numbers: int, source: str = "catalogue", run: int = 1) -> list[int]:
        with store.write() as unit:
            return unit.records.add(source, [incoming(one) for one in numbers], run=run, at=NOON)

    return added


@pytest.fixture
def item_columns() -> list[str]:
    """Names of an item's columns after record_id."""
    return ITEM


@pytest.fixture
def match_columns() -> list[str]:
    """Names of a match row's columns after record_id."""
    return MATCH
