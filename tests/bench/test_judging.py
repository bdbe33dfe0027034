"""Pairs are held against the truth as the figures say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.peers.judging import Truth, curve, judge, ordered

if TYPE_CHECKING:
    from pathlib import Path

TRUTH = """\
duplicate\tclean\tb\ta
duplicate\ttypo+no_isbn\tc\td
year_apart\tyear_apart\te\tf
different\tvolumes\ta\tc
"""


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    file = tmp_path / "truth.tsv"
    file.write_text(TRUTH, "utf-8")
    return Truth.read(file)


def test_right_wrong_and_missed_are_counted_and_hard_negatives_named(truth: Truth) -> None:
    score = judge([("a", "b"), ("a", "c"), ("x", "y")], truth)
    assert (score.right, score.wrong, score.missed) == (1, 2, 1)
    assert score.hard == {"volumes": 1}
    assert (score.precision, score.recall, score.f1) == (1 / 3, 1 / 2, 2 / 5)


def test_a_pair_a_year_apart_counts_neither_way(truth: Truth) -> None:
    assert judge([("a", "b"), ("e", "f")], truth) == judge([("a", "b")], truth)


def test_a_peer_gets_the_threshold_that_suits_it_best(truth: Truth) -> None:
    pairs = [("a", "b"), ("a", "c"), ("c", "d"), ("x", "y")]
    found = curve(pairs, [0.9, 0.8, 0.8, 0.1], truth)
    assert (found.threshold, found.best.right, found.best.wrong) == (0.8, 2, 1)
    assert found.recall_at[0.999] == 0.5


def test_the_order_of_two_numbers_does_not_matter() -> None:
    assert ordered("b", "a") == ordered("a", "b") == ("a", "b")
