"""Notices by e-mail, over SMTP (RFC 5321), encrypted by default."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING, Literal

from rabis_sync.errors import ConfigError, FatalError, SourceAway
from rabis_sync.service.notices import NEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.service.notices import Message, Surroundings

HEARS = NEWS

#: Seconds that the server may take for each answer.
_PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of ``[notices.NAME]`` with ``kind = "mail"``."""

    host: str = field(metadata={"doc": "Name of the mail server (SMTP)."})
    sender: str = field(metadata={"doc": "Address the letters come from."})
    to: list[str] = field(metadata={"doc": "Addresses the letters go to."})
    port: int = field(default=587, metadata={"doc": "Port of the mail server: 587, or 465 for tls."})
    security: Literal["starttls", "tls", "none"] = field(
        default="starttls", metadata={"doc": "starttls, tls, or none where the server is this machine."}
    )
    username: str = field(default="", metadata={"doc": "Our account at the server, if it wants one."})
    password: str = field(
        default="",
        repr=False,
        metadata={"doc": "Its password: only as password_env.", "secret": True},
    )


class Channel:
    """A letter to some people."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._options = options
        self._ca_file = around.ca_file

    def check(self) -> str:
        """Whom it would write to."""
        wrong = [one for one in (self._options.sender, *self._options.to) if "@" not in one]
        if wrong or not self._options.to:
            raise ConfigError(f"{wrong[0]!r} is no e-mail address" if wrong else "`to` names no address")
        return f"{', '.join(self._options.to)} by {self._options.host}:{self._options.port}"

    def send(self, message: Message) -> None:
        """Hand the letter to the server."""
        where = f"the mail server {self._options.host}:{self._options.port}"
        try:
            with self._connected() as server:
                server.send_message(self._letter(message))
        except smtplib.SMTPAuthenticationError as error:
            raise FatalError(
                f"{where} refuses user or password ({error.smtp_code})", hint="Check username and password."
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise FatalError(f"{where} has a certificate that cannot be trusted: {error.reason}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise FatalError(
                f"{where} cannot do what is wanted: {error}", hint="Check `security` and the account."
            ) from error
        except smtplib.SMTPRecipientsRefused as error:
            told = "; ".join(f"{to}: {code}" for to, (code, _) in error.recipients.items())
            permanent = all(code >= 500 for code, _ in error.recipients.values())
            raise (FatalError if permanent else SourceAway)(f"{where} refuses {told}") from error
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= 500
            raise (FatalError if permanent else SourceAway)(f"{where} answers {error.smtp_code}") from error
        except (OSError, smtplib.SMTPException) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise SourceAway(f"{where} cannot be reached: {reason}") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        options, trust = self._options, ssl.create_default_context(cafile=self._ca_file or None)
        server: smtplib.SMTP
        if options.security == "tls":
            server = smtplib.SMTP_SSL(options.host, options.port, timeout=_PATIENCE, context=trust)
        else:
            server = smtplib.SMTP(options.host, options.port, timeout=_PATIENCE)
        with server:
            if options.security == "starttls":
                server.starttls(context=trust)
            if options.username:
                server.login(options.username, options.password)
            yield server

    def _letter(self, message: Message) -> EmailMessage:
        letter = EmailMessage()
        letter["Subject"] = f"{message.library}: {message.subject}"
        letter["From"] = self._options.sender
        letter["To"] = ", ".join(self._options.to)
        letter["Date"] = format_datetime(message.at)
        letter["Message-ID"] = make_msgid(domain=self._options.sender.rpartition("@")[2] or None)
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
        letter.set_content(message.text + "\n")
        return letter
