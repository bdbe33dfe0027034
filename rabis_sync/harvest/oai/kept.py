"""Answers that could not be read are kept as files for whoever has to find out why, the newest few."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: So many are kept.
MOST = 20
FOLDER = ".rabis-sync/pages"


def keep(folder: Path, body: bytes) -> str:
    """Keep an answer.

    Args:
        folder: the library's.
        body: what came; the same bytes are one file.

    Returns:
        Its name from the library's folder; empty where there is nothing to keep, or no place for it.
    """
    if not body:
        return ""
    kind = "xml" if body.lstrip()[:5] in {b"<?xml", b"<OAI-"} else "txt"
    name = f"{FOLDER}/{sha256(body).hexdigest()[:16]}.{kind}"
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        kept = sorted(path.parent.iterdir(), key=lambda one: (one == path, one.stat().st_mtime_ns))
        for old in kept[:-MOST]:
            old.unlink()
    except OSError:  # a full disk must not hide what is wrong with the server
        return ""
    return name
