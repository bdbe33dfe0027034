"""The JSON keeps the promised shape, whatever is in the store."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.reports import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.store.database import Store

NAMES = ["corrections", "duplicates", "fund", "publication", "quarantine", "reconciliation", "runs"]


def schema(name: str) -> dict[str, Any]:
    text = files("rabis_sync.reports").joinpath("schemas", f"{name}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def test_every_report_is_found_by_its_file() -> None:
    assert render.names() == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_report_has_a_strict_schema(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    assert schema(name)["additionalProperties"] is False
    assert schema(name)["properties"]["schema"]["const"] == f"rabis-sync/{name}/1"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("state", ["filled", "empty"])
def test_the_document_keeps_its_schema(
    name: str, state: str, request: pytest.FixtureRequest, ask: Callable[..., bytes]
) -> None:
    document = json.loads(ask(request.getfixturevalue(state), name, "json"))
    Draft202012Validator(schema(name), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(document)
    assert document["generated_at"] == "2026-03-22T05:30:00Z"
    assert document["run"] == (1 if state == "filled" else None)


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_refuses_a_key_nobody_promised(
    name: str, filled: Store, ask: Callable[..., bytes]
) -> None:
    document = json.loads(ask(filled, name, "json"))
    lists = [value for value in document.values() if isinstance(value, list) and value]
    assert lists, "the small store has something for every report"
    lists[0][0]["surprise"] = 1
    assert not Draft202012Validator(schema(name)).is_valid(document)


def test_duplicates_name_records_by_control_number(filled: Store, ask: Callable[..., bytes]) -> None:
    document = json.loads(ask(filled, "duplicates", "json"))
    sure = document["pairs"][0]
    assert (sure["id"], sure["a"], sure["b"], sure["verdict"]) == ("1-2", "KZ1", "KZ2", "duplicate")
    assert sure["evidence"][2]["outcome"] == "missing"
    [cluster] = document["clusters"]
    why = cluster.pop("why")
    assert cluster == {"id": 1, "records": ["KZ1", "KZ2"], "survivor": "KZ2", "verdict": "duplicate"}
    assert (why["sign"], why["survivor"], why["next"]) == ("items", 3, 1)
    assert why["text"]["en"] == "it has 3 copies, the other 1"
    assert {"kk", "ru", "en"} == set(why["text"])


def test_texts_stand_in_all_three_languages(filled: Store, ask: Callable[..., bytes]) -> None:
    corrections = json.loads(ask(filled, "corrections", "json"))["corrections"]
    mixed = next(one for one in corrections if one["rule"] == "look_alikes")
    assert "латинские буквы: t" in mixed["text"]["ru"]
    assert "латын әріптері бар: t" in mixed["text"]["kk"]
    assert "Latin letters in it: t" in mixed["text"]["en"]


def test_a_finding_may_name_a_more_exact_text_than_its_code(
    empty: Store, ask: Callable[..., bytes], fill_discrepancies: Callable[..., None]
) -> None:
    fill_discrepancies(empty, "ONLY_ACCOUNTING", params={"text": "INV_MISSING"})
    [told] = json.loads(ask(empty, "reconciliation", "json"))["discrepancies"]
    assert told["code"] == "ONLY_ACCOUNTING"
    assert told["text"]["en"].startswith("The copy has no inventory number")


def test_totals_and_coverage_add_up(filled: Store, ask: Callable[..., bytes]) -> None:
    document = json.loads(ask(filled, "reconciliation", "json"))
    sums = document["totals"].pop("sums")
    assert [(one["branch"], one["code"], one["discrepancies"], one["amount"]) for one in sums] == [
        ("Абай", "ONLY_CATALOG", 1, None),
        ("Абай", "PRICE_MISMATCH", 1, "123799.50"),
        ("Гоголь", "ONLY_ACCOUNTING", 1, "1250.50"),
    ]
    assert document["totals"] == {
        "discrepancies": 3,
        "severities": {"error": 2, "warning": 1, "info": 0},
        "codes": {"ONLY_ACCOUNTING": 1, "ONLY_CATALOG": 1, "PRICE_MISMATCH": 1},
        "branches": {"Абай": 2, "Гоголь": 1},
    }
    assert document["coverage"] == [{"branch": "Абай", "content_class": "", "copies": 2, "catalogued": 1}]


def test_what_a_server_gave_is_found_by_its_identifier(filled: Store, ask: Callable[..., bytes]) -> None:
    in_file, of_server = json.loads(ask(filled, "quarantine", "json"))["records"]
    assert (in_file["offset"], in_file["bytes"]) == (512, 4)
    assert "identifier" not in in_file
    assert of_server["identifier"] == "oai:example:17"
    assert "offset" not in of_server


def test_publication_parts_published_withheld_and_withdrawn(filled: Store, ask: Callable[..., bytes]) -> None:
    document = json.loads(ask(filled, "publication", "json"))
    assert document["release"] == "20260321T203000Z-1f"
    assert [one["record"] for one in document["items"]] == ["KZ1", "KZ2"]
    assert document["withheld"] == [{"record": "KZ3", "reason": "no_contract"}]
    assert [one["reason"] for one in document["withdrawn"]] == ["contract_ended"]


def test_reconciliation_can_be_asked_for_one_branch(filled: Store, ask: Callable[..., bytes]) -> None:
    document = json.loads(ask(filled, "reconciliation", "json", branch="Гоголь"))
    assert [one["inventory_number"] for one in document["discrepancies"]] == ["00009"]
    assert document["totals"]["discrepancies"] == 1
    assert document["coverage"] == []


def test_an_unknown_branch_names_the_known_ones(filled: Store, ask: Callable[..., bytes]) -> None:
    with pytest.raises(UnknownName, match="branch 'Абаи'") as refused:
        ask(filled, "reconciliation", "json", branch="Абаи")
    assert "Did you mean 'Абай'" in refused.value.hint


@pytest.mark.parametrize(
    ("period", "found"), [("2026-Q1", 1), ("2026-03-22", 1), ("2026-03-21", 0), ("2025", 0)]
)
def test_days_are_counted_in_the_zone_of_the_library(
    period: str, found: int, filled: Store, ask: Callable[..., bytes]
) -> None:
    assert len(json.loads(ask(filled, "quarantine", "json", period=period))["records"]) == 2 * found


def test_runs_can_be_asked_for_a_period(filled: Store, ask: Callable[..., bytes]) -> None:
    [run] = json.loads(ask(filled, "runs", "json"))["runs"]
    assert [step["name"] for step in run["steps"]] == ["harvest catalogue", "publish"]
    assert json.loads(ask(filled, "runs", "json", period="2001..2002"))["runs"] == []


def test_a_report_without_branches_says_which_have_them(filled: Store, ask: Callable[..., bytes]) -> None:
    with pytest.raises(ConfigError, match="'duplicates' has no branch") as refused:
        ask(filled, "duplicates", "json", branch="Абай")
    assert "reconciliation" in refused.value.hint


@pytest.mark.parametrize(
    ("name", "form", "lang"), [("fund2", "json", "ru"), ("runs", "pdf", "ru"), ("runs", "csv", "de")]
)
def test_unknown_names_are_refused(
    name: str, form: str, lang: str, filled: Store, ask: Callable[..., bytes]
) -> None:
    with pytest.raises(UnknownName):
        ask(filled, name, form, lang)
