"""Notices to a chat of Telegram, by its Bot API (core.telegram.org/bots/api#sendmessage)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError, FatalError, RabisSyncError
from rabis_sync.service.logs import Redaction
from rabis_sync.service.notices import NEWS

if TYPE_CHECKING:
    from rabis_sync.service.notices import Message, Surroundings

HEARS = NEWS

#: Characters that one message may have.
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of ``[notices.NAME]`` with ``kind = "telegram"``."""

    chat: str = field(metadata={"doc": "Id of the chat, or @name of a channel, that the bot may write to."})
    token: str = field(
        default="",
        repr=False,
        metadata={"doc": "The bot's token from @BotFather: only as token_env.", "secret": True},
    )
    api: str = field(
        default="https://api.telegram.org", metadata={"doc": "Address of the Bot API, or of your own server."}
    )


class Channel:
    """A message in a chat."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._options = options
        self._client = around.client

    def check(self) -> str:
        """Whom it would write to."""
        if not self._options.token:
            raise ConfigError("the bot has no token", hint="Name the variable that holds it: token_env = …")
        return f"chat {self._options.chat} by {self._options.api}"

    def send(self, message: Message) -> None:
        """Hand the message to Telegram."""
        text = f"{message.library}\n{message.subject}\n\n{message.text}"
        asked = {
            "chat_id": self._options.chat,
            "text": text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…",
            "link_preview_options": {"is_disabled": True},
        }
        try:
            self._client.get(
                f"{self._options.api.rstrip('/')}/bot{self._options.token}/sendMessage",
                method="POST",
                headers={"Content-Type": "application/json"},
                body=json.dumps(asked, ensure_ascii=False).encode(),
            )
        except RabisSyncError as error:
            # The token is a part of the address, which errors tell.
            told = Redaction([self._options.token])(str(error))
            kind = FatalError if isinstance(error, FatalError) else type(error)
            raise kind(told, hint="Check the token, the chat, and that the bot may write there.") from None
