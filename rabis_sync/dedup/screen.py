"""Which of millions of candidate pairs are worth comparing in full: whole columns at a time.

Nothing is decided here that `verdict.judge` would not decide alike, and a property test holds the two
together: a pair goes where one field alone is a veto, or where its titles are different and no number of the
document itself could outweigh that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from rabis_sync.dedup.evidence import FIELDS
from rabis_sync.dedup.sounds import is_latin
from rabis_sync.dedup.titles import ALIKE, BEGINS, PLAUSIBLE
from rabis_sync.dedup.verdict import titles_decide

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from rabis_sync.dedup.candidates import Candidates
    from rabis_sync.dedup.columns import Coded, Columns
    from rabis_sync.dedup.verdict import Matching

    Mask = NDArray[np.bool_]
    Places = NDArray[np.int64]

#: Pairs whose titles are compared at a time: what bounds the memory.
BATCH = 200_000
#: Cells of a table of every two values of a field, a byte each.
TABLE = 1 << 26


def screen(columns: Columns, found: Candidates, matching: Matching) -> tuple[Places, Places]:
    """The pairs worth comparing in full, as places, in the order of the candidates."""
    a, b, numbered = found.a, found.b, found.numbered
    for field in matching.vetoes.fields:
        coded = columns.coded.get(field)
        if coded is not None:
            kept = ~_apart(field, coded, a, b)
            a, b, numbered = a[kept], b[kept], numbered[kept]
    if not titles_decide(matching):
        return a, b
    kept = numbered | _bridged(columns, a, b)
    asked = np.flatnonzero(~kept)
    for start in range(0, len(asked), BATCH):
        some = asked[start : start + BATCH]
        kept[some] = _plausible(columns, a[some], b[some])
    return a[kept], b[kept]


def _bridged(columns: Columns, a: Places, b: Places) -> Mask:
    """Where one record is called as well what the other is called."""
    found = np.zeros(len(a), dtype=bool)
    named = np.zeros(len(columns.ids), dtype=bool)
    named[np.array(list(columns.other_titles), np.int64)] = True
    asked = np.flatnonzero(named[a] | named[b])
    for start in range(0, len(asked), BATCH):
        some = asked[start : start + BATCH]
        one, other = columns.titles[a[some]], columns.titles[b[some]]
        places = zip(one, other, a[some].tolist(), b[some].tolist(), strict=True)
        get, none = columns.other_titles.get, frozenset[str]()
        found[some] = [x in get(right, none) or y in get(left, none) for x, y, left, right in places]
    return found


def _apart(field: str, coded: Coded, a: Places, b: Places) -> Mask:
    """Where the two values are different by themselves; each two values are compared once."""
    apart = FIELDS[field].apart
    assert apart is not None
    one, other = coded.codes[a].astype(np.int64), coded.codes[b].astype(np.int64)
    found = np.zeros(len(a), dtype=bool)
    unlike = np.flatnonzero((one != other) & (one > 0) & (other > 0))
    small, large = np.minimum(one[unlike], other[unlike]), np.maximum(one[unlike], other[unlike])
    found[unlike] = _of_each_two(small * len(coded.values) + large, coded.values, apart)
    return found


def _of_each_two(codes: Places, values: Sequence[str], apart: Callable[[str, str], bool]) -> Mask:
    """The answer on each two values, asked for once; a code is made of the smaller place and the larger."""
    size = len(values)
    if size * size > TABLE:
        each, places = np.unique(codes, return_inverse=True)
        return _told(each, values, apart)[places.reshape(-1)]
    answers = np.zeros(size * size, dtype=bool)  # a table of all two values is faster than sorting the codes
    answers[codes] = True
    each = np.flatnonzero(answers)
    answers[each] = _told(each, values, apart)
    found: Mask = answers[codes]
    return found


def _told(codes: Places, values: Sequence[str], apart: Callable[[str, str], bool]) -> Mask:
    ones, others = (part.tolist() for part in np.divmod(codes, len(values)))
    told = [apart(values[one], values[other]) for one, other in zip(ones, others, strict=True)]
    return np.array(told, dtype=bool)


def _plausible(columns: Columns, a: Places, b: Places) -> Mask:
    """Where the titles are the same, or plausibly one."""
    mask: Mask = (columns.titles[a] == columns.titles[b]).astype(bool)
    others = np.flatnonzero(~mask)
    mask[others] = _nearly(columns, a[others], b[others])
    return mask


def _nearly(columns: Columns, a: Places, b: Places) -> Mask:
    """`titles.plausible` and then `titles.alike` of many pairs, on every core."""
    one, other = columns.skeletons[a].tolist(), columns.skeletons[b].tolist()
    mask: Mask = (_ratio(one, other) >= PLAUSIBLE) | (_ratio(*_cut(one, other)) >= BEGINS)
    left = np.flatnonzero(mask)
    one, other = columns.titles[a[left]].tolist(), columns.titles[b[left]].tolist()
    in_two_alphabets = np.array([is_latin(x) != is_latin(y) for x, y in zip(one, other, strict=True)], bool)
    mask[left] = in_two_alphabets | (_ratio(*_cut(one, other)) >= ALIKE)
    return mask


def _cut(one: list[str], other: list[str]) -> tuple[list[str], list[str]]:
    """Both as far as the shorter of each two goes."""
    sizes = list(map(min, map(len, one), map(len, other)))
    cut = [[text[:size] for text, size in zip(texts, sizes, strict=True)] for texts in (one, other)]
    return cut[0], cut[1]


def _ratio(one: list[str], other: list[str]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = process.cpdist(one, other, scorer=fuzz.ratio, dtype=np.float64, workers=-1)
    return found
