"""Rows of the books that stood there at the last reading are not read again: the store has their entries."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING

from rabis_sync.store.ledgers import Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rabis_sync.reconcile.grouping import Sums

#: Rows looked at together: few enough that one changed row costs little, many enough to be few in the store.
ROWS = 500

#: Word without a code, as `Taking` keeps them: (field, word) -> place of its first row.
Words = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Recalled:
    """So many entries stand in the store, in their place, as these rows would give them."""

    entries: int


@dataclass(frozen=True, slots=True)
class Left:
    """What rows leave behind beside their entries.

    Attributes:
        sums: as of `Totals`, what these rows add.
        words: their words without a code.
    """

    sums: Sums
    words: Words


class Recall:
    """Stretches of a ledger's rows: those known from the last reading, and those of this one.

    Args:
        known: of the last reading.
        basis: all that makes entries of rows beside the ledger itself.
    """

    def __init__(self, known: Iterable[Stretch] = (), basis: str = "") -> None:
        self._known = {one.digest: one for one in known}
        self._basis = basis
        self.stretches: list[Stretch] = []
        self.position = 1
        """Position of the next entry; whoever takes the entries moves it on."""

    def digest(self, *told: object) -> str:
        """Of everything that decides what rows give, their first entry's position in the ledger included."""
        return digest((self._basis, self.position, told))

    def known(self, digest: str) -> Left | None:
        """What such rows left at the last reading, if it was so."""
        found = self._known.get(digest)
        if found is None:
            return None
        self.stretches.append(found)
        words = {(what, word): place for what, word, place in found.left["words"]}
        copies, amount, held, held_amount = map(Decimal, found.left["sums"])
        return Left((copies, amount, held, held_amount), words)

    def keep(self, digest: str, entries: int, left: Left) -> None:
        """Rows that were read gave nothing but so many entries, the last ones."""
        words = [[what, word, place] for (what, word), place in left.words.items()]
        told = {"sums": [str(one) for one in left.sums], "words": words}
        self.stretches.append(Stretch(self.position - entries, digest, told))


def digest(told: object) -> str:
    """32 digits that are others whenever these plain values are, or the program that works with them."""
    return blake2b(repr(told).encode(), key=_program(), digest_size=16).hexdigest()


@cache
def _program() -> bytes:
    """Hash of the program that reads and compares: another program begins anew."""
    digest = blake2b(sys.version.encode(), digest_size=32)
    for package in ("marc", "store", "reconcile", "reconcile.ledgers"):
        modules = {one.name: one for one in files(f"rabis_sync.{package}").iterdir()}
        for name in sorted(modules):
            if name.endswith(".py"):
                digest.update(modules[name].read_bytes())
    return digest.digest()
