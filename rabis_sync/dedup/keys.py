"""Match keys: two records that share one are compared; each key only puts folded fields together.

A key is a number made of its kind and its fields. Beside it stands a second number, its refinement, made of
one field more: where too many records share the key, those that share both are compared.

Titles, surnames and publishers stand in keys as their consonants (`sounds`): whatever a typist lost or a
transliteration changed is not in them. No kind needs an author: laws, albums and periodicals have none.
docs/matching.md explains the kinds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import numpy as np

from rabis_sync.dedup.candidates import KeyTable
from rabis_sync.dedup.sounds import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from rabis_sync.dedup.row import Row

    Numbers = NDArray[np.uint64]

#: Consonants of a title that stand for its beginning, and for its end (a letter of none counts for two).
LETTERS = 6
#: Consonants of a title's very beginning.
START = 3
#: Consonants of a publisher's name.
HOUSE = 4
#: A record with more names (a symposium) is found by its first ones.
MOST_NAMES = 3


class Kind(NamedTuple):
    """One kind of key.

    Attributes:
        letter: its name in docs/matching.md; kinds with the same letter join one another.
        fields: what it is made of, names of `Stems`; without any of them a record has no such key.
        refined: what joins beside them where too many records share the key.
        also: further fields, which may be empty.
    """

    letter: str
    fields: tuple[str, ...]
    refined: str
    also: tuple[str, ...] = ()

    @property
    def numbered(self) -> bool:
        """True for a number of the document itself."""
        return self.letter in "ins"


KINDS = (
    Kind("i", ("isbn",), "part"),
    Kind("n", ("number",), "part"),
    Kind("s", ("issn",), "title", also=("part", "year")),
    Kind("t", ("title",), "year"),
    Kind("t", ("other",), "year"),
    Kind("y", ("title", "year"), "pages"),
    Kind("y", ("other", "year"), "pages"),
    Kind("e", ("tail", "year"), "name"),
    Kind("h", ("head", "pages"), "year"),
    Kind("b", ("start", "year", "house"), "pages"),
    Kind("k", ("year", "pages", "house"), "start"),
    Kind("c", ("names", "year", "house"), "start"),
    Kind("g", ("names", "tail"), "year"),
)

#: Fields of which a record may have several, each in a key of its own.
LISTS = ("isbn", "number", "issn", "other", "names")


class Stems(NamedTuple):
    """What keys are made of, each as a number; 0, or nothing in a list, where the record does not say."""

    title: int
    head: int
    tail: int
    start: int
    part: int
    year: int
    pages: int
    house: int
    name: int
    isbn: Sequence[int]
    number: Sequence[int]
    issn: Sequence[int]
    other: Sequence[int]
    names: Sequence[int]


def stems(row: Row, title: str) -> Stems:
    """What the keys of a record are made of.

    Args:
        row: the record.
        title: `sounds.skeleton` of its title.
    """
    names = list(map(_surname, row.contributors[:MOST_NAMES]))
    letters = title.encode()
    return Stems(
        crc32(letters),
        crc32(letters[:LETTERS]),
        crc32(letters[-LETTERS:]),
        crc32(letters[:START]),
        _stem(row.part),
        row.year or 0,
        row.pages or 0,
        _house(row.publishers[0]) if row.publishers else 0,
        min(names) if names else 0,
        _stems(row.isbns),
        _stems(row.identifiers),
        _stems(row.issns),
        _stems(map(skeleton, row.other_titles)) if row.other_titles else (),
        names,
    )


def _stem(text: str) -> int:
    return crc32(text.encode()) if text else 0


def _stems(texts: Iterable[str]) -> Sequence[int]:
    return list(map(_stem, texts)) if texts else ()


# Few authors and publishers stand in most records.
@lru_cache(maxsize=1 << 16)
def _surname(name: str) -> int:
    return _stem(skeleton(name.partition(" ")[0]))


@lru_cache(maxsize=1 << 14)
def _house(name: str) -> int:
    return _stem(skeleton(name)[:HOUSE])


def key_table(batch: Sequence[Stems], first: int = 0) -> KeyTable:
    """The keys of a batch of records, those of a record together, each key of a record once.

    Args:
        batch: records.
        first: place of the first one.
    """
    columns_ = dict(zip(Stems._fields, zip(*batch, strict=True), strict=True)) if batch else _EMPTY
    single = {name: np.array(columns_[name], np.uint64) for name in _SINGLE}
    listed = {name: _flat(columns_[name]) for name in LISTS}
    everyone, nothing = np.arange(len(batch)), np.empty(0, np.uint64)
    keys, refined, places = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
    for kind in KINDS:
        place, values = listed.get(kind.fields[0], (everyone, nothing))
        columns = [single[name][place] if name in single else values for name in kind.fields]
        made = np.all([column != 0 for column in columns], axis=0)
        columns += [single[name][place] for name in kind.also]
        keys.append(_mixed(ord(kind.letter), columns)[made] << np.uint64(1) | np.uint64(kind.numbered))
        refined.append(single[kind.refined][place][made])
        places.append(place[made])
    key, place = np.concatenate(keys).astype(np.int64), np.concatenate(places)
    order = np.lexsort((key, place))
    key, place, finer = key[order], place[order], np.concatenate(refined).astype(np.int64)[order]
    new = np.ones(len(key), dtype=bool)
    new[1:] = (key[1:] != key[:-1]) | (place[1:] != place[:-1])
    return KeyTable(key[new], finer[new], place[new] + first)


_SINGLE = tuple(name for name in Stems._fields if name not in LISTS)
_EMPTY: dict[str, tuple[Any, ...]] = dict.fromkeys(Stems._fields, ())


def _flat(lists: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], Numbers]:
    """Places and values of all members of lists."""
    place = np.repeat(np.arange(len(lists)), np.array([len(one) for one in lists], np.int64))
    return place, np.array([value for one in lists for value in one], np.uint64)


def _mixed(kind: int, columns: Sequence[Numbers]) -> Numbers:
    """One number of 62 bits out of several, the same on every machine (the finaliser of SplitMix64)."""
    mixed = np.full(len(columns[0]), kind, np.uint64)
    for column in columns:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed >> np.uint64(2)


def keys(row: Row) -> dict[int, int]:
    """The match keys of one record with their refinements."""
    table = key_table([stems(row, skeleton(row.title))])
    return dict(zip(table.key.tolist(), table.refined.tolist(), strict=True))
