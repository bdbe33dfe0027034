"""The only HTTP client: nothing it fetches may last, grow or wander without limit."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from rabis_sync.errors import FatalError, SourceAway

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

#: Bytes asked of the socket at a time; small, so that the deadline is looked at while a server drips.
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a response may cost.

    Attributes:
        connect: seconds to reach the server.
        read: seconds without a single byte.
        total: seconds for the whole response, by the clock: a server that drips does not get round it.
        size: bytes of the body after decompression.
    """

    connect: float = 10
    read: float = 60
    total: float = 3600
    size: int = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response whose body was written away whole.

    Attributes:
        status: 200, or 304 when the copy we have is still the current one (then nothing was written).
        headers: of the response, names in lower case.
        size: bytes written.
    """

    status: int
    headers: Mapping[str, str]
    size: int


@dataclass(frozen=True, slots=True)
class Client:
    """Fetches by GET.

    Attributes:
        contact: who we are, for the server's administrator; goes into User-Agent.
        limits: see `Limits`.
    """

    contact: str = "rabis-sync"
    limits: Limits = field(default_factory=Limits)

    def download(self, url: str, target: IO[bytes], *, headers: Mapping[str, str] | None = None) -> Fetched:
        """Write the body of a GET into `target`.

        Redirects are followed on the same host only, so that nothing is sent where it was not meant to go.

        Raises:
            SourceAway: the server does not answer, breaks off, is too slow, answers 408, 429 or 5xx, or has
                no such file (404, 410).
            FatalError: any other refusal, a redirect to another host, or a body beyond the size limit.
        """
        deadline = monotonic() + self.limits.total
        asked = {"User-Agent": f"rabis-sync (+{self.contact})", **(headers or {})}
        try:
            with requests.Session() as session:
                response = self._get(session, url, asked)
                with response:
                    self._refuse(url, response)
                    size = (
                        0
                        if response.status_code == requests.codes.not_modified
                        else self._copy(response, target, deadline, url)
                    )
                    found = {name.lower(): value for name, value in response.headers.items()}
                    return Fetched(response.status_code, found, size)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise SourceAway(f"{url} cannot be fetched: {_reason(error)}") from error

    def _get(self, session: requests.Session, url: str, headers: Mapping[str, str]) -> requests.Response:
        for _ in range(5):
            timeout = (self.limits.connect, self.limits.read)
            response = session.get(url, headers=headers, stream=True, timeout=timeout, allow_redirects=False)
            if not response.is_redirect:
                return response
            target = urljoin(url, response.headers["location"])
            response.close()
            if urlsplit(target).hostname != urlsplit(url).hostname:
                raise FatalError(
                    f"{url} sends us on to another host, {target}",
                    hint="Put the right address into the configuration.",
                )
            url = target
        raise FatalError(f"{url} sends us round in circles")

    @staticmethod
    def _refuse(url: str, response: requests.Response) -> None:
        status = response.status_code
        if status in {200, 304}:
            return
        message = f"{url} answers {status} {response.reason}"
        if status in {404, 408, 410, 429} or status >= 500:
            raise SourceAway(message)
        raise FatalError(message, hint="Check the address and the rights of the account.")

    def _copy(self, response: requests.Response, target: IO[bytes], deadline: float, url: str) -> int:
        size = 0
        while piece := response.raw.read1(PIECE, decode_content=True):
            size += len(piece)
            if size > self.limits.size:
                raise FatalError(
                    f"{url} is larger than {self.limits.size:,} bytes",
                    hint="Raise the limit if that is right.",
                )
            if monotonic() > deadline:
                raise SourceAway(f"{url} took longer than {self.limits.total:g} seconds")
            target.write(piece)
        return size


def _reason(error: Exception) -> str:
    """The innermost cause, which is what a person can act on."""
    while error.__cause__ or error.__context__:
        inner = error.__cause__ or error.__context__
        if not isinstance(inner, Exception):
            break
        error = inner
    return " ".join(str(error).split()) or type(error).__name__
