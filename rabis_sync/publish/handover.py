"""Books handed over to the national electronic library: scans, descriptions, the right to them, in one bag.

The rules of the library (order № 201 of the Minister of Culture and Sports of 3 July 2017) name no form for
it; what they ask for is in the bag, which proves by its checksums that it arrived whole (BagIt, RFC 8493).

<bag>/data/books/<id>/…    the scans and the cover as they are published
<bag>/data/unimarc.xml, marc21.xml    the descriptions
<bag>/data/<sheet>.xlsx    the same for people, with contracts and inventory numbers
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bagit

from rabis_sync.errors import ConfigError, UnknownName
from rabis_sync.marc.items import items_auto
from rabis_sync.publish.exchange import NAMESPACES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from rabis_sync.marc.items import ItemProfile
    from rabis_sync.marc.record import Record
    from rabis_sync.publish.collection import Release
    from rabis_sync.publish.item import PublicFile, PublicItem
    from rabis_sync.publish.rights import RightsRow
    from rabis_sync.publish.step import Prepared

BOOKS = "books"


@dataclass(frozen=True, slots=True)
class Handed:
    """A book that is handed over.

    Attributes:
        item: as the public sees it.
        record: its description in the catalogue.
        files: its scans and cover, and where each lies; no pictures of pages.
        contracts: rows of the rights registry that allow it.
        inventory: inventory numbers of its printed copies in stock.
    """

    item: PublicItem
    record: Record
    files: tuple[tuple[PublicFile, str], ...]
    contracts: tuple[RightsRow, ...]
    inventory: tuple[str, ...]

    @property
    def folder(self) -> str:
        """Where its files lie in the bag."""
        return f"{BOOKS}/{self.item.id}"


def handed_over(
    prepared: Prepared, wanted: Collection[str], profiles: Mapping[str, ItemProfile]
) -> list[Handed]:
    """Books that may be given today, by identifier.

    Args:
        prepared: what may be seen on this day.
        wanted: identifiers or control numbers; empty: all of them.
        profiles: item profiles by name.

    Raises:
        UnknownName: one that is wanted is not open to everybody today.
    """
    opened = {item.id: item for item in prepared.plan.release.items if item.downloads}
    names = {name: item.id for item in opened.values() for name in (item.record, item.id)}
    for name in wanted:
        if name not in names:
            raise UnknownName("open book", name, names)
    chosen = {names[name] for name in wanted} or set(opened)
    candidates = {one.key: one for one in prepared.candidates}
    found = []
    for _, item in sorted(opened.items()):
        if item.id not in chosen:
            continue
        candidate = candidates[item.source, item.record]
        _, copies = items_auto(candidate.record, profiles)
        in_stock = (copy.inventory_number for copy in copies if not copy.withdrawn)
        files = zip(candidate.files, candidate.paths, strict=True)
        found.append(
            Handed(
                item,
                candidate.record,
                tuple((file, path) for file, path in files if not file.page),
                prepared.registry.of(item.record) if prepared.registry else (),
                tuple(filter(None, in_stock)),
            )
        )
    return found


def pack(
    folder: Path, books: Sequence[Handed], release: Release, sheets: Mapping[str, bytes], on: date
) -> None:
    """Write the bag; nothing of it is left where it cannot be written whole.

    Args:
        folder: of the bag; it must not be there yet.
        books: what is handed over.
        release: what they were published with.
        sheets: name -> workbook for people.
        on: day of the hand-over.

    Raises:
        ConfigError: the folder is there, or cannot be written.
    """
    if folder.exists():
        raise ConfigError(f"{folder} is there already", hint="Name a folder that is not there yet.")
    draft = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        _fill(draft, books, release, sheets)
        bagit.make_bag(draft, _told(release, books, on), checksums=["sha256"])
        bagit.Bag(str(draft)).validate()
        draft.rename(folder)
    except OSError as error:
        raise ConfigError(
            f"{error.filename or folder} cannot be written: {error.strerror}", hint="Choose another place."
        ) from error
    finally:
        with suppress(OSError):
            shutil.rmtree(draft)


def _fill(folder: Path, books: Sequence[Handed], release: Release, sheets: Mapping[str, bytes]) -> None:
    for book in books:
        place = folder / book.folder
        place.mkdir(parents=True)
        for file, path in book.files:
            shutil.copyfile(path, place / file.name)
    for family in sorted(release.exchange.families):
        with (folder / f"{family}.xml").open("w", encoding="utf-8") as stream:
            stream.writelines(_collection(books, release, family))
    for name, body in sheets.items():
        (folder / name).write_bytes(body)


def _collection(books: Sequence[Handed], release: Release, family: str) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACES[family]}">\n'
    for book in books:
        rights = release.vocabulary.statement_label(book.item.rights_uri).ru
        yield release.exchange.marcxml(book.item, [family], release.item_url(book.item), rights)[family]
    yield "</collection>\n"


def _told(release: Release, books: Sequence[Handed], on: date) -> dict[str, str]:
    """What stands on the bag (RFC 8493, section 2.2.2)."""
    return {
        "Source-Organization": f"{release.library.kk} / {release.library.ru}",
        "External-Description": f"Digitised local history, {len(books)} books",
        "External-Identifier": release.current_url(),
        "Bagging-Date": on.isoformat(),
    }
