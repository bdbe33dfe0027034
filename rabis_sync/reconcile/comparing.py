"""One copy against its entry in the books: title, price, branch, quantity and dates, each fault told once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.discrepancy import Copy, Discrepancy
from rabis_sync.reconcile.entry import CENT, Entry, major, plain, side
from rabis_sync.reconcile.likeness import ALIKE
from rabis_sync.reconcile.pairing import Booking, likeness

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a ratio of two prices comes of: tiyn for tenge, a denomination, roubles of 1993 (500 to 1).
UNIT_ERRORS = {Decimal(100): "tiyn", Decimal(1000): "thousand", Decimal(500): "currency_1993"}


def compare(copy: Copy, booking: Booking) -> Iterator[Discrepancy]:
    """What disagrees between a copy and its entry; branches are compared elsewhere, over all copies."""
    entry = booking.entry
    alike = likeness(copy, entry)
    if alike < ALIKE:
        yield found("TITLE_MISMATCH", copy, booking, books=entry.title, similarity=round(alike, 2))
    if not same_price(copy, entry):
        yield found("PRICE_MISMATCH", copy, booking, **_prices(copy, entry))
    if copy.quantity != entry.quantity:
        yield found("QTY_MISMATCH", copy, booking, catalogue=copy.quantity, ledger=entry.quantity)
    dates = before_publication(copy, entry, same_book=alike >= ALIKE)
    if dates:
        yield found("DATE_BEFORE_PUB", copy, booking, acquired=dates[0], year=dates[1])


def found(code: str, copy: Copy | None, booking: Booking | None, /, **params: Any) -> Discrepancy:
    """A discrepancy about one copy, one entry or both."""
    entry = booking.entry if booking else None
    return Discrepancy(
        code=code,
        subject=_subject(copy, booking),
        inventory_number=(copy.number if copy else "") or (entry.inventory_number if entry else ""),
        branch=(copy.branch if copy else "") or (entry.branch if entry else ""),
        record_id=copy.record_id if copy else None,
        catalogue=copy.side() if copy else None,
        ledger=dict(side(entry, booking.ledger)) if entry and booking else None,
        params=params,
    )


def _subject(copy: Copy | None, booking: Booking | None) -> tuple[str, ...]:
    """Names the fault in every run: number, record (or ledger) and branch."""
    if copy is not None:
        own = "" if copy.key else copy.barcode or str(copy.position)
        return copy.key, copy.source, copy.record, copy.branch, own
    assert booking is not None
    return booking.entry.inventory_key, booking.ledger, booking.entry.branch


def same_price(copy: Copy, entry: Entry) -> bool:
    """True unless both sides name a price in one currency and they differ by more than a tiyn."""
    price = major(copy.price)
    if price is None or entry.price is None or copy.currency != entry.currency:
        return True
    return abs(price - entry.price) <= CENT


def _prices(copy: Copy, entry: Entry) -> dict[str, Any]:
    price = major(copy.price)
    assert price is not None
    assert entry.price is not None
    low, high = sorted((price, entry.price))
    cause = UNIT_ERRORS.get(high / low, "") if low > 0 else ""
    return {
        "catalogue": plain(price),
        "ledger": plain(entry.price),
        "currency": entry.currency,
        "cause": cause,
    }


def before_publication(
    copy: Copy | None, entry: Entry | None, *, same_book: bool = True
) -> tuple[str, int] | None:
    """An acquisition date with the later year of publication, of the side that has both, or across both.

    Args:
        copy: the catalogue's side, if there is one.
        entry: the books' side, if there is one.
        same_book: the titles agree, so that one side's date may be held against the other's year.
    """
    described = copy.described.year if copy else None
    sides = [
        (copy.acquired if copy else "", described),
        (entry.acquired if entry else "", entry.year if entry else None),
    ]
    if same_book:
        sides += (
            [(sides[0][0], sides[1][1]), (sides[1][0], described)] if None in {described, sides[1][1]} else []
        )
    for acquired, year in sides:
        if acquired and year and int(acquired[:4]) < year:
            return acquired, year
    return None
