from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.dedup.candidates import candidates

KEYED = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=3), max_size=20).map(
    lambda listed: list(enumerate(listed, 1))
)


@given(KEYED)
def test_a_pair_is_a_candidate_exactly_when_it_shares_a_key(keyed: list[tuple[int, list[str]]]) -> None:
    expected = tuple((a, b) for (a, one), (b, other) in combinations(keyed, 2) if set(one) & set(other))
    assert candidates(keyed, most_records=100).pairs == expected


@given(KEYED, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(keyed: list[tuple[int, list[str]]], random: object) -> None:
    shuffled = list(keyed)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert candidates(shuffled, most_records=4) == candidates(keyed, most_records=4)


def test_a_key_of_too_many_records_is_cut_and_counted() -> None:
    keyed = [(number, ["t|избранное|", f"i|{number // 2}"]) for number in range(1, 12)]
    found = candidates(keyed, most_records=10)
    assert found.cut == {"t": 1}
    assert found.pairs == ((2, 3), (4, 5), (6, 7), (8, 9), (10, 11))
