"""Which family of MARC a record belongs to, by what it holds and never by a label."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc.path import LEADER, FieldIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rabis_sync.marc.dialect import Dialect
    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.marc.path import Parts, Path

    #: Tag, source and subfields (none: the path says more), what must match, points, path.
    Sign = tuple[str, str, str, Callable[[str], object], int, Path]

#: Points of evidence below which a record belongs to no family.
ENOUGH = 3


def detect(record: MarcRecord, dialects: Mapping[str, Dialect]) -> Dialect | None:
    """The dialect whose family a record belongs to.

    A family needs `ENOUGH` points and twice those of every other family; leaders and labels alone never reach
    it. Of several dialects of one family the one with most points wins, then the first by name.

    Returns:
        None when a record is neither, or as much the one as the other: it belongs in quarantine.
    """
    return detect_in(FieldIndex(record), dialects)


def detect_in(index: FieldIndex, dialects: Mapping[str, Dialect]) -> Dialect | None:
    """The same for a record whose fields are indexed already."""
    most = {name: _at_most(dialect, index) for name, dialect in dialects.items()}
    likely = max(most, key=most.__getitem__, default="")
    others = max((number for name, number in most.items() if name != likely), default=0)
    enough = max(ENOUGH, 2 * others)
    if likely and points(dialects[likely], index, enough) >= enough:
        return dialects[likely]  # whatever the fields of the others say, they come nowhere near
    return _best({name: points(dialect, index) for name, dialect in dialects.items()}, dialects)


def _best(found: Mapping[str, int], dialects: Mapping[str, Dialect]) -> Dialect | None:
    most = max(found.values(), default=0)
    if most < ENOUGH:
        return None
    best = dialects[min([name for name in found if found[name] == most])]
    for name, rival in found.items():
        if 2 * rival > most and dialects[name].family != best.family:
            return None
    return best


def points(dialect: Dialect, index: FieldIndex, enough: int | None = None) -> int:
    """How many points the evidence in a record gives the family of a dialect.

    Args:
        dialect: of the family.
        index: the record.
        enough: so many are as good as all: the rest is not looked for.
    """
    texts, split = index.texts, index.split
    total = _of_leader(dialect, texts[LEADER][0])
    for tag, source, codes, match, weight, path in _in_fields(dialect):
        if enough is not None and total >= enough:
            return total
        if tag in texts:
            if codes:
                shown = _matches(split.get(source) or index.parts(source), codes, match)
            else:
                shown = any(map(match, path.read(index)))
            total += weight if shown else 0
    return total


def _at_most(dialect: Dialect, index: FieldIndex) -> int:
    """The points that a record would give if every field that it has were evidence."""
    texts = index.texts
    total = _of_leader(dialect, texts[LEADER][0])
    for tag, _, _, _, weight, _ in _in_fields(dialect):
        if tag in texts:
            total += weight
    return total


def _matches(fields: list[Parts], codes: str, match: Callable[[str], object]) -> bool:
    for parts in fields:
        for part in parts[1:]:
            if part and part[0] in codes and match(part[1:]):
                return True
    return False


@lru_cache(maxsize=1 << 6)
def _in_fields(dialect: Dialect) -> tuple[Sign, ...]:
    return tuple(
        (*path.plan[:2], "" if path.nth or path.plan[-1] else path.plan[2], match, weight, path)
        for path, match, weight in dialect.signs
        if path.tag != LEADER
    )


# A catalogue has a few dozen leaders.
@lru_cache(maxsize=1 << 10)
def _of_leader(dialect: Dialect, leader: str) -> int:
    signs = (
        weight
        for path, match, weight in dialect.signs
        if path.tag == LEADER and any(map(match, path.of_leader(leader)))
    )
    return sum(signs)
