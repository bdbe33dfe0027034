"""The accounting's spreadsheets: XLSX as 1C, Excel and LibreOffice save it, CSV in any usual encoding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from glob import has_magic
from os.path import commonpath
from pathlib import Path
from typing import TYPE_CHECKING

from rabis_sync.errors import ConfigError, SourceAway, UnknownName
from rabis_sync.marc.charset import checked
from rabis_sync.marc.figures import iso_date
from rabis_sync.reconcile.columns import known
from rabis_sync.reconcile.entry import Entry, Notice
from rabis_sync.reconcile.listing import LISTS
from rabis_sync.reconcile.rows import Book, read_sheet
from rabis_sync.reconcile.sheets import sheets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rabis_sync.reconcile.columns import LedgerColumns
    from rabis_sync.reconcile.entry import Told
    from rabis_sync.reconcile.ledgers import Surroundings
    from rabis_sync.reconcile.recall import Recall, Recalled
    from rabis_sync.reconcile.workbook import Sheet

#: What the files may be lists of, as the configuration calls it.
CONTENTS = {"auto": "", **LISTS}

#: What a folder is searched for; other tables in it are named in a notice.
SUFFIXES = {".xlsx", ".xlsm", ".csv", ".txt", ".tsv"}
OTHER_TABLES = {".xls", ".xlsb", ".ods", ".mxl", ".pdf"}


def _doc(sentence: str) -> dict[str, str]:
    return {"doc": sentence}


@dataclass(frozen=True, slots=True)
class Options:
    """Keys of a spreadsheet in ``[ledgers.NAME]``."""

    path: str = field(
        metadata=_doc("A file, a glob or a folder of .xlsx and .csv files, relative to this file.")
    )
    currency: str = field(default="KZT", metadata=_doc("Currency of figures that name none (ISO 4217)."))
    roubles_before: str = field(
        default="",
        metadata=_doc("Day before which prices without a currency are Soviet roubles; none when empty."),
    )
    sheet: str = field(default="", metadata=_doc("The only sheet to read; every visible one when empty."))
    encoding: str = field(default="auto", metadata=_doc("auto, or the encoding of the CSV files."))
    content: str = field(
        default="auto",
        metadata=_doc("auto (by the titles), or copies, acquired, written_off, moved, ksu: what is listed."),
    )

    def __post_init__(self) -> None:
        """Raises ValueError for a currency that is none, UnknownName for an encoding."""
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"{self.currency!r} is no currency: KZT, RUB, USD …")
        checked(self.encoding)
        if self.roubles_before and iso_date(self.roubles_before) != self.roubles_before:
            raise ValueError(f"roubles_before: {self.roubles_before!r} is no day: 1993-11-15")
        if self.content not in CONTENTS:
            raise UnknownName("content of a ledger", self.content, CONTENTS)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every file the path names, in the order of their names.

    Attributes:
        options: of the configuration.
        around: what it is given beside them.
    """

    options: Options
    around: Surroundings

    def entries(self, recall: Recall | None = None) -> Iterator[Told | Recalled]:
        """See `ledgers.Ledger.entries`."""
        files, others = self._found()
        for path in others:
            yield Notice(
                path.name,
                "file_passed_over",
                f"{path.name} is neither .xlsx nor .csv: save it as one",
                {"file": path.name},
            )
        shown = _names(files)
        for path in files:
            yield from self._file(path, shown[path], recall)

    def check(self) -> str:
        """See `ledgers.Ledger.check`."""
        files, _ = self._found()
        size = 0
        for path in files:
            try:
                size += path.stat().st_size
            except OSError as error:
                raise SourceAway(f"{path} cannot be read: {error.strerror or error}") from error
            next((told for told in self._file(path, path.name) if isinstance(told, Entry)), None)
        return f"{len(files)} file(s), {size:,} bytes"

    def _file(self, path: Path, name: str, recall: Recall | None = None) -> Iterator[Told | Recalled]:
        columns, terms, options = self.around.columns, self.around.terms, self.options
        book = Book(name, columns, terms, options.currency, options.roubles_before)
        understood = False
        strange: list[tuple[str, list[str]]] = []
        for sheet in self._sheets(path):
            place = book.place(sheet)
            yield from (Notice(name, *remark) for remark in sheet.remarks)
            if sheet.hidden and sheet.name != self.options.sheet:
                yield Notice(place, "sheet_passed_over", "the sheet is hidden", {"why": "hidden"})
                continue
            told = read_sheet(sheet, book, CONTENTS[self.options.content], recall)
            if isinstance(told, list):
                strange += [(place, told)] if told else []
                continue
            understood = True
            yield from told
        if strange and not understood:
            raise _no_heading(*strange[0], columns)
        for place, _ in strange:
            detail = "no row of it is a heading of a ledger"
            yield Notice(place, "sheet_passed_over", detail, {"why": "no_heading"})

    def _sheets(self, path: Path) -> Iterator[Sheet]:
        """The sheets that are meant.

        Raises:
            ConfigError: the one that the configuration names is not there.
        """
        wanted = self.options.sheet
        names = []
        for sheet in sheets(path, self.options.encoding):
            names.append(sheet.name)
            if not wanted or sheet.name in {"", wanted}:
                yield sheet
        if wanted and wanted not in names and names != [""]:
            raise ConfigError(f"{path} has no sheet {wanted!r}; it has {', '.join(map(repr, names))}")

    def _glob(self) -> Iterator[Path]:
        pattern = Path(self.options.path)
        return (
            Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))
            if pattern.anchor
            else self.around.folder.glob(self.options.path)
        )

    def _found(self) -> tuple[list[Path], list[Path]]:
        """Files to be read, and tables beside them that cannot be.

        Raises:
            SourceAway: there is none.
        """
        path = self.around.folder / self.options.path
        try:
            if path.is_dir():
                every = sorted(one for one in path.iterdir() if one.is_file() and not _temporary(one))
                files = [one for one in every if one.suffix.lower() in SUFFIXES]
                others = [one for one in every if one.suffix.lower() in OTHER_TABLES]
            elif has_magic(self.options.path):
                files = sorted(one for one in self._glob() if one.is_file() and not _temporary(one))
                others = []
            else:
                files, others = [path], []
        except OSError as error:
            raise SourceAway(f"{path} cannot be read: {error.strerror or error}") from error
        if not files:
            raise SourceAway(f"there is no ledger file at {path}", hint="Put the accounting's export there.")
        return files, others


def _names(files: list[Path]) -> dict[Path, str]:
    """How findings call each file: by its name, with its folders where two have one name."""
    alike = Counter(path.name for path in files)
    folder = Path(commonpath([path.parent for path in files]))
    return {
        path: path.name if alike[path.name] == 1 else path.relative_to(folder).as_posix() for path in files
    }


def _temporary(path: Path) -> bool:
    """What Excel and LibreOffice leave beside a file that somebody has open."""
    return path.name.startswith(("~$", ".~lock", "."))


def _no_heading(place: str, likeliest: list[str], columns: LedgerColumns) -> ConfigError:
    shown = ", ".join(repr(text) for text in likeliest[:12])
    return ConfigError(
        f"{place}: no row is a heading with at least three columns that we know; likeliest: {shown}",
        hint=f"{known(columns)} Add the headings of this file to mappings/ledger_columns.toml.",
    )
