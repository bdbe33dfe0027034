"""Rules that say so may come in any order: the record they leave is the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planting.sowing import sow
from rabis_sync.correct.plan import Examiner, apply
from rabis_sync.correct.rule import RULES, Ruleset
from rabis_sync.marc.fields import MarcRecord

if TYPE_CHECKING:
    from rabis_sync.marc.dialect import Dialect

INDEPENDENT = sorted(name for name, rule in RULES.all().items() if rule.independent)


@pytest.fixture(scope="module")
def spoilt() -> dict[str, list[MarcRecord]]:
    """Records with errors of every kind, by family."""
    sown = sow(11, 400)
    wrong = {truth.record for truth in sown.truths}
    found: dict[str, list[MarcRecord]] = {}
    for draft in sown.drafts:
        if draft.number in wrong:
            found.setdefault(draft.family, []).append(draft.marc())
    return found


def corrected(
    ruleset: Ruleset, order: list[str], dialects: dict[str, Dialect], marc: MarcRecord, family: str
) -> MarcRecord:
    rules = [replace(RULES.get(name), order=place) for place, name in enumerate(order)]
    chosen = Ruleset.of(rules, ruleset.settings, ruleset.files)
    return apply(Examiner(chosen, {}, dialects).plan("catalogue", marc, family), marc)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_independent_rules_leave_the_same_record_in_any_order(
    ruleset: Ruleset, dialects: dict[str, Dialect], spoilt: dict[str, list[MarcRecord]], data: st.DataObject
) -> None:
    family = data.draw(st.sampled_from(sorted(spoilt)))
    chosen = st.lists(st.integers(0, len(spoilt[family]) - 1), min_size=1, max_size=4, unique=True)
    joined = [spoilt[family][number] for number in data.draw(chosen)]
    fields = sorted((field for one in joined for field in one.fields), key=lambda field: field.tag)
    marc = MarcRecord(joined[0].leader, fields)
    order = data.draw(st.permutations(INDEPENDENT))
    assert corrected(ruleset, order, dialects, marc, family) == corrected(
        ruleset, INDEPENDENT, dialects, marc, family
    )


def test_fixes_of_independent_rules_are_met_in_these_records(
    ruleset: Ruleset, dialects: dict[str, Dialect], spoilt: dict[str, list[MarcRecord]]
) -> None:
    every = Examiner(Ruleset.of(map(RULES.get, INDEPENDENT), ruleset.settings, ruleset.files), {}, dialects)
    plans = [every.plan("catalogue", marc, family) for family, found in spoilt.items() for marc in found]
    fixed = {edit.rule for plan in plans for edit in plan.edits if edit.action == "fix"}
    assert len(fixed) >= 7
