"""How often each word stands in the catalogue: the evidence that a mended form is a real one."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from rabis_sync.marc.fields import FIELD_END, SUBFIELD

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A word: two letters or more of any script.
WORD = re.compile(r"[^\W\d_]{2,}")


def count_words(canonicals: Iterable[str]) -> Counter[str]:
    """Words of records in canonical form, in lower case; control fields hold none.

    Memory grows with the number of different words, not of records.
    """
    counted: Counter[str] = Counter()
    for canonical in canonicals:
        for field in canonical.split(FIELD_END)[1:]:
            for part in field.split(SUBFIELD)[1:]:
                counted.update(WORD.findall(part[1:].lower()))
    return counted
