"""How a record writes ISBN (ISO 2108) and ISSN (ISO 3297)."""

from __future__ import annotations

import re

from rabis_sync.marc import identifiers

_LABEL = re.compile(r"^\s*(?:ISBN|ISSN)(?:[- ]?1[03])?\s*[:=]?\s*", re.IGNORECASE)
_DASHES = re.compile(r"\s*[‐‑‒–—−-]\s*")
_STOP = re.compile(r"(?<=\d)\.(?=\d)")
_NUMBER = re.compile(r"[\d-]*\d[\d-]*X?")


def _plain(text: str) -> str:
    """The number with hyphens and X as the standards write them, nothing around it."""
    number = _DASHES.sub("-", _LABEL.sub("", text)).strip(" .,;:-\u00a0")
    number = re.sub(r"(?<=[\d-])[xХх]$", "X", number)
    return re.sub(r"(?<=\d) (?=[\dX])", "-", number)


def isbn_form(text: str) -> str | None:
    """An ISBN as it should stand, or None where this is no ISBN's form.

    Hyphens stay where they are, and so does a number without any; only one of too many or doubled hyphens is
    divided anew by the ranges of the agency. The check digit is not looked at.
    """
    number = _plain(text)
    if "-" in number:
        number = _STOP.sub("-", number)  # «975-7213.06-3»: a full stop for a hyphen among hyphens
    digits = number.replace("-", "")
    if not _NUMBER.fullmatch(number) or len(digits) not in {10, 13} or "X" in digits[:-1]:
        return None
    hyphens = number.count("-")
    if hyphens > len(digits) // 3 or "--" in number:
        found = identifiers.isbn(number)
        return identifiers.hyphenated(found) if found.canonical else None
    return number


def issn_form(text: str) -> str | None:
    """An ISSN as it should stand, ``1234-567X``, or None where this is no ISSN's form."""
    number = _plain(text)
    digits = number.replace("-", "")
    if not _NUMBER.fullmatch(number) or len(digits) != 8 or "X" in digits[:-1]:
        return None
    return f"{digits[:4]}-{digits[4:]}"
