"""A plain rapidfuzz score with vetoes: an afternoon's work, and the gauge of how hard the records are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
from rapidfuzz import fuzz, process

from . import blocking

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 500_000


def scored(frame: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Pairs of row numbers and their scores of 0..100."""
    connection = duckdb.connect()
    blocking.load(connection, frame)
    found = blocking.pairs(connection)
    a, b = found["a"], found["b"]
    columns = {
        name: frame[name].to_numpy(float, na_value=np.nan)
        if name in {"year", "pages"}
        else frame[name].to_numpy(object)
        for name in frame.columns
    }
    scores = [_score(columns, a[at : at + BLOCK], b[at : at + BLOCK]) for at in range(0, len(a), BLOCK)]
    return a, b, np.concatenate(scores) if scores else np.zeros(0)


def _score(columns: dict[str, NDArray[Any]], a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    def alike(name: str, scorer: Any = fuzz.ratio) -> NDArray[Any]:
        one, other = columns[name][a], columns[name][b]
        ratio = process.cpdist(one, other, scorer=scorer, workers=-1)
        return np.where((one == "") | (other == ""), np.nan, ratio)

    def near(name: str, slack: float) -> NDArray[Any]:
        one, other = columns[name][a], columns[name][b]
        return np.clip(100 * (1 - np.abs(one - other) / slack), 0, 100)

    isbn = alike("isbn")
    isbn = np.where(np.isnan(isbn), np.nan, np.where(isbn == 100, 100.0, 40.0))
    #: A likeness, what it weighs, and what stands for it where one record does not say.
    parts = (
        (alike("title"), 5.0, 0.0),
        (alike("subtitle", fuzz.token_set_ratio), 1.0, 70.0),
        (alike("surname"), 2.5, 60.0),
        (near("year", 2.0), 1.5, 70.0),
        (near("pages", 12.0), 2.0, 60.0),
        (alike("publisher"), 1.0, 70.0),
        (isbn, 1.5, 70.0),
    )
    weighed = sum(weight * np.nan_to_num(part, nan=missing) for part, weight, missing in parts)
    return weighed / sum(weight for _, weight, _ in parts)
