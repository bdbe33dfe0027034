"""One release as an OAI-PMH repository: headers in the order of their datestamps, and the records."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.publish import pointer
from rabis_sync.publish.encoding import from_json, moment
from rabis_sync.publish.feeds.oai import FOLDER, place
from rabis_sync.publish.manifest import read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: Releases whose headers are kept in memory: the live one, and those of walks begun before it.
_REMEMBERED = 4


class Header(NamedTuple):
    """Header of a record: datestamp (UTC, whole seconds), identifier of the item, sets, and if it is gone.

    A format in which the item is not given is `withheld`: there its record counts as deleted.
    """

    at: str
    id: str
    sets: tuple[str, ...]
    deleted: bool
    withheld: tuple[str, ...] = ()

    def gone(self, prefix: str) -> bool:
        """No record is given in that format."""
        return self.deleted or prefix in self.withheld


@dataclass(frozen=True)
class Snapshot:
    """The headers of one release.

    Attributes:
        release: its name.
        folder: where it lies.
        library: name of the library.
        formats: prefixes in which every record is given.
        headers: by datestamp, then identifier: whoever changes during a walk comes once more at its end.
    """

    release: str
    folder: Path
    library: str
    formats: tuple[str, ...]
    headers: tuple[Header, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Header]:
        """The headers by identifier of the item."""
        return {header.id: header for header in self.headers}

    @cached_property
    def sets(self) -> tuple[str, ...]:
        """Every set that a record is in."""
        return tuple(sorted({name for header in self.headers for name in header.sets}))

    def between(self, since: str, until: str, named: str) -> Sequence[Header]:
        """Headers with a datestamp in the range, both ends included, and in the set; empty: any."""
        first = bisect_left(self.headers, (since,)) if since else 0
        last = bisect_right(self.headers, (until, "\U0010ffff")) if until else len(self.headers)
        found = self.headers[first:last]
        return [header for header in found if named in header.sets] if named else found

    def record(self, header: Header, prefix: str) -> str | None:
        """The record in a format; None where the item has none in it."""
        try:
            forms = from_json((self.folder / place(header.id)).read_bytes())
        except FileNotFoundError:
            return None
        form: str | None = forms.get(prefix)
        return form


class Snapshots:
    """Releases of a site as repositories.

    Args:
        out: folder of the site.
    """

    def __init__(self, out: Path) -> None:
        self._out = out
        self._known: dict[str, Snapshot] = {}

    def live(self) -> Snapshot | None:
        """The release that everybody sees; None before the first."""
        return self.named(pointer.live_release(self._out))

    def named(self, release: str) -> Snapshot | None:
        """A release that is still kept."""
        if release not in self._known:
            found = self._read(release)
            if found is None:
                return None
            for old in list(self._known)[: 1 - _REMEMBERED]:
                del self._known[old]
            self._known[release] = found
        return self._known[release]

    def _read(self, release: str) -> Snapshot | None:
        folder = self._out / pointer.RELEASES / release
        try:
            contents = from_json((folder / FOLDER / "headers.json").read_bytes())
        except OSError:
            return None
        manifest = read_manifest(folder) if release else None
        if manifest is None:
            return None
        lived = {**manifest.lived, release: manifest.lived.get(release) or self._since(release)}
        headers = (
            # Nobody could have met a change before its release was live, whenever it was built.
            Header(
                max(one["at"], lived.get(one["release"], "")),
                one["id"],
                tuple(one["sets"]),
                one.get("deleted", False),
                tuple(one.get("withheld", ())),
            )
            for one in contents["headers"]
        )
        formats = tuple(contents["formats"])
        return Snapshot(release, folder, contents["library"]["ru"], formats, tuple(sorted(headers)))

    def _since(self, release: str) -> str:
        """Since when a release is or was live: the pointer says it, for an earlier one the live release.

        A walk that goes on in an older release after a restart must meet its headers in the same order.
        """
        live = pointer.live_release(self._out)
        if release == live:
            return moment(datetime.fromtimestamp((self._out / pointer.CURRENT).lstat().st_mtime, UTC))
        manifest = read_manifest(self._out / pointer.RELEASES / live) if live else None
        return manifest.lived.get(release, "") if manifest else ""
