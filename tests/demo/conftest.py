"""One made-up library for all tests that only look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rabis_sync.demo.library import build
from rabis_sync.demo.planted import Planted
from rabis_sync.marc.codec import Decoded, read

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    build(place)
    return place


@pytest.fixture(scope="session")
def planted(folder: Path) -> Planted:
    return Planted.load(folder / "planted.json")


@pytest.fixture(scope="session")
def records(folder: Path) -> dict[str, MarcRecord]:
    with (folder / "catalogue.mrc").open("rb") as export:
        found = list(read(export))
    assert all(isinstance(one, Decoded) for one in found)
    return {one.record.control_number: one.record for one in found if isinstance(one, Decoded)}
