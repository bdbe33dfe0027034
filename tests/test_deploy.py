"""What is given for the installation is what the tools take, and the commands that docs tell are there."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import typer

from rabis_sync.cli import app

if TYPE_CHECKING:
    from pathlib import Path

UNITS = ("rabis-sync.service", "rabis-sync-job@.service", "rabis-sync-nightly.timer")
GUIDES = ("service.md", "ru/service.md", "ru/morning.md", "kk/morning.md")
PROGRAM = "/opt/rabis-sync/bin/rabis-sync"


def test_systemd_takes_the_units(root: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("needs the Debian package systemd")
    for name in UNITS:
        text = (root / "deploy" / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, shutil.which("true") or ""), "utf-8")
    told = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / UNITS[0], tmp_path / UNITS[2]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in told.stderr.splitlines() if "rabis" in line]
    assert (told.returncode, ours) == (0, [])


@pytest.mark.parametrize("name", UNITS[:2])
def test_a_unit_may_do_no_more_than_it_needs(root: Path, name: str) -> None:
    text = (root / "deploy" / name).read_text("utf-8")
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "User=rabis-sync",
        "CapabilityBoundingSet=\n",
    ):
        assert line in text
    assert f"ExecStart={PROGRAM} " in text


def test_the_image_is_built_of_what_is_here_and_runs_as_nobody_special(root: Path) -> None:
    lines = (root / "deploy" / "Dockerfile").read_text("utf-8").splitlines()
    copied = [part for line in lines if re.match(r"COPY (?!--from)", line) for part in line.split()[1:-1]]
    assert copied
    assert [part for part in copied if not (root / part).exists()] == []
    froms = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert all(re.fullmatch(r"[\w.-]+:\d[\w.-]*", image) for image in froms), "an image without a version"
    assert lines.index("USER rabis-sync") < lines.index('CMD ["serve"]')
    assert all("--no-install-recommends" in line for line in lines if "apt-get install" in line)


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_is_there(root: Path, name: str) -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    text = (root / "docs" / name).read_text("utf-8")
    named = set(re.findall(r"rabis-sync (?:--config \S+ )?([a-z]+)\b", text))
    assert named
    assert named <= known


@pytest.mark.parametrize("name", GUIDES)
def test_every_file_that_a_guide_leads_to_is_there(root: Path, name: str) -> None:
    place = root / "docs" / name
    text = place.read_text("utf-8")
    lost = [one for one in re.findall(r"\]\(([^)#:]+)", text) if not (place.parent / one).exists()]
    lost += [one for one in re.findall(r"`(deploy/[\w@.-]+)`", text) if not (root / one).exists()]
    assert lost == []
