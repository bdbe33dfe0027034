"""What an item was made of, and how it looked: one made of the same again is known without being made.

Reading a record, describing it and taking its digest is most of the work of a night on which nothing changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from rabis_sync.publish.item import PublicFile, PublicItem, file_place

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from rabis_sync.marc.fields import MarcRecord
    from rabis_sync.publish.facets import Values
    from rabis_sync.publish.item import Holding
    from rabis_sync.publish.manifest import Entry, Manifest
    from rabis_sync.publish.related import Related
    from rabis_sync.publish.rights import Decision
    from rabis_sync.publish.standing import Standing
    from rabis_sync.store.records import Stored


class Seen(NamedTuple):
    """An item as a release shows it.

    Attributes:
        made_of: as `made_of` gives it.
        digest: as `PublicItem.digest` gives it.
        pages: width and height of each of its page images.
        record: as `stamp_of` gives it.
        shown: as `shown_of` gives it.
        told: what its record says (`Description.told`).
        values: as `facets.all_values_of` gives them.
    """

    made_of: str
    digest: str
    pages: Sequence[Sequence[int]] = ()
    record: str = ""
    shown: str = ""
    told: Sequence[Any] = ()
    values: Sequence[Values] = ()


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures that the live release shows: those of a book whose scans are the same are the same.

    Attributes:
        folder: of the live release.
        entries: what is there in full, by place.
        seen: how each of its items looks, by identifier.
    """

    folder: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)

    @staticmethod
    def of(folder: Path, live: Manifest, damage: Collection[str], version: int) -> Album:
        """Those of a live release; none where pictures are drawn otherwise today.

        Args:
            folder: of the release.
            live: what it holds.
            damage: what of it is missing or cut short.
            version: of the drawing (`pictures.VERSION`).
        """
        if live.drawn != version:
            return Album()
        entries = live.scans()
        for place in damage:
            entries.pop(place, None)
        return Album(str(folder), entries, live.seen)

    def files(
        self, before: Standing | None, own: Sequence[PublicFile]
    ) -> tuple[tuple[PublicFile, ...], tuple[str, ...]] | None:
        """The files of a book with its pictures, and where the pictures lie; None where they are not known.

        Args:
            before: its standing until now.
            own: its scans and the cover beside them, as they are now.
        """
        if before is None or before.item_id not in self.seen:
            return None
        item_id = before.item_id
        scans = [file for file in before.files if not file.is_drawn]
        drawn = [file for file in before.files if file.is_drawn]
        told_of_all = all(file.pages or file.cover for file in scans)  # not so where drawing failed
        if not told_of_all or [*map(_content, scans)] != [*map(_content, own)]:
            return None
        places = [file_place(item_id, file.name) for file in drawn]
        if not all(map(self.entries.__contains__, places)):
            return None
        for number, (width, height) in enumerate(self.seen[item_id].pages, 1):
            place = file_place(item_id, page_name(number))
            entry = self.entries.get(place)
            if entry is None:
                return None
            places.append(place)
            drawn.append(page_image(number, entry.bytes, entry.sha256, width, height))
        counted = (
            was if was.stamp == file.stamp else was._replace(stamp=file.stamp)
            for file, was in zip(own, scans, strict=True)
        )
        return (*counted, *drawn), tuple([f"{self.folder}/{place}" for place in places])


@lru_cache(maxsize=4_096)
def page_name(number: int) -> str:
    """Name of the picture of a page."""
    return f"page-{number:04}.jpg"


def page_image(number: int, size: int, sha256: str, width: int, height: int) -> PublicFile:
    """The picture of a page, by its number; of so many bytes, with this checksum."""
    # By their order: there are tens of thousands.
    return PublicFile(page_name(number), "image/jpeg", size, sha256, 0, False, number, width, height)  # noqa: FBT003


#: All of a file but its stamp: a scan that was touched makes no other item.
_shown = itemgetter(*(number for number, name in enumerate(PublicFile._fields) if name != "stamp"))
_content = attrgetter("name", "mime", "bytes", "sha256", "cover")


def made_of(
    record: str, decision: Decision, files: Sequence[PublicFile], related: Sequence[Related], frame: str
) -> str:
    """32 hexadecimal digits that are equal only when the item would be the same.

    Args:
        record: stamp of the whole record, with what never leaves the house (`stamp_of`).
        decision: what may be shown of it.
        files: its files.
        related: what it has to do with other documents.
        frame: of all else that turns a record into an item.
    """
    parts = [frame, record, repr(decision), repr(related), repr([*map(_shown, files)])]
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def shown_of(marc: MarcRecord | None, holdings: Sequence[Holding]) -> str:
    """32 hexadecimal digits that are equal exactly when what everybody may see of a record is the same.

    Args:
        marc: the record as far as it is for other libraries.
        holdings: where its copies stand.
    """
    told = f"{marc.canonical() if marc else ''}{holdings!r}"
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def stamp_of(stored: Stored) -> str:
    """32 hexadecimal digits that are equal exactly when a record as it is stored is the same."""
    told = f"{stored.family}\0{stored.canonical}"
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


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

    def __iter__(self) -> Iterator[PublicItem]:
        made = self._made
        return (made[number] if number in made else self[number] for number in range(len(self._makers)))

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
