"""One file a channel by which people, or other programs, are told how the runs went.

A plugin module defines ``Options`` (a frozen dataclass of its keys in ``[notices.NAME]``; a field whose
metadata say ``secret`` takes its value from the environment alone), ``HEARS`` (events it may carry) and
``Channel``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rabis_sync.registry import Registry

if TYPE_CHECKING:
    from datetime import datetime

    from rabis_sync.http import Client

#: What people are told of, once each, however often it is tried.
NEWS = frozenset({"failure", "recovery", "guard", "contracts", "digest", "test"})
#: What a dead man's switch wants to hear: that a run began, and how each ended. None is told later.
SIGNS = frozenset({"start", "success", "failure", "test"})


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell, in the language of the channel.

    Attributes:
        event: one of `NEWS` or `SIGNS`.
        subject: one line.
        text: some lines; no content of any record, and no secret.
        library: whose it is.
        at: when, UTC.
        job: of which job; empty: of none.
        run: number of the run in the ledger; None: there was none.
        outcome: of the run.
        exit_code: of the run.
        sign: the same for everything that is told of one run while it runs; empty: not known any more.
    """

    event: str
    subject: str
    text: str
    library: str
    at: datetime
    job: str = ""
    run: int | None = None
    outcome: str = ""
    exit_code: int = 0
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel is given beside its options.

    Attributes:
        client: asks other servers, with little patience: nothing waits long for a notice.
        ca_file: certificates of authorities to trust, PEM; empty: the usual ones.
    """

    client: Client
    ca_file: str = ""


class Channel(Protocol):
    """One way to tell."""

    def send(self, message: Message) -> None:
        """Tell it; returns when whoever carries it has taken it.

        Raises:
            RetryableError: not now.
            FatalError: not like that, ever. No message holds a secret.
        """
        ...

    def check(self) -> str:
        """One line on whom it tells, without telling anything.

        Raises:
            ConfigError: an option is missing or wrong.
        """
        ...


CHANNELS: Registry[Any] = Registry("rabis_sync.service.notices", "Channel", "kind of channel")
OPTIONS: Registry[type] = Registry("rabis_sync.service.notices", "Options", "kind of channel")
HEARS: Registry[frozenset[str]] = Registry("rabis_sync.service.notices", "HEARS", "kind of channel")
