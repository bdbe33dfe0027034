"""ISO 2709 records from a stream of bytes and back.

The fields are what stands between the terminators, and the directory has to agree with all of them (see
`rabis_sync.marc.directory`). Record length and base address in the leader add nothing to a directory that
agrees, so they may be wrong. A reader that lost its way starts again at the next leader whose record is
whole.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from rabis_sync.errors import RecordError
from rabis_sync.marc.directory import ENTRY, MAX_FIELD, MAX_RECORD, explained, in_sequence, tags_of
from rabis_sync.marc.fields import FIELD_END, LEADER_SHAPE, SUBFIELD, assembled, neutral_leader
from rabis_sync.marc.reading import ISO2709, LONGEST, Decoded, Familiar, NotWholeError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rabis_sync.marc.charset import Charset
    from rabis_sync.marc.fields import Field, MarcRecord
    from rabis_sync.marc.reading import Recall

BLOCK = 64 * 1024
LEADER = 24

_RECORD_END, _FIELD_END, _ZERO = b"\x1d", b"\x1e", b"\0"
_ENDS = (_RECORD_END, b"")
_BLANKS = b"\r\n\t \x1a\0"
_PADDING = re.compile(rb"(?:[\r\n\t \x1a\0]|\xef\xbb\xbf)*+")
_FIRST_DATA = "010"  # tags below are control fields, without indicators
_FORBIDDEN = re.compile("[\\x00\\x1b\\x1d\\x1e]")
_LEADER = re.compile(LEADER_SHAPE.encode())
#: A leader and the first entry of its directory: where a reader that lost its way can start again.
ENTRY_AT_24 = re.compile(rb"[0-9A-Za-z]{3}[0-9]{9}")
LANDMARK = re.compile(
    rb"(?=[0-9 ]{5}[a-zA-Z |#][a-zA-Z][a-zA-Z0-9 |#^*_-]{3}[0-9 ]{2}[0-9 ]{5}[ -~]{7}[0-9A-Za-z]{3}[0-9]{9})"
)


def read(
    stream: BinaryIO, charset: Charset, offset: int = 0, recall: Recall | None = None
) -> Iterator[Decoded | Familiar | Unreadable]:
    """Every record of the stream, and everything between them that is more than padding.

    Args:
        stream: binary stream that stands at `offset`; only `read` is called.
        charset: reads the text.
        offset: place of the stream's next byte in the file.
        recall: asked for every record; what is known is not read again.

    Yields:
        In the order of the file; bytes of one damage that follow one another come as one `Unreadable`.
    """
    held: Unreadable | None = None
    for outcome in _outcomes(stream, charset, offset, recall):
        if not isinstance(outcome, Unreadable):
            if held is not None:
                yield held
                held = None
            yield outcome
        elif held is None:
            held = outcome
        elif (joined := _join(held, outcome)) is not None:
            held = joined
        else:
            yield held
            held = outcome
    if held is not None:
        yield held


def decode(raw: bytes, charset: Charset, offset: int = 0) -> Decoded | Unreadable:
    """One record's bytes, with or without its terminator."""
    try:
        return _decoded(raw, offset, charset)
    except NotWholeError as error:
        return error.unreadable(raw, offset, ISO2709)


def _outcomes(
    stream: BinaryIO, charset: Charset, offset: int, recall: Recall | None
) -> Iterator[Decoded | Familiar | Unreadable]:
    for chunk, place in _chunks(stream, offset):
        if recall is not None and (known := _recalled(chunk, place, recall)) is not None:
            yield known
            continue
        try:
            found = _decoded(chunk, place, charset)
        except NotWholeError:
            yield from _search(chunk, place, charset)
        else:
            yield found


def _recalled(chunk: bytes, place: int, recall: Recall) -> Familiar | None:
    """What is known of the record in a chunk, which may stand after padding."""
    known = recall(chunk)
    if known is None and chunk[0] in _BLANKS and (start := _after_padding(chunk)):
        chunk, place = chunk[start:], place + start
        known = recall(chunk)
    return None if known is None else Familiar(chunk, place, ISO2709, known)


