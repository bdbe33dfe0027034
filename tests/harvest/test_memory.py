"""Bytes that are stored already are not read again, and that changes nothing but the time it takes."""

from __future__ import annotations

import gzip
import shutil
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.harvest import ahead
from rabis_sync.harvest.crossing import pack, unpack
from rabis_sync.harvest.memory import Memory
from rabis_sync.harvest.reading import Same
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.export import READING, Options, Source
from rabis_sync.http import Client
from rabis_sync.marc import codec
from rabis_sync.marc.codec import Decoded, Familiar
from rabis_sync.marc.fields import content_hash
from rabis_sync.marc.reading import raw_hash
from rabis_sync.store import tables
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from rabis_sync.harvest.sources import Page
    from rabis_sync.store.database import Store

    Book = Callable[..., bytes]


def remembered(*records: bytes) -> Memory:
    return Memory.of((number, "0" * 32, raw_hash(raw)) for number, raw in enumerate(records, 1))


def test_a_record_is_recalled_by_its_bytes_alone(book: Book) -> None:
    memory = remembered(book(1), book(2), book(3))
    recalled = memory.recall(book(2))
    assert recalled is not None
    assert (recalled.record, recalled.raw_hash) == (2, raw_hash(book(2)))
    assert memory.recall(book(2, "Другое")) is None
    assert memory.recall(b"") is None


def test_where_nobody_noted_the_bytes_nothing_is_recalled(book: Book) -> None:
    memory = Memory.of([(1, "ab" * 16, "")])
    assert memory.has("ab" * 16)
    assert not memory.has("ac" * 16)
    assert memory.recall(book(1)) is None


def as_xml(*records: bytes) -> bytes:
    stream = BytesIO()
    read = (codec.decode(one, codec.ISO2709) for one in records)
    codec.write(stream, (one.record for one in read if isinstance(one, Decoded)), syntax=codec.MARCXML)
    return stream.getvalue()


@pytest.mark.parametrize("form", ["plain", "lines", "gzip", "xml"])
def test_what_is_known_is_passed_over_in_every_form_of_an_export(
    tmp_path: Path, book: Book, form: str
) -> None:
    """Places of what is known are those that a reader finds."""
    records = [book(n) for n in range(5)]
    content = {
        "plain": b"".join(records),
        "lines": b"\xef\xbb\xbf" + b"".join(one + b"\r\n" for one in records),
        "gzip": gzip.compress(b"".join(records)),
        "xml": as_xml(*records),
    }[form]
    (tmp_path / "all.mrc").write_bytes(content)
    source = Source(Options(path="all.mrc"), Surroundings(tmp_path, Client()))
    (page,) = source.pages({}, {}, full=False)
    read = [one for one in page.results if isinstance(one, Decoded)]
    known = remembered(*(one.raw for one in read[1:4]))
    then = {**(page.reached or {}), "files": {}}
    (page,) = source.recalling(known.recall).pages(then, {}, full=False)
    kinds = [type(one).__name__ for one in page.results]
    assert kinds == ["Decoded", "Familiar", "Familiar", "Familiar", "Decoded"]
    told = [(one.raw, one.offset, one.syntax) for one in page.results if isinstance(one, (Decoded, Familiar))]
    assert told == [(one.raw, one.offset, one.syntax) for one in read]


@pytest.mark.parametrize("change", ["encoding", "program", "full"])
def test_bytes_are_read_again_when_they_might_be_read_otherwise(
    tmp_path: Path, book: Book, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "all.mrc").write_bytes(book(1))
    memory = remembered(book(1))
    around = Surroundings(tmp_path, Client())
    (page,) = Source(Options(path="all.mrc"), around).pages({}, {}, full=False)
    if change == "encoding":
        around = Surroundings(tmp_path, Client(), "utf-8")
    elif change == "program":
        monkeypatch.setattr("rabis_sync.harvest.sources.export.READING", 1000)
    again = Source(Options(path="all.mrc"), around).recalling(memory.recall)
    (page,) = again.pages(page.reached or {}, {}, full=change == "full")
    assert isinstance(page.results[0], Decoded)


# --- the whole harvest ------------------------------------------------------------------------------


