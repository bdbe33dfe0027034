"""ISBN, ISSN, UDC, BBK and inventory numbers: parsed, checked, and in the form in which they are compared.

Sources: ISO 2108 (ISBN) and ISO 3297 (ISSN) for length and check digit; python-stdnum for the ISBN ranges.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from stdnum import isbn as isbn_ranges

#: What may be wrong with a number, by its stable code.
PROBLEMS: dict[str, str] = {
    "empty": "nothing is written",
    "form": "there is something in it that no such number has",
    "length": "it has too few or too many digits",
    "prefix": "a number of 13 digits must begin with 978 or 979",
    "check_digit": "the check digit does not fit the other digits: one of them is mistyped",
}


class Identifier(NamedTuple):
    """One number as a record has it.

    Attributes:
        kind: ``isbn`` or ``issn``.
        raw: as written.
        canonical: 13 digits of an ISBN, 8 characters of an ISSN; None when the number is not valid.
        problem: code of what is wrong (`PROBLEMS`); empty for a valid number.
    """

    kind: str
    raw: str
    canonical: str | None
    problem: str


_HYPHENS = "‐‑‒–—−"
_NUMBER_LETTERS = str.maketrans(dict.fromkeys("хХx", "X") | dict.fromkeys("ОоOo", "0") | {"З": "3", "з": "3"})
_IGNORED = str.maketrans("", "", f"- .\t\u00a0\u00ad{_HYPHENS}")
_LABEL = re.compile(r"^\s*(?:e-?)?(?:ISBN|ISSN)(?:[- ]?(?:10|13))?\s*[:=]?\s*", re.IGNORECASE)
_QUALIFIER = re.compile(r"\([^)]*\)?|\[[^\]]*\]?|:.*")
_NUMBER = re.compile(r"[0-9]+X?")
_BETWEEN = re.compile(r"\s*[;,/|]\s*|\s+(?=97[89][ -]|ISBN)")


def isbn(text: str) -> Identifier:
    """The ISBN in a text.

    Hyphens, spaces, a label, a qualifier in brackets («(в пер.)») and Cyrillic Х, О, З for what looks like
    them do no harm. ISBN-10 becomes ISBN-13 (ISO 2108, annex A).
    """
    digits = text.replace("-", "")
    if not (digits.isascii() and digits[:-1].isdecimal() and digits[-1] in "0123456789X"):
        digits = _bare(text)
    problem = _isbn_problem(digits)
    if problem:
        return Identifier("isbn", text, None, problem)
    return Identifier("isbn", text, digits if len(digits) == 13 else _to_13(digits), "")


@lru_cache(maxsize=1 << 12)
def isbns(text: str) -> tuple[Identifier, ...]:
    """Every ISBN in a text: cataloguers put several into one subfield, apart by ``;`` ``,`` or a space."""
    whole = isbn(text)
    if not whole.problem:
        return (whole,)
    pieces = [
        piece for piece in _BETWEEN.split(_QUALIFIER.sub(" ", text)) if sum(map(str.isdigit, piece)) >= 8
    ]
    return tuple([isbn(piece.strip()) for piece in pieces]) if len(pieces) > 1 else (whole,)


def issn(text: str) -> Identifier:
    """The ISSN in a text; the same is overlooked as in `isbn`."""
    digits = _bare(text)
    problem = _shape_problem(digits, (8,))
    if not problem and not _mod_11(digits):
        problem = "check_digit"
    return Identifier("issn", text, None if problem else digits, problem)


def hyphenated(identifier: Identifier) -> str:
    """The number as it is printed: ``978-601-01-1234-5``, ``5-900776-31-X``, ``1234-5679``.

    An ISBN keeps its length; its hyphens are set by the ISBN agency's ranges, and where a range is not known
    (old Kazakh groups) the hyphens of the record stand. An invalid number is given back as written.
    """
    if identifier.canonical is None:
        return identifier.raw
    if identifier.kind == "issn":
        return f"{identifier.canonical[:4]}-{identifier.canonical[4:]}"
    digits = _bare(identifier.raw)
    parts = isbn_ranges.split(digits)
    if all(parts[-4:]):
        return "-".join(part for part in parts if part)
    return _cleaned(identifier.raw).strip(" .").replace(" ", "-")


def _cleaned(text: str) -> str:
    text = _QUALIFIER.sub("", _LABEL.sub("", text)).translate(_NUMBER_LETTERS)
    return re.sub(f"[{_HYPHENS}]", "-", text)


def _bare(text: str) -> str:
    return _cleaned(text).translate(_IGNORED)


def _shape_problem(digits: str, lengths: tuple[int, ...]) -> str:
    if not digits:
        return "empty"
    if not _NUMBER.fullmatch(digits):
        return "form"
    return "" if len(digits) in lengths else "length"


def _isbn_problem(digits: str) -> str:
    length = len(digits)
    if length == 13 and digits.isdecimal():
        if digits[:3] not in _PREFIXES:
            return "prefix"
        return "" if digits[-1] == _check_13(digits) else "check_digit"
    problem = _shape_problem(digits, (10,))
    return problem or ("" if _mod_11(digits) else "check_digit")


def _mod_11(digits: str) -> bool:
    """Weights n … 2, 1 from the left, X is 10; the sum is divisible by 11 (ISO 2108, ISO 3297)."""
    total: int = sum(map(mul, map(_VALUE.__getitem__, reversed(digits)), _WEIGHTS))
    return total % 11 == 0


_VALUE: dict[str, int] = {digit: value for value, digit in enumerate("0123456789X")}
_WEIGHTS = range(1, 11)
_PREFIXES = frozenset({"978", "979"})


def _check_13(digits: str) -> str:
    """Weights 1 and 3 in turn over the first 12 digits; the check digit fills up to a multiple of 10."""
    numbers = digits.encode("ascii")
    total = sum(numbers[0:12:2]) + 3 * sum(numbers[1:12:2]) - 24 * ord("0")
    return str(-total % 10)


def _to_13(ten: str) -> str:
    digits = "978" + ten[:9]
    return digits + _check_13(digits)


#: Capital letters of both scripts that look alike: a prefix is compared in Cyrillic.
_PREFIX = str.maketrans("ABCEHKMOPTXYI", "АВСЕНКМОРТХУІ")
_DASHES = re.compile(rf"\s*[-{_HYPHENS}]\s*")
_INVENTORY_LABEL = re.compile(r"^(?:ИНВ(?:ЕНТАРНЫЙ)?\.?\s*)?(?:НОМЕР|№|N(?:O\.?)?(?=[\s\d]))?\s*[:.]?\s*")
_EXCEL_TAIL = re.compile(r"(?<=\d)[.,]0+$")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_LETTER_DASH = re.compile(r"(?<=[^\W\d_])[-.]|[-.](?=[^\W\d_])")


def inventory_key(text: str) -> str:
    """An inventory number in the form in which catalogue and ledger are compared.

    Capitals, one script, no spaces, no leading zeros, no hyphen or full stop beside a letter, no «№», no
    ``.0`` of a spreadsheet: «к-00123», «K 123» and «К123.0» are one number; ``12-3`` and ``123`` are two. A
    shelving suffix (``123/1``) stays; a sigla is split off before, by the item profile.
    """
    if text.isascii() and text.isdecimal():
        return text.lstrip("0") or text[:1]
    return _inventory_key(text)


@lru_cache(maxsize=4096)
def _inventory_key(text: str) -> str:
    number = _INVENTORY_LABEL.sub("", text.strip().upper(), count=1)
    number = _EXCEL_TAIL.sub("", _DASHES.sub("-", number)).translate(_PREFIX)
    number = _LETTER_DASH.sub("", re.sub(r"[\s\u00ad]", "", number))
    number = _ZEROS.sub("", number)
    # What was taken away may bare more of the same: a key is its own key.
    return number if number == text else _inventory_key(number)
