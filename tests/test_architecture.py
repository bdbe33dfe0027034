"""The house holds: who may import whom, no room without a row, no module too long, no loose end."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

import pytest

from rabis_sync import errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Room: (rooms it may import, third-party packages it may touch); `docs/architecture.md` shows it too.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "errors": (set(), set()),
    "registry": ({"errors"}, set()),
    "http": ({"errors"}, {"requests", "urllib3"}),
    "collecting": (set(), set()),
    "crew": ({"errors"}, set()),
    "marc": ({"errors"}, {"pymarc", "lxml", "stdnum"}),
    "store": ({"marc", "errors"}, {"sqlmodel", "sqlalchemy", "alembic", "psycopg", "orjson"}),
    "harvest": ({"marc", "store", "http", "registry", "collecting", "errors"}, {"lxml"}),
    "correct": ({"marc", "store", "http", "registry", "crew", "errors"}, set()),
    "dedup": ({"marc", "store", "http", "registry", "crew", "errors"}, {"numpy", "rapidfuzz"}),
    "reconcile": ({"marc", "store", "http", "registry", "errors"}, {"numpy", "python_calamine"}),
    "publish": (
        {"marc", "store", "http", "registry", "crew", "collecting", "errors"},
        {"lxml", "jinja2", "numpy", "orjson", "babel", "bagit", "python_calamine", "pypdfium2", "PIL"},
    ),
    "reports": ({"marc", "store", "registry", "errors"}, {"xlsxwriter", "jinja2", "babel"}),
    "web": ({"store", "reports", "publish", "service", "errors"}, {"fastapi", "uvicorn", "jinja2"}),
    "service": (
        {"config", "store", "http", "registry", "collecting", "errors"},
        {"apscheduler", "prometheus_client"},
    ),
    "demo": ({"marc", "errors"}, {"xlsxwriter", "PIL"}),
    "config": ({"errors"}, {"pydantic"}),
    "wiring": (
        {
            "collecting",
            "config",
            "errors",
            "registry",
            "http",
            "marc",
            "store",
            "harvest",
            "correct",
            "dedup",
            "reconcile",
            "publish",
        }
        | {"reports", "service", "web", "demo"},
        {"uvicorn"},
    ),
    "cli": ({"wiring", "config", "errors"}, {"typer", "rich"}),
    "__main__": ({"cli"}, set()),
    "__init__": (set(), set()),
}

#: Modules that may touch more than their room: Web-RABIS's database is read there, and nowhere else.
ALSO_ALLOWED: dict[str, set[str]] = {
    "rabis_sync/harvest/rabis/connection.py": {"sqlalchemy"},
    "rabis_sync/harvest/rabis/database.py": {"sqlalchemy"},
}

#: Words that say nothing of the field (house rule 6), as parts of a module's name.
EMPTY_WORDS = {"util", "utils", "manager", "helper", "helpers", "handler", "process", "data", "info"}
LONGEST_MODULE = 400


def modules(root: Path) -> list[Path]:
    return sorted((root / "rabis_sync").rglob("*.py"))


def room_of(root: Path, module: Path) -> str:
    first = module.relative_to(root / "rabis_sync").parts[0]
    return first.removesuffix(".py")


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            package = node.module or ""
            yield from (
                f"{package}.{alias.name}" if package == "rabis_sync" else package for alias in node.names
            )


def test_no_room_imports_what_its_row_does_not_allow(root: Path) -> None:
    wrong = []
    for module in modules(root):
        room = room_of(root, module)
        rooms, packages = ALLOWED.get(room, (set(), set()))
        packages = packages | ALSO_ALLOWED.get(module.relative_to(root).as_posix(), set())
        for name in imported(module):
            top, *rest = name.split(".")
            if top == "rabis_sync":
                target = rest[0] if rest else ""
                if target != room and target not in rooms:
                    wrong.append(f"{module.relative_to(root)} imports {name}")
            elif top not in sys.stdlib_module_names and top not in packages:
                wrong.append(f"{module.relative_to(root)} touches {top}")
    assert wrong == []


def test_every_module_lives_in_a_room_of_the_table(root: Path) -> None:
    assert {room_of(root, module) for module in modules(root)} <= set(ALLOWED)


def test_every_module_opens_with_a_sentence(root: Path) -> None:
    silent = [
        str(module.relative_to(root))
        for module in modules(root)
        if not (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "")
        .split("\n")[0]
        .endswith((".", ":"))
    ]
    assert silent == []


def test_no_module_is_too_long_to_read(root: Path) -> None:
    long = {
        str(module.relative_to(root)): count
        for module in modules(root)
        if (count := len(module.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_no_module_hides_behind_an_empty_word(root: Path) -> None:
    hidden = [module.name for module in modules(root) if EMPTY_WORDS & set(module.stem.split("_"))]
    assert hidden == []


def test_the_only_module_that_prints_is_the_command_line(root: Path) -> None:
    printing = {
        str(module.relative_to(root))
        for module in modules(root)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert all(module.startswith("rabis_sync/cli/") for module in printing)


def test_no_marc_tag_stands_in_the_code(root: Path) -> None:
    """Tags are data (house rule 5); the codec knows 001, and the demo writes records as a library would."""
    tag = re.compile(r"""["'](?:0[1-9]\d|[1-9]\d\d)(?:\$\w)?["']""")
    spared = {
        "iso2709.py",
        "fields.py",
        "charset.py",
        "dialect.py",
        "path.py",
        "identifiers.py",
    }  # 978 is no tag in an ISBN
    found = [
        f"{module.relative_to(root)}: {line.strip()}"
        for module in modules(root)
        if room_of(root, module) != "demo" and module.name not in spared
        for line in module.read_text(encoding="utf-8").splitlines()
        if tag.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_the_code(root: Path, word: str) -> None:
    left = [
        str(module.relative_to(root))
        for module in modules(root)
        if word in module.read_text(encoding="utf-8")
    ]
    assert left == []


def test_the_drawn_error_tree_is_the_real_one(root: Path) -> None:
    drawn = re.findall(r"^\s*[│├└─ ]*(\w+)\s+(\d+)\s{2,}", errors.__doc__ or "", re.MULTILINE)
    real = {
        (kind.__name__, str(kind.exit_code))
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.RabisSyncError)
    }
    assert set(drawn) == real
