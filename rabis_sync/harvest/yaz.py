"""A Z39.50 session through yaz-client: one command at a time, each with its answer, none without an end.

The program reads commands from its input and runs a shell for one that begins with ``!``. It cuts a command
at a semicolon, repeats the last one for an empty line, and takes any beginning of a command's name for the
command. Nothing is sent to it that has not passed `checked`.
"""

from __future__ import annotations

import os
import re
import secrets
import select
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Self

from rabis_sync.errors import ConfigError, SourceAway

if TYPE_CHECKING:
    from types import TracebackType

PROGRAM = "yaz-client"
PACKAGE = "yaz"
#: The program's own buffer for a line is 10,240 bytes; what is longer would be read as a second command.
LONGEST_COMMAND = 8000
#: Bytes that one command may bring.
MOST_OUTPUT = 256 * 1024**2
_PIECE = 64 * 1024
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029;]")
_DIAGNOSTIC = re.compile(r"^ {4}\[(\d+)\] (.*?)(?: -- v[23] addinfo '(.*)')?$", re.MULTILINE)
_PROMPTS = re.compile(r"^(?:Z> )+", re.MULTILINE)
_CLOSED = re.compile(r"^(?:Target closed connection|Not connected yet|cs_(?:put|get|look)\b.*)", re.MULTILINE)

#: Numbers of the diagnostic set Bib-1 that a harvest meets, with what to do about them.
MEANING = {
    1: "the server fails for good",
    2: "the server fails for now",
    3: "the server cannot search in this way",
    13: "the position lies behind the end of the list",
    14: "the server cannot read the record",
    15: "we may not have the record",
    16: "the record is too large to be sent",
    17: "the record is too large to be sent",
    23: "these databases cannot be searched together",
    25: "the server has no such element set: change `element_set`",
    27: "the server has dropped the list",
    30: "the server has dropped the list",
    31: "the server keeps no more lists: another session must end first",
    101: "we may not do that: `username` and `password` are wanted, or are wrong",
    108: "the query is not written as the server reads it",
    109: "the server has no such database: change `database`",
    113: "the query uses an attribute that the server does not have",
    114: "the query searches in an index that the server does not have",
    117: "the query uses a relation that the server does not have",
    121: "the query uses an attribute set that the server does not have",
    125: "the query holds a term that the server cannot read",
    235: "the server has no such database: change `database`",
    236: "we may not search this database: `username` and `password` are wanted, or are wrong",
    238: "the record does not exist in this syntax: change `syntax`",
    239: "the server does not give this syntax: change `syntax`",
    1010: "the user or the password is wrong",
    1011: "the user or the password is wrong",
    1014: "the server wants `username` and `password`",
}  # fmt: skip


class Diagnostic(NamedTuple):
    """What a server says instead of doing what it was asked."""

    number: int
    message: str
    details: str

    def __str__(self) -> str:
        told = f"{self.message} ({self.details})" if self.details else self.message
        meaning = MEANING.get(self.number)
        return f"diagnostic {self.number}: {told}" + (f" – {meaning}" if meaning else "")


class SessionLostError(Exception):
    """The connection is gone; another session may go on."""


def checked(name: str, value: str, *, blanks: bool = True) -> str:
    """A value that cannot be anything but an argument of its command.

    Args:
        name: of the option, for the message.
        value: as it was configured.
        blanks: whether it may hold any.

    Raises:
        ValueError: it is empty, too long, or holds a control character, a semicolon or an unwanted blank.
    """
    found = _UNSENDABLE.search(value)
    if found:
        raise ValueError(f"{name} holds {found[0]!r}, which cannot be sent by {PROGRAM}")
    if not value.strip() or len(value.encode()) > LONGEST_COMMAND:
        raise ValueError(f"{name} is empty or too long")
    if not blanks and value.split() != [value]:
        raise ValueError(f"{name} holds a blank")
    return value


def diagnostics(answer: str) -> list[Diagnostic]:
    """Those that an answer of the program holds."""
    return [Diagnostic(int(one[1]), one[2], one[3] or "") for one in _DIAGNOSTIC.finditer(answer)]


class Session:
    """One running yaz-client with a folder of its own; nothing of it outlives the `with` block.

    Args:
        timeout: seconds that one command may take.
    """

    def __init__(self, timeout: float) -> None:
        program = shutil.which(PROGRAM)
        if program is None:
            raise ConfigError(
                f"{PROGRAM} is not installed, without which Z39.50 cannot be read",
                hint=f"Install the Debian package {PACKAGE}: apt-get install {PACKAGE}",
            )
        self._timeout = timeout
        self._home = TemporaryDirectory(prefix="rabis-sync-z3950-")
        self._dumps = 0
        # A .yazclientrc of the user must not steer us; UTF-8 is what queries are written in.
        self._child = subprocess.Popen(  # noqa: S603 (a fixed program; its input is checked)
            [program, "-f", os.devnull],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._home.name,
            env={"PATH": os.defpath, "HOME": self._home.name, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program: asked politely when it listens, killed when it does not."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with suppress(OSError):
            self._child.stdin.write(b"quit\n")
            self._child.stdin.close()
        try:
            self._child.wait(1)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()
        self._home.cleanup()

    def ask(self, command: str, *arguments: str) -> str:
        """The program's answer to one command.

        Raises:
            SessionLostError: the server closed the connection, or the program ended.
            SourceAway: no answer came in time; the program is killed.
        """
        line = " ".join((command, *arguments))
        assert not _UNSENDABLE.search(line), "arguments are checked where they are configured"
        # A name that no command has: the complaint about it shows that everything before it is done.
        mark = f"done-{secrets.token_hex(8)}"
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(f"{line}\n{mark}\n".encode())
            self._child.stdin.flush()
        except OSError as error:
            raise SessionLostError(f"{PROGRAM} has ended") from error
        answer = _PROMPTS.sub(
            "", self._until(f"Unknown command: {mark}.".encode(), command).decode(errors="replace")
        )
        if lost := _CLOSED.search(answer):
            raise SessionLostError(lost[0])
        return answer

    def show(self, start: int, count: int) -> tuple[bytes, str]:
        """Records from a position on, one after another as they came, and what was said about them."""
        self._dumps += 1
        dump = Path(self._home.name, f"{self._dumps}.dump")
        dump.touch()
        self.ask("set_marcdump", str(dump))
        try:
            answer = self.ask("show", f"{start}+{count}")
            self.ask("set_marcdump", os.devnull)
            return dump.read_bytes(), answer
        finally:
            dump.unlink(missing_ok=True)

    def _until(self, end: bytes, command: str) -> bytes:
        assert self._child.stdout is not None
        output = self._child.stdout.fileno()
        deadline = monotonic() + self._timeout
        found = bytearray()
        while end not in found[-_PIECE - len(end) :]:
            left = deadline - monotonic()
            if left <= 0 or len(found) > MOST_OUTPUT or not select.select([output], [], [], left)[0]:
                self._child.kill()
                what = "more than can be right" if len(found) > MOST_OUTPUT else "no answer in time"
                raise SourceAway(f"{PROGRAM} gives {what} ({command}, {self._timeout:g} seconds)")
            piece = os.read(output, _PIECE)
            if not piece:
                raise SessionLostError(f"{PROGRAM} has ended")
            found += piece
        return bytes(found[: found.rfind(end)])
