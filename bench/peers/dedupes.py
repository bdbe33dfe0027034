"""dedupe 3.0.3, trained on labels taken from the truth it is measured on: its upper end; BTrees is 6.0.

With its index predicates it needs more memory than a machine has, so it learns without them, on a part of the
records; the fields are those that it can bear.
"""

from __future__ import annotations

import io
import json
import random
from typing import TYPE_CHECKING, Any

import dedupe
from dedupe import variables

if TYPE_CHECKING:
    from .judging import Truth

#: Labels it learns from: pairs of one edition, and pairs that are not.
LABELS = (400, 1200)
#: Records on which it tries its predicates.
PREPARED = 3000
_TEXTS = ("title", "surname", "publisher", "isbn", "volume", "grade", "language", "edition")


def scored(frame: Any, truth: Truth, seed: int) -> tuple[list[str], list[str], list[float]]:
    """Pairs of control numbers and their scores."""
    rows = {
        row["id"]: {name: row[name] or None for name in _TEXTS}
        | {
            name: None if row[name] is None or row[name] != row[name] else str(row[name])
            for name in ("year", "pages")
        }
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    }
    dice = random.Random(seed)
    same = dice.sample(sorted(truth.duplicates), min(LABELS[0], len(truth.duplicates)))
    apart = dice.sample(sorted(truth.different), min(LABELS[1] // 2, len(truth.different)))
    names = sorted(rows)
    apart += [tuple(dice.sample(names, 2)) for _ in range(LABELS[1] // 2)]
    labels = {
        "match": [[rows[a], rows[b]] for a, b in same],
        "distinct": [[rows[a], rows[b]] for a, b in apart],
    }
    machine = dedupe.Dedupe(
        [
            variables.String("title"),
            variables.String("surname", has_missing=True),
            *(
                variables.Exact(name, has_missing=True)
                for name in ("isbn", "year", "volume", "grade", "language")
            ),
        ],
        num_cores=1,
    )
    some = {name: rows[name] for pair in (*same, *apart) for name in pair}
    some |= {name: rows[name] for name in dice.sample(names, min(len(names), PREPARED))}
    machine.prepare_training(some, training_file=io.StringIO(json.dumps(labels)), sample_size=1500)
    machine.train(recall=0.95, index_predicates=False)
    found = machine.score(machine.pairs(rows))
    return found["pairs"][:, 0].tolist(), found["pairs"][:, 1].tolist(), found["score"].tolist()
