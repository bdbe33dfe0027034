"""The package for the national electronic library: what may be given today, with a sheet for people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.publish import handover, release, step
from rabis_sync.publish.facets import language_name
from rabis_sync.publish.wording import contributor
from rabis_sync.reports import handover as sheet
from rabis_sync.service.jobs import Guards
from rabis_sync.store.runs import StepContext
from rabis_sync.wiring.running import opened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHEET = "books.xlsx"


class Packed(NamedTuple):
    """How many books and files a package holds."""

    books: int
    files: int


def hand_over(path: Path, output: Path, *, wanted: Sequence[str], lang: str) -> Packed:
    """Write the package of the books that are open to everybody today.

    Args:
        path: the configuration.
        output: folder of the package; it must not be there yet.
        wanted: identifiers or control numbers; empty: every open book.
        lang: of the sheet.

    Raises:
        UnknownName: one that is wanted is not open today.
        ConfigError: the folder is there, or cannot be written; the rights registry cannot be read.
        SourceAway: the scans cannot be read just now.
    """
    with opened(path) as (assembly, store):
        settings = assembly.publish_settings(Guards())
        now = datetime.now(UTC)
        with release.ahead(settings.out) as begun:
            prepared = step.prepare(store, settings, StepContext(run=0, now=now, dry_run=True), begun)
        books = handover.handed_over(prepared, wanted, assembly.profiles)
        lines = [_line(book, lang) for book in books]
        local = now.astimezone(assembly.zone)
        body = sheet.workbook(lines, settings.library.of(lang), assembly.texts, lang, local)
        handover.pack(output, books, prepared.plan.release, {SHEET: body}, local.date())
    return Packed(len(books), sum(line.files for line in lines))


def _line(book: handover.Handed, lang: str) -> sheet.Line:
    item, record = book.item, book.record
    cells: dict[str, str | int | None] = {
        "item": item.id,
        "record": item.record,
        "title_kk": item.titles.get("kk", ""),
        "title_ru": item.titles.get("ru", "") or (item.title if "kk" not in item.titles else ""),
        "author": "\n".join(contributor(one, "kk" if lang == "kk" else "ru") for one in item.contributors),
        "published_in": item.place,
        "publisher": item.publisher,
        "year": item.year,
        "extent": item.extent,
        "language": ", ".join(language_name(code).of(lang) for code in item.languages),
        "udc": "; ".join(record.udc()),
        "bbk": "; ".join(record.bbk()),
        "isbn": "; ".join(item.isbns),
        "summary": item.summary,
        "rights_uri": item.rights_uri,
        "numbers": ", ".join(book.inventory),
        "folder": book.folder,
        "files": "\n".join(file.name for file, _ in book.files),
    }
    contracts = [
        sheet.Contract(row.contract_no, row.contract_date, row.valid_until, row.holder)
        for row in book.contracts
        if row.contract_no
    ]
    return sheet.Line(cells, item.basis, tuple(contracts), len(book.files))
