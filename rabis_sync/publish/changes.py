"""The one log of what the public saw change: append-only, numbered, never rewritten; every channel reads it.

A consumer that keeps the last `seq` it has seen misses nothing and is told nothing twice. Moments are those
of the publication, not of the cataloguer's edit: who came between the two would never hear of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rabis_sync.publish.collection import Release

#: create: first shown · update: its description or files are others · withdraw: its files are gone, the
#: description stays · restore: the files, or all of it, are back · delete: not even the description is shown.
Kind = Literal["create", "update", "withdraw", "restore", "delete"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Change(NamedTuple):
    """One entry of the log.

    Attributes:
        seq: its number, from 1, without a gap.
        item_id: persistent identifier of the item.
        kind: one of `KINDS`.
        at: moment of the publication, UTC.
        reason: why files or description are gone, a code; empty for the other kinds.
        before: hash of what was shown until then; empty where nothing was.
        after: hash of what is shown since; empty where nothing is.
        given: files are given since.
        release: the release that was the first to show it.
    """

    seq: int
    item_id: str
    kind: Kind
    at: datetime
    reason: str
    before: str
    after: str
    given: bool
    release: str

    @staticmethod
    def of_row(row: Mapping[str, Any]) -> Change:
        """Read back what the store keeps."""
        return Change._make(_CELLS(row))

    def as_json(self) -> dict[str, Any]:
        """As a release keeps it."""
        return self._asdict() | {"at": self.at.isoformat()}

    @staticmethod
    def of_json(value: Mapping[str, Any]) -> Change:
        """Read back what `as_json` wrote."""
        return Change.of_row({**value, "at": datetime.fromisoformat(value["at"])})


_CELLS = itemgetter(*Change._fields)


@dataclass(frozen=True, slots=True)
class Log:
    """The whole log.

    Attributes:
        entries: by number.
    """

    entries: tuple[Change, ...] = ()

    @staticmethod
    def joined(*parts: Iterable[Change]) -> Log:
        """Entries of several keepings, each once: a run killed before it saved left some in its release."""
        found = {entry.seq: entry for part in parts for entry in part}
        return Log(tuple(found[seq] for seq in sorted(found)))

    @property
    def head(self) -> int:
        """Number of the last entry; 0 before the first."""
        return self.entries[-1].seq if self.entries else 0

    def latest(self) -> dict[str, Change]:
        """The last entry of each item, by identifier."""
        return {entry.item_id: entry for entry in self.entries}

    def taken_back(self) -> set[str]:
        """Items whose files, or all of which, were taken away and have not come back."""
        state: dict[str, bool] = {}
        for entry in self.entries:
            if entry.kind != "update":
                state[entry.item_id] = entry.kind in {"withdraw", "delete"}
        return {item for item, away in state.items() if away}


def next_changes(log: Log, release: Release, at: datetime) -> tuple[Change, ...]:
    """What a release changes for those who know the log.

    Args:
        log: all that was told before.
        release: what is shown from now on.
        at: moment of the publication, UTC.
    """
    latest, away = log.latest(), log.taken_back()
    reasons = {stone.id: stone.reason for stone in release.withdrawn}
    told: list[tuple[str, Kind, str, str, str, bool]] = []
    for number, (item_id, now) in enumerate(sorted(release.digests.items())):
        was = latest.get(item_id)
        before = was.after if was else ""
        if was is None or before != now:
            item = release.items[number]  # by identifier, as the digests
            kind = _kind(was, given=bool(item.files), away=item_id in away)
            reason = item.reason if kind == "withdraw" else ""
            told.append((item_id, kind, reason, before, now, bool(item.files)))
    for item_id, was in sorted(latest.items()):
        if item_id not in release.digests and was.after:
            told.append((item_id, "delete", reasons.get(item_id, ""), was.after, "", False))
    return tuple(
        Change(seq, item_id, kind, at, reason, before, after, given, release.id)
        for seq, (item_id, kind, reason, before, after, given) in enumerate(told, log.head + 1)
    )


def _kind(was: Change | None, *, given: bool, away: bool) -> Kind:
    """What happened to an item that is shown otherwise than before."""
    if was is None:
        return "create"
    if away and (given or not was.after):
        return "restore"
    return "withdraw" if was.given and not given else "update"
