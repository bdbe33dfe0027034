"""The table of cases is sharp: every condition of the rights rules, turned round by itself, fails some case.

A rule that no case would miss is a rule nobody has asked for, or a case nobody has thought of.
"""

from __future__ import annotations

import ast
import csv
import sys
import tomllib
from dataclasses import astuple
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from rabis_sync.publish import rights
from rabis_sync.publish.registry import COLUMNS, read_registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.publish.vocabulary import RightsVocabulary

CASES = tomllib.loads((Path(__file__).parent / "cases" / "rights.toml").read_text("utf-8"))["case"]
SOURCE = Path(rights.__file__).read_text("utf-8")
#: Says on which notice a permission ends; it decides nothing, and has tests of its own.
SPARED = {"ends_soon"}


def conditions() -> Iterator[tuple[str, int, int]]:
    """Every condition of the module: function, line, and its number in the order of the tree."""
    for number, (function, test) in enumerate(_tests(ast.parse(SOURCE))):
        if function not in SPARED:
            yield function, test.lineno, number


def _tests(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, (ast.If, ast.IfExp)):
                    yield function.name, node.test
                elif isinstance(node, ast.comprehension):
                    yield from ((function.name, test) for test in node.ifs)
                elif isinstance(node, ast.BoolOp):
                    operands = (one for one in node.values if not isinstance(one, ast.Constant))
                    yield from ((function.name, operand) for operand in operands)


def turned(number: int) -> ModuleType:
    """The module with one condition turned round."""
    tree = ast.parse(SOURCE)
    _, wanted = list(_tests(tree))[number]

    class Turning(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            self.generic_visit(node)
            return ast.UnaryOp(ast.Not(), node) if node is wanted and isinstance(node, ast.expr) else node

    module = ModuleType(f"rights_turned_{number}")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(compile(ast.fix_missing_locations(Turning().visit(tree)), "rights.py", "exec"), module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module


@pytest.fixture(scope="module")
def cells(
    tmp_path_factory: pytest.TempPathFactory, vocabulary: RightsVocabulary
) -> list[tuple[dict[str, Any], tuple[rights.RightsRow, ...]]]:
    """The cases with their rows as the registry reads them."""
    path = tmp_path_factory.mktemp("registry") / "rights.csv"
    found = []
    for case in CASES:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows({"record": "b1", "holder": "Автор", **row} for row in case["rows"])
        found.append((case, read_registry(path, vocabulary).of("b1")))
    return found


def decided(module: Any, cells: Any, vocabulary: RightsVocabulary) -> Iterator[object]:
    """What a module decides in each case; an error counts as another decision."""
    for case, rows in cells:
        on, published = case.get("on", date(2026, 11, 22)), case.get("published")
        for terms in (vocabulary.terms, None, rights.Terms(life=50)):
            try:
                yield astuple(module.decide("b1", rows, on, terms, published))
            except Exception as error:  # noqa: BLE001  a rule turned round may do anything
                yield type(error)
        for cell in {row.get("rights_uri", "") for row in case["rows"]}:
            try:
                yield module.exact_uri(cell)
            except Exception as error:  # noqa: BLE001
                yield type(error)


@pytest.mark.parametrize(
    ("function", "line", "number"),
    list(conditions()),
    ids=[f"{one[0]}-line{one[1]}-{one[2]}" for one in conditions()],
)
def test_a_condition_turned_round_fails_a_case(
    function: str, line: int, number: int, cells: Any, vocabulary: RightsVocabulary
) -> None:
    right = list(decided(rights, cells, vocabulary))
    pairs = zip(right, decided(turned(number), cells, vocabulary), strict=True)
    assert any(was != now for was, now in pairs), f"no case misses the condition in {function}, line {line}"


def test_there_are_conditions_to_turn() -> None:
    assert len(list(conditions())) > 30
    assert len(CASES) >= 200
