"""A field as one line of text, as cataloguers write it, and back.

    $a5-02-013850-9$bв пер.        a field whose tag and indicators are known from its address
    686 ##$aЧ3$2rubbk              with its tag and indicators; # is a blank
    010[1] ##$a9965-9$d45-00       in place of a field that is there already

Several fields are several lines. Inside a value a dollar sign is ``{dollar}`` and a line end ``{line}``; what
reads so already has ``{brace}`` for its brace.
"""

from __future__ import annotations

import re

from rabis_sync.marc.fields import Field

_SHOWN = {"{dollar}": "$", "{line}": "\n", "{brace}": "{"}
_HIDDEN = {sign: name for name, sign in _SHOWN.items()}
_SIGN = re.compile("|".join(_SHOWN))
#: A brace only where it would be read as one of these signs.
_MARK = re.compile(r"[$\n]|\{(?=(?:dollar|line|brace)\})")
_HEAD = re.compile(r"(?:(?P<tag>[0-9A-Za-z]{3})(?:\[(?P<nth>\d+)\])? (?P<indicators>[^$]{2}))?(?=\$|$)")


def written(field: Field) -> str:
    """The subfields of a field as one line."""
    return line(*field.subfields())


def full_line(field: Field, nth: int = 0) -> str:
    """The same with tag and indicators.

    Args:
        field: the field.
        nth: which field of the record it is put in place of; 0 for a new one.
    """
    there = f"[{nth}]" if nth else ""
    return f"{field.tag}{there} {field.indicators.replace(' ', '#')}{written(field)}"


def line(*subfields: tuple[str, str]) -> str:
    """Subfields as one line."""
    return "".join([f"${_hidden(code + value)}" for code, value in subfields])


def parts(text: str) -> list[tuple[str, str]]:
    """The subfields of one line."""
    found = [_SIGN.sub(lambda sign: _SHOWN[sign[0]], part) for part in text.split("$")[1:]]
    return [(part[0], part[1:]) for part in found if part]


def read_lines(text: str, tag: str, indicators: str) -> list[Field]:
    """The fields of a text; of an empty one none. Arguments and errors as of `placed_lines`."""
    return [field for _nth, field in placed_lines(text, tag, indicators)]


def placed_lines(text: str, tag: str, indicators: str) -> list[tuple[int, Field]]:
    """The fields of a text, each with the number of that which it replaces (0: a new one).

    Args:
        text: lines.
        tag: of a line that names none.
        indicators: of a line that names none.

    Raises:
        ValueError: a line is no field.
    """
    found: list[tuple[int, Field]] = []
    for one in text.split("\n") if text else []:
        head = _HEAD.match(one)
        if head is None:
            raise ValueError(f"{one!r} is no field like '$aАбай' or '686 ##$aЧ3$2rubbk'")
        signs = head["indicators"].replace("#", " ") if head["tag"] else indicators
        field = Field.data(head["tag"] or tag, signs, parts(one[head.end() :]))
        found.append((int(head["nth"] or 0), field))
    return found


def _hidden(value: str) -> str:
    """The value without signs of its own that a line has for others."""
    if "$" in value or "\n" in value or "{" in value:
        return _MARK.sub(lambda mark: _HIDDEN[mark[0]], value)
    return value
