"""The HTTP client gives whole bodies or a clear error, whatever the other side does on a real socket."""

from __future__ import annotations

import gzip
import logging
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import zlib
from base64 import b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Any

import pytest
import responses

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.http import Client, Limits, Retries
from rabis_sync.wiring.assembly import Assembly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Answer = Callable[[socket.socket], None]

BODY = b"<r>" + bytes(range(256)) * 800 + b"</r>"


def says(head: str, body: bytes = b"") -> Answer:
    return lambda connection: connection.sendall(
        f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body
    )


def ok(body: bytes = BODY, *headers: str) -> Answer:
    return says("\r\n".join(["200 OK", f"Content-Length: {len(body)}", *headers]), body)


def cut(body: bytes = BODY, *headers: str) -> Answer:
    """Promises one byte more than there is."""
    return says("\r\n".join(["200 OK", f"Content-Length: {len(body) + 1}", *headers]), body)


def resets(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drips(start: bytes, piece: bytes) -> Answer:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(100):
            connection.sendall(piece)
            sleep(0.01)

    return drip


def to(where: str) -> Answer:
    return says(f"302 Found\r\nLocation: {where}\r\nContent-Length: 0")


@dataclass
class Server:
    """Each request gets the next answer, every later one the last; `asked` holds the requests."""

    answers: tuple[Answer, ...]
    url: str = ""
    asked: list[bytes] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request and (more := connection.recv(65536)):
            request += more
        if request:
            self.asked.append(request)
            self.answers[min(len(self.asked), len(self.answers)) - 1](connection)


@contextmanager
def server(*answers: Answer, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if context else "http"
    running = Server(answers, f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/export.mrc")

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            try:
                with context.wrap_socket(connection, server_side=True) if context else connection as opened:
                    running.answer(opened)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@dataclass
class Waits:
    """Retries that only write down how long they would have waited, on a clock of their own."""

    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def now(self) -> float:
        return sum(self.slept)

    def retries(self, tries: int = 3) -> Retries:
        return Retries(tries, sleep=self.sleep, random=lambda: 1.0)


def client(waits: Waits | None = None, *, tries: int = 3, **limits: Any) -> Client:
    return Client("test", Limits(connect=2, **{"read": 2, **limits}), (waits or Waits()).retries(tries))


def get(url: str, **limits: Any) -> bytes:
    return client(**limits).get(url).body


@dataclass
class Anew:
    """A download that begins anew with every try."""

    stream: BytesIO = field(default_factory=BytesIO)
    headers: dict[str, str] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)

    def asks(self) -> Mapping[str, str]:
        return self.headers

    def place(self, status: int, _headers: Mapping[str, str]) -> IO[bytes] | None:
        self.statuses.append(status)
        self.stream.seek(0)
        self.stream.truncate()
        return None if status == 416 else self.stream


# ── Bodies ──────────────────────────────────────────────────────────────────────────────────────────────────


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        ok(),
        says("200 OK\r\nTransfer-Encoding: chunked", chunked(BODY)),
        says("200 OK", BODY),
        ok(gzip.compress(BODY), "Content-Encoding: gzip"),
        ok(gzip.compress(BODY), "Content-Encoding: X-GZIP"),
        ok(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), "Content-Encoding: gzip"),
        ok(zlib.compress(BODY), "Content-Encoding: deflate"),
        ok(zlib.compress(BODY, wbits=-15), "Content-Encoding: deflate"),
        ok(zlib.compress(gzip.compress(BODY)), "Content-Encoding: gzip, deflate"),
        ok(gzip.compress(BODY), "Content-Type: text/xml"),
        ok(gzip.compress(gzip.compress(BODY)), "Content-Encoding: gzip"),
        ok(BODY, "Content-Encoding: identity"),
    ],
    ids=[
        "length", "chunked", "until the end", "gzip", "x-gzip", "two members", "deflate", "headless deflate",
        "twice", "gzip undeclared", "gzip once more undeclared", "identity",
    ],
)  # fmt: skip
def test_a_whole_body_arrives_whole(answer: Answer) -> None:
    with server(answer) as running:
        assert get(running.url) == BODY


