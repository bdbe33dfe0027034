"""Notices to any program that takes JSON by HTTP: a chat of the library's own, a pager, a spreadsheet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError
from rabis_sync.service.logs import HIDDEN, Redaction
from rabis_sync.service.notices import NEWS

if TYPE_CHECKING:
    from rabis_sync.service.notices import Message, Surroundings

HEARS = NEWS

#: Answers by which the other side says that it has taken the message.
_TAKEN = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of ``[notices.NAME]`` with ``kind = "webhook"``."""

    url: str = field(
        default="",
        repr=False,
        metadata={
            "doc": "Address that takes a POST: only as url_env.",
            "secret": True,
        },
    )
    token: str = field(
        default="",
        repr=False,
        metadata={"doc": "Bearer token, if it wants one: only as token_env.", "secret": True},
    )


class Channel:
    """A JSON object, sent to one address."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._options = options
        self._client = around.client

    def check(self) -> str:
        """Whom it would tell: the host alone, since the rest may be a secret."""
        if not self._options.url:
            raise ConfigError(
                "the webhook has no address", hint="Name the variable that holds it: url_env = …"
            )
        return f"{urlsplit(self._options.url).hostname}"

    def send(self, message: Message) -> None:
        """Post the message."""
        told = {
            "schema": "rabis-sync/notice/1",
            "event": message.event,
            "library": message.library,
            "job": message.job,
            "run": message.run,
            "outcome": message.outcome,
            "exit_code": message.exit_code,
            "at": message.at.isoformat(),
            "subject": message.subject,
            "text": message.text,
        }
        try:
            self._client.get(
                self._options.url,
                method="POST",
                headers={"Content-Type": "application/json"},
                credentials=self._options.token,
                body=json.dumps(told, ensure_ascii=False).encode(),
                accept_statuses=_TAKEN,
            )
        except RabisSyncError as error:
            kind = FatalError if isinstance(error, FatalError) else type(error)
            raise kind(hidden(str(error), self._options.url)) from None


def hidden(text: str, url: str) -> str:
    """An error's text without the address, of which only the host is told."""
    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.hostname}/{HIDDEN}"
    return Redaction([parts.path, parts.query])(text.replace(url, shown))
