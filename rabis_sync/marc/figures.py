"""Years, pages, prices and dates out of the text that cataloguers wrote; nothing is guessed.

Sources: GOST 7.1-2003 and GOST R 7.0.100-2018 for dates and extent («[1997]», «cop. 2001», «121, [3] с.»).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")

_NUMBER_LIST = r"[\[(]?\d[\dIVXLХІ\s,\[\]()+–-]*"
_PAGES_AFTER = re.compile(rf"({_NUMBER_LIST})\s*(?:с|c|стр|б|b|бет|бб|p|pp|s|pages)\b", re.IGNORECASE)
_PAGES_BEFORE = re.compile(r"(?<!\w)(?:с|c|стр|б|бет|p|pp)\.?:?\s*(\d+)(?:\s*[-–—]\s*(\d+))?", re.IGNORECASE)
_PAGES_BARE = re.compile(rf"{_NUMBER_LIST}\.?")
_RUN = re.compile(r"(\d+)(?:\s*[-–—]\s*(\d+))?")

_TENGE = re.compile(r"₸|тг|тенге|теңге|тиын|kzt", re.IGNORECASE)
_ROUBLE = re.compile(r"\d\s*(?:р|руб\w*|rub|к|коп\w*)(?![^\W\d_])", re.IGNORECASE)
_WHOLE_AND_SMALL = re.compile(
    r"(\d[\d\s]*(?:[.,]\d{1,2})?)\s*(?:р|руб|тг|тенге|теңге|₸|kzt)[^\W\d_]*\.?\s*"
    r"(?:(\d{1,2})\s*(?:к|т)[^\W\d_]*\.?)?",
    re.IGNORECASE,
)
_SMALL = re.compile(r"(\d{1,3})\s*(?:к|коп|тиын)[^\W\d_]*\.?", re.IGNORECASE)
_DASHED = re.compile(r"(\d+)-(\d\d)(?!\d)")
_PLAIN = re.compile(r"\d[\d\s]*(?:[.,]\d+)?")

_DATE_FORMS = (
    re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:\d{6}(?:\.\d+)?)?"),
    re.compile(r"(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})[-./](?P<m>\d{1,2})[-./](?P<y>\d{4}|\d\d)(?:\s*[гж]\.?|\s+\d.*)?"),
)


@lru_cache(maxsize=1 << 12)
def year(text: str) -> int | None:
    """The first year from 1400 to 2099 that stands by itself, or None («19--», «Б.г.», «19987»)."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


@lru_cache(maxsize=1 << 14)
def pages(extent: str) -> int | None:
    """How many pages an extent counts, or None where it counts none.

    Of a row of paginations the longest one («121, [3] с.» is 121, «810,6с.» 810); «450-886 с.» is 437 pages;
    «С. 174-271», the place of an article, 98; volumes are no pages («2 т. 512 с.» is 512); «424» alone is
    pages.
    """
    after = _PAGES_AFTER.findall(extent)
    if after:
        return max((_longest(group) for group in after), default=0) or None
    before = _PAGES_BEFORE.search(extent)
    if before:
        first, last = int(before[1]), int(before[2] or before[1])
        return last - first + 1 if last >= first else 1
    return _longest(extent) or None if _PAGES_BARE.fullmatch(extent.strip()) else None


def _longest(numbers: str) -> int:
    """The longest pagination in «[2], 450-886»."""
    found = 0
    for first, last in _RUN.findall(numbers):
        span = int(last) - int(first) + 1 if last and int(last) > int(first) else int(first)
        found = max(found, span if span < 100_000 else 0)
    return found


@lru_cache(maxsize=1 << 12)
def price(text: str, currency: str, roubles: str) -> tuple[Decimal | None, str]:
    """The first price in a text, with its currency.

    Args:
        text: «45 р. 00 к.», «1380.00», «1 р. 10 к.», «1-20» (roubles-kopecks), «1 500,00 тг», «80 к.».
        currency: what a bare number is in (ISO 4217), e.g. ``KZT``.
        roubles: what «р.» means in this catalogue: ``RUB``, or ``SUR`` for Soviet prices.

    Returns:
        Amount and currency; (None, "") where there is no price.
    """
    text = text.replace("\u00a0", " ").replace("\u202f", " ").strip()
    if _TENGE.search(text):
        return _amount(text), "KZT"
    if _ROUBLE.search(text):
        return _amount(text), roubles
    amount = _amount(text)
    return amount, currency if amount is not None else ""


def _amount(text: str) -> Decimal | None:
    whole = _WHOLE_AND_SMALL.search(text)
    if whole:
        return _decimal(whole[1]) + Decimal(whole[2] or 0) / 100
    small = _SMALL.search(text)
    if small:
        return Decimal(small[1]) / 100
    dashed = _DASHED.search(text)
    if dashed:
        return Decimal(f"{dashed[1]}.{dashed[2]}")
    plain = _PLAIN.search(text)
    return _decimal(plain[0]) if plain else None


def _decimal(digits: str) -> Decimal:
    return Decimal(re.sub(r"\s", "", digits).replace(",", "."))


@lru_cache(maxsize=1 << 12)
def iso_date(text: str) -> str:
    """``YYYY-MM-DD`` of «20160324», «24.03.2016», «24/03/16», «2016-03-24T…»; empty when it is no whole date.

    Two digits of a year up to 30 are 20xx, else 19xx.
    """
    text = text.strip()
    for form in _DATE_FORMS:
        found = form.fullmatch(text)
        if found:
            return _day(int(found["y"]), int(found["m"]), int(found["d"]))
    return ""


def _day(year_: int, month: int, day: int) -> str:
    if year_ < 100:
        year_ += 2000 if year_ <= 30 else 1900
    try:
        return date(year_, month, day).isoformat()
    except ValueError:
        return ""
