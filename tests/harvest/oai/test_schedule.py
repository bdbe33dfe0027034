"""A repository fails at every point of a schedule while its records change and vanish: nothing is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rabis_sync.demo.standin import Answer
from rabis_sync.errors import RabisSyncError
from tests.conftest import new_store

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBERS = 14
#: What may befall one request; the first ones happen to the repository's records just before the answer.
EVENTS = ["change", "add", "delete", "vanish", "drop", "half", "busy", "error", "html", "expired", "empty"]


@dataclass(frozen=True)
class Nights:
    """What happens until the repository has quiet.

    Attributes:
        events: what befalls each request in turn, and to which record; an empty one leaves it alone.
        crashes: pages after which each night is killed.
        poison: numbers of records that spoil every page they stand on.
        inside: the record itself is malformed, instead of the whole page an error.
        options: of the source.
        page_size: of the repository.
        step: between the datestamps of the records.
    """

    events: list[tuple[str, int]]
    crashes: list[int]
    poison: set[int]
    inside: bool
    options: dict[str, Any]
    page_size: int
    step: timedelta


NIGHTS = st.builds(
    Nights,
    events=st.lists(
        st.tuples(st.sampled_from([""] * 6 + EVENTS), st.integers(0, NUMBERS)), min_size=5, max_size=40
    ),
    crashes=st.lists(st.integers(1, 4), max_size=4),
    poison=st.sets(st.integers(0, NUMBERS), max_size=2),
    inside=st.booleans(),
    options=st.fixed_dictionaries(
        {
            "overlap_minutes": st.sampled_from([0, 1, 60]),
            "window_days": st.sampled_from([0, 0, 2, 5]),
            "verb": st.sampled_from(["ListRecords", "ListRecords", "ListIdentifiers"]),
        }
    ),
    page_size=st.sampled_from([1, 3, 5]),
    step=st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(days=1)]),
)


class Killed(Exception):  # noqa: N818 - what happened
    """The harvest ended in the middle."""


class Schedule:
    """The server's fault: one event a request, as long as there are any; poison for ever.

    Args:
        server: whose records change.
        events: what befalls each request in turn; an empty one leaves it alone.
        poison: numbers of records that spoil every page they stand on.
        inside: the record itself is malformed, instead of the whole page an error.
    """

    def __init__(self, server: Any, events: list[tuple[str, int]], poison: set[int], *, inside: bool) -> None:
        self.server = server
        self.events = list(reversed(events))
        self.poison = [f"oai:rabis.example.kz:b{number}<".encode() for number in poison]
        self.inside = inside

    def __call__(self, arguments: dict[str, str], answer: Answer) -> Answer | None:
        self.server.now += timedelta(seconds=len(self.server.asked) % 2)
        event, number = self.events.pop() if self.events else ("", 0)
        self._befall(event, number)
        if event == "drop":
            raise ConnectionResetError
        answers = {
            "half": Answer(200, {}, answer.body[: len(answer.body) * 2 // 3]),
            "busy": Answer(503, {"Retry-After": "1"}),
            "error": Answer(500, {}, b"out of memory"),
            "html": Answer(200, {}, b"<html><body>Please wait</body></html>"),
            "empty": Answer(200, {}, b""),
        }
        if event == "expired" and "resumptionToken" in arguments:
            return Answer(200, {}, b"<OAI-PMH><error code='badResumptionToken'/></OAI-PMH>")
        return answers.get(event) or self._poisoned(answer)

    def _befall(self, event: str, number: int) -> None:
        held = self.server.repository.held
        known = f"oai:rabis.example.kz:b{number}" in held
        if event in {"change", "add"}:
            self.server.hold(number, f"{event} {len(self.server.asked)}")
        elif event == "delete" and known:
            self.server.repository.delete(f"b{number}")
        elif event == "vanish":
            held.pop(f"oai:rabis.example.kz:b{number}", None)

    def _poisoned(self, answer: Answer) -> Answer | None:
        if b"<metadata>" not in answer.body:
            return None
        bad = [name for name in self.poison if name in answer.body]
        if not bad or not self.inside:
            return Answer(500, {}, b"NullPointerException") if bad else None
        body = answer.body
        for name in bad:
            head, _, rest = body.partition(name)
            ended = rest.find(b"</record>\n")
            if b"<metadata>" in rest[: max(ended, 0)]:
                body = head + name + rest.replace(b"<leader>", b"<leader>\x0b", 1)
        return Answer(200, {}, body)


class Dying:
    """A source whose harvest is killed after so many pages."""

    def __init__(self, source: Any, after: int) -> None:
        self.source, self.after = source, after

    def pages(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        for number, page in enumerate(self.source.pages(*arguments, **named)):
            if number == self.after:
                raise Killed
            yield page


@pytest.mark.parametrize("vanishing", [False, True], ids=["told", "untold"])
@given(nights=NIGHTS)
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_in_the_end_we_hold_what_the_repository_holds(
    harvester: Any,
    vanishing: bool,  # noqa: FBT001 (pytest gives it by name)
    nights: Nights,
) -> None:
    server = harvester.server
    server.repository.held.clear()
    server.repository.page_size = nights.page_size
    server.asked.clear()
    server.now, server.fault = datetime(2024, 3, 1, 12, tzinfo=UTC), lambda *_: None
    server.shelve(NUMBERS, nights.step, server.now - timedelta(days=20))
    told = [one for one in nights.events if vanishing or one[0] != "vanish"]
    server.fault = Schedule(server, told, nights.poison, inside=nights.inside)
    harvester.options = nights.options
    poison = nights.poison
    with TemporaryDirectory() as folder:
        harvester.library.store = new_store(Path(folder, "rabis_sync.db"))
        harvester.library.folder = Path(folder)
        try:
            _harvested(harvester, nights.crashes)
            server.now += timedelta(days=1)
            _finished(harvester, full=vanishing, complete=vanishing)
            assert harvester.library.titles() == _held(server, poison)
            spoiled = {f"oai:rabis.example.kz:b{number}" for number in poison}
            refused = harvester.quarantined()
            assert {one["identifier"] for one in refused} <= spoiled
            present = {name for name in spoiled if name in server.repository.held}
            assert {one["identifier"] for one in refused} >= {
                name for name in present if server.repository.held[name].xml
            }
        finally:
            harvester.library.store.close()


def _harvested(harvester: Any, crashes: list[int]) -> None:
    """Night after night, killed as told, until the schedule has nothing more in store."""
    for after in crashes:
        with suppress(RabisSyncError, Killed):
            harvester.library.harvest_from(Dying(harvester.source(), after), complete=False)
    for _ in range(60):
        if not harvester.server.fault.events:
            return
        with suppress(RabisSyncError):
            harvester.harvest()


def _finished(harvester: Any, **settings: Any) -> None:
    """A last harvest on a quiet server: what was left undone, and then what changed since."""
    guards = {"max_deleted_number": 1000}
    harvester.harvest()
    harvester.server.now += timedelta(hours=2)
    harvester.harvest(**settings, **guards)


def _held(server: Any, poison: set[int]) -> dict[str, str]:
    found = {}
    for one in server.repository.held.values():
        number = one.identifier.rpartition(":")[2]
        if one.xml and int(number[1:]) not in poison:
            found[number] = one.xml.split('code="a">')[3].split("<")[0]
    return found
