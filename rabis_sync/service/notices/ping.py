"""A dead man's switch by the protocol of healthchecks.io: it raises the alarm when it hears nothing.

Signs of one run carry one ``rid``, so that overlapping ones are told apart (healthchecks.io/docs/http_api).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError
from rabis_sync.service.notices import SIGNS
from rabis_sync.service.notices.webhook import hidden

if TYPE_CHECKING:
    from rabis_sync.service.notices import Message, Surroundings

HEARS = SIGNS

#: What is added to the address for each event.
_PATHS = {"start": "/start", "failure": "/fail", "test": "/log", "success": ""}
#: Bytes of a body that are kept there.
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of ``[notices.NAME]`` with ``kind = "ping"``."""

    url: str = field(
        default="",
        repr=False,
        metadata={"doc": "Address of the check, which is a secret: only as url_env.", "secret": True},
    )


class Channel:
    """Signs of life to one check."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._options = options
        self._client = around.client

    def check(self) -> str:
        """Whom it would tell: the host alone, since the rest is a secret."""
        if not self._options.url:
            raise ConfigError("the check has no address", hint="Name the variable that holds it: url_env = …")
        return f"{urlsplit(self._options.url).hostname}"

    def send(self, message: Message) -> None:
        """Give one sign."""
        base = self._options.url.rstrip("/")
        try:
            self._client.get(
                base + _PATHS[message.event],
                method="POST",
                params={"rid": message.sign} if message.sign else None,
                headers={"Content-Type": "text/plain; charset=utf-8"},
                body=message.text.encode()[:_LONGEST],
            )
        except RabisSyncError as error:
            kind = FatalError if isinstance(error, FatalError) else type(error)
            raise kind(hidden(str(error), self._options.url)) from None
