"""The last year in which a document may have come out, by the dates at which its record was made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc.path import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rabis_sync.marc.path import Path
    from rabis_sync.marc.record import Record

#: No record says more: every year is possible.
OPEN = 9999


@lru_cache(maxsize=16)
def _path(text: str) -> Path:
    return parse(text)


def latest_year(record: Record, made: Sequence[str], ahead: int) -> int:
    """The last possible year; `OPEN` where the record does not say when it was made.

    Args:
        record: the record.
        made: paths of the years in which it was made and changed.
        ahead: years after these in which the document may still come out.
    """
    years = [
        int(year)
        for path in map(_path, made)
        if path.tag in record.index.texts
        for year in path.read(record.index)
        if year.isdecimal() and len(year) == 4
    ]
    return max(years) + ahead if years else OPEN
