"""The rules of an honest run, tried on small suites of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PASSES = "def test_one():\n    pass\n"
SKIPS = "import pytest\n\ndef test_two():\n    pytest.skip('the moon is new')\n"
SOAKS = "import pytest\n\n@pytest.mark.soak\ndef test_three():\n    pass\n"


def run(
    root: Path, folder: Path, suite: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a suite under our rules and our settings."""
    (folder / "conftest.py").write_text("from tests.honest import *\n", "utf-8")
    (folder / "test_suite.py").write_text(suite, "utf-8")
    settings = ["-c", str(root / "pyproject.toml"), "--rootdir", str(folder), "-p", "no:cacheprovider"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RABIS_SYNC_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *settings, *arguments, str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **environment},
    )


def test_a_run_with_a_passed_test_succeeds_even_beside_a_skipped_one(root: Path, tmp_path: Path) -> None:
    assert run(root, tmp_path, PASSES + SKIPS).returncode == 0


def test_a_run_in_which_everything_was_skipped_fails(root: Path, tmp_path: Path) -> None:
    ended = run(root, tmp_path, SKIPS)
    assert ended.returncode == 1
    assert "no test was executed" in ended.stdout


def test_a_run_in_which_everything_was_deselected_fails(root: Path, tmp_path: Path) -> None:
    assert run(root, tmp_path, PASSES, "-k", "absent").returncode == 1


def test_a_run_without_any_test_fails(root: Path, tmp_path: Path) -> None:
    assert run(root, tmp_path, "").returncode == 1


def test_where_skips_are_refused_each_is_named_with_its_reason_and_the_run_fails(
    root: Path, tmp_path: Path
) -> None:
    ended = run(root, tmp_path, PASSES + SKIPS, RABIS_SYNC_NO_SKIP="1")
    assert ended.returncode == 1
    assert "ERROR test_suite.py::test_two: the moon is new" in ended.stdout


def test_where_skips_are_refused_a_module_that_skips_itself_fails_the_run(root: Path, tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(PASSES, "utf-8")
    suite = "import pytest\n\npytest.skip('no moon at all', allow_module_level=True)\n"
    ended = run(root, tmp_path, suite, RABIS_SYNC_NO_SKIP="1")
    assert ended.returncode == 1
    assert "test_suite.py: no moon at all" in ended.stdout


@pytest.mark.parametrize(("suite", "code"), [(PASSES + SKIPS, 0), (SKIPS, 1), ("", 1)])
def test_a_run_shared_out_among_processes_is_as_honest(
    root: Path, tmp_path: Path, suite: str, code: int
) -> None:
    assert run(root, tmp_path, suite, "-p", "xdist", "--numprocesses", "2").returncode == code


@pytest.mark.parametrize(("arguments", "ran"), [((), "1 passed, 1 deselected"), (("-m", "soak"), "1 passed")])
def test_long_trials_run_only_when_they_are_asked_for(
    root: Path, tmp_path: Path, arguments: tuple[str, ...], ran: str
) -> None:
    ended = run(root, tmp_path, PASSES + SOAKS, *arguments)
    assert ended.returncode == 0
    assert ran in ended.stdout
