"""The only HTTP client: nothing it fetches may last, grow or wander without limit, and passing faults pass.

A request is made again as a whole, body included, after a connection that failed or broke off, 408, 429, 5xx.
The environment (proxy variables, ``.netrc``) is not asked: what is reached, and as whom, is configured.
"""

from __future__ import annotations

import gzip
import http.client
import io
import random
import re
import ssl
import string
import time
import zlib
from base64 import b64encode
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import extract_cookies_to_jar
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from rabis_sync.errors import FatalError, SourceAway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from socket import socket

#: User and password (Basic, RFC 7617), or a bearer token (RFC 6750); empty: none.
Credentials = tuple[str, str] | str

#: Bytes asked of the socket, and taken out of a compressed body, at a time.
PIECE = 64 * 1024
#: Bytes of a body that are opened before its ratio says anything.
RATIO_FROM = 8 * 1024**2
_GZIP = b"\x1f\x8b"
_TOO_LARGE = "No page of records and no export is that large: it is taken for a fault or an attack."
#: When the answer read on this thread must be there, by `time.monotonic`.
_DEADLINE: ContextVar[float] = ContextVar("deadline", default=float("inf"))


@dataclass(frozen=True, slots=True)
class Limits:
    """What a response may cost, in seconds and bytes; what counts as total is measured by the clock."""

    connect: float = 10  # to reach the server
    read: float = 60  # without a single byte
    total: float = 4 * 3600  # for a download: a server that drips does not get round it
    size: int = 4 * 1024**3  # of a download
    page_total: float = 600  # for an answer to `Client.get`
    page_size: int = 64 * 1024**2  # of its body, compressed and not
    ratio: float = 200  # of a body to what was sent


@dataclass(frozen=True, slots=True)
class Retries:
    """How often, and after how many seconds, a request is made again."""

    tries: int = 5  # requests in all
    first: float = 1  # pause before the second try, doubled before every later one
    longest: float = 60  # pause of ours
    patience: float = 300  # when the server itself names a time (Retry-After)
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random  # 0 to 1: so that many clients do not come at once

    def pause(self, failed: int, asked: float = 0) -> float:
        """Seconds to wait after so many failed tries; `asked` are those the server wants."""
        backoff = min(self.longest, self.first * 2.0 ** min(failed - 1, 99)) * (1 + self.random()) / 2
        return max(backoff, min(asked, self.patience))


