"""Digitised files on disk: found by the last part of a link, known by their content and not by their name."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from rabis_sync.errors import SourceAway
from rabis_sync.publish.naming import slug

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: First bytes of the kinds of file a library scans into: offset, bytes, media type, extension.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "image/jpeg", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (0, b"GIF8", "image/gif", "gif"),
    (8, b"WEBP", "image/webp", "webp"),
    (0, b"II*\0", "image/tiff", "tif"),
    (0, b"MM\0*", "image/tiff", "tif"),
    (0, b"AT&TFORM", "image/vnd.djvu", "djvu"),
    (30, b"mimetypeapplication/epub+zip", "application/epub+zip", "epub"),
)
#: Names under which a cover lies beside its book.
_COVERS = (".jpg", ".jpeg", ".png", ".webp")
#: ISO 32000 readers look for the mark of a PDF in the first 1024 bytes.
_HEAD = 1024
#: Bytes below which a file is read at once: the buffer for a larger one costs more than its reading.
_SMALL = 262_144
#: Scheme and host of an address (RFC 3986, section 3).
_HOST = re.compile(r"\A[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE | re.ASCII)

#: A file that was looked into before: its name in addresses without the extension, size, time of last change.
Known = tuple[str, int, int]


class Spot(NamedTuple):
    """Where a file lies: folder and name; as text, there are tens of thousands."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        """The whole path."""
        return f"{self.folder}/{self.name}"

    @property
    def stem(self) -> str:
        """The name without its extension."""
        stem, dot, extension = self.name.rpartition(".")
        return stem if stem and dot and extension else self.name


class Scan(NamedTuple):
    """One file as it lies on disk.

    Attributes:
        spot: where it lies.
        name: its name in addresses, without the extension.
        mime: media type by content.
        extension: the usual extension of that type.
        bytes: size.
        stamp: time of the last change in nanoseconds; with the size it tells whether a file is the same.
    """

    spot: Spot
    name: str
    mime: str
    extension: str
    bytes: int
    stamp: int


@dataclass(frozen=True, slots=True)
class Scans:
    """Files below a folder by their names, letter case and Unicode form aside."""

    by_name: Mapping[str, Sequence[Spot]]

    @staticmethod
    def index(folder: Path | None) -> Scans:
        """Look at the names once; None: the library has no scans.

        Raises:
            SourceAway: the folder is missing or cannot be read: a disk that is not mounted is no withdrawal.
        """
        if folder is None:
            return Scans({})
        if not folder.is_dir():
            raise SourceAway(f"the folder of scans {folder} is not there", hint="Is the disk mounted?")
        found: dict[str, list[Spot]] = defaultdict(list)
        for parent, _, names in os.walk(folder, onerror=_unreadable):
            for name in names:
                found[_key(name)].append(Spot(parent, name))
        for spots in found.values():
            spots.sort()
        return Scans(found)

    def find(self, link: str) -> Spot | str:
        """The file a link means, or the code of the reason why there is none."""
        written = last_part(link)
        for name in (unquote(written), written) if "%" in written else (written,):
            spots = self.by_name.get(_key(name), ())
            exact = [spot for spot in spots if spot.name == name] or spots
            if len(exact) == 1:
                return exact[0]
            if exact:
                return "file_ambiguous"
        return "file_missing"

    def cover_of(self, spot: Spot) -> Spot | None:
        """The picture that lies beside a file under the same name (`kniga.pdf`, `kniga.jpg`): its cover."""
        stem = _key(spot.stem)
        for suffix in _COVERS:
            for one in self.by_name.get(stem + suffix, ()):
                if one.folder == spot.folder and one != spot:
                    return one
        return None


def last_part(link: str) -> str:
    """What stands after the last slash of an address or a path, without query and fragment."""
    path = link
    if "://" in link:
        path = _HOST.sub("", link.lstrip().partition("#")[0].partition("?")[0], count=1)
    return path.strip().replace("\\", "/").rsplit("/", 1)[-1]


def examine(spot: Spot, known: Mapping[Known, tuple[str, str]] | None = None) -> Scan | str:
    """What the file is by its content, or the code of the reason why it cannot be published.

    Args:
        spot: where it lies.
        known: media type and extension of what was looked into before: it is not read again.

    Raises:
        SourceAway: the file cannot be read just now.
    """
    path, name = spot.path, slug(spot.stem)
    try:
        status = os.stat(path)  # noqa: PTH116  there are tens of thousands
        kind = known.get((name, status.st_size, status.st_mtime_ns)) if known else None
        if kind is None:
            with Path(path).open("rb") as stream:
                head = stream.read(_HEAD)
                status = os.fstat(stream.fileno())
            if not head:
                return "file_empty"
            kind = sniff(head)
    except OSError as error:
        raise SourceAway(f"{path} cannot be read: {error.strerror}") from error
    return Scan(spot, name, *kind, status.st_size, status.st_mtime_ns) if kind else "file_unrecognised"


def sniff(head: bytes) -> tuple[str, str] | None:
    """Media type and extension by the first bytes; None for what nobody should be given."""
    if b"%PDF-" in head:
        return "application/pdf", "pdf"
    known = (found for found in _SIGNATURES if head[found[0] :].startswith(found[1]))
    return next(((mime, extension) for _, _, mime, extension in known), None)


def sha256_of(path: Path) -> str:
    """Checksum of a file's content in hexadecimal digits.

    Raises:
        SourceAway: the file cannot be read just now.
    """
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size < _SMALL:
                return sha256(stream.read()).hexdigest()
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise SourceAway(f"{path} cannot be read: {error.strerror}") from error


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _unreadable(error: OSError) -> None:
    raise SourceAway(f"{error.filename} cannot be read: {error.strerror}") from error
