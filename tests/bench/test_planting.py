"""The catalogues with planted errors: made without the rules, the same every time, true to what is told."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from bench.planting.clean import catalogue
from bench.planting.sowing import KINDS, Sown, sow

if TYPE_CHECKING:
    from pathlib import Path


def test_the_catalogues_are_made_without_the_rules_that_are_measured_by_them(root: Path) -> None:
    imported = {
        name
        for module in sorted((root / "bench/planting").glob("*.py"))
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        for name in _names(node)
        if name.startswith("rabis_sync")
    }
    assert imported == {"rabis_sync.marc.fields"}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


@pytest.fixture(scope="module")
def sown() -> Sown:
    return sow(7, 350)


def test_a_seed_gives_the_same_catalogue_every_time() -> None:
    one, other = sow(7, 60), sow(7, 60)
    assert [draft.marc() for draft in one.drafts] == [draft.marc() for draft in other.drafts]
    assert [truth.path for truth in one.truths] == [truth.path for truth in other.truths]
    assert [draft.marc() for draft in one.drafts] != [draft.marc() for draft in sow(8, 60).drafts]


def test_every_planted_error_stands_in_its_record_and_no_other_field_was_touched(sown: Sown) -> None:
    spoilt = {draft.number: draft.by_tag() for draft in sown.drafts}
    touched: dict[str, set[str]] = {}
    for truth in sown.truths:
        touched.setdefault(truth.record, set()).update(truth.tags)
        assert all(
            any(answer[tag] != spoilt[truth.record].get(tag, []) for tag in truth.tags)
            for answer in truth.rights
        ), truth.kind.name
    for before, now in zip(sown.clean, sown.drafts, strict=True):
        was, is_now = before.by_tag(), now.by_tag()
        changed = {tag for tag in {*was, *is_now} if was.get(tag) != is_now.get(tag)}
        assert changed <= touched.get(before.number, set())


def test_there_are_errors_of_more_than_forty_kinds(sown: Sown) -> None:
    assert len({truth.kind.name for truth in sown.truths}) > 90
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_clean_records_have_the_lengths_that_the_standard_gives_coded_fields() -> None:
    for draft in catalogue(7, 300):
        general, fixed = draft.one("100"), draft.one("008")
        assert len(draft.leader) == 24
        assert (fixed and len(fixed.text) == 40) or (general and len(general.get("a")) == 36)
