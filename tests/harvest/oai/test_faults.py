"""Whatever the repository does wrong, every record that can be had is stored, no other is lost silently."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.demo.standin import Answer
from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.harvest.oai import kept

if TYPE_CHECKING:
    from collections.abc import Callable

BOOKS = {f"b{n}": f"Книга {n}" for n in range(35)}
POISON = "oai:rabis.example.kz:b17"


def once(what: Answer, when: Callable[[dict[str, str]], bool]) -> Callable[[dict[str, str], Answer], Any]:
    """The first such request gets another answer."""
    left = [what]
    return lambda arguments, _: left.pop() if left and when(arguments) else None


def changed(answer: Answer, change: Callable[[bytes], bytes]) -> Answer:
    return Answer(answer.status, answer.headers, change(answer.body))


def with_poison(answer: Answer) -> bool:
    return (
        b"<identifier>" + POISON.encode() + b"</identifier>" in answer.body and b"<metadata>" in answer.body
    )


def resumed(arguments: dict[str, str]) -> bool:
    return "resumptionToken" in arguments


def token_error(code: str = "badResumptionToken") -> Answer:
    return Answer(200, {}, f'<OAI-PMH><error code="{code}">expired</error></OAI-PMH>'.encode())


# --- pages that are damaged once ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"<!DOCTYPE html><html><body>Please wait</body></html>",
        lambda _: b'{"error": "busy"}',
        lambda _: b"Fatal error: out of memory",
        lambda _: b"",
        lambda body: body[: len(body) // 2],
        lambda body: body[: body.rindex(b"</record>") + 9],
        lambda body: body.replace(b"<header>", b"<head>", 1),
        lambda body: body.replace(b"</datestamp>", b"\x0b</datestamp>", 1),
        lambda body: body.replace(b"</datestamp>", b"\xd0</datestamp>", 1),
        lambda body: body.replace(b"ListRecords>", b"Identify>"),
        lambda _: b"<rss><channel/></rss>",
        lambda body: b"<br /><b>Warning</b>: mysql_connect()\n" + body,
        lambda body: body.replace(b"</metadata></record>", b"", 1),
    ],
    ids=[
        "html",
        "json",
        "text",
        "empty",
        "half",
        "tail",
        "tag",
        "control",
        "utf8",
        "verb",
        "rss",
        "php",
        "join",
    ],
)
def test_a_damaged_page_is_kept_and_asked_for_again(
    server: Any, harvester: Any, damage: Callable[[bytes], bytes]
) -> None:
    server.shelve(35)
    hurt: list[bytes] = []

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if hurt or not resumed(arguments):
            return None
        hurt.append(damage(answer.body))
        return Answer(200, {}, hurt[0])

    server.fault = fault
    assert harvester.harvest() == {"received": 35, "new": 35}
    assert [one.read_bytes() for one in harvester.kept()] == [one for one in hurt if one]
    assert len(harvester.slept) == 1


def test_pages_are_kept_in_a_bounded_number(tmp_path: Any) -> None:
    names = [kept.keep(tmp_path, b"page %d" % number) for number in range(kept.MOST + 5)]
    assert len(list((tmp_path / kept.FOLDER).iterdir())) == kept.MOST
    assert (tmp_path / names[-1]).read_bytes() == b"page %d" % (kept.MOST + 4)


def test_a_page_that_cannot_be_kept_is_no_matter(tmp_path: Any) -> None:
    (tmp_path / ".rabis-sync").write_bytes(b"a file in the way")
    assert kept.keep(tmp_path, b"page") == ""


def test_notices_after_the_end_of_the_document_are_not_part_of_it(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = lambda _, answer: changed(answer, lambda body: body + b"<br /><b>Notice</b>: Undefined")
    assert harvester.harvest() == {"received": 35, "new": 35}


def test_compression_that_nobody_told_of_is_understood(server: Any, harvester: Any) -> None:
    server.shelve(12)
    server.fault = lambda _, answer: changed(answer, gzip.compress)
    assert harvester.harvest() == {"received": 12, "new": 12}


def test_a_document_type_is_refused(server: Any, harvester: Any) -> None:
    server.shelve(3)
    bomb = b'?>\n<!DOCTYPE OAI-PMH [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    server.fault = lambda arguments, answer: (
        changed(answer, lambda body: body.replace(b"?>", bomb, 1))
        if arguments["verb"] == "ListRecords"
        else None
    )
    with pytest.raises(FatalError, match="document type"):
        harvester.harvest()
    assert harvester.library.titles() == {}


# --- a server that is busy or gone --------------------------------------------------------------------


def test_a_busy_server_is_waited_for(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = once(Answer(503, {"Retry-After": "17"}), resumed)
    assert harvester.harvest() == {"received": 35, "new": 35}
    assert harvester.slept == [17]


@pytest.mark.parametrize("status", [503, 429])
def test_a_server_that_stays_busy_is_left_alone(server: Any, harvester: Any, status: int) -> None:
    server.shelve(35)
    server.fault = lambda arguments, _: Answer(status) if resumed(arguments) else None
    with pytest.raises(SourceAway, match=str(status)):
        harvester.harvest()
    assert len(server.verbs("ListRecords")) == 1 + harvester.tries
    assert harvester.progress().reached == {}
    server.fault = lambda *_: None
    assert harvester.harvest() == {"received": 25, "new": 25}
    assert harvester.library.titles() == BOOKS


def test_a_server_that_goes_away_is_gone_on_with_later(server: Any, harvester: Any, away: Any) -> None:
    server.shelve(35)
    tokens: list[str] = []

    def fault(arguments: dict[str, str], _: Answer) -> None:
        if len(tokens) == 2:
            raise away
        tokens.extend([arguments["resumptionToken"]] if resumed(arguments) else [])

    server.fault = fault
    with pytest.raises(SourceAway):
        harvester.harvest()
    server.fault = lambda *_: None
    server.asked.clear()
    assert harvester.harvest()["new"] == 5
    assert "resumptionToken" in server.verbs("ListRecords")[0]
    assert harvester.library.titles() == BOOKS


# --- resumption tokens --------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["badResumptionToken", "badArgument"])
def test_an_expired_token_begins_the_window_anew_and_not_the_harvest(
    server: Any, harvester: Any, code: str
) -> None:
    server.shelve(35)
    harvester.options["window_days"] = 1200
    server.fault = once(token_error(code), resumed)
    counts = harvester.harvest()
    assert (counts["new"], counts["repeated"]) == (35, 10)
    assert len([one for one in server.verbs("ListRecords") if one.get("until")]) == 2


def test_a_token_that_expired_overnight_loses_nothing(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = lambda *_: Answer(503) if len(server.verbs("ListRecords")) > 2 else None
    with pytest.raises(SourceAway):
        harvester.harvest()
    server.fault = once(token_error(), resumed)
    assert harvester.harvest()["new"] == 15
    assert harvester.library.titles() == BOOKS


def test_tokens_that_never_work_are_done_without(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = lambda arguments, _: token_error() if resumed(arguments) else None
    assert harvester.harvest()["new"] == 35
    assert harvester.library.titles() == BOOKS


def test_a_server_that_can_list_nothing_by_parts_is_told_so(server: Any, harvester: Any) -> None:
    server.shelve(35, timedelta(0))
    server.fault = lambda arguments, _: token_error() if resumed(arguments) else None
    with pytest.raises(SourceAway, match="cannot give what it lists"):
        harvester.harvest()
    assert harvester.progress().reached == {}


@pytest.mark.parametrize("again", [1, 2])
def test_a_list_that_goes_round_in_circles_is_left(server: Any, harvester: Any, again: int) -> None:
    server.shelve(35)
    pages: list[Answer] = []

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if arguments["verb"] != "ListRecords" or arguments.get("from"):
            return None
        pages.append(answer)
        return pages[-1 - again] if len(pages) > 3 else None

    server.fault = fault
    assert harvester.harvest()["new"] == 35
    assert harvester.library.titles() == BOOKS
    assert len(server.asked) < 60


def test_a_page_without_records_may_have_a_token(server: Any, harvester: Any) -> None:
    server.shelve(35)
    left = [3]

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if not resumed(arguments) or not left[0]:
            return None
        left[0] -= 1
        text = arguments["resumptionToken"]
        return changed(
            answer,
            lambda body: re.sub(
                rb"(?s)<ListRecords>.*</ListRecords>",
                b"<ListRecords><resumptionToken>%s</resumptionToken></ListRecords>"
                % (text[:-1].encode() if left[0] % 2 else text.encode() + b" "),
                body,
            ),
        )

    server.fault = fault
    assert harvester.harvest()["new"] == 35


def test_empty_pages_without_an_end_are_left(server: Any, harvester: Any) -> None:
    server.shelve(35)
    numbers = iter(range(1_000_000))

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if not resumed(arguments):
            return None
        token = b"<resumptionToken>%d</resumptionToken>" % next(numbers)
        return Answer(200, {}, b"<OAI-PMH><ListRecords>" + token + b"</ListRecords></OAI-PMH>")

    server.fault = fault
    assert harvester.harvest()["new"] == 35
    assert len(server.asked) < 1000


def test_an_empty_token_ends_the_list(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = lambda _, answer: changed(
        answer, lambda body: body.replace(b"</resumptionToken>", b" \n </resumptionToken>")
    )
    assert harvester.harvest() == {"received": 35, "new": 35}


def test_a_list_that_ends_without_a_word_is_read_again(server: Any, harvester: Any) -> None:
    server.shelve(35)
    left = [1]

    def fault(arguments: dict[str, str], answer: Answer) -> Answer | None:
        if not resumed(arguments) or not left:
            return None
        left.pop()
        return changed(answer, lambda body: re.sub(rb"<resumptionToken.*</resumptionToken>", b"", body))

    server.fault = fault
    assert harvester.harvest()["new"] == 35


def test_a_list_that_is_short_of_what_it_promised_deletes_nothing(server: Any, harvester: Any) -> None:
    server.shelve(35)
    harvester.harvest(complete=True)
    del server.repository.held["oai:rabis.example.kz:b7"]

    def fault(arguments: dict[str, str], answer: Answer) -> Answer:
        body = re.sub(rb'completeListSize="\d+"', b'completeListSize="90"', answer.body)
        return Answer(200, {}, re.sub(rb"<resumptionToken[^>]*></resumptionToken>", b"", body))

    server.fault = fault
    assert "absent" not in harvester.harvest(complete=True, full=True)
    assert len(harvester.library.titles()) == 35


# --- records that spoil their page ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda xml: xml.replace(b"\xd0\x9a\xd0\xbd\xd0\xb8\xd0\xb3\xd0\xb0", b"\x0bKniga & Co"),
        lambda xml: xml.replace(b"<datafield", b"<datafeld", 1),
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b"record", b"dc"),
    ],
    ids=["letters", "tag", "half", "other"],
)
def test_a_malformed_record_is_the_only_one_refused(
    server: Any, harvester: Any, spoil: Callable[[bytes], bytes]
) -> None:
    server.shelve(35)

    def fault(_: dict[str, str], answer: Answer) -> Answer | None:
        if not with_poison(answer):
            return None
        start = answer.body.index(b"<metadata>", answer.body.index(POISON.encode())) + 10
        end = answer.body.index(b"</metadata>", start)
        return changed(answer, lambda body: body[:start] + spoil(body[start:end]) + body[end:])

    server.fault = fault
    assert harvester.harvest() == {
        "received": 35,
        "new": 34,
        "quarantined": 1,
        "newly_quarantined": 1,
    }
    (refused,) = harvester.quarantined()
    assert refused["identifier"] == POISON
    assert b"leader" in refused["raw"]
    assert harvester.library.titles() == {number: title for number, title in BOOKS.items() if number != "b17"}
    assert harvester.slept == []


@pytest.mark.parametrize(
    "broken",
    [
        Answer(200, {}, b"<html><body>Error</body></html>"),
        Answer(500, {}, b"java.lang.NullPointerException"),
        Answer(200, {}, b"<OAI-PMH><ListRecords><record>"),
    ],
    ids=["html", "status", "half"],
)
@pytest.mark.parametrize("step", [timedelta(days=1), timedelta(0)], ids=["days", "moment"])
def test_a_record_that_spoils_its_page_is_isolated(
    server: Any, harvester: Any, broken: Answer, step: timedelta
) -> None:
    server.repository.page_size = 100
    server.shelve(35, step)
    server.fault = lambda _, answer: broken if with_poison(answer) else None
    counts = harvester.harvest()
    assert (counts["new"], counts["quarantined"]) == (34, 1)
    (refused,) = harvester.quarantined()
    assert refused["identifier"] == POISON
    assert harvester.library.titles() == {number: title for number, title in BOOKS.items() if number != "b17"}
    assert harvester.progress().checkpoint == {}
    assert harvester.harvest(full=True)["quarantined"] == 1
    assert len(harvester.quarantined()) == 1


def test_a_record_among_many_is_isolated_by_halving(
    server: Any, harvester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rabis_sync.harvest.oai.walk.FEW", 3)
    server.repository.page_size = 100
    server.shelve(35)
    server.fault = lambda _, answer: Answer(500) if with_poison(answer) else None
    counts = harvester.harvest()
    assert (counts["new"], counts["quarantined"]) == (34, 1)
    assert len(server.verbs("GetRecord")) < 10
    assert len(server.asked) < 80


def test_halving_ends_where_the_server_does_not_look_at_dates(
    server: Any, harvester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rabis_sync.harvest.oai.walk.FEW", 3)
    server.shelve(35)
    plain = type(server.repository).__call__

    def dateless(repository: Any, asked: Any) -> Answer:
        for name in ("from", "until"):
            asked.query.pop(name, None)
        answer: Answer = plain(repository, asked)
        return answer

    monkeypatch.setattr(type(server.repository), "__call__", dateless)
    server.fault = lambda _, answer: Answer(500) if with_poison(answer) else None
    counts = harvester.harvest()
    assert (counts["new"], counts["newly_quarantined"]) == (34, 1)
    assert len(server.asked) < 150


def test_a_server_that_gives_no_record_at_all_is_not_taken_for_poison(
    server: Any, harvester: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rabis_sync.harvest.oai.walk.MOST_POISON", 5)
    server.shelve(35)
    server.fault = lambda arguments, _: (
        Answer(500) if arguments["verb"] in {"ListRecords", "GetRecord"} else None
    )
    with pytest.raises(SourceAway, match="gives no record any more"):
        harvester.harvest()
    assert harvester.quarantined() == []


def test_a_record_without_metadata_is_refused_by_itself(server: Any, harvester: Any) -> None:
    server.shelve(3)
    server.fault = lambda _, answer: changed(
        answer,
        lambda body: re.sub(rb"(?s)(b1</identifier>.*?</header>\s*)<metadata>.*?</metadata>", rb"\1", body),
    )
    counts = harvester.harvest()
    assert (counts["new"], counts["quarantined"]) == (2, 1)
    assert harvester.quarantined()[0]["identifier"].endswith(":b1")


def test_a_record_without_a_number_is_refused_by_itself(server: Any, harvester: Any) -> None:
    server.shelve(3)
    server.fault = lambda _, answer: changed(
        answer, lambda body: body.replace(b'<controlfield tag="001">b1</controlfield>', b"")
    )
    counts = harvester.harvest()
    assert (counts["new"], counts["quarantined"]) == (2, 1)
    (refused,) = harvester.quarantined()
    assert (refused["reason"], refused["identifier"]) == ("no_control_number", "oai:rabis.example.kz:b1")


def test_what_could_not_be_read_is_asked_for_again_the_next_time(server: Any, harvester: Any) -> None:
    server.shelve(35)
    server.fault = lambda _, answer: Answer(500) if with_poison(answer) else None
    harvester.harvest()
    server.asked.clear()
    assert harvester.harvest() == {}
    assert {one["identifier"] for one in server.verbs("GetRecord")} == {POISON}
    server.fault = lambda *_: None
    assert harvester.harvest() == {"received": 1, "new": 1}
    assert harvester.library.titles() == BOOKS
    server.asked.clear()
    assert harvester.harvest() == {}
    assert server.verbs("GetRecord") == []