class Response(NamedTuple):
    """An answer; header names in lower case, the body whole and decompressed, empty for a download."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Target(Protocol):
    """Where a download goes."""

    def asks(self) -> Mapping[str, str]:
        """Headers of the next try."""

    def place(self, status: int, headers: Mapping[str, str]) -> IO[bytes] | None:
        """Where the body of a 200, 206 or 416 goes, from its position on; None: ask once more."""


class _Passing(Exception):  # noqa: N818 - says what it is, and never leaves this module
    """A fault that another try may not meet; `asked`: seconds that the server wants us to wait."""

    def __init__(self, message: str, asked: float = 0) -> None:
        super().__init__(message)
        self.asked = asked


@dataclass(frozen=True, slots=True)
class Client:
    """Asks over connections that stay open for the next request, until `close` or the client's end."""

    contact: str = "rabis-sync"  # who we are, for the server's administrator: goes into User-Agent
    limits: Limits = field(default_factory=Limits)
    retries: Retries = field(default_factory=Retries)
    pause: float = 0  # seconds that lie at least between two requests to one host
    proxy: str = field(default="", repr=False)  # address of the proxy for all requests; empty: none
    ca_file: str = ""  # certificates of the authorities to trust, PEM; empty: those that requests trusts
    clock: Callable[[], float] = time.monotonic  # of any epoch, for `pause`
    _session: requests.Session = field(init=False, repr=False, compare=False)
    _asked: dict[str, float] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", _Adapter())
        session.mount("https://", _Adapter())
        session.proxies = {"http": self.proxy, "https": self.proxy} if self.proxy else {}
        agent = quote(f"rabis-sync (+{self.contact})", safe=string.punctuation + " ")
        session.headers.update({"User-Agent": agent, "Accept-Encoding": "gzip, deflate"})
        object.__setattr__(self, "_session", session)

    def close(self) -> None:
        """Give up the connections; a later request opens new ones."""
        self._session.close()

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        credentials: Credentials = "",
        accept_statuses: frozenset[int] = frozenset({200}),
        limit: int = 0,
        method: str = "GET",
        body: bytes = b"",
    ) -> Response:
        """The answer with its whole body.

        A ``user:password@`` in `url` is sent as `credentials`, to this scheme, host and port alone, and never
        shown. Every status but the accepted ones is an error; `limit` is of bytes of the body, in place of
        `Limits.page_size`; `method` is GET, HEAD for the headers alone, or POST, which sends the body.

        Raises:
            SourceAway: every try found no answer, one that breaks off, 408, 429 or 5xx; too slow; 404 or 410.
            FatalError: another refusal, a redirect elsewhere, an untrusted certificate, a body too large.
        """
        asked = _request(method, url, credentials, params=params, headers=headers, data=body)
        most = limit or self.limits.page_size

        def once() -> Response:
            with self._answer(asked, accept_statuses, self.limits.page_total) as answer:
                body = b"".join(self._pieces(answer, most))
                codings = answer.headers.get("Content-Encoding", "")
                return _response(answer, _opened(body, codings, most, self.limits.ratio))

        return self._until_done(asked.url, once)

    def download(self, url: str, target: Target, *, credentials: Credentials = "") -> Response:
        """Write a file as it is sent, what is compressed there stays so; 304 writes nothing.

        Raises:
            SourceAway, FatalError: as `get`; what came stays written.
        """
        asked = _request("GET", url, credentials)
        own = asked.headers

        def once() -> Response:
            asked.headers = {"Accept-Encoding": "identity", **target.asks(), **own}
            accepted = frozenset({200, 304} | ({206, 416} if "Range" in asked.headers else set()))
            with self._answer(asked, accepted, self.limits.total) as answer:
                found = _response(answer)
                if found.status != requests.codes.not_modified:
                    if (stream := target.place(found.status, found.headers)) is None:
                        raise _Passing("cannot be gone on with where it broke off")
                    for piece in self._pieces(answer, self.limits.size - stream.tell()):
                        stream.write(piece)
                return found

        return self._until_done(asked.url, once)

    def _until_done(self, url: str, once: Callable[[], Response]) -> Response:
        failed = 0
        while True:
            try:
                return once()
            except _Passing as error:
                failed += 1
                if failed >= self.retries.tries:
                    raise SourceAway(f"{url} {error} (tries: {failed})") from error
                self.retries.sleep(self.retries.pause(failed, error.asked))

    @contextmanager
    def _answer(
        self, asked: requests.Request, accepted: frozenset[int], total: float
    ) -> Iterator[requests.Response]:
        """The answer at the end of all redirects, its body still to be read before the deadline."""
        deadline = time.monotonic() + total
        before = _DEADLINE.set(deadline)
        try:
            with self._sent(asked) as answer:
                _refuse(asked.url, answer, accepted)
                yield answer
        except (requests.RequestException, HTTPError, OSError) as error:
            if time.monotonic() >= deadline:
                raise SourceAway(f"{asked.url} took longer than {total:g} seconds") from error
            raise _told(asked.url, error) from error
        finally:
            _DEADLINE.reset(before)

    def _sent(self, asked: requests.Request) -> requests.Response:
        session, prepared = self._session, self._session.prepare_request(asked)
        timeout, verify = (self.limits.connect, self.limits.read), self.ca_file or True
        for _ in range(6):  # itself and five redirects
            self._keep_pace(urlsplit(str(prepared.url)).netloc)
            # Not by the session: it would read the body of a redirect to its end, however long it is.
            answer = session.get_adapter(str(prepared.url)).send(
                prepared, stream=True, timeout=timeout, verify=verify, proxies=session.proxies
            )
            extract_cookies_to_jar(session.cookies, prepared, answer.raw)  # type: ignore[no-untyped-call]
            if not (onward := session.get_redirect_target(answer)):
                return answer
            answer.close()
            prepared.prepare_url(_onward(prepared, urljoin(str(prepared.url), onward)), None)
        raise FatalError(f"{asked.url} sends us round in circles")

    def _keep_pace(self, host: str) -> None:
        wait = self._asked.get(host, float("-inf")) + self.pause - self.clock()
        if wait > 0:
            self.retries.sleep(wait)
        self._asked[host] = self.clock()

    def _pieces(self, answer: requests.Response, limit: int) -> Iterator[bytes]:
        """The body as it is sent; `read1` waits for no more than the next bytes."""
        while piece := answer.raw.read1(PIECE, decode_content=False):
            limit -= len(piece)
            if limit < 0:
                raise FatalError(f"{answer.url!s} is larger than is allowed", hint=_TOO_LARGE)
            yield piece


def _request(method: str, url: str, credentials: Credentials, **more: Any) -> requests.Request:
    """A request whose address may be shown: user and password are moved from it into a header."""
    shown = re.sub(r"//[^/?#]*@", "//", url, count=1)
    try:
        parts = urlsplit(url)
        bare = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
        full = str(requests.Request(method, bare, params=more.get("params")).prepare().url)
    except (ValueError, requests.RequestException):
        hint = "A web address starts with https:// or http:// and the name of the server."
        raise FatalError(f"{shown!r} is no web address", hint=hint) from None
    if parts.username and not credentials:
        credentials = (unquote(parts.username), unquote(parts.password or ""))
    own = {"Authorization": _authorization(credentials)} if credentials else {}
    return requests.Request(method, full, {**(more.get("headers") or {}), **own}, data=more.get("data"))


def _authorization(credentials: Credentials) -> str:
    if isinstance(credentials, tuple):
        return "Basic " + b64encode(":".join(credentials).encode()).decode()
    if re.fullmatch(r"[!-~]+", token := credentials.strip()):
        return f"Bearer {token}"
    raise FatalError("the access token holds blanks or letters that no token may hold")


