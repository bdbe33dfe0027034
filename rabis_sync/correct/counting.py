"""The words and headings in the store are brought up to the records of today, change by change."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from rabis_sync import crew
from rabis_sync.correct.vocabulary import Counts, Terms
from rabis_sync.store.terms import BETWEEN, KINDS

if TYPE_CHECKING:
    from rabis_sync.correct.vocabulary import TermReader
    from rabis_sync.store.database import Unit
    from rabis_sync.store.terms import Uncounted

#: Names of the kinds in the store, in the order of `Terms`.
_KINDS = ("word", "name", "heading")


def brought_up_to_date(unit: Unit, reader: TermReader, *, keep: bool, helpers: int = 1) -> Counts:
    """Count the records that came, changed or went since the last time, and give all terms.

    Args:
        unit: where.
        reader: reads the terms out of a record.
        keep: write it down; otherwise (a dry run) the store stays as it is.
        helpers: processes that read terms (`crew.examined`).
    """
    changes: list[Counter[str]] = [Counter() for _ in _KINDS]
    pages = unit.terms.uncounted(reader.version)
    for page, found in crew.examined(partial(_read, reader), pages, helpers=helpers):
        rows = []
        for one, terms in zip(page, found, strict=True):
            _subtract(changes, one.terms)
            _add(changes, terms)
            rows.append((one.id, one.mark, _written(terms)))
        if keep:
            unit.terms.count(rows)
    gone = unit.terms.gone()
    for terms_gone in gone.values():
        _subtract(changes, terms_gone)
    if keep:
        unit.terms.forget(list(gone))
        for kind, changed in zip(_KINDS, changes, strict=True):
            unit.terms.change(kind, {term: number for term, number in changed.items() if number})
        return Counts(*(unit.terms.all(kind) for kind in _KINDS))
    return Counts(
        *(_sum(unit.terms.all(kind), changed) for kind, changed in zip(_KINDS, changes, strict=True))
    )


def _read(reader: TermReader, page: list[Uncounted]) -> list[Terms]:
    return [reader.read(one.canonical, one.family) for one in page]


def _sum(standing: dict[str, int], changed: Counter[str]) -> dict[str, int]:
    for term, number in changed.items():
        standing[term] = standing.get(term, 0) + number
    return {term: number for term, number in standing.items() if number > 0}


def _add(changes: list[Counter[str]], terms: Terms) -> None:
    for changed, found in zip(changes, terms, strict=True):
        changed.update(found)


def _subtract(changes: list[Counter[str]], written: str) -> None:
    if written:
        for changed, found in zip(changes, written.split(KINDS), strict=True):
            changed.subtract(filter(None, found.split(BETWEEN)))


def _written(terms: Terms) -> str:
    return KINDS.join(map(BETWEEN.join, terms))
