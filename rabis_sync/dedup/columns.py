"""Records in columns: for each a few small numbers and the skeleton of its title, and no object a record.

A catalogue streams through here row by row. Everything else about a record stays in the store until the
record is one of a pair that is worth comparing in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rabis_sync.crew import examined
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
    titles: NDArray[np.object_]
    skeletons: NDArray[np.object_]
    other_titles: dict[int, frozenset[str]]
    keys: KeyTable


class _Portion(NamedTuple):
    """Some records as columns; places count from 0, and codes are places among the values beside them."""

    ids: NDArray[np.int64]
    coded: dict[str, tuple[NDArray[np.int32], list[str]]]
    titles: list[str]
    skeletons: list[str]
    other_titles: dict[int, frozenset[str]]
    keys: KeyTable


def columns(
    batches: Iterable[Any], read: Callable[[Any], Sequence[Row]] = lambda rows: rows, workers: int = 1
) -> Columns:
    """Put records into columns; many of them on every core.

    Args:
        batches: records, each once.
        read: from a batch to its rows.
        workers: processes beside this one (`crew.examined`).
    """
    portions = _Portions()
    made = examined(lambda batch: _portion(read(batch)), batches, helpers=workers)
    for _, portion in made:
        portions.add(portion)
    return portions.together()


def _portion(rows: Sequence[Row]) -> _Portion:
    bare = [skeleton(row.title) for row in rows]
    named = ((at, row, own_title(row)) for at, row in enumerate(rows))
    others = {
        at: frozenset((*row.other_titles, own))
        for at, row, own in named
        if row.other_titles or own != row.title
    }
    return _Portion(
        np.array([row.id for row in rows], dtype=np.int64),
        {field: _coded(map(FIELDS[field].shown, rows)) for field in _APART},
        [row.title for row in rows],
        bare,
        others,
        key_table([stems(*one) for one in zip(rows, bare, strict=True)]),
    )


#: Fields that can be ``different`` by their values alone.
_APART = tuple(field for field, comparison in FIELDS.items() if comparison.apart is not None)


def _coded(shown: Iterable[str]) -> tuple[NDArray[np.int32], list[str]]:
    values: dict[str, int] = {}
    codes = [values.setdefault(value, len(values)) for value in shown]
    return np.array(codes, dtype=np.int32), list(values)


class _Portions:
    """Portions one behind the other."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, int]] = {field: {"": 0} for field in _APART}
        self._codes: dict[str, list[NDArray[np.int32]]] = {field: [_NO_CODES] for field in _APART}
        self._ids: list[NDArray[np.int64]] = [_NOTHING]
        self._keys: list[KeyTable] = [KeyTable(_NOTHING, _NOTHING, _NOTHING)]
        self._titles: list[str] = []
        self._skeletons: list[str] = []
        self._others: dict[int, frozenset[str]] = {}

    def add(self, portion: _Portion) -> None:
        done = len(self._titles)
        for field, (codes, listed) in portion.coded.items():
            values = self._values[field]
            ours = np.array([values.setdefault(value, len(values)) for value in listed], dtype=np.int32)
            self._codes[field].append(ours[codes] if len(codes) else codes)
        self._ids.append(portion.ids)
        self._titles += portion.titles
        self._skeletons += portion.skeletons
        self._others.update((at + done, titles) for at, titles in portion.other_titles.items())
        self._keys.append(portion.keys._replace(place=portion.keys.place + done))

    def together(self) -> Columns:
        return Columns(
            np.concatenate(self._ids),
            {field: Coded(np.concatenate(self._codes[field]), list(self._values[field])) for field in _APART},
            _texts(self._titles),
            _texts(self._skeletons),
            self._others,
            KeyTable(
                np.concatenate([one.key for one in self._keys]),
                np.concatenate([one.refined for one in self._keys]),
                np.concatenate([one.place for one in self._keys]),
            ),
        )


_NOTHING, _NO_CODES = np.empty(0, np.int64), np.empty(0, np.int32)


def _texts(listed: list[str]) -> NDArray[np.object_]:
    texts = np.empty(len(listed), dtype=object)
    texts[:] = listed
    return texts