def test_an_empty_body_is_a_body() -> None:
    with server(ok(b"", "Content-Encoding: gzip")) as running:
        assert get(running.url) == b""


PACKED = gzip.compress(BODY)
BROKEN = {
    "cut short": cut(),
    "chunks cut short": says("200 OK\r\nTransfer-Encoding: chunked", chunked(BODY)[:-9]),
    "chunks of no size": says("200 OK\r\nTransfer-Encoding: chunked", b"zz\r\nx\r\n0\r\n\r\n"),
    "reset": resets,
    "no answer": lambda _connection: None,
    "no HTTP": lambda connection: connection.sendall(b"220 smtp.example.kz\r\n\r\n"),
    "gzip cut short": ok(PACKED[:-9], "Content-Encoding: gzip"),
    "gzip damaged": ok(PACKED[:200] + b"\xff\0\xff" + PACKED[203:], "Content-Encoding: gzip"),
    "gzip of a wrong checksum": ok(PACKED[:-8] + b"\0" * 4 + PACKED[-4:], "Content-Encoding: gzip"),
    "deflate cut short": ok(zlib.compress(BODY)[:-9], "Content-Encoding: deflate"),
    "no gzip at all": ok(BODY, "Content-Encoding: gzip"),
    "undeclared gzip cut short": ok(PACKED[:-9]),
    "408": says("408 Request Timeout\r\nContent-Length: 0"),
    "429": says("429 Too Many Requests\r\nContent-Length: 0"),
    "500": says("500 Internal Server Error\r\nContent-Length: 0"),
    "503": says("503 Service Unavailable\r\nContent-Length: 0"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_fails_once_is_asked_for_again_as_a_whole(broken: Answer) -> None:
    waits = Waits()
    with server(broken, ok()) as running:
        assert client(waits).get(running.url).body == BODY
        assert len(running.asked) == 2
    assert waits.slept == [1]


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_fails_every_time_is_away_and_never_a_short_body(broken: Answer) -> None:
    waits = Waits()
    with server(broken) as running, pytest.raises(SourceAway, match=r"tries: 3") as caught:
        client(waits).get(running.url)
    assert len(running.asked) == 3
    assert waits.slept == [1, 2]
    assert running.url in str(caught.value)
    assert caught.value.exit_code == 75


def test_nobody_there_is_a_matter_of_trying_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SourceAway, match="refused"):
        get(f"http://127.0.0.1:{port}/x")


def test_bytes_beyond_the_length_are_not_taken_for_the_next_answer() -> None:
    def lies(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntrueHTTP/1.1 200 OK\r\n\r\nfalse")
        sleep(0.05)

    with server(lies, ok(b"second")) as running:
        asking = client()
        assert [asking.get(running.url).body for _ in range(2)] == [b"true", b"second"]


# ── Limits ──────────────────────────────────────────────────────────────────────────────────────────────────

HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "drip",
    [
        drips(b"", b"H"),
        drips(HEAD, b"X: y\r\n"),
        drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        drips(HEAD + b"Content-Length: 1000\r\n\r\n", b"x"),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        drips(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["status line", "headers", "interim answers", "body", "size of a chunk", "trailers"],
)
def test_a_server_that_drips_does_not_get_round_the_deadline(drip: Answer) -> None:
    began = monotonic()
    with server(drip) as running, pytest.raises(SourceAway, match=r"took longer than 0\.1 seconds"):
        get(running.url, page_total=0.1)
    assert monotonic() - began < 2
    assert len(running.asked) == 1


def test_a_download_has_a_deadline_too() -> None:
    drip = drips(HEAD + b"Content-Length: 1000\r\n\r\n", b"x")
    target = Anew()
    with server(drip) as running, pytest.raises(SourceAway, match="took longer"):
        client(total=0.1).download(running.url, target)
    assert 0 < len(target.stream.getvalue()) < 100


def test_a_silent_server_is_given_up() -> None:
    with server(lambda _: sleep(0.2)) as running, pytest.raises(SourceAway, match="timed out"):
        get(running.url, read=0.05, tries=1)


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (gzip.compress(b"\0" * 50_000_000), "gzip"),
        (zlib.compress(b"\0" * 50_000_000), "deflate"),
        (gzip.compress(b"\0" * 50_000_000), "identity"),
        (gzip.compress(gzip.compress(b"\0" * 50_000_000)), "gzip"),
    ],
    ids=["gzip", "deflate", "undeclared", "twice"],
)
def test_a_bomb_is_stopped_by_its_ratio(body: bytes, coding: str) -> None:
    with (
        server(ok(body, f"Content-Encoding: {coding}")) as running,
        pytest.raises(FatalError, match="unpack to more than"),
    ):
        get(running.url)
    assert len(running.asked) == 1


def test_a_body_beyond_the_limit_is_refused_whether_it_tells_its_length_or_not() -> None:
    for answer in (ok(), says("200 OK", BODY), ok(gzip.compress(BODY), "Content-Encoding: gzip")):
        with server(answer) as running, pytest.raises(FatalError, match=r"more than|larger than"):
            client().get(running.url, limit=len(BODY) - 1)
    with server(ok()) as running:
        assert client().get(running.url, limit=len(BODY)).body == BODY


def test_a_download_beyond_the_limit_is_refused() -> None:
    with server(ok()) as running, pytest.raises(FatalError, match="larger than"):
        client(size=1000).download(running.url, Anew())


def test_a_coding_that_nobody_asked_for_is_refused_by_name() -> None:
    with server(ok(BODY, "Content-Encoding: br")) as running, pytest.raises(FatalError, match="'br'"):
        get(running.url)


# ── Refusals and pauses ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "error", "hint"),
    [
        ("404 Not Found", SourceAway, "address"),
        ("410 Gone", SourceAway, "address"),
        ("401 Unauthorized", FatalError, "account"),
        ("403 Forbidden", FatalError, "account"),
        ("400 Bad Request", FatalError, "address"),
        ("304 Not Modified", FatalError, "address"),
    ],
)
def test_a_refusal_is_told_at_once_with_its_number(status: str, error: type[Exception], hint: str) -> None:
    with (
        server(says(f"{status}\r\nContent-Length: 0")) as running,
        pytest.raises(error, match=status) as caught,
    ):
        get(running.url)
    assert hint in caught.value.hint  # type: ignore[attr-defined]
    assert len(running.asked) == 1


