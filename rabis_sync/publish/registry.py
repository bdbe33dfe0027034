"""The rights registry read from the library's own table: a row that cannot be read allows nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from rabis_sync.errors import ConfigError, nearest
from rabis_sync.publish.cells import NumberedRow, read_table
from rabis_sync.publish.rights import WORKS, RightsRow, exact_uri

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from rabis_sync.publish.vocabulary import RightsVocabulary, Words

COLUMNS = (
    *("record", "holder", "role", "contract_no", "contract_date", "valid_from", "valid_until"),
    *("level", "rights_uri", "death_year", "rehabilitated_year", "note"),
)
#: Without these a registry would allow more than it says: a missing `valid_until` column has no ends.
_REQUIRED = ("record", "holder", "valid_until", "level")
#: The first cells of a row say of what and of whom it speaks, the others what is allowed; some say both.
_WHOSE = ("record", "holder", "role", "contract_no")
_ALLOWING = tuple(name for name in COLUMNS if name not in {"record", "holder", "contract_no"})
#: A lone dash is how people leave a cell empty.
_DASHES = frozenset("-–—")

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s*г(?:\.|ода)?|\s*ж\.?)?")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class RightsRegistry:
    """All rows, and those that could not be read.

    Attributes:
        rows: rows by control number; a row that names several records stands under each.
        unread: rows with problems, and rows that name no record at all.
    """

    rows: Mapping[str, tuple[RightsRow, ...]]
    unread: tuple[RightsRow, ...]

    def of(self, control_number: str) -> tuple[RightsRow, ...]:
        """Rows that speak of this record."""
        return self.rows.get(control_number, ())


def read_registry(path: Path, vocabulary: RightsVocabulary) -> RightsRegistry:
    """Read the registry.

    Raises:
        SourceAway: the file cannot be opened just now.
        ConfigError: no such file, no table, a required column is missing or a column name is misspelt.
    """
    heading, *rows = read_table(path) or [NumberedRow(1, ())]
    columns = _columns(path, heading)
    return gather([*map(_reader(path.name, columns, vocabulary), rows)])


def gather(rows: Sequence[RightsRow]) -> RightsRegistry:
    """Rows by the records they name."""
    by_record: dict[str, list[RightsRow]] = defaultdict(list)
    for row in rows:
        for control_number in row.records:
            by_record[control_number].append(row)
    found = {control_number: tuple(named) for control_number, named in by_record.items()}
    return RightsRegistry(found, tuple(row for row in rows if row.problems or not row.records))


def _columns(path: Path, heading: NumberedRow) -> list[str]:
    """Column names; a column of the library's own is passed over.

    Raises:
        ConfigError: a required column is missing, a name stands twice or looks like a misspelt one of ours.
    """
    names = [cell.casefold().replace(" ", "_") for cell in heading.cells]
    for name in names:
        near = None if name in COLUMNS else nearest(name, COLUMNS)
        if near and near not in names:
            raise ConfigError(f"{path.name}: column {name!r} is not known; did you mean {near!r}?")
    if missing := [name for name in _REQUIRED if name not in names]:
        raise ConfigError(
            f"{path.name}: no column {', '.join(missing)}", hint=f"Columns: {', '.join(COLUMNS)}."
        )
    if doubled := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise ConfigError(f"{path.name}: column {', '.join(doubled)} stands twice")
    return names


def _reader(
    file: str, columns: Sequence[str], vocabulary: RightsVocabulary
) -> Callable[[NumberedRow], RightsRow]:
    """Reads the rows of one table; what many rows say alike is read once."""
    width = len(columns)
    empty = ("",) * width
    # A column that the table has not stands after the last, where every row is empty.
    at = {name: columns.index(name) if name in columns else width for name in COLUMNS}
    whose = itemgetter(*(at[name] for name in _WHOSE))
    allowing = itemgetter(*(at[name] for name in _ALLOWING))
    allowed = cache(partial(_allowed, vocabulary))

    def read(row: NumberedRow) -> RightsRow:
        cells = (*(*row.cells, *empty)[:width], "")
        if not _DASHES.isdisjoint(cells):
            cells = tuple("" if cell in _DASHES else cell for cell in cells)
        place = f"{file}, row {row.number}"
        record, holder, role, contract_no = whose(cells)
        return RightsRow(
            place,
            _records(record),
            holder,
            role,
            contract_no,
            *allowed(allowing(cells), broken=any(row.cells[width:])),
        )

    return read


def _records(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in cell.split(";") if part.strip()))


def _allowed(vocabulary: RightsVocabulary, told: tuple[str, ...], *, broken: bool) -> tuple[Any, ...]:
    """The last fields of a `RightsRow`, from the day of the contract on."""
    cells = dict(zip(_ALLOWING, told, strict=True))
    words = vocabulary.words
    problems = {"broken_row"} if broken else set[str]()
    level = vocabulary.level_of(cells["level"]) if cells["level"] else ""
    uri = exact_uri(cells["rights_uri"])
    valid_from = _day(cells["valid_from"], problems)
    valid_until = _day("" if _says(cells["valid_until"], words.no_end) else cells["valid_until"], problems)
    faults = {
        "unknown_level": level is None,
        "unknown_uri": bool(cells["rights_uri"]) and not uri,
        "dates_reversed": bool(valid_from and valid_until and valid_until < valid_from),
    }
    values = (
        _day(cells["contract_date"], problems),
        valid_from,
        valid_until,
        level or "",
        uri,
        _year(cells["death_year"], words, problems),
        _year(cells["rehabilitated_year"], words, problems),
        _repressed(cells, words),
        _work(cells, words),
    )
    return *values, tuple(sorted(problems | {code for code, met in faults.items() if met}))


def _day(cell: str, problems: set[str]) -> date | None:
    """A day as 2026-12-31 or 31.12.2026; anything else is a problem, never a guess."""
    if not cell:
        return None
    try:
        if found := _ISO.fullmatch(cell):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTTED.fullmatch(cell):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:  # 31 February
        pass
    problems.add("unreadable_date")
    return None


def _year(cell: str, words: Words, problems: set[str]) -> int | None:
    """A year, None where the cell is empty or says that nobody knows; anything else is a problem."""
    if not cell or _says(cell, words.unknown):
        return None
    if _YEAR.fullmatch(cell) and 1000 <= int(cell) <= 2200:
        return int(cell)
    problems.add("unreadable_year")
    return None


def _repressed(cells: Mapping[str, str], words: Words) -> bool:
    """The row marks the author as repressed: a cell for the rehabilitation that is not empty, or a note."""
    spoken = f"{cells['note']} {cells['role']}".casefold()
    return bool(cells["rehabilitated_year"]) or any(stem in spoken for stem in words.repressed)


def _work(cells: Mapping[str, str], words: Words) -> str:
    """What the note or the role says of the work itself; empty when they say nothing."""
    spoken = f"{cells['note']} {cells['role']}".casefold()
    return next((work for work in WORKS if any(stem in spoken for stem in getattr(words, work))), "")


def _says(cell: str, words: Sequence[str]) -> bool:
    return cell.casefold() in words