def _onward(asked: requests.PreparedRequest, there: str) -> str:
    """Where a redirect leads: to the same host, never down to http, with credentials to the same port."""
    old, new = urlsplit(str(asked.url)), urlsplit(there)
    new = new._replace(netloc=new.netloc.rpartition("@")[2])
    same = (old.scheme, old.netloc) == (new.scheme, new.netloc)
    upward = new.hostname == old.hostname and new.scheme in {old.scheme, "https"}
    if not (same or (upward and "Authorization" not in asked.headers)):
        what = "another place" if new.hostname == old.hostname else "another host"
        hint = "Put the right address into the configuration."
        raise FatalError(f"{asked.url} sends us on to {what}, {new.geturl()}", hint=hint)
    return new.geturl()


def _refuse(url: str, answer: requests.Response, accepted: frozenset[int]) -> None:
    status, message = answer.status_code, f"answers {answer.status_code} {answer.reason or ''}".strip()
    if status in accepted:
        return
    if status in {408, 429} or status >= 500:
        raise _Passing(message, _retry_after(answer.headers))
    if status in {404, 410}:
        raise SourceAway(f"{url} {message}", hint="Check the address, or wait until it is there.")
    account = "Check user, password or token, and the rights of the account."
    raise FatalError(f"{url} {message}", hint=account if status in {401, 403} else "Check the address.")


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds the server wants us to wait: a number, or a date by its own clock (RFC 9110, 10.2.3)."""
    asked = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        now = parsedate_to_datetime(headers["Date"]) if "Date" in headers else datetime.now(UTC)
        return (parsedate_to_datetime(asked) - now).total_seconds()
    except (ValueError, TypeError):  # no date; or one of the two without a zone
        return 0


def _told(url: str, error: Exception) -> Exception:
    """The innermost cause, which is what a person can act on, as the error it is for us."""
    causes = [error]
    while isinstance(inner := causes[-1].__cause__ or causes[-1].__context__, Exception):
        causes.append(inner)
    reason = " ".join(str(causes[-1]).split()) or type(causes[-1]).__name__
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        hint = "If an authority of your own has signed it, name its certificate by ca_file in [http]."
        return FatalError(f"{url} has a certificate that cannot be trusted: {reason}", hint=hint)
    if isinstance(error, ValueError):
        return FatalError(f"{url} cannot be asked for: {type(error).__name__}")
    return _Passing(f"cannot be fetched: {reason}")


def _response(answer: requests.Response, body: bytes = b"") -> Response:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, body, str(answer.url))


def _opened(body: bytes, codings: str, limit: int, ratio: float) -> bytes:
    """A body decompressed as declared and, where it still begins like gzip, once more."""
    names = re.findall(r"[^\s,]+", codings.lower().replace("identity", ""))
    for name in reversed(names):
        if name not in {"gzip", "x-gzip", "deflate"}:
            raise FatalError(f"the server sends content in the coding {name!r}, which was not asked for")
        body = _unpacked(body, limit, ratio) if body else b""
    return _unpacked(body, limit, ratio) if body.startswith(_GZIP) else body


def _unpacked(body: bytes, limit: int, ratio: float) -> bytes:
    """What gzip or deflate holds; of deflate also what some servers call so: it without its head."""
    most = min(limit, max(RATIO_FROM, int(ratio * len(body))))
    headed = body[0] & 15 == zlib.DEFLATED and int.from_bytes(body[:2]) % 31 == 0
    machine = zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
    zipped = body.startswith(_GZIP)
    try:
        if zipped:
            whole = gzip.GzipFile(fileobj=io.BytesIO(body)).read(most + 1)
        else:
            whole = machine.decompress(body, most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _Passing(f"cannot be fetched, the compressed body is damaged: {error}") from error
    if len(whole) > most:
        raise FatalError(f"{len(body):,} bytes were sent that unpack to more than {most:,}", hint=_TOO_LARGE)
    if not (zipped or machine.eof):
        raise _Passing("cannot be fetched, the compressed body breaks off")
    return whole


class _Timed(io.RawIOBase):
    """Bytes from a socket, status line and headers among them, none of them later than the deadline."""

    def __init__(self, socket: socket, raw: io.RawIOBase) -> None:
        self._socket, self._raw, self._patience = socket, raw, socket.gettimeout() or float("inf")

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._raw.close()
        super().close()

    def readinto(self, buffer: Any) -> int | None:
        left = _DEADLINE.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time is up")
        self._socket.settimeout(min(left, self._patience))
        return self._raw.readinto(buffer)


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_Timed(sock, self.fp.detach()))


_TIMED = {
    kind: type(kind.__name__, (kind,), {"response_class": _TimedResponse})
    for kind in (HTTPConnection, HTTPSConnection)
}


class _Adapter(HTTPAdapter):
    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _TIMED.get(pool.ConnectionCls, pool.ConnectionCls)
        return pool
