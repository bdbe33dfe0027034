"""A stream of UTF-16 as a stream of UTF-8 that remembers where each byte came from."""

from __future__ import annotations

import codecs
from collections import deque
from typing import BinaryIO


class Transcoder:
    """Gives the bytes of a UTF-16 stream in UTF-8.

    Args:
        stream: stands at `offset`; only `read` is called.
        encoding: ``utf-16-le`` or ``utf-16-be``.
        offset: place of the stream's next byte in the file.
    """

    def __init__(self, stream: BinaryIO, encoding: str, offset: int = 0) -> None:
        self._stream = stream
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._given = 0
        self._taken = offset
        self._blocks: deque[tuple[int, int, bytes]] = deque()

    def read(self, size: int) -> bytes:
        """About `size` bytes of UTF-8; empty at the end."""
        while block := self._stream.read(size):
            text = self._decoder.decode(block)
            if text:
                return self._remembered(text)
        return b""

    def _remembered(self, text: str) -> bytes:
        given = text.encode()
        self._blocks.append((self._given, self._taken, given))
        self._given += len(given)
        self._taken += len(text.encode(self._encoding))
        return given

    def place(self, given: int) -> int:
        """Place in the file of the letter that begins at this byte of UTF-8; asked for in rising order."""
        while len(self._blocks) > 1 and self._blocks[1][0] <= given:
            self._blocks.popleft()
        start, taken, block = self._blocks[0]
        return taken + len(block[: given - start].decode().encode(self._encoding))
