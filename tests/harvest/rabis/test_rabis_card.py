"""The card API refreshes copies of known records, and neither loses a lent book nor asks for a reader."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync import config
from rabis_sync.demo.cards import PATH, Cards, Copy
from rabis_sync.demo.standin import Answer, StandIn
from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.harvest import step
from rabis_sync.harvest.sources import Surroundings, rabis_card
from rabis_sync.harvest.sources.rabis_card import Options, Source
from rabis_sync.http import Client, Retries
from rabis_sync.marc.codec import encode_iso2709
from rabis_sync.marc.fields import Field, MarcRecord
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TOKEN = "t0ken"


def book(number: int | str, *copies: str) -> bytes:
    """A record whose copies are exported with prices in 899 of another system's making."""
    fields = [
        Field("001", str(number)),
        Field.data("100", "  ", [("a", "20200101d2019    m  y0rusy50      ca")]),
        Field.data("200", "1 ", [("a", f"Книга {number}")]),
        *(Field.data("899", "  ", [("a", "ЦГБ"), ("j", "84(5Каз)"), ("p", one)]) for one in copies),
    ]
    return encode_iso2709(MarcRecord("00000nam0 2200000   450 ", tuple(fields)))


@dataclass
class Circulation:
    """The service on a real socket, records that are known, and the harvest of their cards."""

    library: Any
    copies: dict[int, list[Copy]] = field(default_factory=dict)
    answers: dict[int, Callable[[Any], Answer]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    token: str = TOKEN
    exchanges: list[Any] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    url: str = ""
    reader: Any = None

    def know(self, *records: bytes) -> None:
        """Have these records from the catalogue."""
        self.library.export(*records)
        self.library.harvest()

    def known(self, name: str) -> Iterator[str]:
        with self.library.store.read() as unit:
            numbers = sorted(
                one.control_number for batch in unit.records.stream(source=name) for one in batch
            )
        return iter(numbers)

    def source(self) -> Source:
        def mapping(name: str, kind: type[Any]) -> Any:
            return config.read_toml(config.bundled("mappings") / name, kind)

        client = Client("test", retries=Retries(tries=2, sleep=self.slept.append, random=lambda: 0.0))
        around = Surroundings(self.library.folder, client, known=self.known, mapping=mapping)
        chosen = {"url": self.url, "of": "cat", "token": self.token, "pause": 0, **self.options}
        return Source(Options(**chosen), around)

    def harvest(self) -> dict[str, int]:
        """The counts of a harvest that are not zero."""
        asked = {int(number.rpartition("/")[2]) for number in self.known("cat") if number[-1].isdigit()}
        gateways = Cards(self.copies, TOKEN).gateways(*asked)
        gateways |= {PATH.format(id=number): answer for number, answer in self.answers.items()}
        with StandIn(gateways) as standing:
            self.url, self.exchanges = self.url or standing.url, standing.exchanges
            try:
                report = step.run(
                    self.library.store,
                    step.Settings("cards", self.source(), self.reader, of="cat"),
                    StepContext(self.library._run(), NOW),
                )
            finally:
                self.url = ""
        return {name: number for name, number in report.counts.items() if number}

    def items(self) -> dict[str, dict[str, Any]]:
        """Stored copies by inventory number."""
        with self.library.store.read() as unit:
            return {row["inventory_number"]: row for row in unit.records.items()}

    def reached(self) -> Any:
        with self.library.store.read() as unit:
            return unit.harvests.progress("cards")


@pytest.fixture
def circulation(library: Any, reader: Any) -> Circulation:
    return Circulation(library, reader=reader)


def answering(status: int, body: bytes, kind: str = "application/json") -> Callable[[Any], Answer]:
    return lambda _asked: Answer(status, {"Content-Type": kind}, body)


def test_states_and_departments_of_known_copies_are_refreshed(circulation: Any) -> None:
    circulation.know(book(1, "100", "101"), book(2, "200"))
    circulation.copies = {
        1: [Copy("100", "B100", ("Ф5", "Филиал № 5")), Copy("101", state=("Inv.WrittenOff", "Списан"))],
        2: [Copy("200", department=("", "ЦГБ"))],
    }
    assert circulation.harvest() == {"received": 2, "changed": 1, "unchanged": 1}
    items = circulation.items()
    assert (items["100"]["branch"], items["100"]["barcode"]) == ("Филиал № 5", "B100")
    assert (items["101"]["status"], items["101"]["withdrawn"], items["101"]["quantity"]) == (
        "written_off",
        True,
        0,
    )
    assert items["100"]["call_number"] == "84(5Каз)", "what the card does not say stays"
    assert circulation.harvest() == {"received": 2, "unchanged": 2}


def test_a_lent_copy_that_the_card_leaves_out_stays_on_the_books(circulation: Any) -> None:
    circulation.know(book(1, "100", "101"))
    circulation.copies = {1: [Copy("100", lent=True), Copy("101")]}
    circulation.harvest()
    assert set(circulation.items()) == {"100", "101"}
    circulation.copies = {1: [Copy("100", lent=True), Copy("101", lent=True)]}
    assert circulation.harvest() == {"received": 1, "unchanged": 1}
    assert set(circulation.items()) == {"100", "101"}


def test_a_copy_that_the_catalogue_did_not_know_is_added(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    circulation.copies = {1: [Copy("100"), Copy("777", "B777")]}
    circulation.harvest()
    assert set(circulation.items()) == {"100", "777"}


@pytest.mark.parametrize(
    "answer",
    [
        answering(404, b'{"status": "Not Found"}'),
        answering(404, b"404 page not found", "text/plain"),
        answering(400, b'{"error": "rpc error: code = NotFound desc = ebook not found"}'),
        answering(200, b"null"),
    ],
)
def test_a_record_without_a_card_is_counted_and_the_rest_goes_on(circulation: Any, answer: Any) -> None:
    circulation.know(book(1, "100"), book(2, "200"), book(3, "300"))
    circulation.copies = {one: [Copy(f"{one}00", "new")] for one in (1, 3)}
    circulation.answers = {2: answer}
    assert circulation.harvest() == {"received": 2, "changed": 2}
    assert circulation.reached() == ({"cards": 2, "without_card": 1}, {})


def test_an_address_where_nothing_is_a_card_is_told(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    circulation.answers = {1: answering(404, b"404 page not found", "text/plain")}
    with pytest.raises(FatalError, match="has no card of the first 1 records") as caught:
        circulation.harvest()
    assert "without /api/v1" in caught.value.hint


@pytest.mark.parametrize("token", ["qwerty", "t0ken2"])
def test_a_refused_token_says_what_to_do(circulation: Any, token: str) -> None:
    circulation.know(book(1, "100"))
    circulation.copies = {1: [Copy("100")]}
    circulation.token = token
    with pytest.raises(FatalError, match="401: token is incorrect or expired") as caught:
        circulation.harvest()
    assert "new token" in caught.value.hint
    assert token not in str(caught.value)


def test_a_missing_token_is_a_mistake_in_the_configuration(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    circulation.token = ""
    with pytest.raises(ConfigError, match="needs a token"):
        circulation.harvest()


def jwt(until: datetime) -> str:
    claims = (
        urlsafe_b64encode(json.dumps({"id": 1, "exp": int(until.timestamp())}).encode()).decode().rstrip("=")
    )
    return f"eyJhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJl"


def test_a_token_that_says_itself_that_it_expired_is_not_even_tried(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    circulation.token = jwt(datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(FatalError, match="expired at"):
        circulation.harvest()
    assert circulation.exchanges == []


def test_a_page_for_people_is_a_matter_of_trying_later(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    circulation.answers = {1: answering(200, b"\n<!DOCTYPE html><html>maintenance</html>", "text/html")}
    with pytest.raises(SourceAway, match="a page for people"):
        circulation.harvest()


@pytest.mark.parametrize(
    ("status", "error"), [(403, FatalError), (400, FatalError), (422, FatalError), (500, SourceAway)]
)
def test_any_other_refusal_is_told_with_its_reason(
    circulation: Any, status: int, error: type[Exception]
) -> None:
    circulation.know(book(1, "100"))
    circulation.answers = {1: answering(status, '{"error": "нет прав"}'.encode())}
    with pytest.raises(error, match=str(status)) as caught:
        circulation.harvest()
    assert ("нет прав" in str(caught.value)) == (status < 500)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"card"',
        b"{}",
        b"not json",
        b'{"inv": {}}',
        b'{"inv": [1]}',
        b'{"inv": [{"invNumber": ["1"]}]}',
        b'{"inv": [{"invNumber": {"x": 1}}]}',
        b'{"inv": [{"invNumber": "1", "department": "A"}]}',
        b'{"inv": [{"ebookId": 9, "invNumber": "1"}]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_card_is_kept_in_quarantine_and_the_rest_goes_on(circulation: Any, body: bytes) -> None:
    circulation.know(book(1, "100"), book(2, "200"))
    circulation.copies = {2: [Copy("200", "new")]}
    circulation.answers = {1: answering(200, body)}
    assert circulation.harvest() == {"received": 2, "changed": 1, "quarantined": 1, "newly_quarantined": 1}
    assert set(circulation.items()) == {"100", "200"}
    with circulation.library.store.read() as unit:
        (entry,) = unit.harvests.quarantined()
    assert (entry["reason"], entry["identifier"], entry["syntax"]) == ("rabis_card", "1", "rabis_card")


def test_a_card_of_odd_but_honest_values_is_understood(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    body = {
        "inv": [
            {"id": 5, "ebookId": 1, "invNumber": 100, "barcode": None, "department": None, "state": {"id": 3}}
        ]
    }
    circulation.answers = {1: answering(200, json.dumps(body).encode())}
    assert circulation.harvest() == {"received": 1, "unchanged": 1}


def test_a_harvest_that_broke_off_goes_on_after_the_last_card(
    circulation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rabis_card, "CARDS", 2)
    circulation.know(*(book(number, f"{number}00") for number in range(1, 8)))
    circulation.copies = {number: [Copy(f"{number}00", "new")] for number in range(1, 8)}
    circulation.answers = {5: answering(500, b"{}")}
    with pytest.raises(SourceAway):
        circulation.harvest()
    circulation.answers = {}
    assert circulation.harvest() == {"received": 3, "changed": 3}
    assert [one.path.split("/")[4] for one in circulation.exchanges] == ["5", "6", "7"]
    assert circulation.reached() == ({"cards": 7, "without_card": 0}, {})


def test_a_place_that_is_gone_begins_the_list_anew(circulation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rabis_card, "CARDS", 1)
    circulation.know(book(1, "100"), book(2, "200"))
    circulation.copies = {number: [Copy(f"{number}00", "new")] for number in (1, 2)}
    with circulation.library.store.write() as unit:
        unit.harvests.save_progress("cards", {}, {"after": "gone", "done": 9, "cards": 9, "without": 0})
    assert circulation.harvest()["received"] == 2


def test_requests_keep_their_distance(circulation: Any) -> None:
    circulation.know(*(book(number, f"{number}00") for number in range(1, 4)))
    circulation.copies = {number: [Copy(f"{number}00")] for number in range(1, 4)}
    circulation.options["pause"] = 7
    circulation.harvest()
    assert len(circulation.slept) == 2
    assert all(6 < pause <= 7 for pause in circulation.slept)


def test_nothing_but_cards_is_asked_for(circulation: Any) -> None:
    circulation.know(book(1, "100"), book(2, "200"))
    circulation.copies = {1: [Copy("100")]}
    circulation.harvest()
    assert {(one.method, one.path) for one in circulation.exchanges} == {
        ("GET", "/api/v1/ebook/1/card"),
        ("GET", "/api/v1/ebook/2/card"),
    }


def test_a_control_number_of_several_parts_gives_its_id_and_one_without_is_passed_over(
    circulation: Any,
) -> None:
    circulation.know(book("KZ/RABIS/1", "100"), book("A", "200"))
    circulation.copies = {1: [Copy("100", "new")]}
    assert circulation.harvest() == {"received": 1, "changed": 1}
    assert circulation.reached() == ({"cards": 1, "without_card": 1}, {})


def test_a_card_beyond_all_measure_is_refused(circulation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rabis_card, "LARGEST", 1000)
    circulation.know(book(1, "100"))
    circulation.answers = {1: answering(200, b'{"inv": []}' + b" " * 2000)}
    with pytest.raises(FatalError, match="larger than"):
        circulation.harvest()


def test_check_shows_the_first_card_and_the_life_of_the_token(circulation: Any) -> None:
    circulation.know(book(1, "100"))
    with StandIn({PATH.format(id=1): answering(200, b'{"inv": null}')}) as standing:
        circulation.url = standing.url
        circulation.token = jwt(datetime(2099, 1, 1, tzinfo=UTC))
        told = circulation.source().check()
    assert told == f"{standing.url}, 1 records of source 'cat', token good until 2099-01-01 00:00 UTC"


@pytest.mark.parametrize("options", [{"number": r"\d+"}, {"number": "("}, {"pause": -1}])
def test_options_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"number|pause"):
        Options(url="http://127.0.0.1", of="cat", **options)
