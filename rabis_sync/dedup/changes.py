"""What has to be compared again when some records changed: they, and whoever shares a key with them.

A key that comes to have too many records, or has no longer, joins otherwise from then on; whoever has it is
then compared again as well. So a search of changes ends where a search of everything would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rabis_sync.dedup.candidates import Candidates, KeyTable, candidates
from rabis_sync.dedup.columns import columns
from rabis_sync.dedup.written import unpacked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from rabis_sync.dedup.columns import Columns
    from rabis_sync.dedup.row import Row
    from rabis_sync.dedup.search import Shelf
    from rabis_sync.store.matches import KeyRow, Matches

#: Who has a key: the refinement of each record.
Members = dict[int, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """Records that changed, and the keys of everybody concerned as they now are.

    Attributes:
        due: records that came, changed or went.
        touched: these, and those whose keys join otherwise now.
        old: keys that the due records had.
        table: the due records that are there, in columns.
        members: of every key of a touched record: who has it.
    """

    due: tuple[int, ...]
    touched: frozenset[int]
    old: Mapping[int, Sequence[int]]
    table: Columns
    members: Mapping[int, Members]


def changes(matches: Matches, shelf: Shelf, due: Sequence[int], most_records: int) -> Changes:
    """Look up what is concerned by the due records."""
    rows = shelf.rows(due)
    table = columns([[rows[number] for number in sorted(rows)]])
    old = {number: unpacked(packed) for number, packed in matches.keys_of(due).items()}
    new = _keys_of(table)
    concerned = {key for known in (*old.values(), *new.values()) for key in known}
    before = _members(matches.with_keys(concerned))
    after = {key: _exchanged(key, before.get(key, {}), due, new) for key in concerned}
    moved = _moved(before, after, due, most_records)
    others = {key for packed in matches.keys_of(moved).values() for key in unpacked(packed)} - concerned
    after |= _members(matches.with_keys(others))
    return Changes(tuple(due), frozenset(due) | moved, old, table, after)


def _keys_of(table: Columns) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {number: {} for number in table.ids.tolist()}
    records = table.ids[table.keys.place].tolist()
    keys, refined = table.keys.key.tolist(), table.keys.refined.tolist()
    for record, key, finer in zip(records, keys, refined, strict=True):
        found[record][key] = finer
    return found


def _members(rows: Iterable[KeyRow]) -> dict[int, Members]:
    found: dict[int, Members] = {}
    for key, refined, record in rows:
        found.setdefault(key, {})[record] = refined
    return found


def _exchanged(key: int, before: Members, due: Collection[int], new: Mapping[int, dict[int, int]]) -> Members:
    gone = set(due)
    after = {record: refined for record, refined in before.items() if record not in gone}
    after.update((record, had[key]) for record, had in new.items() if key in had)
    return after


def _moved(
    before: Mapping[int, Members], after: Mapping[int, Members], due: Sequence[int], most_records: int
) -> set[int]:
    """Records that are not due themselves, and that a key joins otherwise than before."""
    moved: set[int] = set()
    for key, members in after.items():
        earlier = before.get(key, {})
        if max(len(members), len(earlier)) <= most_records:
            continue
        then, now = _joins(earlier, most_records), _joins(members, most_records)
        moved.update(record for record in members if record in earlier and then[record] != now[record])
    return moved - set(due)


def _joins(members: Members, most_records: int) -> dict[int, str]:
    """By what a key joins each of its records: itself, its refinement, or nothing."""
    if len(members) <= most_records:
        return dict.fromkeys(members, "key")
    sizes: dict[int, int] = {}
    for refined in members.values():
        sizes[refined] = sizes.get(refined, 0) + 1
    return {
        record: "refined" if sizes[refined] <= most_records else "nothing"
        for record, refined in members.items()
    }


def candidates_of(found: Changes, most_records: int) -> tuple[np.ndarray, Candidates]:
    """Candidate pairs in which a touched record stands, and the record ids that their places mean."""
    rows = [
        (key, refined, record)
        for key, members in found.members.items()
        for record, refined in members.items()
    ]
    listed = np.array(rows, dtype=np.int64).reshape(-1, 3)
    ids, place = np.unique(listed[:, 2], return_inverse=True)
    pairs = candidates(KeyTable(listed[:, 0], listed[:, 1], place.reshape(-1).astype(np.int64)), most_records)
    touched = np.isin(ids, np.fromiter(found.touched, np.int64, len(found.touched)))
    kept = touched[pairs.a] | touched[pairs.b]
    return ids, Candidates(pairs.a[kept], pairs.b[kept], pairs.numbered[kept], pairs.refined, pairs.cut)


def in_columns(ids: np.ndarray, pairs: Candidates, shelf: Shelf) -> tuple[Columns, Candidates]:
    """The records of these pairs in columns, and the pairs by their places there."""
    wanted = ids[np.unique(np.concatenate((pairs.a, pairs.b)))]
    rows: dict[int, Row] = shelf.rows(wanted.tolist())
    table = columns([[rows[number] for number in sorted(rows)]])
    a, b = np.searchsorted(table.ids, ids[pairs.a]), np.searchsorted(table.ids, ids[pairs.b])
    return table, Candidates(a, b, pairs.numbered, pairs.refined, pairs.cut)
