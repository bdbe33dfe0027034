"""Sources without a protocol of changes: whatever fails, changes and dies in the night, nothing is lost.

The same of OAI-PMH stands in `oai/test_schedule.py`.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.errors import RabisSyncError, SourceAway
from rabis_sync.harvest.positions import BrokenRangeError, Range
from rabis_sync.harvest.questions import Question, pages
from rabis_sync.marc import codec
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NUMBERS = 14
SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: What befalls the catalogue, and to which of its records; those from `NUMBERS` on are never touched.
EDITS = st.tuples(st.sampled_from(["change", "add", "delete"]), st.integers(0, NUMBERS))
#: How many pages a night lives; 0: as long as it needs.
LIVES = st.lists(st.integers(0, 4), min_size=1, max_size=4)


class Killed(Exception):  # noqa: N818 - what happened
    """The harvest ended in the middle."""


class Catalogue:
    """Records by number, in the order in which they came; an edited one keeps its place."""

    def __init__(self) -> None:
        self.titles = {number: f"Книга {number}" for number in range(NUMBERS + 3)}
        self.edits = 0

    def edit(self, what: str, number: int) -> None:
        self.edits += 1
        if what == "delete":
            self.titles.pop(number, None)
        elif what == "add" or (what == "change" and number in self.titles):
            self.titles[number] = f"{what} {self.edits}"

    def held(self) -> dict[str, str]:
        return {f"b{number}": title for number, title in self.titles.items()}


class Numbered:
    """A server that numbers the records of an answer, as those of SRU and Z39.50 do."""

    name = "numbered"
    opened = datetime(2026, 11, 22, 3, tzinfo=UTC)

    def __init__(
        self, catalogue: Catalogue, book: Callable[..., bytes], events: list[tuple[str, int]]
    ) -> None:
        self.catalogue, self.book = catalogue, book
        self.events = list(reversed(events))
        self.size = 4

    def fetch(self, start: int, count: int) -> Range:
        what, number = self.events.pop() if self.events else ("", 0)
        self.catalogue.edit(what, number)
        if what == "away":
            raise SourceAway("the connection was closed")
        if what == "broken" and count > 1:
            raise BrokenRangeError("It is broken.", b"<html/>", "marcxml")
        listed = list(self.catalogue.titles.items())
        given_ = listed[start - 1 :][: 1 if what == "few" else count]
        results = [codec.decode(self.book(number, title), "iso2709") for number, title in given_]
        return Range(results, len(listed))

    def pages(self, reached: dict[str, Any], checkpoint: dict[str, Any], *, full: bool) -> Iterator[Any]:
        question = Question.of("all", wish="", reached=reached, full=True)
        assert full in {True, False}
        yield from pages(self, question, self.size, reached, checkpoint)


class Dying:
    """A source whose harvest is killed after so many pages."""

    def __init__(self, source: Any, after: int) -> None:
        self.source, self.after = source, after

    def pages(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        for number, page in enumerate(self.source.pages(*arguments, **named)):
            if self.after and number == self.after:
                raise Killed
            yield page


@contextmanager
def afresh(library: Any) -> Iterator[Any]:
    """The same library with an empty store and an empty folder."""
    with TemporaryDirectory() as folder:
        library.store, library.folder = new_store(Path(folder, "rabis_sync.db")), Path(folder)
        library.page_size = 4
        try:
            yield library
        finally:
            library.store.close()


def harvested(library: Any, source: Any, **chosen: Any) -> None:
    library.harvest_from(source, max_deleted_share=1.0, **chosen)


@given(
    events=st.lists(
        EDITS | st.tuples(st.sampled_from(["", "", "away", "broken", "few"]), st.just(0)), max_size=30
    ),
    lives=LIVES,
)
@SLOW
def test_in_the_end_we_hold_what_a_numbered_list_holds(
    library: Any,
    book: Callable[..., bytes],
    events: list[tuple[str, int]],
    lives: list[int],
) -> None:
    catalogue = Catalogue()
    server = Numbered(catalogue, book, events)
    with afresh(library):
        for life in lives:
            with suppress(RabisSyncError, Killed):
                harvested(library, Dying(server, life))
        server.events.clear()
        harvested(library, server)  # what was begun is gone on with, as far as the list still is the same
        harvested(library, server)
        assert library.titles() == catalogue.held()


@given(nights=st.lists(st.tuples(st.lists(EDITS, max_size=6), st.integers(0, 4)), min_size=1, max_size=6))
@SLOW
def test_in_the_end_we_hold_what_the_last_export_holds(
    library: Any,
    book: Callable[..., bytes],
    nights: list[tuple[list[tuple[str, int]], int]],
) -> None:
    catalogue = Catalogue()
    with afresh(library):
        for edits, life in nights:
            for what, number in edits:
                catalogue.edit(what, number)
            library.export(*(book(number, title) for number, title in catalogue.titles.items()))
            with suppress(RabisSyncError, Killed):
                harvested(library, Dying(library.source(), life))
        harvested(library, library.source())
        assert library.titles() == catalogue.held()
