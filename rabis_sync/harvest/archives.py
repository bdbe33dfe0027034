"""What an export file holds, as it is or packed by gzip or ZIP: looked through before a record is taken."""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import contextmanager
from io import SEEK_END
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from rabis_sync.errors import EmptySource, FatalError, NotMarc, SourceAway
from rabis_sync.marc.opening import HEAD, recognize
from rabis_sync.marc.reading import ISO2709

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: How files with records end; inside an archive others are left aside when there are such.
SUFFIXES = {".mrc", ".iso", ".marc", ".mrk8", ".xml"}
PACKED = {".gz", ".zip"}
#: Bytes that one file may unpack to, and how many times its own size beyond the first bytes.
LARGEST = 16 * 1024**3
RATIO = 200
RATIO_FROM = 8 * 1024**2

PIECE = 1024**2
_TAIL = 4096
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = {"[Content_Types].xml", "mimetype"}  # members that make a ZIP an office document
_ENCRYPTED = 1  # bit of a member's flags (APPNOTE 4.4.4)
_WRITING = "It is perhaps still being written: wait until it is there whole, or export it anew."

_PADDING = b"\r\n\t \x1a\0"
_NAME = rb"(?:[\w.-]+:)?([\w.-]+)"
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<" + _NAME)
_LAST_TAG = re.compile(rb"(?:</" + _NAME + rb"\s*>|(/>))(?:\s|<!--(?:(?!-->).)*-->)*\Z", re.DOTALL)


class Part(NamedTuple):
    """One stream of records.

    Attributes:
        name: of the file, with the member of an archive after a colon.
        path: of the file.
        packed: empty, ``gzip`` or ``zip``.
        member: its name in the archive.
        size: bytes, unpacked.
        whole: it ends where an export ends; of one that was cut short nothing is concluded from absence.
    """

    name: str
    path: Path
    packed: str
    member: str
    size: int
    whole: bool = True


def parts(path: Path, name: str) -> list[Part]:
    """The streams of a file, each read through once where it is packed.

    Args:
        path: of the file.
        name: for messages.

    Raises:
        SourceAway: it cannot be read, or breaks off.
        FatalError: the archive is damaged, encrypted, or unpacks to more than is allowed.
    """
    with _reading(name), path.open("rb") as stream:
        head = stream.read(4)
        size = stream.seek(0, SEEK_END)
    members = _members(path, name) if head.startswith(_ZIP) else []
    if not members:
        packed = "gzip" if head.startswith(_GZIP) else ""
        return [_proven(Part(name, path, packed, "", 0 if packed else size), size, LARGEST)]
    found: list[Part] = []
    for member in members:
        left = LARGEST - sum(one.size for one in found)
        found.append(_proven(Part(f"{name}: {member}", path, "zip", member, 0), size, left))
    return found


@contextmanager
def opened(part: Part) -> Iterator[IO[bytes]]:
    """The bytes of a part, unpacked.

    Raises:
        SourceAway, FatalError: as `parts`, also while it is read.
    """
    with _reading(part.name):
        if part.packed == "zip":
            with ZipFile(part.path) as archive, archive.open(part.member) as stream:
                yield stream
        elif part.packed:
            with gzip.open(part.path) as stream:
                yield cast("IO[bytes]", stream)
        else:
            with part.path.open("rb") as stream:
                yield stream


@contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise SourceAway(f"{name} breaks off", hint=_WRITING) from error
    except (BadZipFile, gzip.BadGzipFile, zlib.error) as error:
        raise FatalError(f"{name} is damaged: {error}", hint="Export or copy it anew.") from error
    except NotImplementedError as error:
        hint = "Pack the export as ZIP with Deflate, or by gzip."
        raise FatalError(f"{name} is packed in a way we cannot open: {error}", hint=hint) from error
    except OSError as error:
        raise SourceAway(f"{name} cannot be read: {error.strerror or error}") from error


def is_whole(head: bytes, tail: bytes) -> bool:
    """Whether a file that begins and ends so was written to its end; what is no MARC is for others to refuse.

    ISO 2709 ends with a record terminator, XML with the tag that closes its root.
    """
    try:
        opening = recognize(head)
    except (EmptySource, NotMarc):
        return True
    if opening.syntax == ISO2709:
        return tail.rstrip(_PADDING).endswith(b"\x1d")
    root = _ROOT.search(_COMMENT.sub(b"", head[:PIECE].replace(b"\0", b"")))
    last = _LAST_TAG.search(tail.replace(b"\0", b"").rstrip(_PADDING))
    return bool(root and last and (last[2] or last[1] == root[1] or root[1] == b"record"))


def _members(path: Path, name: str) -> list[str]:
    """Names of the members with records, in their order; none where it is no archive but, say, a spreadsheet.

    Raises:
        SourceAway: the archive's directory, which is written last, is not there, or names no file.
        FatalError: a member is encrypted.
    """
    try:
        with _reading(name), ZipFile(path) as archive:
            members = [one for one in archive.infolist() if _may_hold_records(one)]
    except FatalError as error:
        if not name.lower().endswith(".zip"):
            return []
        raise SourceAway(f"{name} is no whole ZIP archive", hint=_WRITING) from error
    if not members:
        raise SourceAway(f"{name} is an archive without files", hint=_WRITING)
    if any(one.filename in _OFFICE for one in members):
        return []
    chosen = [one for one in members if PurePosixPath(one.filename).suffix.lower() in SUFFIXES] or members
    for one in chosen:
        if one.flag_bits & _ENCRYPTED:
            hint = "Pack the export without a password."
            raise FatalError(f"{name}: {one.filename} is encrypted", hint=hint)
    return sorted({one.filename for one in chosen})


def _may_hold_records(member: ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return not (member.is_dir() or path.name.startswith(".") or path.parts[0] == "__MACOSX")


def _proven(part: Part, packed_size: int, most: int) -> Part:
    """The part with its size, read to its end where it is packed."""
    allowed = min(most, max(RATIO_FROM, RATIO * packed_size))
    with opened(part) as stream:
        head = tail = stream.read(HEAD)
        if not part.packed:
            stream.seek(max(0, part.size - _TAIL))
            tail = stream.read()
        size = part.size or len(head)
        while part.packed and (piece := stream.read(PIECE)):
            tail = tail[-_TAIL:] + piece
            size += len(piece)
            if size > allowed:
                hint = "No export is packed so tight."
                raise FatalError(f"{part.name} unpacks to more than {allowed:,} bytes", hint=hint)
    return part._replace(size=size, whole=is_whole(head, tail[-_TAIL:]))
