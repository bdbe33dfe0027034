"""The wheel is enough: mappings, jobs and templates travel in it, and the demo runs from it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def unpacked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(root)], check=True, timeout=120)
    (wheel,) = folder.glob("rabis_sync-*.whl")
    with ZipFile(wheel) as content:
        content.extractall(folder / "content")
    return folder / "content"


def test_the_wheel_holds_what_a_librarian_may_edit(unpacked: Path, root: Path) -> None:
    for room in ("mappings", "jobs"):
        bundled = {path.relative_to(root) for path in (root / room).rglob("*.toml")}
        packed = {
            path.relative_to(unpacked / "rabis_sync")
            for path in (unpacked / "rabis_sync" / room).rglob("*.toml")
        }
        assert packed == bundled
    assert (unpacked / "rabis_sync" / "config.example.toml").is_file()
    assert (unpacked / "rabis_sync" / "py.typed").is_file()


def test_the_demo_runs_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    script = "import rabis_sync, sys; print(rabis_sync.__file__); from rabis_sync.cli import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    done = subprocess.run(
        [sys.executable, "-c", script, "demo", "--keep", str(tmp_path / "library")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(str(unpacked))
    assert (tmp_path / "library" / "site" / "current" / "index.html").is_file()
