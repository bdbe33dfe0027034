"""A scan file as lines: text, CSV or XLSX in any usual encoding; no line of it is lost, whatever it holds."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from rabis_sync.errors import SourceAway
from rabis_sync.marc.reading import NotWholeError
from rabis_sync.reconcile.columns import folded
from rabis_sync.reconcile.numbers import text
from rabis_sync.reconcile.readings import cleaned, kazakh_keyboard, readings, rounded
from rabis_sync.reconcile.series import STRICT
from rabis_sync.reconcile.sheets import refuse, text_encoding, text_separator
from rabis_sync.reconcile.workbook import workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

#: What a column of a scan file may mean: an inventory number, a barcode, either of them.
NUMBER, BARCODE, EITHER = "number", "barcode", "code"
#: Rows among which a heading is sought.
DEEPEST = 5
#: Characters at most that a code has.
LONGEST = 60

#: Why a line is no scan, each with whether it is a line that a person should look at.
PROBLEMS: Mapping[str, bool] = {
    "heading": False,
    "total": False,
    "no_number": True,
    "rounded": True,
    "too_long": True,
}

_TIME = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?"
_DATE = r"(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}[-./]\d\d[-./]\d\d)"
_MOMENT = re.compile(rf"(?<!\d)(?:{_DATE}(?:[T ,]\s*{_TIME}Z?)?|{_TIME})(?!\d)")
_SYMBOLOGY = re.compile(
    r"(?:code|ean|upc|itf|qr|data\s*matrix|codabar|pdf|isbn)[\W_]*\d*[\W_]*\w?", re.IGNORECASE
)
_TOTAL = re.compile(r"(?:итого|всего|барлығы|жиыны|total)\b", re.IGNORECASE)
_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class ScanRules:
    """`mappings/stockcheck.toml`.

    Attributes:
        away: states of a copy in the catalogue that say why it is not on its shelf.
        headings: of the columns of a scan file, by `NUMBER`, `BARCODE` and `EITHER`.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = STRICT

    away: list[str]
    headings: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises ValueError for a column that there is none of."""
        unknown = sorted(self.headings.keys() - {NUMBER, BARCODE, EITHER})
        if unknown:
            raise ValueError(f"[headings] has {', '.join(unknown)}; known: number, barcode, code")


class ScanLine(NamedTuple):
    """One line that is not blank.

    Attributes:
        line: number of the line or row, from 1.
        sheet: of a workbook; empty for a text.
        raw: as written, its cells parted by tabs.
        cell: what is taken for the code; empty for none.
        means: `NUMBER`, `BARCODE` or `EITHER`.
        problem: a key of `PROBLEMS`; empty for a scan.
    """

    line: int
    sheet: str
    raw: str
    cell: str
    means: str
    problem: str


@dataclass(frozen=True, slots=True)
class ScanFile:
    """A file as it was read.

    Attributes:
        name: without its folder.
        digest: SHA-256 of its bytes.
        lines: those that are not blank, in order.
        blank: how many blank ones there are.
    """

    name: str
    digest: str
    lines: tuple[ScanLine, ...]
    blank: int


Cells = list[Any]
Numbered = tuple[int, str, Cells]


def read(path: Path, rules: ScanRules) -> ScanFile:
    """Read a file whole.

    Raises:
        SourceAway: it is missing, locked or unreadable.
        FatalError: it is neither a text nor an XLSX, or damaged.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise SourceAway(f"{path} cannot be read: {error.strerror or error}") from error
    rows = list(_workbook(path) if body.startswith(b"PK\x03\x04") else _text(path, body))
    filled = [one for one in rows if any(_shown(cell) for cell in one[2])]
    by_sheet: dict[str, list[Numbered]] = defaultdict(list)
    for one in filled:
        by_sheet[one[1]].append(one)
    lines = [line for sheet in by_sheet.values() for line in _lines(sheet, rules)]
    return ScanFile(path.name, sha256(body).hexdigest(), tuple(lines), len(rows) - len(filled))


def _workbook(path: Path) -> Iterator[Numbered]:
    for sheet in workbook(path):
        if not sheet.hidden:
            yield from ((number, sheet.name, list(row)) for number, row in enumerate(sheet.rows, 1))


def _text(path: Path, body: bytes) -> Iterator[Numbered]:
    """Lines of a text, each parted by itself: a lost quotation mark swallows nothing."""
    lines = _ENDS.split(_decoded(path, body))
    if lines and not lines[-1]:
        lines.pop()
    telling = [line for line in lines if not kazakh_keyboard(line)]
    separator = text_separator(telling)
    for number, line in enumerate(lines, 1):
        if separator not in line or kazakh_keyboard(line) or rounded(line.strip()):
            yield number, "", [line]
        else:
            try:
                cells: Cells = next(csv.reader([line], delimiter=separator, strict=True))
            except csv.Error:
                cells = line.split(separator)
            yield number, "", cells


