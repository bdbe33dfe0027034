"""Values of rows as texts, and years read out of what cataloguers wrote."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Controls hold the fields of a record apart, and breaks of lines have no place in one.
_CONTROLS = dict.fromkeys((*range(32), 127, *range(128, 160), 8232, 8233), " ") | {0xAD: None}
_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_DECADE = re.compile(r"(?<!\d)(1[4-9]|20)(\d[-?–_]|[-?–_]{2})")
_RANGE = re.compile(r"(?<!\d)(\d{4})\s*[-–—/]\s*(\d{4})?(?!\d)")


class Row(dict[str, str]):
    """A row whose every value is a text, and whose missing columns are empty ones.

    What points into a dictionary gives the entry's name, or its code where it has no name; the code alone is
    under ``column.code``.
    """

    __slots__ = ()

    @staticmethod
    def of(values: Mapping[str, Any], before: str = "") -> Row:
        """The texts of a row as it was read; `before` is put before every column's name."""
        row = Row()
        for column, value in values.items():
            if isinstance(value, dict):
                code, name = text_of(value.get("code")), text_of(value.get("name"))
                row[f"{before}{column}.code"] = code
                row[before + column] = name or code
            elif text := text_of(value):
                row[before + column] = text
        return row

    def __missing__(self, column: str) -> str:
        return ""


def text_of(value: object) -> str:
    """What a value says: a flag ``1`` or nothing, a number its figures, a text without breaks and edges."""
    if isinstance(value, str):
        return " ".join((value if value.isprintable() else value.translate(_CONTROLS)).split())
    if value is True:
        return "1"
    return str(value) if isinstance(value, int) and value is not False else ""


class Template:
    """Columns put together: ``{volume} {type_unit}``; ``{created:<8.8}`` pads and cuts."""

    __slots__ = ("columns", "pieces")

    def __init__(self, text: str) -> None:
        """Raises ValueError when braces or what stands in them cannot be read."""
        self.pieces = [(literal, name, spec or "") for literal, name, spec, _ in Formatter().parse(text)]
        self.columns = [name for _, name, _ in self.pieces if name]

    def fill(self, row: Mapping[str, str]) -> str:
        """The text, with the columns of a row in their places."""
        return "".join(
            literal + (format(row[name], spec) if name else "") for literal, name, spec in self.pieces
        )


def years(text: str) -> tuple[str, str, str]:
    """The shape of a year as written, and its one or two years of four characters.

    Shapes: ``year`` («2019», «[1985]», «cop. 2001»), ``years`` («1997-1999»), ``open`` («1998-»), ``decade``
    («19--», «198-?»), ``none``. A year that is not there is empty.
    """
    span = _RANGE.search(text)
    if span and _YEAR.fullmatch(span[1]) and (span[2] is None or _YEAR.fullmatch(span[2])):
        return ("years", span[1], span[2]) if span[2] else ("open", span[1], "")
    found = _YEAR.findall(text)
    if found:
        return "year", found[0], ""
    decade = _DECADE.search(text)
    if decade is None:
        return "none", "", ""
    known = decade[0][:4] if decade[2][0].isdigit() else decade[1]
    digits = "".join(filter(str.isdigit, known))
    return "decade", digits.ljust(4, "0"), digits.ljust(4, "9")
