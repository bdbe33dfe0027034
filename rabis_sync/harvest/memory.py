"""What the store has of a source, small enough to be given to another process: 24 bytes a record."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.marc.reading import raw_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Digits of a hash that are kept: a chance agreement costs nothing but time, since `step` compares the whole.
_DIGITS = 16


class Recalled(NamedTuple):
    """A record of which the store has just these bytes, it seems: its id there, and the hash of the bytes."""

    record: int
    raw_hash: str


class Memory(NamedTuple):
    """Sorted beginnings of hashes.

    Attributes:
        contents: of the contents.
        raws: of the bytes.
        ids: of the records, in the order of `raws`.
    """

    contents: array[int]
    raws: array[int]
    ids: array[int]

    @staticmethod
    def of(rows: Iterable[tuple[int, str, str]]) -> Memory:
        """Remember records told as id, content hash and hash of the bytes (empty where nobody noted it)."""
        contents, raws = array("Q"), []
        for number, content_hash, raw in rows:
            contents.append(int(content_hash[:_DIGITS], 16))
            if raw:
                raws.append(int(raw[:_DIGITS], 16) << 64 | number)
        raws.sort()
        low = (1 << 64) - 1
        return Memory(
            array("Q", sorted(contents)),
            array("Q", [one >> 64 for one in raws]),
            array("Q", [one & low for one in raws]),
        )

    def has(self, content_hash: str) -> bool:
        """True where a record of this content seems to be stored."""
        wanted = int(content_hash[:_DIGITS], 16)
        at = bisect_left(self.contents, wanted)
        return at < len(self.contents) and self.contents[at] == wanted

    def recall(self, raw: bytes) -> Recalled | None:
        """The record of which these bytes seem to be stored."""
        told = raw_hash(raw)
        wanted = int(told[:_DIGITS], 16)
        at = bisect_left(self.raws, wanted)
        if at < len(self.raws) and self.raws[at] == wanted:
            return Recalled(self.ids[at], told)
        return None