def _chunks(stream: BinaryIO, offset: int) -> Iterator[tuple[bytes, int]]:
    """Bytes up to and with each record terminator, and their places; the last may lack its terminator."""
    rest = b""
    while block := stream.read(BLOCK):
        *whole, rest = (rest + block).split(_RECORD_END)
        for body in whole:
            yield body + _RECORD_END, offset
            offset += len(body) + 1
        if len(rest) > LONGEST:
            yield rest, offset
            offset += len(rest)
            rest = b""
    if rest:
        yield rest, offset


def _join(held: Unreadable, more: Unreadable) -> Unreadable | None:
    """Bytes of one damage as one: what follows directly and starts no record belongs to it."""
    apart = held.offset + len(held.raw) != more.offset
    if more.reason != "junk" or apart or len(held.raw) + len(more.raw) > LONGEST:
        return None
    return Unreadable(held.raw + more.raw, held.offset, ISO2709, held.reason, held.detail)


def _search(chunk: bytes, place: int, charset: Charset) -> Iterator[Decoded | Unreadable]:
    """Records inside a chunk that is not one: after padding, after junk, after a record cut short."""
    starts = sorted({_after_padding(chunk), *(match.start() for match in LANDMARK.finditer(chunk))})
    done = 0
    for index, start in enumerate(starts):
        found = None if start < done else _whole(chunk, start, starts[index + 1 : index + 4], place, charset)
        if found is not None:
            yield from _lost(chunk[done:start], place + done, charset)
            yield found
            done = start + len(found.raw)
    yield from _lost(chunk[done:], place + done, charset)


def _whole(
    chunk: bytes, start: int, next_starts: Sequence[int], place: int, charset: Charset
) -> Decoded | None:
    """The record that starts there and ends with the chunk or, its end being lost, before another."""
    for end in (len(chunk), *next_starts):
        raw = chunk[start:end] if end == len(chunk) else chunk[start:end].rstrip(_BLANKS)
        try:
            return _decoded(raw, place + start, charset)
        except NotWholeError:
            continue
    return None


def _lost(lost: bytes, place: int, charset: Charset) -> Iterator[Decoded | Unreadable]:
    """One `Unreadable` for each broken record, and one for what stands before the first."""
    starts = [0, *(match.start() for match in LANDMARK.finditer(lost) if match.start()), len(lost)]
    for start, end in pairwise(starts):
        raw = lost[start:end]
        if _after_padding(raw) < len(raw.removesuffix(_RECORD_END)):
            yield decode(raw, charset, place + start)


def _after_padding(raw: bytes) -> int:
    """Where something other than line ends, blanks, zeros, byte order marks and end-of-file marks begins."""
    found = _PADDING.match(raw)
    return found.end() if found else 0


def _decoded(raw: bytes, place: int, charset: Charset) -> Decoded:
    """The record that these bytes are, from its leader to its terminator.

    Raises:
        NotWholeError: they are not one whole record.
    """
    parts = raw.split(_FIELD_END)
    if not _looks_whole(raw, parts):
        raise _broken(raw, parts)
    text, encoding, confidence = charset.read(raw)
    front, *texts = text.split(FIELD_END)
    del texts[-1]
    tags = tags_of(front)
    if not front.isascii() or (tags and not "".join(tags).isalnum()):
        raise NotWholeError("directory", "The directory holds a tag that is not of letters and digits.")
    lengths = list(map(len, parts))[1:-1]
    if not in_sequence(parts[0], lengths):
        order = explained(front[LEADER:], tags, [n + 1 for n in lengths], [len(part) + 1 for part in texts])
        texts = [texts[index] for index in order]
    record, canonical = assembled(neutral_leader(front), tags, _with_indicators(tags, texts))
    return Decoded(record, canonical, raw, place, ISO2709, encoding, confidence)


def _looks_whole(raw: bytes, parts: Sequence[bytes]) -> bool:
    """True with a possible leader, no zero byte, a terminator, and as many entries as fields."""
    entries = len(parts) - 2
    counted = parts[-1] in _ENDS and len(parts[0]) == LEADER + ENTRY * entries
    return counted and _ZERO not in raw and _LEADER.match(raw) is not None


