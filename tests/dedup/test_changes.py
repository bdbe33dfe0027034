"""A search of what changed ends where a search of everything would, whatever changed and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.dedup import search
from rabis_sync.dedup.columns import columns
from rabis_sync.dedup.keys import keys
from rabis_sync.dedup.memory import Memory
from rabis_sync.dedup.row import COLUMNS, Row
from rabis_sync.dedup.search import find_pairs
from rabis_sync.dedup.step import Settings, StoredShelf, run
from rabis_sync.dedup.verdict import Keys, Matching, judge
from rabis_sync.marc.folding import FoldedRecord
from rabis_sync.store.records import Incoming
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)

TITLES = ("абай жоли", "абай жолии", "алтин бесик", "алтин", "abai joly", "птици казахстана", "избранное")
#: Records so alike that most of them share keys, and keys come to have too many records and lose them again.
FOLDED = st.builds(
    FoldedRecord,
    level=st.sampled_from(("monograph", "monograph", "volume", "analytic")),
    kind=st.sampled_from(("text", "text", "notated_music", "electronic")),
    language=st.sampled_from(("kaz", "kaz", "kaz rus", "rus", "")),
    title=st.sampled_from(TITLES),
    title_written=st.just(""),
    title_full=st.sampled_from(TITLES),
    other_titles=st.sampled_from(("", "", "путь абая", "алтин бесик")),
    part=st.sampled_from(("", "", "v1", "v2", "b1", "g5 p1")),
    year=st.sampled_from((None, 1986, 1986, 1987, 2001)),
    edition=st.sampled_from(("", "", "2", "3")),
    contributors=st.sampled_from(("", "абай к", "абай к б", "ауезов м", "ауезов м\x1fабай к")),
    publisher=st.sampled_from(("", "жазуши", "жазуши", "мектеп")),
    pages=st.sampled_from((None, 256, 256, 258, 300)),
    isbns=st.sampled_from(("", "", "9786012821147", "9786012821147 9785298002790")),
    issns=st.sampled_from(("", "", "08684871")),
    identifiers=st.sampled_from(("", "", "nb:1")),
    series=st.sampled_from(("", "", "казак поезияси#1", "казак поезияси#2")),
    host=st.sampled_from(("", "", "жулдиз")),
    items=st.integers(0, 2),
).map(lambda folded: folded._replace(title_written=folded.title))


@pytest.fixture
def close_keys(matching: Matching) -> Matching:
    """Keys of more than three records are too many."""
    return replace(matching, keys=Keys(most_records=3))


def incoming(number: int, folded: FoldedRecord) -> Incoming:
    return Incoming(
        f"KZ{number}",
        "unimarc",
        "",
        "",
        "iso2709",
        "utf-8",
        1.0,
        b"",
        f"\x1e001KZ{number}",
        (),
        tuple(folded),
    )


def state(store: Store) -> dict[str, Any]:
    """Everything that a search leaves behind, in the words of the records."""
    with store.read() as unit:
        return {
            "pairs": unit.duplicates.pairs(),
            "clusters": unit.duplicates.clusters(),
            "keys": sorted(unit.connection.exec_driver_sql("SELECT key, refined, record_id FROM match_key")),
            "packed": sorted(unit.connection.exec_driver_sql("SELECT record_id, keys FROM match_keys")),
            "due": unit.matches.due(),
        }


#: What a night changes: records, and what becomes of them (None: deleted).
NIGHT = st.lists(st.tuples(st.integers(0, 15), st.none() | FOLDED), min_size=1, max_size=3)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FOLDED, min_size=16, max_size=16), st.lists(NIGHT, min_size=1, max_size=3))
def test_changes_lead_where_a_search_of_everything_would(
    real_store: Callable[[list[Any]], Store],
    close_keys: Matching,
    before: list[FoldedRecord],
    nights: list[list[tuple[int, FoldedRecord | None]]],
) -> None:
    store = real_store([])
    with store.write() as unit:
        ids = unit.records.add("c", [incoming(*one) for one in enumerate(before)], run=1, at=NOW)
    run(store, Settings(close_keys), StepContext(run=1, now=NOW))
    for night in nights:
        with store.write() as unit:
            for at, folded in dict(night).items():
                if folded is None:
                    unit.records.delete([ids[at]], run=2, at=NOW)
                else:
                    unit.records.change([(ids[at], incoming(at, folded))], run=2, at=NOW)
        run(store, Settings(close_keys), StepContext(run=1, now=NOW))
        after_changes = state(store)
        run(store, Settings(close_keys, full=True), StepContext(run=1, now=NOW))
        assert after_changes == state(store)
    store.close()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FOLDED, max_size=14))
def test_the_screen_lets_through_whatever_the_full_comparison_would_find(
    matching: Matching, folded: list[FoldedRecord]
) -> None:
    rows = {number: Row.of((number, *one)) for number, one in enumerate(folded, 1)}
    keyed = {number: keys(row).keys() for number, row in rows.items()}
    expected = {
        (a, b): judge(rows[a], rows[b], matching)
        for a in rows
        for b in rows
        if a < b and keyed[a] & keyed[b] and judge(rows[a], rows[b], matching).verdict != "none"
    }
    held = Held({number: (number, *one) for number, one in enumerate(folded, 1)})
    found = find_pairs(columns([list(rows.values())]), held, matching, Memory())
    assert {(pair.a, pair.b): pair.judgement for pair in found.pairs} == expected


class Held(StoredShelf):
    """Records held in memory."""

    def __init__(self, rows: dict[int, tuple[Any, ...]]) -> None:
        self._rows = rows

    def stored(self, ids: Any) -> list[tuple[Any, ...]]:
        return [self._rows[number] for number in ids]


@given(st.lists(FOLDED, max_size=14), st.integers(1, 5))
def test_columns_are_the_same_in_portions_of_any_size_and_on_every_core(
    folded: list[FoldedRecord], size: int
) -> None:
    stored = [(number, *one) for number, one in enumerate(folded, 1)]
    whole = columns([[Row.of(one) for one in stored]])
    portions = [Row.packed(stored[start : start + size]) for start in range(0, len(stored), size)]
    parted = columns(portions, Row.unpacked)
    assert parted.ids.tolist() == whole.ids.tolist()
    assert parted.titles.tolist() == whole.titles.tolist()
    assert parted.other_titles == whole.other_titles
    assert [column.tolist() for column in parted.keys] == [column.tolist() for column in whole.keys]
    for field, coded in whole.coded.items():
        told = [coded.values[code] for code in coded.codes.tolist()]
        assert [parted.coded[field].values[code] for code in parted.coded[field].codes.tolist()] == told


def test_many_records_are_put_into_columns_on_every_core() -> None:
    stored = [(number, *FOLDED_ONCE._replace(title=f"абай {number}")) for number in range(1, 41)]
    portions = list(map(Row.packed, (stored[:15], stored[15:30], stored[30:])))
    one, two = columns(portions, Row.unpacked), columns(portions, Row.unpacked, workers=2)
    assert one.skeletons.tolist() == two.skeletons.tolist()
    assert [column.tolist() for column in one.keys] == [column.tolist() for column in two.keys]


def test_many_pairs_are_judged_in_portions_and_on_every_core(
    matching: Matching, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = {
        number: (number, *FOLDED_ONCE._replace(title="алтин бесик", items=number)) for number in range(1, 13)
    }
    pairs = [(a, b) for a in stored for b in stored if a < b]
    once = list(search.judged(pairs, Held(stored), matching, Memory()))
    monkeypatch.setattr(search, "PORTION", 40)
    monkeypatch.setattr(search, "BATCH", 7)
    assert list(search.judged(pairs, Held(stored), matching, Memory())) == once
    assert [(pair.a, pair.b) for pair in once] == pairs


FOLDED_ONCE = FoldedRecord(
    "monograph", "text", "kaz", "", "", "", "", "", 1986, "", "абай к", "жазуши", 256, *[""] * 5, 1
)


def test_columns_of_a_match_row_are_those_of_a_folded_record() -> None:
    assert ("record_id", *FoldedRecord._fields) == COLUMNS


def test_a_key_that_comes_to_have_too_many_records_joins_none_of_them_until_it_has_fewer_again(
    real_store: Callable[[list[Any]], Store], close_keys: Matching
) -> None:
    blank = FoldedRecord(
        "monograph", "text", "kaz", *["алтин бесик"] * 3, "", "", None, *[""] * 3, None, *[""] * 5, 0
    )
    book = blank._replace(contributors="муратбеков с", publisher="жазуши")
    store = real_store([])

    def searched() -> int:
        run(store, Settings(close_keys), StepContext(run=1, now=NOW))
        with store.read() as unit:
            return len(unit.duplicates.pairs())

    with store.write() as unit:
        unit.records.add("c", [incoming(number, book) for number in range(3)], run=1, at=NOW)
        others = [blank._replace(title=title) for title in TITLES] * 3
        unit.records.add("c", [incoming(*one) for one in enumerate(others, 10)], run=1, at=NOW)
    assert searched() == 3
    with store.write() as unit:
        [fourth] = unit.records.add("c", [incoming(4, book)], run=1, at=NOW)
    assert searched() == 0
    with store.write() as unit:
        unit.records.delete([fourth], run=1, at=NOW)
    assert searched() == 3
