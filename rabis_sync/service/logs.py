"""Log lines for people or for machines: with the run they belong to, without secrets, on standard error."""

from __future__ import annotations

import json
import logging
import re
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What stands for a secret.
HIDDEN = "***"
#: User and password in an address.
_ACCOUNT = re.compile(r"(?<=://)[^/?#\s@]*:[^/?#\s@]*(?=@)")
#: Shorter secrets would tear holes into innocent words; none worth its name is so short.
_SHORTEST = 4
#: Loggers of libraries that tell more than anybody reads: only their warnings are logged.
NOISY = ("alembic", "urllib3", "uvicorn.access", "httpx")
#: The run under way, and its job.
_RUN: ContextVar[tuple[int | None, str | None]] = ContextVar("run", default=(None, None))


class Redaction:
    """Takes secrets out of texts.

    Args:
        secrets: values that may never be shown.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        whole = sorted({one for one in secrets if len(one) >= _SHORTEST}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, whole))) if whole else None

    def __call__(self, text: str) -> str:
        """The text with every secret, and every account in an address, hidden."""
        if self._secrets:
            text = self._secrets.sub(HIDDEN, text)
        return _ACCOUNT.sub(HIDDEN, text)


@contextmanager
def about(run: int, job: str) -> Iterator[None]:
    """Lines logged inside the block tell that they belong to this run."""
    before = _RUN.set((run, job))
    try:
        yield
    finally:
        _RUN.reset(before)


class _Json(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run": _RUN.get()[0],
            "job": _RUN.get()[1],
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: value for name, value in told.items() if value is not None}, ensure_ascii=False
        )


class _Console(logging.Formatter):
    """A line as people read it, in the time of the machine."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  logging's own name
        run, job = _RUN.get()
        line = super().formatMessage(record)
        return line if run is None else line.replace(record.message, f"[{job} {run}] {record.message}", 1)


class _Redacting(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, redaction: Redaction) -> None:
        super().__init__(stream)
        self._redaction = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redaction(super().format(record)).replace("\n", "\n    ")


def set_up(form: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Have everything from INFO on logged, in place of what was set up before.

    Args:
        form: ``json`` for one object a line, else lines for people.
        secrets: values that may never be shown.
        stream: where to; standard error when left out.
    """
    handler = _Redacting(stream or sys.stderr, Redaction(secrets))
    handler.setFormatter(_Json() if form == "json" else _Console())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
