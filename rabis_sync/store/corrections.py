"""Findings of the correction rules, and the corrected view of the records."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, merge_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

FINDING = tables.table(tables.Finding)
CORRECTED = tables.table(tables.Corrected)
RECORD = tables.table(tables.BibRecord)
MERGE = tables.table(merge_tables.Merge)
CONTENT = tables.table(tables.Content)

_ORDINALS = re.compile(r"\[\d+\]")


class Change(NamedTuple):
    """What a finding changes, wherever it stands: findings with the same change are decided as one.

    Attributes:
        rule: that found it.
        slot: kind of place, an address without ordinals: ``200$a``.
        before: the word that is wrong, or the whole text where no single word is.
        after: what is proposed instead; None for a report.
    """

    rule: str
    slot: str
    before: str
    after: str | None


def change_of(finding: Mapping[str, Any]) -> Change:
    """The change of a finding with the columns of the table."""
    slot, params = _ORDINALS.sub("", finding["path"]), finding["params"] or {}
    word, mended = params.get("word"), params.get("mended")
    if word and mended and finding["after"] is not None:
        return Change(finding["rule"], slot, word, mended)
    return Change(finding["rule"], slot, finding["before"], finding["after"])


class View(NamedTuple):
    """A record of which there is a corrected view: as it was harvested, and as it should be."""

    id: int
    control_number: str
    family: str
    harvested: str
    corrected: str


class Corrections:
    """Repository of findings and corrected records."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def decided(self, record_ids: Iterable[int]) -> dict[str, str]:
        """What a person decided on findings of these records: fingerprint to accepted or rejected."""
        found: dict[str, str] = {}
        for chunk in bulk.chunks(record_ids):
            query = sa.select(FINDING.c.fingerprint, FINDING.c.state).where(
                FINDING.c.record_id.in_(chunk), FINDING.c.state.in_(["accepted", "rejected"])
            )
            found.update((row[0], row[1]) for row in self._connection.execute(query))
        return found

    def by_number(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Findings by their number, with ``source``, ``control_number`` and ``record_state``."""
        found: dict[int, dict[str, Any]] = {}
        for chunk in bulk.chunks(numbers):
            told = (RECORD.c.source, RECORD.c.control_number, RECORD.c.state.label("record_state"))
            query = sa.select(FINDING, *told)
            query = query.join(RECORD, RECORD.c.id == FINDING.c.record_id).where(FINDING.c.id.in_(chunk))
            found.update((row["id"], dict(row)) for row in self._connection.execute(query).mappings())
        return found

    def set_states(self, states: Mapping[int, str]) -> None:
        """Set the state of findings by their number."""
        for state in sorted(set(states.values())):
            for chunk in bulk.chunks(number for number, wanted in states.items() if wanted == state):
                self._connection.execute(
                    sa.update(FINDING).where(FINDING.c.id.in_(chunk)).values(state=state)
                )

    def replace(self, record_ids: Sequence[int], findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Make these the findings of these records.

        What is found stands open, or as a person decided it; place, proposal and action are those of today,
        id and first run stay. What stood open or accepted and is found no more is closed; found again later,
        it is open again. What was rejected stays rejected. Each finding names the columns of the table
        without ``id`` and ``state``.

        Returns:
            The findings that were closed now.
        """
        found = {finding["fingerprint"] for finding in findings}
        gone: list[dict[str, Any]] = []
        for chunk in bulk.chunks(record_ids):
            standing = FINDING.c.record_id.in_(chunk) & FINDING.c.state.in_(["open", "accepted"])
            rows = self._connection.execute(sa.select(FINDING).where(standing)).mappings()
            gone += [dict(row) for row in rows if row["fingerprint"] not in found]
        self.set_states({row["id"]: "closed" for row in gone})
        decided = (FINDING.c.state == "accepted") | (FINDING.c.state == "rejected")
        bulk.upsert(
            self._connection,
            FINDING,
            [{**finding, "state": "open"} for finding in findings],
            ["fingerprint"],
            instead={
                "first_run": FINDING.c.first_run,
                "state": sa.case((decided, FINDING.c.state), else_="open"),
            },
        )
        return gone

    def set_views(self, views: Sequence[tuple[int, str, str | None]]) -> None:
        """Set the corrected view of records: (record id, content hash it is based on, canonical or None)."""
        bulk.delete_where_in(self._connection, CORRECTED.c.record_id, (view[0] for view in views))
        rows = [
            {"record_id": number, "based_on": based_on, "canonical": canonical}
            for number, based_on, canonical in views
            if canonical is not None
        ]
        if rows:
            self._connection.execute(sa.insert(CORRECTED), rows)

    def findings(self, *, state: str | None = "open") -> list[dict[str, Any]]:
        """Findings of active records with ``source`` and ``control_number``, by record, rule and path."""
        query = (
            sa.select(FINDING, RECORD.c.source, RECORD.c.control_number)
            .join(RECORD, RECORD.c.id == FINDING.c.record_id)
            .where(RECORD.c.state == "active")
            .order_by(FINDING.c.record_id, FINDING.c.rule, FINDING.c.path, FINDING.c.id)
        )
        if state is not None:
            query = query.where(FINDING.c.state == state)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def applied(self, record_ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
        """Findings that the corrected views of these records hold, by record, in the order they were found.

        A fix that nobody rejected, and a suggestion that somebody accepted.
        """
        found: dict[int, list[dict[str, Any]]] = {}
        fixed = (FINDING.c.state == "open") & (FINDING.c.action == "fix")
        for chunk in bulk.chunks(record_ids):
            query = sa.select(FINDING).where(FINDING.c.record_id.in_(chunk))
            query = query.where(fixed | (FINDING.c.state == "accepted")).order_by(FINDING.c.id)
            for row in self._connection.execute(query).mappings():
                found.setdefault(row["record_id"], []).append(dict(row))
        return found

    def views(self, source: str, *, batch: int = 500) -> Iterator[list[View]]:
        """Corrected records of a source by id, in batches.

        Only those whose content is still the one that was corrected, and that no merge stands for: with the
        copies of another record they go out together with the order to delete that one.
        """
        merged = sa.select(MERGE.c.id).where(MERGE.c.survivor == RECORD.c.id, MERGE.c.state == "standing")
        query = (
            sa.select(
                RECORD.c.id, RECORD.c.control_number, RECORD.c.family, CONTENT.c.canonical,
                CORRECTED.c.canonical,
            )
            .join(RECORD, RECORD.c.id == CORRECTED.c.record_id)
            .join(CONTENT, CONTENT.c.record_id == RECORD.c.id)
            .where(RECORD.c.source == source, RECORD.c.state == "active")
            .where(CORRECTED.c.based_on == RECORD.c.content_hash, ~sa.exists(merged))
            .order_by(RECORD.c.id)
            .limit(batch)
        )  # fmt: skip
        last = 0
        while rows := [View(*row) for row in self._connection.execute(query.where(RECORD.c.id > last))]:
            yield rows
            last = rows[-1].id
