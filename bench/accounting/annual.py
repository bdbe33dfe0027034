"""The year of a real annual report, spread over made-up rows: what a statement of it must come to.

The totals are those that a library system of fifteen branches reported for 2023, children's and general
branches together; the rows are made up.
"""

from __future__ import annotations

from itertools import cycle, islice
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Copies acquired in 2023 by the rows of the annual table, and Kazakh ones among them.
ANNUAL_2023 = {
    "social": (539, 321),
    "natural": (92, 68),
    "technology": (25, 12),
    "art": (48, 41),
    "fiction": (1202, 983),
}
#: Copies and tiyn of the write-off act of the year.
WRITTEN_OFF_2023 = (4351, 10_620_676)

CLASSES = {
    "social": ("OPL", "OTHER"),
    "natural": ("ENL",),
    "technology": ("TECH", "AGR"),
    "art": ("ART",),
    "fiction": ("FIC", "PHIL", "CHILD"),
}
BRANCHES = (
    *(f"Филиал № {number}" for number in range(1, 13)),
    *(f"Детская библиотека № {one}" for one in (1, 2, 3)),
)
SUPPLIES = ("purchase", "purchase", "purchase", "state_order", "replacement", "gift")
REASONS = ("worn", "worn", "obsolete", "lost_reader", "expired")


def year_of_books(seed: int = 2023) -> list[dict[str, Any]]:
    """Rows of the books, by the columns of an entry: what was bought in 2023, and what was written off."""
    rng = Random(seed)
    rows = [*_acquired(rng), *_written_off(rng)]
    rng.shuffle(rows)
    return [{"number": str(100_000 + at), **row} for at, row in enumerate(rows)]


def _acquired(rng: Random) -> Iterator[dict[str, Any]]:
    for name, (copies, kazakh) in ANNUAL_2023.items():
        classes, left = cycle(CLASSES[name]), {"kaz": kazakh, "rus": copies - kazakh}
        for language, wanted in left.items():
            others = cycle(("rus", "rus", "rus", "eng"))
            for quantity in _quantities(rng, wanted):
                yield {
                    "title": f"{name} {language} {rng.randrange(400)}",
                    "acquired": f"2023-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                    "quantity": quantity,
                    "price": rng.randrange(50_000, 900_000, 50),
                    "branch": rng.choice(BRANCHES),
                    "content_class": next(classes),
                    "language": language if language == "kaz" else next(others),
                    "supply": rng.choice(SUPPLIES),
                    "ksu": f"{rng.randrange(1, 60)}/2023",
                }  # fmt: skip


def _quantities(rng: Random, copies: int) -> Iterator[int]:
    """So many copies in rows of one to five."""
    while copies:
        quantity = min(copies, rng.choice((1, 1, 1, 1, 2, 5)))
        copies -= quantity
        yield quantity


def _written_off(rng: Random) -> Iterator[dict[str, Any]]:
    """So many copies whose prices come to just this amount, the last of them paying the rest."""
    copies, amount = WRITTEN_OFF_2023
    prices = [rng.randrange(5, 4_800) for _ in range(copies - 1)]
    prices.append(amount - sum(prices))
    if prices[-1] <= 0:
        raise ValueError("the made-up prices are more than the act is worth")
    for price, reason in zip(prices, islice(cycle(REASONS), copies), strict=True):
        bought = rng.randrange(1994, 2015)
        yield {
            "title": f"старое {rng.randrange(2500)}",
            "year": bought - 1,
            "acquired": f"{bought}-03-15",
            "price": price,
            "branch": rng.choice(BRANCHES),
            "content_class": rng.choice(("OPL", "ENL", "TECH", "FIC")),
            "language": rng.choice(("kaz", "rus", "rus")),
            "act_out": "Акт № 12",
            "act_date": "2023-12-20",
            "reason_code": reason,
        }
