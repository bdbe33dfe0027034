"""The catalogue as a stream: records one by one, and after each family what its records are to each other.

Memory is that of a shuffling shelf of some thousand records and a hundred bytes a book. The same seed gives
the same bytes. Control numbers follow no order that tells who belongs to whom.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import combinations
from math import gcd
from typing import TYPE_CHECKING

from .dirt import twin
from .families import KINDS, difference
from .numbers import Register
from .unimarc import described

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .book import Book

#: Share of records that describe again what another record describes.
TWINS = 0.06
#: Records that stand on the shelf while others are made; neighbours in a family come out far apart.
SHELF = 20_000
#: Seeds for trying things out, and those for figures that are shown: never the same.
TUNING_SEEDS, FIGURE_SEEDS = range(1, 100), range(1001, 1100)
#: Records that describe a twice or three times described book beyond the first.
_AGAIN, _AGAIN_WEIGHTS = (1, 2, 3), (80, 15, 5)


@dataclass(frozen=True, slots=True)
class Related:
    """What two records of a family are to each other.

    Attributes:
        a: control number.
        b: another.
        relation: ``duplicate``, ``year_apart`` (a person must look) or ``different``.
        kind: of a duplicate its dirt, of two different books the kind of the hard negative.
    """

    a: str
    b: str
    relation: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Member:
    book: Book
    original: int
    dirt: tuple[str, ...]


def catalogue(records: int, seed: int) -> Iterator[bytes | Related]:
    """Records as ISO 2709 and relations between them, mixed.

    Args:
        records: how many records; relations come beside them.
        seed: of everything.
    """
    dice = random.Random(f"shelf {seed}")
    shelf: list[bytes] = []
    spread = _coprime(records)
    made, inventory, family = 0, 1, 0
    pool, register = max(50, records // 5), Register()
    while made < records:
        own = random.Random(f"{seed} {family}")
        family += 1
        kind = own.choices(_KIND_NAMES, _KIND_WEIGHTS)[0]
        members = _members(kind, own, pool, register)[: records - made]
        numbers = [f"KZ{(made + at) * spread % records:08d}" for at in range(len(members))]
        for number, member in zip(numbers, members, strict=True):
            habits = random.Random(own.random())
            record, copies = described(member.book, number, inventory, habits)
            inventory += copies
            made += 1
            if len(shelf) < SHELF:
                shelf.append(record)
                continue
            at = dice.randrange(SHELF)
            yield shelf[at]
            shelf[at] = record
        yield from _relations(kind, numbers, members)
    dice.shuffle(shelf)
    yield from shelf


_KIND_NAMES, _KIND_WEIGHTS = list(KINDS), [weight for _, weight, _ in KINDS.values()]
#: Mean number of records that a book's further descriptions add.
_MEAN_AGAIN = sum(map(float.__mul__, map(float, _AGAIN), map(float, _AGAIN_WEIGHTS))) / 100
_CHANCE = TWINS / (1 - TWINS) / _MEAN_AGAIN


def _members(kind: str, dice: random.Random, pool: int, register: Register) -> list[_Member]:
    make, _, keep = KINDS[kind]
    while not register.takes(books := make(dice, pool)):
        pass  # a book that is there already is drawn again
    register.give(books)
    found: list[_Member] = []
    for at, book in enumerate(books):
        found.append(_Member(book, at, ()))
        if dice.random() < _CHANCE:
            times = dice.choices(_AGAIN, _AGAIN_WEIGHTS)[0]
            found += [_again(book, at, dice, keep) for _ in range(times)]
    return found


def _again(book: Book, at: int, dice: random.Random, keep: frozenset[str]) -> _Member:
    other, dirt = twin(book, dice, keep)
    return _Member(other, at, dirt)


def _relations(kind: str, numbers: list[str], members: list[_Member]) -> Iterator[Related]:
    for (a, one), (b, other) in combinations(zip(numbers, members, strict=True), 2):
        if one.original != other.original:
            yield Related(a, b, "different", difference(kind, one.book, other.book))
            continue
        dirt = [*one.dirt, *other.dirt]
        years = {one.book.year, other.book.year} - {None}  # a missing year is no other year
        apart = len(years) > 1 and "year_apart" in dirt
        relation = "year_apart" if apart else "duplicate"
        yield Related(a, b, relation, "+".join(dict.fromkeys(dirt)) or "clean")


def _coprime(records: int) -> int:
    """A step that visits every number below `records` once, near the golden section of it."""
    step = max(1, int(records * 0.6180339887))
    while gcd(step, records) != 1:
        step += 1
    return step
