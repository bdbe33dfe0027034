"""The door between bytes and records: ISO 2709 and MARCXML, whole records or none, in any encoding."""

from __future__ import annotations

from io import SEEK_CUR, BytesIO
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, cast

from rabis_sync.errors import RecordError, UnknownName
from rabis_sync.marc import iso2709, marcxml
from rabis_sync.marc.charset import AUTO, SAMPLE, UTF8, Charset, checked
from rabis_sync.marc.opening import HEAD, Opening, recognize, wide_of
from rabis_sync.marc.reading import ISO2709, MARCXML, REASONS, Decoded, Familiar, Recall, Unreadable
from rabis_sync.marc.utf16 import Transcoder
from rabis_sync.marc.xml_fragments import fragments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rabis_sync.marc.fields import MarcRecord

__all__ = [
    "ISO2709",
    "MARCXML",
    "REASONS",
    "Decoded",
    "Familiar",
    "Unreadable",
    "decode",
    "encode_iso2709",
    "encode_marcxml",
    "read",
    "read_news",
    "write",
]


def read(stream: BinaryIO, *, encoding: str = AUTO, start: int = 0) -> Iterator[Decoded | Unreadable]:
    """Every record of a file, and everything in it that is no record and no padding.

    Args:
        stream: the file from its first byte; need not be seekable. About 1 MB of it is held at a time.
        encoding: ``auto``: decided by evidence for each record; else the Python name of the one to use.
        start: offset of a record from which to read on; what stands before is looked at, but not delivered.

    Returns:
        Outcomes in the order of the file. A record without damage is always among them.

    Raises:
        EmptySource: the file holds nothing; raised by the call itself, like the next two.
        NotMarc: the file is something else; the message names what it looks like.
        UnknownName: there is no such encoding.
    """
    return cast("Iterator[Decoded | Unreadable]", _outcomes(stream, encoding, start, None))


def read_news(
    stream: BinaryIO, recall: Recall, *, encoding: str = AUTO, start: int = 0
) -> Iterator[Decoded | Familiar | Unreadable]:
    """The same, without reading the records again of whose bytes something is known.

    Args:
        stream: as in `read`.
        recall: asked for every record. The same bytes would be read as they were, unless the program or the
            `encoding` has changed since: that is for the caller to know.
        encoding: as in `read`.
        start: as in `read`.
    """
    return _outcomes(stream, encoding, start, recall)


def _outcomes(
    stream: BinaryIO, encoding: str, start: int, recall: Recall | None
) -> Iterator[Decoded | Familiar | Unreadable]:
    checked(encoding)
    head = _head(stream)
    opening = recognize(head)
    charset = Charset(encoding, opening.declared)
    if encoding == AUTO and not opening.wide:
        charset.learn(_sample(head, opening))
    rest = cast("BinaryIO", _Rest(head, stream, start))
    if opening.wide:
        return _wide(rest, opening.wide, start)
    return _READ[opening.syntax](rest, charset, start, recall)


def decode(raw: bytes, syntax: str, encoding: str = AUTO) -> Decoded | Unreadable:
    """One record's bytes again, from the quarantine or the store.

    Args:
        raw: `Decoded.raw` or `Unreadable.raw`.
        syntax: ``iso2709`` or ``marcxml``.
        encoding: as in `read`; `Decoded.encoding` gives the same text again.

    Raises:
        UnknownName: there is no such encoding.
    """
    if syntax == MARCXML and (wide := wide_of(raw)):
        return _narrow(marcxml.decode(raw.decode(wide, "replace").encode(), Charset(UTF8)), raw, 0, wide)
    return (marcxml.decode if syntax == MARCXML else iso2709.decode)(raw, Charset(encoding))


def encode_iso2709(record: MarcRecord, encoding: str = UTF8) -> bytes:
    """One record as ISO 2709; see `iso2709.encode` for what it refuses with RecordError."""
    return iso2709.encode(record, checked(encoding))


def encode_marcxml(record: MarcRecord) -> str:
    """One record as a MARCXML element; see `marcxml.encode` for what it refuses with RecordError."""
    return marcxml.encode(record)


def write(
    stream: BinaryIO,
    records: Iterable[MarcRecord],
    *,
    syntax: str,
    encoding: str = UTF8,
    refused: Callable[[MarcRecord, RecordError], None] | None = None,
) -> int:
    """Write a whole file of records.

    Args:
        stream: receives the bytes.
        records: in the order they are to stand.
        syntax: ``iso2709`` or ``marcxml``.
        encoding: of ISO 2709; MARCXML is always UTF-8.
        refused: told of each record that cannot be written in this form, and the rest goes on.

    Returns:
        How many were written.

    Raises:
        RecordError: a record cannot be written in this form, and nobody wants to be told; those before it
            stand in the stream.
        UnknownName: there is no such encoding or syntax.
    """
    if syntax not in _READ:
        raise UnknownName("record syntax", syntax, _READ)
    count = 0
    if syntax == MARCXML:
        stream.write(marcxml.COLLECTION.encode())
    for record in records:
        try:
            stream.write(_written(record, syntax, encoding))
        except RecordError as error:
            if refused is None:
                raise
            refused(record, error)
        else:
            count += 1
    if syntax == MARCXML:
        stream.write(marcxml.COLLECTION_END.encode())
    return count


def _written(record: MarcRecord, syntax: str, encoding: str) -> bytes:
    return (
        encode_iso2709(record, encoding) if syntax == ISO2709 else marcxml.encode(record, "<record>").encode()
    )


_READ = {ISO2709: iso2709.read, MARCXML: marcxml.read}


class _Rest:
    """The stream from `start` on, although its head was read already."""

    def __init__(self, head: bytes, stream: BinaryIO, start: int) -> None:
        self._head = head[start:]
        self._stream = stream
        before = start - len(head)
        if before > 0 and stream.seekable():
            stream.seek(before, SEEK_CUR)
            before = 0
        while before > 0 and (passed := stream.read(min(before, HEAD))):
            before -= len(passed)

    def read(self, size: int) -> bytes:
        if self._head:
            given, self._head = self._head[:size], self._head[size:]
            return given
        return self._stream.read(size)


def _head(stream: BinaryIO) -> bytes:
    """Up to `HEAD` bytes, also from a pipe that gives them in small pieces."""
    pieces: list[bytes] = []
    wanted = HEAD
    while wanted and (piece := stream.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def _sample(head: bytes, opening: Opening) -> list[bytes]:
    """The first records, which show how the file is written."""
    if opening.syntax == ISO2709:
        return head.split(b"\x1d", SAMPLE)[:SAMPLE]
    return [fragment.raw for fragment in islice(fragments(BytesIO(head)), SAMPLE)]


def _wide(stream: BinaryIO, encoding: str, start: int) -> Iterator[Decoded | Unreadable]:
    """Records of XML in UTF-16: read as UTF-8, given with the bytes and places that they have in the file."""
    source = Transcoder(stream, encoding, start)
    read_as_utf8 = marcxml.read(cast("BinaryIO", source), Charset(UTF8))
    for outcome in cast("Iterator[Decoded | Unreadable]", read_as_utf8):
        yield _narrow(outcome, outcome.raw.decode().encode(encoding), source.place(outcome.offset), encoding)


def _narrow(outcome: Decoded | Unreadable, raw: bytes, offset: int, encoding: str) -> Decoded | Unreadable:
    if isinstance(outcome, Decoded):
        return outcome._replace(raw=raw, offset=offset, encoding=encoding)
    return outcome._replace(raw=raw, offset=offset)
