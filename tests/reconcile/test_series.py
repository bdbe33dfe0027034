"""A library's own rules make one number of what its branches write in two ways, and tell what misfits."""

from __future__ import annotations

import pytest

from rabis_sync.marc.identifiers import inventory_key
from rabis_sync.reconcile.series import Numbering, Series, rewritten

CHILDREN = Series("Детский фонд", ["ЦДБ"], prefix="Д", implied=True, suffix=r"[-/]\d\d", format=r"Д\d{1,6}")


def key(numbering: Numbering, number: str, branch: str) -> str:
    return numbering.key(inventory_key(number), branch, number)


@pytest.mark.parametrize(
    ("number", "branch", "wanted"),
    [
        ("00123", "ЦДБ", "Д123"),
        ("Д-123", "ЦДБ", "Д123"),
        ("д 0123", "цдб", "Д123"),
        ("Д123-95", "ЦДБ", "Д123"),
        ("123/95", "ЦДБ", "Д123"),
        ("00123", "ЦГБ", "123"),
        ("Д-123", "ЦГБ", "Д123"),
        ("123-95", "ЦГБ", "123-95"),
    ],
)
def test_a_branch_implies_its_letters_and_leaves_its_suffix_out(
    number: str, branch: str, wanted: str
) -> None:
    assert key(Numbering(series=[CHILDREN]), number, branch) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("12О45", "12045"),
        ("12О045", "120045"),
        ("1З5", "135"),
        ("12345", "12345"),
        ("КХ-12", "КХ12"),
        ("12-К", "12К"),
    ],
)
def test_letters_typed_for_digits_are_digits_where_the_number_does_not_fit(
    numbering: Numbering, number: str, wanted: str
) -> None:
    assert key(numbering, number, "") == wanted


@pytest.mark.parametrize(
    "number", ["1", "00123", "К-123", "АБ 123/2", "123-95", "666468", "1565186-фк", "123а"]
)
def test_usual_numbers_fit(numbering: Numbering, number: str) -> None:
    assert numbering.fits(inventory_key(number), "")


@pytest.mark.parametrize("number", ["12О45", "см. акт 5", "123 экз. у Ивановой", "1234567890", "без"])
def test_what_is_no_number_does_not_fit(numbering: Numbering, number: str) -> None:
    assert not numbering.fits(inventory_key(number), "")


def test_only_numbers_that_the_rules_change_are_named() -> None:
    items = [(1, 1, "123", "ЦДБ", "123"), (1, 2, "124", "ЦГБ", "124"), (2, 1, "Д125", "ЦДБ", "Д-125")]
    assert list(rewritten(items, Numbering(series=[CHILDREN]))) == [(1, 1, "Д123")]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"format": "["}, "is no pattern"),
        ({"series": [Series("Д", suffix="(")]}, "is no pattern"),
        ({"series": [Series("Д", ranges=[(5, 1)])]}, "ends before it begins"),
        ({"series": [Series("Д", ranges=[(1, 10**12)])]}, "too long"),
    ],
)
def test_rules_that_cannot_be_are_refused(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Numbering(**wrong)  # type: ignore[arg-type]
