"""How a catalogue is set: some leave out the space behind full stops and commas everywhere.

«Сост.:Е.М.Мишина», «160с.» and «Казан.гос.пед.ин-т» are the style of a house, not errors of one record. Of a
record that is set so in its other texts nobody is told each place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rabis_sync.marc.record import Record

_CLOSE = re.compile(
    r"[\u0400-\u052f]{2}[.,:;]{1,2}[\u0400-\u052f]|(?<!\w)[\u0400-\u052f]\.[\u0400-\u052f]{2}"
)
_INITIALS = re.compile(r"\x1f.[\u0400-\u042f\u0490-\u04ff]\.[\u0400-\u042f\u0490-\u04ff]\.")


def is_set_close(record: Record, *, but: str = "") -> bool:
    """True where Cyrillic words or initials stand without a space behind a full stop or comma.

    Args:
        record: the record.
        but: a value that does not count, since it is the one in question.
    """
    return any(
        (but not in text or not but) and (_CLOSE.search(text) or _INITIALS.search(text))
        for _tag, text in record.marc.fields
    )
