"""A local stand-in for Web-RABIS: an HTTP server on this machine with a gateway for each address.

A gateway is a function from what was asked to an answer; `ExportFile` serves the export of the Cataloguer
module with validators, ranges and conditions (RFC 9110, sections 8.8, 13 and 14).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import fullmatch
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path
    from socket import socket
    from types import TracebackType

HOST = "127.0.0.1"
#: Seconds a connection may stay silent.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: what a gateway decides on."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; Content-Length is set by the server, and the body is left out for HEAD."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Exchange(NamedTuple):
    """One line of the stand-in's memory."""

    method: str
    path: str
    status: int


Gateway = Callable[[Asked], Answer]
NOT_FOUND = Answer(404, {"Content-Type": "text/plain; charset=utf-8"}, b"There is nothing at this address.\n")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """Serves one file, read anew for every request: a later export may have replaced it.

    Attributes:
        path: the file; 404 while it is not there.
        content_type: ISO 2709 unless told otherwise.
    """

    path: Path
    content_type: str = "application/marc"

    def __call__(self, asked: Asked) -> Answer:
        """The file, the part of it that was asked for, or that it has not changed."""
        if asked.method not in {"GET", "HEAD"}:
            return Answer(405, {"Allow": "GET, HEAD"})
        try:
            content, changed = self.path.read_bytes(), int(self.path.stat().st_mtime)
        except FileNotFoundError:
            return NOT_FOUND
        tag = f'"{blake2b(content, digest_size=8).hexdigest()}"'
        validators = {
            "ETag": tag,
            "Last-Modified": formatdate(changed, usegmt=True),
            "Accept-Ranges": "bytes",
        }
        if _unchanged(asked.headers, tag, changed):
            return Answer(304, validators)
        headers = {"Content-Type": self.content_type, **validators}
        if asked.method == "GET" and _range_holds(asked.headers, tag, validators["Last-Modified"]):
            return _part(asked.headers["Range"], content, headers)
        return Answer(200, headers, content)


def _unchanged(headers: Message, tag: str, changed: int) -> bool:
    """True where the client has it already; the tag goes before the date (RFC 9110, 13.2.2)."""
    tags = headers.get("If-None-Match")
    if tags is not None:
        return tags.strip() == "*" or tag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    since = headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


def _range_holds(headers: Message, tag: str, changed: str) -> bool:
    """True where a part is asked for, and of the file as it is now."""
    return "Range" in headers and headers.get("If-Range", tag) in {tag, changed}


def _part(wanted: str, content: bytes, headers: dict[str, str]) -> Answer:
    """One range of bytes; the whole for a range that is none or many (RFC 9110, 14.2)."""
    found = fullmatch(r"bytes=(\d*)-(\d*)", wanted.replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return Answer(200, headers, content)
    size = len(content)
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    last = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if found[1] and found[2] and int(found[2]) < start:
        return Answer(200, headers, content)
    if start >= size:
        return Answer(416, {**headers, "Content-Range": f"bytes */{size}"})
    return Answer(
        206, {**headers, "Content-Range": f"bytes {start}-{last}/{size}"}, content[start : last + 1]
    )


class StandIn(AbstractContextManager["StandIn"]):
    """The running server; `with StandIn({"/export/catalogue.mrc": ExportFile(path)}) as rabis: rabis.url`.

    Attributes:
        exchanges: every request answered so far, in the order of the answers.
    """

    def __init__(self, gateways: Mapping[str, Gateway], *, port: int = 0) -> None:
        """Take a port (0: any free one) at once, so that `port` is known; answering begins with ``with``.

        Args:
            gateways: gateway by path.
            port: port on the loopback address.

        Raises:
            OSError: the port is taken.
        """
        self.exchanges: list[Exchange] = []
        self._server = _Server((HOST, port), _talker(gateways, self.exchanges))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        """The port taken."""
        return self._server.server_port

    @property
    def url(self) -> str:
        """Address of the stand-in, without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        """Say nothing: a client that hangs up in the middle is part of the play."""


def _nothing(_: Asked) -> Answer:
    return NOT_FOUND


def _talker(gateways: Mapping[str, Gateway], exchanges: list[Exchange]) -> type[BaseHTTPRequestHandler]:
    """The class that answers one connection by these gateways."""

    class Talker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "Web-RABIS-stand-in"
        timeout = PATIENCE
        disable_nagle_algorithm = True  # head and body are written apart: the body would wait 40 ms

        def _talk(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, address.path, parse_qs(address.query), self.headers, body)
            answer = gateways.get(address.path, _nothing)(asked)
            exchanges.append(Exchange(self.command, self.path, answer.status))
            self._say(answer)

        def _say(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD" and answer.status != 304:
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = _talk  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - the name the base class has
            """Say nothing: the demo's own summary is what people read."""

    return Talker
