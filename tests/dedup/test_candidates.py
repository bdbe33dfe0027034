from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.dedup.candidates import KeyTable, candidates

#: Key and refinement of each key of each record.
KEYED = st.lists(st.dictionaries(st.integers(0, 12), st.integers(0, 2), max_size=4), max_size=18)
Keyed = list[dict[int, int]]


def table(keyed: Keyed) -> KeyTable:
    rows = [(key, refined, at) for at, known in enumerate(keyed) for key, refined in known.items()]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return KeyTable(columns[:, 0], columns[:, 1], columns[:, 2])


def joined(keyed: Keyed, most: int) -> dict[tuple[int, int], bool]:
    found = candidates(table(keyed), most)
    return dict(
        zip(zip(found.a.tolist(), found.b.tolist(), strict=True), found.numbered.tolist(), strict=True)
    )


def by_hand(keyed: Keyed, most: int) -> dict[tuple[int, int], bool]:
    """Pairs by the definition: a shared key of few records, or a shared key and refinement of few."""
    found: dict[tuple[int, int], bool] = {}
    for key in range(13):
        having = [at for at, known in enumerate(keyed) if key in known]
        groups = [having]
        if len(having) > most:
            groups = [[at for at in having if keyed[at][key] == refined] for refined in range(3)]
        for group in groups:
            if len(group) <= most:
                for pair in combinations(group, 2):
                    found[pair] = found.get(pair, False) or bool(key & 1)
    return found


@given(KEYED)
def test_a_pair_is_a_candidate_exactly_when_it_shares_a_key(keyed: Keyed) -> None:
    expected = {(a, b) for a, b in combinations(range(len(keyed)), 2) if keyed[a].keys() & keyed[b].keys()}
    assert set(joined(keyed, most=100)) == expected


@given(KEYED, st.integers(2, 5))
def test_a_key_of_too_many_records_joins_those_that_agree_in_one_field_more(keyed: Keyed, most: int) -> None:
    assert joined(keyed, most) == by_hand(keyed, most)


def test_pairs_are_sorted_and_each_is_there_once() -> None:
    found = candidates(table([{1: 0, 2: 0}, {1: 0, 2: 0}, {2: 0}]), most_records=10)
    assert list(zip(found.a, found.b, strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_what_brings_nothing_together_is_counted() -> None:
    keyed = [{4: 0} for _ in range(6)]
    found = candidates(table(keyed), most_records=5)
    assert (len(found.a), found.refined, found.cut) == (0, 1, 1)


def test_nobody_has_no_partners() -> None:
    assert joined([], most=5) == {}
