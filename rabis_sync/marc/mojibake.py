"""Text that was read in the wrong code page, told apart and put right.

Kazakh bytes read as Windows-1251 come in two families, KZ-1048 and PT154 (Asian Cyrillic), which share
letters: `є` was ғ in the one and ә in the other. The choice is made on the whole record and never guessed per
word.
Sources: the mappings of KZ-1048 (Unicode consortium) and PTCP154 (IANA) against Windows-1251.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

#: In these languages the tell-tale letters are their own (MARC language codes, old ones too).
_OWN_LETTERS = frozenset({"ukr", "bel", "srp", "scc", "mac", "mkd", "rue", "bul"})


def _letters(pairs: str) -> dict[int, str]:
    return {ord(pair[0]): pair[1] for pair in pairs.split()}


_KZ1048 = _letters("ЈӘ јә ЄҒ єғ ЌҚ ќқ ЅҢ ѕң ҐӨ ґө ЎҰ ўұ ЇҮ їү ЋҺ ћһ")
_PT154 = _letters("ЄӘ єә ЃҒ ѓғ ЌҚ ќқ ЊҢ њң ¤Ө µө ¦Ұ ±ұ ‡Ү ‰ү ЋҺ ћһ")
_BOTH = {code: letter for code, letter in _KZ1048.items() if _PT154.get(code) == letter}

_KZ1048_MARK = re.compile("[јЈѕЅґҐўЎїЇ]")
# A sign counts as a letter only where it touches one: 5 ± 1, 10 ‰ and 3 µm stay what they are.
_CYRILLIC = "[\u0400-\u045f\u0490-\u04e9]"
_SIGN = f"(?:(?<={_CYRILLIC})[µ±‰¤¦‡]|[µ±‰¤¦‡](?={_CYRILLIC}))"
_PT154_MARK = re.compile(f"[ѓЃњЊ]|{_SIGN}")
_PT154_LETTER = re.compile(f"[ЄєЃѓЌќЊњЋћ]|{_SIGN}")
_ANY_MARK = re.compile(f"[јЈѕЅґҐўЎїЇѓЃњЊќЌћЋєЄ]|{_SIGN}")

# Words that only Kazakh has, as they look after the repair: the evidence where no language code says Kazakh.
_KAZAKH_WORDS = re.compile(
    r"\b(?:және|үшін|туралы|бойынша|қазақ\w*|тіл\w*|әдеби\w*|өлең\w*|шығарма\w*|жыл\w*|оқу\w*|ғылым\w*|[а-яәғқңөұүһі]+ұлы|"
    r"[а-яәғқңөұүһі]+қызы)\b",
    re.IGNORECASE,
)

# UTF-8 read as Windows-1251: Р or С before a letter or sign that stands for the second byte.
_UTF8_PAIR = re.compile("[РСТУ][\u0098\u00a0-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491–—‘’‚“”„†‡•…‰‹›€™]")
_TO_1251 = {bytes([code]).decode("cp1251", "replace"): code for code in range(256)} | {"\u0098": 0x98}


def mojibake_encoding(text: str, languages: Collection[str]) -> str | None:
    """Which wrong reading a record shows.

    Args:
        text: all text of the record joined; the longer the surer.
        languages: its language codes (ISO 639-2); Ukrainian, Belarusian, Serbian … are left alone.

    Returns:
        ``utf-8``, ``kz1048`` or ``ptcp154`` for the encoding the bytes were really in; ``ambiguous`` where
        only letters stand that both Kazakh families have; None for text that is right.
    """
    if len(_UTF8_PAIR.findall(text)) >= 2 and _from_utf8(text) != text:
        return "utf-8"
    if _OWN_LETTERS & set(languages) or not _ANY_MARK.search(text):
        return None
    first, second = len(_KZ1048_MARK.findall(text)), len(_PT154_MARK.findall(text))
    encoding = "kz1048" if first > second else "ptcp154" if second > first else "ambiguous"
    if "kaz" in languages or _KAZAKH_WORDS.search(repaired_as(text, encoding)):
        return encoding
    return None


def repair_mojibake(text: str, languages: Collection[str]) -> tuple[str, str | None]:
    """The text put right, with the encoding it was really in (see `mojibake_encoding`).

    Letters that are right already stay. In an ambiguous text only ќ and ћ are repaired, and є is left.
    To repair one field, decide on the whole record and call `repaired_as`.
    """
    encoding = mojibake_encoding(text, languages)
    return (text, None) if encoding is None else (repaired_as(text, encoding), encoding)


def repaired_as(text: str, encoding: str) -> str:
    """One text put right by an encoding that was decided on the whole record."""
    if encoding == "utf-8":
        return _from_utf8(text)
    if encoding == "ptcp154":
        return _PT154_LETTER.sub(lambda found: _PT154[ord(found[0])], text)
    return text.translate(_KZ1048 if encoding == "kz1048" else _BOTH)


def _from_utf8(text: str) -> str:
    """UTF-8 that was read as Windows-1251; the text itself where the bytes are no UTF-8."""
    try:
        return bytes([_TO_1251[letter] for letter in text]).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text