def _decoded(path: Path, body: bytes) -> str:
    """The text; a byte that means nothing in its encoding is shown as such, its line stays."""
    if b"\0" in body[:1024] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        even, odd = body[:1024:2].count(0), body[1:1024:2].count(0)
        if max(even, odd) > len(body[:1024]) // 4:
            return body.decode("utf-16-be" if even > odd else "utf-16-le", "replace").lstrip("\ufeff")
    refuse(path, body)
    try:
        name = text_encoding(body)
    except NotWholeError:
        name = "cp1251"
    return body.decode(name, "replace").lstrip("\ufeff")


def _lines(rows: Sequence[Numbered], rules: ScanRules) -> Iterator[ScanLine]:
    """Lines of one sheet, the code of each found by its heading or by what its column holds."""
    heading, named = _heading(rows, rules)
    below = [cells for _, _, cells in rows[heading + 1 :]]
    columns = [(_column(below, places), means) for means, places in named.items()]
    columns = columns or [(_column(below), EITHER)]
    for at, (number, sheet, cells) in enumerate(rows):
        raw = "\t".join(map(_shown, cells)).strip("\t")
        if at <= heading:
            yield ScanLine(number, sheet, raw, "", EITHER, "heading")
            continue
        column, means = next((one for one in columns if _holds(cells, one[0])), columns[0])
        value = cells[column] if column < len(cells) else ""
        cell = _code(value)
        first = at == 0 and heading < 0
        yield ScanLine(number, sheet, raw, cell, means, _problem(value, cell, raw, first=first))


def _holds(cells: Cells, column: int) -> bool:
    return column < len(cells) and bool(_shown(cells[column]))


def _heading(rows: Sequence[Numbered], rules: ScanRules) -> tuple[int, dict[str, list[int]]]:
    """Place of the heading among the rows (-1: none), and its columns by meaning, the first to be read first.

    A barcode is what the scanner read; the inventory number beside it stands in where there is none. What
    only says «code» counts where neither is named.
    """
    names = {folded(word): means for means, words in rules.headings.items() for word in words}
    for at, (_, _, cells) in enumerate(rows[:DEEPEST]):
        told: dict[str, list[int]] = defaultdict(list)
        for place, cell in enumerate(cells):
            if (name := folded(text(cell))) in names:
                told[names[name]].append(place)
        if told and not any(map(str.isdigit, "".join(map(text, cells)))):
            return at, {means: told[means] for means in (BARCODE, NUMBER) if means in told} or dict(told)
    return -1, {}


def _column(rows: Sequence[Cells], among: Sequence[int] = ()) -> int:
    """The column that holds codes: most different ones, no moments, no counter beside it."""
    among = among or range(max(map(len, rows), default=1))
    if len(among) == 1:
        return among[0]
    columns = {at: [row[at] if at < len(row) else "" for row in rows] for at in among}
    different = {
        at: len({text(cell) for cell in cells if _looks_like_code(cell)}) for at, cells in columns.items()
    }
    return min(among, key=lambda at: (_counts(columns[at]), -different[at], at))


def _looks_like_code(cell: Any) -> bool:
    if isinstance(cell, (datetime, date, time)):
        return False
    line = _code(cell)
    return (
        any(map(str.isdigit, line))
        and len(line) <= LONGEST
        and not _MOMENT.fullmatch(text(cell))
        and not _SYMBOLOGY.fullmatch(line)
    ) or kazakh_keyboard(line)


def _counts(column: Sequence[Any]) -> bool:
    """Numbers from 1 on, one more in each row."""
    numbers = [text(cell) for cell in column if any(map(str.isdigit, text(cell)))]
    return len(numbers) > 2 and numbers == [str(at) for at in range(1, len(numbers) + 1)]


def _code(value: Any) -> str:
    """The cell without a date and time beside the code."""
    line = _shown(value)
    if isinstance(value, (datetime, date)):
        return line
    without = " ".join(_MOMENT.sub(" ", line).split())
    if kazakh_keyboard(without):
        return without  # its quotation marks and commas are digits
    return cleaned(without or line)


def _problem(value: Any, cell: str, raw: str, *, first: bool) -> str:
    if _TOTAL.match(raw.strip()):
        return "total"
    if rounded(cell) or (isinstance(value, float) and abs(value) >= 10**15):
        return "rounded"
    if len(cell) > LONGEST:
        return "too_long"
    if next(readings(cell), None) is None or (":" in cell and _MOMENT.fullmatch(cell)):
        return "heading" if first and not any(map(str.isdigit, cell)) else "no_number"
    return ""


def _shown(cell: Any) -> str:
    """A cell as it is kept: numbers of a spreadsheet as digits, a text as it came."""
    return cell.strip() if isinstance(cell, str) else text(cell)
