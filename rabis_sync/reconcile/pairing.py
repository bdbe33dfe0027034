"""Copies and entries under one inventory number, paired: which is which, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.reconcile.comparing import likeness
from rabis_sync.reconcile.likeness import ALIKE, folded, similarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.reconcile.branches import Branches
    from rabis_sync.reconcile.sides import Booking, Copy

#: Comparisons of titles under one number; beyond it (a number typed for everything) their order decides.
MOST = 64


@dataclass(frozen=True, slots=True)
class Pairing:
    """What stands under one number.

    Attributes:
        both: copies in the fund and entries on the books, one to one.
        gone: copies in the fund and entries that the books have written off.
        kept: withdrawn copies and entries still on the books.
        unbooked: copies in the fund without an entry.
        uncatalogued: entries on the books without a copy in the fund.
        closed: entries written off of which the fund has no copy either.
    """

    both: tuple[tuple[Copy, Booking], ...]
    gone: tuple[tuple[Copy, Booking], ...]
    kept: tuple[tuple[Copy, Booking], ...]
    unbooked: tuple[Copy, ...]
    uncatalogued: tuple[Booking, ...]
    closed: tuple[Booking, ...] = ()


def pair(
    copies: Sequence[Copy], bookings: Sequence[Booking], branches: Branches, *, own_series: bool = False
) -> Pairing:
    """Pair what stands under one number: same branch before any branch, likelier title before another.

    With `own_series` a number of another branch is another number, unless the title says it is the same book.

    A copy in the fund is first sought among what the books hold, then among what they have written off; what
    the books still hold is then sought among withdrawn copies.
    """
    inside = sorted((one for one in copies if not one.withdrawn), key=_copy_order)
    outside = sorted((one for one in copies if one.withdrawn), key=_copy_order)
    books, closed = _standing(sorted(bookings, key=_booking_order), branches)
    both, inside, books = _matched(inside, books, branches, own_series=own_series)
    gone, inside, closed = _matched(inside, closed, branches, own_series=own_series)
    kept, _, books = _matched(outside, books, branches, own_series=own_series)
    return Pairing(tuple(both), tuple(gone), tuple(kept), tuple(inside), tuple(books), tuple(closed))


def _standing(bookings: list[Booking], branches: Branches) -> tuple[list[Booking], list[Booking]]:
    """Entries on the books, and those written off; an act in its own row closes the entry it is about."""
    books = [one for one in bookings if not one.written_off]
    closed = [one for one in bookings if one.written_off]
    if len(books) * len(closed) > MOST:
        return books, closed
    for act in closed:
        same = next((one for one in books if _same_copy(one, act, branches)), None)
        if same is not None:
            books.remove(same)
    return books, closed


def _same_copy(entry: Booking, act: Booking, branches: Branches) -> bool:
    if entry.branch and act.branch and branches.of(entry.branch) != branches.of(act.branch):
        return False
    one, other = folded(entry.title), folded(act.title)
    return similarity(one, other, other) >= ALIKE


def _matched(
    copies: list[Copy], bookings: list[Booking], branches: Branches, *, own_series: bool
) -> tuple[list[tuple[Copy, Booking]], list[Copy], list[Booking]]:
    if not copies or not bookings:
        return [], copies, bookings
    if not own_series and len(copies) == 1 == len(bookings):
        return [(copies[0], bookings[0])], [], []
    if len(copies) * len(bookings) > MOST:
        found = list(zip(copies, bookings, strict=False))
        return found, copies[len(found) :], bookings[len(found) :]
    fits = sorted(
        (*_misfit(copy, booking, branches), at, to)
        for at, copy in enumerate(copies)
        for to, booking in enumerate(bookings)
    )
    taken: dict[int, int] = {}
    for elsewhere, unlike, at, to in fits:
        foreign = own_series and elsewhere and -unlike < ALIKE
        if at not in taken and to not in taken.values() and not foreign:
            taken[at] = to
    found = [(copies[at], bookings[to]) for at, to in sorted(taken.items())]
    left = [copy for at, copy in enumerate(copies) if at not in taken]
    return found, left, [one for to, one in enumerate(bookings) if to not in taken.values()]


def _misfit(copy: Copy, booking: Booking, branches: Branches) -> tuple[bool, float]:
    return branches.of(copy.branch) != branches.of(booking.branch), -likeness(copy, booking)


def _copy_order(copy: Copy) -> tuple[str, str, int]:
    return copy.source, copy.record, copy.position


def _booking_order(booking: Booking) -> tuple[str, int]:
    return booking.ledger, booking.position
