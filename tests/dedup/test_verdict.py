from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter, ValidationError

from rabis_sync.dedup.evidence import FIELDS, Evidence
from rabis_sync.dedup.verdict import Matching, decide

if TYPE_CHECKING:
    from pathlib import Path


def test_a_veto_ends_it_whatever_else_agrees(matching: Matching) -> None:
    agreeing = (Evidence("title", "equal", "т", "т", 0.45), Evidence("isbn", "equal", "1", "1", 0.5))
    assert decide(agreeing, matching).verdict == "duplicate"
    found = decide((*agreeing, Evidence("part", "veto", "v1", "v2", 0.0)), matching)
    assert (found.verdict, found.score, found.vetoed) == ("none", 0.0, True)


def test_a_doubt_leaves_it_to_a_person(matching: Matching) -> None:
    found = decide(
        (Evidence("title", "equal", "т", "т", 1.0), Evidence("part", "missing", "v1", "", -0.1)), matching
    )
    assert (found.verdict, found.score) == ("review", 0.9)


def test_the_score_stays_between_0_and_1(matching: Matching) -> None:
    assert decide((Evidence("title", "equal", "т", "т", 7.0),), matching).score == 1.0
    assert decide((Evidence("title", "different", "т", "у", -7.0),), matching).score == 0.0


def test_a_shared_isbn_alone_is_never_proof(matching: Matching) -> None:
    assert matching.weights["isbn"]["equal"] < matching.limits.review


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("[weights.pages]", "[weights.paegs]"), "paegs"),
        (("review = 0.61", "review = 0.96"), "limits"),
        (("similar = 0.08", "simular = 0.08"), "simular"),
    ],
)
def test_a_mapping_that_nobody_could_follow_is_refused(
    root: Path, change: tuple[str, str], complaint: str
) -> None:
    text = (root / "mappings/match.toml").read_text("utf-8")
    assert change[0] in text
    with pytest.raises(ValidationError, match=complaint):
        TypeAdapter(Matching).validate_python(tomllib.loads(text.replace(*change)))


def test_every_weight_and_veto_of_the_mapping_is_explained(root: Path, matching: Matching) -> None:
    text = (root / "docs/matching.md").read_text("utf-8")
    named = {*matching.weights, *matching.vetoes.fields, *matching.doubts}
    assert named <= set(FIELDS)
    assert [field for field in FIELDS if f"`{field}`" not in text] == []
