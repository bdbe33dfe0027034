from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from rabis_sync.dedup.clusters import JudgedPair, cluster, components, join
from rabis_sync.dedup.evidence import Evidence
from rabis_sync.dedup.row import Row
from rabis_sync.dedup.verdict import Judgement

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SURE = Judgement("duplicate", 0.95, ())
WORTH_A_LOOK = Judgement("review", 0.7, ())
UNLIKE = Judgement("none", 0.3, ())
NAMES = {number: ("catalogue", str(number)) for number in (1, 2, 3)}
VETO = Judgement("none", 0.0, (Evidence("part", "veto", "v1", "v2", 0.0),))


def row(number: int, *, items: int = 0, isbns: tuple[str, ...] = ()) -> Row:
    return Row(
        id=number,
        level="monograph",
        kind="text",
        languages=("rus",),
        title="т",
        title_written="т",
        title_full="т",
        other_titles=(),
        part="",
        year=None,
        edition="",
        contributors=(),
        publishers=(),
        pages=None,
        isbns=isbns,
        issns=(),
        identifiers=(),
        series=(),
        host="",
        items=items,
    )


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
    rows = {number: row(number) for number in (1, 2, 3)}
    known = {(1, 2): SURE, (2, 3): SURE}
    assert cluster((1, 2, 3), rows, NAMES, judging(known), {}).verdict == "review"
    assert cluster((1, 2, 3), rows, NAMES, judging({**known, (1, 3): SURE}), {}).verdict == "duplicate"


def test_the_survivor_has_most_copies_then_numbers_then_fields() -> None:
    rows = {1: row(1, items=2), 2: row(2, items=3), 3: row(3, items=3, isbns=("9786012821147",))}
    assert cluster((1, 2, 3), rows, NAMES, judging({}), {}).survivor == 3
    equal = {number: row(number) for number in (1, 2)}
    assert cluster((1, 2), equal, NAMES, judging({}), {1: 10, 2: 12}).survivor == 2


def test_between_equals_the_control_number_decides_and_not_the_order_of_harvest() -> None:
    names = {1: ("catalogue", "b"), 2: ("catalogue", "a")}
    assert cluster((1, 2), {1: row(1), 2: row(2)}, names, judging({}), {}).survivor == 2


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
