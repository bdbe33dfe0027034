"""The accounting's entries as they were last read, and where the catalogue disagrees with them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from rabis_sync.store import bulk, tables
from rabis_sync.store.columns import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ENTRY = tables.table(tables.LedgerEntry)
STRETCH = tables.table(tables.LedgerStretch)
SUMMARY = tables.table(tables.LedgerSummary)
NOTICE = tables.table(tables.LedgerNotice)
DISCREPANCY = tables.table(tables.Discrepancy)
ITEM = tables.table(tables.ItemRow)
RECORD = tables.table(tables.BibRecord)

ENTRY_COLUMNS = [column.name for column in ENTRY.c if column.name not in {"ledger", "position"}]
SUMMARY_COLUMNS = [column.name for column in SUMMARY.c if column.name not in {"ledger", "position"}]

#: Columns of an entry that statements need, the key first.
LINE = (
    *("inventory_key", "ledger", "position", "place", "inventory_number", "title", "author", "year"),
    *("price", "quantity", "amount", "currency", "branch", "acquired", "document", "ksu", "supply"),
    *("act_out", "act_date", "reason", "reason_code", "content_class", "language", "kind", "account"),
    *("movement", "moved", "moved_from", "moved_to", "moved_document"),
)

#: Entries that are exchanged one by one: of more it is quicker to write all that follow.
FEW = 5_000
#: Rows fetched at once.
BATCH = 5_000

_KEY = ENTRY_COLUMNS.index("inventory_key")
#: A row of `ENTRY_COLUMNS`.
Row = tuple[Any, ...]
#: Place, code, detail in English, whether the row could not be read, and values for a sentence.
Remark = tuple[str, str, str, bool, dict[str, Any]]


class Stretch(NamedTuple):
    """Rows of the books that stood together when they were last read: a row of `LedgerStretch`."""

    position: int
    digest: str
    left: dict[str, Any]


class Ledgers:
    """Repository of ledger entries and discrepancies."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace_entries(
        self, ledger: str, rows: Iterable[Row | int], stretches: Iterable[Stretch] = ()
    ) -> set[str] | None:
        """Make these the entries of a ledger.

        What is in its place already costs no write, until very many are others: the rest is written anew.

        Args:
            ledger: its name.
            rows: each holds `ENTRY_COLUMNS` in that order; a number stands for so many that are there as they
                are, and are not even looked at.
            stretches: what a later reading may know them by.

        Returns:
            Inventory keys of the entries that came, changed or went; None: too many to tell.
        """
        keys: set[str] = set()
        after, few = 1, True
        for first, batch in _batches(rows):
            after = first + len(batch)
            if batch:
                keys |= self._replace(ledger, dict(enumerate(batch, first)), blindly=not few)
                few = few and len(keys) <= FEW
        rest = ENTRY.c.ledger == ledger, ENTRY.c.position >= after
        gone = sa.select(ENTRY.c.inventory_key).where(*rest).limit(FEW + 1)
        keys.update(self._connection.execute(gone).scalars() if few else ())
        self._connection.execute(sa.delete(ENTRY).where(*rest))
        self._connection.execute(sa.delete(STRETCH).where(STRETCH.c.ledger == ledger))
        bulk.insert(
            self._connection, STRETCH, ["ledger", *Stretch._fields], ((ledger, *one) for one in stretches)
        )
        return keys if few and len(keys) <= FEW else None

    def _replace(self, ledger: str, rows: dict[int, Row], *, blindly: bool) -> set[str]:
        """Make these, without a gap, the entries in their positions; gives the keys of those exchanged.

        What is written blindly has no keys.
        """
        first, last = min(rows), max(rows)
        own = (ENTRY.c.ledger == ledger, ENTRY.c.position.between(first, last))
        if blindly:
            others, keys = rows, set[str]()
            self._connection.execute(sa.delete(ENTRY).where(*own))
        else:
            stored = sa.select(ENTRY.c.position, *(ENTRY.c[name] for name in ENTRY_COLUMNS)).where(*own)
            known = {row[0]: row[1:] for row in bulk.stream(self._connection, stored, BATCH)}
            others = {at: row for at, row in rows.items() if known.get(at) != row}
            gone = [known[at] for at in others.keys() & known.keys()]
            keys = {row[_KEY] for row in (*gone, *others.values())}
            for chunk in bulk.chunks(others.keys() & known.keys()):
                self._connection.execute(sa.delete(ENTRY).where(own[0], ENTRY.c.position.in_(chunk)))
        written = ((ledger, place, *row) for place, row in others.items())
        bulk.insert(self._connection, ENTRY, ["ledger", "position", *ENTRY_COLUMNS], written)
        return keys

    def stretches(self, ledger: str) -> list[Stretch]:
        """What a reading may know the rows of the ledger by, in the order of the books."""
        query = sa.select(*(STRETCH.c[name] for name in Stretch._fields)).where(STRETCH.c.ledger == ledger)
        return [Stretch(*row) for row in self._connection.execute(query.order_by(STRETCH.c.position))]

    def entries(self, *, batch: int = 5000) -> Iterator[dict[str, Any]]:
        """Every entry of every ledger, in the order of the books."""
        query = sa.select(ENTRY).order_by(ENTRY.c.ledger, ENTRY.c.position).execution_options(yield_per=batch)
        for row in self._connection.execute(query).mappings():
            yield dict(row)

    def entry_counts(self) -> dict[str, int]:
        """Number of entries of each ledger that has any."""
        query = sa.select(ENTRY.c.ledger, sa.func.count()).group_by(ENTRY.c.ledger)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def lines(self, *, batch: int = 5000) -> Iterator[sa.Row[Any]]:
        """Every entry of every ledger by inventory key, as statements need it: the columns `LINE`."""
        key = ENTRY.c.inventory_key
        ordered = key.collate("C") if self._connection.dialect.name == "postgresql" else key
        query = sa.select(*(ENTRY.c[name] for name in LINE)).order_by(
            ordered, ENTRY.c.ledger, ENTRY.c.position
        )
        yield from self._connection.execute(query.execution_options(yield_per=batch))

    def replace_summaries(self, ledger: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Make these the totals that a ledger states; each row holds `SUMMARY_COLUMNS` in that order."""
        self._connection.execute(sa.delete(SUMMARY).where(SUMMARY.c.ledger == ledger))
        columns = ["ledger", "position", *SUMMARY_COLUMNS]
        numbered = ((ledger, at, *row) for at, row in enumerate(rows, 1))
        bulk.insert(self._connection, SUMMARY, columns, numbered)

    def summaries(self) -> list[dict[str, Any]]:
        """Records of the summary accession book and balances of every ledger, in the order of the books."""
        query = sa.select(SUMMARY).order_by(SUMMARY.c.ledger, SUMMARY.c.position)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def replace_notices(self, ledger: str, rows: Iterable[Remark]) -> int:
        """Make these what is to be said of a ledger; give how many unread rows were not named before.

        Args:
            ledger: its name.
            rows: what is to be said, in the order of the books.
        """
        rows = list(rows)
        own = NOTICE.c.ledger == ledger
        unread = sa.select(NOTICE.c.place, NOTICE.c.code, NOTICE.c.detail).where(own, NOTICE.c.unread)
        known = {tuple(row) for row in self._connection.execute(unread)}
        self._connection.execute(sa.delete(NOTICE).where(own))
        columns = ["ledger", "position", "place", "code", "detail", "unread", "params"]
        bulk.insert(self._connection, NOTICE, columns, ((ledger, at, *row) for at, row in enumerate(rows, 1)))
        return sum(row[3] and row[:3] not in known for row in rows)

    def notices(self) -> list[dict[str, Any]]:
        """What is to be said of every ledger: ``ledger, position, place, code, detail, unread, params``."""
        query = sa.select(NOTICE).order_by(NOTICE.c.ledger, NOTICE.c.position)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def replace_discrepancies(
        self, found: Sequence[dict[str, Any]], *, at: datetime | None = None
    ) -> dict[str, int]:
        """Make these the standing discrepancies; give the counts ``new``, ``standing`` and ``closed``.

        One that is found again keeps its first date, a person's note and acceptance, and shows what the
        catalogue and the books say today; one that is gone is closed. One that was accepted and now says
        something else is open again: nobody has accepted that. Each names the columns of the table without
        ``id, state, first_seen, closed_at, note``.
        """
        now = at or datetime.now(UTC)
        known = {
            row[0]: row[1]
            for row in self._connection.execute(sa.select(DISCREPANCY.c.fingerprint, DISCREPANCY.c.state))
        }
        fresh = {one["fingerprint"]: one for one in found}
        other = self._accepted_otherwise(fresh)
        new = [key for key in fresh if key not in known]
        gone = [key for key, state in known.items() if key not in fresh and state != "closed"]
        again = [key for key in fresh if known.get(key) == "closed"]
        first = {"state": "open", "first_seen": now, "closed_at": None, "note": ""}
        rows = [{**one, **first} for one in fresh.values()]
        kept = {name: DISCREPANCY.c[name] for name in first}
        bulk.upsert(self._connection, DISCREPANCY, rows, ["fingerprint"], instead=kept)
        self._set(gone, state="closed", closed_at=now)
        self._set([*again, *other], state="open", closed_at=None)
        return {
            "new": len(new) + len(again),
            "standing": len(fresh) - len(new) - len(again),
            "closed": len(gone),
        }

    def discrepancies(self, *, states: Sequence[str] = ("open",)) -> list[dict[str, Any]]:
        """Discrepancies with ``source`` and ``control_number`` (None: names none), by branch and number."""
        query = (
            sa.select(DISCREPANCY, RECORD.c.source, RECORD.c.control_number)
            .outerjoin(RECORD, RECORD.c.id == DISCREPANCY.c.record_id)
            .where(DISCREPANCY.c.state.in_(states))
            .order_by(
                DISCREPANCY.c.branch, DISCREPANCY.c.inventory_number, DISCREPANCY.c.code, DISCREPANCY.c.id
            )
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def standing(self) -> set[str]:
        """Fingerprints of the discrepancies that are not closed."""
        query = sa.select(DISCREPANCY.c.fingerprint).where(DISCREPANCY.c.state != "closed")
        return set(self._connection.execute(query).scalars())

    def by_number(self, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Discrepancies by their number, whatever their state."""
        found: dict[int, dict[str, Any]] = {}
        for chunk in bulk.chunks(numbers):
            query = sa.select(DISCREPANCY).where(DISCREPANCY.c.id.in_(chunk))
            found.update((row["id"], dict(row)) for row in self._connection.execute(query).mappings())
        return found

    def set_states(self, numbers: Iterable[int], state: str, note: str) -> None:
        """Set state and note of discrepancies by their number."""
        for chunk in bulk.chunks(numbers):
            change = sa.update(DISCREPANCY).where(DISCREPANCY.c.id.in_(chunk))
            self._connection.execute(change.values(state=state, note=note))

    def branches(self) -> list[str]:
        """Every branch that the catalogue, the books or a discrepancy names."""
        found: set[str] = set()
        for column in (ITEM.c.branch, ENTRY.c.branch, DISCREPANCY.c.branch):
            found.update(self._connection.execute(sa.select(column).distinct()).scalars())
        return sorted(found - {""})

    def _accepted_otherwise(self, fresh: dict[str, dict[str, Any]]) -> list[str]:
        """Fingerprints of those that were accepted when they said something else."""
        query = sa.select(DISCREPANCY.c.fingerprint, DISCREPANCY.c.params).where(
            DISCREPANCY.c.state == "accepted"
        )
        return [
            key
            for key, params in self._connection.execute(query)
            if key in fresh and json_text(fresh[key]["params"]) != json_text(params)
        ]

    def _set(self, fingerprints: Iterable[str], **values: Any) -> None:
        for chunk in bulk.chunks(fingerprints):
            self._connection.execute(
                sa.update(DISCREPANCY).where(DISCREPANCY.c.fingerprint.in_(chunk)).values(**values)
            )


def _batches(rows: Iterable[Row | int]) -> Iterator[tuple[int, list[Row]]]:
    """Rows without a gap, with the position of the first of them; none where a number stands."""
    first, batch = 1, list[Row]()
    for row in rows:
        if not isinstance(row, int):
            batch.append(row)
        if isinstance(row, int) or len(batch) == BATCH:
            yield first, batch
            first, batch = first + len(batch), []
        if isinstance(row, int):
            first += row
    yield first, batch
