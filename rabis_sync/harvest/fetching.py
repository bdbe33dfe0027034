"""Our copy of a file at a web address: fetched when it has changed, gone on with after any interruption.

The copy and the validators that the server gave with it stay in ``.rabis-sync`` until it has been harvested:
even a killed process goes on where it stopped. Whether a part belongs to the file as it is now is for the
server to say, by If-Range (RFC 9110, 13.1.5).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from io import SEEK_END
from typing import IO, TYPE_CHECKING, Any

from rabis_sync.errors import SourceAway

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rabis_sync.http import Client, Credentials

FOLDER = ".rabis-sync"
_PART = re.compile(r"bytes (\d+)-\d+/(?:(\d+)|\*)")


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy of one address.

    Attributes:
        url: of the file.
        folder: the library's.
    """

    url: str
    folder: Path

    @property
    def path(self) -> Path:
        """Where the copy is, whole or in part."""
        return self.folder / FOLDER / f"{sha256(self.url.encode()).hexdigest()[:16]}.fetched"

    def refresh(
        self, client: Client, known: Mapping[str, str], credentials: Credentials = ""
    ) -> dict[str, str] | None:
        """Fetch the file unless it is still the one that is known.

        Args:
            client: fetches.
            known: validators (``etag``, ``last_modified``) of the file harvested last; empty: fetch it.
            credentials: of our account there.

        Returns:
            Validators of the copy, or None when the file is still the one that is known.

        Raises:
            SourceAway, FatalError: of `Client.download`; what came is kept for the next time.
        """
        notes = _notes(self.path)
        try:
            self.path.parent.mkdir(exist_ok=True)
            self.path.touch()
            held = notes["validators"] if notes.get("complete") == self.path.stat().st_size else {}
            with self.path.open("r+b") as stream:
                filling = _Filling(stream, self.path, _conditions(held or known), notes)
                if client.download(self.url, filling, credentials=credentials).status != 304:
                    return filling.complete()
        except OSError as error:
            raise SourceAway(f"{self.path} cannot be written: {error.strerror or error}") from error
        if not filling.conditions:
            raise SourceAway(f"{self.url} has not changed, says the server, since we know not when")
        if held in ({}, known):
            self.drop()
            return None
        return dict(held)

    def drop(self) -> None:
        """Forget the copy."""
        self.path.unlink(missing_ok=True)
        _beside(self.path).unlink(missing_ok=True)


@dataclass(slots=True)
class _Filling:
    """The copy while it is being filled; `rabis_sync.http.Target`."""

    stream: IO[bytes]
    path: Path
    conditions: dict[str, str]
    notes: dict[str, Any]
    whole: int = 0

    def asks(self) -> Mapping[str, str]:
        """The rest of what has begun to come, or the whole if it has changed."""
        size = self.stream.seek(0, SEEK_END)
        if size and self.notes.get("range") and not self.notes.get("complete"):
            return {"Range": f"bytes={size}-", "If-Range": self.notes["range"]}
        return self.conditions

    def place(self, status: int, headers: Mapping[str, str]) -> IO[bytes] | None:
        """The end of the copy for a part that goes on there, else its beginning."""
        size = self.stream.seek(0, SEEK_END)
        part = _PART.fullmatch(headers.get("content-range", ""))
        if status == 206 and part and int(part[1]) == size:
            self.whole = int(part[2]) if part[2] else 0
            return self.stream
        self.stream.seek(0)
        self.stream.truncate()
        self.notes.clear()
        self.conditions = {}  # they were those of what is gone
        self.note(validators=_validators(headers), range=_strong(headers))
        return self.stream if status == 200 else None

    def complete(self) -> dict[str, str]:
        """Note that all of it has come; its validators.

        Raises:
            SourceAway: the server sent less of the rest than it was asked for, as it may.
        """
        if (size := self.stream.tell()) < self.whole:
            raise SourceAway(f"{size:,} of {self.whole:,} bytes of the export have come")
        self.note(complete=size)
        return dict(self.notes["validators"])

    def note(self, **more: Any) -> None:
        """Keep what is known about the copy; a killed process leaves the old notes or the new ones."""
        self.stream.flush()
        self.notes.update(more)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self.notes), encoding="utf-8")
        fresh.replace(_beside(self.path))


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")


def _notes(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_beside(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and "validators" in found else {}


def _conditions(known: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {header: known[name] for name, header in names.items() if known.get(name)}


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "etag", "last_modified": "last-modified"}
    return {name: headers[header] for name, header in names.items() if header in headers}


def _strong(headers: Mapping[str, str]) -> str:
    """What tells two states of a file apart for certain, or nothing (RFC 9110, 8.8.1 and 8.8.2.2).

    A tag that is not weak; or the time of the last change, if a second has passed since.
    """
    tag, changed = headers.get("etag", ""), headers.get("last-modified", "")
    if tag.startswith('"'):
        return tag
    try:
        passed = parsedate_to_datetime(headers.get("date", "")) - parsedate_to_datetime(changed)
    except (ValueError, TypeError):
        return ""
    return changed if passed.total_seconds() >= 1 else ""
