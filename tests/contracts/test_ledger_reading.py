"""What every ledger promises when it is read: the same twice, a place for everything, «later» when away."""

from __future__ import annotations

import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter

from rabis_sync.demo.standin import StandIn
from rabis_sync.errors import SourceAway
from rabis_sync.http import Client, Retries
from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.columns import LedgerColumns
from rabis_sync.reconcile.entry import NOTICES, UNREAD, Entry, Notice, Summary, UnreadRow
from rabis_sync.reconcile.ledgers import LEDGERS, OPTIONS, Ledger, Surroundings
from rabis_sync.reconcile.terms import LedgerTerms
from tests.reconcile.onec.infobase import ROOT, OneC, Under, guid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

CARDS = "Catalog_ОсновныеСредства"
LIST = "Инв. №;Наименование;Цена;Полка\n00123;Абай жолы;500;А\n2;Қан мен тер;сто;Б\n3;Тұғыр;700;В\n"


@pytest.fixture
def around(root: Path, tmp_path: Path) -> Surroundings:
    """The bundled mappings, and a client that asks once."""

    def mapping(name: str, kind: type[Any]) -> Any:
        content = tomllib.loads((root / "mappings" / name).read_text("utf-8"))
        return TypeAdapter(kind).validate_python(content)

    columns, terms = mapping("ledger_columns.toml", LedgerColumns), mapping("ledger_terms.toml", LedgerTerms)
    return Surroundings(tmp_path, columns, terms, Client("test", retries=Retries(tries=1)), mapping)


@contextmanager
def spreadsheet(folder: Path) -> Iterator[dict[str, Any]]:
    """A list with a good row, a bad one and a column that nobody knows."""
    (folder / "fond.csv").write_text(LIST, "utf-8")
    try:
        yield {"path": "fond.csv"}
    finally:
        (folder / "fond.csv").unlink()


@contextmanager
def onec_odata(_folder: Path) -> Iterator[dict[str, Any]]:
    """An infobase with two cards, and a document about one that is gone."""
    infobase = OneC(user="u", password="p")
    card = {"DeletionMark": False, "Description": "А", "НаименованиеПолное": ""}
    infobase.sets[CARDS] = [{**card, "Ref_Key": guid(at), "Code": f"00{at}"} for at in (1, 2)]
    row = {"Ref_Key": guid(9), "LineNumber": "1", "ОсновноеСредство_Key": guid(7)}
    infobase.sets["Document_ПринятиеКУчетуОС"] = [
        {"Ref_Key": guid(9), "Number": "9", "Date": "2016-03-24T00:00:00", "Posted": True, "ОС": [row]}
    ]
    with StandIn(Under({ROOT: infobase})) as standin:
        yield {"url": f"{standin.url}{ROOT}", "username": "u", "password": "p"}


SAMPLES: dict[str, Callable[[Path], AbstractContextManager[dict[str, Any]]]] = {
    "spreadsheet": spreadsheet,
    "onec_odata": onec_odata,
}


@pytest.fixture(params=LEDGERS.names())
def sample(request: pytest.FixtureRequest, tmp_path: Path, around: Surroundings) -> Iterator[Ledger]:
    """Books of each kind, which are away once the sample is closed."""
    with SAMPLES[request.param](tmp_path) as options:
        yield LEDGERS.get(request.param)(OPTIONS.get(request.param)(**options), around)


def test_a_ledger_tells_the_same_each_time(sample: Ledger) -> None:
    told = list(sample.entries())
    assert told == list(sample.entries())
    assert sum(isinstance(one, Entry) for one in told) == 2
    assert sum(isinstance(one, UnreadRow) for one in told) == 1


def test_everything_told_names_its_place_and_a_code_that_is_known(sample: Ledger) -> None:
    for one in sample.entries():
        assert isinstance(one, (Entry, Summary, UnreadRow, Notice))
        assert one.place
        if isinstance(one, UnreadRow):
            assert set(one.params) == set(UNREAD[one.reason])
        if isinstance(one, Notice):
            assert set(one.params) == set(NOTICES[one.code])


def test_an_entry_is_compared_by_its_number_and_counts_in_a_currency(sample: Ledger) -> None:
    for one in sample.entries():
        if isinstance(one, Entry):
            assert one.inventory_key == inventory_key(one.inventory_number)
            assert len(one.currency) == 3
            assert one.row()


def test_check_tells_in_one_line_what_would_be_read(sample: Ledger) -> None:
    line = sample.check()
    assert line
    assert "\n" not in line


@pytest.mark.parametrize("name", LEDGERS.names())
def test_books_that_are_away_are_tried_again_later(name: str, tmp_path: Path, around: Surroundings) -> None:
    with SAMPLES[name](tmp_path) as options:
        pass
    ledger = LEDGERS.get(name)(OPTIONS.get(name)(**options), around)
    with pytest.raises(SourceAway):
        list(ledger.entries())
    with pytest.raises(SourceAway):
        ledger.check()
