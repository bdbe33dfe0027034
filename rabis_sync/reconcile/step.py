"""Reconcile the catalogue with the books: read every ledger whole, compare, write in one transaction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import EmptySource, GuardStop
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reconcile.discrepancy import UNDESCRIBED, Copy, Described
from rabis_sync.reconcile.entry import Entry, Notice, Summary, UnreadRow, of_copies
from rabis_sync.reconcile.matching import Policy, match
from rabis_sync.reconcile.pairing import Booking
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.discrepancy import Discrepancy
    from rabis_sync.reconcile.ledgers import Ledger
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext

#: Progress is told after so many rows.
OFTEN = 10_000


@dataclass(frozen=True, slots=True)
class Settings:
    """What the reconciliation needs.

    Attributes:
        ledgers: every set of books by its name in the configuration.
        dialects: where each element of a record lives, by family.
        policy: what the library decides about its numbers.
        max_lost_share: part of a ledger's entries that may be absent since the last run, and
        max_lost_number: number that may be, whichever allows more.
    """

    ledgers: Mapping[str, Ledger]
    dialects: Mapping[str, Dialect]
    policy: Policy = field(default_factory=Policy)
    max_lost_share: float = 0.3
    max_lost_number: int = 200


@dataclass(frozen=True, slots=True)
class Books:
    """One ledger, read whole."""

    name: str
    entries: tuple[Entry, ...]
    unread: tuple[UnreadRow, ...]
    notices: tuple[Notice, ...]
    summaries: tuple[Summary, ...] = ()


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a run writes: the books as they are now, and every disagreement that stands."""

    books: tuple[Books, ...]
    discrepancies: tuple[Discrepancy, ...]
    counts: Mapping[str, int]

    def __str__(self) -> str:
        codes = Counter(one.code for one in self.discrepancies)
        told = ", ".join(f"{number} {code}" for code, number in sorted(codes.items()))
        sides = f"{self.counts['items']} items, {self.counts['entries']} entries"
        lines = [f"reconcile: {sides}: {told or 'they agree'}"]
        lines += [
            f"  {one.code} {one.inventory_number or '-'} {one.branch}".rstrip() for one in self.discrepancies
        ]
        lines += [
            f"  {row.place}: {row.reason}: {row.detail}" for books in self.books for row in books.unread
        ]
        lines += [f"  {row.place}: {row.detail}" for books in self.books for row in books.notices]
        return "\n".join(lines)


def run(store: Store, settings: Settings, context: StepContext) -> StepReport:
    """Read every ledger, compare it with the catalogue and keep the result.

    Nothing is written before all ledgers have been read whole.

    Raises:
        SourceAway: a ledger cannot be reached; what was found before stands.
        ConfigError, FatalError: of a ledger.
        EmptySource: the first reading of a ledger brought no entry.
        GuardStop: a ledger that had entries is empty, or lost more of them than is allowed.
    """
    books = tuple(read(name, settings.ledgers[name], context) for name in sorted(settings.ledgers))
    with store.read() as unit:
        _guard(books, unit.ledgers.entry_counts(), settings)
        plan = decide(unit, books, settings)
    if context.dry_run:
        context.show(plan)
        return StepReport("reconcile", dict(plan.counts), "planned", _message(plan))
    with store.write() as unit:
        changed = apply(unit, plan, context)
    outcome = "quarantined" if changed.pop("newly_unread") else "done"
    return StepReport("reconcile", {**plan.counts, **changed}, outcome, _message(plan))


def read(name: str, ledger: Ledger, context: StepContext) -> Books:
    """One ledger, read whole.

    Raises:
        SourceAway, ConfigError, FatalError: of the ledger.
    """
    entries: list[Entry] = []
    unread: list[UnreadRow] = []
    notices: list[Notice] = []
    summaries: list[Summary] = []
    for told in ledger.entries():
        if isinstance(told, Entry):
            entries.append(told)
            if not len(entries) % OFTEN:
                context.progress(f"ledger {name}", len(entries), None)
        elif isinstance(told, UnreadRow):
            unread.append(told)
        elif isinstance(told, Summary):
            summaries.append(told)
        else:
            notices.append(told)
    return Books(name, tuple(entries), tuple(unread), tuple(notices), tuple(summaries))


