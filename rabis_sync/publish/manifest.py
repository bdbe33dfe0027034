"""What a release holds, written inside it: each file with its checksum, each standing seen by the public."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rabis_sync.publish.encoding import moment, to_json
from rabis_sync.publish.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a release.

    Attributes:
        path: its place in the release.
        bytes: size.
        sha256: checksum.
        mime: media type.
        key: as in `feeds.Document`.
        links: places in the release that it links to.
    """

    path: str
    bytes: int
    sha256: str
    mime: str
    key: str = ""
    links: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the manifest keeps it; what is empty is left out."""
        rest = {"key": self.key, "links": self.links}
        return self.told() | {name: value for name, value in rest.items() if value}

    @property
    def of_the_whole(self) -> bool:
        """It speaks of the whole collection, not of one item or of one part of the past."""
        return not self.key and not self.path.startswith("files/")

    def told(self) -> dict[str, Any]:
        """What a website needs to fetch it."""
        return {name: getattr(self, name) for name in ("path", "bytes", "sha256", "mime")}


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
    """

    release: str
    content_hash: str
    frame: str
    entries: tuple[Entry, ...]
    standings: tuple[Standing, ...]
    lived: Mapping[str, str]

    def scans(self) -> dict[str, Entry]:
        """The digitised files, by path."""
        return {entry.path: entry for entry in self.entries if entry.path.startswith("files/")}

    def body(self) -> bytes:
        """The manifest as it lies in the release."""
        value: dict[str, Any] = {
            "schema": "rabis-sync/manifest/1",
            "release": self.release,
            "content_hash": self.content_hash,
            "frame": self.frame,
            "lived": dict(self.lived),
            "entries": [entry.as_json() for entry in self.entries],
            "standings": [standing.as_json() for standing in self.standings],
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
            "files": [entry.told() for entry in self.entries if entry.of_the_whole],
        }
        return to_json(value) + b"\n"


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a release; None where there is none that can be read."""
    try:
        value = json.loads((folder / MANIFEST).read_bytes())
        return Manifest(
            release=value["release"],
            content_hash=value["content_hash"],
            frame=value.get("frame", ""),
            lived=value.get("lived", {}),
            entries=tuple(
                Entry(**{**entry, "links": tuple(entry.get("links", ()))}) for entry in value["entries"]
            ),
            standings=tuple(Standing.of_json(standing) for standing in value["standings"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """Every file is there in its size: somebody may have tidied up."""
    try:
        return all((folder / entry.path).stat().st_size == entry.bytes for entry in manifest.entries)
    except OSError:
        return False


def created(release: str) -> datetime:
    """The moment in a release's name.

    Raises:
        ValueError: the name is none of ours.
    """
    return datetime.strptime(release.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
