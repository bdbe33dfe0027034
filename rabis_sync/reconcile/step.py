"""Reconcile the catalogue with the books: read every ledger whole, compare, write in one transaction."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rabis_sync.errors import EmptySource, GuardStop
from rabis_sync.marc.fields import MarcRecord
from rabis_sync.marc.record import Record
from rabis_sync.reconcile.again import compare
from rabis_sync.reconcile.books import Books, message
from rabis_sync.reconcile.matching import Matching, Policy
from rabis_sync.reconcile.recall import Recall
from rabis_sync.reconcile.settling import settle
from rabis_sync.reconcile.sides import bookings_of
from rabis_sync.store.runs import StepReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.discrepancy import Discrepancy
    from rabis_sync.reconcile.ledgers import Ledger
    from rabis_sync.store.database import Store, Unit
    from rabis_sync.store.runs import StepContext


@dataclass(frozen=True, slots=True)
class Settings:
    """What the reconciliation needs.

    Attributes:
        ledgers: every set of books by its name in the configuration.
        dialects: where each element of a record lives, by family.
        policy: what the library decides about its numbers.
        max_lost_share: part of a ledger's entries that may be absent since the last run, and
        max_lost_number: number that may be, whichever allows more.
        max_changed_share: discrepancies that one run may open, or close, as a part of all entries, and
        max_changed_number: as a number, whichever allows more; the first run with a ledger may open any.
        full: read every row and compare every number, also where nothing changed since the last run.
    """

    ledgers: Mapping[str, Ledger]
    dialects: Mapping[str, Dialect]
    policy: Policy = field(default_factory=Policy)
    max_lost_share: float = 0.3
    max_lost_number: int = 200
    max_changed_share: float = 0.01
    max_changed_number: int = 500
    full: bool = False


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a run writes: the books as they are now, and every disagreement that stands.

    Attributes:
        books: every ledger.
        discrepancies: in a fixed order.
        coverage: branch, content class, copies on the books, catalogued ones among them.
        counts: for the journal.
    """

    books: tuple[Books, ...]
    discrepancies: tuple[Discrepancy, ...]
    coverage: tuple[tuple[str, str, int, int], ...]
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

    Nothing is written before all ledgers have been read whole; then all is, or nothing.

    Raises:
        SourceAway: a ledger cannot be reached; what was found before stands.
        ConfigError, FatalError: of a ledger.
        EmptySource: the first reading of a ledger brought no entry.
        GuardStop: a ledger that had entries is empty, or lost more of them than is allowed; or more
            discrepancies would be opened or closed than is allowed.
    """
    basis = repr(settings.policy.numbering)
    with ExitStack() as stack:
        with store.read() as unit:
            known = {
                name: Recall(() if settings.full else unit.ledgers.stretches(name), basis)
                for name in sorted(settings.ledgers)
            }
        books = tuple(stack.enter_context(Books(name, recall)) for name, recall in known.items())
        for one in books:
            one.read(settings.ledgers[one.name], settings.policy.numbering, context)
        with store.read() as unit:
            before = unit.ledgers.entry_counts()
        _guard(books, before, settings)
        if context.dry_run:
            with store.read() as unit:
                plan = decide(unit, books, settings)
            context.show(plan)
            return StepReport("reconcile", dict(plan.counts), "planned", message(books))
        with store.write() as unit:
            plan = decide(unit, books, settings)
            if before and before.keys() >= {one.name for one in books}:
                _guard_effects(unit, plan, settings)
            changed = _keep(unit, plan, context)
    outcome = "quarantined" if changed.pop("newly_unread") else "done"
    return StepReport("reconcile", {**plan.counts, **changed}, outcome, message(books))


def decide(unit: Unit, books: Sequence[Books], settings: Settings) -> Reconciliation:
    """What disagrees between the stored catalogue and these books.

    The entries are put into the store and compared there: a unit that only reads takes them back at its end.
    """
    exchanged = _enter(unit, books)
    policy = settings.policy
    matching = Matching(
        policy,
        unread={row.inventory_key for one in books for row in one.unread} - {""},
        usage=unit.comparisons.branch_names(),
        known=unit.ledgers.branches(),
        summaries=[(one.name, summary) for one in books for summary in one.summaries],
    )
    compare(unit, policy, matching, None if settings.full else exchanged)
    unit.comparisons.replace_uncatalogued(matching.uncatalogued)
    found = settle(matching, bookings_of(unit.comparisons.uncatalogued()))
    if not books:  # a copy cannot be missing from what nobody gave
        found = tuple(one for one in found if one.code != "ONLY_CATALOG")
    counts = {
        **matching.counts,
        "unread": sum(len(one.unread) for one in books),
        "notices": sum(len(one.notices) for one in books),
        "discrepancies": len(found),
    }
    titled = tuple(_titled(unit, found, settings.dialects))
    return Reconciliation(tuple(books), titled, tuple(matching.coverage()), counts)


def _enter(unit: Unit, books: Iterable[Books]) -> set[str] | None:
    """Make these the entries of the store; a ledger that is no longer configured leaves.

    Returns:
        Keys of the entries that came, changed or went; None: too many to tell.
    """
    replace, exchanged = unit.ledgers.replace_entries, list[set[str] | None]()
    names = {one.name for one in books}
    for gone in unit.ledgers.entry_counts().keys() - names:
        exchanged.append(replace(gone, ()))
        unit.ledgers.replace_summaries(gone, ())
        unit.ledgers.replace_notices(gone, ())
    exchanged += [replace(one.name, one.entries, one.recall.stretches) for one in books]
    unit.comparisons.count_rows()
    known = [keys for keys in exchanged if keys is not None]
    return set().union(*known) if len(known) == len(exchanged) else None


def _keep(unit: Unit, plan: Reconciliation, context: StepContext) -> dict[str, int]:
    """Write what a plan found; give the counts ``new``, ``standing``, ``closed`` and ``newly_unread``."""
    newly_unread = 0
    for one in plan.books:
        unit.ledgers.replace_summaries(one.name, (total.row() for total in one.summaries))
        newly_unread += unit.ledgers.replace_notices(one.name, one.remarks())
    unit.comparisons.replace_coverage(plan.coverage)
    changed = unit.ledgers.replace_discrepancies([one.row() for one in plan.discrepancies], at=context.now)
    return {**changed, "newly_unread": newly_unread}


def _guard(books: Iterable[Books], before: Mapping[str, int], settings: Settings) -> None:
    for one in books:
        had, has = before.get(one.name, 0), one.entries.rows
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


def _guard_effects(unit: Unit, plan: Reconciliation, settings: Settings) -> None:
    """A list that grows or empties at a stroke means that a side was cut, not that people worked."""
    allowed = max(settings.max_changed_number, int(settings.max_changed_share * plan.counts["entries"]))
    known = unit.ledgers.standing()
    found = {one.fingerprint for one in plan.discrepancies}
    for what, number in (("open", len(found - known)), ("close", len(known - found))):
        if number > allowed:
            raise GuardStop(
                f"the reconciliation would {what} {number} discrepancies, {allowed} may be in one run; "
                "nothing was changed",
                hint="See what it found with `rabis-sync reconcile --dry-run`; where it is right, raise "
                "`max_discrepancies` in the guards of jobs/nightly.toml for this one run.",
            )


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