def _with_indicators(tags: Sequence[str], texts: Sequence[str]) -> Sequence[str]:
    """The texts, those of data fields with two indicators each."""
    odd = len(texts) - [text[2:3] for text in texts].count(SUBFIELD)
    if not odd or max(tags[:odd]) < _FIRST_DATA:  # only control fields, which come first
        return texts
    pairs = zip(tags, texts, strict=True)
    return [text if tag < _FIRST_DATA else _two_indicators(text) for tag, text in pairs]


def _two_indicators(text: str) -> str:
    """A data field with indicators of another number than two: missing ones are blank, surplus blanks go."""
    indicators, mark, rest = text.partition(SUBFIELD)
    return indicators[:2].ljust(2) + mark + rest if not indicators[2:].strip(" ") else text


def _broken(raw: bytes, parts: Sequence[bytes]) -> NotWholeError:
    """Why these bytes, split at the field terminators, are no whole record."""
    has_leader = _LEADER.match(raw) is not None
    if not has_leader or _ZERO in raw or len(raw) > LONGEST:
        begins = has_leader or ENTRY_AT_24.match(raw, LEADER)
        return NotWholeError(
            "junk" if not begins else "zero_bytes" if _ZERO in raw else "too_long" if has_leader else "leader"
        )
    directory, fields = len(parts[0]) - LEADER, len(parts) - 2
    if directory % ENTRY:
        return NotWholeError(
            "directory", f"The directory is {directory} bytes long, which is no multiple of 12."
        )
    if parts[-1] not in _ENDS or fields < directory // ENTRY:
        wanted = f"The directory names {directory // ENTRY} fields"
        return NotWholeError(
            "truncated", f"{wanted}, {max(fields, 0)} are there whole: the record breaks off."
        )
    return NotWholeError("directory", f"The directory names {directory // ENTRY} fields, {fields} are there.")


def encode(record: MarcRecord, encoding: str) -> bytes:
    """The record as ISO 2709, lengths in bytes.

    Args:
        record: leader/09 and 100 stay as they are, whatever the encoding.
        encoding: Python's name of a text encoding that holds ASCII as it is.

    Raises:
        RecordError: a field is longer than 9,999 bytes or the record than 99,999; a letter is not in the
            encoding; text holds a control character of the format; a tag or the leader has a wrong length.
    """
    body = [_encoded(field, encoding) + _FIELD_END for field in record.fields]
    directory = []
    start = 0
    for field, content in zip(record.fields, body, strict=True):
        if len(content) > MAX_FIELD:
            raise RecordError(f"field {field.tag} is {len(content)} bytes long; ISO 2709 takes {MAX_FIELD}")
        directory.append(f"{field.tag}{len(content):04}{start:05}")
        start += len(content)
    base = LEADER + ENTRY * len(body) + 1
    if base + start + 1 > MAX_RECORD:
        longest = max(zip(map(len, body), (field.tag for field in record.fields), strict=True))
        size = f"the record is {base + start + 1} bytes long; ISO 2709 takes {MAX_RECORD}"
        raise RecordError(f"{size} (its longest field is {longest[1]})")
    leader = f"{base + start + 1:05}{record.leader[5:12]}{base:05}{record.leader[17:24]}"
    head = (leader + "".join(directory)).encode("ascii")
    return b"".join((head, _FIELD_END, *body, _RECORD_END))


def _encoded(field: Field, encoding: str) -> bytes:
    tag, text = field
    if len(tag) != 3 or not (tag.isascii() and tag.isalnum()):
        raise RecordError(f"tag {tag!r} is not three letters or digits")
    if found := _FORBIDDEN.search(text):
        raise RecordError(f"field {tag} holds U+{ord(found[0]):04X}, which ISO 2709 keeps for itself")
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        letter = text[error.start]
        raise RecordError(f"field {tag}: {letter!r} (U+{ord(letter):04X}) is not in {encoding}") from error
