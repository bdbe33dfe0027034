"""Writes the made-up library into a folder: the same seed, the same bytes, and a list of what was planted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rabis_sync.demo import faults, ledger, permissions, scans, settings, shelves, spreadsheet, twins
from rabis_sync.demo.copies import shelve
from rabis_sync.demo.describing import describe
from rabis_sync.demo.planted import Fault, Planted, Twins
from rabis_sync.demo.streams import stream
from rabis_sync.marc.codec import encode_iso2709

if TYPE_CHECKING:
    from pathlib import Path

    from rabis_sync.demo.book import Book, Copy
    from rabis_sync.marc.fields import MarcRecord

DUPLICATES, ERRORS, DISCREPANCIES = 30, 60, 40


@dataclass(frozen=True, slots=True)
class Pools:
    """Books by what may be planted on them: nothing is planted twice on one book."""

    duplicates: list[Book]
    errors: list[Book]
    discrepancies: list[Book]


@dataclass(frozen=True, slots=True)
class Library:
    """The whole library before it is written."""

    records: list[MarcRecord]
    entries: list[ledger.Entry]
    digitised: list[Book]
    registry: permissions.Registry
    planted: Planted


def build(directory: Path, *, seed: int = 2023, extra: int = 0) -> Planted:
    """Write the library into the folder (made if it is not there), with `planted.json` beside it.

    Args:
        directory: where to write; files of an earlier library are replaced.
        seed: the same seed gives the same bytes.
        extra: so many more duplicates, errors and discrepancies than usual.

    Raises:
        ValueError: `extra` is more than the books have room for.
    """
    library = compose(seed, extra)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / settings.EXPORT).write_bytes(b"".join(encode_iso2709(record) for record in library.records))
    spreadsheet.write(directory / "ledger" / "fond_1c.xlsx", library.entries)
    library.registry.write(directory / "rights.csv")
    folder = directory / "scans"
    folder.mkdir(exist_ok=True)
    for book in library.digitised:
        (folder / f"{book.scan}.pdf").write_bytes(scans.pdf(book))
        (folder / f"{book.scan}.jpg").write_bytes(scans.cover(book))
    settings.write(directory)
    library.planted.save(directory / "planted.json")
    return library.planted


def compose(seed: int, extra: int = 0) -> Library:
    """Decide everything about the library; nothing is written (arguments as in `build`)."""
    books, strangers = shelves.stock(seed)
    digitised = permissions.digitise(seed, books)
    scanned = {book.number: book for book in digitised}
    books = [scanned.get(book.number, book) for book in books]
    copies = shelve(seed, books)
    pools = _pools(seed, books, copies)
    pairs, second = _describe_again(pools.duplicates, len(books), DUPLICATES + extra)
    stock = ledger.keep(seed, {book.number: book for book in books}, copies, strangers)
    ledger.plant(seed, stock, pools.discrepancies, DISCREPANCIES + extra)
    held = _split(stock.copies, pairs)
    books += second
    records = {book.number: describe(book, held.get(book.number, ())) for book in books}
    errors = _plant_errors(records, pools.errors, pairs, ERRORS + extra)
    registry = permissions.register(digitised)
    planted = Planted(
        seed=seed,
        records=len(records),
        items=len(stock.copies),
        duplicates=tuple(pairs),
        errors=tuple(errors),
        discrepancies=tuple(stock.planted),
        publishable=registry.publishable,
        withheld=registry.withheld,
    )
    return Library(list(records.values()), list(stock.entries.values()), digitised, registry, planted)


def _pools(seed: int, books: list[Book], copies: list[Copy]) -> Pools:
    """Books neither digitised nor a whole set, dealt out in three; duplicates need copies to share."""
    free = [book for book in books if book.has_copies and not book.scan]
    stream(seed, "pools").shuffle(free)
    owned = Counter(copy.record for copy in copies)
    return Pools([book for book in free[0::3] if owned[book.number] > 1], free[1::3], free[2::3])


def _describe_again(pool: list[Book], known: int, wanted: int) -> tuple[list[Twins], list[Book]]:
    pairs: list[Twins] = []
    second: list[Book] = []
    left = list(pool)
    for kind in twins.plan():
        if len(pairs) == wanted:
            break
        for book in left:
            again = twins.describe_again(book, kind, shelves.control_number(known + len(pairs) + 1))
            if again:
                pairs.append(Twins(book.number, again.number, kind))
                second.append(again)
                left.remove(book)
                break
        else:
            raise ValueError(f"no book is left for a duplicate of the kind {kind!r}")
    return pairs, second


def _split(copies: list[Copy], pairs: list[Twins]) -> dict[str, list[Copy]]:
    """Copies by record; of a book described twice the later half stands under the second description."""
    found: dict[str, list[Copy]] = {}
    for copy in copies:
        found.setdefault(copy.record, []).append(copy)
    for pair in pairs:
        own = found[pair.a]
        half = (len(own) + 1) // 2
        found[pair.a], found[pair.b] = own[:half], own[half:]
    return found


def _plant_errors(
    records: dict[str, MarcRecord], pool: list[Book], pairs: list[Twins], wanted: int
) -> list[Fault]:
    """Change the records; what a second description has wrong in its title counts among the errors."""
    errors = [
        Fault(pair.b, pair.kind, f"{pair.kind}_twin", path, planted, clean)
        for pair in pairs
        if pair.kind in twins.ERRORS
        for path, planted, clean in [_difference(records, pair)]
        if planted != clean
    ]
    left = [book.number for book in pool]
    for kind in faults.plan():
        if len(errors) == wanted:
            return errors
        found = ((number, faults.plant(records[number], kind)) for number in left)
        done = next(((number, one) for number, one in found if one), None)
        if done is None:
            raise ValueError(f"no book is left for an error of the kind {kind!r}")
        number, (records[number], fault) = done
        errors.append(fault)
        left.remove(number)
    return errors


def _difference(records: dict[str, MarcRecord], pair: Twins) -> tuple[str, str, str]:
    path = "200[1]$a[1]"
    return path, faults.read(records[pair.b], path), faults.read(records[pair.a], path)
