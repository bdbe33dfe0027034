"""SRU is read whole in every version and packing, and its faults end in quarantine or in a clear message."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rabis_sync.errors import ConfigError, FatalError, GuardStop, SourceAway
from rabis_sync.harvest.sources import Surroundings
from rabis_sync.harvest.sources.sru import Options, Source
from rabis_sync.http import Client, Limits, Retries
from rabis_sync.marc import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOC = ("http://www.loc.gov/zing/srw/", "http://www.loc.gov/zing/srw/diagnostic/")
OASIS = (
    "http://docs.oasis-open.org/ns/search-ws/sruResponse",
    "http://docs.oasis-open.org/ns/search-ws/diagnostic",
)
DATE = "Sun, 22 Nov 2026 03:00:00 GMT"


@dataclass
class Server:
    """A scripted SRU server: what it holds, and in what way it fails."""

    records: list[str] = field(default_factory=list)
    cap: int = 1000
    prefix: str = "srw"
    encoding: str = "utf-8"
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    surrogates: dict[int, tuple[int, str]] = field(default_factory=dict)
    schemas: tuple[str, ...] = ("marcxml",)
    explains: bool = True
    url: str = ""
    accounts: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    spoil: Callable[[bytes, dict[str, str]], bytes] = lambda body, _params: body

    def respond(self, params: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(params)
        if len(self.asked) in self.answers:
            return self.answers[len(self.asked)]
        if "query" not in params:
            return (200, self.explanation()) if self.explains else (404, b"")
        return 200, self.spoil(self.page(params), params)

    def page(self, params: dict[str, str]) -> bytes:
        start, most = int(params["startRecord"]), int(params["maximumRecords"])
        if start > max(1, len(self.records)):
            return self.wrapped(diagnostics((61, "First record position out of range")))
        packing = params.get("recordPacking") or params["recordXMLEscaping"]
        given = self.records[start - 1 : start - 1 + min(most, self.cap)]
        body = "".join(self.record(number, record, packing) for number, record in enumerate(given, start))
        return self.wrapped(
            f"<P:numberOfRecords>{len(self.records)}</P:numberOfRecords>"
            + (f"<P:records>{body}</P:records>" if body else "")
        )

    def record(self, number: int, record: str, packing: str) -> str:
        schema = "marcxml"
        if number in self.surrogates:
            record, schema = diagnostic(*self.surrogates[number]), "info:srw/schema/1/diagnostics-v1.1"
        content = escape(record) if packing == "string" else record
        return (
            f"<P:record><P:recordSchema>{schema}</P:recordSchema><P:recordPacking>{packing}</P:recordPacking>"
            f"<P:recordData>{content}</P:recordData><P:recordPosition>{number}</P:recordPosition></P:record>\n"
        )

    def wrapped(self, content: str) -> bytes:
        space, diagnosis = OASIS if "version" not in self.asked[-1] else LOC
        text = (
            f'<P:searchRetrieveResponse xmlns:P="{space}" xmlns:diag="{diagnosis}">'
            f"<P:version>1.2</P:version>{content}</P:searchRetrieveResponse>"
        )
        return (
            self.declaration + text.replace("P:", f"{self.prefix}:").replace(":P=", f":{self.prefix}=")
        ).encode(self.encoding)

    def explanation(self) -> bytes:
        schemas = "".join(
            f'<schema identifier="info:srw/schema/1/{one}-v1.1" name="{one}"/>' for one in self.schemas
        )
        return (
            f'<explainResponse xmlns="{LOC[0]}"><record><recordData><e:explain xmlns:e="http://explain.z3950.org/">'
            f"<e:databaseInfo><e:title>Каталог</e:title></e:databaseInfo></e:explain></recordData></record>"
            f'<schemaInfo xmlns="http://explain.z3950.org/">{schemas}</schemaInfo></explainResponse>'
        ).encode()


def diagnostic(number: int, message: str) -> str:
    return (
        f'<diag:diagnostic xmlns:diag="{LOC[1]}"><diag:uri>info:srw/diagnostic/1/{number}</diag:uri>'
        f"<diag:message>{message}</diag:message><diag:details>so</diag:details></diag:diagnostic>"
    )


def diagnostics(*told: tuple[int, str]) -> str:
    return f"<P:diagnostics>{''.join(diagnostic(*one) for one in told)}</P:diagnostics>"


@contextmanager
def served(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            params = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
            server.accounts.append(self.headers.get("Authorization", ""))
            status, body = server.respond(params)
            self.send_response_only(status)
            self.send_header("Date", DATE)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    server.url = f"http://127.0.0.1:{listener.server_port}/db"
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join(5)


@pytest.fixture
def server() -> Iterator[Server]:
    with served(Server([book(n) for n in range(1, 36)])) as running:
        yield running


def book(number: int, title: str = "") -> str:
    """One MARCXML record as a server would embed it."""
    coded = "20200101d2019    m  y0rusy50      ca"
    fields = (("100", " ", coded), ("200", "1", title or f"Қала {number}"))
    return (
        '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam0 2200000   450 </leader>'
        f'<controlfield tag="001">b{number}</controlfield>'
        + "".join(
            f'<datafield tag="{tag}" ind1="{mark}" ind2=" "><subfield code="a">{text}</subfield></datafield>'
            for tag, mark, text in fields
        )
        + "</record>"
    )


def source(
    server: Server, folder: Path, *, since: str = "", encoding: str = "auto", **options: Any
) -> Source:
    client = Client("test", Limits(connect=2, read=2), retries=Retries(tries=2, sleep=lambda _: None))
    chosen = Options(**{"url": server.url, "page_size": 10, **options})
    return Source(chosen, Surroundings(folder, client, encoding, since=since))


@pytest.fixture
def harvest(library: Any, server: Server, tmp_path: Path) -> Callable[..., Any]:
    def run(*, full: bool = False, complete: bool = True, **options: Any) -> Any:
        made = source(server, tmp_path, **options)
        return library.harvest_from(made, complete=complete, full=full)

    return run


def told(report: Any) -> dict[str, int]:
    return {name: number for name, number in report.counts.items() if number}


def quarantined(library: Any) -> list[dict[str, Any]]:
    with library.store.read() as unit:
        found: list[dict[str, Any]] = unit.harvests.quarantined()
    return found


ALL = {f"b{n}": f"Қала {n}" for n in range(1, 36)}


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
@pytest.mark.parametrize("packing", ["xml", "string"])
def test_every_record_is_stored_in_every_version_and_packing(
    library: Any, harvest: Callable[..., Any], version: str, packing: str
) -> None:
    assert told(harvest(version=version, packing=packing)) == {"received": 35, "new": 35}
    assert library.titles() == ALL
    assert told(harvest(version=version, packing=packing)) == {"received": 35, "unchanged": 35}


@pytest.mark.parametrize("prefix", ["zs", "SRW", "record"])
def test_the_names_that_a_server_gives_to_namespaces_do_not_matter(
    server: Server, harvest: Callable[..., Any], prefix: str
) -> None:
    server.prefix = prefix
    assert told(harvest()) == {"received": 35, "new": 35}


def test_each_version_is_asked_in_its_own_words(server: Server, harvest: Callable[..., Any]) -> None:
    harvest(version="1.1")
    assert server.asked[0] == {
        "operation": "searchRetrieve", "version": "1.1", "query": "cql.allRecords=1", "startRecord": "1",
        "maximumRecords": "10", "recordSchema": "marcxml", "recordPacking": "xml",
    }  # fmt: skip
    server.asked.clear()
    harvest(version="2.0", schema="marc")
    assert server.asked[0] == {
        "query": "cql.allRecords=1", "startRecord": "1", "maximumRecords": "10", "recordSchema": "marc",
        "recordXMLEscaping": "xml",
    }  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "marc:"])
@pytest.mark.parametrize("packing", ["xml", "string"])
def test_what_is_kept_are_the_bytes_of_the_record_itself(
    server: Server, tmp_path: Path, packing: str, prefix: str
) -> None:
    odd = book(7).replace("<leader>", "\n\t<leader  >").replace("Қала 7", "Қала &#49; &amp; б")
    odd = odd.replace("</", f"</{prefix}").replace(
        "<record xmlns=", f"<{prefix}record xmlns{':marc' * bool(prefix)}="
    )
    for name in ("leader", "controlfield", "datafield", "subfield"):
        odd = odd.replace(f"<{name}", f"<{prefix}{name}")
    server.records[6] = odd
    pages = source(server, tmp_path, packing=packing).pages({}, {}, full=False)
    kept = next(iter(pages)).results[6]
    assert isinstance(kept, codec.Decoded)
    assert kept.raw == odd.encode()
    assert kept.record.control_number == "b7"
    again = codec.decode(kept.raw, kept.syntax, kept.encoding)
    assert isinstance(again, codec.Decoded)
    assert again.canonical == kept.canonical
    assert "Қала 1 & б" in again.canonical


def test_a_page_in_another_encoding_is_read_as_it_declares(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    server.records = [book(1, "Караганда")]
    server.encoding, server.declaration = "cp1251", '<?xml version="1.0" encoding="windows-1251"?>'
    harvest()
    assert library.titles() == {"b1": "Караганда"}


def test_a_page_that_lies_about_its_encoding_is_read_when_the_configuration_says_which(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    server.records = [book(1, "Караганда")]
    server.encoding = "cp1251"
    assert told(harvest())["quarantined"] == 1
    assert told(harvest(encoding="cp1251")) == {"received": 1, "new": 1}
    assert library.titles() == {"b1": "Караганда"}


def test_a_server_that_gives_only_a_few_at_once_is_read_whole(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    server.cap = 4
    harvest()
    assert library.titles() == ALL


def test_a_server_that_repeats_a_page_is_a_failure_and_deletes_nothing(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    harvest()
    page = server.page
    server.page = lambda params: page({**params, "startRecord": "1"})  # type: ignore[method-assign]
    with pytest.raises(FatalError, match="does not heed the position"):
        harvest()
    assert library.titles() == ALL


def test_records_that_vanish_under_the_reader_cost_no_other_record(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    page = server.page

    def shrinking(params: dict[str, str]) -> bytes:
        if len(server.asked) == 3:
            del server.records[:5]
        return page(params)

    server.page = shrinking  # type: ignore[method-assign]
    harvest()
    assert set(library.titles()) == set(ALL)
    assert told(harvest())["absent"] == 5


@pytest.mark.parametrize("packing", ["xml", "string"])
def test_a_surrogate_diagnostic_is_one_record_in_quarantine(
    server: Server, library: Any, harvest: Callable[..., Any], packing: str
) -> None:
    server.surrogates = {12: (64, "Record temporarily unavailable")}
    assert told(harvest(packing=packing)) == {
        "received": 35, "new": 34, "quarantined": 1, "newly_quarantined": 1,
    }  # fmt: skip
    assert set(library.titles()) == set(ALL) - {"b12"}
    (kept,) = quarantined(library)
    assert (kept["reason"], kept["offset"]) == ("not_delivered", 12)
    assert "diagnostic 64: Record temporarily unavailable (so)" in kept["detail"]


def test_a_record_that_is_not_delivered_this_time_is_not_deleted(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    harvest()
    server.surrogates = {12: (64, "Record temporarily unavailable")}
    assert "absent" not in told(harvest())
    assert library.titles() == ALL


def test_what_was_not_delivered_waits_until_it_is(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    server.surrogates = {12: (64, "Record temporarily unavailable"), 20: (64, "Gone for a while")}
    harvest()
    del server.surrogates[12]
    harvest()
    (waiting,) = quarantined(library)
    assert waiting["offset"] == 20
    server.surrogates.clear()
    harvest()
    assert quarantined(library) == []
    assert library.titles() == ALL


def test_a_diagnostic_of_the_page_because_of_one_record_isolates_that_record(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    def refuse(body: bytes, _params: dict[str, str]) -> bytes:
        return (
            server.wrapped(diagnostics((63, "System error in retrieving records")))
            if b">b17<" in body
            else body
        )

    server.spoil = refuse
    assert told(harvest())["quarantined"] == 1
    assert set(library.titles()) == set(ALL) - {"b17"}
    assert "diagnostic 63" in quarantined(library)[0]["detail"]


@pytest.mark.parametrize(
    "poison",
    [b"\x0b", b"<unclosed>", b"&nosuch;", b"\xff", b"\x00"],
    ids=["control", "tag", "entity", "utf8", "zero"],
)
def test_a_poisoned_record_is_isolated_and_every_other_one_is_stored(
    server: Server, library: Any, harvest: Callable[..., Any], poison: bytes
) -> None:
    title = "Қала 23<".encode()
    server.spoil = lambda body, _: body.replace(title, title[:-1] + poison + b"<")
    report = harvest()
    assert set(library.titles()) == set(ALL) - {"b23"}
    assert told(report)["quarantined"] == 1
    (kept,) = quarantined(library)
    assert (kept["offset"], kept["state"]) == (23, "open")
    with library.store.read() as unit:
        raw = unit.harvests.quarantined_one(kept["id"])["raw"]
    assert b">b23<" in raw
    assert poison in raw


def test_a_page_that_was_malformed_once_is_asked_for_again(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    server.answers = {2: (200, b"<srw:searchRetr")}
    assert told(harvest()) == {"received": 35, "new": 35}
    assert library.titles() == ALL


def test_an_html_page_means_to_try_later(server: Server, library: Any, harvest: Callable[..., Any]) -> None:
    server.answers = {3: (200, b"\n<!DOCTYPE html><html><body>Back soon</body></html>")}
    with pytest.raises(SourceAway, match="HTML page"):
        harvest()
    assert told(harvest()) == {"received": 15, "new": 15}, "it goes on after the two pages it had"
    assert library.titles() == ALL


def test_a_document_type_is_never_read(server: Server, library: Any, harvest: Callable[..., Any]) -> None:
    server.records = [book(1, "&leak;")]
    server.declaration = '<!DOCTYPE x [<!ENTITY leak SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(FatalError, match="document type"):
        harvest()
    assert library.titles() == {}


def test_dublin_core_instead_of_marcxml_is_told_by_its_name(
    server: Server, harvest: Callable[..., Any]
) -> None:
    server.records = ['<dc:dc xmlns:dc="info:srw/schema/1/dc-v1.1"><dc:title>Қала</dc:title></dc:dc>']
    with pytest.raises(FatalError, match=r"'dc' instead of MARCXML"):
        harvest()
    with pytest.raises(FatalError, match=r"'dc' instead of MARCXML"):
        harvest(packing="string")


@pytest.mark.parametrize(
    ("number", "error", "said"),
    [
        (2, SourceAway, "unavailable for now"),
        (5, FatalError, "change `version`"),
        (10, FatalError, "query is not written"),
        (60, FatalError, "narrow it"),
        (66, FatalError, "change `schema`"),
        (999, FatalError, "diagnostic 999: Because"),
    ],
)
def test_a_fatal_diagnostic_is_explained(
    server: Server, harvest: Callable[..., Any], number: int, error: type[Exception], said: str
) -> None:
    server.spoil = lambda _body, _params: server.wrapped(diagnostics((number, "Because")))
    with pytest.raises(error, match=said):
        harvest()


def test_a_diagnostic_with_a_refusing_status_is_explained_too(
    server: Server, harvest: Callable[..., Any]
) -> None:
    server.asked.append({"version": "1.2"})
    body = server.wrapped(diagnostics((10, "Query syntax error")))
    server.asked.clear()
    server.answers = {1: (400, body)}
    with pytest.raises(FatalError, match="diagnostic 10"):
        harvest()


def test_a_warning_beside_records_costs_nothing(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    warning = diagnostics((8, "Unsupported parameter")).replace("P:", "srw:").encode()
    server.spoil = lambda body, _: body.replace(
        b"</srw:searchRetrieveResponse>", warning + b"</srw:searchRetrieveResponse>"
    )
    harvest()
    assert library.titles() == ALL


def test_an_empty_catalogue_that_had_records_is_a_guard_stop(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    harvest()
    held, server.records = server.records, []
    with pytest.raises(GuardStop, match="is empty but had 35"):
        harvest()
    server.records = held
    assert told(harvest()) == {"received": 35, "unchanged": 35}
    assert library.titles() == ALL


def test_whichever_request_fails_nothing_is_lost_in_the_end(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    changed = {}
    for number in range(1, 5):
        server.asked.clear()
        server.answers = {number: (200, b"<html>")}
        with pytest.raises(SourceAway):
            harvest(full=True)
        server.answers = {}
        server.records[8 * number] = book(8 * number + 1, f"Жаңа {number}")
        changed[f"b{8 * number + 1}"] = f"Жаңа {number}"
        harvest(full=True)
    harvest(full=True)
    assert library.titles() == ALL | changed


# --- changes since a day ----------------------------------------------------------------------------

SINCE = 'rec.lastModificationDate >= "{since}"'


def test_the_first_harvest_asks_for_everything_and_the_next_for_what_changed(
    server: Server, library: Any, harvest: Callable[..., Any]
) -> None:
    harvest(since_query=SINCE)
    assert {one["query"] for one in server.asked} == {"cql.allRecords=1"}
    server.asked.clear()
    server.records = [book(3, "Өзгерді"), book(36)]
    assert told(harvest(since_query=SINCE)) == {"received": 2, "new": 1, "changed": 1}
    # Two days before the moment that the server's own clock showed.
    assert server.asked[0]["query"] == '(cql.allRecords=1) and (rec.lastModificationDate >= "2026-11-20")'
    assert library.titles() == {**ALL, "b3": "Өзгерді", "b36": "Қала 36"}
    server.records = []
    assert told(harvest(since_query=SINCE)) == {}
    assert len(library.titles()) == 36


def test_a_wish_takes_the_place_of_the_watermark(server: Server, harvest: Callable[..., Any]) -> None:
    harvest(since_query=SINCE)
    server.asked.clear()
    harvest(since_query=SINCE, since="2026-05-01")
    assert '"2026-05-01"' in server.asked[0]["query"]


def test_a_full_harvest_asks_for_everything(server: Server, harvest: Callable[..., Any]) -> None:
    harvest(since_query=SINCE)
    server.asked.clear()
    harvest(since_query=SINCE, full=True)
    assert server.asked[0]["query"] == "cql.allRecords=1"


# --- check and options ------------------------------------------------------------------------------


def test_a_check_tells_what_a_harvest_would_find(server: Server, tmp_path: Path) -> None:
    assert source(server, tmp_path).check() == "Каталог (SRU 1.2): 35 records"
    server.explains = False
    assert source(server, tmp_path).check() == f"{server.url}: 35 records"


def test_a_check_finds_a_record_schema_that_the_server_does_not_have(server: Server, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no record schema 'unimarc', but marcxml"):
        source(server, tmp_path, schema="unimarc").check()


def test_a_check_tries_the_question_for_changes(server: Server, tmp_path: Path) -> None:
    server.spoil = lambda body, params: (
        server.wrapped(diagnostics((16, "Unsupported index"))) if "rec." in params["query"] else body
    )
    assert source(server, tmp_path).check()
    with pytest.raises(FatalError, match="index that the server does not have"):
        source(server, tmp_path, since_query=SINCE).check()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "ftp://example.kz/"}, "no http"),
        ({"version": "3"}, "version"),
        ({"packing": "zip"}, "packing"),
        ({"query": " "}, "query"),
        ({"page_size": 0}, "page_size"),
        ({"username": "joe"}, "go together"),
        ({"since_query": "rec.date > 2020"}, "since"),
    ],
)
def test_options_that_no_server_could_take_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Options(**{"url": "http://example.kz/", **options})


def test_an_account_is_told_to_the_server_and_to_nobody_else(tmp_path: Path, server: Server) -> None:
    made = source(server, tmp_path, username="joe", password="secret")
    assert made.check()
    assert set(server.accounts) == {"Basic am9lOnNlY3JldA=="}
    assert "secret" not in repr(made)


def test_a_password_in_the_address_stands_in_no_message(tmp_path: Path, server: Server) -> None:
    server.spoil = lambda _body, _params: server.wrapped(diagnostics((3, "Authentication error")))
    url = server.url.replace("http://", "http://joe:secret@")
    with pytest.raises(FatalError) as caught:
        next(iter(source(server, tmp_path, url=url).pages({}, {}, full=False)))
    assert "secret" not in str(caught.value)
