"""Cuts a stream of XML into its innermost ``record`` elements, each with its place.

What they hold is not looked at: one malformed record spoils nothing but itself, since each is parsed alone.
Wrappers that are called ``record`` too (OAI-PMH, SRU) fall away; roots, prefixes and documents following one
another do not matter.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from rabis_sync.marc.reading import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 128 * 1024
_NAME = rb"(?:[^\s<>/:!?]{1,40}:)?record"
_TOKEN = re.compile(
    rb"<(?:(" + _NAME + rb")(?:\s[^<>]*)?>|(/)" + _NAME + rb"\s*>|(!--)|(!\[CDATA\[)|(!DOCTYPE))"
)
_CLOSING = re.compile(rb"</" + _NAME + rb"\s*>")
#: Something that belongs into a record; outside every record it is what a damage left of one.
_CONTENT = re.compile(rb"<(?:[^\s<>/:!?]{1,40}:)?(?:leader|controlfield|datafield|subfield)[\s>]")
_DELETED = re.compile(rb"<(?:[^\s<>/:!?]{1,40}:)?header[^<>]*\bstatus\s*=\s*[\"']deleted")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>", re.DOTALL)


class Kind(Enum):
    """What a fragment is."""

    RECORD = "record"
    REMAINS = "remains"
    ENDLESS = "endless"
    DOCTYPE = "doctype"


class Fragment(NamedTuple):
    """Bytes of the stream, where they start, and what they are."""

    kind: Kind
    raw: bytes
    offset: int


def fragments(stream: BinaryIO, offset: int = 0) -> Iterator[Fragment]:
    """Every innermost record of the stream in order, and what is left of broken ones.

    Args:
        stream: XML in an encoding that holds ASCII as it is; only `read` is called.
        offset: place of the stream's next byte in the file.
    """
    return _Cutter(stream, offset).fragments()


class _Cutter:
    """A window on the stream: `_window` holds what was not given out; `_offset` is its place in the file."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self._stream = stream
        self._offset = offset
        self._window = b""
        self._done = 0  # everything before was given out or belongs to nothing
        self._open: int | None = None  # where the innermost record begins
        self._at = 0  # where to look on
        self._ended = False

    def fragments(self) -> Iterator[Fragment]:
        while True:
            token = _TOKEN.search(self._window, self._at)
            if token is not None:
                yield from self._take(token)
            elif self._ended:
                yield from self._rest()
                return
            else:
                yield from self._fill()

    def _take(self, token: re.Match[bytes]) -> Iterator[Fragment]:
        if token[1]:
            yield from self._opened(token)
        elif token[2]:
            yield from self._closed(token.end())
        elif token[5]:
            yield from self._doctype(token)
        else:
            yield from self._skip(token, b"-->" if token[3] else b"]]>")

    def _opened(self, token: re.Match[bytes]) -> Iterator[Fragment]:
        yield from self._broken(token.start())
        self._open, self._at = token.start(), token.end()
        if token[0].endswith(b"/>"):
            yield from self._closed(token.end())
            return
        # Nearly always the next "record" is the end, and there is no need to look at every tag before it.
        closing = b"</" + token[1] + b">"
        end = self._window.find(b"record", self._at) - len(closing) + 7
        plain = end >= self._at and self._window.startswith(closing, end)
        if plain and (
            self._window.find(b"!", self._at, end) < 0 or self._window.find(b"<!", self._at, end) < 0
        ):
            yield from self._closed(end + len(closing))

    def _closed(self, end: int) -> Iterator[Fragment]:
        if self._open is None:
            yield from self._broken(end)
        else:
            raw = self._window[self._open : end]
            if _CONTENT.search(raw) or not _DELETED.search(raw):
                yield Fragment(Kind.RECORD, raw, self._offset + self._open)
        self._done = self._at = end
        self._open = None

    def _broken(self, end: int) -> Iterator[Fragment]:
        """What stands before `end` and is no whole record, if it holds anything that only records hold."""
        start = self._done if self._open is None else self._open
        if _CONTENT.search(self._window, start, end):
            yield Fragment(Kind.REMAINS, self._window[start:end], self._offset + start)
        self._done = end

    def _doctype(self, token: re.Match[bytes]) -> Iterator[Fragment]:
        found = None if self._open is not None else _DOCTYPE.match(self._window, token.start())
        if found is not None:
            yield Fragment(Kind.DOCTYPE, found[0], self._offset + found.start())
            self._done = self._at = found.end()
        elif self._open is not None or self._ended:
            self._at = token.end()
        else:
            yield from self._fill(token.start())

    def _skip(self, token: re.Match[bytes], closing: bytes) -> Iterator[Fragment]:
        """Pass over a comment or CDATA section; one that does not close inside its record is a damage."""
        end = self._window.find(closing, token.end())
        limit = -1 if self._open is None else self._end_of_record(token.end())
        if end >= 0 and (limit < 0 or end < limit):
            self._at = end + len(closing)
            if self._open is None:
                yield from self._broken(token.start())
                self._done = self._at
        elif limit >= 0 or self._ended:
            self._at = token.end()
        else:
            yield from self._fill(token.start())

    def _end_of_record(self, start: int) -> int:
        found = _CLOSING.search(self._window, start)
        return found.start() if found else -1

    def _fill(self, at: int | None = None) -> Iterator[Fragment]:
        """Read on; a record that does not end within `LONGEST` bytes is given up."""
        if at is None:
            at = max(self._at, self._window.rfind(b"<", self._at))
        keep = self._done if self._open is None else self._open
        if len(self._window) - keep > LONGEST:
            yield Fragment(Kind.ENDLESS, self._window[keep:], self._offset + keep)
            keep = at = len(self._window)
            self._open = None
        block = self._stream.read(BLOCK)
        self._ended = not block
        self._window = self._window[keep:] + block
        self._offset += keep
        self._at, self._done = at - keep, 0
        if self._open is not None:
            self._open = 0

    def _rest(self) -> Iterator[Fragment]:
        if self._open is not None:
            yield Fragment(Kind.REMAINS, self._window[self._open :], self._offset + self._open)
        else:
            yield from self._broken(len(self._window))
