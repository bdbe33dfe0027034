"""Where a change is and what it changes, so that the eye finds it at once.

    610[2]$a[1]    610$a (2)      the second field 610
    200[1]$e[2]    200$e (1.2)    the second subfield e of the first field 200
    leader/05      leader/05

Of a long text only the neighbourhood of what differs is shown.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

#: A text up to so many characters is shown whole.
WHOLE = 90
#: So many characters before and behind the difference are shown of a longer one.
AROUND = 30

_ADDRESS = re.compile(
    r"(?P<tag>\w{3})(?:\[(?P<nth>\d+)\])?(?:\$(?P<code>\w)(?:\[(?P<mth>\d+)\])?)?(?P<rest>.*)"
)


class Contrast(NamedTuple):
    """Both texts, cut to what has to be seen."""

    before: str
    after: str


def shown(path: str) -> str:
    """An address as a cataloguer writes it; ordinals only where they are needed."""
    found = _ADDRESS.fullmatch(path)
    if found is None or path.startswith("leader"):
        return path
    nth, mth = found["nth"] or "1", found["mth"] or "1"
    which = f" ({nth}.{mth})" if mth != "1" else f" ({nth})" if nth != "1" else ""
    code = f"${found['code']}" if found["code"] else ""
    return f"{found['tag']}{code}{found['rest']}{which}"


def is_field(path: str) -> bool:
    """True where an address is that of a whole field: its text is lines of subfields."""
    found = _ADDRESS.fullmatch(path)
    return found is not None and not path.startswith("leader") and not (found["code"] or found["rest"])


def contrast(before: str, after: str) -> Contrast:
    """Both texts around their difference, cut at words; short ones and those with nothing in common whole."""
    if len(before) <= WHOLE and len(after) <= WHOLE:
        return Contrast(before, after)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    rest = min(len(before), len(after)) - same
    backwards = zip(before[::-1], after[::-1], strict=False)
    tail = min(rest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], backwards)))
    first = max(0, before.rfind(" ", 0, max(0, same - AROUND)))
    return Contrast(_cut(before, first, len(before) - tail), _cut(after, first, len(after) - tail))


def _cut(text: str, first: int, differs_to: int) -> str:
    end = text.find(" ", min(len(text), differs_to + AROUND))
    end = len(text) if end < 0 else end
    head = "… " if first > 0 else ""
    return head + text[first:end].strip() + (" …" if end < len(text) else "")
