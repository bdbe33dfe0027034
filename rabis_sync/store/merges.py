"""Merges: copies move to the record that stays and come back; number and sum are kept, or nothing happens.

The harvested records are never altered. A merge is laid over them: items go to the survivor, its
corrected view becomes the merged record, the others rest as ``merged``. As soon as a harvest touches one of
them the merge is lifted, so that the harvest finds everything as it left it; the next search for duplicates
lays it again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rabis_sync.errors import BalanceError
from rabis_sync.marc.fields import content_hash
from rabis_sync.store import bulk, due, match_tables, merge_tables, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

MERGE = tables.table(merge_tables.Merge)
MEMBER = tables.table(merge_tables.MergeMember)
RECORD = tables.table(tables.BibRecord)
CORRECTED = tables.table(tables.Corrected)
ITEM = tables.table(tables.ItemRow)
TOMBSTONE = tables.table(tables.Tombstone)
MATCH = tables.table(match_tables.MatchRow)
DUE = tables.table(match_tables.MatchDue)

#: Reason of the tombstone of a record that went in a merge.
MERGED = "merged"

#: What must be the same before and after: numbers, counts, amounts.
_STOCK = (ITEM.c.inventory_number, ITEM.c.quantity, ITEM.c.price, ITEM.c.currency, ITEM.c.withdrawn)


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge as it stands.

    Attributes:
        id: its number.
        survivor: the record that stays.
        others: the records that go, by id.
        state: standing, lifted, parted, closed or undone.
        at: when a person approved it.
    """

    id: int
    survivor: int
    others: tuple[int, ...]
    state: str
    at: datetime

    @property
    def records(self) -> tuple[int, ...]:
        """All its records, the survivor first."""
        return (self.survivor, *self.others)


