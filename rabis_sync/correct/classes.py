"""Which classification a number belongs to, told by its form: UDC, BBK of scientific or public tables.

Sources: UDC (figures by hundreds, 0-9 alone or in threes parted by full stops, signs + / : = ( ) " -), BBK
(capital Cyrillic letter first in the scientific tables; two figures, full stop, figures in the public ones).
"""

from __future__ import annotations

import re
from functools import lru_cache

_UDC = re.compile(r"\d{1,3}(?:[.:/(=\-\"'’*\[+].*)?|\(\d.*")
_BBK_SCIENTIFIC = re.compile(r"[А-ЯЁ](?:\d{1,3}(?:[.,(=\-яе ].*|\d*)?|\([А-Яа-я0-9=.\-]+\).*)$")
_BBK_PUBLIC = re.compile(
    r"(?:2[0-9]|3[0-9]|4[0-9]|5[0-9]|6[0-9]|7[0-9]|8[0-9]|9[0-2])(?:\.\d{1,3}|(?=\())(?:[.\d]*)(?:\(.*|[яЯ]\d.*|-\d.*|[А-ЯӘҒҚҢӨҰҮҺІ].*|$)"
)
_PUBLIC_ONLY = re.compile(r"\d\d(?:\.\d.*)?(?:\(\d[А-Яа-яӘҒҚҢӨҰҮҺІәғқңөұүһі]|[яЯ]\d|\(\dКаз|\(\d=)")


@lru_cache(maxsize=1 << 12)
def is_bbk(number: str) -> bool:
    """True for what can only be a number of BBK."""
    return bool(_BBK_SCIENTIFIC.fullmatch(number) or _PUBLIC_ONLY.match(number))


@lru_cache(maxsize=1 << 12)
def is_udc(number: str) -> bool:
    """True for what can only be a number of UDC: three figures first, or one with an auxiliary."""
    return bool(re.match(r"\d{3}(?:[.:(=\-]|$)", number)) and not is_bbk(number)


@lru_cache(maxsize=1 << 12)
def looks_whole(number: str) -> bool:
    """True for what may be a number of either by itself, so that a text of two such is two numbers."""
    return bool(_UDC.fullmatch(number) or _BBK_SCIENTIFIC.fullmatch(number) or _BBK_PUBLIC.fullmatch(number))
