"""What was passed on inside the library system: never a write-off, and often known to one side only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.reconcile.branches import form
from rabis_sync.reconcile.entry import MOVED
from rabis_sync.reconcile.likeness import ALIKE, folded, similarity

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.sides import Booking, Copy

#: Reason of a write-off (mappings/ledger_terms.toml): passed on to another library or branch.
TRANSFER = "transfer"


def inside(copy: Copy, act: Booking, branches: Branches, known: Collection[str]) -> bool:
    """True where an act writes off as passed on what has stayed in the system.

    It has when the act names one of our branches as where it went, or the catalogue has it at another branch.

    Args:
        copy: still in the fund by the catalogue.
        act: the entry with the act.
        branches: what is one branch under many names.
        known: every branch of the system, as `Branches.of` has them.
    """
    if act.reason_code != TRANSFER:
        return False
    if branches.of(act.moved_to) in known or _names_one(act.reason, known):
        return True
    return bool(copy.branch and act.branch) and branches.of(copy.branch) != branches.of(act.branch)


def leaves_behind(act: Booking, booking: Booking, branches: Branches) -> bool:
    """True where an act writes off at one branch, as passed on, what the books have at another."""
    if act.reason_code != TRANSFER or branches.of(act.branch) == branches.of(booking.branch):
        return False
    one, other = folded(act.title), folded(booking.title)
    return similarity(one, other, other) >= ALIKE


def lagging(copy: Copy, booking: Booking, telling: Sequence[Booking], branches: Branches) -> str:
    """Which side has not recorded a transfer between the two branches, where the books tell of one.

    Returns:
        ``transfer_not_recorded`` by the catalogue, ``transfer_not_posted`` in the register; empty: unknown.
    """
    ours, theirs = branches.of(copy.branch), branches.of(booking.branch)
    for one in (booking, *(row for row in telling if row.movement == MOVED)):
        left, came = branches.of(one.moved_from), branches.of(one.moved_to)
        if came == theirs and left == ours:
            return "transfer_not_recorded"
        if came == ours and left in {theirs, ""}:
            return "transfer_not_posted"
    return ""


def _names_one(text: str, known: Collection[str]) -> bool:
    words = f" {form(text)} "
    return any(f" {name} " in words for name in known if name)
