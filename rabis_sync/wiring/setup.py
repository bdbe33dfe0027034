"""`init`: a folder with everything a new library edits."""

from __future__ import annotations

from shutil import copyfile
from typing import TYPE_CHECKING

from rabis_sync import config
from rabis_sync.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def init(folder: Path) -> list[Path]:
    """Write `config.toml`, `mappings/` and `jobs/` into a folder and name the files.

    Raises:
        ConfigError: one of them is there already, or the folder cannot be written; then nothing was changed.
    """
    planned = dict(_files(folder))
    present = [str(target) for target in planned if target.exists()]
    if present:
        raise ConfigError(
            f"{present[0]} is there already; nothing was written",
            hint="Choose a new folder, or edit that file.",
        )
    try:
        for target, source in planned.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            copyfile(source, target)
    except OSError as error:
        raise ConfigError(
            f"{folder} cannot be written: {error.strerror}", hint="Choose another folder."
        ) from error
    return list(planned)


def _files(folder: Path) -> list[tuple[Path, Path]]:
    """Each file to write with the one it is copied from."""
    found = [(folder / "config.toml", config.bundled("config.example.toml"))]
    for room in ("mappings", "jobs"):
        base = config.bundled(room)
        found += [(folder / room / path.relative_to(base), path) for path in sorted(base.rglob("*.toml"))]
    return found
