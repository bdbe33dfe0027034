"""One copy against its entry in the books: title, price, branch, quantity and dates, each fault told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.discrepancy import Discrepancy
from rabis_sync.reconcile.entry import major, plain
from rabis_sync.reconcile.likeness import ALIKE, of_books

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.sides import Booking, Copy

#: What a ratio of two prices comes of: tiyn for tenge, a denomination, roubles of 1993 (500 to 1).
UNIT_ERRORS = {100: "tiyn", 1000: "thousand", 500: "currency_1993"}
#: The day on which the tenge came; what was bought before was paid in roubles.
TENGE = "1993-11-15"


def compare(copy: Copy, booking: Booking) -> Iterator[Discrepancy]:
    """What disagrees between a copy and its entry; branches are compared elsewhere, over all copies."""
    alike = likeness(copy, booking)
    if alike < ALIKE:
        yield found("TITLE_MISMATCH", copy, booking, books=booking.title, similarity=round(alike, 2))
    if not same_price(copy, booking):
        yield found("PRICE_MISMATCH", copy, booking, **_prices(copy, booking))
    if copy.quantity != booking.quantity:
        yield found("QTY_MISMATCH", copy, booking, catalogue=copy.quantity, ledger=booking.quantity)
    dates = before_publication(copy, booking, same_book=alike >= ALIKE)
    if dates:
        yield found("DATE_BEFORE_PUB", copy, booking, acquired=dates[0], year=dates[1])


def found(code: str, copy: Copy | None, booking: Booking | None, /, **params: Any) -> Discrepancy:
    """A discrepancy about one copy, one entry or both."""
    return Discrepancy(
        code=code,
        subject=_subject(copy, booking),
        inventory_number=(copy.number if copy else "") or (booking.number if booking else ""),
        branch=(copy.branch if copy else "") or (booking.branch if booking else ""),
        record_id=copy.record_id if copy else None,
        catalogue=copy.side() if copy else None,
        ledger=booking.side() if booking else None,
        params=params,
    )


def _subject(copy: Copy | None, booking: Booking | None) -> tuple[str, ...]:
    """Names the fault in every run: number, record (or ledger) and branch."""
    if copy is not None:
        own = "" if copy.key else copy.barcode or str(copy.position)
        return copy.key, copy.source, copy.record, copy.branch, own
    assert booking is not None
    return booking.key, booking.ledger, booking.branch


def likeness(copy: Copy, booking: Booking) -> float:
    """How alike the titles are, 0 to 1."""
    return of_books(booking.title, booking.author, copy.title, copy.whole, copy.authors)


def same_price(copy: Copy, booking: Booking) -> bool:
    """True unless both sides name a price in one currency and they differ by more than a tiyn."""
    if copy.price is None or booking.price is None or copy.currency != booking.currency:
        return True
    return abs(copy.price - booking.price) <= 1


def _prices(copy: Copy, booking: Booking) -> dict[str, Any]:
    return {
        "catalogue": plain(major(copy.price)),
        "ledger": plain(major(booking.price)),
        "currency": booking.currency,
        "cause": _price_cause(copy, booking),
    }


def _price_cause(copy: Copy, booking: Booking) -> str:
    """Why two prices differ, where their figures or the day tell it; else empty."""
    assert copy.price is not None
    assert booking.price is not None
    low, high = sorted((copy.price, booking.price))
    if low > 0 and not high % low and high // low in UNIT_ERRORS:
        return UNIT_ERRORS[high // low]
    if booking.quantity > 1 and copy.price == booking.price * booking.quantity:
        return "amount_for_price"
    bought = copy.acquired or booking.acquired
    return "currency_1993" if bought and bought < TENGE[: len(bought)] else ""


def before_publication(
    copy: Copy | None, booking: Booking | None, *, same_book: bool = True
) -> tuple[str, int] | None:
    """An acquisition date with the later year of publication, of the side that has both, or across both.

    Args:
        copy: the catalogue's side, if there is one.
        booking: the books' side, if there is one.
        same_book: the titles agree, so that one side's date may be held against the other's year.
    """
    ours, described = (copy.acquired, copy.year) if copy else ("", None)
    theirs, booked = (booking.acquired, booking.year) if booking else ("", None)
    if ours and described and int(ours[:4]) < described:
        return ours, described
    if theirs and booked and int(theirs[:4]) < booked:
        return theirs, booked
    if same_book and booked is None and theirs and described and int(theirs[:4]) < described:
        return theirs, described
    if same_book and described is None and ours and booked and int(ours[:4]) < booked:
        return ours, booked
    return None
