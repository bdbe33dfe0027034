"""What some numbers that follow one another tell, as a sum that is kept, and added to what others tell."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.reconcile.discrepancy import Discrepancy
from rabis_sync.reconcile.ranges import Shelves
from rabis_sync.reconcile.sides import Booking, Copy
from rabis_sync.reconcile.totals import Flow, Flows

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Numbers in a section: few enough that a change in one costs little, many enough to be few in the store.
NUMBERS = 250

#: Branch and content class.
Shelf = tuple[str, str]


_FOUND = attrgetter(*(one.name for one in fields(Discrepancy)))


class Astray(NamedTuple):
    """A finding about a copy whose number does not lead to its entry, with the entry it leads to."""

    finding: Discrepancy
    copy: Copy
    booking: Booking | None


@dataclass(slots=True)
class Section:
    """What was met under some numbers, in their order.

    Attributes:
        counts: as of `Matching`.
        found: discrepancies.
        astray: those of them whose copy may belong to another number.
        uncatalogued: ledger and position of the stock that the catalogue does not have.
        copies: on the books, by shelf.
        catalogued: those of them that the catalogue has.
        unpriced: copies that only the books have a price of, by source.
        newest: the last day of acquisition of what is on the books.
        shelves: numbers on the books.
        flows: what entries add to batches that the books state.
        met: series and number of what is on either side and may be in a registered range.
        asked: somebody wanted to know which branches there are, or which rows of the books cannot be read.
    """

    counts: Counter[str] = field(default_factory=Counter)
    found: list[Discrepancy] = field(default_factory=list)
    astray: list[Astray] = field(default_factory=list)
    uncatalogued: list[tuple[str, int]] = field(default_factory=list)
    copies: Counter[Shelf] = field(default_factory=Counter)
    catalogued: Counter[Shelf] = field(default_factory=Counter)
    unpriced: Counter[str] = field(default_factory=Counter)
    newest: str = ""
    shelves: Shelves = field(default_factory=Shelves)
    flows: Flows = field(default_factory=Flows)
    met: set[tuple[str, int]] = field(default_factory=set)
    asked: bool = False

    def take(self, other: Section) -> None:
        """Add what later numbers tell."""
        self.counts.update(other.counts)
        self.found += other.found
        self.astray += other.astray
        self.uncatalogued += other.uncatalogued
        self.copies.update(other.copies)
        self.catalogued.update(other.catalogued)
        self.unpriced.update(other.unpriced)
        self.newest = max(self.newest, other.newest)
        for name, numbers in other.shelves.runs.items():
            self.shelves.take(name, numbers)
        self.flows.take(other.flows)
        self.met |= other.met

    def text(self) -> str:
        """All of it as JSON; the inverse of `read`."""
        at = {id(one): place for place, one in enumerate(self.found)}
        told = {
            "counts": self.counts,
            "found": [_FOUND(one) for one in self.found],
            "astray": [[at[id(finding)], copy, booking] for finding, copy, booking in self.astray],
            "uncatalogued": self.uncatalogued,
            "copies": _listed(self.copies),
            "catalogued": _listed(self.catalogued),
            "unpriced": self.unpriced,
            "newest": self.newest,
            "shelves": [[*name, list(numbers)] for name, numbers in self.shelves.runs.items()],
            "flows": _listed(self.flows.sums),
            "met": sorted(self.met),
            "asked": self.asked,
        }
        # Names keep their order: of two findings that are one, the order of their texts decides.
        return json.dumps(told, ensure_ascii=False)

    @staticmethod
    def read(text: str) -> Section:
        """What `text` wrote."""
        told = json.loads(text)
        found = [Discrepancy(code, tuple(subject), *rest) for code, subject, *rest in told["found"]]
        section = Section(
            Counter(told["counts"]),
            found,
            [
                Astray(found[at], Copy(*copy), Booking(*booking) if booking else None)
                for at, copy, booking in told["astray"]
            ],
            [(ledger, position) for ledger, position in told["uncatalogued"]],
            Counter({(branch, kind): copies for (branch, kind), copies in told["copies"]}),
            Counter({(branch, kind): copies for (branch, kind), copies in told["catalogued"]}),
            Counter(told["unpriced"]),
            told["newest"],
            met={(series, number) for series, number in told["met"]},
            asked=told["asked"],
        )
        for branch, prefix, numbers in told["shelves"]:
            section.shelves.take((branch, prefix), numbers)
        section.flows.sums.update((Flow(*flow), sums) for flow, sums in told["flows"])
        return section


def _listed(counted: Mapping[Any, Any]) -> list[list[Any]]:
    return [[key, value] for key, value in counted.items()]
