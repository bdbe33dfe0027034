"""A harvest that makes no match rows: what it lacks of an ordinary one, in time, is their share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from rabis_sync.harvest import reading
from rabis_sync.store import bulk
from rabis_sync.wiring import assembly

if TYPE_CHECKING:
    from rabis_sync.harvest.reading import Read, Sighted

#: What only the search for duplicates reads.
TABLES = frozenset({"match_row", "match_due"})


class Matchless(reading.Reader):
    """Understands records as the ordinary reader does, and folds none of them, in whichever process it is."""

    __slots__ = ()

    def whole(self, sighted: Sighted) -> Read:
        """As `Reader.whole`."""
        _leave_out()
        return super().whole(sighted)


@cache
def _leave_out() -> None:
    insert = bulk.insert

    def others(connection: Any, table: Any, columns: Any, rows: Any) -> None:
        if table.name not in TABLES:
            insert(connection, table, columns, rows)

    setattr(reading, "fold_record", lambda _record, _items: ())  # noqa: B010  it is no name of ours
    setattr(bulk, "insert", others)  # noqa: B010


def install() -> None:
    """From now on this process harvests so, and so does the one that reads ahead for it."""
    _leave_out()
    setattr(assembly, "Reader", Matchless)  # noqa: B010
