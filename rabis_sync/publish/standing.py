"""What one record's standing towards the public is and was: the pure rule by which it changes."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.publish.item import PublicFile
from rabis_sync.publish.naming import identify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rabis_sync.publish.rights import Decision

Key = tuple[str, str]


class Standing(NamedTuple):
    """A row of publications.

    Attributes:
        source: name of the source.
        control_number: of the record.
        item_id: persistent identifier.
        state: published (everybody may open it, or view it), withheld (the file is kept back: `reason`; a
            description is shown unless the level is closed), withdrawn (its files, or all of it, were public
            and are no more).
        level: one of `rights.LEVELS`; closed means that not even a description is shown.
        rights_uri: statement or licence.
        basis: by which right.
        until: last day of the permission or the day it ended, ISO; empty without one.
        reason: code; empty when open.
        files: the files that everybody may take; pictures of pages are left out, they follow from these.
        release: the release that first showed this standing; empty when none did.
        at: since when it stands so, UTC.
        chosen: what makes the record local history (`selection`); empty when nothing does any more.
    """

    source: str
    control_number: str
    item_id: str
    state: str
    level: str
    rights_uri: str
    basis: str
    until: str
    reason: str
    files: tuple[PublicFile, ...]
    release: str
    at: datetime
    chosen: str = ""

    @property
    def key(self) -> Key:
        """Source and control number."""
        return self.source, self.control_number

    @property
    def shown(self) -> bool:
        """At least its description is in the release."""
        return self.level != "closed"

    def row(self) -> dict[str, Any]:
        """As the store keeps it."""
        return self._asdict() | {"files": [one.as_json() for one in self.files]}

    def is_row(self, row: Mapping[str, Any]) -> bool:
        """The store keeps it just so."""
        try:
            kept: tuple[Any, ...] = _CELLS({**row, "files": tuple(map(_OF_FILE, row["files"]))})
        except KeyError:  # an earlier version kept less
            return False
        return kept == self

    @staticmethod
    def of_row(row: Mapping[str, Any]) -> Standing:
        """Read back what `row` wrote."""
        files = tuple(PublicFile(**file) for file in row["files"])
        return Standing._make(_CELLS({"chosen": "", **row, "files": files}))

    @staticmethod
    def of_json(value: list[Any] | dict[str, Any]) -> Standing:
        """Read back what stands in a manifest: the values in their order; by their names in earlier ones."""
        if isinstance(value, dict):
            return Standing.of_row({**value, "at": datetime.fromisoformat(value["at"])})
        files = tuple([PublicFile(*file) for file in value[_FILES]])
        return Standing._make(value)._replace(files=files, at=datetime.fromisoformat(value[_AT]))


_CELLS = itemgetter(*Standing._fields)
_OF_FILE = itemgetter(*PublicFile._fields)
_FILES, _AT = Standing._fields.index("files"), Standing._fields.index("at")


def next_standing(
    key: Key,
    decision: Decision,
    files: Sequence[PublicFile],
    before: Standing | None,
    now: datetime,
    chosen: str = "",
) -> Standing:
    """How a record stands from now on; unchanged, it keeps its moment and its release."""
    source, control_number = key
    state = _state(decision, files, before)
    same = before if before and _same(before, state, decision) else None
    return Standing(
        source=source,
        control_number=control_number,
        item_id=before.item_id if before else identify(*key),
        state=state,
        level=decision.level,
        rights_uri=decision.rights_uri,
        basis=decision.basis,
        until=decision.until.isoformat() if decision.until else "",
        reason=decision.reason,
        files=tuple(file for file in files if not file.page),
        release=same.release if same else "",
        at=same.at if same else now,
        chosen=chosen,
    )


def known(rows: Iterable[Mapping[str, Any]], live: Iterable[Standing]) -> dict[Key, Standing]:
    """What stood until now: the rows of the store, overruled by the live release.

    The pointer on disk says what the public sees: a run killed after moving it has left rows that lag behind.
    Of scans that were touched since, the rows know the time of change at which they were read last.
    """
    shown = {standing.key: standing for standing in live}
    found: dict[Key, Standing] = {}
    for row in rows:
        key = row["source"], row["control_number"]
        standing = shown.get(key)
        if standing is None:
            found[key] = Standing.of_row(row)
        elif [file["stamp"] for file in row["files"]] != [file.stamp for file in standing.files]:
            found[key] = standing._replace(files=_stamped(standing.files, row["files"]))
    return shown | found


def _stamped(files: Sequence[PublicFile], read: Iterable[Mapping[str, Any]]) -> tuple[PublicFile, ...]:
    """The files with the times of change at which the same ones were read."""
    stamps = {(one["name"], one["bytes"], one["sha256"]): one["stamp"] for one in read}
    return tuple(
        one._replace(stamp=stamps.get((one.name, one.bytes, one.sha256), one.stamp)) for one in files
    )


def _state(decision: Decision, files: Sequence[PublicFile], before: Standing | None) -> str:
    if files and decision.level == "open":
        return "published"
    if before and (
        before.files or before.state == "withdrawn" or (before.shown and decision.level == "closed")
    ):
        return "withdrawn"
    return "published" if decision.granted and decision.level == "view" else "withheld"


def _same(before: Standing, state: str, decision: Decision) -> bool:
    return (before.state, before.level, before.reason, before.basis) == (
        *(state, decision.level, decision.reason, decision.basis),
    )
