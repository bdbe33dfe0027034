"""What is stored is read anew when it would be read otherwise now, and the source is not asked for that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from rabis_sync.errors import SourceAway
from rabis_sync.harvest import anew, step
from rabis_sync.harvest.anew import read_anew
from rabis_sync.harvest.reading import Reader
from rabis_sync.store.database import Store
from rabis_sync.store.rereading import State
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
CONTEXT = StepContext(1, NOW)


class Away:
    """A source that nobody can reach."""

    def pages(self, *_: Any, **__: Any) -> Any:
        raise SourceAway("the server does not answer")
        yield


def by_the_shelf(reader: Reader) -> Reader:
    """The same reader for a library that writes the place where others write the branch."""
    profile = reader.profiles["rusmarc_899"]
    other = replace(profile, fields={**profile.fields, "branch": [], "place": ["a"]})
    return Reader(reader.dialects, {**reader.profiles, "rusmarc_899": other})


def by_another_title(reader: Reader) -> Reader:
    """The same reader for a library whose titles stand elsewhere."""
    unimarc = reader.dialects["unimarc"]
    other = replace(unimarc, elements={**unimarc.elements, "title": ["210$a"]})
    return Reader({**reader.dialects, "unimarc": other}, reader.profiles)


def rows(store: Store) -> dict[str, list[Any]]:
    """All that a reader makes, by table."""
    tables = {
        "item": "SELECT * FROM item ORDER BY record_id, position",
        "match_row": "SELECT * FROM match_row ORDER BY record_id",
        "record": "SELECT id, control_number, state, family, profile, content_hash FROM record ORDER BY id",
    }
    with store.read() as unit:
        return {
            name: list(map(tuple, unit.connection.execute(sa.text(query)))) for name, query in tables.items()
        }


@pytest.fixture
def filled(library: Any, book: Callable[..., bytes]) -> Any:
    """A library of thirty records that nobody is due to compare."""
    library.export(*(book(number) for number in range(30)))
    library.harvest()
    with library.store.write() as unit:
        unit.matches.searched(unit.matches.due(), "basis")
    return library


@pytest.mark.parametrize("changed", [by_the_shelf, by_another_title])
def test_after_a_change_of_the_mappings_the_store_holds_what_a_first_harvest_would_bring(
    filled: Any, changed: Callable[[Reader], Reader], reader: Reader
) -> None:
    before = rows(filled.store)
    with pytest.raises(SourceAway):
        filled.harvest_from(Away(), reader=changed(reader))
    told = rows(filled.store)
    assert told != before
    assert told == afresh(filled, changed(reader))
    with filled.store.read() as unit:
        assert unit.matches.due() == list(range(1, 31))


def afresh(library: Any, reader: Reader) -> dict[str, list[Any]]:
    """What a first harvest of the same export brings into an empty store."""
    store = Store.open(f"sqlite:///{library.folder.parent / 'afresh.db'}")
    with store.write() as unit:
        unit.runs.start("test", versions={}, config_hash="")
    step.run(store, step.Settings("cat", library.source(), reader, complete=True), CONTEXT)
    found = rows(store)
    store.close()
    return found


def test_the_same_reader_writes_nothing(filled: Any, reader: Reader) -> None:
    assert read_anew(filled.store, "cat", reader, CONTEXT) == 0
    same = Reader(dict(reversed(reader.dialects.items())), dict(reader.profiles))
    assert read_anew(filled.store, "cat", same, CONTEXT) == 0
    with filled.store.read() as unit:
        assert unit.matches.due() == []


def test_another_reader_that_makes_the_same_of_every_record_writes_none_of_them(
    filled: Any, reader: Reader
) -> None:
    before = rows(filled.store)
    other = replace(reader.profiles["koha_952"], currency="USD")
    changed = Reader(reader.dialects, {**reader.profiles, "koha_952": other})
    assert read_anew(filled.store, "cat", changed, CONTEXT) == 0
    assert rows(filled.store) == before
    with filled.store.read() as unit:
        assert unit.matches.due() == []
        assert unit.rereading.state("cat") == State(changed.fingerprint, None)


def test_a_store_of_an_earlier_version_is_read_anew_as_a_whole(filled: Any, reader: Reader) -> None:
    with filled.store.write() as unit:
        unit.connection.execute(sa.text("DELETE FROM read_with"))
        unit.connection.execute(sa.text("UPDATE match_row SET title = 'made by an earlier program'"))
    assert read_anew(filled.store, "cat", reader, CONTEXT) == 30


def test_reading_anew_goes_on_where_it_was_stopped(
    filled: Any, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anew, "PAGE", 10)
    changed = by_the_shelf(reader)
    met: list[str] = []
    whole = Reader.whole

    def stopped(self: Reader, sighted: Any) -> Any:
        met.append(sighted.control_number)
        if len(met) == 15:
            raise KeyboardInterrupt
        return whole(self, sighted)

    monkeypatch.setattr(Reader, "whole", stopped)
    with pytest.raises(KeyboardInterrupt):
        read_anew(filled.store, "cat", changed, CONTEXT)
    with filled.store.read() as unit:
        assert unit.rereading.state("cat") == State(changed.fingerprint, 10)
    met.extend([""] * 100)
    assert read_anew(filled.store, "cat", changed, CONTEXT) == 20
    assert met[115:] == [f"b{number}" for number in range(10, 30)]
    assert rows(filled.store) == afresh(filled, changed)


def test_a_change_of_mind_half_way_begins_anew(
    filled: Any, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anew, "PAGE", 10)
    with filled.store.write() as unit:
        unit.rereading.note("cat", State(by_the_shelf(reader).fingerprint, 20))
    assert read_anew(filled.store, "cat", by_another_title(reader), CONTEXT) == 30


def test_a_dry_run_reads_nothing_anew(filled: Any, reader: Reader) -> None:
    before = rows(filled.store)
    changed = by_the_shelf(reader)
    assert read_anew(filled.store, "cat", changed, StepContext(1, NOW, dry_run=True)) == 0
    assert rows(filled.store) == before


def test_a_record_whose_family_is_told_no_longer_stays_as_it_was_made(filled: Any, reader: Reader) -> None:
    before = rows(filled.store)
    foreign = Reader(
        {name: one for name, one in reader.dialects.items() if name != "unimarc"}
        | {"other": replace(reader.dialects["marc21"], name="other")},
        reader.profiles,
    )
    assert read_anew(filled.store, "cat", foreign, CONTEXT) == 0
    assert rows(filled.store) == before


def test_what_a_reader_is_known_by_says_the_program_too(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reader.fingerprint
    monkeypatch.setattr("rabis_sync.harvest.reading._program", lambda: "another version")
    assert reader.fingerprint != before
