from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.dedup.clusters import JudgedPair, cluster, components, join
from rabis_sync.dedup.evidence import Evidence
from rabis_sync.dedup.survivor import Worth
from rabis_sync.dedup.verdict import Judgement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SURE = Judgement("duplicate", 0.95, ())
#: Of a record that nothing speaks for.
PLAIN = Worth(1, 0, 0, 0, 0, 10)
WORTH_A_LOOK = Judgement("review", 0.7, ())
UNLIKE = Judgement("none", 0.3, ())
NAMES = {number: ("catalogue", str(number)) for number in (1, 2, 3)}
VETO = Judgement("none", 0.0, (Evidence("part", "veto", "v1", "v2", 0.0),))


def judging(known: Mapping[tuple[int, int], Judgement]) -> Callable[[int, int], Judgement]:
    return lambda a, b: known.get((a, b), UNLIKE)


def pairs(known: Mapping[tuple[int, int], Judgement]) -> list[JudgedPair]:
    return [JudgedPair(a, b, one) for (a, b), one in known.items() if one.verdict != "none"]


def test_records_that_veto_each_other_never_share_a_cluster() -> None:
    known = {(1, 2): SURE, (2, 3): SURE, (1, 3): VETO}
    assert join(pairs(known), NAMES, judging(known)) == [(1, 2)]


def test_the_surer_pair_wins_where_two_cannot_both_stand() -> None:
    known = {(1, 2): WORTH_A_LOOK, (2, 3): SURE, (1, 3): VETO}
    assert join(pairs(known), NAMES, judging(known)) == [(2, 3)]


def test_a_cluster_is_sure_only_where_every_two_of_it_are() -> None:
    worths = dict.fromkeys((1, 2, 3), PLAIN)
    known = {(1, 2): SURE, (2, 3): SURE}
    assert cluster((1, 2, 3), NAMES, judging(known), worths).verdict == "review"
    assert cluster((1, 2, 3), NAMES, judging({**known, (1, 3): SURE}), worths).verdict == "duplicate"


@pytest.mark.parametrize("column", Worth._fields)
def test_the_survivor_is_worth_most_and_the_column_that_decided_is_told(column: str) -> None:
    better = PLAIN._replace(**{column: getattr(PLAIN, column) + 1})
    found = cluster((1, 2, 3), NAMES, judging({}), {1: PLAIN, 2: better, 3: PLAIN})
    assert (found.survivor, found.why) == (2, (column, getattr(better, column), getattr(PLAIN, column)))


def test_copies_weigh_more_than_any_number_of_fields() -> None:
    worths = {1: PLAIN._replace(fields=90, subjects=9), 2: PLAIN._replace(items=2)}
    assert cluster((1, 2), NAMES, judging({}), worths).survivor == 2


def test_between_equals_the_control_number_decides_and_not_the_order_of_harvest() -> None:
    names = {1: ("catalogue", "b"), 2: ("catalogue", "a")}
    found = cluster((1, 2), names, judging({}), {1: PLAIN, 2: PLAIN})
    assert (found.survivor, found.why) == (2, ("name", 0, 0))


def test_pairs_hang_together_by_their_records() -> None:
    parts = components([JudgedPair(*pair, SURE) for pair in ((4, 5), (1, 2), (5, 9), (2, 3), (6, 7))])
    assert [[(one.a, one.b) for one in part] for part in parts] == [
        [(1, 2), (2, 3)],
        [(4, 5), (5, 9)],
        [(6, 7)],
    ]


@given(st.data())
def test_clusters_do_not_depend_on_the_order_of_records(data: st.DataObject) -> None:
    names = [f"n{number}" for number in range(7)]
    two = [(one, other) for at, one in enumerate(names) for other in names[at + 1 :]]
    verdicts = {pair: data.draw(st.sampled_from((SURE, WORTH_A_LOOK, UNLIKE, VETO))) for pair in two}

    def joined(order: list[str]) -> set[frozenset[str]]:
        ids = {name: number for number, name in enumerate(order, 1)}
        known = {tuple(sorted((ids[a], ids[b]))): one for (a, b), one in verdicts.items()}
        called = {number: ("catalogue", name) for name, number in ids.items()}
        groups = join(pairs(known), called, judging(known))  # type: ignore[arg-type]  # two ids each
        return {frozenset(order[number - 1] for number in group) for group in groups}

    groups = joined(names)
    assert joined(data.draw(st.permutations(names))) == groups
    for group in groups:
        assert not any(verdicts[a, b] is VETO for a, b in two if {a, b} <= group)
