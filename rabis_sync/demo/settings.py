"""The configuration of the made-up library, reading its export from the folder or from the stand-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rabis_sync.demo import vocabulary

if TYPE_CHECKING:
    from pathlib import Path

EXPORT = "catalogue.mrc"
#: Address of the export at the stand-in.
EXPORT_ADDRESS = f"/export/{EXPORT}"


def write(directory: Path, *, port: int | None = None) -> Path:
    """Write ``config.toml``.

    Args:
        directory: folder of the library.
        port: port of the stand-in on this machine; without one the export is read from the folder, so that
            the library works when no stand-in runs.

    Returns:
        The file written.
    """
    path = directory / "config.toml"
    source = f'url = "http://127.0.0.1:{port}{EXPORT_ADDRESS}"' if port else f'path = "{EXPORT}"'
    path.write_text(_TEXT.format(source=source, **vocabulary.library()), "utf-8")
    return path


_TEXT = """\
# The made-up library of `rabis-sync demo`: every command works on it.

[library]
name = {{ kk = "{kk}", ru = "{ru}", en = "{en}" }}
timezone = "Asia/Almaty"
site_url = "https://komirsai.example/kraeved/"

[store]
url = "sqlite:///rabis_sync.db"

[sources.catalogue]
kind = "export"
{source}
items = "rusmarc_899"
complete = true

[ledgers.accounting]
kind = "spreadsheet"
path = "ledger/*.xlsx"

[rights]
path = "rights.csv"

[publish]
out = "site"
scans = "scans"
"""
