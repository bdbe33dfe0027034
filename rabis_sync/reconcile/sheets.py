"""A ledger's file as sheets of rows, whatever it was saved as; a file that is no table says what it is."""

from __future__ import annotations

import csv
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import FatalError, SourceAway
from rabis_sync.marc.charset import AUTO, UTF8, Charset, checked
from rabis_sync.marc.reading import NotWholeError
from rabis_sync.reconcile.workbook import SAVE, Sheet, workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: Bytes of a CSV by which its encoding and separator are decided.
SAMPLE = 1 << 18
SEPARATORS = ";,\t"

_ZIP, _OLE2 = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A line with a byte that is neither ASCII, a Russian letter nor a usual sign in Windows-1251.
_NOT_RUSSIAN = re.compile(rb"[^\n]*[^\x00-\x7f\xc0-\xff\xa8\xb8\xab\xbb\x96\x97\xb9\xa0\n][^\n]*")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

#: First bytes of what people take for a table, and what it is.
_OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "Ask for the same list as a spreadsheet: 1C saves it as .xlsx."),
    (b"MOXCEL", "a 1C table (.mxl), which only 1C opens", "Open it in 1C and save it as .xlsx."),
    (b"{\\rtf", "an RTF document", SAVE),
    (b"<!doctype html", "an HTML page", SAVE),
    (b"<html", "an HTML page", SAVE),
    (b"<?xml", "an XML document", SAVE),
)


def sheets(path: Path, encoding: str = AUTO) -> Iterator[Sheet]:
    """The sheets of an XLSX, or a CSV as one sheet.

    Raises:
        SourceAway: the file is missing, locked or unreadable.
        FatalError: it is no table, protected by a password, damaged or far too large.
        UnknownName: there is no such encoding.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(SAMPLE)
            if head.startswith(_ZIP):
                yield from workbook(path)
                return
            refuse(path, head)
        yield Sheet("", _delimited(path, encoding))
    except OSError as error:
        raise SourceAway(f"{path} cannot be read: {error.strerror or error}") from error


def refuse(path: Path, head: bytes) -> None:
    """Say what the file is, if it is no text.

    Raises:
        FatalError: it is none.
    """
    if head.startswith(_OLE2):
        if _ENCRYPTED in path.read_bytes():
            raise FatalError(
                f"{path} is protected by a password",
                hint="Save a copy without the password (File, Protect Workbook).",
            )
        raise FatalError(
            f"{path} is an old Excel workbook (.xls)", hint="Open it in Excel and save it as .xlsx."
        )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, what, hint in _OTHERS:
        if start.startswith(magic.lower()):
            raise FatalError(f"{path} is {what}, not a spreadsheet", hint=hint)
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FatalError(f"{path} is neither XLSX nor CSV", hint=SAVE)


def _delimited(path: Path, encoding: str) -> Iterator[list[Any]]:
    body = path.read_bytes()
    try:
        name = text_encoding(body, encoding)
        lines = body.decode(name).lstrip("\ufeff").splitlines(keepends=True)
    except (NotWholeError, UnicodeDecodeError) as error:
        hint = "Save it as CSV in UTF-8, or give the encoding of the ledger in the configuration."
        raise FatalError(f"{path} is no text in an encoding we know: {error}", hint=hint) from error
    separator = text_separator(lines)
    reader = csv.reader(lines, delimiter=separator)
    begun = 1
    try:
        for row in reader:
            _check_quotes(row, separator)
            yield row
            begun = reader.line_num + 1
    except csv.Error as error:
        raise FatalError(f"{path}, line {begun}: {error}", hint=SAVE) from error


def _check_quotes(row: Sequence[str], separator: str) -> None:
    """A cell of several lines that are rows themselves comes of a quotation mark that is never closed.

    Raises:
        csv.Error: there is one.
    """
    if any("\n" in cell and cell.count(separator) >= 2 for cell in row):
        raise csv.Error("a quotation mark is opened here and not closed")


def text_encoding(body: bytes, encoding: str = AUTO) -> str:
    """Python's name of the encoding of a text, decided by its letters unless it is given.

    Raises:
        UnknownName: the given one is none.
        NotWholeError: it makes sense in no encoding.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if checked(encoding) != AUTO:
        return encoding
    begin = body[: body.rfind(b"\n", 0, SAMPLE) + 1] or body
    # A letter of Kazakh decides between encodings that are the same for Russian, however late it comes.
    telling = b"\n".join(islice((found[0] for found in _NOT_RUSSIAN.finditer(body)), 1000))
    charset = Charset()
    charset.learn(begin.splitlines())
    sample = telling if charset.usual == "cp1251" and telling else begin
    return charset.read(sample).encoding if not sample.isascii() else UTF8


def text_separator(lines: Sequence[str]) -> str:
    """The separator that stands in most lines in the same number."""

    def regular(separator: str) -> tuple[int, int]:
        counts = [count for line in lines[:200] if (count := line.count(separator))]
        often = max(sorted(set(counts)), key=counts.count, default=0)
        return counts.count(often) if often else 0, often

    return max(SEPARATORS, key=regular)