def crossed(task: ahead.Task, stored: Callable[[], Iterable[Any]]) -> Iterator[tuple[Page, list[Any]]]:
    """What `ahead.elsewhere` does, without the other process."""
    memory = Memory.of(stored())
    for page in task.pages(memory.recall):
        outcomes = unpack(pack([task.reader.sight(one, page.file) for one in page.results]))
        yield page, [ahead._identified(one) for one in outcomes]


def everything(store: Store) -> dict[str, list[str]]:
    passing = {"at", "updated_at", "changed_at"}
    found = {}
    with store.read() as unit:
        for table in tables.SQLModel.metadata.sorted_tables:
            rows = unit.connection.execute(sa.select(table)).mappings()
            kept = [{name: value for name, value in row.items() if name not in passing} for row in rows]
            found[table.name] = sorted(map(repr, kept))
    found.pop("run")
    return found


#: Records of an export, each with a number and a wording: 0 is the usual one.
EXPORT = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2)), max_size=12)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=st.lists(EXPORT, min_size=2, max_size=2), page_size=st.integers(2, 5))
def test_harvests_leave_the_same_whether_bytes_are_recalled_or_not(
    tmp_path_factory: pytest.TempPathFactory,
    library_type: Any,
    book: Book,
    sqlite_url: str,
    exports: list[list[tuple[int, int]]],
    page_size: int,
) -> None:
    left = []
    for way in ("read", "recalled"):
        folder = tmp_path_factory.mktemp(way)
        shutil.copy(sqlite_url.removeprefix("sqlite:///"), folder / "store.db")
        store = new_store(folder / "store.db")
        one = library_type(folder, store, page_size=page_size)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ahead, "pays", lambda _: way == "recalled")  # noqa: B023  called in this round
            patch.setattr(ahead, "elsewhere", crossed)
            reports = []
            for export in exports:
                one.export(book(99), *(book(n, "Иначе " * wording) for n, wording in export))
                reports.append(one.harvest(max_deleted_number=100).counts)
        left.append((everything(store), reports))
        store.close()
    assert left[0] == left[1]


def test_the_former_bytes_of_a_record_that_has_changed_above_are_a_repetition(
    library: Any, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.export(*(book(n) for n in range(4)))
    library.harvest()
    monkeypatch.setattr(ahead, "pays", lambda _: True)
    monkeypatch.setattr(ahead, "elsewhere", crossed)
    library.page_size = 2
    library.export(book(0), book(3, "Новое"), book(1), book(2), book(3))
    counts = library.harvest().counts
    assert [counts[name] for name in ("changed", "unchanged", "repeated")] == [1, 3, 1]
    with library.store.read() as unit:
        (refused,) = unit.harvests.quarantined()
        kept = unit.harvests.quarantined_one(refused["id"])
    assert (refused["reason"], kept["raw"]) == ("repeated_control_number", book(3))
    assert library.titles()["b3"] == "Новое"


def test_an_unchanged_export_is_not_read_at_all(
    library: Any, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.export(*(book(n) for n in range(20)))
    library.harvest()
    monkeypatch.setattr(ahead, "pays", lambda _: True)
    kinds: list[type] = []

    def noted(task: ahead.Task, stored: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        for page, outcomes in crossed(task, stored):
            kinds.extend(map(type, outcomes))
            yield page, outcomes

    monkeypatch.setattr(ahead, "elsewhere", noted)
    library.export(*(book(n) for n in range(20)), b"\n")
    assert library.harvest().counts["unchanged"] == 20
    assert set(kinds) == {Same}


#: For READING 1: of the content hashes that the codec makes of each real export.
MADE_OF = {
    "tatarstan-500.mrc": "bcfe32acaa3f3423",
    "rnb-81-cp1251.iso": "423a527b25d500a2",
    "zebra-rusmarc-72.mrc": "b2fb5b85819da43b",
    "declared-cp1251-is-utf8.iso": "c4f2c4cb000caa40",
}


@pytest.mark.parametrize("name", MADE_OF)
def test_the_codec_makes_of_real_bytes_what_it_made(shared_data: Path, name: str) -> None:
    """When it does not and that is meant: raise READING, so that libraries read their exports anew."""
    assert READING == 1
    with (shared_data / name).open("rb") as stream:
        hashes = [content_hash(one.canonical) for one in codec.read(stream) if isinstance(one, Decoded)]
    assert sha256(b"".join(map(bytes.fromhex, hashes))).hexdigest()[:16] == MADE_OF[name]
