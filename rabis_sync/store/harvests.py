"""How far each source was harvested, what it no longer has, and what could not be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, filling, tables
from rabis_sync.store.merges import MERGED, Merges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WATERMARK = tables.table(tables.Watermark)
SEEN = tables.table(tables.Seen)
RECORD = tables.table(tables.BibRecord)
QUARANTINE = tables.table(tables.Quarantine)
TOMBSTONE = tables.table(tables.Tombstone)


#: Why there are no bytes of a record: the server counts it and does not deliver it.
NOT_DELIVERED = "not_delivered"


class Progress(NamedTuple):
    """Where a source stands."""

    reached: dict[str, Any]
    checkpoint: dict[str, Any]


class Refused(NamedTuple):
    """Bytes that no record could be made of."""

    raw: bytes
    syntax: str
    reason: str
    detail: str
    file: str
    offset: int
    identifier: str = ""


class Harvests:
    """Repository of watermarks, seen records, quarantine and tombstones."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def progress(self, source: str) -> Progress:
        """Watermark and checkpoint of a source; both empty before its first harvest."""
        query = sa.select(WATERMARK.c.reached, WATERMARK.c.checkpoint).where(WATERMARK.c.source == source)
        row = self._connection.execute(query).one_or_none()
        return Progress(*row) if row else Progress({}, {})

    def save_progress(self, source: str, reached: dict[str, Any], checkpoint: dict[str, Any]) -> None:
        """Set both, in the transaction of the page they belong to."""
        row = {
            "source": source,
            "reached": reached,
            "checkpoint": checkpoint,
            "updated_at": datetime.now(UTC),
        }
        bulk.upsert(self._connection, WATERMARK, [row], ["source"])

    def all_progress(self) -> list[dict[str, Any]]:
        """Every watermark row."""
        query = sa.select(WATERMARK).order_by(WATERMARK.c.source)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def begin_filling(self) -> None:
        """The first page of a first harvest: copies fill an empty table (`store.filling`)."""
        filling.begin(self._connection)

    def end_filling(self) -> None:
        """The harvest is over: the table of copies has its index, if it had been left out."""
        filling.end(self._connection)

    def forget_seen(self, source: str) -> None:
        """A new harvest begins: nothing was seen yet."""
        self._connection.execute(sa.delete(SEEN).where(SEEN.c.source == source))

    def seen(self, source: str, ids: Iterable[int]) -> set[int]:
        """Which of these records the harvest under way has met already."""
        by = SEEN.c.record_id
        return {row[0] for row in bulk.find(self._connection, [by], by, ids, source=source)}

    def mark_seen(self, source: str, ids: Iterable[int]) -> None:
        """Remember records of this page."""
        bulk.insert(self._connection, SEEN, ["source", "record_id"], ((source, number) for number in ids))

    def unseen(self, source: str) -> list[tuple[int, str]]:
        """Records that the source had and the harvest did not meet: (id, control number)."""
        met = sa.select(SEEN.c.record_id).where(SEEN.c.source == source, SEEN.c.record_id == RECORD.c.id)
        query = sa.select(RECORD.c.id, RECORD.c.control_number).where(
            RECORD.c.source == source, RECORD.c.state.in_(["active", MERGED]), ~sa.exists(met)
        )
        query = query.order_by(RECORD.c.id)
        return [(row[0], row[1]) for row in self._connection.execute(query)]

    def quarantine(self, source: str, refused: Sequence[Refused], *, run: int, at: datetime) -> int:
        """Keep what could not be read; give how many of them are new since earlier harvests.

        The same bytes are one entry for ever, with its first run and moment, and the reason and place that
        were found last. Bytes that a retry once took and that are refused again are new.
        """
        rows = {sha256(one.raw).hexdigest(): one for one in refused}
        waiting = self._waiting(source, rows)
        first = {
            name: sa.case((QUARANTINE.c.state == "open", QUARANTINE.c[name]), else_=value)
            for name, value in (("run_id", run), ("at", at))
        }
        bulk.upsert(
            self._connection,
            QUARANTINE,
            [
                {"source": source, "run_id": run, "at": at, "raw_hash": digest, "state": "open"}
                | one._asdict()
                for digest, one in rows.items()
            ],
            ["source", "raw_hash"],
            instead=first,
        )
        return len(rows) - len(waiting)

    def _waiting(self, source: str, digests: Iterable[str]) -> set[str]:
        """Which of these are in quarantine and open."""
        found: set[str] = set()
        for chunk in bulk.chunks(digests):
            query = sa.select(QUARANTINE.c.raw_hash).where(
                QUARANTINE.c.source == source, QUARANTINE.c.raw_hash.in_(chunk), QUARANTINE.c.state == "open"
            )
            found.update(self._connection.execute(query).scalars())
        return found

    def quarantined(self, *, state: str | None = "open") -> list[dict[str, Any]]:
        """Everything in quarantine, oldest first, without the bytes but with their number as ``bytes``."""
        columns = [column for column in QUARANTINE.c if column.name != "raw"]
        query = sa.select(*columns, sa.func.length(QUARANTINE.c.raw).label("bytes")).order_by(QUARANTINE.c.id)
        if state is not None:
            query = query.where(QUARANTINE.c.state == state)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def quarantined_one(self, number: int) -> dict[str, Any] | None:
        """One entry with its bytes."""
        row = (
            self._connection.execute(sa.select(QUARANTINE).where(QUARANTINE.c.id == number))
            .mappings()
            .one_or_none()
        )
        return dict(row) if row else None

    def named_in_quarantine(self, source: str, control_numbers: Iterable[str]) -> set[str]:
        """Which of these control numbers stand in the bytes of something that could not be read."""
        numbers = {number.encode(): number for number in control_numbers}
        if not numbers:
            return set()
        either = b"|".join(map(re.escape, sorted(numbers, key=len, reverse=True)))
        pattern = re.compile(rb"(?<![0-9A-Za-z])(?:" + either + rb")(?![0-9A-Za-z])")
        query = sa.select(QUARANTINE.c.raw).where(QUARANTINE.c.source == source, QUARANTINE.c.state == "open")
        raws = self._connection.execute(query.execution_options(yield_per=100)).scalars()
        return {numbers[found] for raw in raws for found in pattern.findall(raw)}

    def delivered(self, source: str, *, but: Sequence[bytes]) -> None:
        """Close every entry of what a source did not deliver, except these, which it still does not."""
        missing = [sha256(raw).hexdigest() for raw in but]
        for row in self.quarantined():
            waits = (row["source"], row["reason"]) == (source, NOT_DELIVERED)
            if waits and row["raw_hash"] not in missing:
                self.release(row["id"])

    def release(self, number: int) -> None:
        """A retry could read it: the record is stored now."""
        self._connection.execute(sa.update(QUARANTINE).where(QUARANTINE.c.id == number).values(state="taken"))

    def bury(
        self, source: str, control_numbers: Iterable[str], reason: str, *, run: int, at: datetime
    ) -> None:
        """Leave tombstones; an older one of the same record is overwritten.

        A record that went in a merge keeps that reason and its successor: the library did what was approved.
        """
        control_numbers = list(control_numbers)
        successors = Merges(self._connection).successors(source, control_numbers)
        rows = [
            {
                "source": source,
                "control_number": number,
                "reason": MERGED if number in successors else reason,
                "successor": successors.get(number, ""),
                "run_id": run,
                "at": at,
            }
            for number in control_numbers
        ]
        bulk.upsert(self._connection, TOMBSTONE, rows, ["source", "control_number"])

    def unbury(self, source: str, control_numbers: Iterable[str]) -> None:
        """The records came back."""
        for chunk in bulk.chunks(control_numbers):
            gone = (TOMBSTONE.c.source == source) & TOMBSTONE.c.control_number.in_(chunk)
            self._connection.execute(sa.delete(TOMBSTONE).where(gone))

    def tombstones(self, source: str) -> list[dict[str, Any]]:
        """Tombstones of a source by control number."""
        query = sa.select(TOMBSTONE).where(TOMBSTONE.c.source == source).order_by(TOMBSTONE.c.control_number)
        return [dict(row) for row in self._connection.execute(query).mappings()]
