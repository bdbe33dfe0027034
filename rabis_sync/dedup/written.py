"""Keys as the store keeps them: a row a key, and the keys of each record packed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from rabis_sync.dedup.candidates import KeyTable

#: Rows turned into Python's numbers at a time.
_PORTION = 100_000
#: A packed key: eight bytes, the lowest first, on every machine.
_PACKED = np.dtype("<i8")


def key_rows(table: KeyTable, ids: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Key, refinement and record id, by key: the order in which they are written fastest."""
    order = np.argsort(table.key)
    for start in range(0, len(order), _PORTION):
        some = order[start : start + _PORTION]
        columns = (table.key[some], table.refined[some], ids[table.place[some]])
        yield from zip(*(column.tolist() for column in columns), strict=True)


def packed_keys(table: KeyTable, ids: NDArray[np.int64]) -> Iterator[tuple[int, bytes]]:
    """Record ids with their keys; the rows of a record stand together in the table."""
    packed = table.key.astype(_PACKED).tobytes()
    ends = np.searchsorted(table.place, np.arange(len(ids)), side="right") * _PACKED.itemsize
    start = 0
    for number, end in zip(ids.tolist(), ends.tolist(), strict=True):
        yield number, packed[start:end]
        start = end


def unpacked(packed: bytes) -> list[int]:
    """The keys of one record."""
    return list(np.frombuffer(packed, _PACKED).tolist())
