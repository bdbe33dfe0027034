"""A made-up library of any size: its catalogue and its books, planted discrepancies, and the truth of them.

Made from the field's own rules alone: nothing here comes from `rabis_sync.reconcile`, and a test holds that.
A third of the copies is catalogued, most of them in runs of neighbouring numbers. Bookkeepers write titles
shortened, with the author before, Kazakh on a Russian keyboard; children's branches leave the letter of
their series out; numbers come with noughts and Latin letters. None of that is a discrepancy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from bench.accounting import totals
from bench.accounting.planting import MAKERS, SLIPS, dense, free, occupy
from bench.accounting.shelf import LETTER, Copy, Planted, Row, stocked

if TYPE_CHECKING:
    from collections.abc import Iterator

CODES = (
    *("INV_MISSING", "INV_DUP", "INV_FORMAT", "INV_GAP", "ONLY_CATALOG", "ONLY_ACCOUNTING"),
    *("WRITTEN_OFF_ACTIVE", "ACTIVE_WRITTEN_OFF", "PRICE_MISMATCH", "BRANCH_MISMATCH", "TITLE_MISMATCH"),
    *(
        "DATE_BEFORE_PUB",
        "KSU_BALANCE",
        "QTY_MISMATCH",
        "BATCH_TOTAL",
        "CLASS_LANG_MISMATCH",
        "TRANSFER_LOOP",
    ),
)


@dataclass(slots=True)
class World:
    """Both sides and the truth about them."""

    copies: list[Copy]
    rows: list[Row]
    summaries: list[Row]
    planted: list[Planted]
    last: dict[str, int]


def build(copies: int, planted: int, seed: int = 2026) -> World:
    """A library of so many copies on the books, a third of them catalogued, with so many discrepancies."""
    rng = Random(seed)
    shelf = stocked(rng, copies)
    quota = Counter(kind for kind, _ in zip(_round(), range(planted), strict=False))
    among = dense(shelf)
    rng.shuffle(among)
    places = iter(among)
    for kind in (*CODES, *SLIPS):
        for _ in range(quota[kind] if kind in MAKERS else 0):
            while True:
                number = next(places)
                if free(shelf, number) and MAKERS[kind](shelf, number):
                    occupy(shelf, number)
                    break
    summaries = totals.stated([*shelf.entries.values(), *shelf.extra], quota, rng)
    shelf.planted += [Planted(code, subject) for code, subject in summaries.planted]
    return World(
        copies=[copy for _, copy in sorted(shelf.copies.items())],
        rows=[*(row for _, row in sorted(shelf.entries.items())), *shelf.extra],
        summaries=summaries.rows,
        planted=shelf.planted,
        last={
            "": sum(not one.startswith(LETTER) for one in shelf.order),
            LETTER: sum(one.startswith(LETTER) for one in shelf.order),
        },
    )


def _round() -> Iterator[str]:
    while True:
        yield from (*CODES, *SLIPS)
