from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from rabis_sync.correct.counting import brought_up_to_date
from rabis_sync.correct.vocabulary import Counts, Heading, TermReader

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.correct.word_settings import WordSettings
    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.store.database import Store

BOOK = "100 $a19960101d1996\n200 $aАбай жолы$eроман\n700 1$aӘуезов$bМ. О.$gМұхтар Омарханұлы$f1897-1961$3kz1"
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def reader(dialects: dict[str, Dialect], word_settings: WordSettings) -> TermReader:
    return TermReader(dialects, word_settings.fields)


def counted(store: Store, reader: TermReader) -> Counts:
    with store.write() as unit:
        return brought_up_to_date(unit, reader, keep=True)


def test_words_are_those_of_text_fields_and_a_name_is_kept_part_by_part(
    reader: TermReader, as_record: Callable[[str], MarcRecord]
) -> None:
    terms = reader.read(as_record(BOOK).canonical(), "unimarc")
    assert set(terms.words) == {"абай", "жолы", "роман", "әуезов", "мұхтар", "омарханұлы", "kz"}
    assert set(terms.names) == {"әуезов", "мұхтар", "омарханұлы", "kz"}
    heading = Heading("person", "Әуезов", "М. О.", "Мұхтар Омарханұлы", dates="1897-1961", link="kz1")
    assert [Heading.of_text(text) for text in terms.headings] == [heading]


def test_a_record_counts_a_word_once(
    store: Store, harvested: Callable[..., None], reader: TermReader
) -> None:
    harvested("200 $aҚала, қала$eқала", "200 $aҚала")
    assert counted(store, reader).words == {"қала": 2}


def test_what_changed_is_taken_off_and_put_on_again(
    store: Store, harvested: Callable[..., None], reader: TermReader
) -> None:
    harvested("200 $aАқ боран", "200 $aАқ кеме")
    counted(store, reader)
    harvested("200 $aАқ жол", "200 $aАқ кеме", run=2)
    assert counted(store, reader).words == {"ақ": 2, "жол": 1, "кеме": 1}
    assert counted(store, reader).words == {"ақ": 2, "жол": 1, "кеме": 1}


def test_what_went_is_taken_off(store: Store, harvested: Callable[..., None], reader: TermReader) -> None:
    harvested("200 $aАқ боран", "200 $aАқ кеме")
    counted(store, reader)
    with store.write() as unit:
        unit.records.delete([1], run=2, at=NOW)
    assert counted(store, reader).words == {"ақ": 1, "кеме": 1}


def test_a_dry_run_counts_the_same_and_writes_nothing(
    store: Store, harvested: Callable[..., None], reader: TermReader
) -> None:
    harvested("200 $aАқ боран", "200 $aАқ кеме")
    counted(store, reader)
    harvested("200 $aАқ жол", "200 $aАқ кеме", run=2)
    with store.read() as unit:
        assert brought_up_to_date(unit, reader, keep=False).words == {"ақ": 2, "жол": 1, "кеме": 1}
        assert unit.terms.all("word") == {"ақ": 2, "боран": 1, "кеме": 1}


def test_all_is_counted_again_when_other_fields_count(
    store: Store, harvested: Callable[..., None], reader: TermReader
) -> None:
    harvested("200 $aАқ боран\n330 $aӘңгіме")
    counted(store, reader)
    titles_only = TermReader(reader.dialects, {"unimarc": "200"})
    assert counted(store, titles_only).words == {"ақ": 1, "боран": 1}


def test_both_databases_keep_terms(
    any_store: Store, harvest_into: Callable[..., None], reader: TermReader
) -> None:
    harvest_into(any_store, BOOK)
    found = counted(any_store, reader)
    harvest_into(any_store, "200 $aАбай жолы", run=2)
    assert (found.words["әуезов"], len(found.headings)) == (1, 1)
    assert counted(any_store, reader) == Counts({"абай": 1, "жолы": 1}, {}, {})
