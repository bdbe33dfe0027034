"""A flat table as people read it, before anyone chose a file format: title, columns with labels, rows."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = str | int | float | Decimal | None
Kind = Literal["text", "number", "money", "code"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        key: stable English name.
        kind: number (right-aligned), money (two decimals), code (short, never wrapped: control and inventory
            numbers), or text.
        width: width in characters that suits it on paper.
        label: heading in the reader's language; a report gives its columns without.
    """

    key: str
    kind: Kind = "text"
    width: int = 20
    label: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a value for each column, and how grave it is (error, warning, info, or empty: neutral).

    `total`: it adds the lines above up.
    """

    cells: tuple[Value, ...]
    severity: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A report ready to be written in any form.

    Attributes:
        name: the report's name.
        lang: kk, ru or en.
        title: heading.
        remarks: lines under the heading: when made, which part was asked for, how many lines, what they mean.
        empty: what to say when there is no row.
        columns: in order.
        rows: in the order of reading.
        sheet: name of its sheet where a form has sheets; empty: the title.
        closing: lines under the last row, such as those for signatures.
        parts: tables that belong to it.
        leads: as a part, it stands before the table that it belongs to.
        apart: as a part, it is only given where a form has sheets: it is long, or repeats.
    """

    name: str
    lang: str
    title: str
    remarks: tuple[str, ...]
    empty: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sheet: str = ""
    closing: tuple[str, ...] = ()
    parts: tuple[Table, ...] = ()
    leads: bool = False
    apart: bool = False

    def in_order(self, *, sheets: bool = False) -> tuple[Table, ...]:
        """The table and its parts in the order of reading; `sheets`: with those that are given apart."""
        parts = [one for one in self.parts if sheets or not one.apart]
        return (
            *(one for one in parts if one.leads), self, *(one for one in parts if not one.leads),
        )  # fmt: skip


def written(value: Value, lang: str) -> str:
    """A value as text: nothing for None, and a decimal comma where Kazakh and Russian have one."""
    if value is None:
        return ""
    if isinstance(value, str) or lang == "en":
        return str(value)
    return str(value).replace(".", ",")


def grouped(value: Value, lang: str) -> str:
    """A value as text for reading: thousands apart, by a no-break space, and a dash for nothing at all."""
    if value is None or isinstance(value, str):
        return value or ""
    if not value:
        return "–"
    told = f"{value:,}"
    return told if lang == "en" else told.replace(",", "\u00a0").replace(".", ",")


def legible(text: str) -> str:
    """Text without characters that a page or sheet cannot show: each is named instead, e.g. ``‹U+0003›``."""
    if text.isprintable():
        return text
    return "".join(_named(letter) if _hidden(letter) else letter for letter in text)


def spaces_shown(text: str) -> str:
    """Text with the spaces marked that nobody would see: leading, trailing, doubled, non-breaking, thin."""
    inside = text.strip(" ")
    lead = len(text) - len(text.lstrip(" ")) if inside else 0
    marked = "␣" * lead + inside + "␣" * (len(text) - lead - len(inside))
    while "  " in marked:
        marked = marked.replace("  ", "␣␣").replace("␣ ", "␣␣")
    return "".join(_named(letter) if letter != " " and _blank(letter) else letter for letter in marked)


def _hidden(letter: str) -> bool:
    return letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _blank(letter: str) -> bool:
    return _hidden(letter) or letter == "\n" or unicodedata.category(letter) in {"Zs", "Zl", "Zp"}


def _named(letter: str) -> str:
    return f"‹U+{ord(letter):04X}›"
