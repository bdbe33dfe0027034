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
    """Many short ASCII texts in one row of bytes."""

    def __init__(self, ends: NDArray[np.int64], data: bytes) -> None:
        self._ends = ends
        self._data = data

    def take(self, places: NDArray[np.int64]) -> list[str]:
        """The texts at these places."""
        ends = self._ends[places + 1].tolist()
        data = self._data
        return [
            data[start:end].decode("ascii")
            for start, end in zip(self._ends[places].tolist(), ends, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Columns:
    """Records as columns, in the order in which they came.

    Attributes:
        ids: record ids.
        coded: by field: each that can be ``different`` by its values alone (`evidence.Comparison.apart`).
        titles: skeletons of the titles.
        spoken_for: true where something else than its letters may make a title the same as another: it is
            written in Latin letters, has parallel titles.
        keys: which record has which key.
    """

    ids: NDArray[np.int64]
    coded: dict[str, Coded]
    titles: Texts
    spoken_for: NDArray[np.bool_]
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
    ends: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    data: list[bytes] = []
    spoken: list[NDArray[np.bool_]] = [np.empty(0, bool)]
    key: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    refined: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    place: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    done = length = 0
    for rows in batches:
        ids.append(np.array([row.id for row in rows], dtype=np.int64))
        for coder in coders.values():
            coder.add(rows)
        skeletons = [skeleton(row.title) for row in rows]
        text = "".join(skeletons).encode("ascii", "replace")
        ends.append(np.cumsum([len(one) for one in skeletons], dtype=np.int64) + length)
        data.append(text)
        length += len(text)
        spoken.append(np.array([bool(row.other_titles) for row in rows], dtype=bool))
        table = key_table([stems(*one) for one in zip(rows, skeletons, strict=True)], done)
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
        Texts(np.concatenate(ends), b"".join(data)),
        np.concatenate(spoken),
        KeyTable(np.concatenate(key), np.concatenate(refined), np.concatenate(place)),
    )
