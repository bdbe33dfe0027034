"""What a release holds, written inside it: each file with its checksum, each standing seen by the public."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.publish.encoding import from_json, moment, to_json
from rabis_sync.publish.item import FILES
from rabis_sync.publish.recall import Seen
from rabis_sync.publish.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MANIFEST = "manifest.json"


class Entry(NamedTuple):
    """One file of a release.

    Attributes:
        path: its place in the release.
        bytes: size.
        sha256: checksum.
        mime: media type.
        key: as in `feeds.Document`.
        pinned: as in `feeds.Document`.
    """

    path: str
    bytes: int
    sha256: str
    mime: str
    key: str = ""
    pinned: bool = False

    def told(self) -> dict[str, Any]:
        """What a website needs to fetch it."""
        return {"path": self.path, "bytes": self.bytes, "sha256": self.sha256, "mime": self.mime}


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of a release.

    Attributes:
        release: its name.
        content_hash: of what it shows.
        frame: of all that turns items into documents.
        entries: every file but the manifest itself, by path.
        standings: of all items shown or withdrawn.
        lived: since when each earlier release was live, by its name.
        seen: what each item was made of and how it looks, by identifier.
        drawn: version of the drawing of its pictures.
    """

    release: str
    content_hash: str
    frame: str
    entries: tuple[Entry, ...]
    standings: tuple[Standing, ...]
    lived: Mapping[str, str]
    seen: Mapping[str, Seen] = field(default_factory=dict)
    drawn: int = 0

    def scans(self) -> dict[str, Entry]:
        """The digitised files, by path."""
        return {entry.path: entry for entry in self.below(FILES)}

    def sizes(self) -> tuple[str, list[int]]:
        """Places of all files, one a line, and the size of each in bytes."""
        return "\n".join([entry.path for entry in self.entries]), [entry.bytes for entry in self.entries]

    def below(self, beginning: str) -> Iterator[Entry]:
        """Entries whose paths begin so."""
        first = bisect_left(self.entries, beginning, key=itemgetter(0))
        return takewhile(lambda one: one.path.startswith(beginning), islice(self.entries, first, None))

    def body(self) -> bytes:
        """The manifest as it lies in the release."""
        columns = zip(*self.entries, strict=True) if self.entries else [()] * len(Entry._fields)
        value: dict[str, Any] = {
            "schema": "rabis-sync/manifest/3",
            "release": self.release,
            "content_hash": self.content_hash,
            "frame": self.frame,
            "lived": dict(self.lived),
            "seen": dict(self.seen),
            "drawn": self.drawn,
            "entries": dict(zip(Entry._fields, columns, strict=True)),
            "standings": self.standings,
        }
        return to_json(value)

    def latest(self) -> bytes:
        """The small document that tells a website which release to fetch: `latest.json`."""
        shown = [standing for standing in self.standings if standing.shown]
        counts = {
            "items": len(shown),
            "open": sum(bool(standing.files) for standing in shown),
            "withdrawn": sum(standing.state == "withdrawn" for standing in self.standings),
        }
        value = {
            "schema": "rabis-sync/latest/1",
            "release": self.release,
            "created": moment(created(self.release)),
            "counts": counts,
            # What speaks of the whole collection, not of one item or of one part of the past.
            "files": [
                one.told()
                for one in self.entries
                if (one.pinned or not one.key) and not one.path.startswith(FILES)
            ],
        }
        return to_json(value) + b"\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a release; None where there is none that can be read."""
    try:
        value = from_json((folder / MANIFEST).read_bytes())
        return Manifest(
            release=value["release"],
            content_hash=value["content_hash"],
            frame=value.get("frame", ""),
            lived=value.get("lived", {}),
            seen={item_id: Seen(*one) for item_id, one in value.get("seen", {}).items()},
            drawn=value.get("drawn", 0),
            entries=_entries(value["entries"]),
            standings=tuple(Standing.of_json(standing) for standing in value["standings"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _entries(told: Any) -> tuple[Entry, ...]:
    """Entries by columns, which are read in a third of the time; earlier releases told them one by one."""
    if isinstance(told, list):
        return tuple(Entry(**{name: one[name] for name in Entry._fields if name in one}) for one in told)
    return tuple(map(Entry, *(told[name] for name in Entry._fields)))


def created(release: str) -> datetime:
    """The moment in a release's name.

    Raises:
        ValueError: the name is none of ours.
    """
    return datetime.strptime(release.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