class Merges:
    """Repository of merges."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def new(self, survivor: int, others: Sequence[int], *, at: datetime) -> int:
        """A merge that is not laid yet; its number."""
        row = sa.insert(MERGE).values(
            survivor=survivor, state="lifted", at=at, laid="", own_view=None, own_based_on=""
        )
        number = int(self._connection.execute(row.returning(MERGE.c.id)).scalar_one())
        members = [{"merge_id": number, "record_id": one, "moved": [], "matched": {}} for one in others]
        self._connection.execute(sa.insert(MEMBER), members)
        return number

    def all(self, *states: str) -> list[Merged]:
        """Merges in these states (none named: all), in the order of their numbers."""
        return self._found(MERGE.c.state.in_(states) if states else sa.true())

    def get(self, number: int) -> Merged | None:
        """One merge by its number."""
        return next(iter(self._found(MERGE.c.id == number)), None)

    def _found(self, where: sa.ColumnElement[bool]) -> list[Merged]:
        others: dict[int, list[int]] = {}
        members = sa.select(MEMBER.c.merge_id, MEMBER.c.record_id).join(
            MERGE, MERGE.c.id == MEMBER.c.merge_id
        )
        for merge, record in self._connection.execute(members.where(where).order_by(MEMBER.c.record_id)):
            others.setdefault(merge, []).append(record)
        query = sa.select(MERGE.c.id, MERGE.c.survivor, MERGE.c.state, MERGE.c.at).where(where)
        return [
            Merged(number, survivor, tuple(others[number]), state, at)
            for number, survivor, state, at in self._connection.execute(query.order_by(MERGE.c.id))
        ]

    def set_state(self, number: int, state: str) -> None:
        """Set the state of a merge that is not standing."""
        self._connection.execute(sa.update(MERGE).where(MERGE.c.id == number).values(state=state))

    def lay(self, number: int, canonical: str, *, run: int, at: datetime) -> None:
        """Make the records of a merge one.

        Args:
            number: of the merge.
            canonical: the merged record, which becomes the survivor's corrected view.
            run: the run in which this happens; 0 outside of one.
            at: its moment.

        Raises:
            BalanceError: the copies would not be the same afterwards; the transaction must not commit.
        """
        merge = self.get(number)
        assert merge is not None
        before = self._stock(merge.records)
        for other in merge.others:
            moved = self._move(other, merge.survivor)
            matched = (
                self._connection.execute(sa.select(MATCH).where(MATCH.c.record_id == other))
                .mappings()
                .first()
            )
            kept = {"moved": moved, "matched": dict(matched) if matched else {}}
            is_it = (MEMBER.c.merge_id == number) & (MEMBER.c.record_id == other)
            self._connection.execute(sa.update(MEMBER).where(is_it).values(kept))
        self._rest(merge, run=run, at=at)
        self._keep_view(merge, canonical)
        self._touched(merge)
        self._balance(merge, before)

    def lift(self, numbers: Iterable[int], *, state: str = "lifted") -> None:
        """Put everything back that merges moved; those that are not laid only change their state.

        Raises:
            BalanceError: the copies would not be the same afterwards; the transaction must not commit.
        """
        for number in sorted(set(numbers)):
            merge = self.get(number)
            assert merge is not None
            if merge.state == "standing":
                self._lift(merge)
            self.set_state(merge.id, state)

    def lift_touching(self, records: Iterable[int]) -> None:
        """Lift the standing merges of these records: something else is about to change them."""
        if (
            self._connection.execute(
                sa.select(MERGE.c.id).where(MERGE.c.state == "standing").limit(1)
            ).first()
            is None
        ):
            return
        found: set[int] = set()
        for chunk in bulk.chunks(records):
            query = sa.select(MERGE.c.id).outerjoin(MEMBER, MEMBER.c.merge_id == MERGE.c.id)
            either = MERGE.c.survivor.in_(chunk) | MEMBER.c.record_id.in_(chunk)
            found.update(self._connection.execute(query.where(MERGE.c.state == "standing", either)).scalars())
        self.lift(found)

    def moved(self, number: int) -> dict[int, list[int]]:
        """Places among the survivor's copies of those that came from each other record, by record id."""
        query = sa.select(MEMBER.c.record_id, MEMBER.c.moved).where(MEMBER.c.merge_id == number)
        return {record: [new for _, new in moved] for record, moved in self._connection.execute(query)}

    def own_view(self, number: int) -> str | None:
        """The survivor's own corrected view, before the merge; None where it was as harvested."""
        query = sa.select(MERGE.c.own_view).where(MERGE.c.id == number)
        text: str | None = self._connection.execute(query).scalar_one()
        return text

    def overwritten(self) -> list[int]:
        """Standing merges whose survivor's corrected view was made anew since."""
        query = sa.select(MERGE.c.id, MERGE.c.laid, CORRECTED.c.canonical)
        query = query.outerjoin(CORRECTED, CORRECTED.c.record_id == MERGE.c.survivor)
        standing = self._connection.execute(query.where(MERGE.c.state == "standing").order_by(MERGE.c.id))
        return [number for number, laid, text in standing if text is None or content_hash(text) != laid]

    def successors(self, source: str, control_numbers: Iterable[str]) -> dict[str, str]:
        """Control numbers of the records that stand for these, which went in a merge that nobody undid."""
        survivor = RECORD.alias("survivor")
        found: dict[str, str] = {}
        for chunk in bulk.chunks(control_numbers):
            query = (
                sa.select(RECORD.c.control_number, survivor.c.control_number)
                .join(MEMBER, MEMBER.c.record_id == RECORD.c.id)
                .join(MERGE, MERGE.c.id == MEMBER.c.merge_id)
                .join(survivor, survivor.c.id == MERGE.c.survivor)
                .where(RECORD.c.source == source, RECORD.c.control_number.in_(chunk))
                .where(MERGE.c.state.in_(["standing", "lifted", "closed"]), survivor.c.state == "active")
            )
            found.update((row[0], row[1]) for row in self._connection.execute(query))
        return found

    def _stock(self, records: Iterable[int]) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for chunk in bulk.chunks(records):
            rows = self._connection.execute(sa.select(*_STOCK).where(ITEM.c.record_id.in_(chunk)))
            found.update(tuple(row) for row in rows)
        return found

    def _balance(self, merge: Merged, before: Counter[Any]) -> None:
        after = self._stock(merge.records)
        if after != before:
            numbers = sorted({row[0] for row in (before - after) + (after - before)})
            raise BalanceError(
                f"merge {merge.id}: the copies would not be the same afterwards ({', '.join(numbers)}); "
                "nothing was changed"
            )

    def _move(self, record: int, survivor: int) -> list[list[int]]:
        """Give the copies of a record to the survivor: pairs of the place they had and the one they have."""
        last = sa.select(sa.func.coalesce(sa.func.max(ITEM.c.position), 0)).where(
            ITEM.c.record_id == survivor
        )
        free = int(self._connection.execute(last).scalar_one())
        own = sa.select(ITEM.c.position).where(ITEM.c.record_id == record).order_by(ITEM.c.position)
        moved = [[place, free + at] for at, place in enumerate(self._connection.execute(own).scalars(), 1)]
        self._replace(record, survivor, moved)
        return moved

    def _replace(self, record: int, to: int, places: Sequence[Sequence[int]]) -> None:
        for old, new in places:
            is_it = (ITEM.c.record_id == record) & (ITEM.c.position == old)
            self._connection.execute(sa.update(ITEM).where(is_it).values(record_id=to, position=new))

    def _rest(self, merge: Merged, *, run: int, at: datetime) -> None:
        """The others rest: no step sees them, and a tombstone says what stands for them."""
        others = RECORD.c.id.in_(merge.others)
        self._connection.execute(sa.update(RECORD).where(others).values(state=MERGED))
        bulk.delete_where_in(self._connection, MATCH.c.record_id, merge.others)
        name = sa.select(RECORD.c.control_number).where(RECORD.c.id == merge.survivor)
        successor = self._connection.execute(name).scalar_one()
        gone = self._connection.execute(sa.select(RECORD.c.source, RECORD.c.control_number).where(others))
        rows = [
            {"source": source, "control_number": number, "reason": MERGED, "successor": successor,
             "run_id": run, "at": at}
            for source, number in gone
        ]  # fmt: skip
        bulk.upsert(self._connection, TOMBSTONE, rows, ["source", "control_number"])
        self._count_items(merge.survivor)

    def _keep_view(self, merge: Merged, canonical: str) -> None:
        """Put the survivor's own corrected view aside, and the merged record in its place."""
        own = self._connection.execute(
            sa.select(CORRECTED.c.canonical, CORRECTED.c.based_on).where(
                CORRECTED.c.record_id == merge.survivor
            )
        ).first()
        based_on = sa.select(RECORD.c.content_hash).where(RECORD.c.id == merge.survivor)
        row = {
            "record_id": merge.survivor,
            "based_on": self._connection.execute(based_on).scalar_one(),
            "canonical": canonical,
        }
        bulk.upsert(self._connection, CORRECTED, [row], ["record_id"])
        kept = {"own_view": own[0] if own else None, "own_based_on": own[1] if own else ""}
        change = sa.update(MERGE).where(MERGE.c.id == merge.id)
        self._connection.execute(change.values(state="standing", laid=content_hash(canonical), **kept))

    def _lift(self, merge: Merged) -> None:
        before = self._stock(merge.records)
        members = sa.select(MEMBER).where(MEMBER.c.merge_id == merge.id)
        for member in self._connection.execute(members).mappings().all():
            back = [(new, old) for old, new in member["moved"]]
            self._replace(merge.survivor, member["record_id"], back)
            if member["matched"]:
                self._connection.execute(sa.insert(MATCH).values(member["matched"]))
        self._wake(merge)
        self._own_view(merge)
        self._touched(merge)
        self._balance(merge, before)

    def _wake(self, merge: Merged) -> None:
        others = RECORD.c.id.in_(merge.others) & (RECORD.c.state == MERGED)
        gone = self._connection.execute(
            sa.select(RECORD.c.source, RECORD.c.control_number).where(others)
        ).all()
        self._connection.execute(sa.update(RECORD).where(others).values(state="active"))
        for source, number in gone:
            buried = (TOMBSTONE.c.source == source) & (TOMBSTONE.c.control_number == number)
            self._connection.execute(sa.delete(TOMBSTONE).where(buried, TOMBSTONE.c.reason == MERGED))
        self._count_items(merge.survivor)

    def _own_view(self, merge: Merged) -> None:
        """The survivor's own corrected view comes back, unless a newer one stands there already."""
        query = sa.select(MERGE.c.laid, MERGE.c.own_view, MERGE.c.own_based_on).where(MERGE.c.id == merge.id)
        laid, own, based_on = self._connection.execute(query).one()
        is_it = CORRECTED.c.record_id == merge.survivor
        stands = self._connection.execute(sa.select(CORRECTED.c.canonical).where(is_it)).scalar()
        if stands is None or content_hash(stands) != laid:
            return
        self._connection.execute(sa.delete(CORRECTED).where(is_it))
        if own is not None:
            row = {"record_id": merge.survivor, "based_on": based_on, "canonical": own}
            self._connection.execute(sa.insert(CORRECTED).values(row))

    def _count_items(self, record: int) -> None:
        count = sa.select(sa.func.count()).where(ITEM.c.record_id == record).scalar_subquery()
        self._connection.execute(sa.update(MATCH).where(MATCH.c.record_id == record).values(items=count))

    def _touched(self, merge: Merged) -> None:
        """Its records are compared again: with others, and by their copies, all of which still are there."""
        bulk.upsert(self._connection, DUE, [{"record_id": one} for one in merge.records], ["record_id"])
        due.note(self._connection, merge.records)
