"""The last year in which a document may have come out, by the dates at which its record was made."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rabis_sync.marc.path import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
    return max(_years(record, made), default=OPEN - ahead) + ahead


def is_possible(year: int, record: Record, made: Sequence[str], ahead: int) -> bool:
    """True for a year that is not after the last possible one, with the arguments of `latest_year`."""
    said = False
    for one in _years(record, made):
        if year <= one + ahead:
            return True
        said = True
    return not said


def _years(record: Record, made: Sequence[str]) -> Iterator[int]:
    for path in map(_path, made):
        if path.tag in record.index.texts:
            for year in path.read(record.index):
                if year.isdecimal() and len(year) == 4:
                    yield int(year)
