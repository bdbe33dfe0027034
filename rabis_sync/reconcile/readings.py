"""What a scanner may have meant by a line: the number behind what it, a keyboard or a spreadsheet added.

Sources: AIM symbology identifiers (ISO/IEC 15424: «]C1»), check characters of Code 39 (modulo 43, ISO/IEC
16388), of EAN and Interleaved 2 of 5 (weights 3 and 1, GS1 General Specifications) and of Luhn (ISO/IEC
7812-1); the Russian and Kazakh keyboards as Windows lays them out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from rabis_sync.reconcile.numbers import UnreadableError, inventory_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: A rule of a file holds where so large a part of at least so many lines makes sense by it.
SHARE, ENOUGH = 0.8, 5
#: Characters at most that a scanner puts before or behind every code.
LONGEST_AFFIX = 6

_AIM = re.compile(r"^\][A-Za-z][0-9A-Za-z]")
_EDGES = " \t,;\"'«»"
#: A power of ten; with a plus sign and one digit before the point as Excel writes it.
_POWER = re.compile(r"(\d+)(?:[.,](\d+))?[EЕ](\+?)(\d{1,2})", re.IGNORECASE)
_URL_END = re.compile(r"[=/#]([^=/#?&]+)/?$")
_LOOK_ALIKE = str.maketrans("ABCEHKMOPTXYI", "АВСЕНКМОРТХУІ")
_CODE_39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"

_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_LETTERS = "ёйцукенгшщзхъфывапролджэячсмитьбю."
#: The Kazakh keyboard has letters where others have digits: «12345» comes as «"әіңғ».
_DIGIT_KEYS, _KAZAKH = "1234567890-=", '"әіңғ,.үұқөһ'
_TO_LATIN = str.maketrans(
    _LETTERS + _LETTERS[:-1].upper() + "№",
    _KEYS + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>' + "#",
)  # fmt: skip
_TO_DIGITS = {ord(letter): digit for letter, digit in zip(_KAZAKH, _DIGIT_KEYS, strict=True)}
_TO_DIGITS |= {
    ord(letter.upper()): digit for letter, digit in zip(_KAZAKH, _DIGIT_KEYS, strict=True) if letter.isalpha()
}
_KAZAKH_DIGITS = frozenset("әіңғүұқӘІҢҒҮҰҚ")


class Reading(NamedTuple):
    """One way to read a line: the text, and what had to be undone for it (empty: nothing)."""

    text: str
    how: str = ""


def cleaned(cell: str) -> str:
    """A scanned text without what nobody sees, the frame of Code 39 and an AIM identifier."""
    shown = "".join(
        letter
        for letter in unicodedata.normalize("NFC", cell)
        if unicodedata.category(letter) not in {"Cc", "Cf"}
    )
    shown = shown.strip(_EDGES)
    if len(shown) > 2 and shown[0] == shown[-1] == "*":
        shown = shown[1:-1]
    return _AIM.sub("", shown).strip(_EDGES)


def readings(cell: str) -> Iterator[Reading]:
    """The ways to read a cell, the plainest first; every one has a digit in it."""
    plain = cleaned(cell)
    told = set()
    for one in _every(cell, plain):
        if one.text and one.text not in told and any(map(str.isdigit, one.text)):
            told.add(one.text)
            yield one


def _every(cell: str, plain: str) -> Iterator[Reading]:
    yield Reading(plain)
    try:
        restored, _ = inventory_number(plain)
    except UnreadableError:
        restored = ""
    if not _loses(plain):
        yield Reading(restored, "restored")
    if "://" in plain and (end := _URL_END.search(plain)):
        yield Reading(end[1], "address")
    if any(letter.isalpha() and not letter.isascii() for letter in cell) or "№" in cell:
        yield Reading(cleaned(cell.translate(_TO_LATIN)), "layout")
        yield Reading(cleaned(cell.translate({**_TO_LATIN, **_TO_DIGITS})), "layout")


def rounded(text: str) -> bool:
    """A number as Excel shows it with digits lost: «1,23E+05» may be 122,500 or 123,499."""
    return _loses(text) and "+" in text


def _loses(text: str) -> bool:
    """A power of ten with fewer digits than its number has."""
    found = _POWER.fullmatch(text)
    return found is not None and int(found[4]) > len(found[2] or "")


def kazakh_keyboard(line: str) -> bool:
    """Digits typed on the Kazakh keyboard: letters of it that no other key has, and no digit."""
    return not any(map(str.isdigit, line)) and bool(_KAZAKH_DIGITS & set(line))


def barcode_key(code: str) -> str:
    """A barcode as it is compared: capitals, one script, no spaces, no leading noughts that Excel loses."""
    key = re.sub(r"\s", "", code).upper().translate(_LOOK_ALIKE)
    return (key.lstrip("0") or "0") if key.isdecimal() else key


@dataclass(frozen=True, slots=True)
class Affix:
    """What a scanner adds to every code of a file: text before, text behind, or a check character."""

    before: str = ""
    behind: str = ""
    check: bool = False

    def off(self, text: str) -> str:
        """The code without it; empty where it is not there."""
        if self.check:
            return text[:-1] if checks(text) else ""
        if not (text.startswith(self.before) and text.endswith(self.behind)):
            return ""
        return text[len(self.before) : len(text) - len(self.behind)]


def affix(texts: Sequence[str], known: Callable[[str], bool]) -> Affix | None:
    """What stands at every code of a file, where nearly all are known without it and few are with it.

    A single number that happens to be another with a digit before it is never taken for that: the rule is of
    the whole file.
    """
    if len(texts) < ENOUGH:
        return None
    least = max(ENOUGH, SHARE * len(texts))
    plain = sum(map(known, texts))
    best = max(
        ((sum(known(off) for text in texts if (off := one.off(text))), one) for one in _likely(texts, least)),
        key=lambda found: found[0],
        default=(0, None),
    )
    return best[1] if best[0] >= least and best[0] > plain else None


def _likely(texts: Sequence[str], least: float) -> Iterator[Affix]:
    yield Affix(check=True)
    before = list(_common(texts, least, lambda text, size: text[:size]))
    behind = list(_common(texts, least, lambda text, size: text[-size:]))
    yield from (Affix(before=one) for one in before)
    yield from (Affix(behind=one) for one in behind)
    yield from (Affix(one, other) for one in before for other in behind)


def _common(texts: Sequence[str], least: float, cut: Callable[[str, int], str]) -> Iterator[str]:
    """Beginnings or ends that so many texts share, one of each length."""
    for size in range(1, LONGEST_AFFIX + 1):
        counted = Counter(cut(text, size) for text in texts if len(text) > size)
        yield from (word for word, times in counted.most_common(1) if times >= least)


def variants(text: str) -> Iterator[str]:
    """Every code that `affix` may ask about for a text."""
    for before in range(min(LONGEST_AFFIX, len(text) - 1) + 1):
        for behind in range(min(LONGEST_AFFIX, len(text) - 1 - before) + 1):
            yield text[before : len(text) - behind]


def checks(text: str) -> bool:
    """The last character is the check character of those before it, by one of the usual rules."""
    if len(text) < 3:
        return False
    if text.isdecimal() and (_weighted(text) or _luhn(text)):
        return True
    upper = text.upper()
    if any(letter not in _CODE_39 for letter in upper):
        return False
    return _CODE_39[sum(map(_CODE_39.index, upper[:-1])) % 43] == upper[-1]


def _weighted(digits: str) -> bool:
    """Weights 3 and 1 in turn from the right (EAN, Interleaved 2 of 5)."""
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[::2]) + 3 * sum(numbers[1::2])) % 10 == 0


def _luhn(digits: str) -> bool:
    numbers = [int(digit) for digit in reversed(digits)]
    return (sum(numbers[::2]) + sum(sum(divmod(2 * one, 10)) for one in numbers[1::2])) % 10 == 0
