"""Records in columns: for each a few small numbers and the skeleton of its title, and no object a record.

A catalogue streams through here row by row. Everything else about a record stays in the store until the
record is one of a pair that is worth comparing in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rabis_sync.dedup.candidates import KeyTable
from rabis_sync.dedup.evidence import FIELDS
from rabis_sync.dedup.keys import key_table, stems
from rabis_sync.dedup.sounds import skeleton
from rabis_sync.dedup.titles import own_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from rabis_sync.dedup.row import Row


@dataclass(frozen=True, slots=True)
class Coded:
    """A field as numbers: 0 for none, else the place of the value among `values`.

    Attributes:
        codes: by record.
        values: the different values; the empty one first.
    """

    codes: NDArray[np.int32]
    values: Sequence[str]


class Texts:
    """Many short texts in rows of bytes; they are added in batches and taken by their places."""

    def __init__(self) -> None:
        self._data: list[bytes] = []
        self._sizes: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]

    def add(self, batch: Iterable[str]) -> None:
        """Put more texts behind those that are there."""
        encoded = [text.encode() for text in batch]
        self._data.append(b"".join(encoded))
        self._sizes.append(np.array([len(text) for text in encoded], np.int64))

    def take(self, places: NDArray[np.int64]) -> list[str]:
        """The texts at these places."""
        if len(self._data) > 1:
            self._data = [b"".join(self._data)]
        self._sizes = [np.concatenate(self._sizes)] if len(self._sizes) > 1 else self._sizes
        data = self._data[0] if self._data else b""
        starts = np.cumsum(self._sizes[0])  # bytes before each text
        bounds = zip(starts[places].tolist(), starts[places + 1].tolist(), strict=True)
        return [data[start:end].decode() for start, end in bounds]


@dataclass(frozen=True, slots=True)
class Columns:
    """Records as columns, in the order in which they came.

    Attributes:
        ids: record ids.
        coded: by field: each that can be ``different`` by its values alone (`evidence.Comparison.apart`).
        titles: the titles, and
        skeletons: their consonants.
        other_titles: by place, what else a record is called: parallel and variant titles, a volume's own.
            Most records are called nothing else and are not here.
        keys: which record has which key.
    """

    ids: NDArray[np.int64]
    coded: dict[str, Coded]
    titles: Texts
    skeletons: Texts
    other_titles: dict[int, frozenset[str]]
    keys: KeyTable


@dataclass(slots=True)
class _Coder:
    shown: Callable[[Row], str]
    values: dict[str, int]
    codes: list[NDArray[np.int32]]

    def add(self, rows: Sequence[Row]) -> None:
        values = self.values
        numbers = [values.setdefault(value, len(values)) for value in map(self.shown, rows)]
        self.codes.append(np.array(numbers, dtype=np.int32))


def columns(batches: Iterable[Sequence[Row]]) -> Columns:
    """Put records into columns.

    Args:
        batches: rows, each record once.
    """
    coders = {
        field: _Coder(comparison.shown, {"": 0}, [])
        for field, comparison in FIELDS.items()
        if comparison.apart is not None
    }
    ids: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    titles, skeletons = Texts(), Texts()
    others: dict[int, frozenset[str]] = {}
    key: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    refined: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    place: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    done = 0
    for rows in batches:
        ids.append(np.array([row.id for row in rows], dtype=np.int64))
        for coder in coders.values():
            coder.add(rows)
        bare = [skeleton(row.title) for row in rows]
        titles.add(row.title for row in rows)
        skeletons.add(bare)
        others.update(
            (at, frozenset((*row.other_titles, own_title(row))))
            for at, row in enumerate(rows, done)
            if row.other_titles or own_title(row) != row.title
        )
        table = key_table([stems(*one) for one in zip(rows, bare, strict=True)], done)
        key.append(table.key)
        refined.append(table.refined)
        place.append(table.place)
        done += len(rows)
    return Columns(
        np.concatenate(ids),
        {
            field: Coded(np.concatenate([np.empty(0, np.int32), *one.codes]), list(one.values))
            for field, one in coders.items()
        },
        titles,
        skeletons,
        others,
        KeyTable(np.concatenate(key), np.concatenate(refined), np.concatenate(place)),
    )