def test_a_status_that_is_accepted_comes_back_with_its_body() -> None:
    with server(says("404 Not Found\r\nContent-Length: 4\r\nX-Why: None", b"none")) as running:
        found = client().get(running.url, accept_statuses=frozenset({200, 404}))
    assert (found.status, found.body, found.headers["x-why"]) == (404, b"none", "None")


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ("Retry-After: 7", 7),
        ("Retry-After: 86400", 300),
        ("Retry-After: Sun, 22 Nov 2026 03:00:40 GMT\r\nDate: Sun, 22 Nov 2026 03:00:00 GMT", 40),
        ("Retry-After: Sun, 22 Nov 2037 03:00:00 GMT", 300),
        ("Retry-After: Sun, 22 Nov 2020 03:00:00 GMT", 1),
        ("Retry-After: soon", 1),
        ("Retry-After: -5", 1),
        ("Retry-After: 0", 1),
    ],
)  # fmt: skip
def test_the_server_says_how_long_to_wait_within_reason(headers: str, waited: float) -> None:
    waits = Waits()
    with server(says(f"503 Busy\r\n{headers}\r\nContent-Length: 0"), ok()) as running:
        client(waits).get(running.url)
    assert waits.slept == [waited]


def test_pauses_double_up_to_a_limit_and_half_of_each_is_left_to_chance() -> None:
    longest, shortest = Retries(random=lambda: 1.0), Retries(random=lambda: 0.0)
    assert [longest.pause(failed) for failed in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [shortest.pause(failed) for failed in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert longest.pause(2000) == 60


def test_requests_to_one_host_keep_their_distance() -> None:
    waits = Waits()
    with server(ok(), ok(), to("/on"), ok()) as running, server(ok()) as other:
        asking = Client(retries=waits.retries(), pause=2, clock=waits.now)
        for url in (running.url, running.url, other.url, running.url):
            asking.get(url)
    assert waits.slept == [2, 2, 2], (
        "a request after a redirect is one too, and another host is not made to wait"
    )


# ── Redirects ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_redirect_on_the_same_host_is_followed() -> None:
    with server(to("/moved?x=1"), ok()) as running:
        found = client().get(running.url, params={"verb": "Identify"})
    assert running.asked[1].startswith(b"GET /moved?x=1 HTTP/1.1\r\n")
    assert found.body == BODY
    assert found.url.endswith("/moved?x=1")


def test_five_redirects_are_followed_and_a_circle_ends() -> None:
    with server(*[to(f"/{n}") for n in range(5)], ok()) as running:
        assert get(running.url) == BODY
    with server(to("/again")) as running, pytest.raises(FatalError, match="circles"):
        get(running.url)
    assert len(running.asked) == 6


@pytest.mark.parametrize("where", ["http://example.com/x", "//example.com/x", "http://u:secret@127.0.0.2/x"])
def test_a_redirect_to_another_host_is_not_followed(where: str) -> None:
    with server(to(where)) as running, pytest.raises(FatalError, match="another host") as caught:
        get(running.url)
    assert "secret" not in str(caught.value)


def test_a_redirect_to_what_is_no_web_address_is_not_followed() -> None:
    with server(to("file:///etc/passwd")) as running, pytest.raises(FatalError):
        get(running.url)


def test_credentials_go_to_the_same_port_alone() -> None:
    with server(ok()) as other, server(to(other.url)) as running:
        assert get(running.url) == BODY
        with pytest.raises(FatalError, match="another place"):
            client().get(running.url, credentials="token")
    assert len(other.asked) == 1


def test_credentials_go_along_on_the_same_port() -> None:
    with server(to("/moved"), ok()) as running:
        client().get(running.url, credentials="token")
    assert b"\r\nAuthorization: Bearer token\r\n" in running.asked[1]


def test_the_body_of_a_redirect_is_not_waited_for() -> None:
    endless = drips(b"HTTP/1.1 302 Found\r\nLocation: /on\r\nContent-Length: 9999\r\n\r\n", b"x")
    began = monotonic()
    with server(endless, ok()) as running:
        assert get(running.url) == BODY
        assert monotonic() - began < 0.9


# ── Who asks ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_server_learns_who_is_asking() -> None:
    with server(ok()) as running:
        get(running.url)
        Client("https://кітапхана.қаз/").get(running.url)
    assert b"\r\nUser-Agent: rabis-sync (+test)\r\n" in running.asked[0]
    assert b"\r\nUser-Agent: rabis-sync (+https://%D0%BA" in running.asked[1]
    assert b"\r\nAccept-Encoding: gzip, deflate\r\n" in running.asked[0]


def basic(user: str, password: str) -> bytes:
    return b"\r\nAuthorization: Basic " + b64encode(f"{user}:{password}".encode()) + b"\r\n"


def test_a_user_is_known_by_password_or_token_by_argument_or_address() -> None:
    with server(ok()) as running:
        client().get(running.url, credentials=("Ольга", "құпия"))
        client().get(running.url, credentials="t0ken\n")
        client().get(running.url.replace("//", "//olga:p%40ss@"))
        client().get(running.url)
    assert basic("Ольга", "құпия") in running.asked[0]
    assert b"\r\nAuthorization: Bearer t0ken\r\n" in running.asked[1]
    assert basic("olga", "p@ss") in running.asked[2]
    assert b"Authorization" not in running.asked[3]


def test_no_secret_is_ever_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with server(says("403 Forbidden\r\nContent-Length: 0"), ok(), cut()) as running:
        address = running.url.replace("//", "//olga:s3cret@")
        with pytest.raises(FatalError) as refused:
            client().get(address)
        assert "s3cret" not in client().get(address).url
        with pytest.raises(SourceAway) as broken:
            client().get(address)
    shown = f"{refused.value} {broken.value} {caplog.text} {Client(proxy='http://u:s3cret@proxy')!r}"
    assert caplog.records
    assert "s3cret" not in shown
    assert basic("x", "s3cret")[30:40].decode() not in shown
    assert running.url in shown


def test_a_token_that_cannot_be_sent_is_refused_without_being_shown() -> None:
    with pytest.raises(FatalError) as caught:
        client().get("http://127.0.0.1:9/", credentials="s3cret\r\nX: y")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "export.mrc", "ftp://u:s3cret@host/x", "http://", "http://[::1", "http://h:p:1/", "http://u:s3cret@:x/"]
)  # fmt: skip
def test_what_is_no_web_address_is_refused_without_secrets(url: str) -> None:
    with pytest.raises(FatalError) as caught:
        client().get(url)
    assert "s3cret" not in str(caught.value)


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with server(ok()) as running:
        assert get(running.url) == BODY


