"""What the numbers told, settled: likely partners proposed, holes told, no fault told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rabis_sync.reconcile.comparing import found
from rabis_sync.reconcile.secondlook import partners, swapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from rabis_sync.reconcile.discrepancy import Discrepancy
    from rabis_sync.reconcile.matching import Matching
    from rabis_sync.reconcile.secondlook import Proposal
    from rabis_sync.reconcile.sections import Astray
    from rabis_sync.reconcile.sides import Booking

#: What disagrees because a copy stands beside another one's entry is no fault of its own.
OF_A_PAIR = frozenset({"PRICE_MISMATCH", "QTY_MISMATCH", "DATE_BEFORE_PUB", "BRANCH_MISMATCH"})


def settle(matching: Matching, uncatalogued: Iterable[Booking]) -> tuple[Discrepancy, ...]:
    """Every discrepancy that stands, by branch, number and code.

    Args:
        matching: after its walk.
        uncatalogued: the entries that it named, in order.
    """
    holes: list[Booking] = []

    def watched() -> Iterator[Booking]:
        for booking in uncatalogued:
            if matching.missing(booking):
                holes.append(booking)
            yield booking

    crossed = _crossed(matching)
    seeking = [one for one in matching.astray if id(one.finding) not in crossed]
    proposals = partners([one.copy for one in seeking], watched(), matching.same_branch)
    changed = crossed | _proposed(seeking, proposals)
    for one in seeking:
        only = one.finding.code == "ONLY_CATALOG" and id(one.finding) not in changed
        if only and matching.too_new(one.copy):
            changed[id(one.finding)] = _with(one.finding, cause="after_the_books")
    wrong = {
        finding.subject
        for finding, _, booking in matching.astray
        if booking is not None and id(finding) in changed
    }
    taken = {(one.booking.ledger, one.booking.position) for one in proposals.values()}
    standing = [
        changed.get(id(one), one)
        for one in matching.found
        if not (one.code in OF_A_PAIR and one.subject in wrong)
    ]
    standing += [
        found("ONLY_ACCOUNTING", None, one) for one in holes if (one.ledger, one.position) not in taken
    ]
    told = {one.fingerprint: one for one in sorted(standing, key=_full_order, reverse=True)}
    return tuple(sorted(told.values(), key=lambda one: one.order()))


def _proposed(seeking: Sequence[Astray], proposals: Mapping[int, Proposal]) -> dict[int, Discrepancy]:
    """Findings that name their likely partner."""
    changed = {}
    for at, proposal in proposals.items():
        finding, booking = seeking[at].finding, proposal.booking
        changed[id(finding)] = _with(
            finding,
            text=f"{finding.code}_LIKELY",
            partner=booking.number,
            partner_title=booking.title,
            slip=proposal.slip,
            proposal={
                "ledger": booking.ledger,
                "place": booking.place,
                "number": booking.number,
                "title": booking.title,
                "slip": proposal.slip,
                "score": proposal.score,
            },
        )
    return changed


def _crossed(matching: Matching) -> dict[int, Discrepancy]:
    """Findings about two copies that stand under each other's number."""
    mismatched = [
        (finding, copy, booking) for finding, copy, booking in matching.astray if booking is not None
    ]
    pairs = swapped([(copy, booking) for _, copy, booking in mismatched], matching.same_branch)
    changed = {}
    for at, other in pairs.items():
        finding, their_copy = mismatched[at][0], mismatched[other][1]
        changed[id(finding)] = _with(
            finding,
            text="TITLE_MISMATCH_SWAPPED",
            cause="swapped_pair",
            partner=their_copy.number,
            proposal={"source": their_copy.source, "record": their_copy.record, "number": their_copy.number},
        )
    return changed


def _with(finding: Discrepancy, **params: object) -> Discrepancy:
    return replace(finding, params={**finding.params, **params})


def _full_order(discrepancy: Discrepancy) -> tuple[str, ...]:
    return *discrepancy.order(), str(discrepancy.catalogue), str(discrepancy.ledger)
