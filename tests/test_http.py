"""The HTTP client gives whole bodies or a clear error, whatever the other side does on a real socket."""

from __future__ import annotations

import gzip
import socket
import threading
from contextlib import contextmanager
from io import BytesIO
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest

from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.http import Client, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BODY = b"x" * 200_000


@contextmanager
def server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[str]:
    """A socket on loopback that hands each request to `answer`."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(10)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    answer(connection, connection.recv(65536))
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/export.mrc"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def says(head: str, body: bytes = b"") -> Callable[[socket.socket, bytes], None]:
    def answer(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)

    return answer


def fetch(url: str, **limits: float) -> bytes:
    target = BytesIO()
    Client("test", Limits(connect=2, read=2, **limits)).download(url, target)  # type: ignore[arg-type]
    return target.getvalue()


def test_a_whole_body_arrives_whole() -> None:
    with server(says(f"200 OK\r\nContent-Length: {len(BODY)}", BODY)) as url:
        assert fetch(url) == BODY


def test_a_compressed_body_is_opened() -> None:
    packed = gzip.compress(BODY)
    with server(says(f"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}", packed)) as url:
        assert fetch(url) == BODY


def test_a_truncated_body_is_an_error_and_never_a_short_file() -> None:
    with server(says(f"200 OK\r\nContent-Length: {len(BODY) + 1}", BODY)) as url, pytest.raises(SourceAway):
        fetch(url)


def test_a_server_that_drips_does_not_get_round_the_deadline() -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x")
            sleep(0.05)

    began = monotonic()
    with server(drip) as url, pytest.raises(SourceAway, match="took longer"):
        fetch(url, total=0.5)
    assert monotonic() - began < 5


def test_a_silent_server_is_given_up() -> None:
    with (
        server(lambda _connection, _request: sleep(3)) as url,
        pytest.raises(SourceAway, match="cannot be fetched"),
    ):
        fetch(url)


def test_a_bomb_is_stopped_at_the_size_limit() -> None:
    packed = gzip.compress(b"\0" * 50_000_000)
    with (
        server(says(f"200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}", packed)) as url,
        pytest.raises(FatalError, match="larger than"),
    ):
        fetch(url, size=1_000_000)


@pytest.mark.parametrize(
    ("status", "error"), [("404 Not Found", SourceAway), ("503 Busy", SourceAway), ("403 No", FatalError)]
)
def test_a_refusal_is_told_with_its_number(status: str, error: type[Exception]) -> None:
    with server(says(f"{status}\r\nContent-Length: 0")) as url, pytest.raises(error, match=status[:3]):
        fetch(url)


def test_a_redirect_to_another_host_is_not_followed() -> None:
    with (
        server(says("302 Found\r\nLocation: http://example.com/x\r\nContent-Length: 0")) as url,
        pytest.raises(FatalError, match="another host"),
    ):
        fetch(url)


def test_redirects_in_a_circle_end() -> None:
    with (
        server(says("302 Found\r\nLocation: /again\r\nContent-Length: 0")) as url,
        pytest.raises(FatalError, match="circles"),
    ):
        fetch(url)


def test_nobody_there_is_a_matter_of_trying_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SourceAway) as caught:
        fetch(f"http://127.0.0.1:{port}/x")
    assert caught.value.exit_code == 75


def test_the_server_learns_who_is_asking() -> None:
    asked = []

    def answer(connection: socket.socket, request: bytes) -> None:
        asked.append(request)
        says("200 OK\r\nContent-Length: 0")(connection, request)

    with server(answer) as url:
        fetch(url)
    assert b"User-Agent: rabis-sync (+test)" in asked[0]
