"""What a sheet is a list of, and what its titles say of every row: act, date, reason, from where to where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rabis_sync.reconcile.entry import ACQUIRED, COPY, MOVED, WRITTEN_OFF
from rabis_sync.reconcile.numbers import UnreadableError, day, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rabis_sync.reconcile.columns import LedgerColumns

#: What a sheet may be a list of, by its name in the configuration and in `LedgerColumns.lists`.
KSU = "ksu"
LISTS = {"copies": COPY, "acquired": ACQUIRED, "written_off": WRITTEN_OFF, "moved": MOVED, "ksu": KSU}
#: Field that the number in a title is, and the one its date is.
_NUMBERED = {
    ACQUIRED: ("document", "acquired"),
    WRITTEN_OFF: ("act_out", "act_date"),
    MOVED: ("moved_document", "moved"),
}
#: Fields that a title may hold for all rows; a sum or a number of copies there is that of the whole list.
_DAYS = {"acquired", "act_date", "moved"}
_STANDING = _DAYS | {
    *("branch", "account", "document", "ksu", "supply", "act_out", "reason", "currency"),
    *("moved_from", "moved_to", "moved_document", "language", "kind", "content_class"),
}
_NUMBER = re.compile(r"(?:№|N[°oо]?\.?|номер|нөмірі)\s*([\w/.-]*\d[\w/.-]*)", re.IGNORECASE)
_DAY = r"(\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d\d-\d\d|«?\d{1,2}»?\s+[^\W\d_]{3,10}\.?\s+\d{4})"
#: The day of a document: after «от» or its number, before its number, or alone; others are of a period.
_DATED = (
    re.compile(rf"\bот\s+{_DAY}", re.IGNORECASE),
    re.compile(rf"{_NUMBER.pattern}[,;]?\s+{_DAY}", re.IGNORECASE),
    re.compile(rf"{_DAY}\s*(?:г\.?|ж\.?|года|жылғы)?\s*{_NUMBER.pattern}", re.IGNORECASE),
    re.compile(rf"\s*{_DAY}\s*(?:г\.?|ж\.?|года)?\s*", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What a sheet is.

    Attributes:
        kind: a value of `LISTS`.
        standing: field of an entry -> what holds for every row that does not say otherwise.
    """

    kind: str = COPY
    standing: Mapping[str, str] = field(default_factory=dict)


def listing(titles: Sequence[Sequence[Any]], name: str, columns: LedgerColumns, content: str = "") -> Listing:
    """What a sheet is, by the lines above its heading, else by its name.

    Args:
        titles: the rows above the heading.
        name: of the sheet.
        columns: words of titles, and headings that stand before a colon.
        content: a value of `LISTS` where the configuration says so.
    """
    lines = [line for row in titles if (line := " ".join(filter(None, map(text, row))))]
    kind, title = _known(lines, columns) or _known([name], columns) or (COPY, "")
    if content:
        kind, title = content, title or name
    standing = _numbered(kind, lines[lines.index(title) :] if title in lines else [name], columns)
    standing |= dict(_labelled(titles, columns))
    if kind == WRITTEN_OFF and not standing.get("act_out"):
        standing["act_out"] = title or name or "?"  # it is written off, whatever the act is called
    return Listing(kind, standing)


def _labelled(titles: Sequence[Sequence[Any]], columns: LedgerColumns) -> Iterator[tuple[str, str]]:
    """«Причина списания: ветхость», in one cell or several."""
    for row in titles:
        label, colon, value = " ".join(filter(None, map(text, row))).partition(":")
        meaning = (columns.meaning(label) if colon else None) or ""
        told = _day(value.strip()) if meaning in _DAYS else value.strip()
        if meaning in _STANDING and told:
            yield meaning, told


def _known(lines: Sequence[str], columns: LedgerColumns) -> tuple[str, str] | None:
    """The list that the first telling line names, and that line."""
    for line in lines:
        found = columns.list_of(line)
        if found:
            return LISTS[found[2]], line
    return None


def _numbered(kind: str, lines: Sequence[str], columns: LedgerColumns) -> dict[str, str]:
    """Number and date of an act or an invoice, from the line that calls it so or one of the two below."""
    if kind not in _NUMBERED:
        return {}
    number_field, day_field = _NUMBERED[kind]
    found: dict[str, str] = {}
    for at, line in enumerate(lines[:3]):
        number = _number(line, number_field, columns, sure=not at)
        if number:
            found.setdefault(number_field, number)
        if number or not at or line.lower().startswith("от ") or _DATED[-1].fullmatch(line):
            found[day_field] = found.get(day_field) or _dated(line)
    return {name: value for name, value in found.items() if value}


def _number(line: str, meant: str, columns: LedgerColumns, *, sure: bool) -> str:
    """The number in a title, not that of a branch; below the title only where its word stands before it."""
    for number in _NUMBER.finditer(line):
        before = line[: number.start()].strip(" .,:")
        own = not before or columns.meaning(before) == meant or columns.list_of(before) is not None
        if (sure or own) and not columns.begins_branch("".join(before.split()[-1:])):
            return number[1].strip(".-")
    return ""


def _dated(line: str) -> str:
    for form in _DATED:
        found = form.search(line) if form is not _DATED[-1] else form.fullmatch(line)
        if found:
            return _day(next(one for one in found.groups() if one and re.fullmatch(_DAY, one)))
    return ""


def _day(written: str) -> str:
    try:
        return day(written.replace("«", "").replace("»", ""))
    except UnreadableError:
        return ""
