"""Outcomes of a page as bytes and back, so that they cross from one process to another cheaply.

Pickling a page takes as long as storing a third of it. Here every outcome crosses as a plain tuple of texts,
bytes and numbers, which Python's own format for compiled code writes and reads several times as fast. Both
processes are of the same Python, since one starts the other.
"""

from __future__ import annotations

import marshal
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rabis_sync.harvest.reading import Deleted, Outcome, Same, Sighted
from rabis_sync.store.harvests import Refused
from rabis_sync.store.records import Incoming

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TYPES = (Incoming, Sighted, Same, Deleted, Refused)
_NUMBERS = {kind: number for number, kind in enumerate(_TYPES)}
# Made without the Python frame of NamedTuple's own constructor.
_MAKERS: tuple[Callable[[Any], Any], ...] = tuple(partial(tuple.__new__, kind) for kind in _TYPES)


class Packed(NamedTuple):
    """Outcomes on their way: what each is, and the values of all."""

    kinds: bytes
    values: bytes


def pack(outcomes: Sequence[Outcome]) -> Packed:
    """Outcomes ready to cross; of what was merely sighted only the canonical text, not the fields."""
    bare = [one.bare() if type(one) is Sighted else one for one in outcomes]
    return Packed(bytes([_NUMBERS[type(one)] for one in bare]), marshal.dumps([tuple(one) for one in bare]))


def unpack(packed: Packed) -> list[Outcome]:
    """The same outcomes."""
    values = marshal.loads(packed.values)  # noqa: S302  our own process wrote it
    return [_MAKERS[kind](row) for kind, row in zip(packed.kinds, values, strict=True)]