def test_a_proxy_is_asked_for_everything() -> None:
    with server(ok()) as proxy:
        asking = Client(proxy=proxy.url.replace("//", "//u:p@"), retries=Waits().retries())
        assert asking.get("http://rabis.example.kz/oai").body == BODY
    assert proxy.asked[0].startswith(b"GET http://rabis.example.kz/oai HTTP/1.1\r\n")
    assert b"\r\nProxy-Authorization: Basic dTpw\r\n" in proxy.asked[0]


def test_a_proxy_that_drips_does_not_get_round_the_deadline() -> None:
    with server(drips(HEAD, b"X: y\r\n")) as proxy:
        asking = Client(proxy=proxy.url, limits=Limits(page_total=0.1), retries=Waits().retries())
        with pytest.raises(SourceAway, match="took longer"):
            asking.get("https://rabis.example.kz/oai")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("openssl"):
        pytest.skip("needs the Debian package openssl")
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += [
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        str(path),
        "-out",
        f"{path}.crt",
    ]
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + path.with_name("certificate.pem.crt").read_bytes())
    return path


def test_a_certificate_nobody_signed_is_refused_and_one_of_our_own_authority_is_not(
    certificate: Path,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with server(ok(), drips(HEAD, b"X: y\r\n"), context=context) as running:
        with pytest.raises(FatalError, match="cannot be trusted") as caught:
            get(running.url)
        assert "ca_file" in caught.value.hint
        own = Client(ca_file=str(certificate), limits=Limits(page_total=0.1), retries=Waits().retries())
        assert own.get(running.url).body == BODY
        with pytest.raises(SourceAway, match="took longer"):
            own.get(running.url)


def test_a_redirect_from_https_to_http_is_not_followed(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with server(ok()) as plain, server(to(plain.url), context=context) as running:
        with pytest.raises(FatalError, match="another place"):
            Client(ca_file=str(certificate)).get(running.url)
        assert plain.asked == []


# ── The client itself ───────────────────────────────────────────────────────────────────────────────────────


def test_one_connection_serves_many_requests_until_the_client_is_closed() -> None:
    connections = []

    def keeps(connection: socket.socket) -> None:
        connections.append(connection.getpeername())
        for _ in range(3):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
            if not connection.recv(65536):
                break

    with server(keeps) as running:
        asking = client()
        assert [asking.get(running.url).body for _ in range(2)] == [b"hi"] * 2
        asking.close()
        assert asking.get(running.url).body == b"hi"
        asking.close()
    assert len(connections) == 2


def test_a_client_is_a_value() -> None:
    assert Client("a", pause=1) == Client("a", pause=1)
    assert len({Client("a"), Client("a"), Client("b")}) == 2


def test_the_headers_alone_can_be_asked_for() -> None:
    with server(says("200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip")) as running:
        found = client().get(running.url, method="HEAD")
    assert running.asked[0].startswith(b"HEAD ")
    assert (found.headers["content-length"], found.body) == ("1000", b"")


def test_parameters_join_those_of_the_address() -> None:
    with server(ok()) as running:
        client().get(f"{running.url}?a=1#part", params={"token": "қ &/"}, headers={"Accept": "text/xml"})
    assert running.asked[0].startswith(b"GET /export.mrc?a=1&token=%D2%9B+%26%2F HTTP/1.1\r\n")
    assert b"\r\nAccept: text/xml\r\n" in running.asked[0]


def test_a_download_keeps_what_is_compressed_and_says_so() -> None:
    target = Anew()
    with server(cut(), ok(PACKED, "Content-Encoding: gzip", 'ETag: "1"')) as running:
        found = client().download(running.url, target, credentials=("u", "p"))
    assert target.stream.getvalue() == PACKED
    assert (found.status, found.headers["etag"], found.body) == (200, '"1"', b"")
    assert b"\r\nAccept-Encoding: identity\r\n" in running.asked[0]
    assert basic("u", "p") in running.asked[1]


def test_what_has_not_changed_is_not_written() -> None:
    target = Anew(headers={"If-None-Match": '"1"'})
    with server(says('304 Not Modified\r\nETag: "1"')) as running:
        assert client().download(running.url, target).status == 304
    assert b'\r\nIf-None-Match: "1"\r\n' in running.asked[0]
    assert target.statuses == []


def test_a_part_is_only_taken_where_one_was_asked_for() -> None:
    part = says("206 Partial Content\r\nContent-Length: 4\r\nContent-Range: bytes 0-3/9", b"part")
    with server(part) as running:
        with pytest.raises(FatalError, match="206"):
            client().download(running.url, Anew())
        target = Anew(headers={"Range": "bytes=0-3"})
        assert client().download(running.url, target).status == 206
    assert target.stream.getvalue() == b"part"


def test_a_target_may_ask_once_more() -> None:
    target = Anew(headers={"Range": "bytes=99-"})
    with server(says("416 Range Not Satisfiable\r\nContent-Length: 0"), ok()) as running:
        client().download(running.url, target)
    assert target.statuses == [416, 200]
    assert target.stream.getvalue() == BODY


CONFIGURATION = """
[library]
name = { kk = "К", ru = "Б", en = "L" }
site_url = "https://example.kz/kraeved/"
[http]
"""


def configured(folder: Path, *lines: str) -> Client:
    path = folder / "config.toml"
    path.write_text(CONFIGURATION + "\n".join(lines), encoding="utf-8")
    return Assembly.of(path)._client


def test_the_client_is_what_the_configuration_says(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = configured(tmp_path)
    assert (plain.contact, plain.pause, plain.proxy, plain.ca_file) == (
        "https://example.kz/kraeved/",
        0,
        "",
        "",
    )
    monkeypatch.setenv("PROXY", "http://u:s3cret@proxy:3128")
    (tmp_path / "authority.pem").write_bytes(certificate.read_bytes())
    chosen = configured(
        tmp_path,
        'contact = "a@example.kz"',
        'proxy_env = "PROXY"',
        'ca_file = "authority.pem"',
        "pause = 0.5",
    )
    assert (chosen.contact, chosen.pause) == ("a@example.kz", 0.5)
    assert chosen.proxy == "http://u:s3cret@proxy:3128"
    assert chosen.ca_file == str(tmp_path / "authority.pem")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('proxy = "u:s3cret@proxy:3128"', r"http\.proxy: .*starts with http"),
        ("pause = -1", r"http\.pause: .*less than nothing"),
        ("pause = nan", r"http\.pause: .*less than nothing"),
        ('ca_file = "nowhere.pem"', r"http\.ca_file: .*nowhere\.pem"),
        ('ca_file = "config.toml"', r"http\.ca_file: .*no certificates"),
        ("verify = false", r"http\.verify: unknown key"),
    ],
)
def test_a_wrong_http_section_is_told_before_anything_is_asked(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        configured(tmp_path, line)
    assert "s3cret" not in str(caught.value)


def test_responses_can_stand_in_for_a_server() -> None:
    with responses.RequestsMock() as mock:
        mock.get(
            "http://rabis.example.kz/oai",
            body=BODY,
            match=[responses.matchers.query_param_matcher({"a": "1"})],
        )
        assert client().get("http://rabis.example.kz/oai", params={"a": "1"}).body == BODY
