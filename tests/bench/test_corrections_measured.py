"""A small catalogue with planted errors is corrected as well as the bounds say."""

from __future__ import annotations

import pytest

from bench.corrections import Measured, figures, measure
from bench.planting.sowing import sow
from bench.planting.words import NAMES, has_hunspell

#: Below what larger catalogues reach, since here a kind is planted once or twice.
AT_LEAST = {
    "recall of fix": 0.95,
    "precision of fix": 0.97,
    "recall of suggest": 0.85,
    "precision of suggest": 0.88,
    "lost Kazakh letters, first proposal": 0.65,
    "typos, Russian, first proposal": 0.65,
    "typos, Kazakh, first proposal": 0.55,
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    if not all(map(has_hunspell, NAMES)):
        pytest.skip("needs the Debian packages hunspell, hunspell-kk and hunspell-ru")
    return measure(sow(303, 400), tmp_path_factory.mktemp("measured"))


def test_what_was_planted_is_found_and_mended_as_often_as_the_bounds_say(measured: Measured) -> None:
    reached = {name: good / whole for name, (good, whole) in figures(measured.weighed).items()}
    assert {name: share for name, share in reached.items() if share < AT_LEAST[name]} == {}


def test_no_clean_record_is_changed_and_no_rule_fails(measured: Measured) -> None:
    assert measured.weighed.on_clean["fix"] == 0
    assert measured.failed == 0
