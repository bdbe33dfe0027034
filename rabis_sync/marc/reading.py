"""What comes of a record's bytes: the record read whole, or the bytes with the reason why not."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rabis_sync.marc.fields import MarcRecord

ISO2709 = "iso2709"
MARCXML = "marcxml"

#: Bytes after which a record without an end is given up: memory stays bounded whatever the file holds.
LONGEST = 10 * 1024 * 1024

#: Every reason why bytes cannot be taken, with the sentence for the reader.
REASONS: dict[str, str] = {
    "junk": "These bytes belong to no record.",
    "truncated": "The record breaks off before its directory says it ends.",
    "leader": "The leader holds characters that no leader has.",
    "directory": "The directory and the fields do not agree.",
    "zero_bytes": "Zero bytes stand inside the record: a part of it was lost.",
    "too_long": "No end of the record was found within 10 MB.",
    "iso2022": "The text switches character sets by ISO 2022 escapes, which cannot be read faithfully.",
    "damaged_utf8": "The text is UTF-8 with broken letters: a part of it was lost.",
    "undecodable": "The text makes sense in no known encoding.",
    "malformed_xml": "The XML of the record is not well formed.",
    "foreign_xml": "The XML of the record holds elements that MARCXML does not have.",
    "doctype": "A document type declaration is never read: entities could stand for anything.",
}


class Decoded(NamedTuple):
    """A record that was read whole.

    Attributes:
        record: leader and fields; `record.canonical()` is `canonical`.
        canonical: the record as one text, equal for every transport and encoding of the same content.
        raw: its bytes as they came, without padding around them.
        offset: place of the first of these bytes in the file, from 0.
        syntax: ``iso2709`` or ``marcxml``.
        encoding: Python's name of the encoding the text was read in.
        confidence: 0..1, how much better this encoding explains the text than any that would give another
            text (see `rabis_sync.marc.charset`).
    """

    record: MarcRecord
    canonical: str
    raw: bytes
    offset: int
    syntax: str
    encoding: str
    confidence: float


class Unreadable(NamedTuple):
    """Bytes that hold no record, or one that cannot be read whole.

    Attributes:
        raw: the bytes as they came.
        offset: place of the first of them in the file, from 0.
        syntax: ``iso2709`` or ``marcxml``.
        reason: one of `REASONS`.
        detail: what exactly is wrong, one English sentence.
    """

    raw: bytes
    offset: int
    syntax: str
    reason: str
    detail: str


class Familiar(NamedTuple):
    """A record's bytes that were read before, and are not read again.

    Attributes:
        raw: the bytes as they came, without padding around them.
        offset: place of the first of them in the file, from 0.
        syntax: ``iso2709`` or ``marcxml``.
        known: what whoever knows these bytes says of them.
    """

    raw: bytes
    offset: int
    syntax: str
    known: object


#: Tells what is known of a record by its bytes; None where they were never read.
Recall = Callable[[bytes], object | None]


def raw_hash(raw: bytes) -> str:
    """32 hexadecimal digits that are equal exactly when a record's bytes are."""
    return blake2b(raw, digest_size=16).hexdigest()


class NotWholeError(Exception):
    """Raised inside the codec alone, where a record turns out not to be whole.

    Args:
        reason: one of `REASONS`.
        detail: what exactly is wrong; the sentence of the reason by default.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or REASONS[reason])
        self.reason = reason
        self.detail = detail or REASONS[reason]

    def unreadable(self, raw: bytes, offset: int, syntax: str) -> Unreadable:
        """The same as a value that leaves the codec."""
        return Unreadable(raw, offset, syntax, self.reason, self.detail)
