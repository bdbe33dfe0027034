"""dedupe 3.0.3, trained on labels taken from the truth it is measured on: its upper end; BTrees is 6.0.

What it learns to score pairs with is its own. Which pairs it scores is not: its index predicates needed more
memory than a machine has, and without them its blocking was not done after fifteen minutes at 10,000 records.
It gets the candidates of the other peers.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import dedupe
import duckdb
from dedupe import variables
from dedupe.api import flatten_training

from . import blocking

if TYPE_CHECKING:
    from .judging import Truth

#: Labels it learns from: pairs of one edition, and pairs that are not.
LABELS = (400, 1200)
_STRINGS = ("title", "subtitle", "surname", "publisher", "isbn")
_EXACT = ("initials", "year", "pages", "volume", "grade", "edition")


def scored(frame: Any, truth: Truth, seed: int) -> tuple[list[int], list[int], list[float]]:
    """Pairs of row numbers and their scores."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    records = [{name: str(row[name]) if row[name] else None for name in (*_STRINGS, *_EXACT)} for row in rows]
    machine = dedupe.Dedupe(
        [
            *(variables.String(name, has_missing=True) for name in _STRINGS),
            *(variables.Exact(name, has_missing=True) for name in _EXACT),
        ],
        num_cores=1,
    )
    examples, answers = flatten_training(_labels(rows, records, truth, random.Random(seed)))
    machine.classifier.fit(machine.data_model.distances(examples), answers)
    connection = duckdb.connect()
    blocking.load(connection, frame)
    found = blocking.pairs(connection)
    pairs = zip(found["a"].tolist(), found["b"].tolist(), strict=True)
    scores = machine.score(((a, records[a]), (b, records[b])) for a, b in pairs)
    return scores["pairs"][:, 0].tolist(), scores["pairs"][:, 1].tolist(), scores["score"].tolist()


def _labels(rows: list[Any], records: list[Any], truth: Truth, dice: random.Random) -> Any:
    """Of the pairs that are not one edition one half is hard, the other drawn at random."""
    place = {row["id"]: at for at, row in enumerate(rows)}
    same = dice.sample(sorted(truth.duplicates), min(LABELS[0], len(truth.duplicates)))
    hard = dice.sample(sorted(truth.different), min(LABELS[1] // 2, len(truth.different)))
    apart = [(place[a], place[b]) for a, b in hard]
    apart += [tuple(dice.sample(range(len(rows)), 2)) for _ in range(LABELS[1] // 2)]
    return {
        "match": [(records[place[a]], records[place[b]]) for a, b in same],
        "distinct": [(records[a], records[b]) for a, b in apart],
    }
