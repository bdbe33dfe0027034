"""Of what is planted in a made-up library everything is found by its code, and nothing else is."""

from __future__ import annotations

import ast
import json
import tomllib
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from bench.accounting import library, planting, trial
from rabis_sync.config import read_toml
from rabis_sync.marc.dialect import Dialect
from rabis_sync.reconcile import step
from rabis_sync.reconcile.step import Settings
from rabis_sync.reports import render
from rabis_sync.reports.texts import Texts
from rabis_sync.store.runs import StepContext

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.reconcile.series import Numbering
    from rabis_sync.store.database import Store


@pytest.fixture(scope="session")
def small() -> library.World:
    return library.build(copies=4000, planted=170)


def reconciled(store: Store, world: library.World, numbering: Numbering, root: Path) -> list[dict[str, Any]]:
    trial.fill(store, world.copies)
    dialects = [read_toml(path, Dialect) for path in (root / "mappings" / "dialects").glob("*.toml")]
    settings = Settings(
        {"accounting": trial.Books(world)},
        {one.family: one for one in dialects},
        trial.policy(world, numbering),
    )
    step.run(store, settings, StepContext(1, trial.NOW))
    with store.read() as unit:
        return unit.ledgers.discrepancies()


def test_every_code_that_is_planted_is_found_and_none_is_invented(
    any_store: Store, small: library.World, numbering: Numbering, root: Path
) -> None:
    verdict = trial.judge(small.planted, reconciled(any_store, small, numbering, root))
    assert set(verdict.planted) == set(library.CODES)
    assert (verdict.missed, verdict.invented) == ([], [])


def test_mistyped_numbers_lead_to_the_right_ones(
    store: Store, small: library.World, numbering: Numbering, root: Path
) -> None:
    verdict = trial.judge(small.planted, reconciled(store, small, numbering, root))
    assert verdict.proposals["right"] >= 0.9 * verdict.proposals.total() > 30
    assert set(verdict.slips) == set(planting.SLIPS)
    assert (verdict.proposals["wrong"], verdict.strays) == (0, 0)


def test_the_report_of_it_keeps_its_promised_shape(
    store: Store, small: library.World, numbering: Numbering, root: Path
) -> None:
    reconciled(store, small, numbering, root)
    texts = Texts.of(tomllib.loads((root / "mappings" / "issues.toml").read_text("utf-8")))
    with store.read() as unit:
        made = render.render("reconciliation", unit, form="json", lang="kk", texts=texts, now=trial.NOW)
    document = json.loads(made)
    schema = root / "rabis_sync" / "reports" / "schemas" / "reconciliation.json"
    jsonschema.validate(document, json.loads(schema.read_text("utf-8")))
    proposed = {one["code"] for one in document["discrepancies"] if one["proposal"]}
    assert proposed == {"INV_DUP", "INV_MISSING", "ONLY_CATALOG", "TITLE_MISMATCH"}
    assert sum(one["discrepancies"] or 0 for one in document["totals"]["sums"]) == len(
        document["discrepancies"]
    )
    unfilled = [one["text"] for one in document["discrepancies"] if "{" in one["text"]["ru"]]
    assert unfilled == []


@pytest.mark.soak
def test_a_ledger_of_150000_copies_with_2000_discrepancies(
    store: Store, numbering: Numbering, root: Path
) -> None:
    world = library.build(copies=150_000, planted=2000)
    verdict = trial.judge(world.planted, reconciled(store, world, numbering, root))
    assert len(world.planted) >= 2000
    assert (verdict.missed, verdict.invented) == ([], [])
    assert verdict.proposals["right"] >= 0.9 * verdict.proposals.total()


def test_the_made_up_library_knows_nothing_of_the_reconciliation(root: Path) -> None:
    for module in ("library", "shelf", "planting", "totals", "words"):
        tree = ast.parse((root / "bench" / "accounting" / f"{module}.py").read_text("utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
        assert [one for one in named if one.startswith("rabis_sync")] == []


def test_the_same_seed_makes_the_same_library(small: library.World) -> None:
    assert library.build(copies=4000, planted=170) == small
