"""Marks by which a sweep sees what changed: one small number for every few records, whatever their dates say.

``edit_date`` is set by whoever edits the form. A new copy, a state set by another module, a repair by hand
leave it as it was; a clock set back makes it lie. The server itself knows better: every row names the
transaction that wrote it (``xmin``). For each group of `GROUP` neighbouring ids, the number of rows of each
table and the sum of these transactions are folded into one mark. A row added or removed changes the number, a
row rewritten raises the sum, so no change of any table goes unseen, and an unchanged group is not read.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error
from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Neighbouring ids that share a mark, and are read together when it changed.
GROUP = 64
#: Groups that are looked at together.
GROUPS = 256
#: Ids in one window of a sweep.
WINDOW = GROUP * GROUPS
#: Bytes of a mark: one change in four thousand million goes unseen.
SIZE = 4

#: What a table tells of a group: (table, group, rows, sum).
Told = tuple[str, int, int, str]


def marks(told: Iterable[Told]) -> dict[int, bytes]:
    """Mark of every group that has anything."""
    parts: defaultdict[int, list[tuple[str, int, str]]] = defaultdict(list)
    for table, group, rows, total in told:
        parts[group].append((table, rows, total))
    return {
        group: blake2b(repr(sorted(all_of_it)).encode(), digest_size=SIZE).digest()
        for group, all_of_it in parts.items()
    }


def packed(window: int, found: Mapping[int, bytes]) -> str:
    """The marks of one window as text; a group without records is zeros.

    Args:
        window: number of the window.
        found: mark by group.
    """
    first = window * GROUPS
    return b64encode(
        b"".join(found.get(group, bytes(SIZE)) for group in range(first, first + GROUPS))
    ).decode()


def unpacked(window: int, text: object) -> dict[int, bytes]:
    """What `packed` was given; nothing for what it never wrote."""
    try:
        whole = b64decode(text, validate=True) if isinstance(text, str) else b""
    except (Error, ValueError):
        whole = b""
    if len(whole) != GROUPS * SIZE:
        return {}
    pieces = [whole[at : at + SIZE] for at in range(0, len(whole), SIZE)]
    return {window * GROUPS + place: piece for place, piece in enumerate(pieces) if any(piece)}