def decide(unit: Unit, books: Iterable[Books], settings: Settings) -> Reconciliation:
    """What disagrees between the stored catalogue and these books; nothing is written."""
    books = tuple(books)
    described = {row["record_id"]: _described(row) for row in unit.records.match_rows()}
    copies = (Copy.of(row, described.get(row["record_id"], UNDESCRIBED)) for row in unit.records.items())
    bookings = (Booking(one.name, entry) for one in books for entry in of_copies(one.entries))
    unread = {row.inventory_key for one in books for row in one.unread} - {""}
    matching = match(copies, bookings, unread, settings.policy)
    counts = {
        **matching.counts,
        "unread": sum(len(one.unread) for one in books),
        "notices": sum(len(one.notices) for one in books),
        "discrepancies": len(matching.discrepancies),
    }
    return Reconciliation(books, tuple(_titled(unit, matching.discrepancies, settings.dialects)), counts)


def apply(unit: Unit, plan: Reconciliation, context: StepContext) -> dict[str, int]:
    """Write a plan; give the counts ``new``, ``standing``, ``closed`` and ``newly_unread``."""
    newly_unread = 0
    for gone in unit.ledgers.entry_counts().keys() - {one.name for one in plan.books}:
        unit.ledgers.replace_entries(gone, ())
        unit.ledgers.replace_summaries(gone, ())
        unit.ledgers.replace_notices(gone, ())
    for one in plan.books:
        unit.ledgers.replace_entries(one.name, (entry.row() for entry in one.entries))
        unit.ledgers.replace_summaries(one.name, (total.row() for total in one.summaries))
        newly_unread += unit.ledgers.replace_notices(one.name, _remarks(one))
    changed = unit.ledgers.replace_discrepancies([one.row() for one in plan.discrepancies], at=context.now)
    return {**changed, "newly_unread": newly_unread}


def _remarks(books: Books) -> Iterator[tuple[str, str, str, bool]]:
    yield from ((row.place, row.reason, row.detail, True) for row in books.unread)
    yield from ((row.place, row.code, row.detail, False) for row in books.notices)


def _guard(books: Iterable[Books], before: Mapping[str, int], settings: Settings) -> None:
    for one in books:
        had, has = before.get(one.name, 0), len(one.entries)
        if not has and not had:
            raise EmptySource(
                f"ledger {one.name!r} brought no entry", hint="Check that the export holds rows."
            )
        if not has:
            raise GuardStop(f"ledger {one.name!r} is empty but had {had} entries; nothing was changed")
        allowed = max(settings.max_lost_number, int(settings.max_lost_share * had))
        if had - has > allowed:
            raise GuardStop(
                f"ledger {one.name!r} has {has} entries and had {had}; "
                f"{allowed} may be absent, {had - has} are; nothing was changed"
            )


def _described(row: Mapping[str, Any]) -> Described:
    texts = (row["title"], row["title_full"], *row["other_titles"].split("\x1f"), row["host"])
    return Described(row["title"], " ".join(dict.fromkeys(filter(None, texts))), row["year"], row["level"])


def _titled(
    unit: Unit, discrepancies: Iterable[Discrepancy], dialects: Mapping[str, Dialect]
) -> Iterator[Discrepancy]:
    """The same with the title as people read it; the title for matching is folded."""
    discrepancies = tuple(discrepancies)
    wanted = {one.record_id for one in discrepancies if one.record_id is not None}
    titles = {}
    for number, stored in unit.records.get(wanted).items():
        record = Record(MarcRecord.from_canonical(stored.canonical), dialects[stored.family])
        titles[number] = record.title()
    for one in discrepancies:
        title = titles.get(one.record_id, "") if one.record_id is not None else ""
        yield replace(one, catalogue={**one.catalogue, "title": title}) if one.catalogue else one


def _message(plan: Reconciliation) -> str:
    """The first row that could not be read, since counts alone do not say where to look."""
    unread = [row for books in plan.books for row in books.unread]
    if not unread:
        return ""
    first = unread[0]
    more = f" (and {len(unread) - 1} more)" if len(unread) > 1 else ""
    return f"{first.place}: {first.detail}{more}"
