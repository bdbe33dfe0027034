"""The importers of docs/importers/ keep a true copy, whatever is added, changed or taken away."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(params=["python", "php"])
def importer(request: pytest.FixtureRequest, root: Path) -> list[str]:
    if request.param == "python":
        return [sys.executable, str(root / "docs/importers/collection.py")]
    php = shutil.which("php")
    if php is None:
        pytest.skip("needs the Debian packages php-cli and php-sqlite3")
    return [php, str(root / "docs/importers/collection.php")]


def copied(importer: list[str], address: str, copy: Path) -> dict[str, tuple[str, int]]:
    """Run the importer; titles and whether they are open, by identifier."""
    subprocess.run([*importer, address, str(copy)], check=True, capture_output=True, timeout=60)
    with sqlite3.connect(copy) as opened:
        rows = opened.execute("SELECT id, json, open FROM item").fetchall()
    opened.close()
    return {name: (next(iter(json.loads(item)["titles"].values())), given) for name, item, given in rows}


def test_an_importer_follows_what_is_added_changed_and_taken_away(
    importer: list[str], collection: Any, serving: Any, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    collection.titles = {1: "Қарағанды", 2: "Балқаш"}
    collection.publish()
    with serving(collection.out) as address:
        first = {"catalogue-b0001": ("Қарағанды", 1), "catalogue-b0002": ("Балқаш", 1)}
        assert copied(importer, address, copy) == first
        assert copied(importer, address, copy) == first
        collection.titles = {1: "Қарағанды тарихы", 2: "Балқаш", 3: "Теміртау"}
        collection.gone, collection.closed = {2}, {3}
        collection.publish()
        assert copied(importer, address, copy) == {
            "catalogue-b0001": ("Қарағанды тарихы", 1),
            "catalogue-b0003": ("Теміртау", 0),
        }


def test_an_importer_begins_again_where_the_library_went_back(
    importer: list[str], collection: Any, serving: Any, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite"
    collection.titles = {1: "Қарағанды"}
    collection.publish()
    with serving(collection.out) as address:
        copied(importer, address, copy)
        with sqlite3.connect(copy) as opened:
            opened.execute("UPDATE head SET seq = 1000")
            opened.execute("UPDATE item SET id = 'catalogue-never'")
        opened.close()
        assert copied(importer, address, copy) == {"catalogue-b0001": ("Қарағанды", 1)}
