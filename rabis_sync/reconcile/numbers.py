"""Figures, dates and inventory numbers as people type them and spreadsheets spoil them; a doubt is an error.

Numbers may be text with spaces of every kind, a decimal comma, a minus behind brackets. Of an inventory
number that Excel took for a date or a power of ten the digits are restored; leading zeros and digits lost in
rounding cannot be.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from rabis_sync.marc import figures

#: What people write for «nothing here».
NOTHING = frozenset(
    {"", "-", "–", "—", "?", "x", "х", "нет", "жоқ", "б/д", "б/н", "б/ц", "n/a", "none", "null"}
)

#: Figures and dates repeat from row to row: so many are kept, told apart by their types (1 and True).
_repeated = lru_cache(maxsize=1 << 13, typed=True)

_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’`]+")
_CURRENCY = re.compile(r"(?:₸|тг\.?|тенге|теңге|kzt)$", re.IGNORECASE)
_ROUBLES = re.compile(r"\d\s*(?:р|руб|к|коп)(?:\.|\b)", re.IGNORECASE)
_BRACKETS = re.compile(r"\((.*)\)")
_SIGN = re.compile(r"^[-−–]")
_GROUPS = re.compile(r"\d{1,3}([.,])\d{3}(?:\1\d{3})+")
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")

#: Day 0 of the 1900 date system, with the 29th of February 1900 that Excel counts and that never was.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(3_000, 80_000)
_YEAR = re.compile(r"(1[4-9]\d\d|20\d\d)(?:\s*(?:г|ж|год|жыл)\.?)?", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])[./](1[4-9]\d\d|20\d\d)")
_WORDED = re.compile(r"(\d{1,2})\s+([^\W\d_]{3,10})\.?\s+(\d{4})(?:\s*(?:г|ж)\.?)?")
_MONTHS = (
    ("янв", "қаң", "jan"), ("фев", "ақп", "feb"), ("мар", "нау", "mar"), ("апр", "сәу", "apr"),
    ("ма", "мам", "may"), ("июн", "мау", "jun"), ("июл", "шіл", "jul"), ("авг", "там", "aug"),
    ("сен", "қыр", "sep"), ("окт", "қаз", "oct"), ("ноя", "қар", "nov"), ("дек", "жел", "dec"),
)  # fmt: skip

_POWER = re.compile(r"(\d+)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+")
_TAIL = re.compile(r"(?<=\d)[.,]0+$")
_SHORT_DAY = re.compile(r"(\d{1,2})[.\- ]([^\W\d_]{3,4})")
_SHORT_MONTH = re.compile(r"([^\W\d_]{3,4})[.\- ](\d\d)")
_FULL_DAY = re.compile(r"\d\d\.\d\d\.\d{4}(?: 0?0:00(?::00)?)?|\d{4}-\d\d-\d\d(?:[ T]00:00:00)?")
#: Whole numbers above it are rounded in a spreadsheet (53 bits, shown with 15 digits).
_EXACT = 10**15


class UnreadableError(ValueError):
    """A cell holds something else than its column says.

    Args:
        reason: a reason of `UnreadRow`.
        cell: what it holds.
    """

    def __init__(self, reason: str, cell: object) -> None:
        super().__init__(f"{cell!r}")
        self.reason = reason
        self.cell = text(cell)


def text(cell: Any) -> str:
    """A cell as a person reads it: one line, NFC, whole numbers without a fraction, days in ISO form."""
    if type(cell) is str:
        line = " ".join(cell.split())
        return line if line.isascii() else unicodedata.normalize("NFC", line)
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == datetime.min.time() else cell).isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def figure(cell: Any) -> Decimal | None:
    """A number, or None for an empty cell: «1 250,50», «(350,00)», «−5», «1.234.567», «1,250.50».

    A single comma or full stop is the decimal one: «1,000» is how 1C prints one copy.

    Raises:
        UnreadableError: ``bad_figure``.
    """
    if isinstance(cell, bool):
        raise UnreadableError("bad_figure", cell)
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, (int, float)):
        return Decimal(repr(cell))
    if not isinstance(cell, str) and cell is not None:
        raise UnreadableError("bad_figure", text(cell))
    digits = _CURRENCY.sub("", _BLANKS.sub("", cell or ""))
    if digits.casefold() in NOTHING:
        return None
    inside = _BRACKETS.fullmatch(digits)
    negative = bool(inside) or bool(_SIGN.match(digits))
    digits = _SIGN.sub("", inside[1] if inside else digits)
    digits = _decimal_point(digits)
    if not _PLAIN.fullmatch(digits):
        raise UnreadableError("bad_figure", cell)
    return -Decimal(digits) if negative else Decimal(digits)


def holds(cell: Any) -> bool:
    """A figure other than nought, or something that is no figure."""
    try:
        return bool(figure(cell))
    except UnreadableError:
        return True


def _decimal_point(digits: str) -> str:
    if "," in digits and "." in digits:
        thousands = "." if digits.rfind(",") > digits.rfind(".") else ","
        return digits.replace(thousands, "").replace(",", ".")
    grouped = _GROUPS.fullmatch(digits)
    return digits.replace(grouped[1], "") if grouped else digits.replace(",", ".")


@_repeated
def money(cell: Any, currency: str) -> tuple[Decimal | None, str]:
    """An amount with its currency: a bare figure is in `currency`, «1 р. 10 к.» is in roubles (SUR).

    Raises:
        UnreadableError: ``bad_figure``.
    """
    if isinstance(cell, str) and _ROUBLES.search(cell):
        amount, found = figures.price(cell, currency, "SUR")
        if amount is not None:
            return amount, found
    return figure(cell), currency


@_repeated
def whole(cell: Any) -> int | None:
    """A number of copies, or None for an empty cell; «1,000» is one.

    Raises:
        UnreadableError: ``bad_quantity``.
    """
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    try:
        found = figure(cell)
    except UnreadableError as bad:
        raise UnreadableError("bad_quantity", cell) from bad
    if found is not None and found != found.to_integral_value():
        raise UnreadableError("bad_quantity", cell)
    return None if found is None else int(found)


@_repeated
def day(cell: Any) -> str:
    """A date in ISO 8601, «2015» or «2015-03» where no more is told; empty for an empty cell.

    Takes days of a spreadsheet and their serial numbers (1900 system), «24.03.2016», «24.03.16» (up to 30 is
    20xx), «2016-03-24», «20160324», «24 марта 2016 г.», «03.2016», «2016 г.».

    Raises:
        UnreadableError: ``bad_date``.
    """
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    line = text(cell)
    if line.casefold() in NOTHING:
        return ""
    if line.isdecimal() and int(line) in _SERIALS and not _YEAR.fullmatch(line):
        return (_SERIAL_ZERO + timedelta(days=int(line))).isoformat()
    found = figures.iso_date(line) or _reduced(line) or _worded(line)
    if not found:
        raise UnreadableError("bad_date", cell)
    return found


def _reduced(line: str) -> str:
    alone = _YEAR.fullmatch(line)
    if alone:
        return alone[1]
    month = _MONTH_YEAR.fullmatch(line)
    return f"{month[2]}-{int(month[1]):02d}" if month else ""


def _worded(line: str) -> str:
    found = _WORDED.fullmatch(line)
    month = _month(found[2]) if found else 0
    return figures.iso_date(f"{found[1]}.{month}.{found[3]}") if found and month else ""


def _month(word: str) -> int:
    """Number of a month by its name or abbreviation in Russian, Kazakh or English; 0 when it is none."""
    small = word.casefold()
    order = sorted(enumerate(_MONTHS, 1), key=lambda one: one[0] == 5)  # «ма» of May after «мар» and «мам»
    return next((number for number, names in order if small.startswith(names)), 0)


def inventory_number(cell: Any) -> tuple[str, bool]:
    """An inventory number as text, and whether it had to be restored from what a spreadsheet made of it.

    ``123.0`` is 123, ``1E5`` 100000, «666 468» 666468; a day is what was typed as ``1-2`` (day-month), or as
    ``1-95`` where it is the first of a month of the last century (month-year).

    Raises:
        UnreadableError: ``number_rounded``, digits are lost.
    """
    if type(cell) is str:
        return _restored(text(cell).lstrip("'"))
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return _typed(cell), True
    if isinstance(cell, (int, float)) and abs(cell) >= _EXACT:
        raise UnreadableError("number_rounded", cell)
    return text(cell), False


def _restored(number: str) -> tuple[str, bool]:
    if number.isdecimal():
        return number, False
    if _THOUSANDS.fullmatch(number):
        return re.sub(r"\D", "", number), True
    power = _POWER.fullmatch(number)
    if power:
        return _unpowered(number, power[1], power[2] or "", int(power[3])), True
    typed = _typed_again(number)
    return (typed, True) if typed else (_TAIL.sub("", number), False)


def _typed_again(number: str) -> str:
    """What was typed for Excel to show «01.02.2024», «01.фев» or «фев.95»; empty for anything else."""
    if _FULL_DAY.fullmatch(number):
        found = figures.iso_date(number[:10])
        return _typed(date.fromisoformat(found)) if found else ""
    short = _SHORT_DAY.fullmatch(number)
    if short and short[2].islower() and _month(short[2]):
        return f"{int(short[1])}-{_month(short[2])}"
    short = _SHORT_MONTH.fullmatch(number)
    return f"{_month(short[1])}-{short[2]}" if short and short[1].islower() and _month(short[1]) else ""


def _unpowered(number: str, before: str, after: str, power: int) -> str:
    """Digits of a power of ten; «1,23457E+11» has lost six of its digits."""
    after = after.rstrip("0")
    if power < len(after) or (after and power > len(after)):
        raise UnreadableError("number_rounded", number)
    return f"{before}{after}{'0' * (power - len(after))}"


def _typed(found: date) -> str:
    """What was typed for Excel to see this day: it adds the present year, or the first day of a month."""
    if found.day == 1 and found.year < 2000:
        return f"{found.month}-{found.year % 100:02d}"
    return f"{found.day}-{found.month}"
