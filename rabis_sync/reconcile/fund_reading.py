"""From the store to flows: the books and the catalogue walked number by number, once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from rabis_sync.marc.cyrillic import fold
from rabis_sync.reconcile.branches import Branches
from rabis_sync.reconcile.describing import Shelved, known_records
from rabis_sync.reconcile.entry import ACQUIRED, WRITTEN_OFF
from rabis_sync.reconcile.flows import Streams, names_shown
from rabis_sync.reconcile.joining import numbers
from rabis_sync.reconcile.lots import Line, Lots
from rabis_sync.reconcile.stated import Stated
from rabis_sync.reconcile.stock import in_order
from rabis_sync.reconcile.totals import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.reconcile.content import ContentClasses
    from rabis_sync.reconcile.flows import Flow
    from rabis_sync.reconcile.lots import Lot
    from rabis_sync.reconcile.matching import Policy
    from rabis_sync.reconcile.rules import FundRules
    from rabis_sync.store.database import Unit

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FundSettings:
    """What a statement of the fund needs.

    Attributes:
        dialects: where each element of a record lives, by family.
        classes: content classes.
        rules: of the library's statements.
        policy: what the library decides about its numbers and the names of its branches.
    """

    dialects: Mapping[str, Dialect]
    classes: ContentClasses
    rules: FundRules
    policy: Policy


@dataclass(frozen=True, slots=True)
class Counted:
    """What the books tell today.

    Attributes:
        flows: of all time, in the order of their days.
        stated: totals that the books state themselves.
        standing: copies that their rows have as in the fund, counted straight from the lots.
        assumed: what had to be assumed, kind -> copies.
        branches: names of branches.
        shown: the name of each branch that is shown.
    """

    flows: tuple[Flow, ...]
    stated: tuple[Stated, ...]
    standing: int
    assumed: Mapping[str, int]
    branches: Branches
    shown: Mapping[str, str]


def read(unit: Unit, settings: FundSettings) -> Counted:
    """Everything that came and went by the books as they were last read."""
    branches = Branches(settings.policy.branches)
    own_series = settings.policy.numbering.given == "branch"
    lots, shelved = Lots(branches, settings.rules.inside, own_series=own_series), Shelved(branches)
    held: list[Lot] = []
    for number in numbers(in_order(unit, settings.policy), map(Line._make, unit.ledgers.lines())):
        found = list(lots.under(number.key, number.bookings))
        if number.key and found:
            shelved.attach(found, list(number.copies))
        held += found
    _attach_periodicals(unit, held)
    shown, ours = names_shown(held, branches, settings.policy.branches)
    summaries = unit.ledgers.summaries()
    streams = Streams(
        branches=branches,
        shown=shown,
        ours=ours,
        classes=settings.classes,
        rules=settings.rules,
        records=known_records(unit, held, settings.dialects, settings.classes, settings.rules),
        told=_told(summaries),
    )
    flows = tuple(sorted(streams.of(held), key=attrgetter("day")))
    return Counted(
        flows=flows,
        stated=tuple(Stated.of(row, branches, shown) for row in summaries),
        standing=sum(one.copies for one in held if not one.gone),
        assumed=Counter(lots.assumed) + Counter(streams.assumed),
        branches=branches,
        shown=shown,
    )


def _attach_periodicals(unit: Unit, held: Iterable[Lot]) -> None:
    """Periodicals mostly have no number: their title leads to their record."""
    loose = [one for one in held if one.record is None and not one.line.key]
    if not loose:
        return
    titles: dict[str, int] = {}
    for title, record in unit.comparisons.periodicals():
        titles.setdefault(title, record)
    for one in loose:
        one.record = titles.get(fold(one.line.title))


def _told(summaries: Sequence[Mapping[str, object]]) -> dict[tuple[str, str, str, str], str]:
    """Source of supply and reason of each record of the КСУ, by ledger, part, number and year."""
    found: dict[tuple[str, str, str, str], str] = {}
    for row in summaries:
        part, year = str(row["part"]), str(row["date"])[:4]
        if part == ACQUIRED and row["supply"] and row["number"]:
            found[str(row["ledger"]), part, bare(str(row["number"]), year), year] = str(row["supply"])
        number, reason = row["act"] or row["number"], row["reason_code"] or row["reason"]
        if part == WRITTEN_OFF and number and reason:
            found[str(row["ledger"]), part, bare(str(number), year), year] = str(reason)
    return found
