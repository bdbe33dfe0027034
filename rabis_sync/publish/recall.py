"""What an item was made of, and how it looked: one made of the same again is known without being made.

Reading a record, describing it and taking its digest is most of the work of a night on which nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple, overload

from rabis_sync.publish.item import PublicItem

if TYPE_CHECKING:
    from collections.abc import Callable

    from rabis_sync.marc.record import Record
    from rabis_sync.publish.item import PublicFile
    from rabis_sync.publish.related import Related
    from rabis_sync.publish.rights import Decision


class Seen(NamedTuple):
    """An item as a release shows it.

    Attributes:
        made_of: as `made_of` gives it.
        digest: as `PublicItem.digest` gives it.
    """

    made_of: str
    digest: str


def made_of(
    record: Record, decision: Decision, files: Sequence[PublicFile], related: Sequence[Related], frame: str
) -> str:
    """32 hexadecimal digits that are equal only when the item would be the same.

    Args:
        record: the whole record, with what never leaves the house.
        decision: what may be shown of it.
        files: its files.
        related: what it has to do with other documents.
        frame: of all else that turns a record into an item.
    """
    marc = record.marc
    parts = [frame, record.dialect.family, marc.leader, *marc.tags, *marc.texts]
    parts += [repr(decision), repr(related), *(f"{one[:4]}{one[5:]}" for one in files)]  # without the stamp
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Items(Sequence[PublicItem]):
    """Items each of which is made when it is first looked at.

    Args:
        makers: what makes each of them, in their order.
    """

    def __init__(self, makers: Sequence[Callable[[], PublicItem]]) -> None:
        self._makers = makers
        self._made: dict[int, PublicItem] = {}

    def __len__(self) -> int:
        return len(self._makers)

    @overload
    def __getitem__(self, index: int) -> PublicItem: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PublicItem]: ...
    def __getitem__(self, index: int | slice) -> PublicItem | Sequence[PublicItem]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if index not in self._made:
            self._made[index] = self._makers[index]()
        return self._made[index]
